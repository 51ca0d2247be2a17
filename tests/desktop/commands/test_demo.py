"""`signpost demo` makes its workspace once; one that was cut short does not stand in the way."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from desktop.commands.demo import CARDS, PAST, PRESENT, make_demo
from desktop.commands.output import Output
from desktop.commands.staffing import EVERYBODY
from editorial.audit.auditing import Auditing
from editorial.delivery.outbox import Outbox
from editorial.delivery.states import DeliveryState
from editorial.desk import opened
from editorial.errors import DeskError
from editorial.posts.listing import Listing
from editorial.posts.states import PostState
from tests.contracts.source import ROOT
from tests.desktop.commands.conftest import environment
from tests.fakes.desks import staffed

_MAKE = """
import sys
from pathlib import Path
from desktop.commands.demo import make_demo
from desktop.commands.output import Output
make_demo(Path(sys.argv[1]), Output())
"""


def making(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _MAKE, str(folder)],
        cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def made(folder: Path) -> str:
    with making(folder) as process:
        out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    return out


@pytest.mark.slow
def test_a_demo_cut_short_is_made_anew_and_the_second_start_makes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    (folder / "practice").mkdir(parents=True)
    for name in ("demo.unfinished", "signpost.db", "practice/practice.sqlite3"):
        (folder / name).write_text("half")
    assert made(folder).startswith("The demo workspace is being made.")
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert made(folder) == ""
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
    assert not (folder / "demo.unfinished").exists()
    cards = json.loads((folder / CARDS).read_text())["passphrases"]
    assert cards == {person.sign_in: person.passphrase for person in EVERYBODY}
    with opened(folder) as desk:
        assert desk.workspace.kind == "demo"
        assert Auditing(desk).check().problem is None
        states = Counter(row.state for row in Outbox(desk).rows())
        posts = Counter(row.state for row in Listing(desk).shelf().rows)
    assert states == {
        DeliveryState.PUBLISHED: 3,
        DeliveryState.UNCERTAIN: 1,
        DeliveryState.MISSED: 1,
        DeliveryState.WAITING: 3,
    }
    assert posts == {
        PostState.PUBLISHED: 2,
        PostState.SCHEDULED: 4,
        PostState.APPROVED: 1,
        PostState.IN_REVIEW: 3,
        PostState.CHANGES_REQUESTED: 1,
        PostState.DRAFT: 3,
    }
    assert len(PAST) + len(PRESENT) + 1 == sum(posts.values()) + 1, "one is discarded"


@pytest.mark.parametrize("name", ["notes.txt", "signpost.db"])
def test_a_folder_with_anything_else_is_not_touched(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(DeskError, match=r"This folder is not empty|a workspace here already"):
        make_demo(tmp_path, Output())
    assert (tmp_path / name).read_text() == "mine"


def test_a_workspace_is_not_made_into_a_demo(tmp_path: Path) -> None:
    with staffed(tmp_path / "w"):
        pass
    with pytest.raises(DeskError, match="a workspace here already"):
        make_demo(tmp_path / "w", Output())


@pytest.mark.slow
@pytest.mark.parametrize("lines", [1, 2])
def test_a_demo_killed_while_it_is_made_does_not_block_for_ever(tmp_path: Path, lines: int) -> None:
    folder = tmp_path / "demo"
    with making(folder) as process:
        assert process.stdout is not None
        for _ in range(lines):
            process.stdout.readline()
        process.kill()
    assert (folder / "demo.unfinished").exists()
    made(folder)
    assert (folder / CARDS).exists()


@pytest.mark.slow
def test_two_starts_at_once_make_one_demo(tmp_path: Path) -> None:
    both = [making(tmp_path / "demo") for _ in range(2)]
    said = [process.communicate(timeout=120)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0]
    assert sorted(bool(words) for words in said) == [False, True]
