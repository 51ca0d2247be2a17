"""The screens of the window: each made once, the others ahead of time."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QStackedWidget

from desktop.context import Context
from desktop.screens.base import Screen
from desktop.shell.nav import Place
from desktop.shell.places import make_screen


class Screens(QStackedWidget):
    """Shows one of them. `make_ahead` makes those that nobody went to yet."""

    def __init__(self, context: Context, places: Sequence[Place]) -> None:
        super().__init__()
        self._context, self._places = context, places
        self._made: dict[str, Screen] = {}
        self._ahead = QTimer(self, interval=0)  # one more in each round of events
        self._ahead.timeout.connect(self._make_next)

    def all(self) -> Collection[Screen]:
        """Those that are made."""
        return self._made.values()

    def made(self, key: str) -> Screen:
        """The screen of a place."""
        if key not in self._made:
            self._made[key] = make_screen(key, self._context)
            self.addWidget(self._made[key])
        return self._made[key]

    def make_ahead(self) -> None:
        """Makes the others one by one, so that nobody waits for one at the first click."""
        self._ahead.start()

    def stop(self) -> None:
        """Makes no further one."""
        self._ahead.stop()

    def _make_next(self) -> None:
        missing = next((place.key for place in self._places if place.key not in self._made), "")
        if missing:
            self.made(missing)
        else:
            self._ahead.stop()
