"""What the publisher says of itself, in a file of the workspace, and whether one runs at all."""

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from editorial.clock import stamp, unstamp

LOCK = "publisher.lock"
STATUS = "publisher.json"
_MOST = 10_000  # bytes of a status file that is read


@dataclass(frozen=True, slots=True)
class Status:
    """One publisher. `beat`: when its engine was last seen at work. `state`: a code of `scheduler.engine.Condition`.

    `words`: what is wrong and what to do, for people; empty while all is well. `next_at`: when something is due next.
    """

    pid: int
    computer: str
    started: datetime
    beat: datetime
    state: str
    next_at: datetime | None = None
    words: str = ""

    def to_json(self) -> str:
        """One line of JSON."""
        plain = asdict(self) | {
            "started": stamp(self.started),
            "beat": stamp(self.beat),
            "next_at": stamp(self.next_at) if self.next_at else None,
        }
        return json.dumps(plain)

    @classmethod
    def from_json(cls, text: str) -> "Status":
        """What `to_json` wrote. Raises ValueError for anything else."""
        try:
            data = json.loads(text)
            return cls(
                pid=int(data["pid"]),
                computer=str(data["computer"]),
                started=unstamp(data["started"]),
                beat=unstamp(data["beat"]),
                state=str(data["state"]),
                next_at=unstamp(data["next_at"]) if data["next_at"] else None,
                words=str(data["words"]),
            )
        except (KeyError, TypeError) as error:
            raise ValueError("not a status") from error


def lock_of(folder: Path, seconds: float = 0.0) -> FileLock:
    """The lock that one publisher per computer and workspace holds; the system lets go of it when the process ends."""
    return FileLock(folder / LOCK, timeout=seconds, mode=0o600, thread_local=False)


def is_running(folder: Path) -> bool:
    """Whether a publisher works on this workspace. Asks the lock, which cannot be out of date, not the file."""
    if not folder.is_dir():
        return False
    try:
        with lock_of(folder):
            return False
    except Timeout:
        return True


def read_status(folder: Path) -> Status | None:
    """What the publisher last said; None where it said nothing or the file cannot be read.

    After a crash the file still says what was true then: compare `beat` with the time, or ask `is_running`.
    """
    try:
        with (folder / STATUS).open(encoding="utf-8") as file:
            return Status.from_json(file.read(_MOST))
    except (OSError, ValueError):
        return None


def write_status(folder: Path, status: Status) -> None:
    """Replaces the file whole; readable by its owner alone. Raises OSError."""
    temporary = folder / f"{STATUS}.{os.getpid()}"
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(status.to_json())
    os.replace(temporary, folder / STATUS)
