"""Asking for changes: one comment that the author reads first."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.screens.review.words import due_choices
from desktop.telling import tell_banner, tell_field
from desktop.widgets.banner import Banner
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import Combo, FormField, TextArea
from editorial.errors import DeskError
from editorial.posts.reading import Page


class RequestDialog(Dialog):
    """Sends the version back with what should change. `requested()` when it was sent; until then nothing is lost."""

    requested = Signal()

    def __init__(self, context: Context, page: Page, typed: str, parent: QWidget) -> None:
        self._context, self._page = context, page
        subject = page.subject
        number = subject.snapshot.number
        super().__init__(
            parent,
            f"Request changes to version {number}",
            f"{subject.snapshot.title}, P-{subject.number}",
            icon="undo-2",
            group="warning",
            width="md",
            window_title="Request changes",
        )
        self.area = TextArea("What should change", lines=5, placeholder="Say it so that the author can do it")
        self.area.setPlainText(typed)
        self.field = FormField("What should change", editor=self.area)
        self.body.addWidget(self.field)
        self.due = Combo("Needed by")
        self.due.setPlaceholderText("Choose a time")
        for words, due in due_choices(context.moments):
            self.due.addItem(words, due)
        self.due.setCurrentIndex(-1)
        self.due_field = FormField("Needed by", editor=self.due)
        self.body.addWidget(self.due_field)
        self.problem = Banner("danger", "", inline=True)
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.set_note(f"{subject.author} gets the post back. Nobody can sign until a new version comes.", "info")
        self.add_cancel()
        self.send = self.add_button("Request changes", "primary", icon="undo-2")
        self.send.clicked.connect(self._send)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.area.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Send with Ctrl+Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier and not self.send.busy:
                self._send()
            return
        super().keyPressEvent(event)

    @property
    def typed(self) -> str:
        """What was typed so far."""
        return self.area.toPlainText()

    def _send(self) -> None:
        self.send.set_busy(True)
        self.problem.hide()
        actor, review, text = self._context.actor, self._context.review, self.typed
        post_id, number = self._page.subject.post_id, self._page.subject.snapshot.number
        due = self.due.currentData()
        self._context.bridge.run(
            lambda: review.request_changes(actor, post_id, number, text, due), self._sent, self._failed, owner=self
        )

    def _sent(self, _: object) -> None:
        self.area.setPlainText("")
        self.requested.emit()
        self.accept()

    def _failed(self, error: DeskError) -> None:
        self.send.set_busy(False)
        if not tell_field(error, {"comment": self.field, "due": self.due_field}):
            tell_banner(error, self.problem)
