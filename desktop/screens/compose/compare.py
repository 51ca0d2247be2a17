"""The shared text and an account's own, side by side."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QWidget

from desktop.counts import counted
from desktop.look import look
from desktop.screens.compose.editor import PostEditor, fill
from desktop.screens.compose.post import SHARED, OpenPost
from desktop.widgets.dialog import Dialog
from desktop.widgets.layout import Box, columns, rows
from desktop.widgets.text import Label, Panel


class CompareDialog(Dialog):
    """Both texts, read-only."""

    def __init__(self, parent: QWidget, post: OpenPost) -> None:
        place = post.place
        label = place.target.label if place else ""
        super().__init__(
            parent, f"Shared text and {label}", icon="git-compare-arrows", width="lg", window_title="Compare"
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        line = columns(gap=16)
        for title, key in (("Shared text", SHARED), (f"Text for {label}", post.active)):
            line.addLayout(self._side(title, post.text_of(key)), 1)
        self.body.addLayout(line)
        self.add_button("Close", "primary", default=True).clicked.connect(self.accept)

    @staticmethod
    def _side(title: str, text: str) -> Box:
        column = rows(gap=6)
        head = columns(gap=8)
        head.addWidget(Label(title, "small", strong=True))
        head.addStretch(1)
        head.addWidget(Label(counted(len(text), "character"), "small", "secondary"))
        column.addLayout(head)
        card = Panel("card")
        editor = PostEditor(title)
        document = QTextDocument(editor)
        fill(document, text)
        editor.show_document(document)
        editor.setReadOnly(True)
        editor.setMinimumHeight(look().px(240))
        rows(card, margins=(12, 10, 6, 10)).addWidget(editor)
        column.addWidget(card)
        return column
