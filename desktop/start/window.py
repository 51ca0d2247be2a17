"""The small window before the shell. Its first picture is a plain surface, painted before anything else is loaded.

Imports here are what the first paint costs: Qt's own modules, and everything else inside functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

if TYPE_CHECKING:
    from desktop.start.page import Page
    from desktop.widgets.banner import ToastStack
    from desktop.widgets.focus import FocusRing

WIDTH, HEIGHT = 456, 396
"""In device-independent pixels at text size 100 %."""


class StartWindow(QWidget):
    """The window of the pages; it takes the height that its page needs. `closing` when a person closes it."""

    closing = Signal()

    def __init__(self, surface: str = "", text_scale: float = 1.0) -> None:
        super().__init__()
        self._surface = QColor(surface) if surface else None
        self._scale = text_scale
        self._pages: QStackedLayout | None = None
        self._toasts: ToastStack | None = None
        self._ring: FocusRing | None = None
        self.setWindowTitle("Signpost")
        self.resize(self.sizeHint())

    @property
    def page(self) -> Page | None:
        """What is shown."""
        from desktop.start.page import Page

        page = self._pages.currentWidget() if self._pages is not None else None
        return page if isinstance(page, Page) else None

    @property
    def toasts(self) -> ToastStack:
        """Short messages, made when the first one comes."""
        from desktop.widgets.banner import ToastStack

        if self._toasts is None:
            self._toasts = ToastStack(self)
        return self._toasts

    def show_page(self, page: Page, *, drop: bool = False) -> None:
        """Shows a page, kept for later unless the one before is to be dropped."""
        before, pages = self.page, self._stack()
        if pages.indexOf(page) < 0:
            pages.addWidget(page)
        pages.setCurrentWidget(page)
        self.setWindowTitle(page.title)
        if drop and before is not None and before is not page:
            pages.removeWidget(before)
            before.deleteLater()
        self.fit()
        self.put_focus()

    def put_focus(self) -> None:
        """Moves the focus where the page wants it."""
        target = self.page.first_focus() if self.page is not None else None
        if target is not None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def fit(self) -> None:
        """Takes the size that the page needs, within the screen."""
        if self.page is None:
            return
        wanted = self.sizeHint()
        room = self.screen().availableGeometry()
        height = max(wanted.height(), self.page.wanted(wanted.width()))
        self.resize(min(wanted.width(), room.width()), min(height, room.height() - 40))

    def sizeHint(self) -> QSize:
        """A small window at the text size."""
        if self._pages is not None:
            from desktop.look import look

            self._scale = look().text_scale
        return QSize(round(WIDTH * self._scale), round(HEIGHT * self._scale))

    def changeEvent(self, event: QEvent) -> None:
        """Follows the text size."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self.fit()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the surface where no page covers it."""
        if self._surface is not None and self._pages is None:
            painter = QPainter(self)
            painter.fillRect(self.rect(), self._surface)
            painter.end()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tells the program."""
        super().closeEvent(event)
        self.closing.emit()

    def _stack(self) -> QStackedLayout:
        """The pages' layout and the focus ring: they need the appearance, so they come with the first page."""
        if self._pages is None:
            from desktop.widgets.focus import FocusRing

            self._pages = QStackedLayout(self)
            self._pages.setContentsMargins(0, 0, 0, 0)
            self._ring = FocusRing(self)
        return self._pages
