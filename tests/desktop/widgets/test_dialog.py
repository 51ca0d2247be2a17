"""Dialogs and popovers: the scrim, where the focus goes and comes back, Enter and Esc, size within the screen."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.widgets.dialog import Dialog, Popover, Scrim
from desktop.widgets.layout import ScrollArea
from desktop.widgets.text import Label
from tests.desktop.conftest import Show


@pytest.fixture
def window(show: Show) -> QWidget:
    """A window with a field that has the focus."""
    field = QLineEdit()
    field.setObjectName("field")
    made = show(field)
    made.resize(900, 700)
    field.setFocus()
    return made


def opened(window: QWidget, qtbot: QtBot) -> Dialog:
    dialog = Dialog(window, "Hold all publishing?", "Nothing goes out.", icon="octagon-pause", group="hold")
    dialog.body.addWidget(QLineEdit())
    dialog.set_note("Enter holds, Esc cancels", icon="info")
    dialog.add_cancel()
    hold = dialog.add_button("Hold all publishing", "hold", icon="octagon-pause", default=True)
    hold.clicked.connect(dialog.accept)
    dialog.open()
    qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    return dialog


def test_it_dims_the_window_and_gives_the_focus_back(window: QWidget, qtbot: QtBot) -> None:
    field = window.findChild(QLineEdit, "field")
    before = window.grab().toImage().pixelColor(450, 600)
    dialog = opened(window, qtbot)
    assert dialog.isModal()
    assert window.grab().toImage().pixelColor(450, 600).lightness() < before.lightness()
    scrim = window.findChild(Scrim)
    assert scrim is not None
    window.resize(950, 640)
    assert scrim.size() == window.size()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.result() == QDialog.DialogCode.Rejected
    qtbot.waitUntil(lambda: QApplication.focusWidget() is field)
    assert window.grab().toImage().pixelColor(450, 600) == before


def test_enter_takes_the_default_button(window: QWidget, qtbot: QtBot) -> None:
    dialog = opened(window, qtbot)
    dialog.findChildren(QLineEdit)[0].setFocus()
    with qtbot.waitSignal(dialog.accepted):
        QTest.keyClick(dialog.findChildren(QLineEdit)[0], Qt.Key.Key_Return)


def test_the_cancel_button_cancels(window: QWidget, qtbot: QtBot) -> None:
    dialog = opened(window, qtbot)
    cancel = next(button for button in dialog.findChildren(QPushButton) if button.text() == "Cancel")
    with qtbot.waitSignal(dialog.rejected):
        QTest.mouseClick(cancel, Qt.MouseButton.LeftButton)


def test_tab_stays_inside(window: QWidget, qtbot: QtBot) -> None:
    dialog = opened(window, qtbot)
    dialog.findChildren(QLineEdit)[0].setFocus()
    seen = set()
    for _ in range(8):
        focus = QApplication.focusWidget()
        assert focus is not None
        assert dialog.isAncestorOf(focus)
        seen.add(focus)
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    assert len(seen) == 3


@pytest.mark.parametrize(("width", "px"), [("sm", 440), ("md", 560), ("lg", 760)])
def test_widths_are_the_designs(appearance: Appearance, window: QWidget, width: str, px: int) -> None:
    dialog = Dialog(window, "Title", width=width)  # type: ignore[arg-type]
    assert dialog.width() == px
    assert dialog.windowTitle() == "Title – Signpost"
    assert dialog.subtitle.isHidden()


def test_long_content_scrolls_and_keeps_the_buttons(window: QWidget, qtbot: QtBot) -> None:
    dialog = Dialog(window, "Export", window_title="Export entries")
    for _ in range(80):
        dialog.body.addWidget(Label("Ein Satz, der lang genug ist, um eine Zeile zu füllen.", wrap=True))
    button = dialog.add_cancel()
    dialog.open()
    screen = dialog.screen().availableGeometry()
    assert dialog.height() <= screen.height()
    assert button.mapTo(dialog, QPoint(0, button.height())).y() <= dialog.height()
    dialog.reject()


def test_short_content_needs_no_bar(window: QWidget, qtbot: QtBot) -> None:
    dialog = opened(window, qtbot)
    assert [area.verticalScrollBar().maximum() for area in dialog.findChildren(ScrollArea)] == [0]
    assert dialog.height() < 320
    dialog.set_head("Hold again?", "")
    assert (dialog.title.text(), dialog.subtitle.isHidden()) == ("Hold again?", True)
    dialog.reject()


@pytest.mark.parametrize("at_bottom", [False, True])
def test_a_popover_opens_near_its_control_and_stays_on_the_screen(
    window: QWidget, qtbot: QtBot, at_bottom: bool
) -> None:
    anchor = QPushButton("When", window)
    anchor.show()
    room = anchor.screen().availableGeometry()
    window.move(0, room.bottom() - 60 if at_bottom else 0)
    anchor.move(10, 10)
    popover = Popover(window)
    inside = QLineEdit()
    popover.body.addWidget(inside)
    popover.open_at(anchor)
    top = anchor.mapToGlobal(QPoint(0, 0)).y()
    assert (popover.y() < top) is at_bottom
    assert room.contains(popover.geometry())
    QTest.keyClick(popover, Qt.Key.Key_Escape)
    assert popover.isHidden()
    assert window.focusWidget() is anchor


def test_a_control_that_vanished_takes_no_focus_back(window: QWidget, qtbot: QtBot) -> None:
    field = window.findChild(QLineEdit, "field")
    assert field is not None
    dialog = opened(window, qtbot)
    with qtbot.waitSignal(field.destroyed):
        field.deleteLater()
    dialog.reject()
    assert dialog.isHidden()
