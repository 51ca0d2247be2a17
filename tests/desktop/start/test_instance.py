"""One desktop per workspace: the second brings the first forward, a killed one leaves no obstacle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop.start import instance as module
from desktop.start.instance import Instance, server_name

_HOLD = """
import sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from desktop.start.instance import Instance
application = QCoreApplication([])
instance = Instance(Path(sys.argv[1]))
print(instance.claim(), flush=True)
instance.listen(lambda: print("shown", flush=True))
application.exec()
"""

_SECOND = """
import sys
from pathlib import Path
from desktop.start.instance import Instance
instance = Instance(Path(sys.argv[1]))
print(instance.claim(), instance.refused(), instance.show_other(), instance.holder())
"""


def run_first(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen([sys.executable, "-c", _HOLD, str(folder)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline().strip() == "True"
    return process


def test_the_second_brings_the_first_forward(tmp_path: Path) -> None:
    with run_first(tmp_path) as first:
        try:
            done = subprocess.run(
                [sys.executable, "-c", _SECOND, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
            )
            assert done.stdout.startswith("False False True ")
            assert f"Process {first.pid} on " in done.stdout
            assert first.stdout is not None
            assert first.stdout.readline().strip() == "shown"
        finally:
            first.kill()


def test_one_that_was_killed_leaves_no_obstacle(tmp_path: Path, qtbot: QtBot) -> None:
    with run_first(tmp_path) as first:
        os.kill(first.pid, signal.SIGKILL)
    instance = Instance(tmp_path)
    assert instance.claim()
    shown: list[int] = []
    instance.listen(lambda: shown.append(1))
    with subprocess.Popen([sys.executable, "-c", _SECOND, str(tmp_path)], stdout=subprocess.PIPE, text=True) as second:
        qtbot.waitUntil(lambda: bool(shown), timeout=30_000)
        answer, _ = second.communicate(timeout=30)
    assert answer.startswith("False False True")
    instance.release()
    assert Instance(tmp_path).claim()


def test_nobody_listening_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_STARTING", 0.2)
    holder = Instance(tmp_path)
    assert holder.claim()
    second = Instance(tmp_path)
    assert not second.claim()
    assert not second.refused()
    assert not second.show_other()
    holder.release()


def test_a_folder_that_is_not_there_is_no_other_desktop(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "missing" / "deeper")
    assert not instance.claim()
    assert instance.refused()


def test_every_path_to_a_folder_has_the_same_name(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert server_name(tmp_path / "real") == server_name(tmp_path / "link")
    assert server_name(tmp_path / "real") != server_name(tmp_path)
    assert len(server_name(tmp_path)) < 50
