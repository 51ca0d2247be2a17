"""Threads that take work in order, so that the window never waits."""

import threading
from collections import deque
from collections.abc import Callable

from editorial.clock import SystemClock

Job = Callable[[], None]


class Lane:
    """One or more threads that begin jobs in the order they were given. A job tells its outcome itself, never raises.

    Threads start when they are needed. They are daemons: one that waits for a browser or a keyring must not keep the
    process alive.
    """

    def __init__(self, name: str, threads: int = 1) -> None:
        self._name = name
        self._limit = threads
        self._jobs: deque[Job] = deque()
        self._threads: list[threading.Thread] = []
        self._idle = 0
        self._open = True
        self._condition = threading.Condition()

    def put(self, job: Job) -> bool:
        """Gives a job; False when the lane is closed."""
        with self._condition:
            if not self._open:
                return False
            self._jobs.append(job)
            if self._idle < len(self._jobs) and len(self._threads) < self._limit:
                thread = threading.Thread(target=self._run, name=f"{self._name}-{len(self._threads)}", daemon=True)
                self._threads.append(thread)
                thread.start()
            else:
                self._condition.notify()
            return True

    def close(self, seconds: float, *, drop: bool = False) -> bool:
        """Takes no more jobs, finishes what was given, and says whether that was done within the time.

        With `drop`, jobs that nobody began are forgotten.
        """
        with self._condition:
            self._open = False
            if drop:
                self._jobs.clear()
            self._condition.notify_all()
        clock = SystemClock()
        deadline = clock.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.0, deadline - clock.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self) -> None:
        while (job := self._next()) is not None:
            job()

    def _next(self) -> Job | None:
        with self._condition:
            self._idle += 1
            while self._open and not self._jobs:
                self._condition.wait()
            self._idle -= 1
            return self._jobs.popleft() if self._jobs else None
