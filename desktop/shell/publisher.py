"""The publisher's process, as long as the desktop is open: started, started again when it dies, ended in order."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QProcess, QTimer, Signal

from desktop.moments import Moments
from editorial.actors import computer_name
from editorial.clock import SystemClock

if TYPE_CHECKING:
    from scheduler.status import Status

TAKEN = 5
"""The exit code of a publisher that found another one at work for this workspace."""

_FIRST_WAIT_MS, _LONGEST_WAIT_MS = 1_000, 30_000
_STEADY = 60.0  # seconds of running after which a death counts as the first again
_OLD = timedelta(seconds=20)  # a beat older than this is a publisher that hangs
_log = logging.getLogger(__name__)


class PublisherHost(QObject):
    """One process. `changed` when it was started or ended."""

    changed = Signal()

    def __init__(self, command: Sequence[str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = tuple(command)
        self._process: QProcess | None = None
        self._wanted = False
        self._wait_ms = _FIRST_WAIT_MS
        self._since = 0.0
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self._launch)

    @property
    def pid(self) -> int:
        """The process, 0 while there is none."""
        return int(self._process.processId()) if self._process is not None else 0

    def start(self) -> None:
        """Starts it, and from now on again whenever it ends."""
        self._wanted = True
        if self._process is None and not self._again.isActive():
            self._launch()

    def retry(self) -> None:
        """Starts it now instead of after the pause."""
        self._wait_ms = _FIRST_WAIT_MS
        self._again.stop()
        self.start()

    def stop(self, seconds: float = 10.0) -> bool:
        """Asks it to end and waits that long; then it is ended. False when it had to be."""
        self._wanted = False
        self._again.stop()
        process, self._process = self._process, None
        if process is None:
            return True
        process.finished.disconnect(self._ended)
        process.errorOccurred.disconnect(self._failed)
        process.closeWriteChannel()  # how it is told: it ends what it began, and begins nothing more
        good = process.state() == QProcess.ProcessState.NotRunning or process.waitForFinished(round(seconds * 1000))
        if not good:
            process.kill()
            process.waitForFinished(2_000)
        process.deleteLater()
        return bool(good)

    def _launch(self) -> None:
        process = QProcess(self)
        process.setProgram(self._command[0])
        process.setArguments(list(self._command[1:]))
        process.setStandardOutputFile(QProcess.nullDevice())
        process.setStandardErrorFile(QProcess.nullDevice())  # it keeps its own log
        process.finished.connect(self._ended)
        process.errorOccurred.connect(self._failed)
        self._process = process
        self._since = SystemClock().monotonic()
        process.start()
        self.changed.emit()

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._ended(-1)

    def _ended(self, code: int) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.deleteLater()
        if not self._wanted:
            return
        if SystemClock().monotonic() - self._since > _STEADY:
            self._wait_ms = _FIRST_WAIT_MS
        wait = _LONGEST_WAIT_MS if code == TAKEN else self._wait_ms
        self._wait_ms = min(_LONGEST_WAIT_MS, self._wait_ms * 2)
        _log.info("the publisher ended with %d; it is started again in %d ms", code, wait)
        self._again.start(wait)
        self.changed.emit()


@dataclass(frozen=True)
class Publishing:
    """How publishing stands, for people. `away` holds the sentence of the banner while nothing would be sent.

    `clock`: it waits because nobody has confirmed the time.
    """

    group: str = "neutral"
    first: str = "Publishing starts"
    second: str = ""
    icon: str = ""
    computer: str = ""
    away: str = ""
    clock: bool = False

    def status(self, *, held: bool) -> str:
        """What the status bar says of it."""
        if not self.computer:
            return ""
        doing = {"success": "publishing", "danger": "off", "warning": "waiting"}.get(self.group, "starting")
        return f"Publishing computer {self.computer}, {'sending paused' if held and self.group == 'success' else doing}"


def read_publisher(folder: Path) -> tuple[Status | None, bool]:
    """What the publisher last wrote about itself, and whether one is at work. For the database thread."""
    from scheduler.status import is_running, read_status

    return read_status(folder), is_running(folder)


def publishing(
    status: Status | None, running: bool, now: datetime, moments: Moments, next_due: datetime | None
) -> Publishing:
    """The words for what the publisher says about itself."""
    next_post = f"next post {moments.short(next_due)}" if next_due else "nothing is planned"
    if not running:
        missed = f" The post of {moments.short(next_due)} may be missed." if next_due else ""
        sentence = f"Nothing is sent until it runs again.{missed} Nothing is lost."
        return Publishing("danger", "Publishing is off", "starting again", "monitor-off", computer_name(), sentence)
    if status is None or status.state in ("starting", "stopping"):
        return Publishing("neutral", "Publishing starts", next_post, "", computer_name())
    computer = status.computer
    if status.state == "running" and now - status.beat <= _OLD:
        return Publishing("success", "Publishing on", next_post, "", computer)
    second = {"no_keyring": "the keyring is not open", "clock": "the clock is checked", "storage": "the disk refuses"}
    words = status.words or "The publisher has not answered for a while. It is started again when it ends."
    return Publishing(
        "warning",
        "Publishing waits",
        second.get(status.state, "no sign of life"),
        "clock-alert",
        computer,
        words,
        clock=status.state == "clock",
    )
