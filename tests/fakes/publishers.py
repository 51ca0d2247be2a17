"""Publisher processes for tests: the real one, with short waits, and with crashes at chosen moments.

As a program: `python -m tests.fakes.publishers DIR JSON`. The JSON may hold `timing` (fields of Timing), `keyring` (a
file, else the computer's keyring), `patience` (seconds that a call may take), `crash` ([kind, number], see `crashes`),
`kill` (seconds until kill -9), `counts` (a file for the moments that came), `settle` (seconds: it ends by itself when
nothing is under way and nothing was in doubt for less than that). Without arguments it forks such a run for every line
`[DIR, JSON]` of its input and prints the exit code: importing everything once makes hundreds of runs affordable.
"""

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from connectors.http import Patience
from connectors.practice.connector import PracticeConnector
from editorial.delivery.record import Deliveries
from editorial.delivery.states import DeliveryState as S
from editorial.desk import Desk
from editorial.vault import Vault
from scheduler.engine import Engine
from scheduler.parts import Outside, Timing
from scheduler.publisher import publish
from scheduler.status import is_running
from tests.fakes.crashes import crash_at
from tests.fakes.offices import FileKeyring
from tests.fakes.waiting import until

ROOT = Path(__file__).resolve().parents[2]
QUICK: Mapping[str, Any] = {"watch": 0.05, "sweep": 0.5, "lookups": (0.2, 0.8), "keyring_again": 0.2}


def engine_of(desk: Desk, options: Mapping[str, Any]) -> Engine:
    """The engine as the options ask for it."""
    if "keyring" in options:
        desk.vault = Vault("office", FileKeyring(Path(options["keyring"])))
    outside = Outside()
    if "patience" in options:
        hasty = PracticeConnector(Patience(5.0, options["patience"], options["patience"]))
        outside = Outside(connector=lambda name: hasty)
    if "crash" in options:
        moments = crash_at(desk, *options["crash"])
        if "counts" in options:
            atexit.register(lambda: Path(options["counts"]).write_text(json.dumps(moments.seen)))
    if "kill" in options:
        threading.Timer(options["kill"], os.kill, (os.getpid(), signal.SIGKILL)).start()
    if "settle" in options:
        threading.Thread(target=_end_when_settled, args=(desk, options["settle"]), daemon=True).start()
    return Engine(desk, outside=outside, timing=Timing(**options.get("timing", QUICK)), chance=lambda: 0.0)


def _end_when_settled(desk: Desk, seconds: float) -> None:
    """Ends this process when nothing is under way, and what is in doubt was so for some time."""
    record, since = Deliveries(desk), time.monotonic()
    while time.monotonic() - since < seconds:
        if record.in_state(S.WAITING, S.SENDING, S.RETRYING, S.PENDING):
            since = time.monotonic()
        elif not record.in_state(S.UNCERTAIN):
            break
        time.sleep(0.03)
    os.kill(os.getpid(), signal.SIGTERM)


class Zygote:
    """Runs publishers one after the other, each in a fork of one process that has imported everything."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.publishers"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True,
        )  # fmt: skip

    def run(self, folder: Path, **options: Any) -> int:
        """One publisher to its end; the exit code, negative for a signal."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([str(folder), json.dumps(options)]) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """Ends the process."""
        self._process.communicate()


class Publisher:
    """A publisher in a process of its own, running until it is told otherwise."""

    def __init__(self, folder: Path, *, wait: bool = True, **options: Any) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.publishers", str(folder), json.dumps(options)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=ROOT,
        )  # fmt: skip
        if wait:
            until(lambda: is_running(folder) or self.process.poll() is not None, what="the start of the publisher")

    def end(self, how: int = signal.SIGTERM) -> tuple[int, str]:
        """Sends a signal; the exit code and what was said."""
        self.process.send_signal(how)
        return self.ended()

    def ended(self, seconds: float = 20.0) -> tuple[int, str]:
        """Waits for its end; the exit code and what was said."""
        said, _ = self.process.communicate(timeout=seconds)
        return self.process.returncode, said.decode()


@contextmanager
def publisher(folder: Path, **options: Any) -> Iterator[Publisher]:
    """A publisher for the length of a block; whatever happens, none is left over."""
    found = Publisher(folder, **options)
    try:
        yield found
    finally:
        if found.process.poll() is None:
            found.process.kill()
        found.process.communicate()


def main(folder: str, options: str) -> int:
    """The process. Qt is blocked: the publisher has to do without."""
    sys.modules["PySide6"] = None  # type: ignore[assignment]
    wanted = json.loads(options)
    return publish(
        Path(folder),
        until_stdin_ends=bool(wanted.get("until_stdin_ends")),
        engine_for=lambda desk: engine_of(desk, wanted),
    )


def fork_on_demand() -> None:
    """One forked run for each line."""
    for line in sys.stdin:
        folder, options = json.loads(line)
        child = os.fork()
        if child == 0:
            code = 70
            try:
                code = main(folder, options)
                atexit._run_exitfuncs()
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        sys.exit(main(*sys.argv[1:]))
    fork_on_demand()
