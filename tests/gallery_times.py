"""What people see of times: the schedule popover with its rules, copying to dates, and Settings, Times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time

from PySide6.QtCore import QDate
from PySide6.QtWidgets import QWidget

from desktop.screens.compose.copying import CopyDialog
from desktop.screens.compose.schedule import SchedulePopover
from desktop.shell.window import ShellWindow
from desktop.times.blackout import BlackoutDialog, EndBlackoutDialog
from desktop.times.dialog import TimesDialog
from desktop.times.usual import QuietDialog, SlotsDialog
from editorial.accounts.register import Accounts, NewAccount
from editorial.actors import Actor
from editorial.counting import Limits
from editorial.planning.setting import Times
from editorial.planning.times import WEEKDAYS, QuietHours, Slot
from editorial.secret import Secret
from tests import gallery_compose
from tests.gallery_compose import at, pump
from tests.gallery_shell import over

VISIT = (datetime(2027, 3, 22, 8), datetime(2027, 3, 23, 18))  # noqa: DTZ001  wall times
FREEZE = (datetime(2027, 3, 9), datetime(2027, 3, 11))  # noqa: DTZ001
NIGHT = QuietHours(time(21), time(7))


def rules(times: Times, actor: Actor) -> None:
    """A visit, quiet nights, and usual times of the first two accounts."""
    times.set_blackout(actor, "Accreditation visit", *VISIT)
    times.set_quiet(actor, NIGHT)
    accounts = times.rules().accounts
    for account, slots in zip(
        accounts, ([Slot(time(9, 30)), Slot(time(12, 10), WEEKDAYS)], [Slot(time(9, 30)), Slot(time(19))]), strict=False
    ):
        times.set_slots(actor, account.id, slots)


def _popover(day: date, typed: str) -> SchedulePopover:
    stage = gallery_compose._stage(1252, 796)
    rules(Times(stage.staff.desk), stage.staff.jonas.actor)
    stage.screen.bench.set_when(at(12, 9, 30))
    stage.screen.timing.ask()
    stage.settle()
    popover = stage.screen.timing.popover
    assert popover is not None
    popover.month.go(day)
    popover.time.set_text(typed)
    popover.commit()
    stage.settle()
    return popover


def build_offers() -> QWidget:
    """Free usual times of a day."""
    return _popover(date(2027, 3, 12), "930")


def build_warned() -> QWidget:
    """A time in the quiet hours, with another post nearby."""
    return _popover(date(2027, 3, 17), "2105")


def build_refused() -> QWidget:
    """A time in a blackout."""
    return _popover(date(2027, 3, 22), "9")


def build_copy() -> QWidget:
    """Dates for copies: free ones, one in the quiet hours, one in a blackout."""
    stage = gallery_compose._stage(1252, 796)
    rules(Times(stage.staff.desk), stage.staff.jonas.actor)
    dialog = CopyDialog(stage.screen.bench, stage.screen.window())
    dialog.open()
    stage.settle()
    for day in (12, 19, 22, 26):
        dialog.month.go(date(2027, 3, day))
        dialog.toggle(date(2027, 3, day))
    dialog.lines[date(2027, 3, 26)].time.setText("22:00")
    dialog.lines[date(2027, 3, 26)].changed.emit()
    stage.settle()
    return dialog


def build_copy_empty() -> QWidget:
    """No date is chosen yet."""
    stage = gallery_compose._stage(1252, 796)
    dialog = CopyDialog(stage.screen.bench, stage.screen.window())
    dialog.open()
    stage.settle()
    return dialog


def _connect(window: ShellWindow) -> None:
    for network, label in (("bluesky", "Bluesky"), ("x", "X"), ("facebook", "Facebook")):
        new = NewAccount(
            network, f"https://{network}.example", "alderbay", label, {"profile": "keyed"}, Limits(500, "characters")
        )
        Accounts(window.context.desk).connect(window.context.actor, new, Secret(f"token-of-{network}-0123456789"))


def _opened(window: ShellWindow, dialog: QWidget) -> QWidget:
    dialog.open()  # type: ignore[attr-defined]
    pump(window.context.bridge)
    return dialog


def _times(window: ShellWindow) -> QWidget:
    _connect(window)
    times, actor = Times(window.context.desk), window.context.actor
    rules(times, actor)
    times.set_blackout(actor, "Website freeze", *FREEZE)
    return _opened(window, TimesDialog(window, window.context))


def _empty(window: ShellWindow) -> QWidget:
    return _opened(window, TimesDialog(window, window.context))


def _blackout(window: ShellWindow) -> QWidget:
    dialog = BlackoutDialog(window, window.context)
    dialog.name.set_text("Accreditation visit")
    dialog.whole.setChecked(False)
    for edit, day in ((dialog.first_day, 10), (dialog.last_day, 23)):
        edit.setDate(QDate(2027, 3, day))
    return _opened(window, dialog)


def _refused(window: ShellWindow) -> QWidget:
    dialog = BlackoutDialog(window, window.context)
    dialog.last_day.setDate(QDate(2027, 3, 1))
    _opened(window, dialog)
    dialog.name.set_text("Accreditation visit")
    dialog.button.click()
    pump(window.context.bridge)
    return dialog


def _end(window: ShellWindow) -> QWidget:
    rules(Times(window.context.desk), window.context.actor)
    blackout = Times(window.context.desk).rules().blackouts[0]
    words = "Mon 22 Mar, 08:00 to Tue 23 Mar, 18:00 · set by Jonas Lindqvist"
    return _opened(window, EndBlackoutDialog(window, window.context, blackout, words))


def _quiet(window: ShellWindow) -> QWidget:
    return _opened(window, QuietDialog(window, window.context, NIGHT))


def _usual(window: ShellWindow) -> QWidget:
    _connect(window)
    account = Times(window.context.desk).rules().accounts[0]
    slots = (Slot(time(9, 30), WEEKDAYS), Slot(time(12, 10)), Slot(time(19), frozenset({1, 3})))
    return _opened(window, SlotsDialog(window, window.context, account, slots))


def _build(show: Callable[[ShellWindow], QWidget]) -> Callable[[], QWidget]:
    return lambda: over(show)


DIALOGS: tuple[tuple[str, Callable[[], QWidget], int, int], ...] = (
    ("times-popover", build_offers, 568, 420),
    ("times-popover-warned", build_warned, 568, 420),
    ("times-popover-refused", build_refused, 568, 440),
    ("times-copy", build_copy, 760, 500),
    ("times-copy-empty", build_copy_empty, 760, 460),
    ("times-settings", _build(_times), 560, 640),
    ("times-settings-empty", _build(_empty), 560, 420),
    ("times-blackout", _build(_blackout), 560, 500),
    ("times-blackout-refused", _build(_refused), 560, 420),
    ("times-blackout-end", _build(_end), 560, 260),
    ("times-quiet", _build(_quiet), 560, 320),
    ("times-usual", _build(_usual), 560, 400),
)
"""Name, builder, and a size at text size 100 %."""
