"""Failpoints: named, counted, and only where somebody practises."""

import subprocess
import sys
from pathlib import Path

import pytest

from desktop.commands import publish
from desktop.commands.output import Output
from editorial.drills import nowhere
from editorial.errors import BadInputError
from scheduler import publisher
from scheduler.engine import Engine
from scheduler.failpoints import CODE, VARIABLE, failpoint
from tests.contracts.source import ROOT
from tests.fakes.desks import staffed

PROGRAM = """
import sys
from scheduler.failpoints import Point, failpoint
reached = failpoint(sys.argv[1])
for _ in range(3):
    print("answer", flush=True)
    reached(Point.ANSWER)
    reached(Point.CALL)
"""


def run(wanted: str) -> tuple[int, int]:
    """The exit code, and how often the point was passed or reached."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, wanted], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout.count("answer")


def test_the_process_is_gone_at_the_count_th_time_and_at_no_other_point() -> None:
    assert run("answer:2") == (CODE, 2)
    assert run("answer") == (CODE, 1)
    assert run("record:1") == (0, 3)


@pytest.mark.parametrize("wanted", ["", "nowhere", "answer:0", "answer:x", "answer:-1", ":3"])
def test_what_is_no_failpoint_is_told_in_words(wanted: str) -> None:
    with pytest.raises(BadInputError, match="There is no failpoint"):
        failpoint(wanted)


def test_a_real_workspace_has_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(VARIABLE, "claim:1")
    made: list[Engine] = []
    with staffed(tmp_path / "desk") as staff:

        def instead(folder: Path, **options: object) -> int:
            made.append(options["engine_for"](staff.desk))  # type: ignore[operator]
            return 0

        monkeypatch.setattr(publisher, "publish", instead)
        for kind in ("real", "tour"):
            staff.desk.workspace.kind = kind
            publish.run_publisher(staff.desk.folder, Output(as_json=True), until_stdin_ends=False)
    real, practising = (engine._parts.reached for engine in made)
    assert real is nowhere
    assert practising is not nowhere
