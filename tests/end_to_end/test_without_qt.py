"""Everything but the desktop runs where Qt is not installed: a publisher on a server, a rescue by SSH."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from editorial.vault.private import PrivateSecretService
from tests.end_to_end.processes import ROOT, command, done


@pytest.fixture
def no_qt() -> Mapping[str, str]:
    """The environment of processes that refuse to import Qt, themselves and in their children."""
    paths = [str(Path(__file__).with_name("without_qt")), os.environ.get("PYTHONPATH", "")]
    return {"PYTHONPATH": os.pathsep.join(filter(None, paths))}


def test_the_blocker_blocks(no_qt: Mapping[str, str]) -> None:
    for module in ("PySide6", "PySide6.QtCore", "shiboken6"):
        finished = subprocess.run(
            [sys.executable, "-c", f"import {module}"],
            check=False, env={**os.environ, **no_qt}, capture_output=True, timeout=30,
        )  # fmt: skip
        assert finished.returncode == 1
        assert b"is refused here" in finished.stderr


def test_the_desktop_is_blocked(no_qt: Mapping[str, str], tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "desktop.cli", "--workspace", str(tmp_path / "desk"), "--self-check"],
        check=False, env={**os.environ, **no_qt, "SIGNPOST_TRACE": "1"}, capture_output=True, timeout=30, cwd=ROOT,
    )  # fmt: skip
    assert finished.returncode != 0
    assert b"is refused here" in finished.stderr, finished.stderr.decode()


@pytest.mark.slow
def test_tour_publisher_practice_audit_hold_and_doctor(
    no_qt: Mapping[str, str], secret_service: PrivateSecretService, tmp_path: Path
) -> None:
    """The tour starts the practice network and the publisher as children; they inherit the refusal."""
    assert secret_service.environment
    desk = tmp_path / "desk"
    told = done(command(desk, "tour", environ=no_qt))
    assert "The whole job took" in told
    assert "edited in a copy" in told
    assert "all unchanged and in order" in done(command(desk, "audit", "verify", environ=no_qt))
    for form in ("jsonl", "csv"):
        out = tmp_path / f"log.{form}"
        done(command(desk, "audit", "export", "--format", form, "--out", str(out), environ=no_qt))
        assert out.stat().st_size > 1_000
    assert "All publishing is on hold." in done(command(desk, "hold", "--reason", "a drill", environ=no_qt))
    assert "Keyring" in done(command(desk, "doctor", environ=no_qt))
