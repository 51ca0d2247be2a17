"""One durable entry of the log beside one bare row with the same durability, in the same run."""

import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median

import pytest

from editorial.audit.actions import Action
from editorial.audit.log import leaves
from tests.benchmarks.unmet import known
from tests.fakes.desks import Staff, staffed

RUNS, LIMIT = 400, 0.6


@contextmanager
def bare_table(path: Path) -> Iterator[sqlite3.Connection]:
    """A database with one table, as durable as ours."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("CREATE TABLE row (seq INTEGER PRIMARY KEY, leaf BLOB NOT NULL)")
        yield connection


def measured(staff: Staff, path: Path) -> tuple[float, float, float]:
    """The medians, in seconds, of a bare row, of an entry's core SQL with its commit, and of the whole command."""
    desk, bare, core, whole = staff.desk, list[float](), list[float](), list[float]()
    with desk.reading() as session:
        entry = list(leaves(session))[-1]
    with bare_table(path) as connection:
        for number in range(RUNS):  # in turn: whatever else the machine does slows both alike
            connection.execute("BEGIN IMMEDIATE")
            began = time.perf_counter()
            connection.execute("INSERT INTO row VALUES (?, ?)", (number, entry))
            connection.execute("COMMIT")
            bare.append(time.perf_counter() - began)
            began = time.perf_counter()
            with desk.writing(staff.helen.actor) as unit:
                unit.record(Action.LOG_VERIFIED, "log", desk.workspace.id, body={"number": number})
                connected = unit.session.connection()
                middle = time.perf_counter()
                unit.log.write(connected)
            ended = time.perf_counter()
            core.append(ended - middle)
            whole.append(ended - began)
    return median(bare), median(core), median(whole)


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_durable_append(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with staffed(tmp_path / "desk") as staff:
        bare, core, whole = measured(staff, tmp_path / "bare.db")
    with capsys.disabled():
        sys.stdout.write(
            f"\na durable append: core SQL and commit {core * 1e6:.0f} us, a bare row {bare * 1e6:.0f} us "
            f"({bare / core:.2f} x its rate); the whole command {whole * 1e6:.0f} us ({bare / whole:.2f} x); "
            f"medians of {RUNS}\n"
        )
    known(("core SQL over a bare row", core / bare, 1 / LIMIT))
