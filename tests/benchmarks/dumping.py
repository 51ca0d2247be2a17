"""In a process of its own: the log as JSON Lines, and the same column by Python's sqlite3: `dumping.py FOLDER OUT`.

Says in JSON how long each took, in seconds of processor time, and by how many bytes the process grew.
"""

import json
import resource
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from editorial.audit.export import write_jsonl
from editorial.audit.log import leaves
from editorial.desk import DATABASE, open_desk
from editorial.vault import Vault
from tests.fakes.desks import WEAK, MemoryKeyring


def took(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def dump(folder: Path, out: Path) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as connection, out.open("wb") as file:
        for (leaf,) in connection.execute("SELECT leaf FROM audit_entry ORDER BY seq"):
            file.write(leaf + b"\n")


def grown() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main(folder: Path, out: Path) -> None:
    with closing(open_desk(folder, vault=Vault("test", MemoryKeyring()), kdf=WEAK)) as desk:

        def export() -> None:
            with desk.reading() as session, out.open("wb") as file:
                write_jsonl(leaves(session), file)

        before = grown()
        ours = [took(export), took(export)]
        growth = grown() - before
        theirs = [took(lambda: dump(folder, out)), took(lambda: dump(folder, out))]
    sys.stdout.write(json.dumps({"ours": min(ours), "theirs": min(theirs), "growth": growth}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
