"""Buttons: size from their words, keyboard, busy, names, and colours by kind and state."""

from __future__ import annotations

from typing import get_args

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.widgets.buttons import AppButton, IconButton, Kind, colours
from desktop.widgets.painting import text_width
from tests.desktop.conftest import Show
from tests.desktop.look.test_contrast import ratio

KINDS: tuple[Kind, ...] = get_args(Kind)
KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


@pytest.mark.parametrize("key", KEYS)
def test_app_button_is_pressed_by_key(qtbot: QtBot, show: Show, key: Qt.Key) -> None:
    button = AppButton("Send to review", "primary")
    show(button)
    button.setFocus()
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(button, key)


@pytest.mark.parametrize("key", KEYS)
def test_icon_button_is_pressed_by_key(qtbot: QtBot, show: Show, key: Qt.Key) -> None:
    button = IconButton("ellipsis", "More")
    show(button)
    button.setFocus()
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(button, key)


def test_busy_keeps_focus_and_ignores_presses(qtbot: QtBot, show: Show) -> None:
    button = AppButton("Sign version 5", "primary")
    show(button)
    button.setFocus()
    button.set_busy(True)
    with qtbot.assertNotEmitted(button.clicked):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        for key in KEYS:
            QTest.keyClick(button, key)
    assert button.hasFocus()
    assert button.accessibleDescription() == "Working"
    button.set_busy(False)
    with qtbot.waitSignal(button.clicked):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_busy_needs_a_little_more_room(show: Show) -> None:
    button = AppButton("Verify now")
    show(button)
    before = button.grab().toImage()
    button.set_busy(True)
    assert button.grab().toImage() != before
    assert button.sizeHint().width() > before.width() / button.devicePixelRatioF()


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
@pytest.mark.parametrize("size", ["compact", "default", "large"])
def test_labels_are_never_cut(appearance: Appearance, qtbot: QtBot, scale: float, size: str) -> None:
    appearance.configure(text_scale=scale)
    for kind in KINDS:
        button = AppButton("Zur Prüfung senden…", kind, icon="send", hint="Ctrl ↵", size=size)  # type: ignore[arg-type]
        qtbot.addWidget(button)
        font = appearance.font("small" if size == "compact" else "body", 600)
        hint = text_width(appearance.font("caption"), "Ctrl ↵")
        assert button.minimumSizeHint().width() >= text_width(font, button.text()) + hint + 2 * appearance.px(10)
        assert button.minimumSizeHint().height() >= 28


def test_an_icon_button_is_a_target_of_28(appearance: Appearance, qtbot: QtBot) -> None:
    button = IconButton("history", "Versions", shortcut="Ctrl+H")
    qtbot.addWidget(button)
    assert (button.sizeHint().width(), button.sizeHint().height()) == (28, 28)
    assert button.toolTip() == "Versions (Ctrl+H)"
    assert button.accessibleName() == "Versions"


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("state", ["rest", "hover", "pressed"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_state_can_be_read(appearance: Appearance, kind: str, state: str, mode: str) -> None:
    appearance.configure(mode="dark" if mode == "dark" else "light")
    theme = appearance.theme
    paint = colours(kind, state)
    behind = theme.group("hold").solid if kind.startswith("onHold") else theme.surface.panel
    assert ratio(paint.text, paint.fill or behind) >= 4.5
    if paint.edge:
        assert ratio(paint.edge, behind) >= 3


def test_a_button_is_a_button_to_assistive_technology(show: Show) -> None:
    button = AppButton("Hold && wait", "hold", icon="octagon-pause")
    show(button)
    interface = QAccessible.queryAccessibleInterface(button)
    assert interface.role() == QAccessible.Role.Button
    assert interface.text(QAccessible.Text.Name) == "Hold & wait"


def test_kinds_look_different(show: Show) -> None:
    pictures: list[bytes] = []
    for kind in KINDS:
        button = AppButton("Hold", kind)
        show(button)
        image = button.grab().toImage()
        pictures.append(bytes(image.convertToFormat(QImage.Format.Format_ARGB32).constBits()))
    assert len(set(pictures)) == len(KINDS)


def test_kind_and_icon_can_change(show: Show) -> None:
    button = AppButton("Hold all publishing", "holdOutline", icon="octagon-pause")
    show(button, QWidget())
    before, wide = button.grab().toImage(), button.sizeHint().width()
    button.set_kind("hold")
    button.set_icon("")
    assert (button.kind, button.busy) == ("hold", False)
    assert button.sizeHint().width() < wide
    assert button.grab().toImage() != before
