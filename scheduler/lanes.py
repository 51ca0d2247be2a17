"""One lane for each account: its work happens in order and alone, and a slow network never delays another account."""

import logging
import threading
from collections import deque
from collections.abc import Callable

_log = logging.getLogger(__name__)

Work = Callable[[], object]


class Lanes:
    """At most `most` threads, which live while there is work. `offer` may be called from any thread."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._changed = threading.Condition()
        self._waiting: dict[str, deque[tuple[str, Work]]] = {}
        self._ready: deque[str] = deque()  # lanes with work that no thread is in
        self._keys: set[str] = set()
        self._threads = 0
        self._closed = False

    def offer(self, lane: str, key: str, work: Work, *, first: bool = False) -> bool:
        """Queues work in a lane, with `first` before all that waits there.

        False where work of this key waits or runs already, and after `close`.
        """
        with self._changed:
            if self._closed or key in self._keys:
                return False
            self._keys.add(key)
            queue = self._waiting.get(lane)
            if queue is None:
                self._waiting[lane] = deque([(key, work)])
                self._ready.append(lane)
            elif first:
                queue.appendleft((key, work))
            else:
                queue.append((key, work))
            if self._ready and self._threads < self._most:
                self._threads += 1
                threading.Thread(target=self._serve, name=f"lane-{self._threads}", daemon=True).start()
            return True

    def has(self, key: str) -> bool:
        """Whether work of this key waits or runs."""
        with self._changed:
            return key in self._keys

    def close(self) -> None:
        """Takes no work any more and forgets what waits; what runs goes on."""
        with self._changed:
            self._closed = True
            for lane, queue in self._waiting.items():
                self._keys -= {key for key, _ in queue}
                queue.clear()
                _log.debug("Lane %s closed.", lane)
            self._ready.clear()
            self._changed.notify_all()

    def idle(self, seconds: float) -> bool:
        """Waits until nothing waits or runs; False when the seconds were over first."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._keys, seconds)

    def _serve(self) -> None:
        while (found := self._take()) is not None:
            lane, key, work = found
            try:
                work()
            except Exception:  # one piece of work must not end the others; the delivery's state tells people
                _log.exception("Work in a lane failed.")
            self._done(lane, key)

    def _take(self) -> tuple[str, str, Work] | None:
        with self._changed:
            if not self._ready:
                self._threads -= 1
                return None
            lane = self._ready.popleft()
            key, work = self._waiting[lane].popleft()
            return lane, key, work

    def _done(self, lane: str, key: str) -> None:
        with self._changed:
            self._keys.discard(key)
            if self._waiting[lane]:
                self._ready.append(lane)
            else:
                del self._waiting[lane]
            self._changed.notify_all()
