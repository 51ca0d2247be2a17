"""What all screens share: when they read anew, where they show errors, and what the shell asks of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from desktop.context import Context
from desktop.screens.states import ErrorState, LoadingState
from editorial.changes import Changes, Kind
from editorial.errors import DeskError

T = TypeVar("T")
Failed = Callable[[DeskError], object]


@dataclass(frozen=True)
class Command:
    """Something that a screen can do now: it stands in the menu, in the palette and in the list of shortcuts."""

    text: str
    do: Callable[[], object]
    shortcut: str = ""


class Screen(QWidget):
    """Base of a screen. Put your widgets into `self.content` and say what you show in `kinds`.

    `refresh` runs when the screen is first shown, and again whenever something of `kinds` changed while it is visible,
    or when it becomes visible after such a change; several changes at once make one refresh.
    """

    key: ClassVar[str] = ""
    title: ClassVar[str] = ""
    icon: ClassVar[str] = ""
    kinds: ClassVar[frozenset[Kind]] = frozenset()

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.content = QWidget()
        self._loading = LoadingState()
        self._error: ErrorState | None = None
        self._stack = QStackedLayout(self)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(self.content)
        self._stack.addWidget(self._loading)
        self._due = True
        self._reading = False
        self._again = False
        self._shown_once = False
        self._actions: list[tuple[Command, QAction]] = []
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._refresh_now)
        context.bridge.changed.connect(self._on_changes)

    # ---- what a screen fills in --------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Reads what the screen shows; usually one `self.load(read, show)`."""
        raise NotImplementedError

    def regions(self) -> Sequence[QWidget]:
        """The places that F6 goes through, in reading order: for each the widget that takes the focus."""
        return (self.content,)

    def commands(self) -> Sequence[Command]:
        """What can be done here now, for the menu. Keys named in it work while the focus is in this screen."""
        return ()

    def show_item(self, item: str) -> None:
        """Shows the thing with that id; called after `context.go(key, item)`, when the screen is visible."""

    def settle(self) -> None:
        """Hands over what is typed and not saved yet, before the window is locked, closed or left."""

    # ---- what a screen uses ------------------------------------------------------------------------------------------

    def load(self, read: Callable[[], T], show: Callable[[T], object]) -> None:
        """Reads off the Qt thread and shows the result; while one read is on its way, another waits for its end.

        Before anything was shown, a wait of over 0.3 s shows the shapes of rows, and an error takes the screen's place
        with Try again. Later an error is a message, and what was shown stays.
        """
        if self._reading:
            self._again = True
            return
        self._reading = True
        if not self._shown_once:
            self._loading.begin(lambda: self._stack.setCurrentWidget(self._loading))

        def shown(result: T) -> None:
            self._read_ended()
            self._shown_once = True
            self._stack.setCurrentWidget(self.content)
            show(result)
            self.actions_now()

        self.run(read, shown, self._load_failed)

    def run(self, op: Callable[[], T], then: Callable[[T], object] | None = None, failed: Failed | None = None) -> None:
        """`Bridge.run` with callbacks that are dropped when this screen is gone."""
        self.context.bridge.run(op, then, failed, owner=self)

    def run_slow(
        self, op: Callable[[], T], then: Callable[[T], object] | None = None, failed: Failed | None = None
    ) -> None:
        """`Bridge.run_slow`, likewise."""
        self.context.bridge.run_slow(op, then, failed, owner=self)

    def work(
        self,
        function: Callable[..., T],
        *arguments: Any,
        then: Callable[[T], object] | None = None,
        failed: Failed | None = None,
    ) -> None:
        """`Bridge.work`, likewise."""
        self.context.bridge.work(function, *arguments, then=then, failed=failed, owner=self)

    def shortcut(self, keys: str, do: Callable[[], object]) -> QShortcut:
        """A key that works while the focus is anywhere in this screen."""
        made = QShortcut(QKeySequence(keys), self)
        made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        made.activated.connect(lambda: do())
        return made

    # ---- inside ------------------------------------------------------------------------------------------------------

    def actions_now(self) -> list[QAction]:
        """The present commands as actions of this screen: their keys work while the focus is anywhere in it."""
        commands = list(self.commands())
        if commands != [command for command, _ in self._actions]:
            for _, action in self._actions:
                self.removeAction(action)
                action.deleteLater()
            self._actions = [(command, self._action(command)) for command in commands]
        return [action for _, action in self._actions]

    def _action(self, command: Command) -> QAction:
        action = QAction(command.text, self)
        action.setShortcut(QKeySequence(command.shortcut))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda: command.do())
        self.addAction(action)
        return action

    def showEvent(self, event: QShowEvent) -> None:
        """Reads when something changed since the screen was last visible."""
        super().showEvent(event)
        self.actions_now()
        if self._due:
            self._soon.start()

    def _on_changes(self, changes: Changes) -> None:
        if changes.kinds & self.kinds:
            self._due = True
            if self.isVisible():
                self._soon.start()

    def _refresh_now(self) -> None:
        if self._due and self.isVisible():
            self._due = False
            self.refresh()

    def _read_ended(self) -> None:
        self._reading = False
        self._loading.end()
        if self._again:
            self._again = False
            self._due = True
            self._soon.start()

    def _load_failed(self, error: DeskError) -> None:
        self._read_ended()
        if self._shown_once:
            self.context.tell(error, self._retry)
            return
        self._drop_error()
        self._error = ErrorState(error, self._retry)
        self._stack.addWidget(self._error)
        self._stack.setCurrentWidget(self._error)

    def _retry(self) -> None:
        self._drop_error()
        self._due = True
        self._soon.start()

    def _drop_error(self) -> None:
        if self._error is not None:
            self._stack.removeWidget(self._error)
            self._error.deleteLater()
            self._error = None
            self._stack.setCurrentWidget(self.content)
