"""A process that does one job on a log again and again, each time in a child that ends badly one step later.

`log_steps.py FOLDER JOB ENDING`: with `kill` the child is gone at once, as with kill -9; with `full` the disk takes no
more than so many bytes of any file. After each child the log must verify, and an export must be there whole or not at
all; else this process says why and ends with 1. When a child came through, it says in JSON how many did not.
"""

import json
import os
import resource
import sys
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import event

from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing, Format
from editorial.audit.bundle import Extract
from editorial.audit.bundling import Bundling
from editorial.audit.checkpoints import Checkpoints
from editorial.audit.verify import read_jsonl, verify_entries
from editorial.desk import Desk, open_desk
from editorial.errors import DeskError
from editorial.keys.workspace_secret import WorkspaceSecret
from editorial.vault import Vault
from tests.editorial.audit.bundles import check
from tests.fakes.desks import WEAK, HandClock, MemoryKeyring, staffed

KILLED, TOLD = 137, 3
_PAGE = 4096
_FILES = frozenset({"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "os.link"})


class Steps:
    """Counts steps, and ends the process at the chosen one: before and after each statement, commit and file call."""

    def __init__(self, chosen: int, folder: Path) -> None:
        self._chosen, self._folder = chosen, str(folder)
        self._seen = 0

    def watch(self, desk: Desk) -> None:
        for name in ("before_cursor_execute", "after_cursor_execute", "commit"):
            event.listen(desk.engine, name, self._step)
        event.listen(desk.engine, "checkin", self._step)  # after a commit, too
        sys.addaudithook(self._hook)

    def _step(self, *_: Any) -> None:
        self._seen += 1
        if self._seen == self._chosen:
            os._exit(KILLED)

    def _hook(self, name: str, arguments: tuple[Any, ...]) -> None:
        if name in _FILES and arguments and str(arguments[0]).startswith(self._folder):
            self._step()


class Job:
    """What the children do. `out` is where an export goes."""

    def __init__(self, name: str, folder: Path, keyring: MemoryKeyring, secret: WorkspaceSecret) -> None:
        self.name, self._folder = name, folder / "desk"
        self._keyring, self._secret = keyring, secret
        ends = {"jsonl": "log.jsonl", "csv": "log.csv", "bundle": "evidence", "zip": "evidence.zip"}
        self.outs = folder / "out"
        self.outs.mkdir()
        self.out = self.outs / ends.get(name, "none")

    def desk(self) -> Desk:
        return open_desk(self._folder, vault=Vault("test", self._keyring), clock=HandClock(), kdf=WEAK)

    def run(self, desk: Desk) -> None:
        if self.name in ("append", "checkpoint"):
            with desk.writing(desk.operator()) as unit:
                for number in range(3):
                    unit.record(Action.LOG_VERIFIED, "log", desk.workspace.id, body={"number": number})
        if self.name == "checkpoint":
            Checkpoints(desk).make(self._secret)
        elif self.name in set(Format):
            Auditing(desk).export(desk.operator(), Format(self.name), self.out)
        elif self.name in ("bundle", "zip"):
            Bundling(desk).export(desk.operator(), self.out, Extract())

    def in_child(self, prepare: Callable[[Desk], None]) -> int:
        """Forks; the exit code. Nothing of the database is open here meanwhile."""
        if (child := os.fork()) == 0:
            code = 1
            try:
                desk = self.desk()
                prepare(desk)
                self.run(desk)
                code = 0
            except DeskError:
                code = TOLD
            finally:
                os._exit(code)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def look(self, before: int, *, tidy: bool) -> int:
        """The log's size. Raises AssertionError for a log that does not verify, and for half an export."""
        with closing(self.desk()) as desk:
            auditing = Auditing(desk)
            verdict = auditing.check()
            assert verdict.problem is None, verdict.problem
            assert verdict.size >= before, "entries were lost"
            if self.out.exists():
                self._whole()
                told = {entry.body["file"] for entry in auditing.entries(limit=1, prefixes=("log.exported",))}
                assert told == {self.out.name}, "an export without its entry"
        left = {path.name for path in self.outs.iterdir()} - {self.out.name}
        assert not (tidy and left), f"left behind: {left}"
        return verdict.size

    def _whole(self) -> None:
        if self.name == "jsonl":
            with self.out.open("rb") as file:
                assert verify_entries(read_jsonl(file)).problem is None
        elif self.name == "csv":
            assert self.out.read_bytes().endswith(b'""\r\n')
        else:
            assert check(self.out).code == 2, "a bundle that is not whole"


def torment(job: Job, ending: str) -> int:
    """How many children ended badly before one came through."""
    size = 0
    for number in count(1):
        if ending == "kill":
            code = job.in_child(lambda desk, number=number: Steps(number, job.outs).watch(desk))  # type: ignore[misc]
        else:
            limit = number * _PAGE
            code = job.in_child(
                lambda desk, limit=limit: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))  # type: ignore[misc]
            )
        size = job.look(size, tidy=ending == "full")
        if code == 0:
            return number - 1
        assert code == (KILLED if ending == "kill" else TOLD), f"step {number} ended with {code}"
    return 0


def main(folder: Path, name: str, ending: str) -> None:
    with staffed(folder / "desk") as staff:
        keyring, secret = staff.keyring, staff.secret
        Checkpoints(staff.desk).make(secret)
    sys.stdout.write(json.dumps({"steps": torment(Job(name, folder, keyring, secret), ending)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
