"""`signpost backup`: the real program makes one, is killed at every step of it, and brings one back."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from editorial.backup.making import Step
from scheduler.failpoints import CODE
from scheduler.status import lock_of
from tests.contracts.source import ROOT
from tests.desktop.commands.conftest import environment, signpost

pytestmark = pytest.mark.slow  # minutes in all; the default tier has to stay short


def restore(backup: Path, workspace: Path, words: str = "") -> subprocess.CompletedProcess[str]:
    """With something to read on standard input."""
    command = [sys.executable, "-m", "desktop.cli", "backup", "restore", str(backup), "--workspace", str(workspace)]
    return subprocess.run(
        command, cwd=ROOT, env=environment(), input=words, capture_output=True, text=True, timeout=90, check=False
    )


def test_a_backup_is_made_and_brought_back(workspace: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    made = signpost("backup", "create", folder, "--workspace", workspace, "--json")
    assert made.code == 0, made.err
    (file,) = folder.iterdir()
    assert made.lines[-1]["file"] == str(file)
    came = restore(file, workspace)
    assert came.returncode == 0, came.stderr
    assert "All publishing is on hold" in came.stdout
    assert len(list(workspace.glob("replaced-*"))) == 1
    verified = signpost("audit", "verify", "--workspace", workspace, "--json")
    assert verified.code == 3, "nobody signed for the gap"
    assert "Restored the workspace from a backup" in verified.lines[-1]["text"]
    exported = signpost("audit", "export", "--out", tmp_path / "log.jsonl", "--workspace", workspace)
    assert exported.code == 0, "reading and exporting work"


def test_nothing_is_restored_while_somebody_works_in_it(workspace: Path, tmp_path: Path) -> None:
    backup = tmp_path / "file.backup"
    assert signpost("backup", "create", backup, "--workspace", workspace).code == 0
    with lock_of(workspace):
        assert restore(backup, workspace).returncode == 5
    (workspace / "desktop.lock").write_text(f"{os.getpid()}\npython\nhere\n")
    assert restore(backup, workspace).returncode == 5
    assert list(workspace.glob("replaced-*")) == []


def test_without_the_secret_the_words_are_asked_for(workspace: Path, tmp_path: Path) -> None:
    backup = tmp_path / "file.backup"
    assert signpost("backup", "create", backup, "--workspace", workspace).code == 0
    new = tmp_path / "new computer"
    nothing = restore(backup, new)
    assert (nothing.returncode, "The words of the recovery sheet are missing" in nothing.stderr) == (1, True)
    wrong = restore(backup, new, "these are no words\n")
    assert (wrong.returncode, "is not on the list" in wrong.stderr) == (1, True)
    assert not (new / "signpost.db").exists()


@pytest.mark.slow
@pytest.mark.parametrize("step", [each for each in Step if each is not Step.DROPPED])
def test_killed_at_any_step_the_old_backup_is_whole_and_the_next_one_works(
    workspace: Path, tmp_path: Path, step: Step
) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    backup = folder / "file.backup"
    assert signpost("backup", "create", backup, "--workspace", workspace).code == 0
    before = backup.read_bytes()
    killed = signpost("backup", "create", backup, "--workspace", workspace, SIGNPOST_FAILPOINT=f"{step}:1")
    assert killed.code == CODE
    if step is not Step.NAMED:
        assert backup.read_bytes() == before
    assert restore(backup, workspace).returncode == 0
    assert signpost("backup", "create", backup, "--workspace", workspace).code == 0
    assert list(folder.iterdir()) == [backup]
    assert list(workspace.glob(".backup-*")) == []


def test_the_key_sheet_is_printed(workspace: Path) -> None:
    ran = signpost("audit", "keys", "--workspace", workspace, "--json")
    (line,) = ran.lines
    assert ran.code == 0
    assert line["vkeys"]
    assert line["vkeys"][0].startswith(line["origin"] + "+")
    assert line["root"].startswith("sha256:")
    for fact in (line["origin"], *line["vkeys"], line["root"]):
        assert fact in line["text"]
