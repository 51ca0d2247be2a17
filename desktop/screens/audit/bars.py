"""Entries per day as bars: a picture of how busy the log was, with the same figures as text for a screen reader."""

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.look import look
from desktop.widgets.painting import Restyled, begin, box

DAYS = 30


class DayBars(Restyled, QWidget):
    """The last days of the log. `show_days` takes (label, count) pairs, oldest first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._days: list[tuple[str, int]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Entries per day")

    def show_days(self, days: list[tuple[str, int]]) -> None:
        """Shows other figures."""
        self._days = days[-DAYS:]
        busiest = max(self._days, key=lambda day: day[1], default=("", 0))
        total = sum(count for _, count in self._days)
        words = f"{total:,} entries in {len(self._days)} days; most on {busiest[0]}: {busiest[1]:,}"
        self.setAccessibleDescription(words)
        self.setToolTip(words)
        self.update()

    def sizeHint(self) -> QSize:
        """Bars and a line of words."""
        return QSize(look().px(300), look().px(54))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints bars from the bottom, the newest at the right."""
        appearance = look()
        theme, px = appearance.theme, appearance.px
        painter = begin(self)
        height, base = px(34), px(35)
        if self._days:
            most = max(count for _, count in self._days) or 1
            slot = self.width() / DAYS
            for place, (_, count) in enumerate(self._days, start=DAYS - len(self._days)):
                tall = max(px(2), round(height * count / most))
                fill = theme.accent.solid if place == DAYS - 1 else theme.accent.line
                box(painter, QRect(round(place * slot), base - tall, max(2, round(slot) - px(2)), tall), 2, fill)
        painter.setFont(appearance.font("caption"))
        painter.setPen(theme.text.secondary)
        words = QRect(0, base + px(3), self.width(), appearance.line("caption"))
        if self._days:
            first = words.adjusted(round((DAYS - len(self._days)) * self.width() / DAYS), 0, 0, 0)
            if first.width() > px(160):
                painter.drawText(first, Qt.AlignmentFlag.AlignLeft, self._days[0][0])
            painter.drawText(words, Qt.AlignmentFlag.AlignRight, self._days[-1][0])
        if len(self._days) < DAYS * 2 // 3:
            painter.drawText(words, Qt.AlignmentFlag.AlignLeft, "entries per day")
        else:
            painter.drawText(words, Qt.AlignmentFlag.AlignHCenter, "entries per day")
        painter.end()
