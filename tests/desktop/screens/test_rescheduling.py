"""A new time in the Outbox: what speaks against it is said while it is typed, and usual times are one click away."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from desktop.screens.outbox import OutboxScreen
from desktop.screens.outbox.dialogs import RescheduleDialog
from desktop.widgets.dialog import Dialog
from editorial.delivery.outbox import Outbox
from editorial.planning.setting import Times
from editorial.planning.times import QuietHours, Slot
from tests.desktop.screens.test_outbox import LATER, Office, button
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desktop import Bench, modal


@pytest.fixture
def office(desk: Bench) -> Office:
    return Office(desk)


def wall(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 3, day, hour, minute)  # noqa: DTZ001


def asked(office: Office, *deliveries: str) -> tuple[OutboxScreen, RescheduleDialog]:
    """The dialog for one delivery by its button, or for several by the bar."""
    screen = office.show()
    screen.table.set_checked(deliveries if len(deliveries) > 1 else ())
    screen.show_item(deliveries[0])
    office.desk.settle()
    button(screen.bulk if len(deliveries) > 1 else screen.details, "Reschedule…").click()
    office.desk.settle()
    return screen, modal(RescheduleDialog)


def account_of(office: Office, delivery: str) -> str:
    return next(row.account_id for row in office.desk.context.outbox.rows() if row.delivery_id == delivery)


def due(office: Office, delivery: str) -> str:
    row = next(row for row in office.desk.context.outbox.rows() if row.delivery_id == delivery)
    return f"{office.desk.context.moments.local(row.due_at):%a %H:%M}"


def test_a_blackout_is_refused_while_it_is_typed_and_the_next_free_time_is_taken(office: Office) -> None:
    held = office.deliver("Parking")
    times, jonas = Times(office.staff.desk), office.staff.jonas.actor
    times.set_blackout(jonas, "Accreditation visit", wall(11, 8), wall(11, 18))
    times.set_slots(jonas, account_of(office, held), [Slot(time(9))])
    _, dialog = asked(office, held)
    dialog.day.set_text("2027-03-11")
    dialog.time.set_text("10")
    assert "Accreditation visit, set by Jonas Lindqvist" in dialog.time.editor.accessibleDescription()
    dialog.move_button.click()
    office.desk.settle()
    assert dialog.isVisible()
    check_names(dialog)
    check_reachable(dialog)
    QTest.mouseClick(dialog.typed.advice.better, Qt.MouseButton.LeftButton)
    assert (dialog.day.day(), dialog.time.text()) == (date(2027, 3, 12), "09:00")
    QTest.keyClick(dialog.time.line, Qt.Key.Key_Return)
    office.desk.settle()
    assert due(office, held) == "Fri 09:00"


def test_quiet_hours_are_warned_of_and_may_be_chosen(office: Office) -> None:
    queued = office.deliver("Parking", when=LATER)
    Times(office.staff.desk).set_quiet(office.staff.jonas.actor, QuietHours(time(21), time(7)))
    _, dialog = asked(office, queued)
    assert dialog.typed.advice.warning.text == ""
    dialog.time.set_text("2130")
    assert dialog.typed.advice.warning.text == "21:30 is in the quiet hours, 21:00 to 07:00."
    dialog.move_button.click()
    office.desk.settle()
    assert due(office, queued) == "Fri 21:30"


def test_the_best_slot_is_taken_by_keyboard(office: Office) -> None:
    queued = office.deliver("Parking", when=LATER)
    slots = [Slot(time(9)), Slot(time(12, 10))]
    Times(office.staff.desk).set_slots(office.staff.jonas.actor, account_of(office, queued), slots)
    _, dialog = asked(office, queued)
    advice = dialog.typed.advice
    assert [row.accessibleName() for row in advice.rows] == ["12:10, Practice account1"], (
        "09:00 is before what was signed"
    )
    assert advice.best.text() == "Best slot: Fri 12 Mar, 12:10"
    advice.best.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(advice.best, Qt.Key.Key_Space)
    assert (dialog.day.day(), dialog.time.text()) == (date(2027, 3, 12), "12:10")
    assert not advice.best.isVisible(), "it is chosen"
    dialog.move_button.click()
    office.desk.settle()
    assert due(office, queued) == "Fri 12:10"


def test_a_time_that_exists_twice_asks_which(office: Office) -> None:
    office.staff.clock.at = datetime.fromisoformat("2027-11-06T15:00:00+00:00")
    queued = office.deliver("Parking")
    _, dialog = asked(office, queued)
    fold = dialog.typed.fields.fold
    assert not fold.isVisible()
    dialog.day.set_text("2027-11-07")
    dialog.time.set_text("0130")
    assert fold.isVisible()
    dialog.move_button.click()
    office.desk.settle()
    assert dialog.isVisible(), "nobody said which"
    QTest.mouseClick(fold.part("1"), Qt.MouseButton.LeftButton)
    dialog.move_button.click()
    office.desk.settle()
    row = next(row for row in office.desk.context.outbox.rows() if row.delivery_id == queued)
    assert row.due_at == datetime.fromisoformat("2027-11-07T06:30:00+00:00")


def test_each_of_several_is_reported(office: Office) -> None:
    first, second = office.deliver("Parking", when=LATER), office.deliver("Garden", when=LATER)
    _, dialog = asked(office, first, second)
    Outbox(office.staff.desk).cancel(office.staff.mira.actor, second)
    dialog.time.set_text("10")
    dialog.move_button.click()
    office.desk.settle()
    said = modal(Dialog)
    assert said.title.text() == "1 moved, 1 not"
    words = "\n".join(each.text() for each in said.findChildren(QLabel))
    assert "Garden, Practice account2" in words
    assert "It is “Cancelled” now" in words
    check_names(said)
    assert due(office, first) == "Fri 10:00"


def test_a_missed_one_begins_with_a_time_ahead(office: Office) -> None:
    missed = office.deliver("Parking")
    office.staff.clock.forward(timedelta(hours=3))
    _, dialog = asked(office, missed)
    assert dialog.time.text() == "14:42"
    dialog.reject()
