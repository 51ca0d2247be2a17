"""The real command line in processes of its own, without Qt; and one tour's workspace for all who look at it."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.source import ROOT

BREAKING = Path(__file__).with_name("breaking")


@dataclass(frozen=True)
class Ran:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output as JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def errors(self) -> list[dict[str, Any]]:
        """Standard error as JSON Lines."""
        return [json.loads(line) for line in self.err.splitlines()]


def environment(broken: str = "", **others: str) -> dict[str, str]:
    """The environment of a command without Qt, with one thing `broken` on purpose."""
    path = os.pathsep.join(filter(None, [str(BREAKING), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "PYTHONPATH": path, "SIGNPOST_BREAK": broken, **others}


def signpost(*arguments: str | Path, broken: str = "", timeout: float = 90.0, **others: str) -> Ran:
    """Runs `signpost ARGUMENTS` to its end."""
    done = subprocess.run(
        [sys.executable, "-m", "desktop.cli", *map(str, arguments)],
        cwd=ROOT, env=environment(broken, **others), capture_output=True, text=True, timeout=timeout, check=False,
    )  # fmt: skip
    return Ran(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True)
class Toured:
    """A tour that went well."""

    folder: Path
    ran: Ran


@pytest.fixture(scope="session")
def toured(tmp_path_factory: pytest.TempPathFactory) -> Toured:
    """One tour, on a computer without a keyring. Nobody changes its folder: ask for `workspace`."""
    folder = tmp_path_factory.mktemp("toured") / "workspace"
    return Toured(folder, signpost("--json", "tour", "--workspace", folder))


@pytest.fixture
def workspace(toured: Toured, tmp_path: Path) -> Path:
    """A copy of the tour's workspace."""
    folder = tmp_path / "a copy, with 100% odd #name?"
    skip = shutil.ignore_patterns("service.json", "run", "*.lock")
    shutil.copytree(toured.folder, folder, ignore=skip)
    return folder
