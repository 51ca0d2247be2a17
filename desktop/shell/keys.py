"""Keys that work everywhere: in every window and dialog of the program, whatever a dialog blocks behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import delete, isValid

HOLD_KEYS = "Ctrl+Shift+H"


class Everywhere(QObject):
    """Gives the keys to each window as it becomes active: a shortcut of the main window is dead while a dialog is open.

    `press(window)` gets the window in which the keys were pressed.
    """

    def __init__(self, keys: str, press: Callable[[QWidget], object], parent: QObject) -> None:
        super().__init__(parent)
        self._keys = keys
        self._press = press
        # one turn of the event loop later: the focus also moves while a window is being destroyed
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._look)
        self._given: list[QShortcut] = []
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusWindowChanged.connect(self._changed)
            application.focusChanged.connect(self._changed)
        self._soon.start()

    def end(self) -> None:
        """Takes the keys back from every window, at once, and gives them to no other."""
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusWindowChanged.disconnect(self._changed)
            application.focusChanged.disconnect(self._changed)
        self._soon.stop()
        for shortcut in self._given:
            if isValid(shortcut):
                delete(shortcut)
        self._given.clear()

    def _changed(self, *_: object) -> None:
        self._soon.start()

    def _look(self) -> None:
        for window in (QApplication.activeWindow(), QApplication.activePopupWidget()):
            if window is not None and not self._has(window):
                self._give(window)

    def _has(self, window: QWidget) -> bool:
        """Whether the window has the keys from us, or from a menu of its own."""
        keys = QKeySequence(self._keys)
        return window.findChild(QShortcut, self._name) is not None or any(
            action.shortcut() == keys for action in window.actions()
        )

    @property
    def _name(self) -> str:
        return f"everywhere:{self._keys}"

    def _give(self, window: QWidget) -> None:
        shortcut = QShortcut(QKeySequence(self._keys), window)
        shortcut.setObjectName(self._name)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
        shortcut.activated.connect(lambda: self._press(window) if isValid(window) else None)
        self._given = [*filter(isValid, self._given), shortcut]


def next_region(regions: Sequence[QWidget], focus: QWidget | None, step: int) -> QWidget | None:
    """The region that F6 leads to from the one that holds the focus, skipping those that are not visible."""
    usable = [region for region in regions if region.isVisible() and region.isEnabled()]
    if not usable:
        return None
    here = next((place for place, region in enumerate(usable) if _holds(region, focus)), None)
    if here is None:
        return usable[0] if step > 0 else usable[-1]
    return usable[(here + step) % len(usable)]


def enter_region(region: QWidget) -> None:
    """Moves the focus into a region: to the widget itself where it takes it, else to the first inside that does."""
    target = region if region.focusPolicy() != Qt.FocusPolicy.NoFocus else _first_inside(region)
    if target is not None:
        target.setFocus(Qt.FocusReason.ShortcutFocusReason)


def _first_inside(region: QWidget) -> QWidget | None:
    walker = region.nextInFocusChain()
    while walker is not None and walker is not region:
        takes_tab = bool(walker.focusPolicy().value & Qt.FocusPolicy.TabFocus.value)
        if region.isAncestorOf(walker) and takes_tab and walker.isVisible() and walker.isEnabled():
            return walker
        walker = walker.nextInFocusChain()
    return None


def _holds(region: QWidget, focus: QWidget | None) -> bool:
    return focus is not None and (region is focus or region.isAncestorOf(focus))
