"""Exporting the register by mouse and by keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from desktop.screens.library.exporting import ExportRegisterDialog
from tests.desktop.screens.library import dialog_of, shown
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.authorizations import recorded
from tests.fakes.desktop import Bench


@pytest.fixture
def patient(desk: Bench) -> str:
    return recorded(desk.staff)


@pytest.mark.parametrize("names", [False, True])
def test_names_stand_in_the_file_only_where_they_are_asked_for(
    desk: Bench, patient: str, tmp_path: Path, names: bool
) -> None:
    screen, path = shown(desk), tmp_path / "register.csv"
    QTest.mouseClick(screen.export_button, Qt.MouseButton.LeftButton)
    dialog = dialog_of(screen, ExportRegisterDialog)
    check_names(dialog)
    check_reachable(dialog)
    assert dialog.path.text().endswith("signpost-authorizations-2027-03-10.csv")
    assert not dialog.names.isChecked()
    if names:
        QTest.keyClick(dialog.names, Qt.Key.Key_Space)
    dialog.path.set_text(str(path))
    QTest.keyClick(dialog.path.line, Qt.Key.Key_Return)
    desk.settle()
    assert ("Rosa" in path.read_text(encoding="utf-8")) == names
    assert desk.shell.said == ["1 authorization was exported to register.csv."]


def test_what_cannot_be_written_is_told_and_the_dialog_stays(desk: Bench, patient: str, tmp_path: Path) -> None:
    screen = shown(desk)
    next(each for each in screen.commands() if each.text == "Export register…").do()
    dialog = dialog_of(screen, ExportRegisterDialog)
    dialog.path.set_text("register.csv")
    QTest.mouseClick(dialog.button, Qt.MouseButton.LeftButton)
    assert dialog.path.error == "Name a file with its folder."
    dialog.path.set_text(str(tmp_path / "gone" / "register.csv"))
    QTest.mouseClick(dialog.button, Qt.MouseButton.LeftButton)
    desk.settle()
    assert dialog.problem.title.text() == "The export could not be written."
    assert dialog.isVisible()
    assert dialog.path.error == ""


def test_others_are_not_offered_it(desk: Bench, patient: str) -> None:
    screen = shown(desk, desk.staff.mira)
    assert not screen.export_button.isVisible()
    assert all("Export" not in each.text for each in screen.commands())
