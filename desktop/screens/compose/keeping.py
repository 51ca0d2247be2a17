"""Keeping a warning: the author says why it may stay, and reviewers read that with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import FormField, TextArea
from editorial.checks import Finding


class KeepDialog(Dialog):
    """Asks why a warning may stay. `kept(reason)` when a person said it."""

    kept = Signal(str)

    def __init__(self, finding: Finding, reason: str, parent: QWidget) -> None:
        """`reason`: why it is kept so far."""
        super().__init__(
            parent, "Keep this warning", f"{finding.title}. {finding.reason}", icon="triangle-alert", group="warning"
        )
        self.area = TextArea("Why it may stay", lines=3, placeholder="So that a reviewer can follow you")
        self.area.setPlainText(reason)
        self.field = FormField("Why it may stay", editor=self.area)
        self.body.addWidget(self.field)
        self.set_note("Reviewers read it beside the warning. It ends when the text that it is about changes.", "info")
        self.add_cancel()
        self.keep_button = self.add_button("Keep warning", "primary")
        self.keep_button.clicked.connect(self._keep)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.area.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep with Ctrl+Enter."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._keep()
            return
        super().keyPressEvent(event)

    def _keep(self) -> None:
        reason = self.area.toPlainText().strip()
        if not reason:
            self.field.set_error("Say why it may stay.")
            self.area.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.kept.emit(reason)
        self.accept()
