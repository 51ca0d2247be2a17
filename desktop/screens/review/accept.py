"""Accepting a warning: a reviewer says why it may stand, beside the author's reason."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.telling import tell_banner, tell_field
from desktop.widgets.banner import Banner
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import FormField, TextArea
from desktop.widgets.text import Label
from editorial.errors import DeskError
from editorial.posts.reading import Page


class AcceptDialog(Dialog):
    """Accepts the warning at a place among a version's findings. `kept()` when it is kept."""

    kept = Signal()

    def __init__(self, context: Context, page: Page, place: int, parent: QWidget) -> None:
        finding = page.findings[place]
        about = f"{finding.title}. {finding.reason}".strip()
        super().__init__(parent, "Accept this warning", about, icon="triangle-alert", group="warning")
        self._context, self._page, self._place = context, page, place
        if finding.kept:
            self.body.addWidget(Label(f"Kept by the author: {finding.kept}", "body", "secondary", wrap=True))
        self.area = TextArea("Why it may stand", lines=3, placeholder="So that the next reviewer can follow you")
        self.area.setPlainText(finding.accepted.reason if finding.accepted is not None else "")
        self.field = FormField("Why it may stand", editor=self.area)
        self.body.addWidget(self.field)
        self.problem = Banner("danger", "", inline=True)
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.set_note(
            "Your name and reason stand in what reviewers sign from now on. Both end when what the warning is about "
            "changes.",
            "info",
        )
        self.add_cancel()
        self.accept_button = self.add_button("Accept warning", "primary", icon="check")
        self.accept_button.clicked.connect(self._accept)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.area.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Accept with Ctrl+Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier and not self.accept_button.busy:
                self._accept()
            return
        super().keyPressEvent(event)

    def _accept(self) -> None:
        self.accept_button.set_busy(True)
        self.problem.hide()
        actor, review, reason = self._context.actor, self._context.review, self.area.toPlainText()
        post_id, number, place = self._page.subject.post_id, self._page.subject.snapshot.number, self._place
        self._context.bridge.run(
            lambda: review.accept(actor, post_id, number, place, reason), self._done, self._failed, owner=self
        )

    def _done(self, _: object) -> None:
        self.kept.emit()
        self.accept()

    def _failed(self, error: DeskError) -> None:
        self.accept_button.set_busy(False)
        if not tell_field(error, {"reason": self.field}):
            tell_banner(error, self.problem)
