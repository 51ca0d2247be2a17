"""Choosing several days in a month, and the line in which each chosen date has a time of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.look import look
from desktop.moments import Moments
from desktop.screens.compose.month import MiniMonth, day_name, short_day
from desktop.widgets.announce import announce
from desktop.widgets.buttons import IconButton
from desktop.widgets.choices import Segmented
from desktop.widgets.fields import Message
from desktop.widgets.layout import columns, rows
from desktop.widgets.painting import box
from desktop.widgets.text import Label
from editorial.errors import BadInputError
from editorial.planning.plan import Plan
from editorial.posts.copying import due_of_copy
from editorial.wall import typed_time
from editorial.when import Choice, When, doubled


class DatesMonth(MiniMonth):
    """Several days are chosen: a click, Space or Enter adds or takes away. `toggled(date)` tells; arrows only move."""

    toggled = Signal(object)

    def __init__(self, zone: str, parent: QWidget | None = None) -> None:
        super().__init__(zone, parent)
        self._marked: frozenset[date] = frozenset()

    def mark(self, days: Sequence[date]) -> None:
        """Shows other days as chosen."""
        self._marked = frozenset(days)
        self.setAccessibleName(self._sentence(self._day))
        self.update()

    def is_chosen(self, day: date) -> bool:
        """Whether it is one of them."""
        return day in self._marked

    def _sentence(self, day: date) -> str:
        said = super()._sentence(day)
        return said.replace(day_name(day), f"{day_name(day)}, chosen", 1) if day in self._marked else said

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space and Enter add the day or take it away."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._toggle(self._day)
            return
        super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Add the day under the pointer, or take it away."""
        day = self._day_at(event.position().toPoint())
        if day is not None and day >= self._today:
            self.go(day)
            self._toggle(day)

    def _toggle(self, day: date) -> None:
        self.toggled.emit(day)
        announce(self, self._sentence(day))

    def _paint_day(self, painter: QPainter, cell: QRect, day: date) -> None:
        super()._paint_day(painter, cell, day)
        if day == self._day and self.hasFocus():
            box(painter, cell.adjusted(2, 2, -2, -2), 5, None, look().theme.border.focus, 2)


class DateLine(QWidget):
    """One date: its day, its time, which of two where it is doubled, and what speaks against it.

    `changed()` when a person changed it, `gone()` when it is taken away.
    """

    changed = Signal()
    gone = Signal()

    def __init__(self, day: date, at: time, zone: str, moments: Moments, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.day, self.own, self.when, self.problem = day, False, When(zone=zone), ""
        self._zone, self._moments, self._turn = zone, moments, ""
        column = rows(self, gap=2)
        line = columns(gap=8)
        name = short_day(day)
        label = Label(name, "body", strong=True)
        label.setMinimumWidth(look().px(104))
        self.time = QLineEdit()
        self.time.setAccessibleName(f"Time on {name}")
        self.time.setFixedWidth(look().px(84))
        self.time.textEdited.connect(self._typed)
        self.fold = Segmented([("0", "First"), ("1", "Second")], label=f"Which of the two on {name}")
        self.fold.changed.connect(self._choose)
        self.fold.hide()
        self.remove = IconButton("x", f"Remove {name}")
        self.remove.clicked.connect(self.gone)
        line.addWidget(label)
        line.addWidget(self.time)
        line.addWidget(self.fold)
        line.addStretch(1)
        line.addWidget(self.remove)
        column.addLayout(line)
        self.message = Message()
        column.addWidget(self.message)
        self.set_time(at)

    def set_time(self, at: time) -> None:
        """Another time that was not typed here."""
        self.time.setText(self._moments.clock(at))

    def _typed(self) -> None:
        self.own = True
        self.changed.emit()

    def _choose(self, turn: str) -> None:
        self._turn = turn
        self.changed.emit()

    def look_at(self, plan: Plan, accounts: Sequence[str], now: datetime) -> None:
        """Works out what the line means; `problem` says why it cannot be, empty where it can."""
        try:
            wall = datetime.combine(self.day, typed_time(self.time.text()))
            self._arrange(wall)
            self.when = When(Choice.SET, wall, self._zone, int(self._turn) if self._turn else None)
            due = due_of_copy(self.when, plan, accounts, now)
        except BadInputError as error:
            self._say(str(error), "", "")
            return
        self._say("", "\n".join(plan.warnings(due, accounts)), self._moments.zone_label(due))

    def _arrange(self, wall: datetime) -> None:
        """Asks which of the two where the time is doubled, and forgets the answer where it is not."""
        twice = doubled(wall, self._zone)
        if not twice:
            self._turn = ""
        self.fold.setVisible(twice)

    def _say(self, problem: str, warning: str, label: str) -> None:
        self.problem = problem
        if problem:
            self.message.show_text(problem, "danger", "octagon-x")
        else:
            self.message.show_text(warning, "warning", "triangle-alert" if warning else "")
        self.time.setToolTip(label)
        self.time.setAccessibleDescription(problem or warning or label)
        if bool(self.time.property("error")) != bool(problem):
            self.time.setProperty("error", bool(problem))
            self.time.style().unpolish(self.time)
            self.time.style().polish(self.time)
