"""Painting helpers shared by painted widgets and delegates. They draw with what `look()` says and keep nothing."""

from __future__ import annotations

from functools import lru_cache
from math import ceil

from PySide6.QtCore import QEvent, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

RESTYLED = (QEvent.Type.StyleChange, QEvent.Type.PaletteChange, QEvent.Type.FontChange)
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter


class Restyled:
    """Mixin for painted widgets: a change of theme, text size or density asks for a new size and a new picture."""

    def changeEvent(self, event: QEvent) -> None:
        """Follow the appearance."""
        super().changeEvent(event)  # type: ignore[misc]
        if event.type() in RESTYLED and isinstance(self, QWidget):
            self.updateGeometry()
            self.update()


def begin(widget: QWidget) -> QPainter:
    """Return a painter on the widget with smooth edges."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return painter


def box(
    painter: QPainter,
    rect: QRect | QRectF,
    radius: float,
    fill: QColor | None,
    edge: QColor | None = None,
    width: float = 1.0,
    style: Qt.PenStyle = Qt.PenStyle.SolidLine,
) -> None:
    """Draw a rounded box whose edge lies inside `rect`, crisp at whole pixels."""
    area = QRectF(rect)
    painter.save()
    if edge is None:
        painter.setPen(Qt.PenStyle.NoPen)
    else:
        half = width / 2
        area.adjust(half, half, -half, -half)
        radius = max(0.0, radius - half)
        pen = QPen(edge, width, style)
        if style != Qt.PenStyle.SolidLine:
            pen.setDashPattern([3, 2.5])
        painter.setPen(pen)
    if fill is None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
    else:
        painter.setBrush(fill)
    painter.drawRoundedRect(area, radius, radius)
    painter.restore()


def words(
    painter: QPainter,
    rect: QRect,
    text: str,
    font: QFont,
    colour: QColor,
    align: Qt.AlignmentFlag = LEFT,
) -> int:
    """Draw one line of text, elided at the right when it does not fit, and return the width it took."""
    if rect.width() <= 0:
        return 0
    wide = text_width(font, text)
    if wide > rect.width():
        text = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        wide = text_width(font, text)
    painter.setFont(font)
    painter.setPen(colour)
    painter.drawText(rect, align | Qt.TextFlag.TextSingleLine, text)
    return min(wide, rect.width())


@lru_cache(maxsize=8192)  # shaping a line costs thirty times as much as finding it again, and tables ask at every paint
def text_width(font: QFont, text: str) -> int:
    """Return the width of one line of text in whole px, rounded up: letters stand at fractions of a pixel."""
    return ceil(QFontMetricsF(font).horizontalAdvance(text))
