"""kill -9 of an export at random moments: the file appears complete or not at all, and the log verifies."""

import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.audit.verify import read_jsonl, verify_entries
from editorial.vault.private import PrivateSecretService
from tests.editorial.audit.bundles import UNANCHORED
from tests.editorial.audit.bundles import check as run_checker
from tests.end_to_end.processes import PROGRAM, ROOT, chances, pause
from tests.fakes.offices import Office, office_at

ENTRIES = 4_000  # so that writing takes a moment in which it can be killed


@pytest.fixture
def office(tmp_path: Path, secret_service: PrivateSecretService) -> Iterator[Office]:
    """A workspace with a long log."""
    assert secret_service.environment
    with office_at(tmp_path / "desk", "http://127.0.0.1:1") as made:
        with made.desk.writing(made.desk.system()) as unit:
            for number in range(ENTRIES):
                unit.record(Action.LOG_VERIFIED, "log", made.desk.workspace.id, body={"number": number})
        yield made


def start(office: Office, out: Path) -> subprocess.Popen[bytes]:
    form = "jsonl" if out.suffix == ".jsonl" else "bundle"
    command = [*PROGRAM, "audit", "export", "--workspace", str(office.desk.folder), "--out", str(out), "--format", form]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)


def parts(folder: Path) -> list[Path]:
    return list(folder.glob("*.part"))


def kill_one(office: Office, out: Path, seconds: float) -> str:
    """Kills one export so long after it began to write; says how it ended."""
    process = start(office, out)
    known = set(parts(out.parent))
    try:
        while process.poll() is None and not set(parts(out.parent)) - known:
            pause(0.002)
        pause(seconds)
        process.send_signal(signal.SIGKILL)
    finally:
        process.wait(20)
    assert process.returncode in (0, -signal.SIGKILL)
    return "complete" if out.exists() else "nothing"


def check(office: Office, out: Path) -> None:
    """A file that is there is whole; the log is intact, however it ended."""
    verdict = Auditing(office.desk).check()
    assert verdict.problem is None, verdict.problem
    if out.is_dir():
        assert run_checker(out).code == UNANCHORED
    elif out.exists():
        with out.open("rb") as file:
            exported = verify_entries(read_jsonl(file))
        assert exported.problem is None
        assert exported.size >= ENTRIES


def measure(office: Office, out: Path) -> float:
    """How long an export writes when it is left alone."""
    process, began = start(office, out), 0.0
    while process.poll() is None:
        if not began and parts(out.parent):
            began = time.monotonic()
        pause(0.002)
    assert process.returncode == 0
    check(office, out)
    return time.monotonic() - began


def kill_exports(office: Office, folder: Path, count: int, random: Random, end: str = ".jsonl") -> None:
    folder.mkdir()
    spread = measure(office, folder / f"first{end}")
    ends = set()
    for number in range(count):
        out = folder / f"{number}{end}"
        ends.add(kill_one(office, out, random.uniform(0, spread) if number else 0.0))  # the first in any case too early
        check(office, out)
    assert "nothing" in ends, "every kill came too late: the test showed nothing"


@pytest.mark.slow
def test_killed_while_exporting(office: Office, tmp_path: Path) -> None:
    kill_exports(office, tmp_path / "out", 3, chances("kill while exporting"))


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_killed_while_exporting_a_bundle(office: Office, tmp_path: Path) -> None:
    """A folder of many files, and yet it is there as a whole or not at all."""
    kill_exports(office, tmp_path / "out", 8, chances("kill while exporting a bundle"), end="")


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_killed_while_exporting_over_and_over(office: Office, tmp_path: Path) -> None:
    kill_exports(office, tmp_path / "out", 25, chances("kill while exporting over and over"))
