"""A workspace that cannot be opened: what is wrong, what is safe, and what to do."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.screens.states import ErrorState
from desktop.start.page import Page
from editorial.errors import DeskError


class ProblemPage(Page):
    """`again` to try once more, `leave` to close."""

    title = "Signpost"
    again = Signal()
    leave = Signal()

    def __init__(self, error: DeskError, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state = ErrorState(error, self.again.emit)
        self.body.addWidget(self.state, 1)
        self.add_button("Close").clicked.connect(self.leave)

    def first_focus(self) -> QWidget | None:
        """Try again."""
        return self.state.again
