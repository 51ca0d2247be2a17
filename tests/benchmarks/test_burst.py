"""Nine o'clock: 500 deliveries due in one second, to ten accounts whose server answers in 100 ms.

Beside the same posts by a bare APScheduler in the same run, and the limit that ten lanes and that latency set.
"""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.practice.profiles import LIMITS
from editorial.accounts.register import Accounts, NewAccount
from editorial.clock import stamp
from editorial.vault import PrivateSecretService
from scheduler.status import is_running
from tests.benchmarks.processor import used
from tests.benchmarks.slow_server import LATENCY
from tests.benchmarks.unmet import known
from tests.end_to_end.processes import ROOT, publisher, until
from tests.fakes.offices import Office, office_at
from tests.fakes.scripted import tokens

ACCOUNTS, EACH = 10, 50
COUNT = ACCOUNTS * EACH
LIMIT = EACH * LATENCY
LEAD = 5.0
STORING = 0.1  # seconds that APScheduler may need to store a job before they are due


@dataclass(frozen=True, slots=True)
class Lateness:
    """Of the answers after the moment at which all were due, in seconds."""

    half: float
    most: float  # p99
    cost: float  # processor time of a delivery, in milliseconds

    @classmethod
    def of(cls, answered: list[float], due: float, cost: float) -> "Lateness":
        late = sorted(each - due for each in answered)
        return cls(late[len(late) // 2], late[int(len(late) * 0.99) - 1], cost / COUNT * 1000)

    def __str__(self) -> str:
        return f"p50 {self.half:.2f} s, p99 {self.most:.2f} s, {self.cost:.1f} ms of a processor each"


@contextmanager
def slow_server(file: Path) -> Iterator[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.slow_server", str(file)], stdout=subprocess.PIPE, cwd=ROOT, text=True
    )
    try:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.communicate()


def answered(file: Path) -> list[float]:
    """When each answer was given."""
    return [float(line) for line in file.read_text(encoding="utf-8").splitlines()]


def wait_for_all(file: Path) -> list[float]:
    until(lambda: len(answered(file)) >= COUNT, 180, what="the last answer")
    return answered(file)


def write(office: Office) -> None:
    """All the posts, signed; they are due at once until `make_due` says otherwise."""
    accounts = []
    for number in range(ACCOUNTS):
        new = NewAccount("practice", office.url, f"h{number}", f"h{number}", {"profile": "keyed"}, LIMITS, None)
        accounts.append(Accounts(office.desk).connect(office.jonas.actor, new, tokens().dumps())[0])
    for number in range(EACH):
        office.signed(f"Post {number}", accounts)


def make_due(office: Office, due: float) -> None:
    """Plain SQL: what is measured comes after it."""
    moment = stamp(datetime.fromtimestamp(due, UTC))
    with closing(sqlite3.connect(office.desk.folder / "signpost.db")) as connection:
        connection.execute("UPDATE delivery SET due_at = ?", (moment,))
        connection.commit()


def ours(folder: Path) -> Lateness:
    file = folder / "ours.txt"
    with slow_server(file) as url, office_at(folder / "desk", url) as office:
        write(office)
        due = float(int(time.time() + LEAD + 600))
        make_due(office, due)
        with publisher(office.desk.folder) as process:
            until(lambda: is_running(office.desk.folder), 60, what="the publisher's start")
            due = float(int(time.time() + LEAD))
            make_due(office, due)
            before = used(process.pid)
            return Lateness.of(wait_for_all(file), due, used(process.pid) - before)


def bare(folder: Path) -> Lateness:
    file, due = folder / "bare.txt", float(int(time.time() + LEAD + COUNT * STORING))
    with slow_server(file) as url:
        command = [sys.executable, "-m", "tests.benchmarks.bare_apscheduler", url, str(folder), str(COUNT), str(due)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT, text=True)
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == "ready"
            assert time.time() < due, "the jobs were not stored in time"
            before = used(process.pid)
            return Lateness.of(wait_for_all(file), due, used(process.pid) - before)
        finally:
            process.kill()
            process.communicate()


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nine_o_clock(tmp_path: Path, secret_service: PrivateSecretService, capsys: pytest.CaptureFixture[str]) -> None:
    assert secret_service.environment
    mine, theirs = ours(tmp_path), bare(tmp_path)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{COUNT} at once, {ACCOUNTS} accounts, {LATENCY * 1000:.0f} ms: Signpost {mine}; APScheduler {theirs}; "
            f"p99 is {mine.most / theirs.most:.2f} x that and {mine.most / LIMIT:.2f} x the limit of {LIMIT:.1f} s\n"
        )
    known(
        ("p99 over APScheduler's", mine.most / theirs.most, 1.15), ("p99 over the lanes' limit", mine.most / LIMIT, 1.3)
    )
