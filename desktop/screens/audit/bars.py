"""Entries per day as bars, by which days are chosen: with the mouse or by keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.look import look
from desktop.widgets.announce import announce
from desktop.widgets.painting import Restyled, begin, box

DAYS = 30
Span = tuple[date, date]


@dataclass(frozen=True)
class Day:
    """One day: how people call it, and how many entries it has."""

    day: date
    label: str
    count: int


class DayBars(Restyled, QWidget):
    """The last days of the log. `chosen((first, last))` when days are chosen, `chosen(None)` when they are all wanted.

    Drag over bars, or with the focus: arrows move, Shift with them widens, Home and End go to the ends, Escape or a
    second click on the same single day chooses all again.
    """

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._days: list[Day] = []
        self._span: Span | None = None
        self._from = self._to = -1  # the bars where a choice began, and where it is now
        self._dragging = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName("Entries per day")

    def show_days(self, days: Sequence[Day]) -> None:
        """Shows other figures, the oldest first."""
        self._days = list(days)
        busiest = max(self._days, key=lambda day: day.count)
        words = f"{sum(day.count for day in self._days):,} entries in {len(self._days)} days"
        if busiest.count:
            words += f"; most on {busiest.label}: {busiest.count:,}"
        self.setAccessibleDescription(f"{words}. Arrows choose a day, with Shift several, Escape all.")
        self.update()

    def show_span(self, span: Span | None) -> None:
        """Shows which days are chosen, wherever that was done."""
        self._span = span
        self.update()

    def rect_of(self, place: int) -> QRect:
        """Where the bar of the day number `place` may be pressed."""
        slot = self.width() / max(1, len(self._days))
        left = round(place * slot)
        return QRect(left, 0, max(2, round((place + 1) * slot) - left - look().px(2)), look().px(34))

    def sizeHint(self) -> QSize:
        """Bars and a line of words."""
        return QSize(look().px(300), look().px(54))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begins a choice."""
        if event.button() == Qt.MouseButton.LeftButton and self._days:
            self._from = self._to = self._place(event.position().toPoint())
            self._dragging = True
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Widens it."""
        if self._dragging:
            self._to = self._place(event.position().toPoint())
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Chooses."""
        if self._dragging:
            self._dragging = False
            again = self._from == self._to and self._span == self._marked()
            self._choose(None if again else self._marked())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Chooses by keyboard."""
        key, wide = Qt.Key(event.key()), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: len(self._days) - 1}
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if key == Qt.Key.Key_Escape and self._span is not None:
            self._choose(None)
        elif self._days and (key in ends or key in steps):
            first, last = self._ends()
            to = ends[key] if key in ends else min(max(last + steps[key], 0), len(self._days) - 1)
            self._from, self._to = (min(first, len(self._days) - 1) if wide else to), to
            self._choose(self._marked())
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints bars from the bottom, the newest at the right."""
        painter = begin(self)
        if self._days:
            self._paint_bars(painter)
            self._paint_words(painter)
        painter.end()

    def _paint_bars(self, painter: QPainter) -> None:
        theme, px = look().theme, look().px
        most = max(day.count for day in self._days) or 1
        span = self._marked() if self._dragging else self._span
        for place, day in enumerate(self._days):
            tall = max(px(2), round(px(34) * day.count / most)) if day.count else px(1)
            rect = self.rect_of(place)
            inside = span is None or span[0] <= day.day <= span[1]
            fill = theme.accent.solid if inside and span else theme.accent.line
            box(painter, QRect(rect.left(), px(35) - tall, rect.width(), tall), 2, fill)

    def _paint_words(self, painter: QPainter) -> None:
        painter.setFont(look().font("caption"))
        painter.setPen(look().theme.text.secondary)
        words = QRect(0, look().px(38), self.width(), look().line("caption"))
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft, self._days[0].label)
        painter.drawText(words, Qt.AlignmentFlag.AlignHCenter, "entries per day")
        painter.drawText(words, Qt.AlignmentFlag.AlignRight, self._days[-1].label)

    def _place(self, point: QPoint) -> int:
        return min(max(point.x() * len(self._days) // max(1, self.width()), 0), len(self._days) - 1)

    def _marked(self) -> Span:
        """The days between the two bars of the present choice."""
        first, last = sorted((self._from, self._to))
        return self._days[first].day, self._days[last].day

    def _ends(self) -> tuple[int, int]:
        """The bars where the choice that is shown begins and ends; without one both are behind the newest day."""
        days = [day.day for day in self._days]
        if self._span is None or self._span[0] not in days or self._span[1] not in days:
            return len(days), len(days)
        if 0 <= self._from < len(days) and 0 <= self._to < len(days) and self._marked() == self._span:
            return self._from, self._to
        return days.index(self._span[0]), days.index(self._span[1])

    def _choose(self, span: Span | None) -> None:
        self._span = span
        self.update()
        inside = [day for day in self._days if span and span[0] <= day.day <= span[1]]
        if inside:
            words = inside[0].label if len(inside) == 1 else f"{inside[0].label} to {inside[-1].label}"
            announce(self, f"{words}: {sum(day.count for day in inside):,} entries")
        else:
            announce(self, "All days")
        self.chosen.emit(span)
