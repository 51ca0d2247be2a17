"""Lucide icons, drawn from their SVG at the size and device pixels asked for, tinted by tone and state.

The drawings come from the SQLite file inside the `python-lucide` package. Importing that package costs about 80 ms
(command line, search), so the file is read directly: one query brings every icon of the design.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

TintFor = Callable[[str, QIcon.Mode], QColor]


def database_path() -> Path:
    """Return the icon database of the `python-lucide` package without importing the package."""
    spec = find_spec("lucide")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("The package python-lucide is not installed")
    return Path(spec.submodule_search_locations[0]) / "data" / "lucide-icons.db"


def stroke_width(pixels: float) -> float:
    """Return the stroke, in units of the 24-unit drawing: small icons need more, large ones less."""
    if pixels <= 14:
        return 2.0
    return 1.5 if pixels >= 28 else 1.75


class IconSource:
    """SVG texts by icon name (aliases too) and the pixmaps drawn from them."""

    def __init__(self, names: Sequence[str]) -> None:
        self._wanted = tuple(names)
        self._svg: dict[str, str] = {}
        self._drawn: dict[tuple[str, int, int, int], QPixmap] = {}

    def svg(self, name: str) -> str:
        """Return the SVG text of an icon. Raises `KeyError` for a name that Lucide does not have."""
        if not self._svg:
            self._read(self._wanted)
        if name not in self._svg:
            self._read((name,))
        return self._svg[name]

    def pixmap(self, name: str, size: int, ratio: float, colour: QColor) -> QPixmap:
        """Return the icon in a square of `size` px, drawn for `ratio` device pixels per px. Drawn once."""
        device = max(1, round(size * ratio))
        key = (name, size, device, colour.rgba())
        drawn = self._drawn.get(key)
        if drawn is None:
            drawn = self._drawn[key] = self._draw(name, size, device, colour)
        return drawn

    def clear(self) -> None:
        """Forget the pixmaps: their colours or sizes are of another appearance."""
        self._drawn.clear()

    def _read(self, names: tuple[str, ...]) -> None:
        marks = ",".join("?" * len(names))
        query = (
            f"SELECT name, svg FROM icons WHERE name IN ({marks}) UNION ALL "  # noqa: S608 - only question marks
            f"SELECT alias, svg FROM icon_aliases JOIN icons USING (name) WHERE alias IN ({marks})"
        )
        address = database_path().as_uri() + "?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as database:
            self._svg.update(database.execute(query, names + names))

    def _draw(self, name: str, size: int, device: int, colour: QColor) -> QPixmap:
        stroke = f'stroke-width="{stroke_width(size)}"'
        text = self.svg(name).replace('stroke-width="2"', stroke).replace("currentColor", colour.name())
        pixmap = QPixmap(device, device)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setOpacity(colour.alphaF())
        QSvgRenderer(QByteArray(text.encode())).render(painter, QRectF(0, 0, device, device))
        painter.end()
        pixmap.setDevicePixelRatio(device / size)
        return pixmap


class LucideEngine(QIconEngine):
    """A `QIcon` of one Lucide icon in one tone; the tint is asked for at paint time, so it follows the theme."""

    def __init__(self, source: IconSource, name: str, tone: str, tint: TintFor) -> None:
        super().__init__()
        self._source, self._name, self._tone, self._tint = source, name, tone, tint

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Draw the icon as a square in the middle of `rect`."""
        size = min(rect.width(), rect.height())
        corner = rect.topLeft() + QPoint((rect.width() - size) // 2, (rect.height() - size) // 2)
        device = painter.device()
        painter.drawPixmap(corner, self._pixmap(size, device.devicePixelRatioF() if device else 1.0, mode))

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """Return the icon for a ratio of one."""
        return self._pixmap(min(size.width(), size.height()), 1.0, mode)

    def scaledPixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State, scale: float) -> QPixmap:
        """Return the icon for `scale`; `size` is in device pixels here."""
        return self._pixmap(max(1, round(min(size.width(), size.height()) / scale)), scale, mode)

    def clone(self) -> QIconEngine:
        """Return an engine for the same icon."""
        return LucideEngine(self._source, self._name, self._tone, self._tint)

    def iconName(self) -> str:
        """Return the Lucide name."""
        return self._name

    def isNull(self) -> bool:
        """Say that there is something to draw."""
        return False

    def _pixmap(self, size: int, ratio: float, mode: QIcon.Mode) -> QPixmap:
        return self._source.pixmap(self._name, size, ratio, self._tint(self._tone, mode))
