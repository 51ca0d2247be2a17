"""The focus ring shows only for the keyboard, follows its control, and is white on plum. Nothing is left unnamed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import AppButton
from desktop.widgets.focus import FocusRing
from desktop.widgets.layout import ScrollArea, rows
from tests import gallery, gallery_parts
from tests.desktop.conftest import Show
from tests.desktop.look.test_contrast import ratio


@pytest.fixture
def buttons() -> list[AppButton]:
    """Three buttons."""
    return [AppButton(text) for text in ("One", "Two", "Three")]


def test_the_keyboard_brings_the_ring_and_the_mouse_takes_it_away(show: Show, buttons: list[AppButton]) -> None:
    window = show(*buttons)
    ring = FocusRing(window)
    buttons[0].setFocus(Qt.FocusReason.MouseFocusReason)
    assert ring.isHidden()
    QTest.keyClick(buttons[0], Qt.Key.Key_Tab)
    assert ring.target is buttons[1]
    assert ring.geometry().contains(buttons[1].geometry())
    QTest.mouseClick(buttons[2], Qt.MouseButton.LeftButton)
    assert not ring.isVisible()
    buttons[0].setFocus(Qt.FocusReason.ShortcutFocusReason)
    assert ring.target is buttons[0]


def test_the_ring_is_two_pixels_away_in_the_focus_colour(
    appearance: Appearance, show: Show, buttons: list[AppButton]
) -> None:
    window = show(*buttons)
    FocusRing(window)
    buttons[0].setFocus()
    QTest.keyClick(buttons[0], Qt.Key.Key_Tab)
    image = window.grab().toImage()
    left = buttons[1].geometry().left()
    middle = buttons[1].geometry().center().y()
    assert image.pixelColor(left - 4, middle) == appearance.theme.border.focus
    assert image.pixelColor(left - 2, middle) == appearance.theme.surface.window
    assert ratio(appearance.theme.border.focus, appearance.theme.surface.window) >= 3


def test_the_ring_follows_its_control(show: Show, buttons: list[AppButton], qtbot: QtBot) -> None:
    window = show(*buttons)
    ring = FocusRing(window)
    buttons[0].setFocus()
    QTest.keyClick(buttons[0], Qt.Key.Key_Tab)
    before = ring.geometry()
    buttons[0].hide()
    qtbot.waitUntil(lambda: ring.geometry() != before)
    buttons[1].hide()
    qtbot.waitUntil(lambda: ring.target is not buttons[1])


def test_a_control_that_is_deleted_leaves_no_ring(show: Show, buttons: list[AppButton], qtbot: QtBot) -> None:
    window = show(*buttons)
    ring = FocusRing(window)
    buttons[0].setFocus()
    QTest.keyClick(buttons[0], Qt.Key.Key_Tab)
    QTest.keyClick(buttons[1], Qt.Key.Key_Tab)
    with qtbot.waitSignal(buttons[2].destroyed):
        buttons[2].deleteLater()
    assert ring.target is not buttons[2]


def test_fields_and_lists_show_their_focus_themselves(show: Show, buttons: list[AppButton]) -> None:
    field = QLineEdit()
    window = show(buttons[0], field)
    ring = FocusRing(window)
    buttons[0].setFocus()
    QTest.keyClick(buttons[0], Qt.Key.Key_Tab)
    assert field.hasFocus()
    assert ring.target is None


def test_the_ring_is_white_on_plum(appearance: Appearance, show: Show) -> None:
    banner = Banner("hold", "All publishing is on hold")
    button = AppButton("Review", "onHoldSolid")
    banner.add_action(button)
    window = show(QLineEdit(), banner, width=500)
    FocusRing(window)
    window.findChildren(QLineEdit)[0].setFocus()
    QTest.keyClick(window.findChildren(QLineEdit)[0], Qt.Key.Key_Tab)
    spot = button.mapTo(window, QPoint(-4, button.height() // 2))
    assert window.grab().toImage().pixelColor(spot) == appearance.theme.group("hold").on


def test_the_ring_is_cut_by_a_scroll_area(appearance: Appearance, show: Show) -> None:
    content = QWidget()
    column = QVBoxLayout(content)
    many = [AppButton(str(number)) for number in range(20)]
    for button in many:
        column.addWidget(button)
    area = ScrollArea(content)
    window = show(area)
    window.resize(240, 200)
    ring = FocusRing(window)
    many[0].setFocus()
    QTest.keyClick(many[0], Qt.Key.Key_Tab)
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())
    assert ring.target is many[1]
    image = window.grab().toImage()
    colours = {image.pixelColor(ring.x() + 1, y).name() for y in range(area.y() - 1)}
    assert appearance.theme.border.focus.name() not in colours


def named(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name)


@pytest.mark.parametrize("build", [gallery.build, gallery_parts.build, gallery_parts.dialog])
def test_everything_that_takes_focus_has_a_name(appearance: Appearance, qtbot: QtBot, build: object) -> None:
    assert callable(build)
    window = build()
    qtbot.addWidget(window)
    window.show()
    kinds = (QAbstractButton, QAbstractItemView, QLineEdit)
    reachable = [
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and isinstance(widget, kinds) and widget.window() is window
    ]
    assert len(reachable) >= 2
    unnamed = [type(widget).__name__ for widget in reachable if not named(widget) and not widget.accessibleName()]
    assert unnamed == []


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_no_button_is_squeezed_and_no_target_is_small(appearance: Appearance, qtbot: QtBot, scale: float) -> None:
    appearance.configure(text_scale=scale)
    window = gallery_parts.build()
    qtbot.addWidget(window)
    window.resize(round(2100 * scale), round(1000 * scale))
    window.show()
    squeezed = [
        button.text()
        for button in window.findChildren(AppButton)
        if button.isVisible() and button.width() < button.sizeHint().width()
    ]
    small = [
        button.text() or button.accessibleName()
        for button in window.findChildren(QAbstractButton)
        if button.isVisible() and min(button.width(), button.height()) < 20
    ]
    assert (squeezed, small) == ([], [])
    assert rows().spacing() == 0
