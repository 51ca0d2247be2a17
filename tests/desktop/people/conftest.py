"""A desk with Jonas signed in, and a window to open dialogs over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from tests.fakes.desks import staffed
from tests.fakes.desktop import Bench, bench


@pytest.fixture
def desk(qtbot: QtBot, appearance: Appearance, tmp_path: Path) -> Iterator[Bench]:
    with staffed(tmp_path / "desk") as staff, bench(staff, qtbot, staff.jonas) as made:
        yield made


@pytest.fixture
def window(desk: Bench) -> QWidget:
    made = QWidget()
    desk.qtbot.addWidget(made)
    made.resize(1200, 800)
    made.show()
    return made
