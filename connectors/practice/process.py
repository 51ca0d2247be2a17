"""Starts the practice network as a process of its own and ends it again: for demonstrations, the tour and tests."""

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from editorial.errors import DeskError

_START = 30.0  # seconds; a cold start on a slow disk takes a few
_STOP = 5.0


class PracticeProcess:
    """A running practice network. It ends with `stop`, and by itself when the process that started it is gone.

    Raises DeskError where it does not start.
    """

    def __init__(self, data: Path, port: int = 0, options: Sequence[str] = ()) -> None:
        program = ["practice"] if getattr(sys, "frozen", False) else ["-m", "connectors.practice"]
        place = ["--data", str(data.resolve()), "--port", str(port)]
        command = [sys.executable, *program, *place, "--until-stdin-ends", *options]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=_root(), env=dict(os.environ)
        )
        guard = threading.Timer(_START, self._process.kill)
        guard.daemon = True
        guard.start()
        try:
            said = json.loads(self._process.stdout.readline() if self._process.stdout else b"")
            self.url, self.pid = str(said["url"]), int(said["pid"])
        except (ValueError, KeyError, TypeError):
            self.stop()
            raise DeskError(
                "The practice network did not start",
                f"It ended with code {self._process.returncode} before it was ready.",
                "Start `signpost practice` in a terminal to see why.",
                code="E-PRACTICE",
            ) from None
        finally:
            guard.cancel()

    def kill(self) -> None:
        """End it at once, as a crash would."""
        self._process.kill()
        self.stop()

    def stop(self) -> None:
        """End it. Harmless to call again."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        try:
            self._process.wait(_STOP)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _root() -> Path | None:
    """The folder that holds our packages, so that the process finds them wherever this one was started."""
    return None if getattr(sys, "frozen", False) else Path(__file__).resolve().parents[2]
