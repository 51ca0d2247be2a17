"""What a new charter version changes, in sentences: nothing is left out, and nothing is made up."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from hypothesis import given, reject

from editorial.charter.defaults import default_route
from editorial.charter.document import Charter, Deputy, Member, Role, Route, RouteKind, Stage
from editorial.keys.signing import SigningKey
from editorial.people.differences import charter_changes, role_words, span_words
from tests.editorial.charter.drawn import charters
from tests.editorial.charter.staff import desk

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
        desks=(desk(1),),
        minimum_rules=None,
        made_at=datetime(2027, 3, 10, tzinfo=UTC),
    )


JONAS = member(0, "Jonas", frozenset({Role.ADMINISTRATOR}))
MIRA = member(1, "Mira", frozenset({Role.AUTHOR}))
BASE = charter(JONAS, MIRA)
SECOND = Stage("Clinical", frozenset({Role.CLINICAL_REVIEWER}), 2, "It is right.")
SIGN_OFF = (
    "Sign-off by one person (privacy officer or communications lead), reminded 4 hours earlier, deputies asked 2 hours "
    "later, meaning “I checked this exact content. I approve publishing it in the time shown.”"
)
D1, CODE = "sha256:" + "1" * 64, "sha256: " + " ".join(["11111111"] * 8)
SINCE = datetime(2027, 8, 2, 8, 0, tzinfo=UTC)
HOLIDAY = Deputy("person_0", "person_1", SINCE, datetime(2027, 8, 20, 18, 0, tzinfo=UTC))
ONE = default_route().stages[0]


def routed(*stages: Stage, kind: RouteKind = RouteKind.ROUTINE) -> Charter:
    other = Route("Standard", stages, kind)
    return replace(BASE, routes=(other,) if kind is RouteKind.ROUTINE else (other, Route("Plain", (ONE,))))


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
                f"The route Standard is now: {SIGN_OFF}, then Clinical by 2 different people (clinical "
                f"reviewer), meaning “It is right.”. It was: {SIGN_OFF}.",
            ),
        ),
        (
            replace(BASE, routes=(Route("Crisis", (SECOND,), RouteKind.CRISIS), default_route())),
            (
                "There is a new route Crisis for crisis posts: Clinical by 2 different people (clinical "
                "reviewer), meaning “It is right.”.",
            ),
        ),
        (
            replace(BASE, desks=(desk(2),)),
            ("The computer desk_2 may publish.", "The computer desk_1 may publish no longer."),
        ),
        (
            replace(BASE, desks=(desk(1, key_number=2),)),
            ("The computer desk_1 signs checkpoints of the log with another key.",),
        ),
        (
            replace(BASE, minimum_rules="sha256:" + "1" * 64),
            (f"A sign-off has to rest on the checks {CODE}.",),
        ),
        (
            replace(BASE, deputies=(HOLIDAY,)),
            ("Mira may sign in the place of Jonas from 2 August 2027 08:00 UTC until 20 August 2027 18:00 UTC.",),
        ),
        (
            replace(BASE, allow_list=D1),
            (f"The values that are the hospital’s own and no patient’s are those of the list {CODE}.",),
        ),
        (
            replace(BASE, policy=D1),
            (
                "There is a new social media policy. Everybody has to read and acknowledge it again.",
                f"The policy’s content code: {CODE}.",
            ),
        ),
        (replace(BASE, crisis_passes_hold=True), ("Crisis posts go out even while everything is held.",)),
        (
            routed(replace(ONE, people=("person_1",), due_minutes=90, remind_minutes=1440, escalate_minutes=1)),
            (
                "In the route Standard: Sign-off by one person (privacy officer, communications lead or Mira), due 90 "
                "minutes before the post’s time, reminded 1 day earlier, deputies asked 1 minute later instead of "
                "Sign-off by one person (privacy officer or communications lead), reminded 4 hours earlier, deputies "
                "asked 2 hours later.",
            ),
        ),
        (
            routed(replace(ONE, meaning="Fine.")),
            (
                "In the route Standard: Sign-off by one person (privacy officer or communications lead), reminded 4 "
                f"hours earlier, deputies asked 2 hours later, meaning “Fine.” instead of {SIGN_OFF}.",
            ),
        ),
        (
            routed(ONE, kind=RouteKind.CRISIS),
            (
                "The route Standard is for crisis posts; it was for routine posts.",
                f"There is a new route Plain for routine posts: {SIGN_OFF}.",
                "Routine posts take the route Plain; it was Standard.",
            ),
        ),
    ],
)
def test_each_difference_has_its_sentence(after: Charter, said: tuple[str, ...]) -> None:
    assert charter_changes(BASE, after) == said


def test_and_the_way_back() -> None:
    ended = "Mira may sign in the place of Jonas from 2 August 2027 08:00 UTC until 20 August 2027 18:00 UTC."
    assert charter_changes(replace(BASE, deputies=(HOLIDAY,)), BASE) == (f"No longer: {ended}",)
    assert charter_changes(replace(BASE, policy=D1), BASE) == (
        "There is no social media policy any more, and nobody has to acknowledge one.",
    )
    assert charter_changes(replace(BASE, allow_list=D1), BASE) == (
        "No values are the hospital’s own any more: the checks find all of them.",
    )
    assert charter_changes(replace(BASE, crisis_passes_hold=True), BASE) == (
        "Crisis posts no longer go out while everything is held.",
    )
    assert charter_changes(charter(JONAS, replace(MIRA, active=False)), BASE) == ("Mira is back on the staff.",)
    rules = replace(BASE, minimum_rules="sha256:" + "1" * 64)
    assert charter_changes(rules, BASE) == ("A sign-off may rest on any set of checks.",)
    gone = replace(BASE, routes=(default_route(), Route("Crisis", (SECOND,), RouteKind.CRISIS)))
    assert charter_changes(gone, BASE) == ("The route Crisis is gone.",)


def test_times_are_told_in_the_zone_of_the_house() -> None:
    (said,) = charter_changes(BASE, replace(BASE, deputies=(HOLIDAY,)), ZoneInfo("America/New_York"))
    assert said.endswith("from 2 August 2027 04:00 EDT until 20 August 2027 14:00 EDT.")


def test_people_who_are_called_alike_are_told_apart() -> None:
    both = charter(JONAS, member(1, "Mira", MIRA.roles), replace(member(2, "Mira", MIRA.roles), sign_in="mira2"))
    named = [
        replace(both, routes=(Route("Standard", (replace(ONE, people=(key,)),)),)) for key in ("person_1", "person_2")
    ]
    (said,) = charter_changes(named[0], named[1])
    assert "Mira (mira2)" in said
    assert "Mira (mira))" in said


def test_a_name_that_moves_to_another_person_hides_nothing() -> None:
    first = replace(charter(JONAS, MIRA), routes=(Route("Standard", (replace(ONE, people=("person_1",)),)),))
    other = replace(
        charter(JONAS, replace(MIRA, name="Tom"), replace(member(2, "Mira", MIRA.roles), sign_in="m2")),
        routes=(Route("Standard", (replace(ONE, people=("person_2",)),)),),
    )
    assert charter_changes(first, other)[-1] == (
        "In the route Standard, Sign-off names other people or another order: Mira, person_2."
    )


def test_the_first_route_of_a_kind_is_the_one_that_counts() -> None:
    one, two = Route("One", (ONE,)), Route("Two", (ONE,))
    swapped = replace(BASE, routes=(one, two)), replace(BASE, routes=(two, one))
    assert charter_changes(swapped[0], swapped[1]) == ("Routine posts take the route Two; it was One.",)


def test_words_for_roles_and_spans() -> None:
    assert role_words([]) == "no role"
    assert role_words([Role.AUTHOR]) == "author"
    three = [Role.AUTHOR, Role.COMPLIANCE_OFFICER, Role.PRIVACY_OFFICER]
    assert role_words(three) == "privacy officer, compliance officer and author"
    assert [span_words(each) for each in (1, 59, 60, 90, 120, 1440, 2880)] == [
        "1 minute", "59 minutes", "1 hour", "90 minutes", "2 hours", "1 day", "2 days",
    ]  # fmt: skip


def what_counts(charter: Charter) -> tuple[object, ...]:
    """Everything that a charter decides, without the orders that decide nothing."""
    firsts = {kind: next((each.name for each in charter.routes if each.kind == kind), "") for kind in RouteKind}
    return (
        charter.workspace, charter.organization, {each.id: each for each in charter.members},
        {each.name: each for each in charter.routes}, firsts, set(charter.desks), charter.minimum_rules,
        set(charter.deputies), charter.allow_list, charter.policy, charter.crisis_passes_hold,
    )  # fmt: skip


@given(charters(), charters())
def test_whatever_counts_is_said(before: Charter, after: Charter) -> None:
    assert (charter_changes(before, after) == ()) == (what_counts(before) == what_counts(after))
    assert charter_changes(after, replace(after, version=7, previous=D1)) == ()


FIELDS = (
    "organization", "members", "routes", "desks", "minimum_rules", "deputies", "allow_list", "policy",
    "crisis_passes_hold",
)  # fmt: skip


@given(charters(), charters(), st.sampled_from(FIELDS))
def test_one_field_alone_is_said_too(before: Charter, other: Charter, name: str) -> None:
    try:
        after = replace(before, **{name: getattr(other, name)})
    except ValueError:
        reject()  # it names people whom this one does not have
    said = charter_changes(before, after)
    assert (said == ()) == (what_counts(before) == what_counts(after))
    assert all(said)
