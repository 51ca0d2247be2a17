"""Chips: `NetworkChip` for the texts of a post, `FilterChip` with an icon and a count."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from desktop.look import look
from desktop.widgets.painting import LEFT, RIGHT, Restyled, begin, box, text_width, words

SHOW_FROM, NEAR_FROM, NEAR_LEFT = 0.75, 0.9, 25


@dataclass(frozen=True)
class ChipState:
    """What a network chip shows: own text or not, characters used of the limit, and why it is switched off.

    `limit` 0 means that nothing is counted. `off_icon` and `off_reason` tell why the network takes no part.
    """

    own: bool = False
    used: int = 0
    limit: int = 0
    off_reason: str = ""
    off_icon: str = "circle-slash"

    @property
    def share(self) -> float:
        """How much of the limit is used."""
        return self.used / self.limit if self.limit else 0.0

    @property
    def left(self) -> int:
        """Characters left; negative when over."""
        return self.limit - self.used

    @property
    def level(self) -> str:
        """How it stands: over, near, counted (75 % used) or calm."""
        if not self.limit:
            return "calm"
        if self.left < 0:
            return "over"
        if self.left <= NEAR_LEFT or self.share >= NEAR_FROM:
            return "near"
        return "counted" if self.share >= SHOW_FROM else "calm"


class NetworkChip(Restyled, QPushButton):
    """A text of a post: the shared one, or a network's. Click or Enter opens it, Space switches the network on or off.

    The accessible name is the whole state: "X, own text, 16 too many". `target_toggled` asks to switch; the screen
    decides and calls `show_state`.
    """

    target_toggled = Signal()

    def __init__(self, label: str, network: str = "", *, icon: str = "layers", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._label, self._network, self._icon_name = label, network, icon
        self._state = ChipState()
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setProperty("focusRadius", 8)
        self.show_state(self._state)

    @property
    def state(self) -> ChipState:
        """What is shown."""
        return self._state

    def show_state(self, state: ChipState) -> None:
        """Show another state and tell it to assistive technology."""
        self._state = state
        self.setAccessibleName(self._sentence())
        self.setToolTip(f"{self._label}: {state.off_reason}" if state.off_reason else self._label)
        self.updateGeometry()
        self.update()

    def _sentence(self) -> str:
        state = self._state
        parts = [self._label]
        if state.off_reason:
            parts.append(f"switched off: {state.off_reason}")
        elif state.own:
            parts.append("own text")
        if state.level == "over":
            parts.append(f"{-state.left} too many")
        elif state.level in ("near", "counted"):
            parts.append(f"{state.left} left")
        return ", ".join(parts)

    def nextCheckState(self) -> None:
        """Stay chosen: the screen moves the choice."""
        self.setChecked(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open with Enter, switch the network with Space."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        elif event.key() == Qt.Key.Key_Space:
            self.target_toggled.emit()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Return mark, name and what stands at the right."""
        appearance = look()
        width = appearance.px(33 + 10) + text_width(appearance.font("small", 600), self._label) + self._right_width()
        return QSize(width, appearance.px(34 + (6 if appearance.roomy else 0)))

    def minimumSizeHint(self) -> QSize:
        """Return a width where the name is still readable."""
        appearance = look()
        return QSize(min(self.sizeHint().width(), appearance.px(84) + self._right_width()), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the chip."""
        theme = look().theme
        painter = begin(self)
        chosen, off = self.isChecked(), bool(self._state.off_reason)
        fill = theme.accent.bg if chosen else theme.surface.hover if self.underMouse() else theme.surface.panel
        edge = theme.border.focus if chosen else theme.border.control
        dash = Qt.PenStyle.DashLine if off and not chosen else Qt.PenStyle.SolidLine
        box(painter, self.rect(), 8, None if off and not chosen and not self.underMouse() else fill)
        if not off and self._state.limit:
            self._meter(painter)
        box(painter, self.rect(), 8, None, edge, 2 if chosen else 1, dash)
        self._content(painter, off)
        painter.end()

    def _content(self, painter: QPainter, off: bool) -> None:
        appearance = look()
        theme = appearance.theme
        side = appearance.px(20)
        mark = QRect(appearance.px(7), (self.height() - side) // 2, side, side)
        ink = theme.text.tertiary if off else theme.text.primary
        if self._network:
            appearance.draw_network(painter, mark, self._network, off)
        else:
            appearance.draw_icon(painter, mark.adjusted(1, 1, -1, -1), self._icon_name, ink)
        area = self.rect().adjusted(appearance.px(33), 0, -appearance.px(9), 0)
        area.setRight(area.right() - self._paint_right(painter, area))
        font = appearance.font("small", 600 if self.isChecked() else 500)
        words(painter, area, self._label, font, ink)

    def _right_width(self) -> int:
        appearance = look()
        state = self._state
        if state.off_reason:
            return appearance.px(22)
        width = appearance.px(20) if state.own else 0
        if state.level != "calm":
            width += text_width(appearance.font("small", 600, figures=True), str(state.left)) + appearance.px(6)
        return width + (appearance.px(17) if state.level == "over" else 0)

    def _paint_right(self, painter: QPainter, area: QRect) -> int:
        """Draw count and icons from the right end inwards, and return the width they took."""
        appearance = look()
        theme, state, used = appearance.theme, self._state, 0
        side = appearance.px(13)

        def icon(name: str, tone: str) -> int:
            place = QRect(area.right() + 1 - used - side, (self.height() - side) // 2, side, side)
            appearance.draw_icon(painter, place, name, tone)
            return side + appearance.px(4)

        if state.off_reason:
            return icon(state.off_icon, "tertiary")
        if state.level != "calm":
            tone = {"over": "danger", "near": "warning"}.get(state.level, "secondary")
            font = appearance.font("small", 500 if tone == "secondary" else 600, figures=True)
            text = str(state.left).replace("-", "−")
            used += words(painter, area, text, font, theme.tone(tone), RIGHT) + appearance.px(4)
        if state.level == "over":
            used += icon("octagon-x", "danger")
        if state.own:
            used += icon("pencil-line", "accent")
        return used

    def _meter(self, painter: QPainter) -> None:
        """Draw three pixels at the bottom, cut by the rounded corners."""
        theme, level = look().theme, self._state.level
        colours = {"over": theme.group("danger").solid, "near": theme.group("warning").solid}
        share = min(1.0, self._state.share)
        path = QPainterPath()
        path.addRoundedRect(self.rect().toRectF().adjusted(1, 1, -1, -1), 7, 7)
        painter.save()
        painter.setClipPath(path)
        height = look().px(3)
        bar = QRect(0, self.height() - height - 1, round(self.width() * share), height + 1)
        painter.fillRect(bar, colours.get(level, theme.accent.line))
        painter.restore()


class FilterChip(Restyled, QPushButton):
    """A filter as a pill: icon in the state's colour, word, count. Checkable."""

    def __init__(
        self,
        text: str,
        count: int | None = None,
        *,
        icon: str = "",
        tone: str = "secondary",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._icon_name, self._tone = icon, tone
        self._count = "" if count is None else f"{count:,}"
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setProperty("focusRadius", 14)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAutoDefault(False)
        self._name()

    def set_count(self, count: int | None) -> None:
        """Change the count."""
        self._count = "" if count is None else f"{count:,}"
        self._name()
        self.updateGeometry()
        self.update()

    def _name(self) -> None:
        self.setAccessibleName(f"{self.text()} {self._count}".strip())

    def sizeHint(self) -> QSize:
        """Return icon, word and count."""
        appearance = look()
        width = 2 * appearance.px(9) + text_width(appearance.font("small", 600), self.text())
        width += appearance.px(19) if self._icon_name else 0
        if self._count:
            width += appearance.px(5) + text_width(appearance.font("small", 600, figures=True), self._count)
        return QSize(width, appearance.px(28))

    def minimumSizeHint(self) -> QSize:
        """Return the same."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press with Enter too."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the pill."""
        appearance = look()
        theme = appearance.theme
        painter = begin(self)
        chosen = self.isChecked()
        fill = theme.accent.bg if chosen else theme.surface.hover if self.underMouse() else theme.surface.panel
        edge = theme.border.focus if chosen else theme.border.control
        box(painter, self.rect(), self.height() / 2, fill, edge, 2 if chosen else 1)
        area = self.rect().adjusted(appearance.px(9), 0, -appearance.px(9), 0)
        if self._icon_name:
            side = appearance.px(14)
            place = QRect(area.left(), (self.height() - side) // 2, side, side)
            appearance.draw_icon(painter, place, self._icon_name, self._tone)
            area.setLeft(area.left() + appearance.px(19))
        font = appearance.font("small", 600 if chosen else 500)
        taken = words(painter, area, self.text(), font, theme.text.primary, LEFT)
        area.setLeft(area.left() + taken + appearance.px(5))
        words(painter, area, self._count, appearance.font("small", 600, figures=True), theme.text.primary, LEFT)
        painter.end()
