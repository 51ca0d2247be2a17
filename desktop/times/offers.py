"""What speaks for and against a time: warnings, the accounts' free usual times that day, and a better time to take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QWidget

from desktop.look import look
from desktop.widgets.announce import announce
from desktop.widgets.buttons import AppButton
from desktop.widgets.fields import Message
from desktop.widgets.layout import refill, rows
from desktop.widgets.painting import Restyled, begin, box, words
from desktop.widgets.text import Label
from editorial.planning.plan import Offer

MOST = 4
"""Usual times that are shown; those of the most accounts come first."""


class OfferRow(Restyled, QAbstractButton):
    """One free time: a radio mark, the time, whose usual time it is, and a star on the best one.

    `stepped(1 or -1)` asks for a neighbour.
    """

    stepped = Signal(int)

    def __init__(self, offer: Offer, text: str, reason: str, *, best: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.offer, self._reason, self._best = offer, reason, best
        self.setText(text)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setProperty("focusRadius", 5)
        self.setAccessibleName(", ".join(part for part in (text, reason, "best" if best else "") if part))
        self.setToolTip(reason)

    def sizeHint(self) -> QSize:
        """One line; long reasons are cut."""
        return QSize(look().px(200), look().px(30))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down go to the neighbours, Enter and Space take it."""
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        key = Qt.Key(event.key())
        if key in steps:
            self.stepped.emit(steps[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the row."""
        appearance, theme, px = look(), look().theme, look().px
        painter = begin(self)
        chosen = self.isChecked()
        if chosen or self.underMouse():
            box(painter, self.rect(), 5, theme.accent.bg if chosen else theme.surface.hover)
        side, middle = px(16), self.height() // 2
        ring = QRect(px(8), middle - side // 2, side, side)
        box(painter, ring, side / 2, theme.surface.panel, theme.accent.solid if chosen else theme.border.control)
        if chosen:
            dot = ring.adjusted(px(4), px(4), -px(4), -px(4))
            box(painter, dot, dot.width() / 2, theme.accent.solid)
        right = self.width() - px(8) - (side + px(4) if self._best else 0)
        area = QRect(ring.right() + px(9), 0, right - ring.right() - px(9), self.height())
        font = appearance.font("body", 600, figures=True)
        taken = words(painter, area, self.text(), font, theme.text.primary)
        area.setLeft(area.left() + taken + px(8))
        words(painter, area, self._reason, appearance.font("body"), theme.text.secondary)
        if self._best:
            star = QRect(self.width() - px(8) - side, middle - side // 2, side, side)
            appearance.draw_icon(painter, star, "star", "success")
        painter.end()


class Advice(QWidget):
    """Warnings, a better time, and the free usual times of a day. `taken(Offer)` when a person takes one."""

    taken = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = rows(self, gap=8)
        self.best = AppButton("", "ghost", icon="star", size="compact")
        self.best.clicked.connect(lambda: self.taken.emit(self._best))
        self.better = AppButton("", icon="calendar-clock", size="compact")
        self.better.clicked.connect(lambda: self.taken.emit(self._better))
        self.warning = Message()
        self.head = Label("", "body", strong=True, wrap=True)
        self._list = rows(gap=2)
        self._group = QButtonGroup(self)
        self._better: Offer | None = None
        self._best: Offer | None = None
        self.rows: list[OfferRow] = []
        column.addWidget(self.better, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.warning)
        column.addWidget(self.head)
        column.addLayout(self._list)
        column.addWidget(self.best, 0, Qt.AlignmentFlag.AlignLeft)
        self.best.hide()
        self.better.hide()
        self.head.hide()

    def show_warnings(self, sentences: Sequence[str]) -> None:
        """Shows what a person should think about; new words are also spoken."""
        text = "\n".join(sentences)
        if text and text != self.warning.text:
            announce(self, " ".join(sentences))
        self.warning.show_text(text, "warning", "triangle-alert" if text else "")

    def show_better(self, offer: Offer | None, text: str) -> None:
        """Offers the next free time in the place of a refused one; None takes the offer away."""
        self._better = offer
        self.better.setText(f"Take {text}")
        self.better.setVisible(offer is not None)

    def show_best(self, offer: Offer | None, text: str) -> None:
        """Offers the best of the usual times; None where there is none, or where it is chosen already."""
        self._best = offer
        self.best.setText(f"Best slot: {text}")
        self.best.setVisible(offer is not None)

    def show_offers(
        self, day: str, offers: Sequence[Offer], labels: Mapping[str, str], times: Mapping[datetime, str]
    ) -> None:
        """Shows the free usual times of a day; `times` has the words for each instant."""
        most = sorted(offers, key=lambda each: (-len(each.accounts), each.due))[:MOST]
        shown = sorted(most, key=lambda each: each.due)
        if [row.offer for row in self.rows] != shown:
            counts = sorted(len(each.accounts) for each in shown)
            lead = counts[-1] if len(counts) > 1 and counts[-1] > counts[-2] else 0
            self.rows = [
                OfferRow(each, times[each.due], _reason(each, labels), best=len(each.accounts) == lead)
                for each in shown
            ]
            refill(self._list, self.rows)
            for place, row in enumerate(self.rows):
                row.show()  # now, not in the next round of events: the popover takes its height from what is shown
                self._group.addButton(row)
                row.clicked.connect(lambda _=False, row=row: self.taken.emit(row.offer))
                row.stepped.connect(lambda step, place=place: self._step(place + step))
        self.head.setText(f"Free usual times on {day}")
        self.head.setVisible(bool(self.rows))

    def mark(self, due: datetime | None) -> None:
        """Marks the row that is the chosen instant, if one is."""
        self._group.setExclusive(False)
        for row in self.rows:
            row.setChecked(row.offer.due == due)
        self._group.setExclusive(True)
        stop = next((row for row in self.rows if row.isChecked()), self.rows[0] if self.rows else None)
        for row in self.rows:
            row.setFocusPolicy(Qt.FocusPolicy.StrongFocus if row is stop else Qt.FocusPolicy.ClickFocus)

    def _step(self, place: int) -> None:
        if 0 <= place < len(self.rows):
            self.rows[place].setFocus(Qt.FocusReason.TabFocusReason)


def _reason(offer: Offer, labels: Mapping[str, str]) -> str:
    names = [labels.get(each, "an account") for each in offer.accounts]
    return ", ".join(names) if len(names) < 3 else f"{len(names)} accounts"
