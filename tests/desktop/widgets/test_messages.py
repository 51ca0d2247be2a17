"""Banners, short messages and empty places: words, announcements, time, keyboard."""

from __future__ import annotations

import pytest
from PySide6 import QtGui
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.widgets.banner import TOAST_MS, Banner, BannerKind, EmptyState, ToastStack
from desktop.widgets.buttons import AppButton
from tests.desktop.conftest import Show
from tests.desktop.look.test_contrast import ratio

KINDS: tuple[BannerKind, ...] = ("hold", "danger", "warning", "info", "success", "note")


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    """Collect what is handed to the platform's assistive technology, of which there is none offscreen."""
    heard: list[tuple[str, bool]] = []
    assertive = QtGui.QAccessible.AnnouncementPoliteness.Assertive

    class Listening:
        AnnouncementPoliteness = QtGui.QAccessible.AnnouncementPoliteness

        @staticmethod
        def updateAccessibility(event: QtGui.QAccessibleAnnouncementEvent) -> None:  # noqa: N802 - Qt's name
            heard.append((event.message(), event.politeness() == assertive))

    monkeypatch.setattr(QtGui, "QAccessible", Listening)
    return heard


@pytest.mark.parametrize("kind", KINDS)
def test_a_banner_says_itself_once(show: Show, said: list[tuple[str, bool]], kind: BannerKind) -> None:
    banner = Banner(kind, "All publishing is on hold", "Since 10:44.")
    window = show(banner)
    window.hide()
    window.show()
    assert said == [("All publishing is on hold Since 10:44.", kind in ("hold", "danger"))]
    banner.set_text("All publishing is on hold", "Since 10:44.")
    assert len(said) == 1
    banner.set_text("Lifted")
    assert said[-1][0] == "Lifted"
    assert banner.sentence.isHidden()


def test_the_hold_banner_is_plum_with_white_words(appearance: Appearance, show: Show) -> None:
    banner = Banner("hold", "All publishing is on hold", "Since 10:44 today")
    button = AppButton("Review 14 waiting posts", "onHoldSolid")
    banner.add_action(button)
    show(banner, width=900)
    image = banner.grab().toImage()
    plum = appearance.theme.group("hold").solid
    assert image.pixelColor(4, 4) == plum
    white = banner.title.palette().windowText().color()
    assert ratio(white, plum) >= 4.5
    assert button.geometry().right() > banner.width() - 40


def test_a_banner_grows_with_its_words(show: Show) -> None:
    short, long = Banner("warning", "Short"), Banner("warning", "Long", "Ein langer Satz, der umbrechen muss. " * 8)
    show(short, long, width=400)
    assert long.height() > 2 * short.height()


@pytest.fixture
def stack(show: Show) -> ToastStack:
    """A stack of messages in a window with a field."""
    field = QLineEdit()
    window = show(field)
    window.resize(700, 400)
    made = ToastStack(window)
    made.setProperty("field", field)
    return made


def test_messages_stand_at_the_bottom_right_and_say_themselves(stack: ToastStack, said: list[tuple[str, bool]]) -> None:
    stack.say("Sent to review. Jonas is next.")
    stack.say("Instagram refused the photo.", tone="danger", icon="octagon-x")
    window = stack.parentWidget()
    assert window is not None
    assert stack.geometry().right() > window.width() - 30
    assert stack.geometry().bottom() < window.height()
    assert said == [("Sent to review. Jonas is next.", False), ("Instagram refused the photo.", True)]
    window.resize(500, 300)
    assert stack.geometry().right() < 500


def test_messages_leave_and_errors_stay(stack: ToastStack) -> None:
    message, error = stack.say("Saved"), stack.say("Refused", tone="danger")
    assert message.timer.interval() == TOAST_MS
    assert not error.timer.isActive()
    message.timer.timeout.emit()
    assert list(stack.toasts) == [error]
    QTest.mouseClick(error.close_button, Qt.MouseButton.LeftButton)
    assert list(stack.toasts) == []
    assert stack.isHidden()


def test_a_message_with_the_focus_waits(stack: ToastStack) -> None:
    message = stack.say("Moved to Wed 17 March", action=("Undo", lambda: None))
    assert stack.focus_newest()
    assert QApplication.focusWidget() is message.action
    message.timer.timeout.emit()
    assert list(stack.toasts) == [message]
    field = stack.property("field")
    assert isinstance(field, QWidget)
    field.setFocus()
    message.timer.timeout.emit()
    assert list(stack.toasts) == []


def test_an_action_is_done_and_closes(stack: ToastStack) -> None:
    done: list[str] = []
    message = stack.say("Moved", action=("Undo", lambda: done.append("undone")))
    assert message.action is not None
    message.action.setFocus()
    QTest.keyClick(message.action, Qt.Key.Key_Return)
    assert (done, stack.toasts) == (["undone"], ())
    assert stack.focus_newest() is False


def test_an_empty_place_says_what_to_do(qtbot: QtBot, show: Show) -> None:
    empty = EmptyState("square-pen", "No drafts yet", "Write once, then adjust the text for each network.")
    button = AppButton("New post", "primary", icon="plus")
    empty.add_action(button)
    show(empty, width=500)
    middle = button.mapTo(empty, button.rect().center()).x()
    assert abs(middle - empty.width() // 2) <= 1
    empty.set_text("Nothing waits for you", "")
    assert empty.title.text() == "Nothing waits for you"
    with qtbot.waitSignal(button.clicked):
        QTest.keyClick(button, Qt.Key.Key_Space)
