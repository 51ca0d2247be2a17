"""Starting the desktop as a process: the self-check, a screen that is missing, a second start, and a kill."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from desktop import app
from editorial.people.setup import NewWorkspace, create_workspace
from editorial.vault import Vault
from tests.fakes.desks import JONAS, MemoryKeyring

_TIMEOUT = 60


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "desktop.cli", *arguments]


def offscreen(**more: str) -> dict[str, str]:
    return {**os.environ, "QT_QPA_PLATFORM": "offscreen", **more}


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    new = NewWorkspace("Alder Bay Hospital", "UTC", "Jonas Lindqvist", "jonas", JONAS)
    create_workspace(tmp_path / "desk", new, vault=Vault("test", MemoryKeyring()))[0].close()
    return tmp_path / "desk"


def test_the_self_check_opens_a_window_and_a_workspace_and_leaves_nothing(tmp_path: Path) -> None:
    done = subprocess.run(
        command("--self-check"),
        env=offscreen(TMPDIR=str(tmp_path)),
        capture_output=True,
        text=True,
        check=False,
        timeout=_TIMEOUT,
    )
    assert done.returncode == 0, done.stderr
    assert list(tmp_path.iterdir()) == []


def test_without_a_screen_it_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("QT_", "DISPLAY", "WAY"))}
    done = subprocess.run(
        command("--workspace", str(tmp_path)),
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=_TIMEOUT,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("There is no screen here.")
    assert "Traceback" not in done.stderr


def wait_for(path: Path, seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < deadline, f"{path.name} did not appear"
        time.sleep(0.02)


@contextmanager
def start(workspace: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A desktop on the workspace, killed at the end whatever became of it."""
    nothing = subprocess.DEVNULL
    arguments = command("--workspace", str(workspace))
    process = subprocess.Popen(arguments, env=offscreen(), stdout=nothing, stderr=nothing)
    try:
        yield process
    finally:
        process.kill()
        process.wait(_TIMEOUT)


def the_first_to_leave(
    one: subprocess.Popen[bytes], other: subprocess.Popen[bytes]
) -> tuple[subprocess.Popen[bytes], subprocess.Popen[bytes]]:
    """Waits until one of the two has ended; returns it, and the other."""
    deadline = time.monotonic() + _TIMEOUT
    while one.poll() is None and other.poll() is None:
        assert time.monotonic() < deadline, "two desktops have the workspace"
        time.sleep(0.02)
    return (one, other) if one.poll() is not None else (other, one)


def test_a_second_start_leaves_at_once_and_a_killed_one_is_no_obstacle(workspace: Path) -> None:
    with start(workspace) as first:
        wait_for(workspace / "desktop.lock")
        with start(workspace) as second:
            assert second.wait(_TIMEOUT) == app.DONE
        assert first.poll() is None
    with start(workspace) as one, start(workspace) as other:
        left, stayed = the_first_to_leave(one, other)
        assert left.returncode == app.DONE  # whichever came first has it, and answers
        assert stayed.poll() is None


def test_a_workspace_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class Refused:
        def refused(self) -> bool:
            return True

    class Elsewhere:
        def refused(self) -> bool:
            return False

        def show_other(self) -> bool:
            return False

        def holder(self) -> str:
            return "Process 7 on COMMS-02, started by helen"

    assert app._somebody_else(Refused(), tmp_path) == app.PROBLEM  # type: ignore[arg-type]
    assert app._somebody_else(Elsewhere(), tmp_path) == app.TAKEN  # type: ignore[arg-type]
    told = capsys.readouterr().err
    assert "cannot be written" in told
    assert "Process 7 on COMMS-02, started by helen" in told
