"""A log with a million entries: recomputing its root, verifying and exporting it, and the Audit screen over it.

Each beside its baseline in the same run. Ratios are of processor time, since other work on the machine slows what is
measured and its baseline at different moments.
"""

import json
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.screens.audit import AuditScreen
from editorial.audit.auditing import Auditing
from editorial.audit.log import leaves
from editorial.audit.merkle import leaf_hash
from editorial.audit.tree import root_of
from editorial.desk import DATABASE
from tests.benchmarks.unmet import known
from tests.end_to_end.processes import ROOT
from tests.fakes.desks import Staff, staffed
from tests.fakes.desktop import bench
from tests.fakes.long_log import lengthen
from tests.fakes.pace import Pace

ENTRIES = 1_000_000
ROOT_LIMIT, CHECK_LIMIT, EXPORT_LIMIT, GROWTH_LIMIT = 3.0, 10.0, 3.0, 50 << 20
OPEN_LIMIT, STALL_LIMIT = 0.300, 0.016
STEPS = 400

T = TypeVar("T")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def long_log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staff]:
    """Nobody changes it but by reading it."""
    with staffed(tmp_path_factory.mktemp("long") / "desk") as staff:
        lengthen(staff, ENTRIES)
        yield staff


def took(work: Callable[[], T]) -> tuple[float, T]:
    """Seconds of processor time, and the result."""
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


def scrolled(screen: AuditScreen) -> list[tuple[float, float]]:
    """Of each step through half a page: how long the window's thread worked, and how long it took by the clock."""
    bar, steps = screen.table.verticalScrollBar(), []
    for _ in range(STEPS):
        began, worked = time.perf_counter(), time.thread_time()
        bar.setValue(bar.value() + screen.table.viewport().height() // 2)
        QApplication.processEvents()
        steps.append((time.thread_time() - worked, time.perf_counter() - began))
        time.sleep(0.005)  # as a wheel: the next page is read meanwhile
    return steps


def say(capsys: pytest.CaptureFixture[str], words: str) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{words}\n")


def test_the_root_and_the_verification(long_log: Staff, capsys: pytest.CaptureFixture[str]) -> None:
    desk = long_log.desk

    def read() -> None:
        with closing(sqlite3.connect(desk.folder / DATABASE)) as connection:
            entries = connection.execute("SELECT leaf FROM audit_entry ORDER BY seq")
            while (entry := entries.fetchone()) is not None:
                sha256(b"\0" + entry[0]).digest()

    def recompute() -> bytes:
        with desk.reading() as session:
            return root_of(leaf_hash(leaf) for leaf in leaves(session))

    before, _ = took(read)
    ours, root = took(recompute)
    whole, verdict = took(Auditing(desk).check)
    after, _ = took(read)
    bare = (before + after) / 2
    say(
        capsys,
        f"{ENTRIES:,} entries, processor time: read + SHA-256 {bare:.1f} s, root {ours:.1f} s ({ours / bare:.1f} x), "
        f"full verification {whole:.1f} s ({whole / bare:.1f} x)",
    )
    assert (verdict.problem, verdict.root) == (None, root)
    assert verdict.signed >= ENTRIES
    assert ours <= ROOT_LIMIT * bare
    known(("full verification over reading and hashing", whole / bare, CHECK_LIMIT))


def test_the_export(long_log: Staff, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = [sys.executable, "-m", "tests.benchmarks.dumping", str(long_log.desk.folder), str(tmp_path / "out")]
    told = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout)
    times = told["ours"] / told["theirs"]
    say(
        capsys,
        f"{ENTRIES:,} entries as JSON Lines {told['ours']:.1f} s, the column by sqlite3 {told['theirs']:.1f} s "
        f"({times:.1f} x); memory grew by {told['growth'] / (1 << 20):.0f} MB",
    )
    assert times <= EXPORT_LIMIT
    assert told["growth"] < GROWTH_LIMIT


def test_the_screen(long_log: Staff, qtbot: QtBot, qapp: QApplication, capsys: pytest.CaptureFixture[str]) -> None:
    Appearance(qapp, mode="light")
    pace = Pace()
    with bench(long_log, qtbot, long_log.helen) as desk:
        pace.measure()
        began = time.perf_counter()
        screen = AuditScreen(desk.context)
        qtbot.addWidget(screen)
        screen.resize(1252, 826)
        screen.show()
        qtbot.waitUntil(lambda: screen.table.table.rowCount() > 0, timeout=20_000)
        screen.repaint()
        opened = time.perf_counter() - began
        pace.measure()
        desk.bridge._worker.close()  # the verification: it would keep a processor from what is measured
        steps = scrolled(screen)
        rows = screen.table.table.rowCount()
    busy = sorted(step for step, _ in steps)
    walls = sorted(wall for _, wall in steps)
    say(
        capsys,
        f"Audit screen over {ENTRIES:,} entries: open in {opened * 1000:.0f} ms; {STEPS} steps of scrolling through "
        f"{rows:,} rows: the window's thread worked p50 {busy[STEPS // 2] * 1000:.1f}, "
        f"longest {busy[-1] * 1000:.1f} ms; by the clock p50 {walls[STEPS // 2] * 1000:.1f}, p99 "
        f"{walls[STEPS * 99 // 100] * 1000:.1f} ms; the computer at {pace.slowness:.2f} x",
    )
    known(
        ("seconds to open", opened, OPEN_LIMIT * pace.slowness),
        ("seconds of the longest step", busy[-1], STALL_LIMIT * pace.slowness),
    )
