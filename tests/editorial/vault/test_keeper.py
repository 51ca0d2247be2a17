"""The keeper's own loop, run in this process: who comes, who leaves, what does not start."""

import fcntl
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from editorial.vault import keeper

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not all(map(shutil.which, ("dbus-daemon", "gnome-keyring-daemon"))),
    reason="dbus-daemon and gnome-keyring-daemon are not on this computer",
)


class Said:
    """What the keeper reported; `users` runs in a thread once it is ready."""

    def __init__(self, users: Callable[[], None] | None = None) -> None:
        self.words: list[str] = []
        self.errors: list[BaseException] = []
        self._users = users
        self._thread: threading.Thread | None = None

    def __call__(self, word: str) -> None:
        self.words.append(word)
        if word == "ready" and self._users is not None:
            self._thread = threading.Thread(target=self._run)
            self._thread.start()

    def _run(self) -> None:
        assert self._users is not None
        try:
            self._users()
        except BaseException as error:
            self.errors.append(error)

    def check(self, *words: str) -> None:
        if self._thread is not None:
            self._thread.join(20)
        assert self.errors == []
        assert self.words == list(words)


def note(folder: Path) -> dict[str, str]:
    found: dict[str, str] = json.loads((folder / "service.json").read_text())
    return found


def join(folder: Path) -> socket.socket:
    user = socket.socket(socket.AF_UNIX)
    user.settimeout(10)
    user.connect(note(folder)["users"])
    assert user.recv(1000).startswith(b"unix:path=")
    return user


def program(folder: Path, name: str, script: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts a program of this name first on the path."""
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)
    if not os.environ["PATH"].startswith(f"{folder}:"):
        monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_users_come_and_go(tmp_path: Path) -> None:
    def users() -> None:
        with join(tmp_path) as second:
            with join(tmp_path) as first:
                first.send(b"hello")  # nobody is asked to be silent
                first.shutdown(socket.SHUT_WR)
                assert first.recv(1) == b""  # others stay: it may go at once
            second.shutdown(socket.SHUT_WR)
            assert second.recv(1) == b""
            assert not (tmp_path / "service.json").exists()  # the last one hears it after everything has ended

    said = Said(users)
    keeper.serve(tmp_path, said)
    said.check("ready")
    assert len((tmp_path / "password").read_text()) > 40


def test_nobody_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "_FIRST_USER", 0.1)
    said = Said()
    keeper.serve(tmp_path, said)
    said.check("ready")
    assert not (tmp_path / "service.json").exists()


def test_a_program_that_ends_ends_all(tmp_path: Path) -> None:
    def users() -> None:
        with join(tmp_path) as user:
            os.kill(int(json.loads((tmp_path / "service.json").read_text())["pids"]["ring"]), signal.SIGTERM)
            assert user.recv(1) == b""

    said = Said(users)
    keeper.serve(tmp_path, said)
    said.check("ready")


def test_one_folder_has_one_keeper(tmp_path: Path) -> None:
    with (tmp_path / "service.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        said = Said()
        keeper.serve(tmp_path, said)
        said.check("busy")


def test_what_does_not_start_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said = Said()
    with monkeypatch.context() as patch:
        program(tmp_path, "dbus-daemon", "exit 1", patch)
        keeper.serve(tmp_path, said)
    assert said.words[0].startswith("failed ['dbus-daemon'")
    said = Said()
    monkeypatch.setenv("PATH", "/nowhere")
    keeper.serve(tmp_path, said)
    assert said.words[0].startswith("failed [Errno 2]")


def test_a_program_that_does_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "_STOP", 0.2)
    monkeypatch.setattr(keeper, "_FIRST_USER", 0.1)
    stubborn = "trap '' TERM\necho unix:path=/nowhere\nwhile :; do sleep 0.1; done"
    program(tmp_path, "dbus-daemon", stubborn, monkeypatch)
    said = Said()
    keeper.serve(tmp_path, said)
    said.check("ready")


def test_what_a_killed_keeper_left_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "_FIRST_USER", 0.1)
    left = Path(tempfile.mkdtemp(prefix="signpost-keyring-"))
    other = tmp_path / "precious"
    other.mkdir()
    for folder in (left, other):
        (tmp_path / "service.json").write_text(json.dumps({"run": str(folder)}))
        keeper.serve(tmp_path, Said())
    assert not left.exists()
    assert other.exists()


def test_addresses_stay_short_and_plain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "with a space"))
    folder = keeper._run_folder()
    assert folder.parent == Path("/tmp")  # noqa: S108
    folder.rmdir()


def test_a_keeper_that_dies_at_once_has_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    before = os.umask(0o022)
    os.umask(before)
    monkeypatch.setattr(os, "fork", lambda: 1)  # this process is the starter; its child never says anything
    try:
        assert keeper.main([str(tmp_path)]) == 1
    finally:
        os.umask(before)
    assert capsys.readouterr().out == "failed it ended at once"
