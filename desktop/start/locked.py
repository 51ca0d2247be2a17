"""The view of a locked session: the window is away until the same person is back, or leaves it to another."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.start.page import Page
from desktop.start.sign_in import Problem
from desktop.widgets.fields import PassphraseField
from desktop.widgets.layout import columns, rows
from desktop.widgets.marks import Avatar, IconMark
from desktop.widgets.text import Label
from editorial.errors import DeskError


class LockedPage(Page):
    """Asks for the passphrase of whoever is signed in: `unlock(passphrase)`, or `switch()` to sign out.

    Where no passphrase can be checked (`checked` False), unlocking asks for none: that session only drafts.
    """

    title = "Locked – Signpost"
    unlock = Signal(str)
    switch = Signal()

    def __init__(
        self, name: str, person_id: str, since: str, *, checked: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._checked = checked
        head = columns(gap=12)
        head.addWidget(Avatar(name, person_id, 44))
        words = rows(gap=1)
        words.addWidget(Label("Locked", "title"))
        words.addWidget(Label(f"{name}, {since}", "body", "secondary", wrap=True))
        head.addLayout(words, 1)
        self.body.addLayout(head)
        self.problem = Problem()
        self.passphrase = PassphraseField()
        if not checked:
            self.passphrase.hide()
        self.passphrase.line.returnPressed.connect(self._ask)
        self.body.addWidget(self.problem)
        self.body.addWidget(self.passphrase)
        note = columns(gap=8)
        note.addWidget(IconMark("send", "secondary", 16), 0, Qt.AlignmentFlag.AlignTop)
        note.addWidget(
            Label("Scheduled posts go out as planned while you are locked.", "small", "secondary", wrap=True), 1
        )
        self.body.addLayout(note)
        self.body.addStretch(1)
        self.switch_button = self.add_button("Sign out and switch")
        self.switch_button.clicked.connect(self.switch)
        self.button = self.add_button("Unlock", "primary")
        self.button.clicked.connect(self._ask)

    def show_error(self, error: DeskError | None) -> None:
        """Shows why it stays locked."""
        self.button.set_busy(False)
        self.problem.show_error(error)
        if error is not None:
            self.passphrase.line.selectAll()
            self.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def first_focus(self) -> QWidget | None:
        """The passphrase."""
        return self.passphrase if self._checked else self.button

    def _ask(self) -> None:
        if self.button.busy:
            return
        if self._checked and not self.passphrase.text():
            self.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.button.set_busy(True)
        self.unlock.emit(self.passphrase.text())
