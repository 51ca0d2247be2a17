"""The one application of the tests with its appearance, a window that has the focus, and a staffed workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.look.appearance import PROPERTY
from tests.fakes.desks import Staff, staffed

Show = Callable[..., QWidget]


@pytest.fixture(scope="session")
def applied_appearance(qapp: QApplication) -> Appearance:
    """Make the appearance once: it belongs to the application, of which there is one."""
    return Appearance(qapp, mode="light")


@pytest.fixture
def appearance(applied_appearance: Appearance) -> Appearance:
    """Give the appearance, light and at 100 %, whatever another test did to it."""
    application = QApplication.instance()
    assert application is not None
    application.setProperty(PROPERTY, applied_appearance)  # a test may have made another one
    now = (applied_appearance.mode, applied_appearance.text_scale, applied_appearance.roomy)
    if now != ("light", 1.0, False):
        applied_appearance.configure(mode="light", text_scale=1.0, roomy=False)
    return applied_appearance


@pytest.fixture
def staff(tmp_path: Path) -> Iterator[Staff]:
    """Three people, a signed charter and nothing else."""
    with staffed(tmp_path / "desk") as found:
        yield found


@pytest.fixture
def show(qtbot: QtBot, appearance: Appearance) -> Show:
    """Show widgets under each other in an active window, and return the window. It lives as long as the test."""
    windows: list[QWidget] = []

    def shown(*widgets: QWidget, width: int = 0) -> QWidget:
        window = QWidget()
        column = QVBoxLayout(window)
        for widget in widgets:
            column.addWidget(widget)
        windows.append(window)
        qtbot.addWidget(window)
        if width:
            window.resize(width, max(window.sizeHint().height(), column.heightForWidth(width)))
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        return window

    return shown
