"""Layout helpers: a flow layout that wraps, boxes with margins in one call, a scroll area for panels."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QMargins, QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QLayout, QLayoutItem, QScrollArea, QWidget

from desktop.look import look

Margins = tuple[int, int, int, int]


class Box(QBoxLayout):
    """A box layout whose margins and gap follow the text size, as everything inside them does."""

    def __init__(self, direction: QBoxLayout.Direction, parent: QWidget | None, margins: Margins, gap: int) -> None:
        super().__init__(direction)
        self._margins, self._gap = margins, gap
        if parent is not None:
            parent.setLayout(self)
        self._scale()
        look().changed.connect(self._scale)

    def set_margins(self, left: int, top: int, right: int, bottom: int) -> None:
        """Change the margins, in px at text size 100 %."""
        self._margins = (left, top, right, bottom)
        self._scale()

    def _scale(self) -> None:
        left, top, right, bottom = (look().px(value) for value in self._margins)
        self.setContentsMargins(left, top, right, bottom)
        self.setSpacing(look().px(self._gap))


def rows(parent: QWidget | None = None, *, margins: Margins = (0, 0, 0, 0), gap: int = 0) -> Box:
    """Return a column of rows with margins (left, top, right, bottom) and a gap, in px at text size 100 %."""
    return Box(QBoxLayout.Direction.TopToBottom, parent, margins, gap)


def columns(parent: QWidget | None = None, *, margins: Margins = (0, 0, 0, 0), gap: int = 0) -> Box:
    """Return a row of columns with margins and a gap, in px at text size 100 %."""
    return Box(QBoxLayout.Direction.LeftToRight, parent, margins, gap)


def refill(box: QBoxLayout, widgets: Sequence[QWidget]) -> None:
    """Put other widgets into a box; those that stood there go."""
    while (item := box.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
    for widget in widgets:
        box.addWidget(widget)


class ScrollArea(QScrollArea):
    """A vertical scroll area without a frame; `content` holds the rows. The focused widget is kept in sight."""

    def __init__(self, content: QWidget, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)
        self.content = content
        self.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)

    def sizeHint(self) -> QSize:
        """Return the size of the content, so that short panels need no bar."""
        return self.content.sizeHint()


class FlowLayout(QLayout):
    """Items from left to right that go on in the next line when the width is used up. Lines are top-aligned."""

    def __init__(self, parent: QWidget | None = None, *, gap: int = 6, line_gap: int = 6, right: bool = False) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._heights: dict[int, int] = {}  # by width: boxes around it ask many times
        self._gap, self._line_gap, self._right = gap, line_gap, right
        self.setContentsMargins(0, 0, 0, 0)
        if parent is not None:
            parent.setLayout(self)

    def addItem(self, item: QLayoutItem) -> None:
        """Add an item at the end."""
        self._items.append(item)
        self.invalidate()

    def count(self) -> int:
        """Return how many items there are."""
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        """Return an item, or None."""
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        """Remove and return an item, or None."""
        self._heights.clear()
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:
        """Say that it does not grow by itself."""
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        """Say that the height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Return the height that the lines take at a width."""
        if width not in self._heights:
            self._heights[width] = self._arrange(QRect(0, 0, width, 0), apply=False)
        return self._heights[width]

    def invalidate(self) -> None:
        """Forget the heights: an item has changed, come or gone."""
        self._heights.clear()
        super().invalidate()

    def setGeometry(self, rect: QRect) -> None:
        """Place the items."""
        super().setGeometry(rect)
        self._arrange(rect, apply=True)

    def sizeHint(self) -> QSize:
        """Return everything in one line."""
        sizes = [item.sizeHint() for item in self._shown()]
        width = sum(size.width() for size in sizes) + self._gap * max(0, len(sizes) - 1)
        return self._with_margins(QSize(width, max((size.height() for size in sizes), default=0)))

    def minimumSize(self) -> QSize:
        """Return the widest item."""
        size = QSize()
        for item in self._shown():
            size = size.expandedTo(item.minimumSize())
        return self._with_margins(size)

    def _with_margins(self, size: QSize) -> QSize:
        margins: QMargins = self.contentsMargins()
        return size + QSize(margins.left() + margins.right(), margins.top() + margins.bottom())

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _lines(self, width: int) -> list[list[QLayoutItem]]:
        lines: list[list[QLayoutItem]] = [[]]
        used = 0
        for item in self._shown():
            wide = item.sizeHint().width()
            if lines[-1] and used + self._gap + wide > width:
                lines.append([])
                used = 0
            used += wide + (self._gap if lines[-1] else 0)
            lines[-1].append(item)
        return lines

    def _arrange(self, rect: QRect, *, apply: bool) -> int:
        area = rect.marginsRemoved(self.contentsMargins())
        top = area.top()
        for line in self._lines(area.width()):
            height = max((item.sizeHint().height() for item in line), default=0)
            wide = sum(item.sizeHint().width() for item in line) + self._gap * max(0, len(line) - 1)
            left = area.right() + 1 - wide if self._right else area.left()
            for item in line:
                size = item.sizeHint()
                if apply:
                    shift = (height - size.height()) // 2
                    item.setGeometry(
                        QRect(
                            QPoint(max(left, area.left()), top + shift),
                            size.boundedTo(QSize(area.width(), size.height())),
                        )
                    )
                left += size.width() + self._gap
            top += height + self._line_gap
        used = top - self._line_gap - area.top() if self._shown() else 0
        margins = self.contentsMargins()
        return used + margins.top() + margins.bottom()
