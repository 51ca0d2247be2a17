"""The publisher: the engine as a process of its own, one for each computer and workspace."""

import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import FrameType

from filelock import Timeout

from editorial.actors import computer_name
from editorial.audit.actions import Action
from editorial.desk import DATABASE, Desk, has_workspace, open_desk
from editorial.errors import DeskError, NotFoundError
from editorial.posts.zone_rules import stop_moved
from editorial.secret import install_redaction
from scheduler.engine import Condition, Engine
from scheduler.notices import notify
from scheduler.status import STATUS, Status, lock_of, read_status, write_status

_log = logging.getLogger(__name__)

DONE, TAKEN, GONE = 0, 5, 6
"""Exit codes: an orderly end; another publisher has the workspace; the workspace disappeared."""

BEAT = 1.0
STOP_WITHIN = 10.0
_LOCK_WITHIN = 0.5  # somebody who asks whether one runs holds the lock for a moment
_LOG_BYTES, _LOGS = 1_000_000, 3


def publish(
    folder: Path,
    *,
    until_stdin_ends: bool = False,
    engine_for: Callable[[Desk], Engine] = Engine,
    say: Callable[[str], object] | None = None,
) -> int:
    """Publishes what is due until SIGTERM, SIGINT or SIGHUP; returns the exit code.

    With `until_stdin_ends` also until standard input is closed, which happens when whoever started it is gone. Call it
    in the main thread. Raises DeskError where the workspace cannot be opened.
    """
    say = say or sys.stderr.write
    os.umask(0o077)
    if not has_workspace(folder):
        raise NotFoundError("There is no workspace here", f"Looked in {folder}.", "Set one up, or name another folder.")
    try:
        with lock_of(folder, _LOCK_WITHIN), _logging_to(folder / "logs"):
            return _Publisher(folder, engine_for).run(until_stdin_ends=until_stdin_ends)
    except Timeout:
        say(f"{_who_has_it(read_status(folder))}\n")
        return TAKEN


def _who_has_it(status: Status | None) -> str:
    if status is None:
        return "Another publisher has this workspace. It publishes already; nothing is wrong."
    return (
        f"A publisher runs on {status.computer} since {status.started:%Y-%m-%d %H:%M} UTC (process {status.pid}). "
        "It publishes already; nothing is wrong."
    )


class _Publisher:
    """One run."""

    def __init__(self, folder: Path, engine_for: Callable[[Desk], Engine]) -> None:
        self._folder = folder
        self._engine_for = engine_for
        self._stop = threading.Event()
        self._why = ""
        self._alone = True
        self._noticed = ""

    def run(self, *, until_stdin_ends: bool) -> int:
        """Until told to stop, or until the workspace is gone."""
        mark = _identity(self._folder)
        with self._signals():
            self._alone = not until_stdin_ends
            if until_stdin_ends:
                threading.Thread(target=self._watch_stdin, name="stdin", daemon=True).start()
            desk = open_desk(self._folder)
            try:
                return self._serve(desk, mark)
            finally:
                desk.close()

    def _serve(self, desk: Desk, mark: tuple[int, int] | None) -> int:
        started, engine = desk.clock.now(), self._engine_for(desk)
        _note(desk, Action.PUBLISHER_STARTED, "")
        stop_moved(desk)
        self._say(engine, started)
        engine.start()
        _log.info("The publisher runs.")
        while not self._stop.wait(BEAT):
            if _identity(self._folder) != mark:
                self._end("the workspace is gone")
                break
            self._say(engine, started)
        gone = _identity(self._folder) != mark
        _log.info("The publisher stops: %s.", self._why)
        try:
            if not gone:
                self._say(engine, started, Condition.STOPPING)
            if not engine.stop(STOP_WITHIN):
                _log.warning(
                    "A call did not end in time. Its delivery is in doubt and is looked for at the next start."
                )
            if not gone:
                _note(desk, Action.PUBLISHER_STOPPED, self._why)
                engine.sign_log()
                (self._folder / STATUS).unlink(missing_ok=True)
        except DeskError:
            if not gone:
                raise
        return GONE if gone else DONE

    def _say(self, engine: Engine, started: datetime, state: Condition | None = None) -> None:
        condition, words = engine.condition()
        if self._alone and words and condition != self._noticed:  # a desktop that started us shows it itself
            notify("Publishing waits", words)
        self._noticed = condition
        status = Status(
            os.getpid(), computer_name(), started, engine.beat, str(state or condition), engine.next_at, words
        )
        try:
            write_status(self._folder, status)
        except OSError:
            _log.warning("The status file cannot be written.")

    def _end(self, why: str) -> None:
        self._why = self._why or why
        self._stop.set()

    def _watch_stdin(self) -> None:
        with contextlib.suppress(OSError):
            while os.read(0, 1024):  # not through sys.stdin: a reader waiting in there makes Python's own end fail
                pass
        self._end("whoever started it is gone")

    @contextlib.contextmanager
    def _signals(self) -> Iterator[None]:
        def told(number: int, frame: FrameType | None) -> None:
            self._end(signal.Signals(number).name)

        names = ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK")
        numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
        before = {number: signal.signal(number, told) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


def _identity(folder: Path) -> tuple[int, int] | None:
    """Which file the database is; None where it is gone. A restored copy is another file: it is opened anew."""
    try:
        found = (folder / DATABASE).stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _note(desk: Desk, action: Action, why: str) -> None:
    with desk.writing(desk.system()) as unit:
        unit.record(
            action, "publisher", desk.desk_id, body={"computer": computer_name(), "pid": os.getpid(), "why": why}
        )


@contextlib.contextmanager
def _logging_to(folder: Path) -> Iterator[None]:
    """A log of this process in the workspace, for its owner alone, with every secret masked."""
    folder.mkdir(mode=0o700, exist_ok=True)
    handler = RotatingFileHandler(folder / "publisher.log", maxBytes=_LOG_BYTES, backupCount=_LOGS, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    install_redaction()
    try:
        yield
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        handler.close()
