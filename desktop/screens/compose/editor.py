"""The place where a post is typed: plain text, characters over the limit struck, findings underlined.

Nothing that is shown about the text is part of the text: tints are extra selections, lines are painted over the
viewport, so neither touches the document or its undo steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QPointF, QRectF, Qt, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from desktop.look import look

LINE_WIDTH = 2.0
SEVERITIES = ("block", "review", "warning", "suggestion")
_WAVE, _DASH, _DOT = 4.0, (3.0, 2.0), (1.0, 1.4)
_SEPARATORS = str.maketrans({"\u2028": "\n", "\u2029": "\n", "\ufdd0": "", "\ufdd1": ""})


@dataclass(frozen=True)
class Mark:
    """A stretch of the text, in code points, and how it is shown.

    `kind` is a severity (underlined and tinted), "over" (struck and tinted), "link" or "tag" (coloured words).
    """

    start: int
    end: int
    kind: str


def units(text: str, place: int) -> int:
    """How many UTF-16 units, which Qt counts in, stand before a code point."""
    return len(text[:place].encode("utf-16-le", "surrogatepass")) // 2


def points(text: str, place: int) -> int:
    """How many code points stand before a UTF-16 unit."""
    return len(text.encode("utf-16-le", "surrogatepass")[: 2 * place].decode("utf-16-le", "ignore"))


def plain(document: QTextDocument) -> str:
    """The text as typed, also its no-break spaces, which `toPlainText` would turn into plain ones."""
    return document.toRawText().translate(_SEPARATORS)


def fill(document: QTextDocument, text: str) -> None:
    """Puts a text into a document as its beginning: nothing to undo, lines as high as the design says."""
    document.setUndoRedoEnabled(False)
    document.setPlainText(text)
    style(document)
    document.setUndoRedoEnabled(True)
    document.setModified(False)


def style(document: QTextDocument) -> None:
    """Font and line height for the text size of now, without an undo step."""
    undo = document.isUndoRedoEnabled()
    if not undo or not (document.isUndoAvailable() or document.isRedoAvailable()):
        document.setUndoRedoEnabled(False)
        cursor = QTextCursor(document)
        cursor.select(QTextCursor.SelectionType.Document)
        block = QTextBlockFormat()
        block.setLineHeight(look().line("editor"), QTextBlockFormat.LineHeightTypes.FixedHeight.value)
        cursor.mergeBlockFormat(block)
        document.setUndoRedoEnabled(undo)
    font = look().font("editor")
    if document.defaultFont() != font:
        document.setDefaultFont(font)


class PostEditor(QTextEdit):
    """Plain text. Tab moves on, Ctrl+Tab is left to the screen; pictures that are pasted or dropped are offered.

    `pictures(list of paths)` and `picture(QImage)` tell what was pasted or dropped.
    """

    pictures = Signal(list)
    picture = Signal(QImage)
    focused = Signal()

    def __init__(self, label: str = "Text of the post", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(label)
        self.setAcceptRichText(False)
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("frameless", True)
        self.setProperty("ownFocus", True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self._layers: dict[str, list[tuple[QTextCursor, str]]] = {}

    # ---- text --------------------------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """What is typed."""
        return plain(self.document())

    def show_document(self, document: QTextDocument) -> None:
        """Shows another text with its own undo steps."""
        if document is not self.document():
            self._layers = {}
            self.setExtraSelections([])
            self.setDocument(document)

    def go_to(self, start: int, end: int) -> None:
        """Selects a stretch of the text, in code points, and takes the focus."""
        text = self.text
        cursor = self.textCursor()
        cursor.setPosition(min(units(text, end), len(text.encode("utf-16-le", "surrogatepass")) // 2))
        cursor.setPosition(units(text, start), QTextCursor.MoveMode.KeepAnchor)
        cursor.setPosition(units(text, start))
        cursor.setPosition(units(text, end), QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def caret(self) -> int:
        """Where the caret stands, in code points."""
        return points(self.text, self.textCursor().position())

    def createMimeDataFromSelection(self) -> QMimeData:
        """Copy as plain text only."""
        data = QMimeData()
        data.setText(self.textCursor().selectedText().translate(_SEPARATORS))
        return data

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Take words, and pictures for the media strip."""
        return source.hasText() or source.hasImage() or source.hasUrls()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Insert words without their formatting; hand pictures on."""
        paths = local_files(source.urls())
        if paths:
            self.pictures.emit(paths)
        elif source.hasImage() and not source.hasText():
            self.picture.emit(QImage(source.imageData()))
        elif source.hasText():
            self.textCursor().insertText(clean(source.text()))
            self.ensureCursorVisible()

    # ---- what is shown about it --------------------------------------------------------------------------------------

    @property
    def marks(self) -> tuple[Mark, ...]:
        """What is shown about the text, where it stands now: stretches move with what is typed before them."""
        text = self.text
        return tuple(
            Mark(points(text, cursor.selectionStart()), points(text, cursor.selectionEnd()), kind)
            for layer in self._layers.values()
            for cursor, kind in layer
        )

    def show_marks(self, layer: str, marks: Sequence[Mark]) -> None:
        """Shows tints, strikes and lines on stretches of the text, in place of the earlier ones of that layer."""
        text = self.text
        self._layers[layer] = [(self._stretch(text, mark), mark.kind) for mark in marks]
        self._paint_marks()

    def _paint_marks(self) -> None:
        selections = []
        for cursor, kind in (each for name in sorted(self._layers) for each in self._layers[name]):
            selection = QTextEdit.ExtraSelection()
            selection.cursor, selection.format = cursor, _format(kind)
            selections.append(selection)
        self.setExtraSelections(selections)
        self.viewport().update()

    def _stretch(self, text: str, mark: Mark) -> QTextCursor:
        cursor = QTextCursor(self.document())
        last = self.document().characterCount() - 1
        cursor.setPosition(min(units(text, mark.start), last))
        cursor.setPosition(min(units(text, mark.end), last), QTextCursor.MoveMode.KeepAnchor)
        return cursor

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text, and over it the lines under findings."""
        super().paintEvent(event)
        found = [each for layer in self._layers.values() for each in layer if each[1] in SEVERITIES]
        if not found:
            return
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for cursor, kind in found:
            colour = look().theme.group(look().theme.severity(kind).group).text
            for area in self._areas(cursor.selectionStart(), cursor.selectionEnd()):
                _underline(painter, area, kind, colour)
        painter.end()

    def _areas(self, start: int, end: int) -> Iterator[QRectF]:
        """Where a stretch stands in the viewport, one rectangle a line: from its left to its right, at the baseline."""
        layout = self.document().documentLayout()
        shift = QPointF(self.horizontalScrollBar().value(), self.verticalScrollBar().value())
        block = self.document().findBlock(start)
        while block.isValid() and block.position() < end:
            corner = layout.blockBoundingRect(block).topLeft() - shift
            yield from _line_areas(block, start, end, corner)
            block = block.next()

    def changeEvent(self, event: QEvent) -> None:
        """Follow theme and text size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.PaletteChange):
            style(self.document())
            self._paint_marks()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Let the frame around show the focus."""
        super().focusInEvent(event)
        self.focused.emit()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Let the frame around stop showing it."""
        super().focusOutEvent(event)
        self.focused.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave Ctrl+Enter and Ctrl+Tab to the screen; a line break is always a new paragraph."""
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            event.ignore()
            return
        if event.key() == Qt.Key.Key_Return and event.modifiers() == Qt.KeyboardModifier.ShiftModifier:
            self.textCursor().insertBlock()
            return
        super().keyPressEvent(event)


def local_files(urls: Sequence[QUrl]) -> list[Path]:
    """The files of this computer among dropped or pasted addresses."""
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]


def clean(text: str) -> str:
    """Pasted words with one kind of line end and without characters that cannot be seen or typed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_SEPARATORS)
    return "".join(letter for letter in text if letter in "\n\t" or (letter >= " " and letter not in "\x7f\ufffc"))


def _format(kind: str) -> QTextCharFormat:
    theme = look().theme
    shown = QTextCharFormat()
    if kind == "over":
        shown.setBackground(theme.group("danger").bg)
        shown.setForeground(theme.group("danger").text)
        shown.setFontStrikeOut(True)
    elif kind == "link":
        shown.setForeground(theme.accent.text)
    elif kind == "tag":
        shown.setForeground(theme.text.secondary)
    elif kind in ("block", "review", "warning"):
        shown.setBackground(theme.group(theme.severity(kind).group).bg)
    return shown


def _line_areas(block: QTextBlock, start: int, end: int, corner: QPointF) -> Iterator[QRectF]:
    layout = block.layout()
    for number in range(layout.lineCount()):
        line = layout.lineAt(number)
        first = max(start - block.position(), line.textStart())
        last = min(end - block.position(), line.textStart() + line.textLength())
        if first >= last:
            continue
        left, right = _x(line.cursorToX, first), _x(line.cursorToX, last)
        base = corner.y() + line.y() + line.ascent()
        yield QRectF(corner.x() + min(left, right), base, abs(right - left), line.descent())


def _x(at: Callable[..., object], place: int) -> float:
    """PySide answers with the place too: only x is wanted."""
    answer = at(place)
    return float(answer[0]) if isinstance(answer, tuple) else float(answer)  # type: ignore[arg-type]


def _underline(painter: QPainter, area: QRectF, kind: str, colour: QColor) -> None:
    pen = QPen(colour, LINE_WIDTH)
    y = area.top() + 4.0
    if kind in ("block", "review"):
        painter.setPen(QPen(colour, 1.6))
        painter.drawPath(_wave(area.left(), area.right(), y))
        return
    pen.setDashPattern(_DASH if kind == "warning" else _DOT)
    painter.setPen(pen)
    painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))


def _wave(left: float, right: float, y: float) -> QPainterPath:
    path = QPainterPath(QPointF(left, y))
    x, up = left, True
    while x < right:
        step = min(_WAVE, right - x)
        path.quadTo(QPointF(x + step / 2, y + (-2.2 if up else 2.2)), QPointF(x + step, y))
        x, up = x + step, not up
    return path
