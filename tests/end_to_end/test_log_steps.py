"""Append, checkpoint and export, ended at every step by kill -9 and by a full disk; and several processes at once."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from editorial.audit.auditing import Auditing, Format
from editorial.audit.checkpoints import Checkpoints
from editorial.audit.verify import read_jsonl, verify_entries
from tests.contracts.source import ROOT
from tests.editorial.store.test_processes import writer
from tests.fakes.desks import staffed

FEWEST = {"append": 8, "checkpoint": 16, "jsonl": 30, "csv": 30, "bundle": 60, "zip": 60}
"""Of each job, how many steps there are at least: fewer would show nothing."""


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(sys.platform == "win32", reason="forks, and limits the size of files")
@pytest.mark.parametrize("ending", ["kill", "full"])
@pytest.mark.parametrize("job", FEWEST)
def test_ended_at_every_step(tmp_path: Path, job: str, ending: str) -> None:
    command = [sys.executable, "-m", "tests.end_to_end.log_steps", str(tmp_path), job, ending]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, text=True)
    assert finished.returncode == 0, finished.stderr
    steps = json.loads(finished.stdout)["steps"]
    assert steps >= (FEWEST[job] if ending == "kill" else 2)


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_two_processes_write_while_a_third_signs_and_exports(tmp_path: Path) -> None:
    with staffed(tmp_path / "desk") as staff:
        auditing, checkpoints = Auditing(staff.desk), Checkpoints(staff.desk)
        writers, exports = [writer(staff, "", 60) for _ in range(2)], 0
        while any(process.poll() is None for process in writers):
            path = tmp_path / f"{exports}.jsonl"
            verdict, _ = auditing.export(staff.helen.actor, Format.JSONL, path)
            with path.open("rb") as file:
                assert verify_entries(read_jsonl(file)).root == verdict.root
            checkpoints.make(staff.secret)
            exports += 1
        assert [process.wait(60) for process in writers] == [0, 0]
        for process in writers:
            assert process.stdout is not None
            process.stdout.close()
        checkpoints.make(staff.secret)
        verdict = auditing.check()
        opened = auditing.entries(prefixes=("post.opened",), limit=1_000)
    assert exports > 1
    assert (verdict.problem, verdict.signed) == (None, verdict.size)
    assert len(opened) == 120
