"""The frozen program: it builds, checks itself, and does the whole job on a computer without Python."""

import hashlib
import importlib.util
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from editorial.vault.private import PrivateSecretService
from tests.end_to_end.processes import ROOT, command, done

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(400),
    pytest.mark.skipif(importlib.util.find_spec("PyInstaller") is None, reason="PyInstaller is not installed"),
]


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program, built from build.spec into a folder of the test's own."""
    made = tmp_path_factory.mktemp("frozen")
    places = ["--distpath", str(made / "dist"), "--workpath", str(made / "build")]
    finished = subprocess.run(
        [sys.executable, "-m", "PyInstaller", "--noconfirm", *places, str(ROOT / "build.spec")],
        capture_output=True, check=False, timeout=300, cwd=ROOT,
    )  # fmt: skip
    assert finished.returncode == 0, finished.stderr.decode()[-4000:]
    return made / "dist" / "signpost" / ("signpost.exe" if os.name == "nt" else "signpost")


@pytest.fixture
def bare(tmp_path: Path, secret_service: PrivateSecretService) -> Mapping[str, str]:
    """An environment that knows nothing of this tree, its Python or a screen."""
    home = tmp_path / "home"
    home.mkdir()
    return {
        "PATH": "/usr/bin:/bin", "HOME": str(home), "LC_ALL": "C.UTF-8", "QT_QPA_PLATFORM": "offscreen",
        "TMPDIR": str(tmp_path), **secret_service.environment,
    }  # fmt: skip


def contents(folder: Path) -> dict[Path, str]:
    """Every file and what is in it."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def run(program: Path, bare: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([program, *arguments], env=bare, cwd="/", capture_output=True, check=False, timeout=120)


def test_it_checks_itself_and_writes_nothing_beside_itself(program: Path, bare: Mapping[str, str]) -> None:
    before = contents(program.parent)
    finished = run(program, bare, "--self-check")
    assert finished.returncode == 0, finished.stderr.decode()
    assert b"usage:" not in finished.stderr, "a process of its own was taken for a command"
    assert contents(program.parent) == before


def test_the_tour_runs_with_all_its_processes(program: Path, bare: Mapping[str, str], tmp_path: Path) -> None:
    before, desk = contents(program.parent), tmp_path / "desk"
    told = run(program, bare, "tour", "--workspace", str(desk))
    assert told.returncode == 0, (told.stdout.decode(), told.stderr.decode())
    assert b"The whole job took" in told.stdout
    verified = run(program, bare, "audit", "verify", "--workspace", str(desk))
    assert verified.returncode == 0, verified.stderr.decode()
    assert contents(program.parent) == before
    assert "all unchanged" in done(command(desk, "audit", "verify")), "the source tree cannot read what it wrote"


def test_without_a_keyring_it_starts_its_own(program: Path, bare: Mapping[str, str], tmp_path: Path) -> None:
    lonely = {name: value for name, value in bare.items() if not name.startswith("DBUS")}
    told = run(program, lonely, "tour", "--workspace", str(tmp_path / "desk"))
    assert told.returncode == 0, (told.stdout.decode(), told.stderr.decode())
    assert b"a private one for this workspace is used" in told.stdout
