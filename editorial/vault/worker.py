"""Keyring calls in a thread of their own, with an end: a keyring may wait for ever for a person, the desk may not."""

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from editorial.vault.state import explain, slow

T = TypeVar("T")
_MOST_STUCK = 3  # threads; more calls than that without an answer mean that asking again does not help


class Abandoned(BaseException):  # not an error: nobody waits for this task any more
    """Ends an abandoned task before its next call to the keyring."""


class Task(Generic[T]):
    """One job in its thread. The thread dies with the process; nothing waits for it at exit."""

    def __init__(self, job: Callable[["Task[T]"], T], *, writes: bool) -> None:
        self.writes = writes
        self.abandoned = False
        self._job = job
        self._done = threading.Event()
        self._result: T
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="signpost-vault", daemon=True)

    def _run(self) -> None:
        try:
            self._result = self._job(self)
        except BaseException as error:  # it is raised again where somebody waits for the result
            self._error = error
        finally:
            self._done.set()

    def checkpoint(self) -> None:
        """Called before every call to the keyring, so that an abandoned task makes no further one."""
        if self.abandoned:
            raise Abandoned

    def finish(self, seconds: float) -> bool:
        """Runs the job for at most `seconds`. False: no answer; the task ends at its next checkpoint."""
        self._thread.start()
        if not self._done.wait(seconds):
            self.abandoned = True
            return False
        return True

    @property
    def stuck(self) -> bool:
        """Whether the thread still waits for the keyring."""
        return self._thread.is_alive()

    def result(self) -> T:
        """What the job returned. Raises what it raised."""
        if self._error is not None:
            try:
                raise self._error
            finally:
                self._error = None  # the traceback refers to this frame
        return self._result


class Worker:
    """Runs one job at a time and lets nobody wait longer than `timeout` seconds.

    A thread that does not answer is left behind, a few at most. While one that writes is left behind no other write
    starts: its last call could still arrive and mix with the new one.
    """

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout
        self._turn = threading.Lock()
        self._stuck: list[Task[object]] = []

    def run(self, job: Callable[[Task[T]], T], *, writes: bool = False) -> T:
        """The job's result. Raises VaultError, SLOW where there is no answer in time. Never call from the UI thread."""
        deadline = time.monotonic() + self.timeout
        if not self._turn.acquire(timeout=self.timeout):
            raise slow(self.timeout)
        try:
            self._stuck = [task for task in self._stuck if task.stuck]
            if len(self._stuck) >= _MOST_STUCK or (writes and any(task.writes for task in self._stuck)):
                raise slow(self.timeout)
            task = Task(job, writes=writes)
            if not task.finish(max(0.0, deadline - time.monotonic())):
                self._stuck.append(task)  # type: ignore[arg-type]  # only its thread is looked at from here on
                raise slow(self.timeout)
        finally:
            self._turn.release()
        try:
            return task.result()
        except Exception as error:
            raise explain(error, self.timeout) from None
