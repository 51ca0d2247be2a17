"""The tour proves the main job, and fails where any part of it is broken."""

import stat
from pathlib import Path

import pytest
import requests
from filelock import FileLock

from connectors.practice.process import PracticeProcess
from desktop.practice import practice_data
from editorial.audit.verify import read_jsonl, verify_entries
from tests.desktop.commands.conftest import Toured, signpost

STEPS = (
    "A workspace in",
    "Three people",
    "connected through OAuth",
    "A picture is imported and stripped",
    "drafted with alt text and sent to review",
    "Helen requests changes",
    "Helen signs version 2",
    "The engine publishes it",
    "on the network, once, with its alt text",
    "looked up, not sent again",
    "All publishing is held",
    "lift the hold",
    "The audit log is exported",
    "edited in a copy of the log",
)


def test_the_tour_proves_every_step(toured: Toured) -> None:
    assert toured.ran.code == 0, toured.ran.err
    steps = [line for line in toured.ran.lines if "step" in line]
    assert [line["step"] for line in steps] == list(range(1, len(STEPS) + 1))
    for part, line in zip(STEPS, steps, strict=True):
        assert part in line["title"]
        assert line["proof"]
    last = toured.ran.lines[-1]
    assert (last["done"], last["folder"]) == (True, str(toured.folder))
    assert "The whole job took" in last["text"]


def test_it_says_that_it_brought_its_own_keyring(toured: Toured) -> None:
    assert toured.ran.lines[0]["keyring"] == "private"
    assert (toured.folder / "demo-keyring").is_dir()


def test_it_leaves_a_private_folder_with_a_log_that_verifies(toured: Toured) -> None:
    assert not (toured.folder / "tampered-copy").exists()
    with (toured.folder / "audit.jsonl").open("rb") as file:
        assert verify_entries(read_jsonl(file)).problem is None
    assert stat.S_IMODE(toured.folder.stat().st_mode) == 0o700
    open_to_others = [path for path in toured.folder.rglob("*") if path.is_file() and path.stat().st_mode & 0o077]
    assert open_to_others == []


def test_a_workspace_that_is_there_is_not_toured(workspace: Path) -> None:
    before = (workspace / "signpost.db").read_bytes()
    ran = signpost("tour", "--workspace", workspace, "--json")
    assert (ran.code, ran.errors[0]["title"]) == (1, "There is a workspace here already")
    assert (workspace / "signpost.db").read_bytes() == before


def failed_at(folder: Path, step: str, what: str, broken: str = "") -> None:
    ran = signpost("tour", "--workspace", folder, "--json", broken=broken)
    assert ran.code == 1, (ran.out, ran.err)
    (error,) = ran.errors
    assert (error["error"], error["title"]) == ("E-TOUR", f"The tour stopped: {step}")
    assert what in error["what"]
    assert (folder / "signpost.db").exists(), "the folder is left for looking at"


def test_an_author_who_could_sign_ends_it(tmp_path: Path) -> None:
    failed_at(tmp_path / "w", "four eyes", "The author could sign", broken="four eyes")


@pytest.mark.slow
def test_a_publisher_that_does_not_run_ends_it(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    with FileLock(tmp_path / "w" / "publisher.lock"):
        failed_at(tmp_path / "w", "publishing", "The publisher ended with code 5")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("broken", "step", "what"),
    [
        ("alt", "alt text", "did not arrive"),
        ("hold", "hold", "A held post went out"),
        ("lift", "lifting", "was not left for a person"),
        ("verifier", "tampering", "was not noticed"),
    ],
)
def test_any_broken_part_ends_it(tmp_path: Path, broken: str, step: str, what: str) -> None:
    failed_at(tmp_path / "w", step, what, broken=broken)


@pytest.mark.slow
def test_a_second_copy_on_the_network_ends_it(tmp_path: Path) -> None:
    with PracticeProcess(practice_data(tmp_path / "w")) as network:
        fault = {"kind": "twice", "count": 1, "match": "healing garden"}
        assert requests.post(f"{network.url}/api/faults", json=fault, timeout=10).ok
        failed_at(tmp_path / "w", "publishing", "The network has it 2 times")
