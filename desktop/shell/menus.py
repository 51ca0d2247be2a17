"""The menu bar: every command, with its key. On Windows and Linux it appears with Alt."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from desktop.screens.base import Command, Screen

Do = Callable[[], object]


class Menus(QObject):
    """Fills the window's menu bar. Actions belong to the window too, so that their keys work while it is hidden."""

    def __init__(self, window: QMainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._bar = window.menuBar()
        self._hides = sys.platform != "darwin"
        self._alone = False
        self.commands: list[tuple[str, Command]] = []
        if self._hides:
            self._bar.hide()
            window.installEventFilter(self)

    def add(self, title: str, commands: Sequence[Command | None]) -> QMenu:
        """A menu with these commands; None draws a line."""
        menu = self._bar.addMenu(title)
        menu.aboutToHide.connect(self._hidden)
        for command in commands:
            if command is None:
                menu.addSeparator()
            else:
                self.commands.append((title.replace("&", ""), command))
                menu.addAction(self._action(command))
        return menu

    def add_screen_menu(self, title: str, screen: Callable[[], Screen | None]) -> None:
        """The menu of the screen that is shown, filled when it opens."""
        menu = self._bar.addMenu(title)
        menu.aboutToHide.connect(self._hidden)

        def fill() -> None:
            menu.clear()
            shown = screen()
            actions = shown.actions_now() if shown is not None else []
            menu.addActions(actions)
            if not actions:
                menu.addAction("Nothing to do here").setEnabled(False)

        menu.aboutToShow.connect(fill)
        fill()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Alt alone, pressed and let go, shows the bar and goes into it."""
        if not isinstance(event, QKeyEvent):
            return False
        alt = event.key() == Qt.Key.Key_Alt
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            self._alone = alt
        elif event.type() == QEvent.Type.KeyRelease and alt and self._alone and not event.isAutoRepeat():
            self._alone = False
            self.toggle()
            return True
        return False

    def toggle(self) -> None:
        """Shows the bar and goes to its first menu, or hides it."""
        show = not self._bar.isVisible()
        self._bar.setVisible(show)
        if show and self._bar.actions():
            self._bar.setActiveAction(self._bar.actions()[0])

    def _hidden(self) -> None:
        if self._hides and self._bar.activeAction() is None:
            self._bar.hide()

    def _action(self, command: Command) -> QAction:
        action = QAction(command.text, self._window)
        if command.shortcut:
            action.setShortcut(QKeySequence(command.shortcut))
        action.triggered.connect(lambda: command.do())
        self._window.addAction(action)
        return action
