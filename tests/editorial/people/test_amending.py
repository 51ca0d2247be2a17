"""What officers change in the charter, and what a change refuses because nobody could sign afterwards."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.charter.defaults import default_route, default_routes
from editorial.charter.document import Charter, Deputy, Role, Route, RouteKind, Stage
from editorial.errors import BadInputError, DeskError, NotFoundError
from editorial.people.amending import (
    add_deputy,
    end_deputy,
    leave_staff,
    set_allow_list,
    set_crisis_passes_hold,
    set_minimum_rules,
    set_policy,
    set_roles,
    set_route,
    stranded,
    together,
)
from editorial.signoff.routing import shortfall
from tests.editorial.charter.drawn import charters
from tests.editorial.charter.staff import ADMIN, AUTHOR, LEAD, MADE, PRIVACY, first, member

CLINICAL = Role.CLINICAL_REVIEWER
D1 = "sha256:" + "1" * 64
DAY = timedelta(days=1)
NAMED = Stage("Second look", frozenset(), 1, "I agree.", ("person_4",))
STAFF = first(
    member(1, ADMIN, LEAD), member(2, PRIVACY), member(3, LEAD), member(4, CLINICAL, AUTHOR), member(5, PRIVACY),
    member(6, AUTHOR, active=False),
    routes=default_routes(),
)  # fmt: skip
HOLIDAY = Deputy("person_2", "person_3", MADE, MADE + 9 * DAY)


def refused(charter: Charter, change: object) -> BadInputError:
    assert callable(change)
    with pytest.raises(BadInputError) as caught:
        change(charter)
    return caught.value


def test_roles_are_set_and_people_come_back() -> None:
    after = set_roles("person_4", [CLINICAL, AUTHOR, LEAD])(STAFF)
    assert after.member("person_4") == member(4, CLINICAL, AUTHOR, LEAD)
    back = set_roles("person_6", [AUTHOR])(STAFF)
    assert back.member("person_6") == member(6, AUTHOR)
    assert [each.id for each in back.members] == [each.id for each in STAFF.members]
    with pytest.raises(NotFoundError):
        set_roles("person_9", [AUTHOR])(STAFF)


def test_the_last_one_in_a_role_keeps_it() -> None:
    error = refused(STAFF, set_roles("person_4", [AUTHOR]))
    assert error.title == "Too few people are left for “Clinical review”"
    assert error.what == "Posts on the Clinical claim route could not be signed any more. Nothing was changed."


def test_what_was_lacking_before_refuses_nothing() -> None:
    nobody = replace(STAFF, members=STAFF.members[:3])
    assert set_roles("person_3", [AUTHOR])(nobody).member("person_3") == member(3, AUTHOR)


def test_deputies_come_and_go() -> None:
    with_deputy = add_deputy(HOLIDAY)(STAFF)
    assert with_deputy.deputies == (HOLIDAY,)
    assert end_deputy(HOLIDAY)(with_deputy) == STAFF
    with pytest.raises(NotFoundError, match="ended already"):
        end_deputy(HOLIDAY)(STAFF)
    later = replace(HOLIDAY, since=HOLIDAY.until + DAY, until=HOLIDAY.until + 2 * DAY)
    assert add_deputy(later)(with_deputy).deputies == (HOLIDAY, later)
    assert refused(with_deputy, add_deputy(replace(HOLIDAY, since=HOLIDAY.until, until=later.until))).field == "since"


@pytest.mark.parametrize("both", [("person_2", "person_6"), ("person_6", "person_2")])
def test_deputies_work_here(both: tuple[str, str]) -> None:
    assert refused(STAFF, add_deputy(Deputy(*both, MADE, MADE + DAY))).field == "deputy"
    with pytest.raises(NotFoundError):
        add_deputy(Deputy("person_9", "person_1", MADE, MADE + DAY))(STAFF)


def test_a_route_is_put_in_its_place_or_added() -> None:
    changed = replace(default_route(), stages=(replace(default_route().stages[0], count=2, due_minutes=60),))
    assert set_route(changed)(STAFF).routes == (changed, *STAFF.routes[1:])
    press = Route("Press", (NAMED,))
    assert set_route(press)(STAFF).routes == (*STAFF.routes, press)


@pytest.mark.parametrize(
    "stages",
    [
        (replace(default_route().stages[0], count=5),),
        (replace(default_route().stages[0], roles=frozenset({Role.DUTY_MANAGER})),),
        (replace(NAMED, people=("person_6",)),),
        (NAMED, replace(NAMED, name="Third look")),
    ],
)
def test_a_route_that_nobody_could_walk_is_refused(stages: tuple[Stage, ...]) -> None:
    assert "could not be signed any more" in refused(STAFF, set_route(Route("Standard", stages))).what
    assert "could not be signed any more" in refused(STAFF, set_route(Route("New", stages, RouteKind.CRISIS))).what


def test_the_other_fields_are_set() -> None:
    change = together(set_crisis_passes_hold(True), set_minimum_rules(D1), set_policy(D1), set_allow_list(D1))
    assert change(STAFF) == replace(STAFF, crisis_passes_hold=True, minimum_rules=D1, policy=D1, allow_list=D1)
    assert together(set_crisis_passes_hold(False), set_minimum_rules(None))(change(STAFF)).minimum_rules is None


def test_leaving_ends_deputyships_and_takes_the_name_off_stages() -> None:
    both = Stage("Second look", frozenset({LEAD}), 1, "I agree.", ("person_5", "person_2"))
    after_them = Deputy("person_1", "person_5", MADE, MADE + DAY)
    before = replace(
        STAFF,
        routes=(*STAFF.routes, Route("Press", (both,))),
        deputies=(HOLIDAY, after_them, Deputy("person_5", "person_1", MADE, MADE + DAY)),
    )
    gone = leave_staff("person_5")(before)
    assert gone.member("person_5") == member(5, PRIVACY, active=False)
    assert gone.deputies == (HOLIDAY,)
    assert gone.route("Press").stages[0].people == ("person_2",)
    taken = leave_staff("person_5", "person_3")(before)
    assert taken.deputies == (HOLIDAY, replace(after_them, deputy="person_3"))
    assert taken.route("Press").stages[0].people == ("person_3", "person_2")
    assert leave_staff("person_5", "person_2")(before).route("Press").stages[0].people == ("person_2",)
    assert leave_staff("person_5", "person_1")(before).deputies == (HOLIDAY,), "nobody stands in for themselves"


def test_a_stage_for_one_person_needs_another_first() -> None:
    before = replace(
        STAFF, members=(*STAFF.members, member(7, CLINICAL)), routes=(*STAFF.routes, Route("Press", (NAMED,)))
    )
    error = refused(before, leave_staff("person_4"))
    assert (error.title, error.field) == ("“Second look” names only Person 4", "successor")
    assert leave_staff("person_4", "person_3")(before).route("Press").stages[0].people == ("person_3",)
    for nobody in ("person_4", "person_6"):
        assert refused(before, leave_staff("person_4", nobody)).field == "successor"


def test_nobody_leaves_a_stage_or_the_charter_behind() -> None:
    assert "Clinical review" in refused(STAFF, leave_staff("person_4")).title
    two = replace(STAFF, members=(*STAFF.members[:4], member(5, AUTHOR)))
    assert refused(two, leave_staff("person_2")).title == "Person 2 is one of two officers"
    assert refused(STAFF, leave_staff("person_6")).title == "Person 6 has left already"
    with pytest.raises(NotFoundError):
        leave_staff("person_9")(STAFF)


def test_a_deputy_does_not_stand_for_a_role_that_nobody_holds() -> None:
    covered = replace(STAFF, deputies=(Deputy("person_4", "person_3", MADE, MADE + 900 * DAY),))
    assert "Clinical review" in refused(covered, leave_staff("person_4")).title


@given(charters(), st.integers(1, 5), st.sampled_from(["", "person_1", "person_2", "person_3"]))
def test_whoever_leaves_every_route_can_still_be_walked(before: Charter, number: int, successor: str) -> None:
    person = f"person_{number}"
    try:
        after = leave_staff(person, successor)(before)
    except (DeskError, ValueError):
        return
    left = after.member(person)
    assert left is not None
    assert not left.active
    assert not any(person in (each.person, each.deputy) for each in after.deputies)
    assert not any(person in stage.people for route in after.routes for stage in route.stages)
    assert len(after.officers()) >= min(2, len(before.officers()))
    then, now = (replace(charter, deputies=()) for charter in (before, after))
    for was, route in zip(then.routes, now.routes, strict=True):
        if shortfall(was, then, (), MADE) is None:
            assert shortfall(route, now, (), MADE) is None


@given(charters())
def test_what_stays_the_same_strands_nothing(charter: Charter) -> None:
    assert stranded(charter, charter) == ()
