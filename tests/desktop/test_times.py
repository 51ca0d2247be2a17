"""Settings, Times: blackouts, quiet hours and usual times, set by mouse and keyboard by those who may."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time
from typing import TypeVar

import pytest
from PySide6.QtCore import QDate, Qt, QTime
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.times.blackout import BlackoutDialog, EndBlackoutDialog
from desktop.times.dialog import TimesDialog
from desktop.times.usual import QuietDialog, SlotsDialog
from editorial.planning.setting import Times
from editorial.planning.times import EVERY_DAY, WEEKDAYS, QuietHours, Slot
from editorial.when import Choice, When
from tests.fakes.accessible import check_names
from tests.fakes.desks import Staff
from tests.fakes.desktop import Bench, bench
from tests.fakes.posts import scheduled

LEFT = Qt.MouseButton.LeftButton
W = TypeVar("W", bound=QWidget)


@pytest.fixture
def desk(qtbot: QtBot, appearance: Appearance, staff: Staff) -> Iterator[Bench]:
    with bench(staff, qtbot, staff.jonas) as made:
        yield made


@pytest.fixture
def window(qtbot: QtBot, appearance: Appearance) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    return made


def opened(desk: Bench, window: QWidget) -> TimesDialog:
    dialog = TimesDialog(window, desk.context)
    dialog.open()
    desk.settle()
    return dialog


def shown(parent: QWidget, kind: type[W]) -> W:
    QApplication.processEvents()
    (found,) = (each for each in parent.findChildren(kind) if each.isVisible())
    return found


def click(desk: Bench, widget: QWidget) -> None:
    desk.qtbot.mouseClick(widget, LEFT)
    desk.settle()


def words(widget: QWidget) -> str:
    return " ".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def wall(day: int, hour: int = 0) -> datetime:
    return datetime(2027, 3, day, hour)  # noqa: DTZ001


def test_a_blackout_of_whole_days_is_set_by_keyboard(desk: Bench, staff: Staff, window: QWidget) -> None:
    dialog = opened(desk, window)
    assert "every time can be chosen" in words(dialog)
    dialog.set_blackout.setFocus()
    QTest.keyClick(dialog.set_blackout, Qt.Key.Key_Space)
    form = shown(dialog, BlackoutDialog)
    assert form.name.editor.hasFocus()
    QTest.keyClicks(form.name.line, "Accreditation visit")
    form.first_day.setDate(QDate(2027, 3, 22))
    form.last_day.setDate(QDate(2027, 3, 23))
    check_names(form)
    QTest.keyClick(form.name.line, Qt.Key.Key_Return)
    desk.settle()
    (found,) = Times(staff.desk).rules().blackouts
    assert (found.name, found.first, found.last) == ("Accreditation visit", wall(22), wall(24))
    assert "“Accreditation visit” is set." in words(dialog)
    sentence = dialog.blackouts.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert sentence == "Accreditation visit, Mon 22 Mar to Tue 23 Mar, whole days · set by Jonas Lindqvist"
    check_names(dialog)


def test_what_is_wrong_with_a_blackout_is_said_at_its_field(desk: Bench, staff: Staff, window: QWidget) -> None:
    dialog = opened(desk, window)
    click(desk, dialog.set_blackout)
    form = shown(dialog, BlackoutDialog)
    click(desk, form.button)
    assert form.name.error.startswith("The blackout has no name")
    QTest.keyClicks(form.name.line, "Visit")
    assert form.name.error == ""
    form.whole.setChecked(False)
    form.last_time.setTime(QTime(7, 0))
    click(desk, form.button)
    assert form.last.error == "It ends before it begins. Choose a later end."
    form.last_time.setTime(QTime(18, 0))
    click(desk, form.button)
    (found,) = Times(staff.desk).rules().blackouts
    assert (found.first, found.last) == (wall(11, 8), wall(11, 18))


def test_posts_inside_are_said_before_a_blackout_is_set(desk: Bench, staff: Staff, window: QWidget) -> None:
    scheduled(staff, when=When(Choice.SET, wall(12, 9), "America/New_York"))
    dialog = opened(desk, window)
    click(desk, dialog.set_blackout)
    form = shown(dialog, BlackoutDialog)
    assert not form.inside.isVisible()
    form.last_day.setDate(QDate(2027, 3, 12))
    desk.settle()
    assert form.inside.isVisible()
    assert "1 post is scheduled inside" in words(form.inside)
    assert "P-1 on Fri 12 Mar, 09:00. A blackout stops nothing: move them in the Outbox." in words(form.inside)


def test_a_blackout_is_ended_after_a_question(desk: Bench, staff: Staff, window: QWidget) -> None:
    Times(staff.desk).set_blackout(staff.jonas.actor, "Accreditation visit", wall(22, 8), wall(23, 18))
    dialog = opened(desk, window)
    click(desk, dialog.end_blackout)
    form = shown(dialog, EndBlackoutDialog)
    assert "Mon 22 Mar, 08:00 to Tue 23 Mar, 18:00 · set by Jonas Lindqvist" in words(form)
    click(desk, form.button)
    assert Times(staff.desk).rules().blackouts == ()
    assert "every time can be chosen" in words(dialog)
    assert not dialog.end_blackout.isEnabled()


def test_quiet_hours_are_set_and_ended(desk: Bench, staff: Staff, window: QWidget) -> None:
    dialog = opened(desk, window)
    click(desk, dialog.set_quiet)
    form = shown(dialog, QuietDialog)
    assert not form.starts.isEnabled()
    form.on.setFocus()
    QTest.keyClick(form.on, Qt.Key.Key_Space)
    form.ends.setTime(QTime(21, 0))
    check_names(form)
    click(desk, form.button)
    assert "begin and end at the same time" in words(form)
    form.ends.setTime(QTime(6, 30))
    click(desk, form.button)
    assert Times(staff.desk).rules().quiet == QuietHours(time(21), time(6, 30))
    assert dialog.quiet_words.text() == "21:00 to 06:30, every day."
    click(desk, dialog.set_quiet)
    form = shown(dialog, QuietDialog)
    form.on.setChecked(False)
    click(desk, form.button)
    assert Times(staff.desk).rules().quiet is None


def test_usual_times_of_an_account_are_set(desk: Bench, staff: Staff, window: QWidget) -> None:
    account = staff.connect_practice()
    dialog = opened(desk, window)
    dialog.accounts.setFocus()
    QTest.keyClick(dialog.accounts, Qt.Key.Key_Return)
    form = shown(dialog, SlotsDialog)
    assert "No usual times." in words(form)
    click(desk, form.add)
    click(desk, form.add)
    assert [line.slot for line in form.lines] == [Slot(time(9)), Slot(time(12))]
    form.lines[0].days.setCurrentIndex(1)
    form.lines[1].at.setTime(QTime(12, 10))
    check_names(form)
    click(desk, form.button)
    assert Times(staff.desk).rules().slots == {account: (Slot(time(9), WEEKDAYS), Slot(time(12, 10), EVERY_DAY))}
    sentence = dialog.accounts.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert sentence == "Practice alderbay: 09:00 weekdays · 12:10 every day"
    click(desk, dialog.set_slots)
    form = shown(dialog, SlotsDialog)
    click(desk, form.lines[0].remove)
    assert form.lines[0].remove.hasFocus()
    click(desk, form.lines[0].remove)
    assert form.add.hasFocus()
    click(desk, form.button)
    assert Times(staff.desk).rules().slots == {}


def test_days_that_no_choice_names_are_kept(desk: Bench, staff: Staff, window: QWidget) -> None:
    account, days = staff.connect_practice(), frozenset({1, 3})
    Times(staff.desk).set_slots(staff.jonas.actor, account, [Slot(time(9), days)])
    dialog = opened(desk, window)
    click(desk, dialog.set_slots)
    form = shown(dialog, SlotsDialog)
    assert form.lines[0].days.currentText() == "Tue, Thu"
    assert form.lines[0].slot == Slot(time(9), days)


def test_an_author_reads_and_changes_nothing(
    qtbot: QtBot, appearance: Appearance, staff: Staff, window: QWidget
) -> None:
    staff.connect_practice()
    Times(staff.desk).set_quiet(staff.jonas.actor, QuietHours(time(21), time(7)))
    with bench(staff, qtbot, staff.mira) as desk:
        dialog = opened(desk, window)
        for button in (dialog.set_blackout, dialog.end_blackout, dialog.set_quiet, dialog.set_slots):
            assert not button.isVisible()
        assert "21:00 to 07:00" in words(dialog)
        dialog.accounts.setFocus()
        QTest.keyClick(dialog.accounts, Qt.Key.Key_Return)
        assert not dialog.findChildren(SlotsDialog)
        assert "Communications leads and administrators change this." in words(dialog)


def test_what_somebody_else_changes_shows_at_once(desk: Bench, staff: Staff, window: QWidget) -> None:
    dialog = opened(desk, window)
    times, jonas = Times(staff.desk), staff.jonas.actor
    desk.context.bridge.run(lambda: times.set_blackout(jonas, "Accreditation visit", wall(22), wall(23)))
    desk.settle()
    assert dialog.blackouts.current_key
