"""Settings, Backups and Key sheet: what is chosen is kept and in the log, and what is shown can be printed or saved."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.safety.backups import BackupsDialog
from desktop.safety.key_sheet import KeySheetDialog
from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.audit.key_sheet import key_sheet
from editorial.backup.daily import back_up_when_due, note_failure
from editorial.errors import DeskError
from editorial.upkeep import Upkeep
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desks import staffed
from tests.fakes.desktop import Bench, bench, modal

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def desk(qtbot: QtBot, appearance: Appearance, tmp_path: Path) -> Iterator[Bench]:
    with staffed(tmp_path / "desk") as staff, bench(staff, qtbot, staff.jonas) as made:
        yield made


@pytest.fixture
def window(desk: Bench) -> QWidget:
    made = QWidget()
    desk.qtbot.addWidget(made)
    made.resize(1200, 900)
    made.show()
    return made


def backups(desk: Bench, window: QWidget) -> BackupsDialog:
    dialog = BackupsDialog(window, desk.context)
    dialog.open_soon()
    desk.settle()
    return modal(BackupsDialog)


def choose(desk: Bench, dialog: QWidget, folder: Path) -> None:
    """What a person does in the system's dialog for folders."""
    asked = dialog.findChild(QFileDialog)
    assert asked is not None
    asked.fileSelected.emit(str(folder))
    asked.close()
    desk.settle()


def test_a_folder_is_chosen_and_the_daily_backup_goes_there(desk: Bench, window: QWidget, tmp_path: Path) -> None:
    dialog = backups(desk, window)
    check_names(dialog)
    check_reachable(dialog)
    assert not dialog.now_button.isEnabled()
    folder = tmp_path / "backups"
    folder.mkdir()
    desk.qtbot.mouseClick(dialog.backups_button, LEFT)
    choose(desk, dialog, folder)
    assert (dialog.backups_words.text(), dialog.last.text()) == (str(folder), "There is no backup yet.")
    dialog.kept.setFocus()
    desk.qtbot.keyClick(dialog.kept, Qt.Key.Key_Down)
    desk.settle()
    assert Upkeep.of(desk.staff.desk.folder) == Upkeep(folder, 30, None)
    assert dialog.now_button.isEnabled()
    entries = Auditing(desk.staff.desk).entries(prefixes=("backup.",))
    assert [(entry.action, entry.actor) for entry in entries] == [(Action.UPKEEP_SET, "Jonas Lindqvist")] * 2
    back_up_when_due(desk.staff.desk)
    again = backups(desk, window)
    assert again.last.text() == "One backup lies there, the newest of Wed 10 Mar 2027, 10:42 EST."


def test_a_folder_that_is_not_there_is_refused_in_words(desk: Bench, window: QWidget, tmp_path: Path) -> None:
    dialog = backups(desk, window)
    dialog.set_marks(tmp_path / "nothing")
    desk.settle()
    assert dialog.problem.isVisible()
    assert "is no folder that is there now" in " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert Upkeep.of(desk.staff.desk.folder) == Upkeep()


def test_a_backup_that_failed_is_told_until_one_is_made(desk: Bench, window: QWidget) -> None:
    note_failure(desk.staff.desk, DeskError("The disk for the backup is full"))
    dialog = backups(desk, window)
    assert "The last try failed: The disk for the backup is full." in dialog.last.text()


def test_an_author_reads_and_changes_nothing(desk: Bench, window: QWidget) -> None:
    desk.sign_in(desk.staff.mira)
    dialog = backups(desk, window)
    assert not any(each.isEnabled() for each in (dialog.backups_button, dialog.marks_button, dialog.kept))


def test_the_key_sheet_is_shown_and_saved(desk: Bench, window: QWidget, tmp_path: Path) -> None:
    KeySheetDialog(window, desk.context).open_soon()
    desk.settle()
    dialog = modal(KeySheetDialog)
    check_names(dialog)
    check_reachable(dialog)
    sheet = key_sheet(desk.staff.desk)
    for fact in (sheet.origin, *sheet.vkeys, sheet.root):
        assert fact in dialog.sheet.toPlainText()
    desk.qtbot.mouseClick(dialog.save_button, LEFT)
    choose(desk, dialog, tmp_path / "sheet.txt")
    saved = (tmp_path / "sheet.txt").read_text(encoding="utf-8")
    assert sheet.vkeys[0] in saved
    assert "What a log on one computer cannot show" in saved
    assert dialog.told.isVisible()
