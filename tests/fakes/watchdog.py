"""Measures how long the UI thread was ever kept from its events."""

from __future__ import annotations

import sys
import threading
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication, QEvent, QObject

_PAUSE = 0.005
_BEAT = QEvent.Type(QEvent.registerEventType())


@dataclass
class Stalls:
    """Every wait of an event for the UI thread over `limit` seconds: how long, and where the thread was meanwhile."""

    limit: float
    longest: float = 0.0
    seen: list[tuple[float, str]] = field(default_factory=list)
    away: float = field(default=0.0, repr=False)

    def check(self) -> None:
        """Fails the test when there was one."""
        told = "\n".join(f"{seconds * 1000:.0f} ms at\n{where}" for seconds, where in self.seen)
        assert not self.seen, f"the UI thread was blocked: {told}"

    @contextmanager
    def looking_away(self) -> Iterator[None]:
        """What a test does inside, such as searching all widgets, is its own time and no stall."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.away += time.perf_counter() - begun


class _Heart(QObject):
    """Gets one event after the other from another thread, as from a mouse; one that is handled late is a stall."""

    def __init__(self, stalls: Stalls) -> None:
        super().__init__()
        self._stalls = stalls
        self._posted = self._away = 0.0
        self.waiting = False
        self.where = ""

    @property
    def late(self) -> float:
        """How long the event that is on its way has been waiting."""
        return time.perf_counter() - self._posted - (self._stalls.away - self._away) if self.waiting else 0.0

    def post(self) -> None:
        """Sends the next event, from the watching thread."""
        self._posted, self._away, self.where = time.perf_counter(), self._stalls.away, ""
        self.waiting = True
        QCoreApplication.postEvent(self, QEvent(_BEAT))

    def event(self, event: QEvent) -> bool:
        """Takes it, and notes how late that is."""
        if event.type() != _BEAT:
            return super().event(event)
        self.beat()
        return True

    def beat(self) -> None:
        late = self.late
        self._stalls.longest = max(self._stalls.longest, late)
        if late > self._stalls.limit:
            self._stalls.seen.append((late, self.where))
        self.waiting = False


@contextmanager
def watchdog(limit: float = 0.05) -> Iterator[Stalls]:
    """Watches the thread that enters, which must run its event loop inside the block (`qtbot.wait`, clicks, `settle`).

    Time that a test itself spends between events counts as a stall unless it is `looking_away`.
    """
    stalls = Stalls(limit)
    heart, end, thread = _Heart(stalls), threading.Event(), threading.get_ident()

    def watch() -> None:
        """Sends the events, and notes where the thread is while one waits: it cannot tell itself."""
        while not end.wait(_PAUSE):
            if not heart.waiting:
                heart.post()
                continue
            frame = sys._current_frames().get(thread)
            if heart.late > limit / 2 and frame is not None:
                heart.where = "".join(traceback.format_stack(frame, 14))

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield stalls
    finally:
        end.set()
        watcher.join()
        heart.beat()
        QCoreApplication.removePostedEvents(heart)
        heart.deleteLater()
