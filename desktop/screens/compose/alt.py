"""The dialog in which a picture gets its words for people who cannot see it."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QByteArray, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QPaintEvent, QPixmap, QShortcut
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from desktop.look import look
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import FormField, TextArea
from desktop.widgets.layout import columns
from desktop.widgets.painting import Restyled, begin, box
from desktop.widgets.text import Label
from editorial.content import MediaItem

PICTURE = (496, 220)


class WholePicture(Restyled, QWidget):
    """A picture as a whole on a quiet ground."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._picture = QPixmap()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_picture(self, data: bytes | QByteArray) -> None:
        """Shows the picture, given as PNG."""
        self._picture.loadFromData(data)
        self.update()

    def sizeHint(self) -> QSize:
        """Room for a picture in either direction."""
        return QSize(look().px(PICTURE[0]), look().px(PICTURE[1]))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint ground and picture."""
        painter = begin(self)
        box(painter, self.rect(), 6, look().theme.surface.sunken)
        if not self._picture.isNull():
            size = self._picture.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
            if size.width() > self._picture.width() * 2:
                size = self._picture.size()
            place = QRect(0, 0, size.width(), size.height())
            place.moveCenter(self.rect().center())
            painter.setRenderHint(painter.RenderHint.SmoothPixmapTransform)
            painter.drawPixmap(place, self._picture)
        painter.end()


class AltDialog(Dialog):
    """Alternative text, or decorative. `decided(MediaItem)` when the person is done."""

    decided = Signal(object)

    def __init__(self, parent: QWidget, item: MediaItem, number: int, most: int) -> None:
        super().__init__(parent, f"Alt text of photo {number}", "Said instead of the picture", icon="image")
        self._item, self._most = item, most
        self.picture = WholePicture()
        self.body.addWidget(self.picture)
        self.area = TextArea("Alt text", lines=4, placeholder="What does the photo show?")
        self.area.setPlainText(item.alt)
        self.field = FormField(
            "Alt text",
            editor=self.area,
            help_text="Say what matters in it, in one or two sentences, without “photo of”.",
        )
        self.body.addWidget(self.field)
        line = columns(gap=10)
        self.decorative = QCheckBox("Decorative: it adds nothing to the text")
        self.decorative.setChecked(item.decorative)
        self.counter = Label("", "small", "secondary")
        line.addWidget(self.decorative, 1)
        line.addWidget(self.counter)
        self.body.addLayout(line)
        self.add_cancel()
        self.done_button = self.add_button("Save alt text", "primary", default=True)
        self.done_button.clicked.connect(self._decide)
        self.area.textChanged.connect(self._count)
        self.decorative.toggled.connect(self._count)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self).activated.connect(self._decide)
        self._count()
        self.area.setFocus()

    def _count(self) -> None:
        length, decorative = len(self.area.toPlainText().strip()), self.decorative.isChecked()
        self.area.setEnabled(not decorative)
        self.counter.setText(f"{length:,} of {self._most:,}" if self._most else f"{length:,} characters")
        over = bool(self._most) and length > self._most and not decorative
        self.counter.set_tone("danger" if over else "secondary")
        self.done_button.setText("Save as decorative" if decorative else "Save alt text")
        self.field.set_error(f"{length - self._most:,} characters too many" if over else "")

    def _decide(self) -> None:
        alt = self.area.toPlainText().strip()
        self.decided.emit(replace(self._item, alt=alt, decorative=self.decorative.isChecked()))
        self.accept()
