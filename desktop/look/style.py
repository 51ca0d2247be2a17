"""The one `QProxyStyle` over Fusion: check boxes and radio buttons as designed, and no native focus frames.

The focus ring is drawn by one overlay per window (`desktop.widgets.focus`), so the style draws none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QProxyStyle, QStyle, QStyleHintReturn, QStyleOption, QWidget

if TYPE_CHECKING:
    from desktop.look.appearance import Appearance

Primitive = QStyle.PrimitiveElement
Metric = QStyle.PixelMetric
Hint = QStyle.StyleHint
Flag = QStyle.StateFlag

METRICS = {
    Metric.PM_IndicatorWidth: 16,
    Metric.PM_IndicatorHeight: 16,
    Metric.PM_ExclusiveIndicatorWidth: 16,
    Metric.PM_ExclusiveIndicatorHeight: 16,
    Metric.PM_CheckBoxLabelSpacing: 7,
    Metric.PM_RadioButtonLabelSpacing: 7,
    Metric.PM_SmallIconSize: 16,
    Metric.PM_ButtonIconSize: 16,
}
FIXED_METRICS = {Metric.PM_ButtonShiftHorizontal: 0, Metric.PM_ButtonShiftVertical: 0}
HINTS = {Hint.SH_EtchDisabledText: 0, Hint.SH_ComboBox_Popup: 0, Hint.SH_DitherDisabledText: 0}


class SignpostStyle(QProxyStyle):
    """Fusion with the design's indicators."""

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

    def pixelMetric(
        self, metric: QStyle.PixelMetric, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> int:
        """Return indicator sizes at the text size."""
        own = METRICS.get(metric)
        if own is not None:
            return self._look.px(own)
        fixed = FIXED_METRICS.get(metric)
        return super().pixelMetric(metric, option, widget) if fixed is None else fixed

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,  # noqa: N803 - Qt's name
    ) -> int:
        """Return plain combo boxes and no etched text."""
        own = HINTS.get(hint)
        return super().styleHint(hint, option, widget, returnData) if own is None else own

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
