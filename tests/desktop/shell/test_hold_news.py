"""Everybody reads that publishing was held or goes on, and says that they saw it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.program import Program
from desktop.shell.hold import HoldDialog
from editorial.delivery.holds import Reason
from editorial.delivery.stopping import Holds
from editorial.delivery.telling import Telling
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desks import JONAS, Staff
from tests.fakes.desktop import come_in, modal, running, setting_of, settle


@pytest.fixture
def program(staff: Staff, qtbot: QtBot, appearance: Appearance) -> Iterator[Program]:
    with running(qtbot, staff.desk.folder, setting_of(staff)) as made:
        yield made


def test_a_notice_is_there_at_sign_in_until_it_is_confirmed(program: Program, staff: Staff, qtbot: QtBot) -> None:
    number, _ = Holds(staff.desk).hold(staff.mira.actor, Reason.INCIDENT, tell=True)
    shell = come_in(qtbot, program, staff.jonas, JONAS)
    (toast,) = shell.toasts.toasts
    assert (
        toast.label.text() == "All publishing was put on hold by Mira Okafor: Incident in the hospital. Today, 10:42."
    )
    assert toast.action is not None
    qtbot.mouseClick(toast.action, Qt.MouseButton.LeftButton)
    settle(qtbot, program.bridge)
    assert not shell.toasts.toasts
    assert Telling(staff.desk).reach(number) == (2, 1)
    Holds(staff.desk).undo(staff.mira.actor, number)
    qtbot.waitUntil(lambda: len(shell.toasts.toasts) == 1)
    assert "was lifted by Mira Okafor" in shell.toasts.toasts[0].label.text()


@pytest.mark.parametrize("tell", [True, False])
def test_whoever_holds_says_whether_everybody_is_told(
    program: Program, staff: Staff, qtbot: QtBot, *, tell: bool
) -> None:
    shell = come_in(qtbot, program, staff.jonas, JONAS)
    shell.hold()
    settle(qtbot, program.bridge)
    dialog = modal(HoldDialog)
    assert dialog.everybody.text() == "Tell all 3 people now"
    assert dialog.everybody.isChecked()
    check_names(dialog)
    check_reachable(dialog)
    if not tell:
        qtbot.keyClick(dialog.everybody, Qt.Key.Key_Space)
    qtbot.mouseClick(dialog.button, Qt.MouseButton.LeftButton)
    settle(qtbot, program.bridge)
    assert [each.who for each in Telling(staff.desk).unseen(staff.mira.actor)] == (
        [("Jonas Lindqvist",)] if tell else []
    )
