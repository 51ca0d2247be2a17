"""How long a person waits at the start, beside an empty PySide6 window: medians of alternating runs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

import pytest

from editorial.people.setup import NewWorkspace, create_workspace
from editorial.vault import Vault
from tests.fakes.desks import JONAS, MemoryKeyring

RUNS = 15
PAINT, USABLE = 1.6, 8.0
_HERE = Path(__file__).parent


def run(program: str, *arguments: str) -> list[float]:
    """Seconds from the start of the process to each moment it prints."""
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    started = time.time()
    done = subprocess.run(
        [sys.executable, "-m", f"tests.benchmarks.{program}", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=environment,
        cwd=_HERE.parents[1],
    )
    assert done.returncode == 0, done.stderr
    return [float(word) - started for word in done.stdout.split()]


@pytest.mark.slow
def test_the_first_window_is_nearly_as_fast_as_an_empty_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = NewWorkspace("Alder Bay Hospital", "America/New_York", "Jonas Lindqvist", "jonas", JONAS)
    create_workspace(tmp_path / "desk", new, vault=Vault("bench", MemoryKeyring()))[0].close()
    ours, empty = [], []
    for _ in range(RUNS + 1):  # the first round warms the disk cache for both
        empty.append(run("startup_empty")[0])
        ours.append(run("startup_ours", str(tmp_path / "desk")))
    baseline = median(empty[1:])
    paint, usable = (median(each[place] for each in ours[1:]) for place in (0, 1))
    with capsys.disabled():
        line = f"empty window {baseline * 1000:.0f} ms, first paint {paint * 1000:.0f} ms ({paint / baseline:.2f} x),"
        sys.stdout.write(f"\n{line} usable sign-in {usable * 1000:.0f} ms ({usable / baseline:.2f} x)\n")
    assert paint / baseline <= PAINT
    assert usable / baseline <= USABLE
