"""Pictures of the Outbox at work: every state at once, the bar for several, a new time, lifting a hold."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from datetime import datetime, time, timedelta
from pathlib import Path

from PySide6.QtWidgets import QWidget

from desktop.screens.outbox import OutboxScreen
from desktop.screens.outbox.dialogs import RescheduleDialog
from desktop.shell.window import ShellWindow
from editorial.delivery.holds import Reason, Scope
from editorial.delivery.outbox import Outbox
from editorial.delivery.record import Deliveries
from editorial.delivery.states import Remedy
from editorial.delivery.stopping import Holds
from editorial.outcomes import Again, Pending, Published, Refused, StepResult, Uncertain
from editorial.planning.setting import Times
from editorial.planning.times import QuietHours, Slot
from editorial.when import Choice, When
from tests.fakes.desks import Staff, staffed
from tests.fakes.posts import scheduled
from tests.gallery_shell import Stage, pump

_STAGES: list[Stage] = []
ZONE = "America/New_York"


def _staff(stack: ExitStack) -> Staff:
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    return stack.enter_context(staffed(folder / "desk"))


def _open(staff: Staff, stack: ExitStack, width: int = 1440, height: int = 900) -> tuple[ShellWindow, OutboxScreen]:
    _STAGES.append(Stage(staff.desk, staff.jonas, staff.jonas.actor, stack, live=False))
    window = _STAGES[-1].show("outbox", width, height)
    assert isinstance(window.current, OutboxScreen)
    return window, window.current


def _at(day: int, hour: int, minute: int = 0) -> When:
    return When(Choice.SET, datetime(2027, 3, day, hour, minute), ZONE)  # noqa: DTZ001


def _sent(staff: Staff, text: str, account: str, result: StepResult) -> str:
    _, delivery = scheduled(staff, text, account=account)
    started = Deliveries(staff.desk).claim(delivery, "post", public=True)
    assert started is not None
    Deliveries(staff.desk).finish(started.attempt_id, result, chance=0.5)
    return delivery


def _busy(stack: ExitStack) -> Staff:
    """A desk with deliveries in many states."""
    staff = _staff(stack)
    main, garden, north, clinic = (staff.connect_practice(each) for each in ("alderbay", "garden", "north", "clinic"))
    scheduled(staff, "Job fair: last places", account=main)
    staff.clock.forward(timedelta(minutes=20))
    Deliveries(staff.desk).expire()
    _sent(staff, "Good morning from maternity", north, Uncertain("No answer after 30 seconds", "Look at the page."))
    _sent(
        staff, "Winter sale at the gift shop", garden, Refused("The text is too long", "Shorten it.", again=Again.NEVER)
    )
    _sent(staff, "Hand hygiene: 30-second video", main, Refused("The server is busy", "", again=Again.LATER))
    _sent(staff, "Hand hygiene: the poster", garden, Pending("token"))
    _sent(staff, "Good morning, visitors", north, Published("1", "http://127.0.0.1:1/@north#post-C9x"))
    for account in (main, garden, north):
        scheduled(staff, "Parking level 2 closed this weekend", when=_at(10, 11, 45), account=account)
    scheduled(staff, "Kidney Day: five signs worth a check", when=_at(11, 8), account=clinic)
    Holds(staff.desk).hold(staff.helen.actor, Reason.OTHER, scope=Scope.ACCOUNT, target=clinic)
    return staff


def build_states() -> QWidget:
    """Many states at once, with three chosen."""
    stack = ExitStack()
    staff = _busy(stack)
    window, screen = _open(staff, stack)
    screen.table.set_checked([row.delivery_id for row in Outbox(staff.desk).rows() if row.life.word == "Queued"])
    screen._checks_changed()
    pump(window.context.bridge)
    return window


def build_states_narrow() -> QWidget:
    """The same in a narrow window."""
    stack = ExitStack()
    window, screen = _open(_busy(stack), stack, 960, 600)
    return window


def build_reschedule() -> QWidget:
    """A new time in the quiet hours near another post, with usual times."""
    stack = ExitStack()
    staff = _staff(stack)
    account = staff.connect_practice()
    times, jonas = Times(staff.desk), staff.jonas.actor
    times.set_quiet(jonas, QuietHours(time(21), time(7)))
    times.set_slots(jonas, account, [Slot(time(9, 30)), Slot(time(12, 10)), Slot(time(19))])
    scheduled(staff, "Kidney Day: five signs worth a check", when=_at(11, 21, 40), account=account)
    _, delivery = scheduled(staff, "Parking level 2 closed this weekend", when=_at(10, 12), account=account)
    window, screen = _open(staff, stack)
    screen.show_item(delivery)
    pump(window.context.bridge)
    screen.details.wanted.emit(Remedy.RESCHEDULE.value)
    pump(window.context.bridge)
    dialog = window.findChildren(RescheduleDialog)[-1]
    dialog.day.set_text("2027-03-11")
    dialog.time.set_text("21:35")
    return dialog


def build_reschedule_refused() -> QWidget:
    """The same in a blackout."""
    dialog = build_reschedule()
    assert isinstance(dialog, RescheduleDialog)
    staff_desk = _STAGES[-1].window.context.desk
    jonas = _STAGES[-1].window.context.actor
    Times(staff_desk).set_blackout(
        jonas,
        "Accreditation visit",
        datetime(2027, 3, 12, 8),
        datetime(2027, 3, 12, 18),  # noqa: DTZ001
    )
    dialog.typed.show_room(Outbox(staff_desk).room([dialog._rows[0].delivery_id]))
    dialog.day.set_text("2027-03-12")
    dialog.time.set_text("9:30")
    return dialog
