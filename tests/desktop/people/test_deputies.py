"""Deputies: listed for everybody, added and ended by two officers, for whole days of the house."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QWidget

from desktop.people.deputies import DeputiesDialog, DeputyDialog, EndDeputyDialog
from editorial.charter.document import Deputy
from editorial.people.amending import add_deputy
from tests.desktop.people.helping import LEFT, amend, charter_of, press, shown, sign, words_of
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desks import HELEN, JONAS
from tests.fakes.desktop import Bench


def dialog_over(desk: Bench, window: QWidget, person: str = "") -> DeputiesDialog:
    made = DeputiesDialog(window, desk.context, charter_of(desk.staff), person)
    made.open()
    desk.settle()
    return made


def test_a_deputy_is_added_by_keyboard_for_whole_days(desk: Bench, window: QWidget) -> None:
    dialog = dialog_over(desk, window, desk.staff.helen.person_id)
    assert dialog.nobody.isVisible()
    assert not dialog.end.isEnabled()
    desk.qtbot.mouseClick(dialog.add, LEFT)
    form = shown(dialog, DeputyDialog)
    check_names(form)
    check_reachable(form)
    assert form.form.away.currentText() == "Helen Castellanos"
    form.form.stand_in.setFocus()
    desk.qtbot.keyClicks(form.form.stand_in, "Jonas")
    form.form.first.setDate(QDate(2027, 3, 12))
    form.form.last.setDate(QDate(2027, 3, 20))
    desk.qtbot.keyClick(form.form.stand_in, Qt.Key.Key_Return)
    desk.settle()
    said = "Jonas Lindqvist may sign in the place of Helen Castellanos from 12 March 2027 00:00 EST until 20 March"
    assert said in words_of(form)
    sign(desk, form, JONAS, HELEN)
    (deputy,) = charter_of(desk.staff).deputies
    assert deputy == Deputy(
        desk.staff.helen.person_id, desk.staff.jonas.person_id, datetime(2027, 3, 12, 5, tzinfo=UTC),
        datetime(2027, 3, 21, 3, 59, 59, 999_000, tzinfo=UTC),
    )  # fmt: skip
    model = dialog.list.model()
    assert model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole) == (
        "Jonas Lindqvist for Helen Castellanos, Fri 12 Mar to Sat 20 Mar"
    )
    dialog.close()


def test_what_is_wrong_is_marked_at_its_field(desk: Bench, window: QWidget) -> None:
    dialog = dialog_over(desk, window)
    desk.qtbot.mouseClick(dialog.add, LEFT)
    form = shown(dialog, DeputyDialog)
    filled = form.form
    press(desk, form)
    assert filled.person.error == "Choose who is away."
    filled.away.setCurrentIndex(0)
    filled.stand_in.setCurrentIndex(0)
    press(desk, form)
    assert filled.deputy.error == "Choose somebody else as the deputy."
    filled.stand_in.setCurrentIndex(1)
    filled.last.setDate(QDate(2027, 3, 1))
    press(desk, form)
    assert filled.until.error == "The last day is before the first."
    filled.first.setDate(QDate(2027, 2, 1))
    press(desk, form)
    assert filled.until.error == "That day is over."
    dialog.close()


def test_a_deputyship_is_taken_back(desk: Bench, window: QWidget) -> None:
    staff, now = desk.staff, desk.staff.clock.now()
    past = Deputy(staff.jonas.person_id, staff.helen.person_id, now - timedelta(days=9), now - timedelta(days=8))
    amend(staff, add_deputy(Deputy(staff.jonas.person_id, staff.helen.person_id, now, now + timedelta(days=3))))
    amend(staff, add_deputy(past))
    dialog = dialog_over(desk, window)
    assert dialog.list.model().rowCount() == 1, "what is over is not listed"
    said = str(dialog.list.model().index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole))
    assert said.endswith(", now")
    check_names(dialog)
    desk.qtbot.mouseClick(dialog.end, LEFT)
    form = shown(dialog, EndDeputyDialog)
    press(desk, form)
    assert "No longer: Helen Castellanos may sign in the place of Jonas Lindqvist" in words_of(form)
    sign(desk, form, JONAS, HELEN)
    assert charter_of(staff).deputies == (past,)
    assert dialog.nobody.isVisible()
    dialog.close()


def test_others_read_them(desk: Bench, window: QWidget) -> None:
    desk.sign_in(desk.staff.mira)
    dialog = dialog_over(desk, window)
    assert dialog.add.isHidden()
    assert dialog.end.isHidden()
    dialog.close()
