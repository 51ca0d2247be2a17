"""Items of side panels: `CheckItem` for a finding, `StageItem` for a stage of the approval, `LogItem` for an event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from desktop.look import look
from desktop.widgets.buttons import AppButton
from desktop.widgets.focus import by_keyboard
from desktop.widgets.layout import Box, FlowLayout, columns, rows
from desktop.widgets.marks import IconMark, StatusPill
from desktop.widgets.painting import CENTER, Restyled, begin, box, words
from desktop.widgets.text import Label

Fix = tuple[str, str, str]
StageState = Literal["done", "now", "waiting"]


class CheckItem(Restyled, QFrame):
    """A finding. Collapsed: one line with the best fix. Expanded: what, why, and every fix.

    `fixes` are (key, label, icon); `fix(key)` tells which was taken, `opened()` that a person expanded the finding.
    `kept` is the reason for which a warning was kept: nothing has to be done about it, so no fix stands in the line.
    """

    fix = Signal(str)
    opened = Signal()

    def __init__(
        self,
        severity: str,
        title: str,
        reason: str,
        fixes: Sequence[Fix] = (),
        *,
        kept: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        known = look().theme.severity(severity)
        self._fixes = tuple(fixes)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("ownFocus", True)
        self.setAccessibleName(f"{known.label}. {title}")
        self.setAccessibleDescription(" ".join(part for part in (reason, kept) if part))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._line = columns(self, margins=(16, 5, 10, 6), gap=9)
        self._mark = IconMark(known.icon, known.group, 16, known.label)
        self._line.addWidget(self._mark)
        column = rows(gap=2)
        self._title = Label(title, "body", wrap=True)
        self._reason = Label(reason, "small", "secondary", wrap=True)
        self._kept = Label(kept, "small", "secondary", wrap=True)
        self._buttons = QWidget()
        flow = FlowLayout(self._buttons)
        for index, (key, label, icon) in enumerate(self._fixes):
            flow.addWidget(self._button(key, label, icon, "soft" if index == 0 else "plain"))
        for widget in (self._title, self._reason, self._kept, self._buttons):
            column.addWidget(widget)
        self._line.addLayout(column, 1)
        self._best = self._button(*self._fixes[0], "soft") if self._fixes and not kept else None
        if self._best:
            self._line.addWidget(self._best, 0, Qt.AlignmentFlag.AlignVCenter)
        self._expanded = True
        self.set_expanded(False)

    @property
    def expanded(self) -> bool:
        """Whether the reason and every fix are shown."""
        return self._expanded

    def set_expanded(self, expanded: bool) -> None:
        """Expand or collapse."""
        self._expanded = expanded
        self._title.setProperty("role", "bodyStrong" if expanded else "body")
        self._title.style().unpolish(self._title)
        self._title.style().polish(self._title)
        self._reason.setVisible(expanded and bool(self._reason.text()))
        self._kept.setVisible(bool(self._kept.text()))
        self._buttons.setVisible(expanded and bool(self._fixes))
        if self._best:
            self._best.setVisible(not expanded)
        self._line.set_margins(16, 10 if expanded else 5, 10, 10 if expanded else 6)
        side = Qt.AlignmentFlag.AlignTop if expanded else Qt.AlignmentFlag.AlignVCenter
        self._line.setAlignment(self._mark, side)
        self.updateGeometry()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Expand on a click."""
        super().mouseReleaseEvent(event)
        self._toggle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Expand and collapse with Enter or Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._toggle()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the line below and the keyboard focus."""
        theme = look().theme
        painter = begin(self)
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), theme.border.subtle)
        if by_keyboard(self):
            box(painter, self.rect().adjusted(2, 2, -2, -2), 6, None, theme.border.focus, 2)
        painter.end()

    def _toggle(self) -> None:
        self.set_expanded(not self._expanded)
        if self._expanded:
            self.opened.emit()

    def _button(self, key: str, label: str, icon: str, kind: Literal["soft", "plain"]) -> AppButton:
        button = AppButton(label, kind, icon=icon, size="compact")
        button.clicked.connect(lambda: self.fix.emit(key))
        return button


class StageItem(Restyled, QWidget):
    """A stage of an approval: ticked, numbered now, or waiting, with who signs, a pill and notes below.

    `more` are further notes as (words, tone, icon), the icon may be empty.
    """

    def __init__(
        self,
        state: StageState,
        number: int,
        title: str,
        who: str = "",
        *,
        note: str = "",
        note_tone: str = "secondary",
        more: Sequence[tuple[str, str, str]] = (),
        pill: tuple[str, str, str] | None = None,
        last: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._state, self._number, self._last = state, number, last
        self.setMinimumHeight(look().px(24))  # the numbered dot is whole also beside a title alone
        spoken = {"done": "done", "now": "your turn or next", "waiting": "waiting"}[state]
        said = " ".join((who, note, *(words for words, _, _ in more))).strip()
        self.setAccessibleName(f"Stage {number}, {title}, {pill[2] if pill else spoken}. {said}".strip())
        column = rows(self, margins=(31, 0, 0, 0 if last else 12), gap=1)
        head = columns(gap=8)
        head.addWidget(Label(title, "bodyStrong", wrap=True), 1)
        if pill:
            head.addWidget(StatusPill.of(*pill), 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        if who:
            column.addWidget(Label(who, "small", "secondary", wrap=True))
        first = (note, note_tone, "" if note_tone == "secondary" else "triangle-alert")
        for text, tone, icon in (first, *more):
            if text:
                column.addLayout(_note(text, tone, icon))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint circle and connecting line."""
        appearance, theme = look(), look().theme
        painter = begin(self)
        side = appearance.px(22)
        circle = QRect(0, 0, side, side)
        if not self._last:
            painter.fillRect(QRect(side // 2, side + 2, 1, self.height() - side - 4), theme.border.control)
        if self._state == "done":
            box(painter, circle, side / 2, theme.group("success").solid)
            tick = QRect(0, 0, appearance.px(13), appearance.px(13))
            tick.moveCenter(circle.center())
            appearance.draw_icon(painter, tick, "check", theme.group("success").on)
        else:
            now = self._state == "now"
            box(painter, circle, side / 2, theme.accent.solid if now else None, None if now else theme.border.control)
            ink = theme.accent.on if now else theme.text.secondary
            words(painter, circle, str(self._number), appearance.font("caption", 600, figures=True), ink, CENTER)
        painter.end()


def _note(text: str, tone: str, icon: str) -> Box:
    line = columns(gap=5)
    if icon:
        line.addWidget(IconMark(icon, tone, 13), 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(Label(text, "small", tone, wrap=True), 1)
    return line


class LogItem(QWidget):
    """A line of what happened: icon, time in figures of equal width, words."""

    def __init__(self, icon: str, time: str, text: str, tone: str = "secondary", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        line = columns(self, gap=9)
        top = Qt.AlignmentFlag.AlignTop
        line.addWidget(IconMark(icon, tone, 15), 0, top)
        line.addWidget(Label(time, "mono", "secondary"), 0, top)
        line.addWidget(Label(text, "small", "primary" if tone == "secondary" else tone, wrap=True), 1)
        self.setAccessibleName(f"{time} {text}")
