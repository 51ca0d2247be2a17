"""A practising workspace from outside: its commands as processes, its network over HTTP, its database as a file."""

import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import IO, Any

from connectors.practice.profiles import Profile
from desktop.commands.workspace import KEYRING_FOLDER
from editorial.vault.private import PrivateSecretService, private_keyring_for
from scheduler.failpoints import CODE
from tests.end_to_end.processes import PROGRAM, ROOT, Network, command, done, until

GONE = {-signal.SIGKILL, CODE}
"""How a process ends that was killed, by us or at a failpoint."""
TAKEN = 5
OPTIONS = ("--rate", "1000000", "--late-list", "2", "--forget-after", "1", "--token-lifetime", "300")


class Warm:
    """Starts processes in no time; see `tests.end_to_end.warm`."""

    def __init__(self, said: Path) -> None:
        self._said = said
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.end_to_end.warm"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True,
        )  # fmt: skip
        self._alive: set[int] = set()

    def start(self, arguments: list[str], environ: Mapping[str, str]) -> int:
        """The process id of `signpost ARGUMENTS`."""
        pid = self._ask({"start": arguments, "environ": dict(environ), "said": str(self._said)})
        assert pid is not None
        self._alive.add(pid)
        return pid

    def ended(self, pid: int) -> int | None:
        """The exit code, once it ended; asked for once more it is no longer known."""
        code = self._ask({"poll": pid})
        if code is not None:
            self._alive.discard(pid)
        return code

    def close(self) -> None:
        """Ends everything that was started here."""
        for pid in self._alive:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.communicate(timeout=20)

    def _ask(self, wanted: Mapping[str, Any]) -> int | None:
        pipes: tuple[IO[str] | None, IO[str] | None] = (self._process.stdin, self._process.stdout)
        assert pipes[0] is not None
        assert pipes[1] is not None
        pipes[0].write(json.dumps(wanted) + "\n")
        pipes[0].flush()
        found: int | None = json.loads(pipes[1].readline())
        return found


class Run:
    """One publisher."""

    def __init__(self, warm: Warm, pid: int) -> None:
        self._warm = warm
        self.pid = pid
        self.code: int | None = None

    def ended(self) -> bool:
        """Whether it ended, by itself or otherwise."""
        if self.code is None:
            self.code = self._warm.ended(self.pid)
        return self.code is not None

    def signal(self, number: int) -> None:
        """Sends a signal; harmless once it ended."""
        if not self.ended():
            os.kill(self.pid, number)

    def kill(self) -> int:
        """kill -9; the exit code."""
        self.signal(signal.SIGKILL)
        return self.wait(10)

    def wait(self, seconds: float) -> int:
        """Its end by itself; the exit code."""
        until(self.ended, seconds, what="the end of a publisher")
        assert self.code is not None
        return self.code

    def fill_the_disk(self, room: int) -> None:
        """From now on no file of this process grows beyond what the largest has, and a little."""
        _, most = resource.prlimit(self.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (room, most))

    def empty_the_disk(self) -> None:
        """As before."""
        _, most = resource.prlimit(self.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (most, most))


class World:
    """The workspace in `folder`, its practice network and the way to start publishers."""

    def __init__(self, folder: Path, environ: Mapping[str, str] | None = None) -> None:
        """`environ`: for every publisher."""
        self.folder = folder
        self._environ = dict(environ or {})
        self._warm = Warm(folder.parent / "said.txt")
        self._practice: subprocess.Popen[bytes] | None = None
        self._keyring: PrivateSecretService | None = None
        self.network = Network("")

    def drill(self, deliveries: int, accounts: int, profile: Profile, due: float) -> None:
        """Signed deliveries. The first drill makes the workspace, as a command started by hand."""
        sizes = ["--deliveries", str(deliveries), "--accounts", str(accounts)]
        wanted = [*sizes, "--profile", profile, "--due", str(due)]
        if not (self.folder / "signpost.db").exists():
            done(command(self.folder, "drill", *wanted, timeout=300))
            return
        run = Run(self._warm, self._warm.start(["drill", *wanted, "--workspace", str(self.folder)], {}))
        assert run.wait(300) == 0, self.said()

    def open(self) -> None:
        """Starts the practice network, as a command started by hand."""
        self._practice = subprocess.Popen(
            [*PROGRAM, "practice", "--workspace", str(self.folder), "--until-stdin-ends", *OPTIONS],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT,
        )  # fmt: skip
        assert self._practice.stdout is not None
        self.network = Network(json.loads(self._practice.stdout.readline())["url"])

    def publisher(self, **environ: str) -> Run:
        """`signpost publisher`."""
        arguments = ["publisher", "--workspace", str(self.folder)]
        return Run(self._warm, self._warm.start(arguments, {**self._environ, **environ}))

    def keep_keyring(self) -> None:
        """Keeps the workspace's own keyring running where it has one: it would end with every killed publisher."""
        self._keyring = private_keyring_for(self.folder / KEYRING_FOLDER)

    def restart_network(self) -> None:
        """kill -9 of the practice network; it comes back at the same address."""
        assert self._practice is not None
        self._practice.kill()
        self._practice.communicate()
        before = self.network.url
        self.open()
        assert self.network.url == before

    def close(self) -> None:
        """Ends all processes."""
        self._warm.close()
        if self._keyring is not None:
            self._keyring.close()
        if self._practice is not None:
            self._practice.communicate(timeout=20)

    def said(self) -> str:
        """What the processes wrote for people."""
        return (self.folder.parent / "said.txt").read_text(encoding="utf-8")[-3000:]

    # --- the database, as a file ---

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        """A look into the database."""
        address = f"{(self.folder / 'signpost.db').as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True, timeout=20)) as connection:
            return connection.execute(statement).fetchall()

    def states(self) -> Counter[str]:
        """How many deliveries are in each state."""
        return Counter(dict(self.ask("SELECT state, count(*) FROM delivery GROUP BY state")))

    def database_size(self) -> int:
        """Bytes of the largest of the database's files."""
        return max(path.stat().st_size for path in self.folder.glob("signpost.db*"))

    def back_up(self, copy: Path) -> None:
        """A consistent copy, as SQLite makes it."""
        copy.unlink(missing_ok=True)
        with closing(sqlite3.connect(self.folder / "signpost.db")) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)

    def restore(self, copy: Path) -> None:
        """Puts a copy in the place of the database. No publisher may run."""
        for path in self.folder.glob("signpost.db*"):
            path.unlink()
        shutil.copyfile(copy, self.folder / "signpost.db")

    def wait_for_work(self, seconds: float) -> bool:
        """Whether within so many seconds something was begun or came out."""
        before, end = self.states(), time.monotonic() + seconds
        while time.monotonic() < end:
            now = self.states()
            if now["sending"] or now["published"] > before["published"]:
                return True
            time.sleep(0.03)
        return False
