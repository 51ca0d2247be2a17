"""The focus ring: one transparent overlay per window, shown only while the focus is moved by keyboard.

Qt keeps that fact itself in `WA_KeyboardFocusChange` of the window: Tab, arrows and shortcuts set it, a click clears
it. Fields and lists show their focus in their own paint and get no ring.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollArea,
    QWidget,
)
from shiboken6 import isValid

from desktop.look import look

OWN_FOCUS = (QLineEdit, QAbstractScrollArea, QAbstractItemView, QAbstractSpinBox, QComboBox)
REACH = 5
MOVES = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.EnabledChange)


def by_keyboard(widget: QWidget) -> bool:
    """Say whether a widget has the focus and the keyboard is in use: then it shows its focus."""
    return widget.hasFocus() and widget.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)


def set_keyboard_in_use(widget: QWidget, in_use: bool) -> None:
    """Note that the keyboard (or not) is in use in a window. Lists tell, because their arrows move no focus."""
    widget.window().setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange, in_use)


class FocusRing(QWidget):
    """The ring of one window. Make it once, with the window as parent; it does the rest.

    A widget may set the property `focusRadius` (px) when its corners are not those of a control, or `ownFocus` when it
    paints its own focus. Inside a widget with the property `onHold` the ring is white.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._target: QWidget | None = None
        self._watched: list[QWidget] = []
        self.hide()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._moved)

    @property
    def target(self) -> QWidget | None:
        """The widget that wears the ring now, or None."""
        return self._target if self.isVisibleTo(self.window()) else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the target when it or anything around it moves."""
        if event.type() in MOVES:
            self._place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ring: two pixels, two pixels away, with a corner four larger than the control's."""
        if self._target is None or not isValid(self._target):
            return
        theme = look().theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(self._clip())
        painter.setPen(QPen(theme.group("hold").on if self._on_hold() else theme.border.focus, 2))
        own = self._target.property("focusRadius")
        radius = float(own) if isinstance(own, int | float) else 6.0
        ring = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        painter.drawRoundedRect(ring, radius + 3, radius + 3)
        painter.end()

    def _moved(self, old: QWidget | None, new: QWidget | None) -> None:
        self._release()
        by_keys = self.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        if new is None or new.window() is not self.window() or not by_keys or self._paints_own(new):
            self.hide()
            return
        self._target = new
        walker: QWidget | None = new
        while walker is not None and walker is not self.window():
            walker.installEventFilter(self)
            self._watched.append(walker)
            walker = walker.parentWidget()
        self._place()

    @staticmethod
    def _paints_own(widget: QWidget) -> bool:
        return isinstance(widget, OWN_FOCUS) or bool(widget.property("ownFocus"))

    def _release(self) -> None:
        for widget in self._watched:
            if isValid(widget):
                widget.removeEventFilter(self)
        self._watched.clear()
        self._target = None

    def _place(self) -> None:
        target = self._target
        if target is None or not isValid(target) or not target.isVisible():
            self.hide()
            return
        corner = target.mapTo(self.window(), QPoint(0, 0))
        self.setGeometry(QRect(corner, target.size()).adjusted(-REACH, -REACH, REACH, REACH))
        self.raise_()
        self.show()
        self.update()

    def _clip(self) -> QRect:
        """Return the part that no scroll area cuts off."""
        clip = self.rect()
        walker = self._target.parentWidget() if self._target else None
        while walker is not None and walker is not self.window():
            area = walker.parentWidget()
            if isinstance(area, QScrollArea) and area.viewport() is walker:
                clip &= QRect(self.mapFrom(self.window(), walker.mapTo(self.window(), QPoint(0, 0))), walker.size())
            walker = area
        return clip

    def _on_hold(self) -> bool:
        walker = self._target
        while walker is not None:
            if walker.property("onHold"):
                return True
            walker = walker.parentWidget()
        return False
