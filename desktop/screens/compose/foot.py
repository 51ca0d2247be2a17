"""The foot of the editor: when the post goes out, what is open, and sending it to review."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from desktop.look import look
from desktop.widgets.buttons import AppButton
from desktop.widgets.layout import columns, rows
from desktop.widgets.painting import Restyled, begin, box, text_width, words
from desktop.widgets.text import Hairline, Panel


class ScheduleButton(Restyled, QPushButton):
    """The field that shows when: a calendar, day and time, the zone, and a chevron. Opens the popover."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone = ""
        self.setToolTip("When it goes out (Ctrl+Shift+D)")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(False)

    def show_when(self, text: str, zone: str) -> None:
        """Shows day and time, and what the zone is called then."""
        self.setText(text)
        self._zone = zone
        self.setAccessibleName(f"When: {text} {zone}".strip())
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Everything in one line."""
        px = look().px
        width = px(12 + 16 + 9 + 14 + 16 + 12) + text_width(look().font("body", 500, figures=True), self.text())
        width += px(8) + text_width(look().font("body"), self._zone) if self._zone else 0
        return QSize(max(width, px(210)), look().control("large"))

    def minimumSizeHint(self) -> QSize:
        """A few words; the rest is cut."""
        return QSize(look().px(150), look().control("large"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter and Down too."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the field."""
        appearance, theme = look(), look().theme
        painter = begin(self)
        fill = theme.surface.hover if self.underMouse() and self.isEnabled() else theme.surface.panel
        edge = theme.border.control if self.isEnabled() else theme.border.default
        box(painter, self.rect(), 6, fill, edge)
        side = appearance.px(16)
        top = (self.height() - side) // 2
        ink = theme.text.primary if self.isEnabled() else theme.text.disabled
        appearance.draw_icon(painter, QRect(appearance.px(12), top, side, side), "calendar-clock", ink)
        right = self.width() - appearance.px(12) - side
        appearance.draw_icon(painter, QRect(right, top, side, side), "chevron-down", ink)
        area = self.rect().adjusted(appearance.px(37), 0, -(self.width() - right) - appearance.px(6), 0)
        taken = words(painter, area, self.text(), appearance.font("body", 500, figures=True), ink)
        area.setLeft(area.left() + taken + appearance.px(8))
        words(painter, area, self._zone, appearance.font("body"), theme.text.secondary)
        painter.end()


class ProblemButton(Restyled, QPushButton):
    """How many findings must be fixed; a click goes to the first."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolTip("Go to the first (F7)")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(False)

    def sizeHint(self) -> QSize:
        """Icon and words."""
        px = look().px
        return QSize(px(8 + 15 + 5 + 8) + text_width(look().font("body", 600), self.text()), look().control("compact"))

    def minimumSizeHint(self) -> QSize:
        """The same: words are not cut."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press with Enter too."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint icon and words."""
        appearance, theme = look(), look().theme
        painter = begin(self)
        if self.underMouse():
            box(painter, self.rect(), 6, theme.group("danger").bg)
        side = appearance.px(15)
        left = appearance.px(8)
        appearance.draw_icon(painter, QRect(left, (self.height() - side) // 2, side, side), "octagon-x", "danger")
        area = self.rect().adjusted(left + side + appearance.px(5), 0, 0, 0)
        words(painter, area, self.text(), appearance.font("body", 600), theme.group("danger").text)
        painter.end()


class Foot(Panel):
    """The line below the work area. `asked_when()`, `asked_problem()`, `asked_send()`."""

    asked_when = Signal()
    asked_problem = Signal()
    asked_send = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("panel", parent)
        column = rows(self)
        column.addWidget(Hairline())
        line = columns(margins=(20, 10, 20, 10), gap=10)
        self.when = ScheduleButton()
        self.when.clicked.connect(self.asked_when)
        self.problems = ProblemButton()
        self.problems.clicked.connect(self.asked_problem)
        self.send = AppButton("Send to review", "primary", size="large", hint="Ctrl ↵")
        self.send.setToolTip("Send to review (Ctrl+Enter)")
        self.send.clicked.connect(self.asked_send)
        line.addWidget(self.when)
        line.addStretch(1)
        line.addWidget(self.problems)
        line.addWidget(self.send)
        column.addLayout(line)

    def show_when(self, text: str, zone: str) -> None:
        """Shows when the post goes out."""
        self.when.show_when(text, zone)

    def show_problems(self, count: int) -> None:
        """Shows how many findings must be fixed."""
        self.problems.setVisible(count > 0)
        self.problems.setText(f"Fix {count:,} first")
        self.problems.setAccessibleName(f"Fix {count:,} first: go to the first finding")

    def show_editable(self, editable: bool, again: bool) -> None:
        """Sending stays possible whatever is open; a post that is finished has no foot. `again`: a version exists."""
        self.setVisible(editable)
        self.send.setText("Send new version" if again else "Send to review")
