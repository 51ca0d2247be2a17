"""Between the window and the services: work runs elsewhere, answers come back on the Qt thread.

Three ways, each given work in order: `run` on the one thin database thread for small reads and writes, `run_slow` for
what waits (a passphrase, the keyring, a browser), `work` in the worker process for what computes. Nothing here knows a
rule or a widget.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from shiboken6 import isValid

from desktop.lanes import Lane
from desktop.worker import Watch, Worker
from editorial.changes import Changes
from editorial.errors import DeskError
from editorial.secret import redacted_traceback

T = TypeVar("T")
Op = Callable[[], T]
Failed = Callable[[DeskError], object]

POLL_MS = 250
"""How often the database is asked whether another process changed something."""

CLOSE_SECONDS = 5.0
"""How long `close` waits for writes that were given before."""

SWITCH_SECONDS = 0.0005
"""How long a thread that computes may keep the Qt thread waiting; Python's own 5 ms add up at each step of painting."""

_SLOW_THREADS = 4  # one may wait for a browser for minutes while another person signs
_log = logging.getLogger(__name__)


class BugError(DeskError):
    """What `failed` gets when the work failed because of a bug of ours; the report goes its own way, by `broke`."""

    code = "E-BUG"

    def __init__(self) -> None:
        super().__init__("Something is wrong in Signpost itself", "This was not done.", "Send the report to IT.")


class Bridge(QObject):
    """Runs work off the Qt thread. All methods are for the Qt thread.

    `changed(Changes)` after something changed, here or in another process. `told(DeskError)` when work failed and its
    caller gave no `failed`. `broke(str)` with a redacted report when the failure was a bug of ours.
    """

    changed = Signal(object)
    told = Signal(object)
    broke = Signal(str)
    _back = Signal(object)
    _news = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        sys.setswitchinterval(SWITCH_SECONDS)
        super().__init__(parent)
        self._lane = Lane("database")
        self._slow = Lane("slow", _SLOW_THREADS)
        self._working = Lane("work")
        self._worker = Worker()
        self._look: Callable[[], Changes] | None = None
        self._stop_looking: Callable[[], None] | None = None
        self._looking = False
        self._pending = 0
        self._closed = False
        self._back.connect(self._on_back)
        self._news.connect(self._on_news)
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._poll)

    def run(
        self,
        op: Op[T],
        then: Callable[[T], object] | None = None,
        failed: Failed | None = None,
        *,
        owner: QObject | None = None,
    ) -> None:
        """Runs `op` on the database thread, then `then` with its result, or `failed` with its DeskError.

        Without `failed` the shell tells the person. `owner` is the widget that the callbacks belong to: once it is gone
        they are dropped; for bound methods of a QObject it is known. Changes in the result are announced by `changed`.
        """
        self._give(self._lane, op, then, failed, owner)

    def run_slow(
        self,
        op: Op[T],
        then: Callable[[T], object] | None = None,
        failed: Failed | None = None,
        *,
        owner: QObject | None = None,
    ) -> None:
        """As `run`, for what waits: passphrases, the keyring, a browser. Several of them may go on at a time."""
        self._give(self._slow, op, then, failed, owner)

    def work(
        self,
        function: Callable[..., T],
        *arguments: Any,
        then: Callable[[T], object] | None = None,
        failed: Failed | None = None,
        owner: QObject | None = None,
        heard: Callable[[int, int], object] | None = None,
    ) -> Watch:
        """Runs `function(*arguments)` in the worker process, one after the other.

        Function, arguments and result cross a process border: a function of a module, plain data. It opens the
        workspace for itself, by its folder. With `heard` the function takes `tell`, and its (done, total) comes here;
        what is returned stops it then, and `failed` gets a StoppedError.
        """
        watch = Watch(lambda done, total: self._news.emit(partial(self._hear, heard, owner, done, total)))
        call = partial(self._worker.call, function, *arguments, watch=watch if heard is not None else None)
        self._give(self._working, call, then, failed, owner)
        return watch

    def warm_up(self) -> None:
        """Starts the worker process before it is needed."""
        self._give(self._working, self._worker.start, None, None, None)

    def follow(self, database: Path) -> None:
        """Begins to look for what other processes change. Runs on the database thread."""
        self._give(self._lane, partial(_news, database), self._begin_looking, None, self)

    @property
    def pending(self) -> int:
        """How many pieces of work have not told their outcome yet."""
        return self._pending

    @property
    def worker_pid(self) -> int | None:
        """The worker process, while it runs."""
        return self._worker.pid

    def close(self, seconds: float = CLOSE_SECONDS) -> bool:
        """Finishes the writes that were given, ends threads and worker; says whether that was done within the time.

        No callback runs afterwards.
        """
        if self._closed:
            return True
        self._closed = True
        self._timer.stop()
        self._slow.close(0.0, drop=True)
        done = self._lane.close(seconds)
        self._worker.close()
        done = self._working.close(1.0, drop=True) and done
        if self._stop_looking is not None:
            self._stop_looking()
        return done

    def _begin_looking(self, news: tuple[Callable[[], Changes], Callable[[], None]]) -> None:
        self._look, self._stop_looking = news
        self._timer.start()

    def _poll(self) -> None:
        if self._look is not None and not self._looking:
            self._looking = True
            self._give(self._lane, self._look, self._looked, self._looked, self)

    def _looked(self, result: object) -> None:
        self._looking = False
        if isinstance(result, BugError):
            self._timer.stop()  # one report is enough

    def _give(
        self,
        lane: Lane,
        op: Op[T],
        then: Callable[[T], object] | None,
        failed: Failed | None,
        owner: QObject | None,
    ) -> None:
        owner = owner or _owner_of(then) or _owner_of(failed)
        self._pending += 1
        if not lane.put(partial(self._do, op, then, failed, owner)):
            self._pending -= 1  # the window is closing: nobody waits for the answer any more

    def _do(self, op: Op[T], then: Callable[[T], object] | None, failed: Failed | None, owner: QObject | None) -> None:
        """On another thread: the work, then its outcome as a job for the Qt thread."""
        try:
            result = op()
        except DeskError as error:
            self._send(partial(self._fail, error, failed, owner))
        except Exception as error:  # the border behind which a person reads a sentence, never a traceback
            self._send(partial(self._break, redacted_traceback(error), failed, owner))
        else:
            self._send(partial(self._finish, result, self._with_news(changes_in(result)), then, owner))

    def _with_news(self, changes: Changes) -> Changes:
        """One announcement for what this work changed and what others changed meanwhile."""
        look = self._look
        return changes | look() if changes and look is not None else changes

    def _send(self, job: Callable[[], None]) -> None:
        if not self._closed:
            self._back.emit(job)

    @Slot(object)
    def _on_back(self, job: Callable[[], None]) -> None:
        self._pending -= 1
        if not self._closed:
            job()

    @Slot(object)
    def _on_news(self, job: Callable[[], None]) -> None:
        if not self._closed:
            job()

    def _hear(self, heard: Callable[[int, int], object] | None, owner: QObject | None, done: int, total: int) -> None:
        if heard is not None and _alive(owner):
            heard(done, total)

    def _finish(self, result: T, changes: Changes, then: Callable[[T], object] | None, owner: QObject | None) -> None:
        if then is not None and _alive(owner):
            then(result)
        if changes:
            self.changed.emit(changes)

    def _fail(self, error: DeskError, failed: Failed | None, owner: QObject | None) -> None:
        if not _alive(owner):
            return
        if failed is None:
            self.told.emit(error)
        else:
            failed(error)

    def _break(self, report: str, failed: Failed | None, owner: QObject | None) -> None:
        _log.error("a bug of ours: %s", report)
        if failed is not None and _alive(owner):
            failed(BugError())
        self.broke.emit(report)


def changes_in(result: object) -> Changes:
    """The Changes that a command returned, alone or in a tuple; empty for everything else."""
    if isinstance(result, Changes):
        return result
    if isinstance(result, tuple):
        return next((part for part in result if isinstance(part, Changes)), Changes())
    return Changes()


def _owner_of(callback: Callable[..., object] | None) -> QObject | None:
    owner = getattr(callback, "__self__", None)
    return owner if isinstance(owner, QObject) else None


def _alive(owner: QObject | None) -> bool:
    return owner is None or isValid(owner)


def _news(database: Path) -> tuple[Callable[[], Changes], Callable[[], None]]:
    from desktop.news import News  # the audit's table of actions: not before the first paint

    news = News(database)
    return news.look, news.close
