"""Which route a version takes, and whether there are people to walk it: the rules against plain trying."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.charter.document import Charter, Deputy, Role, Route, RouteKind, Stage
from editorial.signoff.routing import kind_for, shortfall, signers_for, stands_for
from tests.editorial.charter.staff import ADMIN, AUTHOR, LEAD, MADE, PRIVACY, first, member

CLINICAL = Role.CLINICAL_REVIEWER
ROLES = (LEAD, PRIVACY, CLINICAL)
NAMES = tuple(f"person_{number}" for number in range(1, 6))


def finding(severity: str, category: str) -> dict[str, str]:
    return {"severity": severity, "category": category}


@pytest.mark.parametrize(
    ("authorizations", "findings", "crisis", "corrects", "kind"),
    [
        ((), (), False, False, RouteKind.ROUTINE),
        ((), (), False, True, RouteKind.CORRECTION),
        ((), (), True, False, RouteKind.CRISIS),
        ((), (), True, True, RouteKind.CRISIS),
        ((), (finding("warning", "clinical"),), False, False, RouteKind.CLINICAL),
        ((), (finding("suggestion", "clinical"),), False, True, RouteKind.CLINICAL),
        ((), (finding("warning", "clinical"),), True, False, RouteKind.CRISIS),
        ((), (finding("review", "privacy"),), False, False, RouteKind.STORY),
        ((), (finding("review", "privacy"),), True, True, RouteKind.STORY),
        (("auth_1",), (), True, False, RouteKind.STORY),
        ((), (finding("warning", "wording"),), False, False, RouteKind.ROUTINE),
    ],
)
def test_the_kind_follows_from_the_content(
    authorizations: tuple[str, ...],
    findings: tuple[dict[str, str], ...],
    crisis: bool,
    corrects: bool,
    kind: RouteKind,
) -> None:
    found = kind_for(authorizations=authorizations, findings=iter(findings), crisis=crisis, corrects=corrects)
    assert found is kind


@st.composite
def stages(draw: st.DrawFn, number: int) -> Stage:
    named = tuple(draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=2)))
    roles = draw(st.frozensets(st.sampled_from(ROLES), min_size=0 if named else 1, max_size=2))
    return Stage(f"Stage {number}", roles, draw(st.integers(1, 2)), "I agree.", named)


@st.composite
def staffed(draw: st.DrawFn) -> Charter:
    """Five people, some gone; the first is always an officer, so that it is a charter."""
    held = st.frozensets(st.sampled_from((*ROLES, AUTHOR)), max_size=2)
    others = [member(number, *draw(held), active=draw(st.booleans())) for number in range(2, 6)]
    deputies = draw(
        st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.booleans()), max_size=3, unique=True)
    )
    hour = timedelta(hours=1)
    return first(
        member(1, ADMIN, *draw(held)),
        *others,
        deputies=tuple(
            Deputy(person, deputy, MADE - hour if now else MADE + hour, MADE + 2 * hour)
            for person, deputy, now in deputies
            if person != deputy
        ),
    )


routes = st.integers(1, 3).flatmap(lambda count: st.tuples(*(stages(number) for number in range(count)))).map(
    lambda drawn: Route("Drawn", drawn)
)  # fmt: skip
contributors = st.sets(st.sampled_from(NAMES), max_size=2)


def may_sign(stage: Stage, charter: Charter, person_id: str, others: set[str]) -> bool:
    """Said once more, without the code under test: active, and named or in the role, or deputy of such a person.

    For none of `others`, who wrote it.
    """
    people = {each.id: each for each in charter.members}
    places = [person_id]
    places += [
        each.person
        for each in charter.deputies
        if each.deputy == person_id and each.since <= MADE and each.person not in others
    ]
    return people[person_id].active and any(
        people[place].active and people[place].roles and (place in stage.people or people[place].roles & stage.roles)
        for place in places
    )


def can_be_walked(route: Route, charter: Charter, others: set[str]) -> bool:
    """Tries every way of giving each signature to another person."""
    seats = [stage for stage in route.stages for _ in range(stage.count)]
    free = [name for name in NAMES if name not in others]
    return any(
        all(may_sign(stage, charter, person, others) for stage, person in zip(seats, chosen, strict=True))
        for chosen in permutations(free, len(seats))
    )


@given(staffed(), routes, contributors)
def test_a_route_falls_short_exactly_where_no_seating_exists(charter: Charter, route: Route, others: set[str]) -> None:
    lacking = shortfall(route, charter, others, MADE)
    assert (lacking is None) == can_be_walked(route, charter, others)
    if lacking is not None:
        place = route.stages.index(lacking)
        before = replace(route, stages=route.stages[:place]) if place else None
        assert before is None or can_be_walked(before, charter, others), "the first stage that falls short is named"


@given(staffed(), stages(0), contributors)
def test_those_who_could_sign_are_all_who_may(charter: Charter, stage: Stage, others: set[str]) -> None:
    found = {each.id for each in signers_for(stage, charter, others, MADE)}
    assert found == {name for name in NAMES if name not in others and may_sign(stage, charter, name, others)}


@given(staffed(), stages(0), st.sampled_from(NAMES), contributors)
def test_ones_own_place_goes_before_anothers(charter: Charter, stage: Stage, name: str, others: set[str]) -> None:
    person = charter.member(name)
    assert person is not None
    holder = stands_for(stage, charter, person, others, MADE)
    if holder is None:
        assert not (person.active and may_sign(stage, charter, name, others))
    elif stage.role_of(person) is not None:
        assert holder is person
    else:
        assert stage.role_of(holder) is not None
        assert holder in charter.principals(name, MADE)
        assert holder.id not in others


def test_one_person_for_two_stages_is_too_few() -> None:
    charter = first(member(1, ADMIN, LEAD, PRIVACY), member(2, LEAD, active=False))
    one, two = (Stage(name, frozenset({role}), 1, "I agree.") for name, role in (("One", LEAD), ("Two", PRIVACY)))
    assert shortfall(Route("Both", (one, two)), charter, (), MADE) is two
    helped = replace(charter, members=(charter.members[0], member(2, LEAD)))
    assert shortfall(Route("Both", (one, two)), helped, (), MADE) is None
    assert shortfall(Route("Both", (one, two)), helped, ("person_2",), MADE) is two


def test_who_wrote_it_has_no_deputy_for_it() -> None:
    """The lead wrote the post: the author who stands in for them may not sign in their place, nor make it walkable."""
    hour = timedelta(hours=1)
    stands = Deputy("person_2", "person_3", MADE - hour, MADE + hour)
    charter = first(member(1, ADMIN), member(2, LEAD), member(3, AUTHOR), member(4, AUTHOR), deputies=(stands,))
    stage = Stage("Sign-off", frozenset({LEAD}), 1, "I agree.")
    assert shortfall(Route("One", (stage,)), charter, ("person_4",), MADE) is None
    assert [each.id for each in signers_for(stage, charter, ("person_2",), MADE)] == []
    assert shortfall(Route("One", (stage,)), charter, ("person_2",), MADE) is stage
    both = replace(charter, members=(*charter.members[:2], member(3, LEAD), charter.members[3]))
    assert [each.id for each in signers_for(stage, both, ("person_2",), MADE)] == ["person_3"], "in their own role"
