"""What the publisher costs while 100,000 deliveries wait for later days."""

import sqlite3
import sys
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from statistics import median

import pytest

from connectors.practice.profiles import LIMITS
from editorial.accounts.register import Accounts, NewAccount
from editorial.clock import stamp
from scheduler.engine import Engine
from scheduler.status import is_running
from tests.benchmarks.processor import used
from tests.end_to_end.processes import until
from tests.fakes.offices import FileKeyring, Office, office_at
from tests.fakes.publishers import publisher
from tests.fakes.scripted import tokens

WAITING = 100_000
TICKS, TICK_MS = 40, 5.0
SECONDS, SHARE = 20.0, 0.005


def fill(office: Office) -> None:
    """One delivery by the services, the others by plain SQL after its likeness, a minute apart."""
    new = NewAccount("practice", office.url, "h", "h", {"profile": "keyed"}, LIMITS, None)
    account, _ = Accounts(office.desk).connect(office.jonas.actor, new, tokens().dumps())
    office.signed("Later.", [account], office.in_seconds(3 * 24 * 3600))
    with closing(sqlite3.connect(office.desk.folder / "signpost.db")) as connection:
        connection.row_factory = sqlite3.Row
        (row,) = connection.execute("SELECT * FROM delivery").fetchall()
        names = list(row.keys())
        statement = f"INSERT INTO delivery VALUES ({', '.join('?' * len(names))})"  # noqa: S608 - question marks
        start = office.desk.clock.now() + timedelta(days=3)
        for number in range(WAITING):
            due = start + timedelta(minutes=number)
            new_row = dict(row) | {
                "id": f"dlv_{number}", "key": f"key_{number}", "round": number + 2,
                "due_at": stamp(due), "latest_at": stamp(due + timedelta(minutes=15)),
            }  # fmt: skip
            connection.execute(statement, [new_row[name] for name in names])
        connection.commit()


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_waiting_costs_next_to_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    keyring = tmp_path / "keyring.json"
    with office_at(tmp_path / "desk", "http://127.0.0.1:9", FileKeyring(keyring)) as office:
        fill(office)
        engine, ticks = Engine(office.desk), []
        for _ in range(TICKS):
            began = time.process_time()
            engine.sweep()
            ticks.append((time.process_time() - began) * 1000)
        with publisher(office.desk.folder, keyring=str(keyring), timing={}) as process:
            until(lambda: is_running(office.desk.folder), 60, what="the publisher's start")
            time.sleep(5)  # what a start costs is over
            before = used(process.process.pid)
            time.sleep(SECONDS)
            share = (used(process.process.pid) - before) / SECONDS
    with capsys.disabled():
        sys.stdout.write(
            f"\n{WAITING:,} deliveries wait: a tick takes {median(ticks):.2f} ms (the longest of {TICKS}: "
            f"{max(ticks):.1f} ms), the publisher {share:.2%} of a core over {SECONDS:.0f} s\n"
        )
    assert median(ticks) < TICK_MS
    assert share < SHARE
