"""What the schedule popover says before a time is chosen: blackouts, quiet hours, other posts, free usual times."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.screens.compose.schedule import SchedulePopover
from editorial.planning.setting import Times
from editorial.planning.times import WEEKDAYS, QuietHours, Slot
from editorial.when import Choice, When
from tests.desktop.screens.composing import ZONE, Composing, connect
from tests.desktop.screens.test_compose_schedule import day_chosen, opened, time_typed, wall
from tests.fakes.accessible import check_names
from tests.fakes.desks import Staff
from tests.fakes.desktop import Bench, bench


@pytest.fixture
def desk(qtbot: QtBot, appearance: Appearance, staff: Staff) -> Iterator[Bench]:
    with bench(staff, qtbot, staff.mira) as found:
        yield found


def at(text: str) -> When:
    return When(Choice.SET, wall(text), ZONE)


def visit(staff: Staff) -> None:
    first, last = wall("2027-03-22T08:00"), wall("2027-03-23T18:00")
    Times(staff.desk).set_blackout(staff.jonas.actor, "Accreditation visit", first, last)


def with_times(work: Composing, when: When, *accounts: str) -> SchedulePopover:
    """A draft in the popover, with what is known of times."""
    work.show(work.draft("Open day", "Come and see us.", *accounts, when=when))
    popover = opened(work)
    work.desk.settle()
    return popover


def stored(work: Composing) -> When:
    work.saved()
    return work.stored().body.when


def test_a_blackout_is_refused_with_who_set_it_and_the_next_free_time_is_taken(desk: Bench, staff: Staff) -> None:
    x = connect(staff, "x")
    visit(staff)
    Times(staff.desk).set_slots(staff.jonas.actor, x, [Slot(time(9), WEEKDAYS)])
    work = Composing(desk)
    popover = with_times(work, at("2027-03-15T10:00"), x)
    day_chosen(popover, date(2027, 3, 22))
    assert popover.problem.text() == (
        "Mon 22 March, 10:00 is in a blackout. Accreditation visit, set by Jonas Lindqvist, ends on Tue 23 March at "
        "18:00. Free next: Wed 24 March, 09:00."
    )
    assert popover.time.editor.accessibleDescription() == popover.problem.text()
    assert stored(work) == at("2027-03-15T10:00"), "what is refused is not taken over"
    assert popover.advice.better.text() == "Take Wed 24 Mar, 09:00"
    work.click(popover.advice.better)
    assert not popover.problem.isVisible()
    assert popover.month.day == date(2027, 3, 24)
    assert stored(work) == at("2027-03-24T09:00")
    popover.close()


def test_the_free_hours_of_a_day_with_a_blackout_can_be_chosen(desk: Bench, staff: Staff) -> None:
    visit(staff)
    work = Composing(desk)
    popover = with_times(work, at("2027-03-22T09:00"))
    assert "in a blackout" in popover.problem.text(), "also for a time that was chosen before"
    time_typed(popover, "730")
    assert stored(work) == at("2027-03-22T07:30")


def test_the_month_names_a_blackout_and_says_what_is_hatched(desk: Bench, staff: Staff) -> None:
    work = Composing(desk)
    popover = with_times(work, at("2027-03-19T10:00"))
    assert not popover._legend.isVisible()
    popover.close()
    visit(staff)
    popover = opened(work)
    desk.settle()
    assert popover._legend.isVisible()
    day_chosen(popover, date(2027, 3, 22))
    words = "Monday 22 March 2027, blackout: Accreditation visit, set by Jonas Lindqvist"
    assert popover.month.accessibleName() == words
    check_names(popover)
    popover.close()


def test_quiet_hours_and_a_post_nearby_are_warned_of_and_may_be_chosen(desk: Bench, staff: Staff) -> None:
    x = connect(staff, "x")
    Times(staff.desk).set_quiet(staff.jonas.actor, QuietHours(time(21), time(7)))
    work = Composing(desk)
    work.draft("Kidney Day", "Text", x, when=at("2027-03-12T21:10"))
    popover = with_times(work, at("2027-03-12T09:00"), x)
    assert not popover.advice.warning.isVisible()
    time_typed(popover, "21:05")
    popover = opened(work)
    desk.settle()
    assert popover.advice.warning.text == (
        "21:05 is in the quiet hours, 21:00 to 07:00.\nP-1 “Kidney Day” goes to X 5 minutes after."
    )
    assert popover.advice.warning.isVisible()
    assert stored(work) == at("2027-03-12T21:05"), "a warning does not refuse"
    popover.close()


def test_a_free_usual_time_is_taken_by_keyboard(desk: Bench, staff: Staff) -> None:
    x, bluesky = connect(staff, "x"), connect(staff, "bluesky")
    times, jonas = Times(staff.desk), staff.jonas.actor
    times.set_slots(jonas, x, [Slot(time(9, 30)), Slot(time(12, 10))])
    times.set_slots(jonas, bluesky, [Slot(time(9, 30)), Slot(time(19))])
    work = Composing(desk)
    work.draft("Kidney Day", "Text", bluesky, when=at("2027-03-12T19:00"))
    popover = with_times(work, at("2027-03-11T08:00"), x, bluesky)
    day_chosen(popover, date(2027, 3, 12))
    advice = popover.advice
    assert advice.head.text() == "Free usual times on Fri 12 March"
    names = [row.accessibleName() for row in advice.rows]
    assert names == ["09:30, X, Bluesky, best", "12:10, X"], "19:00 is taken"
    advice.rows[0].setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(advice.rows[0], Qt.Key.Key_Down)
    assert popover.focusWidget() is advice.rows[1]
    QTest.keyClick(advice.rows[1], Qt.Key.Key_Return)
    assert popover.time.text() == "12:10"
    assert [row.isChecked() for row in advice.rows] == [False, True]
    assert stored(work) == at("2027-03-12T12:10")
    work.click(advice.rows[0])
    assert stored(work) == at("2027-03-12T09:30")
    check_names(popover)
    popover.close()


def test_a_usual_time_is_in_the_organizations_zone(desk: Bench, staff: Staff) -> None:
    x = connect(staff, "x")
    Times(staff.desk).set_slots(staff.jonas.actor, x, [Slot(time(9, 30))])
    work = Composing(desk)
    popover = with_times(work, When(Choice.SET, wall("2027-03-12T08:00"), "America/Los_Angeles"), x)
    work.click(popover.advice.rows[0])
    assert stored(work) == at("2027-03-12T09:30")
    popover.close()


def test_sending_to_review_into_a_blackout_opens_the_popover(desk: Bench, staff: Staff) -> None:
    x = connect(staff, "x")
    work = Composing(desk)
    work.show(work.draft("Open day", "Come and see us.", x, when=at("2027-03-22T09:00")))
    visit(staff)
    work.click(work.screen.middle.foot.send)
    desk.settle()
    popover = work.screen.timing.popover
    assert popover is not None
    assert "in a blackout" in popover.problem.text()
    popover.close()


def test_the_best_slot_of_the_coming_days_is_one_click_away(desk: Bench, staff: Staff) -> None:
    x = connect(staff, "x")
    Times(staff.desk).set_slots(staff.jonas.actor, x, [Slot(time(9, 30), frozenset({4}))])
    work = Composing(desk)
    popover = with_times(work, at("2027-03-11T08:00"), x)
    assert popover.advice.best.text() == "Best slot: Fri 12 Mar, 09:30"
    work.click(popover.advice.best)
    assert stored(work) == at("2027-03-12T09:30")
    assert not popover.advice.best.isVisible(), "it stands in the list of the day, and is chosen"
    check_names(popover)
    popover.close()
