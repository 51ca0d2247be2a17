"""The policy is read in a dialog and acknowledged there, once for each version."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.people.policy import AGREED, PolicyDialog
from editorial.desk import DATABASE
from editorial.policy import Policies
from tests.desktop.people.helping import LEFT, signers
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desktop import Bench

NEW = "# Our policy\n\n- Say nothing about patients.\n- <b>Ask</b> first."


def dialog_over(desk: Bench, window: QWidget, asked: str = "") -> PolicyDialog:
    made = PolicyDialog(window, desk.context, asked=asked)
    made.open()
    desk.settle()
    return made


def adopt(desk: Bench) -> None:
    Policies(desk.staff.desk).adopt(desk.staff.jonas.actor, NEW, signers(desk.staff))


def test_what_was_acknowledged_is_only_read(desk: Bench, window: QWidget) -> None:
    dialog = dialog_over(desk, window)
    assert dialog.text.toPlainText().startswith("Social media policy")
    assert dialog.agree.isHidden()
    assert dialog.note.text() == "You have acknowledged this version."
    assert dialog.close_button.text() == "Close"
    assert dialog.text.isReadOnly()
    check_names(dialog)
    check_reachable(dialog)
    dialog.close()


def test_a_new_version_is_acknowledged_by_keyboard(desk: Bench, window: QWidget) -> None:
    adopt(desk)
    dialog = dialog_over(desk, window)
    assert "<b>Ask</b> first." in dialog.text.toPlainText(), "no HTML comes in with a policy"
    assert dialog.agree.text() == AGREED
    dialog.agree.setFocus()
    with desk.qtbot.waitSignal(dialog.acknowledged):
        desk.qtbot.keyClick(dialog.agree, Qt.Key.Key_Space)
    desk.settle()
    assert Policies(desk.staff.desk).acknowledged(desk.staff.jonas.person_id)


def test_enter_alone_acknowledges_nothing(desk: Bench, window: QWidget) -> None:
    adopt(desk)
    dialog = dialog_over(desk, window, asked="Before your post goes to review.")
    assert dialog.close_button.text() == "Not now"
    desk.qtbot.keyClick(dialog.text, Qt.Key.Key_Return)
    desk.settle()
    assert not Policies(desk.staff.desk).acknowledged(desk.staff.jonas.person_id)
    dialog.close()


def test_another_one_signed_meanwhile_is_told(desk: Bench, window: QWidget) -> None:
    adopt(desk)
    dialog = dialog_over(desk, window)
    Policies(desk.staff.desk).adopt(desk.staff.jonas.actor, NEW + "\n- Really.", signers(desk.staff))
    desk.qtbot.mouseClick(dialog.agree, LEFT)
    desk.settle()
    assert dialog.problem.title.text() == "Another policy is in force by now."
    assert not dialog.agree.busy
    dialog.close()


def test_a_text_that_was_tampered_with_is_not_shown(desk: Bench, window: QWidget) -> None:
    with closing(sqlite3.connect(desk.staff.desk.folder / DATABASE)) as connection:
        connection.execute("UPDATE charter_text SET text = 'Post what you like.'")
        connection.commit()
    dialog = dialog_over(desk, window)
    assert dialog.problem.title.text() == "The social media policy was changed or is missing."
    assert dialog.text.toPlainText() == ""
    assert dialog.agree.isHidden()
    dialog.close()
