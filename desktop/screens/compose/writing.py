"""The editor with its frame: the strip about the text, the text itself, and the bar with undo and the length."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QPaintEvent, QTextDocument
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from desktop.counts import counted
from desktop.look import look
from desktop.screens.compose.editor import Mark, PostEditor, fill, plain
from desktop.screens.compose.post import OpenPost
from desktop.widgets.buttons import AppButton, IconButton
from desktop.widgets.layout import columns, rows
from desktop.widgets.marks import IconMark
from desktop.widgets.painting import Restyled, begin, box
from desktop.widgets.text import Hairline, Label
from editorial.checks import Finding
from editorial.counting import overflow_start
from editorial.counting.links import x_spans

_TAG = re.compile(r"(?<!\w)#\w+")


class Texts:
    """One document a text, so that each has undo steps of its own. A text that is shared follows the shared one."""

    def __init__(self, parent: QWidget) -> None:
        self._parent = parent
        self._documents: dict[str, QTextDocument] = {}

    def start(self) -> None:
        """Another post: all texts are new."""
        for document in self._documents.values():
            document.deleteLater()
        self._documents = {}

    def document(self, key: str, text: str) -> QTextDocument:
        """The document of a text, holding `text`; undo steps stay where it held that already."""
        document = self._documents.get(key)
        if document is None:
            document = self._documents[key] = QTextDocument(self._parent)
            document.setDocumentMargin(0)
            fill(document, text)
        elif plain(document) != text:
            fill(document, text)
        return document


class OwnStrip(QWidget):
    """Whose text this is: shared, an account's own, or one that goes nowhere. `chosen`: compare, shared or toggle."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = rows(self)
        inside = QWidget()
        line = columns(inside, margins=(14, 6, 8, 6), gap=9)
        self._mark = IconMark("pencil-line", "accent", 15)
        line.addWidget(self._mark)
        self._words = Label("", "small", "secondary", wrap=True, rich=True)
        line.addWidget(self._words, 1)
        self.compare = AppButton("Compare", "ghost", size="compact")
        self.shared = AppButton("Use shared text", "plain", size="compact")
        self.toggle = AppButton("", "ghost", size="compact")
        for key, button in (("compare", self.compare), ("shared", self.shared), ("toggle", self.toggle)):
            button.clicked.connect(lambda _=False, key=key: self.chosen.emit(key))
            line.addWidget(button)
        column.addWidget(inside)
        column.addWidget(Hairline())

    def show_post(self, post: OpenPost, editable: bool) -> None:
        """Shows what is true of the active text; the shared text needs no strip."""
        place = post.place
        self.setVisible(place is not None)
        if place is None:
            return
        label, own = place.target.label, post.has_own(place.target.id)
        goes = place.target.id in post.body.accounts
        ink = look().theme.text.primary.name()

        def strong(words: str) -> str:
            return f"<span style='color:{ink};font-weight:600'>{_escaped(words)}</span>"

        if not goes:
            words, icon = f"{strong(f'Not posted to {label}.')} Its text is kept.", "circle-slash"
        elif own:
            words, icon = f"{strong(f'Own text for {label}.')} Shared edits don’t change it.", "pencil-line"
        else:
            words, icon = f"{strong('Shared text.')} Typing here begins a text for {_escaped(label)} alone.", "layers"
        self._words.setText(words)
        self._mark.set_icon(icon, "accent" if own and goes else "secondary")
        self.compare.setVisible(own and goes)
        self.shared.setVisible(own and goes and editable)
        self.toggle.setVisible(editable and not (own and goes))
        self.toggle.setText("Leave out" if goes else f"Post to {label}")
        self.toggle.setAccessibleName(f"Leave {label} out" if goes else f"Post to {label}")


class WritingFrame(Restyled, QFrame):
    """The framed editor. `typed(text)` when a person changed the text; `strip(what)` from the strip's buttons."""

    typed = Signal(str)
    strip = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        column = rows(self, margins=(1, 1, 1, 1))
        self.own = OwnStrip()
        self.own.chosen.connect(self.strip)
        column.addWidget(self.own)
        self.editor = PostEditor()
        self.editor.setPlaceholderText("Write the post here")
        self.editor.focused.connect(self.update)
        holder = rows(margins=(15, 11, 7, 8))
        holder.addWidget(self.editor)
        column.addLayout(holder, 1)
        column.addWidget(Hairline())
        column.addWidget(self._bar())
        self._texts = Texts(self)
        self._post = OpenPost()
        self._findings: tuple[Finding, ...] = ()
        self._showing = False
        self._document: QTextDocument | None = None

    def _bar(self) -> QWidget:
        bar = QWidget()
        line = columns(bar, margins=(8, 2, 14, 2), gap=4)
        self.undo = IconButton("undo-2", "Undo", shortcut="Ctrl+Z")
        self.redo = IconButton("redo-2", "Redo", shortcut="Ctrl+Y")
        self.undo.clicked.connect(self.editor.undo)
        self.redo.clicked.connect(self.editor.redo)
        self.length = Label("", "small", "secondary")
        line.addWidget(self.undo)
        line.addWidget(self.redo)
        line.addStretch(1)
        line.addWidget(self.length)
        return bar

    # ---- what is shown -----------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Another post is shown next: its texts have no undo steps yet."""
        self.editor.show_document(QTextDocument(self.editor))
        self._document = None
        self._texts.start()

    def show_post(self, post: OpenPost, editable: bool) -> None:
        """Shows the active text. What is typed already stays as it is, with its caret and its undo steps."""
        self._showing = True
        self._post = post
        caret = self.editor.textCursor().position()
        same = self._attach(self._texts.document(post.active, post.text_of(post.active)))
        if same and self.editor.textCursor().position() != caret:
            self._put_caret(caret)
        name = f"Text for {post.place.target.label}" if post.place else "Shared text"
        self.editor.setAccessibleName(name)
        self.editor.setReadOnly(not editable)
        self.own.show_post(post, editable)
        self._showing = False
        self._show_live()
        self.show_findings(self._findings)

    def show_findings(self, findings: Sequence[Finding]) -> None:
        """Underlines what the checks found in the active text."""
        self._findings = tuple(findings)
        marks = [Mark(each.start, each.end, str(each.severity)) for each in findings if self._concerns(each)]
        self.editor.show_marks("findings", marks)

    def _concerns(self, finding: Finding) -> bool:
        """Whether a finding is about words of the active text. Length is shown by striking what is too much."""
        if finding.where != "text" or finding.category == "length":
            return False
        if self._post.active:
            return self._post.active in finding.accounts
        return any(not self._post.has_own(account) for account in finding.accounts)

    def _show_live(self) -> None:
        """What follows every keystroke: links, tags, what is over the limit, and the length."""
        text, place = self.editor.text, self._post.place
        marks = [Mark(start, end, "link") for start, end, _ in x_spans(text)]
        marks += [Mark(found.start(), found.end(), "tag") for found in _TAG.finditer(text)]
        if place is None:
            self.length.setText(counted(len(text), "character"))
            over = False
        else:
            used, limit = self._post.used(self._post.active, place.limits), place.limits.text
            over = used > limit
            start = overflow_start(text, place.limits) if over else None
            if start is not None:
                marks.append(Mark(start, len(text), "over"))
            self.length.setText(f"{used:,} of {limit:,} characters")
        tone = "danger" if over else "secondary"
        if self.length.property("tone") != tone:
            self.length.set_tone(tone)
        self.editor.show_marks("live", marks)

    def _on_typed(self) -> None:
        if not self._showing:
            self.typed.emit(self.editor.text)

    def _attach(self, document: QTextDocument) -> bool:
        """Shows a document; says whether it was shown already."""
        if document is self._document:
            return True
        if self._document is not None:
            self._document.contentsChanged.disconnect(self._on_typed)
            self._document.undoAvailable.disconnect(self.undo.setEnabled)
            self._document.redoAvailable.disconnect(self.redo.setEnabled)
        self._document = document
        self.editor.show_document(document)
        document.contentsChanged.connect(self._on_typed)
        document.undoAvailable.connect(self.undo.setEnabled)
        document.redoAvailable.connect(self.redo.setEnabled)
        self.undo.setEnabled(document.isUndoAvailable())
        self.redo.setEnabled(document.isRedoAvailable())
        return False

    def _put_caret(self, place: int) -> None:
        cursor = self.editor.textCursor()
        cursor.setPosition(min(place, self.editor.document().characterCount() - 1))
        self.editor.setTextCursor(cursor)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the frame; it is the editor's focus too."""
        theme = look().theme
        focus = self.editor.hasFocus()
        painter = begin(self)
        fill_with = theme.surface.panel if not self.editor.isReadOnly() else theme.surface.sunken
        box(
            painter, self.rect(), 8, fill_with, theme.border.focus if focus else theme.border.control, 2 if focus else 1
        )
        painter.end()

    def minimumSizeHint(self) -> QSize:
        """Room for four lines."""
        lines = 4 * look().line("editor") + look().px(24)
        return QSize(look().px(300), lines + look().px(34))


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
