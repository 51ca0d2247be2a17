"""When a post goes out: chosen by keyboard, with the days on which clocks change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.screens.compose.month import MiniMonth
from desktop.screens.compose.schedule import SchedulePopover
from editorial.when import Choice, When
from tests.desktop.screens.composing import CONTROL, SHIFT, ZONE, Composing, connect
from tests.fakes.accessible import check_names
from tests.fakes.desks import Staff
from tests.fakes.desktop import Bench, bench


@pytest.fixture
def desk(qtbot: QtBot, appearance: Appearance, staff: Staff) -> Iterator[Bench]:
    with bench(staff, qtbot, staff.mira) as found:
        yield found


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def opened(work: Composing) -> SchedulePopover:
    """The popover, opened by its key."""
    work.editor.setFocus()
    work.key(Qt.Key.Key_D, CONTROL | SHIFT)
    popover = work.screen.timing.popover
    assert popover is not None
    assert popover.isVisible()
    return popover


def at_set_time(popover: SchedulePopover) -> None:
    """Chooses "At a set time" with the arrows."""
    popover.choice.part(popover.choice.current).setFocus()
    while popover.choice.current != Choice.SET:
        key = Qt.Key.Key_Right if popover.choice.current == Choice.SOON else Qt.Key.Key_Left
        QTest.keyClick(popover.choice.part(popover.choice.current), key)


def time_typed(popover: SchedulePopover, text: str) -> None:
    popover.time.line.selectAll()
    QTest.keyClicks(popover.time.line, text)
    QTest.keyClick(popover.time.line, Qt.Key.Key_Return)


def day_chosen(popover: SchedulePopover, day: date) -> None:
    """Moves to a day with the arrow keys."""
    popover.month.setFocus()
    while popover.month.day != day:
        step = day - popover.month.day
        weeks = abs(step) >= timedelta(days=7)
        later = step > timedelta(0)
        key = (
            (Qt.Key.Key_Down if later else Qt.Key.Key_Up) if weeks else (Qt.Key.Key_Right if later else Qt.Key.Key_Left)
        )
        QTest.keyClick(popover.month, key)


def test_a_time_is_chosen_by_keyboard_and_saved(desk: Bench) -> None:
    work = Composing(desk)
    work.show(work.draft())
    assert work.screen.middle.foot.when.accessibleName() == "When: No date yet"
    popover = opened(work)
    at_set_time(popover)
    assert popover.month.day == date(2027, 3, 11)
    day_chosen(popover, date(2027, 3, 19))
    time_typed(popover, "730")
    assert work.screen.timing.popover is None or not popover.isVisible()
    work.saved()
    assert work.stored().body.when == When(Choice.SET, wall("2027-03-19T07:30"), ZONE)
    assert work.screen.middle.foot.when.accessibleName() == "When: Fri 19 Mar, 07:30 EDT"
    assert work.window.focusWidget() is work.screen.middle.foot.when


@pytest.mark.parametrize(("typed", "shown"), [("9", "09:00"), ("930", "09:30"), ("9.30", "09:30"), ("21:05", "21:05")])
def test_times_are_typed_as_people_type_them(desk: Bench, typed: str, shown: str) -> None:
    work = Composing(desk)
    work.show(work.draft(when=When(Choice.SET, wall("2027-03-12T08:00"), ZONE)))
    popover = opened(work)
    popover.time.line.setFocus()
    popover.time.line.selectAll()
    QTest.keyClicks(popover.time.line, typed)
    popover.month.setFocus()  # leaving the field takes it over
    assert popover.time.text() == shown
    assert work.screen.bench.post.body.when.wall == wall(f"2027-03-12T{shown}")
    popover.close()
    work.saved()


def test_a_time_that_does_not_exist_is_refused_with_the_next_one(desk: Bench) -> None:
    work = Composing(desk)
    before = When(Choice.SET, wall("2027-03-13T09:00"), ZONE)
    work.show(work.draft(when=before))
    popover = opened(work)
    assert popover.clocks.text() == "Clocks go forward on Sun 14 March. Times after that are EDT, UTC−4."
    day_chosen(popover, date(2027, 3, 14))
    time_typed(popover, "230")
    assert popover.isVisible()
    assert popover.problem.text() == (
        "02:30 does not exist on Sun 14 March. Clocks go forward. The next possible time is 03:00."
    )
    assert popover.time.editor.accessibleDescription() == popover.problem.text()
    assert work.screen.bench.post.body.when.wall == wall("2027-03-14T09:00")
    time_typed(popover, "3")
    work.saved()
    assert work.stored().body.when.wall == wall("2027-03-14T03:00")


def test_a_time_that_exists_twice_is_asked_about(desk: Bench) -> None:
    work = Composing(desk)
    work.show(work.draft(when=When(Choice.SET, wall("2027-11-07T09:00"), ZONE)))
    popover = opened(work)
    time_typed(popover, "1:30")
    assert popover.isVisible()
    assert "exists twice" in popover.problem.text()
    assert popover.fold.isVisible()
    assert [popover.fold.part(key).text() for key in ("0", "1")] == ["First 01:30 EDT", "Second 01:30 EST"]
    work.click(popover.fold.part("1"))
    assert not popover.problem.isVisible()
    work.click(popover.done)
    work.saved()
    when = work.stored().body.when
    assert (when.wall, when.fold) == (wall("2027-11-07T01:30"), 1)
    assert when.due(desk.context.desk.clock.now()) == datetime.fromisoformat("2027-11-07T06:30+00:00")


def test_a_time_that_has_passed_and_words_that_are_no_time_are_refused(desk: Bench) -> None:
    work = Composing(desk)
    when = When(Choice.SET, wall("2027-03-12T08:00"), ZONE)
    work.show(work.draft(when=when))
    popover = opened(work)
    time_typed(popover, "soon")
    assert popover.problem.text() == "“soon” is not a time. Type it as 9, 930 or 9:30."
    day_chosen(popover, date(2027, 3, 10))
    time_typed(popover, "9")
    assert popover.problem.text().startswith("That time has passed.")
    QTest.keyClick(popover, Qt.Key.Key_Escape)
    work.saved()
    assert work.stored().body.when.wall == wall("2027-03-12T08:00")


def test_as_soon_as_approved_and_no_date_need_no_time(desk: Bench) -> None:
    work = Composing(desk)
    work.show(work.draft(when=When(Choice.SET, wall("2027-03-12T08:00"), ZONE)))
    popover = opened(work)
    work.click(popover.choice.part(str(Choice.SOON)))
    assert "within 7 days" in popover.sentence.text()
    assert not popover.month.isVisible()
    work.click(popover.done)
    assert work.screen.middle.foot.when.text() == "As soon as approved"
    popover = opened(work)
    work.click(popover.choice.part(str(Choice.OPEN)))
    popover.close()
    work.saved()
    assert work.stored().body.when == When(Choice.OPEN, None, ZONE)


def test_another_zone_is_shown_with_the_organizations_time(desk: Bench) -> None:
    work = Composing(desk)
    work.show(work.draft(when=When(Choice.SET, wall("2027-03-12T08:00"), ZONE)))
    popover = opened(work)
    popover.zone.setCurrentIndex(popover.zone.findData("America/Los_Angeles"))
    popover.zone.activated.emit(popover.zone.currentIndex())
    assert popover.result.text() == "Fri 12 Mar 2027, 11:00 EST in New York, 16:00 UTC"
    popover.close()
    work.saved()
    assert work.stored().body.when.zone == "America/Los_Angeles"
    assert work.screen.middle.foot.when.accessibleName() == "When: Fri 12 Mar, 11:00 PST"


def test_the_month_says_what_each_day_has(desk: Bench, staff: Staff) -> None:
    x = connect(staff, "x")
    work = Composing(desk)
    work.draft("Other", "Text", x, when=When(Choice.SET, wall("2027-03-12T08:00"), ZONE))
    work.show(work.draft(when=When(Choice.SET, wall("2027-03-11T08:00"), ZONE)))
    popover = opened(work)
    month = popover.month
    QTest.keyClick(month, Qt.Key.Key_Right)
    assert month.accessibleName() == "Friday 12 March 2027, 1 post"
    day_chosen(popover, date(2027, 3, 14))
    assert month.accessibleName() == "Sunday 14 March 2027, clocks change"
    QTest.keyClick(month, Qt.Key.Key_PageDown)
    assert month.day == date(2027, 4, 14)
    QTest.keyClick(month, Qt.Key.Key_PageUp)
    QTest.keyClick(month, Qt.Key.Key_PageUp)
    assert month.day == date(2027, 3, 10), "days before today cannot be chosen"
    check_names(popover)
    popover.close()
    work.saved()


def test_a_click_chooses_a_day_and_days_of_the_past_do_nothing(qtbot: QtBot, appearance: Appearance) -> None:
    month = MiniMonth(ZONE)
    month.first_weekday = 0
    qtbot.addWidget(month)
    month.show_days(date(2027, 3, 12), date(2027, 3, 10), {}, ZONE)
    month.resize(month.sizeHint())
    month.show()

    def click(day: date) -> None:
        place = (day - date(2027, 3, 1)).days
        cell = month._cell(place)
        QTest.mouseClick(month, Qt.MouseButton.LeftButton, pos=QPoint(cell.center().x(), cell.center().y()))

    click(date(2027, 3, 17))
    assert month.day == date(2027, 3, 17)
    click(date(2027, 3, 9))
    assert month.day == date(2027, 3, 17)
    month.turn(-1)
    assert month.month == date(2027, 3, 1), "there is nothing to choose in the months before"
