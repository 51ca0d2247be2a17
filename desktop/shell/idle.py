"""Locking after nobody used the keyboard or the pointer for a while, with a warning a minute before."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow

from editorial.clock import Clock

LOCK_AFTER = 600.0
WARN_BEFORE = 60.0
_USED = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)


class Idle(QObject):
    """Counts both clocks, so that a computer that slept is locked when it wakes. `soon` once, then `over`."""

    soon = Signal()
    over = Signal()

    def __init__(self, clock: Clock, parent: QObject | None = None, *, after: float = LOCK_AFTER) -> None:
        super().__init__(parent)
        self._clock = clock
        self._after = after
        self._warned = False
        self._last: tuple[float, datetime] = (clock.monotonic(), clock.now())
        self._window: QWindow | None = None
        self._timer = QTimer(self, interval=1000)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """Begins to count."""
        self.used()
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.focusWindowChanged.connect(self._watch)
        self._watch(QGuiApplication.focusWindow())
        self._timer.start()

    def stop(self) -> None:
        """Counts no more."""
        self._timer.stop()
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.focusWindowChanged.disconnect(self._watch)
        self._watch(None)

    def used(self) -> None:
        """Somebody is here."""
        self._last = (self._clock.monotonic(), self._clock.now())
        self._warned = False

    def look(self) -> None:
        """Compares the clocks; the timer calls it every second."""
        ticks, wall = self._last
        away = max(self._clock.monotonic() - ticks, (self._clock.now() - wall).total_seconds())
        if away >= self._after:
            self._timer.stop()
            self.over.emit()
        elif away >= self._after - WARN_BEFORE and not self._warned:
            self._warned = True
            self.soon.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notes keys and the pointer in the window that has the focus; takes nothing away."""
        if event.type() in _USED:
            self.used()
        return False

    def _watch(self, window: QWindow | None) -> None:
        if self._window is not None:
            self._window.removeEventFilter(self)
        self._window = window
        if window is not None:
            window.installEventFilter(self)
            window.destroyed.connect(self._gone)

    def _gone(self) -> None:
        self._window = None
