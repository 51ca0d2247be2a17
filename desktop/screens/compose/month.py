"""A month in which one day is chosen: painted, one tab stop, moved through with the keyboard."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import date, timedelta

from PySide6.QtCore import QEvent, QLocale, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop.counts import counted
from desktop.look import look
from desktop.widgets.announce import announce
from desktop.widgets.buttons import IconButton
from desktop.widgets.layout import columns
from desktop.widgets.painting import CENTER, Restyled, begin, box, text_width, words
from desktop.widgets.text import Label
from editorial.planning.plan import Plan
from editorial.wall import change_on

WEEKS = 6
CELL, HEAD = (35, 34), 24
_DAYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -7, Qt.Key.Key_Down: 7}


def month_name(day: date) -> str:
    """`March 2027`."""
    return f"{QLocale.system().standaloneMonthName(day.month)} {day.year}"


def day_name(day: date) -> str:
    """`Friday 12 March 2027`."""
    return f"{day:%A} {day.day} {day:%B} {day.year}"


def short_day(day: date) -> str:
    """`Fri 12 March`."""
    return f"{day:%a} {day.day} {day:%B}"


class MiniMonth(Restyled, QWidget):
    """Six weeks around a month. Dots: posts that day; a clock: clocks change; hatched: a blackout touches the day.

    Days before today cannot be chosen; hatched ones can, because a part of them may be free.

    `chosen(date)` by click, Enter or arrows; `turned()` when another month is shown.
    """

    chosen = Signal(object)
    turned = Signal()

    def __init__(self, zone: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setProperty("focusRadius", 6)
        self._zone = zone
        self._today = self._day = self._month = date(2000, 1, 1)
        self._load: Mapping[date, int] = {}
        self._plan = Plan(zone)
        self._hover: date | None = None
        self.first_weekday = QLocale.system().firstDayOfWeek().value - 1

    @property
    def day(self) -> date:
        """The chosen day."""
        return self._day

    @property
    def month(self) -> date:
        """The first day of the month shown."""
        return self._month

    def show_days(self, day: date, today: date, load: Mapping[date, int], zone: str) -> None:
        """Shows a chosen day, how many posts go out on each day, and the clocks of a zone."""
        self._today, self._load, self._zone = today, load, zone
        self._go(max(day, today), tell=False)

    def is_chosen(self, day: date) -> bool:
        """Whether a day is painted as chosen."""
        return day == self._day

    def show_plan(self, plan: Plan) -> None:
        """Shows which days a blackout touches."""
        self._plan = plan
        self.setAccessibleName(self._sentence(self._day))
        self.update()

    def turn(self, months: int) -> None:
        """Shows another month; the chosen day stays."""
        place = self._month.year * 12 + self._month.month - 1 + months
        first = date(place // 12, place % 12 + 1, 1)
        if first >= self._today.replace(day=1):
            self._month = first
            self.turned.emit()
            self.update()

    def go(self, day: date) -> None:
        """Chooses a day without telling."""
        self._go(day, tell=False)

    def _go(self, day: date, *, tell: bool = True) -> None:
        day = max(day, self._today)
        turned = day.replace(day=1) != self._month
        self._day, self._month = day, day.replace(day=1)
        self.setAccessibleName(self._sentence(day))
        self.update()
        if turned:
            self.turned.emit()
        if tell:
            announce(self, self._sentence(day))
            self.chosen.emit(day)

    def _sentence(self, day: date) -> str:
        parts = [day_name(day)]
        if self._load.get(day):
            parts.append(counted(self._load[day], "post"))
        if change_on(day, self._zone):
            parts.append("clocks change")
        if (blackout := self._plan.blackout_on(day)) is not None:
            parts.append(f"blackout: {blackout.name}, set by {blackout.set_by}")
        return ", ".join(parts)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move by days and weeks, Page Up and Down by months, Home and End within the week."""
        key = Qt.Key(event.key())
        if key in _DAYS:
            self._go(self._day + timedelta(days=_DAYS[key]))
        elif key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self._go(_months_on(self._day, 1 if key == Qt.Key.Key_PageDown else -1))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            start = self._day - timedelta(days=(self._day.weekday() - self.first_weekday) % 7)
            self._go(start if key == Qt.Key.Key_Home else start + timedelta(days=6))
        elif key == Qt.Key.Key_T and not event.modifiers():
            self._go(self._today)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose the day under the pointer."""
        day = self._day_at(event.position().toPoint())
        if day is not None and day >= self._today:
            self._go(day)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tint the day under the pointer."""
        self._hover = self._day_at(event.position().toPoint())
        self.update()

    def event(self, event: QEvent) -> bool:
        """Say what is special about the day under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            day = self._day_at(event.pos())
            if day is not None:
                QToolTip.showText(event.globalPos(), self._sentence(day), self)
                return True
        if event.type() == QEvent.Type.Leave:
            self._hover = None
            self.update()
        return super().event(event)

    # ---- where and how -----------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Seven columns, a head and six weeks."""
        return QSize(look().px(7 * CELL[0]), look().px(HEAD + WEEKS * CELL[1]))

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def _start(self) -> date:
        return self._month - timedelta(days=(self._month.weekday() - self.first_weekday) % 7)

    def _cell(self, place: int) -> QRect:
        row, column = divmod(place, 7)
        left, right = column * self.width() // 7, (column + 1) * self.width() // 7
        return QRect(left, look().px(HEAD + row * CELL[1]), right - left, look().px(CELL[1]))

    def _day_at(self, point: QPoint) -> date | None:
        found = (place for place in range(7 * WEEKS) if self._cell(place).contains(point))
        place = next(found, None)
        return None if place is None else self._start() + timedelta(days=place)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the head and the days."""
        painter = begin(self)
        appearance = look()
        for column in range(7):
            number = (self.first_weekday + column) % 7 + 1
            name = QLocale.system().dayName(number, QLocale.FormatType.ShortFormat)
            area = QRect(self._cell(column).left(), 0, self._cell(column).width(), appearance.px(HEAD))
            words(painter, area, name, appearance.font("caption"), appearance.theme.text.secondary, CENTER)
        for place in range(7 * WEEKS):
            self._paint_day(painter, self._cell(place), self._start() + timedelta(days=place))
        painter.end()

    def _paint_day(self, painter: QPainter, cell: QRect, day: date) -> None:
        appearance, theme = look(), look().theme
        area = cell.adjusted(1, 1, -1, -1)
        chosen, past = self.is_chosen(day), day < self._today
        ink = theme.text.primary if day.month == self._month.month and not past else theme.text.tertiary
        if self._plan.blackout_on(day) is not None:
            hatch(painter, area)
        if chosen:
            box(painter, area, 6, theme.accent.solid)
            ink = theme.accent.on
        elif day == self._today:
            box(painter, area, 6, None, theme.border.control)
        elif day == self._hover and not past:
            box(painter, area, 6, theme.surface.hover)
        number = QRect(area.left(), area.top() + appearance.px(2), area.width(), appearance.px(18))
        font = appearance.font("body", 600 if chosen else 0, figures=True)
        words(painter, number, str(day.day), font, ink, CENTER)
        if change_on(day, self._zone):
            side = appearance.px(11)
            spot = QRect(area.center().x() - side // 2, area.bottom() - side, side, side)
            appearance.draw_icon(painter, spot, "clock-arrow-up", theme.accent.on if chosen else "warning")
            return
        dots, size = min(3, self._load.get(day, 0)), appearance.px(3)
        left = area.center().x() - (dots * size + (dots - 1) * size) // 2
        for dot in range(dots):
            spot = QRect(left + dot * 2 * size, area.bottom() - appearance.px(7), size, size)
            box(painter, spot, size / 2, theme.accent.on if chosen else theme.text.tertiary)


def hatch(painter: QPainter, area: QRect) -> None:
    """Slanted lines over an area: a blackout."""
    painter.save()
    painter.setClipRect(area)
    ink = QColor(look().theme.border.control)
    ink.setAlphaF(0.5)
    painter.setPen(QPen(ink, 1))
    step, height = look().px(6), area.height()
    for left in range(area.left() - height, area.right() + 1, step):
        painter.drawLine(left, area.bottom() + 1, left + height, area.top())
    painter.restore()


class HatchLegend(Restyled, QWidget):
    """What hatched days are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Hatched days: blackout")
        self.hide()

    def sizeHint(self) -> QSize:
        """A small square and a word."""
        return QSize(look().px(18) + text_width(look().font("caption"), "blackout"), look().line("caption"))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint square and word."""
        side = look().px(13)
        painter = begin(self)
        hatch(painter, QRect(0, (self.height() - side) // 2, side, side))
        area = self.rect().adjusted(look().px(18), 0, 0, 0)
        words(painter, area, "blackout", look().font("caption"), look().theme.text.secondary)
        painter.end()


def _months_on(day: date, months: int) -> date:
    place = day.year * 12 + day.month - 1 + months
    year, month = place // 12, place % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


class MonthHead(QWidget):
    """The name of the month that a calendar shows, and the buttons that turn it."""

    def __init__(self, month: MiniMonth) -> None:
        super().__init__()
        self._month = month
        self._name = Label("", "body", strong=True)
        before, after = IconButton("chevron-left", "Month before"), IconButton("chevron-right", "Next month")
        line = columns(self, gap=2)
        line.addWidget(self._name)
        line.addStretch(1)
        line.addWidget(before)
        line.addWidget(after)
        before.clicked.connect(lambda: month.turn(-1))
        after.clicked.connect(lambda: month.turn(1))
        month.turned.connect(self.show_name)

    def show_name(self) -> None:
        """Names the month that is shown now."""
        self._name.setText(month_name(self._month.month))
