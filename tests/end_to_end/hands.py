"""A person's hands on the real windows: finds what can be seen, clicks it, types into it, waits for what follows."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QEventLoop, QModelIndex, QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from desktop.program import Program
from tests.fakes.watchdog import Stalls

W = TypeVar("W", bound=QWidget)
PATIENCE = 15.0
Field = QLineEdit | QPlainTextEdit | QTextEdit
EDITORS = (QLineEdit, QPlainTextEdit, QTextEdit)


def pass_time(milliseconds: int) -> None:
    """Runs the event loop so long. QTest.qWait would keep all other Python threads waiting meanwhile."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop, loop.quit)
    loop.exec()


class Hands:
    """Works on whatever window is in front; fails in words when something cannot be found in time."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.stalls = Stalls(limit=0.0)  # of whoever watches: what the hands take for looking is not the program's

    # ---- waiting -----------------------------------------------------------------------------------------------------

    def wait(self, condition: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
        """Runs the event loop until the condition holds."""
        deadline = time.monotonic() + seconds
        while not self._holds(condition):
            assert time.monotonic() < deadline, f"{what} did not come within {seconds:.0f} s"
            pass_time(10)

    def _holds(self, condition: Callable[[], bool]) -> bool:
        with self.stalls.looking_away():
            return condition()

    def settle(self) -> None:
        """Runs the event loop until nothing is under way."""
        quiet = 0

        def at_rest() -> bool:
            nonlocal quiet
            quiet = quiet + 1 if self.program.bridge.pending == 0 else 0
            return quiet >= 3

        self.wait(at_rest, "rest")

    # ---- finding -----------------------------------------------------------------------------------------------------

    @property
    def front(self) -> QWidget:
        """The dialog or window that a person looks at."""
        window: QWidget = self.program.shell or self.program.start_window
        return QApplication.activePopupWidget() or QApplication.activeModalWidget() or window

    def find(self, kind: type[W], fits: Callable[[W], bool], what: str, within: QWidget | None = None) -> W:
        """The first visible and enabled widget of a kind that fits; waits for it."""
        found: list[W] = []

        def look() -> bool:
            place = within or self.front
            found[:] = [each for each in place.findChildren(kind) if each.isVisible() and each.isEnabled()]
            found[:] = [each for each in found if fits(each)]
            return bool(found)

        self.wait(look, what)
        return found[0]

    def button(self, text: str, within: QWidget | None = None) -> QAbstractButton:
        """A button by its words, or by its name for screen readers."""

        def fits(button: QAbstractButton) -> bool:
            return text in (button.text().replace("&", ""), button.accessibleName())

        return self.find(QAbstractButton, fits, f"the button “{text}”", within)

    def field(self, name: str, within: QWidget | None = None) -> Field:
        """A field by its name for screen readers."""

        def fits(widget: QWidget) -> bool:
            return isinstance(widget, EDITORS) and widget.accessibleName() == name

        found = self.find(QWidget, fits, f"the field “{name}”", within)
        assert isinstance(found, EDITORS)
        return found

    def sees(self, text: str) -> bool:
        """Whether a visible widget in front says so, in its words or to a screen reader."""
        for widget in self.front.findChildren(QWidget):
            said = widget.property("text")
            if widget.isVisible() and (text in str(said or "") or text in widget.accessibleName()):
                return True
        return False

    def list(self, name: str, within: QWidget | None = None) -> QAbstractItemView:
        """A list or table by its name for screen readers."""
        return self.find(QAbstractItemView, lambda view: view.accessibleName() == name, f"the list “{name}”", within)

    # ---- doing -------------------------------------------------------------------------------------------------------

    def click(self, widget: QWidget | str, at: QPoint | None = None) -> None:
        """A click with the left button in the middle, or at a point."""
        target = self.button(widget) if isinstance(widget, str) else widget
        if not target.isActiveWindow():
            target.activateWindow()  # what a window manager does at a click; the offscreen platform has none
            QApplication.processEvents()
        QTest.mouseClick(target, Qt.MouseButton.LeftButton, pos=at or target.rect().center())
        QApplication.processEvents()

    def tick(self, box: QAbstractButton) -> None:
        """A click on a check box's mark."""
        self.click(box, QPoint(8, box.height() // 2))
        assert box.isChecked()

    def key(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        """A key for whoever has the focus, or for the window in front."""
        QTest.keyClick(QApplication.focusWidget() or self.front, key, modifiers)
        QApplication.processEvents()

    def into(self, field: Field) -> None:
        """Clicks into a field, again where a window that was just opening put the focus elsewhere."""
        deadline = time.monotonic() + PATIENCE
        while not field.hasFocus():
            assert time.monotonic() < deadline, f"the focus did not come into the field within {PATIENCE:.0f} s"
            self.click(field if isinstance(field, QLineEdit) else field.viewport())
            pass_time(0)

    def type(self, field: Field | str, text: str) -> None:
        """Clicks into a field and types, key by key; what stood there is replaced."""
        target = self.field(field) if isinstance(field, str) else field
        self.into(target)
        target.selectAll()
        for letter in text:
            QTest.keyClicks(target, letter)
            QApplication.processEvents()

    def choose(self, view: QAbstractItemView, text: str) -> None:
        """A click on the row that says so."""
        found: list[QModelIndex] = []

        def look() -> bool:
            model = view.model()
            for row in range(model.rowCount()):
                index = model.index(row, 0)
                said = [str(model.data(index, role) or "") for role in _SAID]
                if any(text in each for each in said):
                    found[:] = [index]
                    return True
            return False

        self.wait(look, f"a row with “{text}”")
        view.scrollTo(found[0])
        self.click(view.viewport(), view.visualRect(found[0]).center())

    def pick(self, combo: QComboBox, text: str) -> None:
        """Chooses in a list by keyboard."""
        place = next(row for row in range(combo.count()) if text in combo.itemText(row))
        combo.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(combo, Qt.Key.Key_Home)
        for _ in range(place):
            QTest.keyClick(combo, Qt.Key.Key_Down)
        QApplication.processEvents()
        assert text in combo.currentText()

    def sign_in(self, name: str, passphrase: str) -> None:
        """Comes in by the list of people; returns in the window."""
        self.choose(self.list("People"), name)
        self.type("Passphrase", passphrase)
        self.click("Sign in")
        self.wait(lambda: self.program.shell is not None, "the window after signing in")
        self.settle()  # nobody clicks before the window stands


_SAID = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)
