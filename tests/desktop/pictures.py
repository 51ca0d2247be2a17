"""What a widget shows without its colours, as bytes: only shapes and words can then make a difference."""

from __future__ import annotations

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget


def grey(widget: QWidget) -> bytes:
    """Return the widget's picture in grey, row by row: the padding at the end of Qt's lines is not part of it."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    pixels, line = bytes(image.constBits()), image.bytesPerLine()
    return b"".join(pixels[y * line : y * line + image.width()] for y in range(image.height()))
