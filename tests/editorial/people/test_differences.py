"""What a new charter version changes, in sentences: nothing is left out, and nothing is made up."""

from dataclasses import replace
from datetime import UTC, datetime

import hypothesis.strategies as st
import pytest
from hypothesis import given

from editorial.charter.defaults import default_route
from editorial.charter.document import Charter, Member, Role, Route, Stage
from editorial.keys.signing import SigningKey
from editorial.people.differences import charter_changes

ROLES = st.frozensets(st.sampled_from(list(Role)), max_size=3)
KEYS = [SigningKey.from_seed(bytearray([number]) * 32) for number in range(8)]


def member(number: int, name: str, roles: frozenset[Role], *, active: bool = True, key: int | None = None) -> Member:
    found = KEYS[number if key is None else key]
    return Member(f"person_{number}", name, name.lower(), found.public, found.key_id, roles, active)


def charter(*members: Member) -> Charter:
    return Charter(
        workspace="ws_1",
        organization="Alder Bay Hospital",
        version=1,
        previous="sha256:" + "0" * 64,
        members=members,
        routes=(default_route(),),
        desks=("desk_1",),
        minimum_rules=None,
        made_at=datetime(2027, 3, 10, tzinfo=UTC),
    )


JONAS = member(0, "Jonas", frozenset({Role.ADMINISTRATOR}))
MIRA = member(1, "Mira", frozenset({Role.AUTHOR}))
BASE = charter(JONAS, MIRA)
SECOND = Stage("Clinical", frozenset({Role.CLINICAL_REVIEWER}), 2, "It is right.")
TWO_STAGES = Route("Standard", (*default_route().stages, SECOND))


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (replace(BASE, version=2, made_at=datetime(2028, 1, 1, tzinfo=UTC)), ()),
        (charter(MIRA, JONAS), ()),
        (charter(JONAS), ("Mira is taken off the list.",)),
        (charter(JONAS, replace(MIRA, name="Mira O")), ("Mira is called Mira O.",)),
        (charter(JONAS, replace(MIRA, sign_in="m")), ("Mira signs in as m; it was mira.",)),
        (charter(JONAS, replace(MIRA, active=False)), ("Mira leaves the staff and can sign nothing.",)),
        (
            charter(JONAS, replace(MIRA, roles=frozenset({Role.PRIVACY_OFFICER, Role.COMPLIANCE_OFFICER}))),
            ("Mira becomes privacy officer and compliance officer.", "Mira is no longer author."),
        ),
        (
            charter(JONAS, member(1, "Mira", MIRA.roles, key=5)),
            ("Mira gets a new key; signatures with the old one that still wait stop counting.",),
        ),
        (
            charter(JONAS, MIRA, member(2, "Sana", frozenset(), active=False)),
            ("Sana joins as somebody without a role, not active.",),
        ),
        (replace(BASE, workspace="ws_2"), ("It belongs to another workspace.",)),
        (
            replace(BASE, organization="Bay Clinic"),
            ("The organization is called Bay Clinic; it was Alder Bay Hospital.",),
        ),
        (
            replace(BASE, routes=(TWO_STAGES,)),
            (
                "The route Standard is now: Sign-off by one of privacy officer and communications lead, meaning “I "
                "checked this exact content. I approve publishing it in the time shown.”, then Clinical by 2 different "
                "people, each of clinical reviewer, meaning “It is right.”. It was: Sign-off by one of privacy officer "
                "and communications lead, meaning “I checked this exact content. I approve publishing it in the time "
                "shown.”.",
            ),
        ),
        (
            replace(BASE, routes=(Route("Crisis", (SECOND,)), default_route())),
            (
                "There is a new route Crisis: Clinical by 2 different people, each of clinical reviewer, meaning “It "
                "is right.”.",
            ),
        ),
        (
            replace(BASE, desks=("desk_2",)),
            ("The computer desk_2 may publish.", "The computer desk_1 may publish no longer."),
        ),
        (
            replace(BASE, minimum_rules="sha256:" + "1" * 64),
            ("A sign-off has to rest on the checks sha256:" + "1" * 64 + ".",),
        ),
    ],
)
def test_each_difference_has_its_sentence(after: Charter, said: tuple[str, ...]) -> None:
    assert charter_changes(BASE, after) == said


def test_and_the_way_back() -> None:
    assert charter_changes(charter(JONAS, replace(MIRA, active=False)), BASE) == ("Mira is back on the staff.",)
    rules = replace(BASE, minimum_rules="sha256:" + "1" * 64)
    assert charter_changes(rules, BASE) == ("A sign-off may rest on any set of checks.",)
    gone = replace(BASE, routes=(default_route(), Route("Crisis", (SECOND,))))
    assert charter_changes(gone, BASE) == ("The route Crisis is gone.",)


MEMBERS = st.lists(
    st.builds(
        member,
        st.integers(1, 4),
        st.sampled_from(["Mira", "Sana", "Tom", "Ada"]),
        ROLES,
        active=st.booleans(),
    ),
    max_size=4,
    unique_by=(lambda each: each.id, lambda each: each.sign_in),
)


@given(MEMBERS, MEMBERS)
def test_whatever_counts_is_said(before: list[Member], after: list[Member]) -> None:
    said = charter_changes(charter(JONAS, *before), charter(JONAS, *after))
    assert (said == ()) == ({each.id: each for each in before} == {each.id: each for each in after})
    assert len(set(said)) == len(said)
