"""The files with which the system starts the publisher: they name this program and this workspace, and are accepted."""

import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from desktop.commands import services
from desktop.commands.services import System, after_reboot, service_file, sleeps
from tests.desktop.commands.conftest import signpost

ODD = 'Alder Bay "50 %" & $HOME'
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"


def test_the_unit_names_program_and_workspace(tmp_path: Path) -> None:
    ran = signpost("publisher", "--service", "systemd", "--workspace", tmp_path / "desk")
    assert ran.code == 0
    assert f'"publisher" "--workspace" "{tmp_path / "desk"}"\n' in ran.out
    assert f'ExecStart="{sys.executable}"' in ran.out
    assert "@" not in ran.out


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed here")
@pytest.mark.timeout(90)
def test_systemd_accepts_the_unit_with_any_folder(tmp_path: Path) -> None:
    unit = tmp_path / f"{services.UNIT}.service"
    unit.write_text(service_file(System.SYSTEMD, tmp_path / ODD), encoding="utf-8")
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--user", "--man=no", str(unit)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert str(unit) not in checked.stderr, checked.stderr
    assert unit.name not in checked.stderr, checked.stderr


def test_the_windows_task_keeps_any_folder_whole(tmp_path: Path) -> None:
    task = ElementTree.fromstring(service_file(System.WINDOWS, tmp_path / ODD))  # noqa: S314 - our own file
    arguments = task.findtext(f"{TASK}Actions/{TASK}Exec/{TASK}Arguments") or ""
    assert arguments == subprocess.list2cmdline(["-m", "desktop.cli", "publisher", "--workspace", str(tmp_path / ODD)])
    assert task.findtext(f"{TASK}Actions/{TASK}Exec/{TASK}Command") == sys.executable


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("masked\nmasked", "never"),
        ("static\nstatic", "possible"),
        ("masked\nstatic", "possible"),
        ("", "does not tell"),
    ],
)
def test_whether_the_computer_sleeps(monkeypatch: pytest.MonkeyPatch, said: str, words: str) -> None:
    monkeypatch.setattr(services, "_said", lambda *command: said)
    monkeypatch.setattr(sys, "platform", "linux")
    assert words in sleeps()[0]


@pytest.mark.parametrize(("said", "words"), [("enabled", "sign in"), ("disabled", "with the desktop"), ("", "desktop")])
def test_what_happens_after_a_reboot(monkeypatch: pytest.MonkeyPatch, said: str, words: str) -> None:
    monkeypatch.setattr(services, "_said", lambda *command: said)
    assert words in after_reboot()[0]
