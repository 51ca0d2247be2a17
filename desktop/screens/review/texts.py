"""Texts of a version: what was removed and added in words, and whether a person has had all of a text before them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from PySide6.QtCore import QPoint, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from desktop.look import look
from desktop.widgets.buttons import AppButton
from desktop.widgets.layout import Box, FlowLayout, ScrollArea, columns, rows
from desktop.widgets.marks import NetworkMark
from desktop.widgets.text import Hairline, Label
from editorial.posts.differences import Kind, Span
from editorial.posts.passages import Passage


def spoken(spans: Iterable[Span]) -> str:
    """The difference as a screen reader says it."""
    said = {Kind.SAME: "{}", Kind.REMOVED: "removed: {}, end of removed. ", Kind.ADDED: "added: {}, end of added. "}
    return " ".join(" ".join(said[span.kind].format(span.text.strip()) for span in spans).split())


def html(spans: Iterable[Span], role: str) -> str:
    """The difference as rich text in the colours of now: struck and underlined, so that it reads without colour."""
    theme = look().theme
    marks = {
        Kind.REMOVED: ("line-through", theme.group("danger")),
        Kind.ADDED: ("underline", theme.group("success")),
    }
    parts: list[str] = []
    before = Kind.SAME
    for span in spans:
        text = escape(span.text).replace("\n", "<br>")
        if before is Kind.REMOVED and span.kind is Kind.ADDED:
            parts.append(" ")
        before = span.kind
        if span.kind is Kind.SAME:
            parts.append(text)
            continue
        line, group = marks[span.kind]
        parts.append(
            f'<span style="color:{group.text.name()};background-color:{group.bg.name()};'
            f'text-decoration:{line}">{text}</span>'
        )
    height = f";line-height:{look().line(role)}px" if role == "editor" else ""
    return f'<p style="margin:0;white-space:pre-wrap{height}">{"".join(parts)}</p>'


def places(spans: Iterable[Span]) -> list[int | None]:
    """For each position in what `html` shows (in UTF-16 units, as Qt counts), the code point of the new text.

    None where removed words stand.
    """
    found: list[int | None] = []
    here, before = 0, Kind.SAME
    for span in spans:
        if before is Kind.REMOVED and span.kind is Kind.ADDED:
            found.append(None)
        before = span.kind
        for letter in span.text:
            gone = span.kind is Kind.REMOVED
            found += [None if gone else here] * (2 if ord(letter) > 0xFFFF else 1)
            here += not gone
    return found


class DiffText(Label):
    """A text with what changed in it; it wraps, can be selected, and follows a change of theme or text size.

    `chosen()` when a person selected other words, by mouse or keyboard; `comment()` when C is pressed on them.
    """

    chosen = Signal()
    comment = Signal()

    def __init__(self, spans: Sequence[Span], role: str = "editor", parent: QWidget | None = None) -> None:
        super().__init__("", role, wrap=True, rich=True, parent=parent)
        self._spans, self._role = tuple(spans), role
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setAccessibleName(spoken(spans))
        self._render()
        look().changed.connect(self._render)

    def selected(self) -> tuple[int, str] | None:
        """Where the selected words begin in the new text, and what they are; None without any that still stand."""
        start = self.selectionStart()
        if start < 0:
            return None
        length = len(self.selectedText().encode("utf-16-le")) // 2
        inside = [place for place in places(self._spans)[start : start + length] if place is not None]
        text = "".join(span.text for span in self._spans if span.kind is not Kind.REMOVED)
        words = text[inside[0] : inside[-1] + 1] if inside else ""
        kept = words.strip()
        return (inside[0] + words.index(kept), kept) if kept else None

    def select_by_keyboard(self) -> None:
        """Lets the keyboard select words as well: one more Tab stop."""
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keep the words selected while a command about them is chosen elsewhere: Qt drops the selection."""
        start, length = self.selectionStart(), len(self.selectedText())
        super().focusOutEvent(event)
        if start >= 0:
            self.setSelection(start, length)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell that other words may be selected."""
        super().mouseReleaseEvent(event)
        self.chosen.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Comment on the selected words with C; arrows with Shift select."""
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        if event.key() == Qt.Key.Key_C and plain and self.hasSelectedText():
            self.comment.emit()
            return
        super().keyPressEvent(event)
        self.chosen.emit()

    def _render(self) -> None:
        self.setText(html(self._spans, self._role))


class TextBlock(QWidget):
    """One text: whose it is, and the text itself, which can be folded away when nothing changed in it.

    `opened()` when a person unfolds it, `selected()` when they selected words that stand in the newest version, and
    `commented(Passage)` when they want to comment on them.
    `accounts` are those that get this text, for noting what was read; without any it is not the newest version's, and
    nothing is said about it. `account_id` is the account whose own text it is. With `sides`, what the two versions are
    called, the old text stands to the left of the new one; `body` is the new one.
    """

    opened = Signal()
    selected = Signal()
    commented = Signal(object)

    def __init__(
        self,
        title: str,
        note: str,
        networks: Sequence[str],
        spans: Sequence[Span],
        *,
        accounts: Sequence[str] = (),
        account_id: str = "",
        tail: str = "",
        folded: bool = False,
        sides: tuple[str, str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.accounts, self._account_id = tuple(accounts), account_id
        column = rows(self, margins=(20, 13, 20, 13), gap=6)
        self.fold = AppButton("Show the text", "ghost", size="compact")
        self.comment = AppButton("Comment", "soft", icon="message-circle", hint="C", size="compact")
        column.addLayout(self._head(title, note, networks, tail))
        if sides is None:
            self.body = _text(spans, "No text: pictures only.")
            column.addWidget(self.body)
        else:
            old = _text([span for span in spans if span.kind is not Kind.ADDED], "No text.")
            self.body = _text([span for span in spans if span.kind is not Kind.REMOVED], "No text.")
            column.addLayout(_beside(sides, old, self.body))
        if isinstance(self.body, DiffText) and self.accounts:
            self.body.select_by_keyboard()
            self.body.chosen.connect(self._chosen)
            self.body.comment.connect(self.comment_on_selection)
        self.fold.setVisible(folded)
        self.body.setVisible(not folded)

    def _head(self, title: str, note: str, networks: Sequence[str], tail: str) -> Box:
        head = columns(gap=8)
        for network in dict.fromkeys(networks):
            head.addWidget(NetworkMark(network, 18))
        words = QWidget()
        flow = FlowLayout(words, gap=8, line_gap=0)
        flow.addWidget(Label(title, "bodyStrong"))
        flow.addWidget(Label(note, "small", "secondary"))
        head.addWidget(words, 1, Qt.AlignmentFlag.AlignVCenter)
        if tail:
            head.addWidget(Label(tail, "small", "secondary"))
        self.comment.setAccessibleName(f"Comment on the selected words: {title}")
        self.comment.clicked.connect(self.comment_on_selection)
        self.comment.hide()
        head.addWidget(self.comment)
        self.fold.setAccessibleName(f"Show the text: {title}")
        self.fold.clicked.connect(self.unfold)
        head.addWidget(self.fold)
        return head

    @property
    def passage(self) -> Passage | None:
        """The words that are selected, as far as they stand in the newest version."""
        found = self.body.selected() if isinstance(self.body, DiffText) and self.accounts else None
        return Passage(found[1], found[0], self._account_id) if found else None

    def deselect(self) -> None:
        """Lets go of the selected words: others were selected elsewhere."""
        if isinstance(self.body, DiffText) and self.body.hasSelectedText():
            self.body.setSelection(0, 0)
        self.comment.hide()

    def _chosen(self) -> None:
        self.comment.setVisible(self.passage is not None)
        if self.passage is not None:
            self.selected.emit()

    def comment_on_selection(self) -> None:
        """Tells that a person wants to comment on the selected words."""
        passage = self.passage
        if passage is not None:
            self.commented.emit(passage)

    def unfold(self) -> None:
        """Shows the text."""
        self.fold.hide()
        self.body.show()
        self.opened.emit()


def _text(spans: Sequence[Span], none: str) -> Label:
    return DiffText(spans) if spans else Label(none, "body", "secondary")


def _beside(names: Sequence[str], *texts: Label) -> Box:
    """Texts side by side, each under its name."""
    line = columns(gap=16)
    for place, (name, text) in enumerate(zip(names, texts, strict=True)):
        if place:
            line.addWidget(Hairline(vertical=True))
        column = rows(gap=4)
        column.addWidget(Label(name, "small", "secondary", strong=True))
        text.setAccessibleName(f"{name}: {text.accessibleName() or text.text()}")
        text.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        column.addWidget(text, 1)
        line.addLayout(column, 1)
    return line


class Read:
    """Which accounts' texts a person has had before them, from the first line to the last, in each version shown."""

    def __init__(self) -> None:
        self._of = ("", 0)
        self._ends: dict[tuple[tuple[str, int], tuple[str, ...], str], bool] = {}
        self._accounts: dict[tuple[str, int], set[str]] = {}

    def begin(self, post_id: str, number: int) -> None:
        """This version is shown from now on."""
        self._of = post_id, number

    @property
    def accounts(self) -> frozenset[str]:
        """The accounts whose text was read, in the version that is shown."""
        return self.of(*self._of)

    def of(self, post_id: str, number: int) -> frozenset[str]:
        """The same for another version."""
        return frozenset(self._accounts.get((post_id, number), ()))

    def look(self, area: ScrollArea, blocks: Iterable[TextBlock]) -> None:
        """Notes what of these texts is in sight now."""
        if not area.isVisible():
            return
        sight = QRect(QPoint(0, 0), area.viewport().size())
        for block in blocks:
            body = block.body
            if not block.accounts or not body.isVisibleTo(area):
                continue
            top = body.mapTo(area.viewport(), QPoint(0, 0)).y()
            for end, y in (("top", top), ("bottom", top + body.height() - 1)):
                if sight.top() <= y <= sight.bottom():
                    self._ends[self._of, block.accounts, end] = True
            if all(self._ends.get((self._of, block.accounts, end)) for end in ("top", "bottom")):
                self._accounts.setdefault(self._of, set()).update(block.accounts)


def ruled(widgets: Iterable[QWidget]) -> list[QWidget]:
    """The widgets with a line under each."""
    found: list[QWidget] = []
    for widget in widgets:
        found += [widget, Hairline()]
    return found
