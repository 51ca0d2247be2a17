"""Copying a post to dates, by keyboard and by mouse: one draft for each, what cannot be is said at its date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.screens.compose.copying import CopyDialog
from editorial.planning.setting import Times
from editorial.planning.times import QuietHours
from editorial.posts.drafting import Working
from editorial.when import Choice, When
from tests.desktop.screens.composing import CONTROL, ZONE, Composing, connect
from tests.desktop.screens.test_compose_schedule import wall
from tests.fakes.accessible import check_names
from tests.fakes.desks import Staff
from tests.fakes.desktop import Bench, bench


@pytest.fixture
def desk(qtbot: QtBot, appearance: Appearance, staff: Staff) -> Iterator[Bench]:
    with bench(staff, qtbot, staff.mira) as found:
        yield found


def at(text: str, fold: int | None = None) -> When:
    return When(Choice.SET, wall(text), ZONE, fold)


def dialog_of(work: Composing) -> CopyDialog:
    (found,) = work.window.findChildren(CopyDialog)
    assert found.isVisible()
    return found


def opened(work: Composing, when: When | None = None, *accounts: str) -> CopyDialog:
    """The dialog over a draft, opened from the menu with the mouse."""
    work.show(work.draft("Flu vaccination", "Come in.", *accounts, when=when or at("2027-03-11T09:30")))
    work.click(work.screen.middle.head.menu)
    (menu,) = (each for each in work.screen.middle.head.findChildren(QMenu) if each.isVisible())
    action = next(each for each in menu.actions() if each.text() == "Copy to dates…")
    work.desk.qtbot.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    work.desk.settle()
    return dialog_of(work)


def add(dialog: CopyDialog, *days: date) -> None:
    """Moves to days with the arrow keys and adds them with Space."""
    month = dialog.month
    month.setFocus()
    for day in days:
        while month.day != day:
            step = day - month.day
            keys = (Qt.Key.Key_Down, Qt.Key.Key_Right) if step > timedelta(0) else (Qt.Key.Key_Up, Qt.Key.Key_Left)
            QTest.keyClick(month, keys[0] if abs(step) >= timedelta(days=7) else keys[1])
        QTest.keyClick(month, Qt.Key.Key_Space)


def retime(dialog: CopyDialog, day: date, text: str) -> None:
    """Types another time for one date."""
    line = dialog.lines[day].time
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)


def copies(work: Composing, source: str) -> list[Working]:
    rows = work.screen.bench.listing.shelf().rows
    return [work.drafting.read(row.post_id) for row in rows if row.post_id != source]


def test_dates_are_chosen_by_keyboard_and_each_becomes_a_draft(desk: Bench, staff: Staff) -> None:
    x = connect(staff, "x")
    work = Composing(desk)
    dialog = opened(work, None, x)
    assert dialog.month.hasFocus()
    assert dialog.time.text() == "09:30"
    add(dialog, date(2027, 3, 26), date(2027, 3, 12), date(2027, 3, 19))
    assert list(dialog.lines) == [date(2027, 3, day) for day in (12, 19, 26)]
    assert dialog.month.accessibleName() == "Friday 19 March 2027, chosen"
    retime(dialog, date(2027, 3, 19), "730")
    assert dialog.button.text() == "Make 3 drafts"
    check_names(dialog)
    source = work.post_id
    QTest.keyClick(dialog, Qt.Key.Key_Return, CONTROL)
    desk.settle()
    made = sorted(copies(work, source), key=lambda each: each.number)
    assert [each.body.when for each in made] == [
        at("2027-03-12T09:30"), at("2027-03-19T07:30"), at("2027-03-26T09:30")
    ]  # fmt: skip
    assert {(each.body.title, each.body.text, each.body.accounts) for each in made} == {
        ("Flu vaccination", "Come in.", (x,))
    }
    assert work.post_id == source, "the post that was copied stays open"
    assert desk.shell.said[-1] == "3 drafts were made."


def test_a_click_adds_a_day_and_another_takes_it_away(desk: Bench) -> None:
    work = Composing(desk)
    dialog = opened(work)
    month = dialog.month

    def click(day: date) -> None:
        place = (day - month._start()).days
        centre = month._cell(place).center()
        QTest.mouseClick(month, Qt.MouseButton.LeftButton, pos=QPoint(centre.x(), centre.y()))

    for day in (12, 19, 12, 9):
        click(date(2027, 3, day))
    assert list(dialog.lines) == [date(2027, 3, 19)], "12 was taken away again, and 9 is past"
    work.click(dialog.lines[date(2027, 3, 19)].remove)
    assert not dialog.lines
    assert dialog.button.text() == "Make drafts"
    work.click(dialog.button)
    desk.settle()
    assert dialog.isVisible()
    assert "No date is chosen" in " ".join(label.text() for label in dialog.problem.findChildren(QLabel))


def test_the_common_time_goes_to_every_date_without_one_of_its_own(desk: Bench) -> None:
    work = Composing(desk)
    dialog = opened(work)
    add(dialog, date(2027, 3, 12), date(2027, 3, 19))
    retime(dialog, date(2027, 3, 19), "14")
    dialog.time.line.selectAll()
    QTest.keyClicks(dialog.time.line, "8")
    whens = [line.when.wall for line in dialog.lines.values()]
    assert whens == [wall("2027-03-12T08:00"), wall("2027-03-19T14:00")]
    dialog.time.line.selectAll()
    QTest.keyClicks(dialog.time.line, "x")
    assert dialog.time.error


def test_a_blackout_and_a_time_that_does_not_exist_are_said_at_their_dates(desk: Bench, staff: Staff) -> None:
    times, jonas = Times(staff.desk), staff.jonas.actor
    times.set_blackout(jonas, "Accreditation visit", wall("2027-03-22T08:00"), wall("2027-03-23T18:00"))
    times.set_quiet(jonas, QuietHours(time(21), time(7)))
    work = Composing(desk)
    dialog = opened(work)
    add(dialog, date(2027, 3, 13), date(2027, 3, 14), date(2027, 3, 22))
    retime(dialog, date(2027, 3, 13), "22")
    retime(dialog, date(2027, 3, 14), "230")
    quiet, gap, visit = dialog.lines.values()
    assert (quiet.problem, quiet.message.text) == ("", "22:00 is in the quiet hours, 21:00 to 07:00.")
    assert gap.problem.endswith("The next possible time is 03:00.")
    assert "Accreditation visit, set by Jonas Lindqvist" in visit.problem
    assert visit.time.accessibleDescription() == visit.problem
    work.click(dialog.button)
    desk.settle()
    assert gap.time.hasFocus(), "the first date that cannot be"
    source = work.post_id
    assert copies(work, source) == []
    retime(dialog, date(2027, 3, 14), "3")
    retime(dialog, date(2027, 3, 22), "730")
    work.click(dialog.button)
    desk.settle()
    assert len(copies(work, source)) == 3


def test_a_doubled_time_is_asked_about(desk: Bench) -> None:
    work = Composing(desk)
    dialog = opened(work, at("2027-11-05T09:00"))
    add(dialog, date(2027, 11, 7))
    desk.settle()
    retime(dialog, date(2027, 11, 7), "1:30")
    line = dialog.lines[date(2027, 11, 7)]
    assert "exists twice" in line.problem
    assert line.fold.isVisible()
    work.click(line.fold.part("1"))
    assert not line.problem
    source = work.post_id
    work.click(dialog.button)
    desk.settle()
    (copy,) = copies(work, source)
    assert copy.body.when == at("2027-11-07T01:30", 1)


def test_what_was_typed_a_moment_ago_is_copied_too(desk: Bench) -> None:
    work = Composing(desk)
    work.show(work.draft("Flu vaccination", "Come in.", when=at("2027-03-11T09:30")))
    work.type(" Bring your card.")
    text = work.editor.toPlainText()
    command = next(each for each in work.screen.commands() if each.text == "Copy to dates…")
    command.do()
    desk.settle()
    dialog = dialog_of(work)
    add(dialog, date(2027, 3, 12))
    source = work.post_id
    work.click(dialog.button)
    desk.settle()
    (copy,) = copies(work, source)
    assert copy.body.text == text


def test_what_somebody_set_meanwhile_is_said_and_nothing_is_copied(desk: Bench, staff: Staff) -> None:
    work = Composing(desk)
    dialog = opened(work)
    add(dialog, date(2027, 3, 22), date(2027, 3, 26))
    Times(staff.desk).set_blackout(staff.jonas.actor, "Visit", datetime(2027, 3, 22), datetime(2027, 3, 23))  # noqa: DTZ001
    source = work.post_id
    work.click(dialog.button)
    desk.settle()
    assert dialog.problem.isVisible()
    assert copies(work, source) == []
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    QApplication.processEvents()
    assert work.window.isVisible()
