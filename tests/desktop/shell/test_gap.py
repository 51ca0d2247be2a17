"""A gap in the log: a red banner on every screen, and a dialog in which two officers sign."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.program import Program
from desktop.shell.gap import GapDialog
from desktop.shell.window import ShellWindow
from editorial.audit.anchoring import State, look
from editorial.audit.checkpoints import sign_log
from editorial.audit.gaps import open_gaps
from editorial.audit.marks import KEYRING_NAME, Mark, Marks, Place
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desks import HELEN, JONAS, Staff, staffed
from tests.fakes.desktop import come_in, modal, running, setting_of, settle

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def staff(tmp_path: Path) -> Iterator[Staff]:
    with staffed(tmp_path / "desk") as made:
        sign_log(made.desk)
        yield made


@pytest.fixture
def red(staff: Staff) -> Staff:
    """The keyring saw more entries than there are."""
    Marks(staff.desk).write(Place.KEYRING, Mark(staff.desk.workspace.origin, 5_000, bytes(32)))
    return staff


@pytest.fixture
def program(staff: Staff, qtbot: QtBot, appearance: Appearance, tmp_path: Path) -> Iterator[Program]:
    with running(qtbot, staff.desk.folder, setting_of(staff, preferences=tmp_path / "appearance.json")) as made:
        yield made


def open_dialog(program: Program, shell: ShellWindow, qtbot: QtBot) -> GapDialog:
    button = shell.banners.button("gap")
    assert button is not None
    qtbot.mouseClick(button, LEFT)
    settle(qtbot, program.bridge)
    return modal(GapDialog)


def banner(shell: ShellWindow) -> tuple[str, str]:
    strip = shell.banners.shown
    return (strip.kind, strip.title) if strip is not None else ("", "")


def test_the_red_banner_is_on_every_screen(red: Staff, program: Program, qtbot: QtBot) -> None:
    assert program.entrance.sign_in is not None
    assert program.entrance.sign_in.gap.isVisible(), "also before anybody signed in"
    shell = come_in(qtbot, program, red.helen, HELEN)
    for place in shell.places:
        shell.go(place.key)
        assert banner(shell) == ("danger", "The audit log does not fit its marks: publishing is stopped.")
    audit = shell.banners.button("audit")
    assert audit is not None
    qtbot.mouseClick(audit, LEFT)
    assert shell.windowTitle().startswith("Audit")


def test_two_officers_sign_and_the_banner_goes(red: Staff, program: Program, qtbot: QtBot) -> None:
    shell = come_in(qtbot, program, red.jonas, JONAS)
    dialog = open_dialog(program, shell, qtbot)
    check_names(dialog)
    check_reachable(dialog)
    first, second = dialog.agreements
    assert (first.who.currentText(), second.who.currentText()) == ("Jonas Lindqvist", "Helen Castellanos")
    qtbot.keyClicks(dialog.why, "The disk was replaced")
    qtbot.keyClicks(first.passphrase.line, JONAS)
    second.who.setCurrentIndex(second.who.findText("Jonas Lindqvist"))
    qtbot.keyClicks(second.passphrase.line, JONAS)
    qtbot.mouseClick(dialog.button, LEFT)
    assert second.passphrase.error == "Choose another person."
    second.who.setCurrentIndex(second.who.findText("Helen Castellanos"))
    qtbot.mouseClick(dialog.button, LEFT)
    settle(qtbot, program.bridge)
    assert dialog.problem.isVisible(), "the passphrase of Jonas does not open Helen's key"
    red.clock.forward(timedelta(seconds=30))
    second.passphrase.clear()
    qtbot.keyClicks(second.passphrase.line, HELEN)
    qtbot.keyClick(second.passphrase.line, Qt.Key.Key_Return)
    settle(qtbot, program.bridge)
    assert look(red.desk).state is State.ANCHORED
    with red.desk.reading() as session:
        assert open_gaps(session) == ()
    assert shell.banners.button("gap") is None


def test_a_missing_mark_is_an_amber_banner_until_it_is_set_again(staff: Staff, program: Program, qtbot: QtBot) -> None:
    staff.desk.vault.delete(KEYRING_NAME)
    shell = come_in(qtbot, program, staff.jonas, JONAS)
    program.entrance.try_keyring()
    settle(qtbot, program.bridge)
    shell.around.refresh()
    settle(qtbot, program.bridge)
    assert banner(shell) == ("warning", "The audit log is unanchored.")
    program.bridge.run_slow(lambda: sign_log(staff.desk))
    qtbot.waitUntil(lambda: banner(shell)[0] != "warning", timeout=5_000)
