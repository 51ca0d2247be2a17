"""What a charter version changes, in sentences that a signer can check."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from editorial.charter.defaults import default_route
from editorial.charter.difference import difference, role_words
from editorial.charter.document import Charter, Member, Role, Route, Stage
from editorial.keys.signing import SigningKey


def member(name: str, *roles: Role, active: bool = True) -> Member:
    with SigningKey.generate() as key:
        first = name.partition(" ")[0].lower()
        return Member(f"person_{first}", name, first, key.public, key.key_id, frozenset(roles), active)


JONAS = member("Jonas Lindqvist", Role.ADMINISTRATOR, Role.COMMUNICATIONS_LEAD)
HELEN = member("Helen Castellanos", Role.PRIVACY_OFFICER)
MIRA = member("Mira Okafor", Role.AUTHOR)
BEFORE = Charter(
    workspace="ws_1",
    organization="Alder Bay Hospital",
    version=1,
    previous=f"sha256:{'0' * 64}",
    members=(JONAS, HELEN),
    routes=(default_route(),),
    desks=("desk_1",),
    minimum_rules=None,
    made_at=datetime(2027, 3, 10, tzinfo=UTC),
)


def after(*members: Member) -> Charter:
    return replace(BEFORE, members=members)


def test_nothing_is_said_where_nothing_changes() -> None:
    assert difference(BEFORE, replace(BEFORE, version=2, made_at=datetime(2027, 3, 11, tzinfo=UTC))) == ()


@pytest.mark.parametrize(
    ("following", "words"),
    [
        (after(JONAS, HELEN, MIRA), "Mira Okafor joins as author."),
        (after(JONAS), "Helen Castellanos is no longer in the charter."),
        (
            after(JONAS, replace(HELEN, roles=frozenset({Role.PRIVACY_OFFICER, Role.AUTHOR}))),
            "Helen Castellanos is author and privacy officer instead of privacy officer.",
        ),
        (
            after(JONAS, replace(HELEN, active=False)),
            "Helen Castellanos no longer works here and can neither sign in nor sign.",
        ),
        (
            after(JONAS, replace(member("Helen Castellanos", Role.PRIVACY_OFFICER))),
            "Helen Castellanos gets a new key. What the old one signed and still waits has to be signed again.",
        ),
        (
            after(JONAS, replace(HELEN, name="Helen Moreno")),
            "Helen Castellanos is called Helen Moreno, and signs in as helen.",
        ),
        (replace(BEFORE, desks=("desk_1", "desk_2")), "The computers of this workspace change."),
        (replace(BEFORE, organization="Alder Bay"), "The organization is called Alder Bay."),
        (
            replace(BEFORE, minimum_rules=f"sha256:{'1' * 64}"),
            "The checks that every sign-off must rest on change.",
        ),
        (
            replace(BEFORE, routes=(Route("Two", (Stage("One", frozenset({Role.ADMINISTRATOR}), 2, "I agree."),)),)),
            "The approval paths change.",
        ),
    ],
)
def test_each_change_is_one_sentence(following: Charter, words: str) -> None:
    assert difference(BEFORE, following) == (words,)


def test_somebody_who_comes_back_is_said_to_work_here_again() -> None:
    gone = replace(HELEN, active=False)
    with_mira = replace(BEFORE, members=(JONAS, gone, member("Sana Haddad", Role.PRIVACY_OFFICER)))
    back = replace(with_mira, members=(JONAS, HELEN, with_mira.members[2]))
    assert difference(with_mira, back) == ("Helen Castellanos works here again as privacy officer.",)


def test_roles_in_one_run_of_words() -> None:
    assert role_words([]) == "no role"
    assert role_words([Role.AUTHOR]) == "author"
    three = [Role.PRIVACY_OFFICER, Role.AUTHOR, Role.COMPLIANCE_OFFICER]
    assert role_words(three) == "author, compliance officer and privacy officer"
