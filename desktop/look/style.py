"""The one `QProxyStyle` over Fusion: check boxes and radio buttons as designed, and no native focus frames.

The focus ring is drawn by one overlay per window (`desktop.widgets.focus`), so the style draws none. Sizes and hints
stand in the style sheet: Qt asks for them dozens of times for each widget in a layout, and answering in Python made up
half of what opening a dialog takes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QProxyStyle, QStyle, QStyleOption, QWidget

if TYPE_CHECKING:
    from desktop.look.appearance import Appearance

Primitive = QStyle.PrimitiveElement
Flag = QStyle.StateFlag


class SignpostStyle(QProxyStyle):
    """Fusion with the design's indicators. It overrides painting alone."""

    def __init__(self, appearance: Appearance) -> None:
        super().__init__("Fusion")
        self._look = appearance
        self._painters: dict[QStyle.PrimitiveElement, Callable[[QStyleOption, QPainter], None]] = {
            Primitive.PE_IndicatorCheckBox: self._check_box,
            Primitive.PE_IndicatorItemViewItemCheck: self._check_box,
            Primitive.PE_IndicatorRadioButton: self._radio_button,
            Primitive.PE_FrameFocusRect: lambda option, painter: None,
        }

    def drawPrimitive(
        self,
        element: QStyle.PrimitiveElement,
        option: QStyleOption,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        """Draw indicators ourselves, the rest as Fusion does."""
        own = self._painters.get(element)
        if own is None:
            super().drawPrimitive(element, option, painter, widget)
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        own(option, painter)
        painter.restore()

    def _edge(self, option: QStyleOption) -> QColor:
        theme = self._look.theme
        return theme.border.control if option.state & Flag.State_Enabled else theme.border.default

    def _fill(self, option: QStyleOption, painter: QPainter, chosen: bool) -> None:
        theme = self._look.theme
        enabled = bool(option.state & Flag.State_Enabled)
        hover = bool(option.state & Flag.State_MouseOver)
        if chosen and enabled:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.accent.hover if hover else theme.accent.solid)
            return
        painter.setPen(QPen(self._edge(option), 1))
        plain = theme.surface.hover if hover and enabled else theme.surface.panel
        painter.setBrush(plain if enabled else theme.surface.sunken)

    def _check_box(self, option: QStyleOption, painter: QPainter) -> None:
        state = option.state
        partly, chosen = bool(state & Flag.State_NoChange), bool(state & Flag.State_On)
        box = QRectF(option.rect)
        unit = box.width() / 16
        self._fill(option, painter, partly or chosen)
        filled = painter.pen().style() == Qt.PenStyle.NoPen
        edge = 0 if filled else 0.5
        painter.drawRoundedRect(box.adjusted(edge, edge, -edge, -edge), 4 * unit, 4 * unit)
        ink = self._look.theme.accent.on if filled else self._look.theme.text.disabled
        painter.setPen(QPen(ink, 1.6 * unit, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        left, top = box.left(), box.top()
        if partly:
            middle = box.center().y()
            painter.drawLine(QPointF(left + 4.5 * unit, middle), QPointF(left + 11.5 * unit, middle))
        elif chosen:
            points = [(4.2, 8.3), (6.8, 10.9), (11.8, 5.4)]
            painter.drawPolyline([QPointF(left + x * unit, top + y * unit) for x, y in points])

    def _radio_button(self, option: QStyleOption, painter: QPainter) -> None:
        box = QRectF(option.rect)
        chosen = bool(option.state & Flag.State_On)
        self._fill(option, painter, chosen)
        filled = painter.pen().style() == Qt.PenStyle.NoPen
        edge = 0 if filled else 0.5
        painter.drawEllipse(box.adjusted(edge, edge, -edge, -edge))
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.theme.accent.on if filled else self._look.theme.text.disabled)
            radius = box.width() * 3 / 16
            painter.drawEllipse(box.center(), radius, radius)
