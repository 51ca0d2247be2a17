"""`signpost publisher`: the process that publishes, started by the desktop, by the system or by hand."""

import os
import subprocess
import sys
from pathlib import Path

from desktop.commands.output import Output
from desktop.commands.workspace import PRACTISING, keyring_for, kind_of
from editorial.desk import Desk


def run_publisher(folder: Path, output: Output, *, until_stdin_ends: bool) -> int:
    """Publishes what is due until it is told to stop. 5: another publisher has the workspace; 6: it disappeared."""
    from editorial.drills import nowhere
    from scheduler.engine import Engine
    from scheduler.failpoints import VARIABLE, failpoint
    from scheduler.publisher import publish

    wanted = os.environ.get(VARIABLE, "")

    def engine_for(desk: Desk) -> Engine:
        drilling = wanted and desk.workspace.kind in PRACTISING
        return Engine(desk, reached=failpoint(wanted) if drilling else nowhere)

    def say(text: str) -> None:
        output.complain("E-TAKEN", text.rstrip("\n"))

    with keyring_for(folder, kind_of(folder), output):
        return publish(folder, until_stdin_ends=until_stdin_ends, engine_for=engine_for, say=say)


def publisher_arguments(folder: Path) -> list[str]:
    """The publisher as a command line, to be run in `program_folder` where there is one."""
    program = [] if getattr(sys, "frozen", False) else ["-m", "desktop.cli"]
    return [sys.executable, *program, "publisher", "--workspace", str(folder)]


def publisher_command(folder: Path) -> list[str]:
    """How the publisher is started as a process of its own that ends with whoever holds its standard input."""
    return [*publisher_arguments(folder), "--until-stdin-ends"]


def program_folder() -> Path | None:
    """The folder that holds our packages, so that a child finds them wherever this process was started."""
    return None if getattr(sys, "frozen", False) else Path(__file__).resolve().parents[2]


class PublisherProcess:
    """A publisher for the length of a block. It says nothing here; its log lies in the workspace."""

    def __init__(self, folder: Path, patience: float) -> None:
        """`patience`: seconds for an orderly end; then it is killed."""
        self._folder = folder.absolute()
        self._patience = patience
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "PublisherProcess":
        self._process = subprocess.Popen(
            publisher_command(self._folder),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=program_folder(),
        )
        return self

    def __exit__(self, *failure: object) -> None:
        self.stop()

    @property
    def ended(self) -> int | None:
        """The exit code, once it ended."""
        return None if self._process is None else self._process.poll()

    def stop(self) -> int:
        """Ends it and returns its exit code. Harmless to call again."""
        if self._process is None:
            return 0
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            return self._process.wait(self._patience)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()
