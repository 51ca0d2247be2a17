"""Measures how long the UI thread was ever kept from its events."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Qt, QTimer

_BEAT_MS = 5


@dataclass
class Stalls:
    """Every wait of the UI thread over `limit` seconds: how long it was, and where it was then, if that was seen."""

    limit: float
    longest: float = 0.0
    seen: list[tuple[float, str]] = field(default_factory=list)
    heart: _Heart | None = field(default=None, repr=False)

    @contextmanager
    def looking_away(self) -> Iterator[None]:
        """What a test does inside, such as searching all widgets, is its own time and no stall."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            if self.heart is not None:
                self.heart.last += time.perf_counter() - begun

    def check(self) -> None:
        """Fails the test when there was one."""
        told = "\n".join(f"{seconds * 1000:.0f} ms at\n{where}" for seconds, where in self.seen)
        assert not self.seen, f"the UI thread was blocked: {told}"


class _Heart(QObject):
    """Beats as long as the UI thread does its events; a beat that comes late is a stall."""

    def __init__(self, stalls: Stalls) -> None:
        super().__init__()
        self._stalls = stalls
        self.last = time.perf_counter()
        self.where = ""
        self._timer = QTimer(self, interval=_BEAT_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self.beat)
        self._timer.start()

    def beat(self) -> None:
        now = time.perf_counter()
        late, self.last = now - self.last - _BEAT_MS / 1000, now
        where, self.where = self.where, ""
        self._stalls.longest = max(self._stalls.longest, late)
        if late > self._stalls.limit:
            self._stalls.seen.append((late, where))


@contextmanager
def watchdog(limit: float = 0.05) -> Iterator[Stalls]:
    """Watches the thread that enters, which must run its event loop inside the block (`qtbot.wait`, clicks, `settle`).

    Time that a test itself spends between events counts as a stall: keep the block to what a person would do.
    """
    stalls = Stalls(limit)
    heart, end, thread = _Heart(stalls), threading.Event(), threading.get_ident()
    stalls.heart = heart

    def look() -> None:
        """Notes where the thread is while it is late: from another thread, as it cannot tell itself."""
        while not end.wait(0.005):
            frame = sys._current_frames().get(thread)
            if time.perf_counter() - heart.last > limit / 2 and frame is not None:
                heart.where = "".join(traceback.format_stack(frame, 14))

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield stalls
        heart.beat()
    finally:
        end.set()
        watcher.join()
        stalls.heart = None
        heart.deleteLater()
