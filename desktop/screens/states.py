"""What a screen shows instead of its content: that it loads, or that it could not."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.look import look
from desktop.widgets.announce import announce
from desktop.widgets.buttons import AppButton
from desktop.widgets.layout import Box, columns, rows
from desktop.widgets.marks import IconMark
from desktop.widgets.painting import Restyled, begin, box
from desktop.widgets.text import Label
from editorial.errors import DeskError
from editorial.secret import redact

SHAPES_MS = 300
SENTENCE_MS = 10_000


class Shapes(Restyled, QWidget):
    """Grey shapes of three rows, still: nothing moves while one waits."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Three rows."""
        return QSize(look().px(240), look().px(204))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the shapes."""
        appearance = look()
        fill, px = appearance.theme.border.subtle, appearance.px
        painter = begin(self)
        for row in range(3):
            top = row * px(68) + px(14)
            box(painter, QRect(0, top, px(30), px(30)), 6, fill)
            box(painter, QRect(px(44), top + px(4), self.width() * (55 - 8 * (row % 2)) // 100, px(9)), 4, fill)
            box(painter, QRect(px(44), top + px(20), self.width() * (35 + 6 * (row % 2)) // 100, px(7)), 3, fill)
            painter.fillRect(QRect(0, top + px(53), self.width(), 1), fill)
        painter.end()


class LoadingState(QWidget):
    """Nothing for 0.3 s, then shapes of rows, and after 10 s a sentence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = rows(self, margins=(18, 8, 18, 18), gap=12)
        column.addWidget(Shapes())
        self.sentence = Label("Still loading. You can go on working elsewhere.", "small", "secondary", wrap=True)
        line = columns(gap=9)
        self._mark = IconMark("hourglass", "secondary", 16)
        line.addWidget(self._mark)
        line.addWidget(self.sentence, 1)
        column.addLayout(line)
        column.addStretch(1)
        self._shapes = QTimer(self, singleShot=True, interval=SHAPES_MS)
        self._slow = QTimer(self, singleShot=True, interval=SENTENCE_MS)
        self._slow.timeout.connect(self._say)
        self._appear: Callable[[], object] | None = None
        self._shapes.timeout.connect(self._show_shapes)
        self._tell(False)

    def begin(self, appear: Callable[[], object]) -> None:
        """Starts to count; `appear` brings this into sight."""
        self._appear = appear
        self._tell(False)
        self._shapes.start()
        self._slow.start()

    def end(self) -> None:
        """What was waited for is there."""
        self._shapes.stop()
        self._slow.stop()

    def _show_shapes(self) -> None:
        if self._appear is not None:
            self._appear()

    def _say(self) -> None:
        self._tell(True)
        announce(self, self.sentence.text())

    def _tell(self, on: bool) -> None:
        self._mark.setVisible(on)
        self.sentence.setVisible(on)


class ErrorState(QWidget):
    """What could not be shown, why, what is safe, and what to do now; the code stands last, small."""

    def __init__(self, error: DeskError, retry: Callable[[], object], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        outer = columns(self, margins=(24, 24, 24, 24))
        outer.addStretch(1)
        column = rows(gap=10)
        column.addStretch(1)
        head = columns(gap=9)
        head.addWidget(IconMark("octagon-x", "danger", 22), 0, Qt.AlignmentFlag.AlignTop)
        self.title = Label(error.title, "heading", wrap=True)
        head.addWidget(self.title, 1)
        column.addLayout(head)
        self.sentence = Label(
            " ".join(part for part in (error.what, error.advice) if part), "body", "secondary", wrap=True
        )
        column.addWidget(self.sentence)
        buttons = columns(gap=8)
        self.again = AppButton("Try again", "primary")
        self.again.clicked.connect(lambda: retry())
        buttons.addWidget(self.again)
        buttons.addStretch(1)
        column.addLayout(buttons)
        column.addLayout(self._foot(error))
        column.addStretch(2)
        outer.addLayout(column, 3)
        outer.addStretch(1)
        self._said = f"{error.title}. {self.sentence.text()}"
        QTimer.singleShot(0, self, lambda: announce(self, self._said, assertive=True))

    def _foot(self, error: DeskError) -> Box:
        line = columns(gap=8)
        line.addWidget(Label(error.code, "mono", "secondary"))
        copy = AppButton("Copy report for IT", "ghost", size="compact")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(report_of(error)))
        line.addWidget(copy)
        line.addStretch(1)
        return line


def report_of(error: DeskError) -> str:
    """What IT needs of an error: its words and its code, no content of the workspace."""
    return redact(f"Signpost {error.code}\n{error.title}\n{error.what}\n{error.advice}".rstrip() + "\n")
