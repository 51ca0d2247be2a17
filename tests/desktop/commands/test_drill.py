"""`signpost drill`: signed deliveries for load and fault tests, never in a real workspace."""

import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from desktop.commands.drill import Drill
from editorial.clock import unstamp
from editorial.delivery.outbox import Outbox
from editorial.desk import opened
from editorial.errors import BadInputError
from tests.desktop.commands.conftest import signpost


def drill(folder: Path, deliveries: int, accounts: int, due: float = 60) -> list[str]:
    return [
        "--json", "drill", "--workspace", str(folder), "--deliveries", str(deliveries), "--accounts", str(accounts),
        "--profile", "keyless+list", "--due", str(due),
    ]  # fmt: skip


@pytest.mark.slow
def test_a_drill_makes_its_workspace_and_another_adds_to_it(tmp_path: Path) -> None:
    ran = signpost(*drill(tmp_path / "w", 7, 3))
    assert ran.code == 0, ran.err
    told = ran.lines[-1]
    assert (told["deliveries"], len(told["accounts"])) == (7, 3)
    again = signpost(*drill(tmp_path / "w", 2, 3))
    assert (again.code, again.lines[-1]["accounts"]) == (0, told["accounts"])
    with opened(tmp_path / "w") as desk:
        rows = Outbox(desk).rows()
        assert desk.workspace.kind == "tour"
    assert Counter(row.account_id for row in rows) == dict(zip(told["accounts"], (4, 3, 2), strict=True))
    assert {row.state for row in rows} == {"waiting"}
    assert {row.due_at for row in rows} == {unstamp(told["due"]), unstamp(again.lines[-1]["due"])}


@pytest.mark.slow
def test_a_drill_that_cannot_be_signed_in_time_says_so(tmp_path: Path) -> None:
    ran = signpost(*drill(tmp_path / "w", 40, 1, due=0.1))
    assert (ran.code, ran.errors[0]["title"]) == (1, "Signing took longer than --due")


def kept(workspace: Path) -> dict[Path, int]:
    """Every file with its last change; looking into a database makes its side files."""
    return {path: path.stat().st_mtime_ns for path in workspace.rglob("*") if not path.name.endswith(("-wal", "-shm"))}


def test_a_real_workspace_is_not_touched(workspace: Path) -> None:
    with closing(sqlite3.connect(workspace / "signpost.db")) as connection:
        connection.execute("UPDATE workspace SET kind = 'real'")
        connection.commit()
    before = kept(workspace)
    ran = signpost(*drill(workspace, 1, 1))
    assert (ran.code, ran.errors[0]["title"], ran.out) == (1, "This is a real workspace", "")
    assert kept(workspace) == before


@pytest.mark.parametrize(
    "asked",
    [
        Drill(0, 1, "keyed", 10),
        Drill(1, 0, "keyed", 10),
        Drill(2001, 1, "keyed", 10),
        Drill(1, 1, "telepathic", 10),
        Drill(1, 1, "keyed", 0),
        Drill(1, 1, "keyed", float("nan")),
        Drill(1, 1, "keyed", float("inf")),
    ],
)
def test_what_is_no_drill_is_told_in_words(asked: Drill) -> None:
    with pytest.raises(BadInputError):
        asked.check()
