"""The publisher as a command and as a process that others start."""

import sys
from pathlib import Path

import pytest
from filelock import FileLock

from desktop.commands.publish import PublisherProcess, program_folder, publisher_command
from desktop.practice import PracticeHost, practice_data, practice_network, running_at
from scheduler.status import is_running
from tests.desktop.commands.conftest import signpost
from tests.fakes.desks import staffed


def test_a_second_publisher_is_code_5(workspace: Path) -> None:
    with FileLock(workspace / "publisher.lock"):
        ran = signpost("publisher", "--workspace", workspace, "--json")
    assert (ran.code, ran.errors[0]["error"]) == (5, "E-TAKEN")
    assert "publishes already" in ran.errors[0]["title"]


def test_a_publisher_lives_as_long_as_its_block(tmp_path: Path) -> None:
    with staffed(tmp_path / "w") as staff, PublisherProcess(staff.desk.folder, 30) as process:
        before = process.ended
    assert (before, process.stop(), process.ended) == (None, 0, 0)
    assert not is_running(tmp_path / "w")


def test_a_process_that_was_never_started_needs_no_end(tmp_path: Path) -> None:
    process = PublisherProcess(tmp_path, 1)
    assert (process.ended, process.stop()) == (None, 0)


def test_the_frozen_program_starts_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = publisher_command(tmp_path)
    assert usual[:3] == [sys.executable, "-m", "desktop.cli"]
    assert program_folder() is not None
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert publisher_command(tmp_path) == [sys.executable, *usual[3:]]
    assert program_folder() is None


def test_a_practice_network_is_used_where_it_runs(tmp_path: Path) -> None:
    assert running_at(practice_data(tmp_path)) is None
    host = PracticeHost(tmp_path)
    url = host.url()
    assert host.url() == url == running_at(practice_data(tmp_path))
    with practice_network(tmp_path) as other:
        assert other == url
    assert running_at(practice_data(tmp_path)) == url, "who only used it does not end it"
    host.close()
    assert running_at(practice_data(tmp_path)) is None
    with practice_network(tmp_path) as again:
        assert again == url, "the port of last time"
