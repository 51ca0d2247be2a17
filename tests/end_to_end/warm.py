"""`signpost` as often as one likes, each a process of its own, forked from one that has imported everything.

A start by `exec` costs two seconds of processor time for imports alone, which hundreds of kills cannot afford. Lines of
JSON in, one line out for each: {"start": [arguments], "environ": {}, "said": FILE} gives the process id, {"poll": PID}
its exit code or null. `HARNESS_CLOCK` names a file with seconds that the process's wall clock is wrong by, and
`HARNESS_POLICY=blind` makes it the engine that must never be.
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from typing import Any

import apscheduler.schedulers.base
import secretstorage  # noqa: F401 - what the keyring imports only when it is asked

import editorial.clock
from connectors.practice import connector  # noqa: F401 - imported here, so that no start has to
from desktop.cli import main
from desktop.commands import drill, publish  # noqa: F401 - the same
from scheduler import publisher  # noqa: F401 - the same
from scheduler.engine import Engine
from scheduler.policy import Facts, Move

CLOCK, POLICY = "HARNESS_CLOCK", "HARNESS_POLICY"


def blind(facts: Facts) -> Move:
    """What must never be: it timed out, so try again."""
    return Move.REPEAT


def skew(path: Path) -> None:
    """Makes this process's wall clock wrong by what stands in the file, from now on and as it changes."""

    class Skewed(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Any:
            return datetime.now(tz) + timedelta(seconds=float(path.read_text(encoding="utf-8") or 0))

    for module in (editorial.clock, apscheduler.schedulers.base):
        vars(module)["datetime"] = Skewed


def run(arguments: Sequence[str], environ: Mapping[str, str], said: str) -> int:
    """In the fork: the command, to its end."""
    os.environ.update(environ)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    output = os.open(said, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    if CLOCK in environ:
        skew(Path(environ[CLOCK]))
    if environ.get(POLICY) == "blind":
        Engine.__init__.__kwdefaults__ = {**(Engine.__init__.__kwdefaults__ or {}), "policy": blind}
    return main(list(arguments))


def answer(wanted: Mapping[str, Any]) -> int | None:
    """One line of input."""
    if "poll" in wanted:
        ended, status = os.waitpid(wanted["poll"], os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if ended else None
    child = os.fork()
    if child == 0:
        code = 70
        with suppress(SystemExit):
            try:
                code = run(wanted["start"], wanted["environ"], wanted["said"])
            finally:
                os._exit(code)
    return child


if __name__ == "__main__":
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(json.loads(line))) + "\n")
        sys.stdout.flush()
