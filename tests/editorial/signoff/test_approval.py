"""Which signatures count: distinct people who did not write it, for exactly this content and time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
from hypothesis import given

from editorial.charter.document import Role, Route, Stage
from editorial.signoff.approval import StageProgress, covers, progress, waits_for, window_of
from editorial.signoff.statement import Statement
from editorial.when import Window

NOW = datetime(2027, 3, 10, 15, 42, tzinfo=UTC)
DIGESTS = {name: "sha256:" + name * 64 for name in "abc"}
BOTH = frozenset({Role.PRIVACY_OFFICER, Role.COMMUNICATIONS_LEAD})
ROUTE = Route(
    "Two", (Stage("First", BOTH, 2, "Read."), Stage("Second", frozenset({Role.PRIVACY_OFFICER}), 1, "Right."))
)


def statement(
    person: str,
    stage: str = "First",
    role: Role = Role.PRIVACY_OFFICER,
    accounts: str = "ab",
    not_before: timedelta | None = None,
    post: str = "post_1",
    deputy_for: str = "",
) -> Statement:
    return Statement(
        post=post,
        revision="sha256:" + "0" * 64,
        number=1,
        accounts=tuple((name, DIGESTS[name]) for name in accounts),
        not_before=None if not_before is None else NOW + not_before,
        not_after=NOW + timedelta(days=1),
        as_soon_as_approved=False,
        authorizations=(),
        findings=(),
        rules="sha256:" + "0" * 64,
        stage=stage,
        signer={"id": person, "name": person, "role": str(role), "key_id": "k", "deputy_for": deputy_for},
        meaning="Read.",
        signed_at=NOW,
        charter_version=1,
        charter_digest="sha256:" + "0" * 64,
    )


def run(*statements: Statement, digests: str = "ab", by: tuple[str, ...] = ("author",), at: datetime | None = NOW,
        route: Route = ROUTE) -> tuple[StageProgress, ...]:  # fmt: skip
    return progress(
        route,
        statements,
        post_id="post_1",
        digests={name: DIGESTS[name] for name in digests},
        contributors=by,
        at=at,
    )


def names(stages: tuple[StageProgress, ...]) -> list[list[str]]:
    return [[one.signer["id"] for one in stage.given] for stage in stages]


def test_every_stage_takes_its_own_people() -> None:
    stages = run(statement("ann"), statement("ann", "Second"), statement("bob"), statement("cat", "Second"))
    assert names(stages) == [["ann", "bob"], ["cat"]]
    assert waits_for(stages) is None


def test_what_does_not_count() -> None:
    good = statement("ann")
    for other in (
        good,  # the same person twice
        statement("author"),
        statement("bob", "Third"),
        statement("bob", role=Role.AUTHOR),
        statement("bob", accounts="a"),
        statement("bob", accounts="ac"),
        statement("bob", post="post_2"),
        statement("bob", not_before=timedelta(seconds=1)),
        statement("bob", deputy_for="author"),
    ):
        stages = run(good, other)
        assert names(stages) == [["ann"], []]
        assert waits_for(stages) == stages[0]


def test_the_first_stage_comes_first() -> None:
    stages = run(statement("cat", "Second"))
    assert stages[1].done
    waiting = waits_for(stages)
    assert waiting is not None
    assert waiting.stage.name == "First"


def test_a_signature_over_more_accounts_covers_fewer() -> None:
    assert names(run(statement("ann", accounts="abc"), digests="b")) == [["ann"], []]
    assert covers(statement("ann"), "post_1", "a", DIGESTS["a"])
    assert not covers(statement("ann"), "post_1", "a", DIGESTS["b"])


def test_without_a_moment_every_window_will_do() -> None:
    late = statement("ann", not_before=timedelta(hours=1))
    assert names(run(late, at=None))[0] == ["ann"]
    assert names(run(late, at=NOW + timedelta(hours=1)))[0] == ["ann"]
    assert window_of(late) == Window(NOW + timedelta(hours=1), NOW + timedelta(days=1))
    assert window_of(replace(late, not_after=None)) is None
    assert names(run(replace(late, not_before=None, not_after=None)))[0] == []


PEOPLE = st.sampled_from(["ann", "bob", "cat", "author"])
STATEMENTS = st.builds(
    statement,
    PEOPLE,
    st.sampled_from(["First", "Second"]),
    st.sampled_from([Role.PRIVACY_OFFICER, Role.COMMUNICATIONS_LEAD, Role.AUTHOR]),
    st.sampled_from(["a", "ab", "abc", "c"]),
    st.sampled_from([None, -timedelta(hours=1), timedelta(hours=1)]),
    deputy_for=st.sampled_from(["", "dan", "author"]),
)


@given(st.lists(STATEMENTS, max_size=8), st.sets(PEOPLE, max_size=2))
def test_four_eyes_hold_for_any_pile_of_signatures(pile: list[Statement], contributors: set[str]) -> None:
    stages = run(*pile, by=tuple(contributors))
    signers = [one.signer["id"] for stage in stages for one in stage.given]
    assert len(signers) == len(set(signers)), "one person counts once"
    assert not set(signers) & contributors
    places = {one.signer["deputy_for"] for stage in stages for one in stage.given}
    assert not places & contributors, "nor in the place of a contributor"
    for stage in stages:
        for one in stage.given:
            assert one.signer["role"] in stage.stage.roles
            assert set(one.accounts) >= {(name, DIGESTS[name]) for name in "ab"}
            assert (one.not_before or NOW) <= NOW <= (one.not_after or NOW)
