"""The whole program on a staffed workspace: locking, holding from anywhere, signing out, ending."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.people import PeopleDialog
from desktop.people.policy import PolicyDialog
from desktop.people.rules import RulesDialog
from desktop.preferences import Preferences, load_preferences
from desktop.program import Program
from desktop.shell.dialogs import ErrorDialog, HelpDialog, ReportDialog, SettingsDialog
from desktop.shell.hold import HoldDialog
from desktop.shell.lift import LiftDialog
from desktop.shell.palette import Palette
from desktop.shell.window import ShellWindow
from desktop.start.locked import LockedPage
from desktop.start.sign_in import SignInPage
from desktop.start.window import StartWindow
from editorial.audit.auditing import Auditing
from editorial.delivery.holds import Reason
from editorial.delivery.stopping import Holds
from editorial.errors import DeskError
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desks import HELEN, JONAS, MIRA, Staff
from tests.fakes.desktop import come_in, in_front, running, setting_of, settle
from tests.fakes.windows import no_stray_windows

T = TypeVar("T", bound=QWidget)
LEFT = Qt.MouseButton.LeftButton
HOLD_KEYS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def program(staff: Staff, qtbot: QtBot, appearance: Appearance, tmp_path: Path) -> Iterator[Program]:
    setting = setting_of(staff, preferences=tmp_path / "appearance.json")
    with running(qtbot, staff.desk.folder, setting) as made:
        yield made


@pytest.fixture
def shell(program: Program, staff: Staff, qtbot: QtBot) -> ShellWindow:
    return come_in(qtbot, program, staff.jonas, JONAS)


def actions(staff: Staff) -> list[str]:
    return [entry.action for entry in Auditing(staff.desk).entries(limit=20)]


def opened(kind: type[T]) -> T:
    """The one visible window of a kind; a dialog opens in the round of events after a click."""
    QApplication.processEvents()
    found = [each for each in QApplication.topLevelWidgets() if isinstance(each, kind) and each.isVisible()]
    assert len(found) == 1, f"{len(found)} of {kind.__name__}"
    return found[0]


def locked_page(program: Program) -> LockedPage:
    page = program.start_window.page
    assert isinstance(page, LockedPage)
    return page


def test_the_lock_puts_everything_away_until_the_same_person_is_back(
    program: Program, shell: ShellWindow, staff: Staff, qtbot: QtBot
) -> None:
    shell.show_help()
    dialog = opened(HelpDialog)
    qtbot.waitUntil(lambda: in_front(dialog))
    qtbot.wait(10)
    qtbot.keyClick(dialog, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not shell.isVisible())
    settle(qtbot, program.bridge)
    assert not dialog.isVisible()
    assert program.start_window.isVisible()
    assert program.start_window.windowTitle() == "Locked – Signpost"
    assert actions(staff)[0] == "person.locked"
    page = locked_page(program)
    check_names(program.start_window)
    qtbot.keyClicks(page.passphrase.line, "not this one")
    qtbot.keyClick(page.passphrase.line, Qt.Key.Key_Return)
    settle(qtbot, program.bridge)
    assert page.problem.title.text() == "That passphrase does not fit."
    staff.clock.forward(timedelta(seconds=30))
    page.passphrase.clear()
    qtbot.keyClicks(page.passphrase.line, JONAS)
    qtbot.mouseClick(page.button, LEFT)
    settle(qtbot, program.bridge)
    assert shell.isVisible()
    assert dialog.isVisible()
    assert not program.start_window.isVisible()
    dialog.close()


def test_signing_in_and_locking_flash_no_window(program: Program, staff: Staff, qtbot: QtBot) -> None:
    with no_stray_windows(ShellWindow, StartWindow):
        come_in(qtbot, program, staff.jonas, JONAS)
        program.lock()
        settle(qtbot, program.bridge)
        program.sign_out()
        settle(qtbot, program.bridge)


def test_nobody_there_locks_after_ten_minutes_with_a_warning_before(
    program: Program, shell: ShellWindow, staff: Staff, qtbot: QtBot
) -> None:
    assert program.attendance is not None
    idle = program.attendance.idle
    staff.clock.forward(timedelta(minutes=9, seconds=1))
    idle.look()
    assert "locks in a minute" in shell.toasts.toasts[-1].label.text()
    stay = shell.toasts.toasts[-1].action
    assert stay is not None
    qtbot.mouseClick(stay, LEFT)
    staff.clock.forward(timedelta(minutes=9))
    idle.look()
    assert shell.isVisible()
    staff.clock.forward(timedelta(minutes=1, seconds=1))
    idle.look()
    assert not shell.isVisible()
    assert isinstance(locked_page(program), LockedPage)


def test_keys_and_pointer_count_as_presence(program: Program, shell: ShellWindow, staff: Staff, qtbot: QtBot) -> None:
    assert program.attendance is not None
    staff.clock.forward(timedelta(minutes=9, seconds=30))
    handle = shell.windowHandle()
    qtbot.waitUntil(lambda: in_front(shell))
    qtbot.keyClick(handle, Qt.Key.Key_Shift)
    staff.clock.forward(timedelta(minutes=9))
    program.attendance.idle.look()
    assert shell.isVisible()


def test_a_computer_that_slept_is_locked_when_it_wakes(program: Program, shell: ShellWindow, staff: Staff) -> None:
    assert program.attendance is not None
    staff.clock.at += timedelta(hours=8)  # the monotonic clock stood still
    program.attendance.idle.look()
    assert not shell.isVisible()


def test_switching_at_the_lock_signs_out(program: Program, shell: ShellWindow, staff: Staff, qtbot: QtBot) -> None:
    qtbot.mouseClick(shell.nav.lock_button, LEFT)
    page = locked_page(program)
    qtbot.mouseClick(page.switch_button, LEFT)
    settle(qtbot, program.bridge)
    assert program.attendance is None
    assert isinstance(program.start_window.page, SignInPage)
    assert actions(staff)[0] == "person.signed_out"
    other = come_in(qtbot, program, staff.mira, MIRA)
    assert other.context.session.name == "Mira Okafor"


@pytest.mark.parametrize("where", ["shell", "dialog", "palette", "sign-in", "locked"])
def test_the_hold_keys_work_everywhere(program: Program, staff: Staff, qtbot: QtBot, where: str) -> None:
    window: QWidget = program.start_window
    if where != "sign-in":
        shell = come_in(qtbot, program, staff.mira, MIRA)
        window = shell
        if where == "dialog":
            shell.settings_wanted.emit()
            window = opened(SettingsDialog)
        elif where == "palette":
            shell.find_anything()
            window = opened(Palette).field
        elif where == "locked":
            program.lock()
            window = program.start_window
    settle(qtbot, program.bridge)
    qtbot.waitUntil(lambda: in_front(window.window()))
    qtbot.wait(10)
    qtbot.keyClick(window, Qt.Key.Key_H, HOLD_KEYS)
    dialog = opened(HoldDialog)
    settle(qtbot, program.bridge)
    qtbot.keyClick(dialog.button, Qt.Key.Key_Return)
    settle(qtbot, program.bridge)
    holds = Holds(staff.desk).on()
    assert len(holds) == 1
    signed_in = where in ("shell", "dialog", "palette")
    assert (holds[0].by == staff.mira.person_id) is signed_in
    page = program.entrance.sign_in
    assert page is not None
    qtbot.waitUntil(lambda: not page.held.isHidden(), timeout=3000)
    assert "Incident in the hospital" in page.held.sentence.text()


def test_a_program_that_ended_takes_its_keys_with_it(
    program: Program, staff: Staff, qtbot: QtBot, appearance: Appearance
) -> None:
    qtbot.waitUntil(lambda: in_front(program.start_window))
    qtbot.waitUntil(lambda: program.start_window.findChild(QShortcut) is not None)
    program.quit()
    assert program.start_window.findChild(QShortcut) is None
    with running(qtbot, staff.desk.folder, setting_of(staff)) as second:
        qtbot.waitUntil(lambda: in_front(second.start_window))
        qtbot.waitUntil(lambda: second.start_window.findChild(QShortcut) is not None)
        qtbot.keyClick(second.start_window, Qt.Key.Key_H, HOLD_KEYS)
        settle(qtbot, second.bridge)
        assert opened(HoldDialog).parent() is second.start_window


def hold_everything(program: Program, shell: ShellWindow, qtbot: QtBot) -> None:
    qtbot.mouseClick(shell.top.button, LEFT)
    dialog = opened(HoldDialog)
    settle(qtbot, program.bridge)
    check_names(dialog)
    check_reachable(dialog)
    qtbot.keyClicks(dialog.note_field, "A fire alarm")
    qtbot.mouseClick(dialog.button, LEFT)
    settle(qtbot, program.bridge)


def test_a_hold_is_on_every_screen_and_is_lifted_by_two(
    program: Program, shell: ShellWindow, staff: Staff, qtbot: QtBot
) -> None:
    hold_everything(program, shell, qtbot)
    for place in shell.places:
        shell.go(place.key)
        strip = shell.banners.shown
        assert strip is not None
        assert strip.title == "All publishing is on hold"
        assert "Jonas Lindqvist · Incident in the hospital" in strip.sentence
    assert shell.top.button.text() == "Lift hold…"


def test_a_hold_is_lifted_by_two_different_people(
    program: Program, shell: ShellWindow, staff: Staff, qtbot: QtBot
) -> None:
    program.bridge.run(lambda: Holds(staff.desk).hold(staff.mira.actor, Reason.INCIDENT))
    settle(qtbot, program.bridge)
    qtbot.mouseClick(shell.top.button, LEFT)
    settle(qtbot, program.bridge)
    lift = opened(LiftDialog)
    check_names(lift)
    first, second = lift.agreements
    qtbot.keyClicks(first.passphrase.line, JONAS)
    qtbot.mouseClick(lift.button, LEFT)
    assert second.passphrase.error == "Type the passphrase."
    second.who.setCurrentIndex(second.who.findText("Jonas Lindqvist"))
    qtbot.keyClicks(second.passphrase.line, JONAS)
    qtbot.mouseClick(lift.button, LEFT)
    assert second.passphrase.error == "Choose another person."
    second.who.setCurrentIndex(second.who.findText("Helen Castellanos"))
    qtbot.mouseClick(lift.button, LEFT)
    settle(qtbot, program.bridge)
    assert lift.problem.isVisible()
    assert Holds(staff.desk).on()
    staff.clock.forward(timedelta(seconds=30))
    second.passphrase.clear()
    qtbot.keyClicks(second.passphrase.line, HELEN)
    qtbot.mouseClick(lift.button, LEFT)
    settle(qtbot, program.bridge)
    assert Holds(staff.desk).on() == ()
    assert shell.top.button.text() == "Hold all publishing"


def test_the_setter_takes_a_hold_back_within_two_minutes(
    program: Program, shell: ShellWindow, staff: Staff, qtbot: QtBot
) -> None:
    program.bridge.run(lambda: Holds(staff.desk).hold(staff.jonas.actor, Reason.INCIDENT))
    settle(qtbot, program.bridge)
    undo = shell.banners.button("undo")
    assert undo is not None
    staff.clock.forward(timedelta(minutes=1))
    qtbot.mouseClick(undo, LEFT)
    settle(qtbot, program.bridge)
    assert Holds(staff.desk).on() == ()


def test_a_hold_by_another_offers_no_undo(program: Program, shell: ShellWindow, staff: Staff, qtbot: QtBot) -> None:
    Holds(staff.desk).hold(staff.mira.actor, Reason.EMERGENCY)  # as from another process
    qtbot.waitUntil(lambda: shell.banners.shown is not None and shell.banners.shown.kind == "hold", timeout=3000)
    assert shell.banners.button("undo") is None
    assert shell.banners.button("lift") is not None


def test_somebody_who_left_the_staff_is_signed_out(
    program: Program, shell: ShellWindow, staff: Staff, qtbot: QtBot
) -> None:
    shell._stood(type(shell.standing)(cards=staff.people.cards()[:1]))  # Helen alone is left
    settle(qtbot, program.bridge)
    assert program.attendance is None


def test_a_bug_shows_one_report_without_secrets(
    program: Program, shell: ShellWindow, qtbot: QtBot, expect_log: Callable[[str], None]
) -> None:
    expect_log("a bug of ours")
    reports: list[str] = []

    def stumble() -> None:
        raise RuntimeError("Authorization: Bearer abcdefghijkl12345678")

    program.bridge.broke.disconnect()
    program.bridge.broke.connect(program.report)
    program.bridge.broke.connect(reports.append)
    program.bridge.run(stumble)
    program.bridge.run(stumble)
    settle(qtbot, program.bridge)
    assert len(reports) == 2
    dialog = opened(ReportDialog)
    check_names(dialog)
    assert "stumble" in dialog.report.toPlainText()
    assert "abcdefghijkl" not in dialog.report.toPlainText()
    assert "Traceback" not in dialog.title.text() + dialog.subtitle.text()
    dialog.close()


def test_an_error_with_advice_is_a_dialog_another_a_message(program: Program, shell: ShellWindow, qtbot: QtBot) -> None:
    again: list[int] = []
    shell.tell(DeskError("The list is old", "Nothing is lost."))
    assert shell.toasts.toasts[-1].label.text().startswith("The list is old.")
    shell.tell(DeskError("The disk is full", "Nothing was changed.", "Free some space."), lambda: again.append(1))
    dialog = opened(ErrorDialog)
    check_names(dialog)
    button = [each for each in dialog.findChildren(QWidget) if getattr(each, "text", str)() == "Try again"]
    qtbot.mouseClick(button[0], LEFT)
    assert again == [1]


def test_settings_show_at_once_and_are_kept(
    program: Program, shell: ShellWindow, qtbot: QtBot, tmp_path: Path, appearance: Appearance
) -> None:
    shell.nav.settings.emit()
    dialog = opened(SettingsDialog)
    check_names(dialog)
    check_reachable(dialog)
    qtbot.mouseClick(dialog.mode.part("dark"), LEFT)
    assert appearance.theme.dark
    qtbot.mouseClick(dialog.size_choice.part("1.25"), LEFT)
    dialog.roomy.setChecked(True)
    settle(qtbot, program.bridge)
    assert (appearance.text_scale, appearance.roomy) == (1.25, True)
    assert load_preferences(tmp_path / "appearance.json") == Preferences("dark", 1.25, True)
    dialog.close()


@pytest.mark.parametrize(
    ("button", "kind"),
    [("people_button", PeopleDialog), ("policy_button", PolicyDialog), ("rules_button", RulesDialog)],
)
def test_settings_lead_on(program: Program, shell: ShellWindow, qtbot: QtBot, button: str, kind: type[QWidget]) -> None:
    shell.settings_wanted.emit()
    qtbot.mouseClick(getattr(opened(SettingsDialog), button), LEFT)
    settle(qtbot, program.bridge)
    opened(kind).close()


def test_a_second_start_brings_the_window_forward(program: Program, shell: ShellWindow, qtbot: QtBot) -> None:
    shell.showMinimized()
    program.come_forward()
    assert not shell.isMinimized()
    assert shell.isVisible()


def test_closing_the_window_ends_everything_in_order(
    program: Program, shell: ShellWindow, staff: Staff, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(program.ended, timeout=10_000):
        shell.close()
    assert actions(staff)[0] == "person.signed_out"
    assert program.bridge.close() is True


def test_closing_the_sign_in_ends_too(program: Program, qtbot: QtBot) -> None:
    with qtbot.waitSignal(program.ended, timeout=10_000):
        program.start_window.close()
