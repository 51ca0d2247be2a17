"""A button that reads as a link: accent words, an optional icon in a tone of its own, still a target of 28 px."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from desktop.look import look
from desktop.widgets.painting import Restyled, begin, box, text_width, words

_PAD = 4


class LinkButton(Restyled, QPushButton):
    """Words without a frame. Enter and Space press it."""

    def __init__(self, text: str, *, icon: str = "", icon_tone: str = "accent", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self._icon_name, self._icon_tone = icon, icon_tone
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAutoDefault(False)

    def sizeHint(self) -> QSize:
        """Words, icon, and a little around them."""
        appearance = look()
        width = text_width(appearance.font("small", 500), self.text()) + 2 * appearance.px(_PAD)
        if self._icon_name:
            width += appearance.px(16 + 6)
        return QSize(width, appearance.px(28))

    def minimumSizeHint(self) -> QSize:
        """The same: words are not cut."""
        return self.sizeHint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Presses with Enter too."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints words, and a tint under the pointer."""
        appearance = look()
        painter = begin(self)
        if self.underMouse() or self.isDown():
            box(painter, self.rect(), 6, appearance.theme.surface.hover)
        area = self.rect().adjusted(appearance.px(_PAD), 0, -appearance.px(_PAD), 0)
        if self._icon_name:
            side = appearance.px(16)
            place = QRect(area.left(), (self.height() - side) // 2, side, side)
            appearance.draw_icon(painter, place, self._icon_name, self._icon_tone)
            area.setLeft(area.left() + side + appearance.px(6))
        words(painter, area, self.text(), appearance.font("small", 500), appearance.theme.tone("accent"))
        painter.end()
