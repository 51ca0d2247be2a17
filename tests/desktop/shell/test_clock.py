"""A person confirms the time where no network says it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.shell.dialogs import ask_clock
from desktop.widgets.dialog import Dialog
from editorial.audit.auditing import Auditing
from editorial.delivery.clockword import clock_confirmed, confirm_clock
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desks import staffed
from tests.fakes.desktop import Bench, bench, modal

MINUTE = timedelta(minutes=1)


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot, appearance: Appearance) -> Iterator[Bench]:
    with staffed(tmp_path / "desk") as staff, bench(staff, qtbot) as found:
        yield found


@pytest.fixture
def window(desk: Bench) -> QWidget:
    found = QWidget()
    desk.qtbot.addWidget(found)
    found.show()
    return found


@pytest.fixture
def dialog(desk: Bench, window: QWidget) -> Dialog:
    ask_clock(desk.context, window)
    return modal(Dialog)


def test_whoever_confirms_it_stands_in_the_log(desk: Bench, dialog: Dialog) -> None:
    check_names(dialog)
    check_reachable(dialog)
    assert dialog.title.text() == f"Is it {desk.context.moments.full(desk.staff.clock.now())}?"
    (button,) = [each for each in dialog.findChildren(QPushButton) if each.text() == "Confirm the time"]
    button.setFocus()
    desk.qtbot.keyClick(button, Qt.Key.Key_Space)
    desk.settle()
    (entry,) = Auditing(desk.staff.desk).entries(prefixes=("publisher.clock",))
    assert entry.actor == "Mira Okafor"
    assert clock_confirmed(desk.staff.desk, MINUTE)
    assert desk.shell.said == ["Publishing goes on by this computer's clock."]


def test_escape_confirms_nothing(desk: Bench, dialog: Dialog) -> None:
    desk.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    desk.settle()
    assert QApplication.activeModalWidget() is None
    assert not clock_confirmed(desk.staff.desk, MINUTE)


@pytest.mark.parametrize("jump", [-120, 120])
def test_it_was_said_of_that_moment_alone(desk: Bench, jump: int) -> None:
    confirm_clock(desk.staff.desk, desk.staff.mira.actor)
    desk.staff.clock.at += timedelta(seconds=jump)
    assert not clock_confirmed(desk.staff.desk, MINUTE)
