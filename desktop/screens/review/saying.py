"""Where a comment is written: about the post or some words of it, an answer, or a suggestion; with mentions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from desktop.widgets.buttons import AppButton, IconButton
from desktop.widgets.fields import FormField
from desktop.widgets.layout import columns, rows
from desktop.widgets.marks import IconMark
from desktop.widgets.text import Elided
from editorial.posts.comments import Remark, Said
from editorial.posts.passages import Passage


@dataclass
class _Typed:
    """What waits at a post that is not shown."""

    text: str = ""
    passage: Passage | None = None
    answers: Said | None = None
    replacement: str | None = None


class SayingBox(QWidget):
    """The field for a comment. `said(Remark)` when a person sends it; `sent()` and `refused(words)` answer it.

    What is typed for a post waits there while another is shown.
    """

    said = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._waiting: dict[str, _Typed] = {}
        self._post_id = ""
        self.passage: Passage | None = None
        self.answers: Said | None = None
        column = rows(self, margins=(18, 8, 12, 12), gap=6)
        column.addWidget(self._about_line())
        self.replacement = FormField("Should become", placeholder="Nothing: the words go")
        self.replacement.line.returnPressed.connect(self._send)
        column.addWidget(self.replacement)
        line = columns(gap=2)
        self.comment = FormField("", placeholder="Write a comment, @ to mention…")
        self.comment.editor.setAccessibleName("Comment")
        self.at = IconButton("at-sign", "Mention somebody")
        self.at.clicked.connect(self._choose_name)
        self.people = QMenu(self)
        self.send = IconButton("send", "Send the comment", shortcut="Enter")
        self.send.clicked.connect(self._send)
        self.comment.line.returnPressed.connect(self._send)
        self.comment.line.textChanged.connect(lambda _: self._arrange())
        line.addWidget(self.comment, 1, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.at, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.send, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(line)
        self._suggesting = False
        self._arrange()

    def _about_line(self) -> QWidget:
        self._about = QWidget()
        line = columns(self._about, gap=6)
        self._icon = IconMark("text-quote", "secondary", 14)
        line.addWidget(self._icon)
        self.about = Elided("", "small", "secondary")
        line.addWidget(self.about, 1)
        self.suggest = AppButton("Suggest…", "ghost", icon="pencil-line", size="compact")
        self.suggest.setAccessibleName("Suggest other words")
        self.suggest.clicked.connect(self._suggest)
        line.addWidget(self.suggest)
        self.clear = IconButton("x", "About the whole post instead", size=24)
        self.clear.clicked.connect(self._whole)
        line.addWidget(self.clear)
        return self._about

    # ---- what it is about --------------------------------------------------------------------------------------------

    def show_post(self, post_id: str, people: Sequence[str]) -> None:
        """Another post is shown: what was typed for this one waits, what waited there is back."""
        self.people.clear()
        for name in people:
            self.people.addAction(name).triggered.connect(partial(self._mention, name))
        if post_id == self._post_id:
            return
        replacement = self.replacement.text() if self._suggesting else None
        self._waiting[self._post_id] = _Typed(self.comment.text(), self.passage, self.answers, replacement)
        self._post_id = post_id
        typed = self._waiting.pop(post_id, _Typed())
        self.passage, self.answers, self._suggesting = typed.passage, typed.answers, typed.replacement is not None
        self.comment.set_text(typed.text)
        self.replacement.set_text(typed.replacement or "")
        self.comment.set_error("")
        self._arrange()

    def about_passage(self, passage: Passage) -> None:
        """The comment is about these words; the keyboard goes into the field."""
        self.passage, self.answers, self._suggesting = passage, None, False
        self._arrange()
        self.comment.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def answer(self, said: Said) -> None:
        """The comment answers another one."""
        self.passage, self.answers, self._suggesting = None, said, False
        self._arrange()
        self.comment.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _whole(self) -> None:
        self.passage, self.answers, self._suggesting = None, None, False
        self._arrange()
        self.comment.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _suggest(self) -> None:
        if self.passage is not None:
            self._suggesting = True
            self.replacement.set_text(self.passage.quote)
            self._arrange()
            self.replacement.line.selectAll()
            self.replacement.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _arrange(self) -> None:
        self._about.setVisible(self.passage is not None or self.answers is not None)
        if self.passage is not None:
            self.about.setText(f"“{self.passage.quote}”")
        elif self.answers is not None:
            self.about.setText(f"Reply to {self.answers.name}")
        self._icon.set_icon("text-quote" if self.answers is None else "corner-down-right", "secondary")
        self.suggest.setVisible(self.passage is not None and not self._suggesting)
        self.replacement.setVisible(self._suggesting)
        self.send.setEnabled(bool(self.comment.text().strip()) or self._suggesting)

    # ---- mentions ----------------------------------------------------------------------------------------------------

    def _choose_name(self) -> None:
        corner = self.at.mapToGlobal(self.at.rect().topRight())
        size = self.people.sizeHint()
        self.people.popup(corner - QPoint(size.width(), size.height()))

    def _mention(self, name: str, _checked: bool = False) -> None:
        line = self.comment.line
        gap = " " if line.text()[: line.cursorPosition()].strip() and not line.text().endswith(" ") else ""
        line.insert(f"{gap}@{name} ")
        line.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- sending -----------------------------------------------------------------------------------------------------

    def _send(self) -> None:
        if not self.send.isEnabled() or self.comment.line.isReadOnly():
            return
        self.comment.line.setReadOnly(True)
        replacement = self.replacement.text() if self._suggesting else None
        answers = self.answers.id if self.answers else ""
        self.said.emit(Remark(self.comment.text().strip(), self.passage, replacement, answers))

    def sent(self, post_id: str) -> None:
        """The comment is kept: the field is free again."""
        self._waiting.pop(post_id, None)
        self.comment.line.setReadOnly(False)
        if post_id == self._post_id:
            self.comment.set_text("")
            self.comment.set_error("")
            self.passage, self.answers, self._suggesting = None, None, False
            self._arrange()

    def refused(self, words: str) -> None:
        """The comment was not kept: what was typed stays."""
        self.comment.line.setReadOnly(False)
        self.comment.set_error(words)
