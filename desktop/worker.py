"""The one long-lived worker process: heavy work away from the window's process, because one busy Python thread there
would make it stall.

`Worker.call` runs a function of a module, with plain arguments, over there, and waits for its answer on a lane. What
the function returns and raises is told as data. The process is started with the first call, survives errors, and is
started again after it was killed. A function that is watched gets one more argument, `tell`, and says by it how far it
is; whoever watches can have it stopped there.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from editorial.errors import DeskError

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

T = TypeVar("T")
_END = 2.0  # seconds for the process to end by itself when its pipe closes


class CutShortError(DeskError):
    """The worker process was ended from outside while it worked."""

    code = "E-WORKER"

    def __init__(self) -> None:
        super().__init__(
            "The work was cut short", "Its process ended. Nothing else is affected.", "Start it once more."
        )


class WorkerBugError(Exception):
    """A bug of ours over there; the message is its redacted traceback."""


class StoppedError(DeskError):
    """Whoever watched the work had it stopped."""

    code = "E-STOPPED"

    def __init__(self) -> None:
        super().__init__("The work was stopped", "Nothing was kept of it.", "Start it once more when you need it.")


class Watch:
    """How somebody follows one piece of work: `heard(done, total)` is called on the thread that waits for it."""

    def __init__(self, heard: Callable[[int, int], object]) -> None:
        self.heard = heard
        self._stopped = threading.Event()

    def stop(self) -> None:
        """Has the work stopped where it next tells how far it is. From any thread."""
        self._stopped.set()

    @property
    def stopped(self) -> bool:
        """Whether somebody wants no more of it."""
        return self._stopped.is_set()


class Worker:
    """The process and the pipe to it. Calls take turns; `close` from any thread."""

    def __init__(self) -> None:
        self._process: SpawnProcess | None = None
        self._pipe: Connection | None = None
        self._calling = threading.Lock()
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process, while it runs."""
        process = self._process
        return process.pid if process is not None and process.is_alive() else None

    def start(self) -> None:
        """Starts the process ahead of the first call. Takes a moment: not for the UI thread."""
        with self._calling:
            self._ready()

    def call(self, function: Callable[..., T], *arguments: Any, watch: Watch | None = None) -> T:
        """What `function(*arguments)` returns over there. Raises its DeskError, CutShortError or WorkerBugError.

        With `watch` the function gets `tell` as an argument of that name; StoppedError is raised where it was stopped.
        """
        with self._calling:
            if watch is not None and watch.stopped:
                raise StoppedError
            pipe = self._ready()
            try:
                pipe.send((function, arguments, watch is not None))
                kind, value = self._answer(pipe, watch)
            except (EOFError, OSError):
                self._forget()
                raise CutShortError from None
        if kind == "done":
            return value  # type: ignore[no-any-return]
        if kind == "stopped":
            raise StoppedError
        if kind == "told":
            title, what, advice, code = value
            raise DeskError(title, what, advice, code=code)
        raise WorkerBugError(value)

    @staticmethod
    def _answer(pipe: Connection, watch: Watch | None) -> tuple[str, Any]:
        kind, value = pipe.recv()
        while kind == "heard" and watch is not None:
            watch.heard(*value)
            pipe.send(watch.stopped)  # the other side waits for it: nothing is left over for the next call
            kind, value = pipe.recv()
        return kind, value

    def close(self) -> None:
        """Ends the process; a call that is still going on is cut short."""
        self._closed = True
        mine = self._calling.acquire(blocking=False)
        if not mine:
            process = self._process
            if process is not None:
                process.kill()  # whoever waits for the answer notices, and forgets the process
            mine = self._calling.acquire(timeout=_END)
        if mine:
            self._forget()
            self._calling.release()

    def _ready(self) -> Connection:
        if self._closed:
            raise CutShortError
        if self._pipe is None:
            self._process, self._pipe = _launch()
        return self._pipe

    def _forget(self) -> None:
        process, pipe = self._process, self._pipe
        self._process = self._pipe = None
        if pipe is not None:
            pipe.close()
        if process is not None:
            process.join(_END)
            if process.is_alive():
                process.kill()
                process.join(_END)


def _launch() -> tuple[SpawnProcess, Connection]:
    from multiprocessing import get_context

    context = get_context("spawn")  # a fork would copy Qt's and the database's state
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs,), name="signpost-worker", daemon=True)
    process.start()
    theirs.close()
    return process, ours


def serve(pipe: Connection) -> None:
    """The process's main loop: ends when the other side of the pipe is closed, whatever became of it."""
    from editorial.secret import install_redaction

    install_redaction()
    if hasattr(os, "setsid"):
        os.setsid()  # Ctrl+C in a terminal is for the desktop, which ends this process in its own order
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            function, arguments, watched = pipe.recv()
        except (EOFError, OSError):
            return
        try:
            _answer(pipe, partial(function, *arguments), _Tell(pipe) if watched else None)
        except (EOFError, OSError):
            return


class _Tell:
    """Over there: says how far the work is, and ends it where nobody wants it any more."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def __call__(self, done: int, total: int) -> None:
        self._pipe.send(("heard", (done, total)))
        if self._pipe.recv():
            raise StoppedError


def _answer(pipe: Connection, function: Callable[..., Any], tell: _Tell | None) -> None:
    from editorial.secret import redacted_traceback

    try:
        pipe.send(("done", function() if tell is None else function(tell=tell)))
    except StoppedError:
        pipe.send(("stopped", None))
    except DeskError as error:
        pipe.send(("told", (error.title, error.what, error.advice, error.code)))
    except Exception as error:  # the border of this process: the other side tells the person
        pipe.send(("bug", redacted_traceback(error)))
