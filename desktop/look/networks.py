"""Network marks: a rounded square in the network's tile colour with its glyph, never a logo in its own colours.

Glyphs are Simple Icons (CC0) in `resources/networks`; LinkedIn is the word "in", a hand-off the Lucide hand, the
practice network a flask on the warning tint. A network without a mark of its own gets a globe.
"""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop.look.icons import IconSource
from desktop.look.tokens import RESOURCES, Theme, Tile

GLYPH_SHARE = 0.62
LUCIDE_SHARE = 0.66
RADIUS_SHARE = 0.25
LUCIDE_GLYPHS = {"handoff": "hand", "practice": "flask-conical"}


class NetworkMarks:
    """Draws network marks in any size and keeps the drawn ones."""

    def __init__(self, icons: IconSource, word_font: QFont) -> None:
        self._icons = icons
        self._word_font = word_font
        self._svg: dict[str, str] = {}
        self._drawn: dict[tuple[str, int, int, bool, bool, int], QPixmap] = {}

    def pixmap(self, name: str, size: int, ratio: float, theme: Theme, off: bool = False) -> QPixmap:
        """Return the mark of a network in a square of `size` px; `off` draws it dashed, without its colour."""
        device = max(1, round(size * ratio))
        tile = self._tile(name, theme)
        key = (name, size, device, theme.dark, off, tile.tile.rgba())
        drawn = self._drawn.get(key)
        if drawn is None:
            drawn = self._drawn[key] = self._draw(name, size, device, theme, off)
        return drawn

    @staticmethod
    def _tile(name: str, theme: Theme) -> Tile:
        if name == "practice":
            return Tile(theme.group("warning").bg, theme.group("warning").text)
        return theme.networks.get(name) or Tile(theme.group("neutral").solid, theme.group("neutral").on)

    def _draw(self, name: str, size: int, device: int, theme: Theme, off: bool) -> QPixmap:
        pixmap = QPixmap(device, device)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(device / size, device / size)
        tile = self._tile(name, theme)
        radius = size * RADIUS_SHARE
        if off:
            painter.setPen(QPen(theme.border.control, 1, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(QRectF(0.5, 0.5, size - 1, size - 1), radius, radius)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tile.tile)
            painter.drawRoundedRect(QRectF(0, 0, size, size), radius, radius)
        self._glyph(painter, name, size, theme.text.tertiary if off else tile.glyph)
        painter.end()
        pixmap.setDevicePixelRatio(device / size)
        return pixmap

    def _glyph(self, painter: QPainter, name: str, size: int, colour: QColor) -> None:
        if name == "linkedin":
            self._word(painter, size, colour)
            return
        text, share = self._simple_icon(name), GLYPH_SHARE
        if text:
            text = text.replace("<svg ", f'<svg fill="{colour.name()}" ', 1)
        else:
            text, share = self._icons.svg(LUCIDE_GLYPHS.get(name, "globe")), LUCIDE_SHARE
            text = text.replace("currentColor", colour.name())
        edge = (size - size * share) / 2
        QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(edge, edge, size * share, size * share))

    def _simple_icon(self, name: str) -> str:
        if name not in self._svg:
            path = RESOURCES / "networks" / f"{name}.svg"
            self._svg[name] = path.read_text(encoding="utf-8") if path.is_file() else ""
        return self._svg[name]

    def _word(self, painter: QPainter, size: int, colour: QColor) -> None:
        font = QFont(self._word_font)
        font.setPixelSize(100)
        font.setWeight(QFont.Weight.Bold)
        path = QPainterPath()
        path.addText(0, 0, font, "in")
        box = path.boundingRect()
        scale = size * 0.5 / box.height()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.translate(size / 2 - box.center().x() * scale, size / 2 - box.center().y() * scale)
        painter.scale(scale, scale)
        painter.drawPath(path)


def draw_mark(name: str, size: int, ratio: float) -> QPixmap:
    """Draw one of our own marks (`resources/marks`) in a square of `size` px for a device pixel ratio."""
    device = max(1, round(size * ratio))
    pixmap = QPixmap(device, device)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(str(RESOURCES / "marks" / f"{name}.svg")).render(painter, QRectF(0, 0, device, device))
    painter.end()
    pixmap.setDevicePixelRatio(device / size)
    return pixmap
