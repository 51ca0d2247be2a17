"""The private Secret Service lives as long as anybody uses it, survives any death, and is never plain text."""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from editorial.secret import Secret
from editorial.vault import PrivateSecretService, Vault, VaultError, VaultState, private, private_keyring_for
from editorial.vault.private import keeper_command
from tests.editorial.vault.processes import gone, runs

ROOT = Path(__file__).parents[3]
Pids = Callable[[], dict[str, int]]
USER = """
import sys
from pathlib import Path
from editorial.vault import PrivateSecretService, Vault
from editorial.secret import Secret
with PrivateSecretService(Path(sys.argv[1])):
    vault = Vault("ws_1")
    print(vault.get("pin").reveal() if vault.get("pin") else "nothing", flush=True)
    for line in sys.stdin:
        vault.put("pin", Secret(line.strip()))
        print(vault.get("pin").reveal(), flush=True)
"""


class User:
    """Another process that uses the folder."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, str(folder)],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def says(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def put(self, text: str) -> str:
        assert self.process.stdin is not None
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()
        return self.says()

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def user(own_service: PrivateSecretService, tmp_path: Path) -> Iterator[Callable[[], User]]:
    """Starts processes on the service's folder and ends them at the end of the test."""
    users: list[User] = []

    def start() -> User:
        users.append(User(tmp_path / "ring"))
        return users[-1]

    yield start
    for one in users:
        one.kill()


def environment_of(pid: int) -> dict[str, str]:
    entries = Path(f"/proc/{pid}/environ").read_text().split("\0")
    return dict(entry.split("=", 1) for entry in entries if entry)


def test_it_is_private_and_has_no_display(own_service: PrivateSecretService, tmp_path: Path, pids: Pids) -> None:
    folder = tmp_path / "ring"
    Vault("ws_1").put("pin", Secret("a value"))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    for name in ("bus", "ring"):
        environment = environment_of(pids()[name])
        assert not {"DISPLAY", "WAYLAND_DISPLAY"} & environment.keys()
        assert environment["HOME"] == str(folder)
    socket_folder = Path(own_service.environment["DBUS_SESSION_BUS_ADDRESS"].partition("path=")[2].split(",")[0]).parent
    assert stat.S_IMODE(socket_folder.stat().st_mode) == 0o700


def test_the_last_user_ends_it_and_the_next_one_finds_the_data(
    own_service: PrivateSecretService, user: Callable[[], User], tmp_path: Path, pids: Pids
) -> None:
    processes = pids()
    Vault("ws_1").put("pin", Secret("first"))
    other = user()
    assert other.says() == "first"
    own_service.close()
    assert "DBUS_SESSION_BUS_ADDRESS" not in os.environ
    assert other.put("second") == "second"  # it goes on after the process that started it
    other.process.communicate(timeout=20)
    assert other.process.returncode == 0
    assert not any(map(runs, processes.values()))  # a close returns when all has ended
    with PrivateSecretService(tmp_path / "ring"):
        assert Vault("ws_1").get("pin") == Secret("second")


def test_killed_users_do_not_keep_it(own_service: PrivateSecretService, user: Callable[[], User], pids: Pids) -> None:
    processes = pids()
    other = user()
    assert other.says() == "nothing"
    own_service.close()
    assert all(map(runs, processes.values()))
    other.kill()
    gone(processes)


def test_a_starter_that_is_killed_leaves_nothing(tmp_path: Path, pids: Pids) -> None:
    folder = tmp_path / "second"
    starter = User(folder)
    assert starter.says() == "nothing"
    with PrivateSecretService(folder) as joined:
        starter.kill()
        Vault("ws_1").put("pin", Secret("kept"))
        assert joined.environment
    assert not (folder / "service.json").exists()


@pytest.mark.parametrize("name", ["keeper", "bus", "ring"])
def test_any_part_killed_ends_all_and_start_begins_anew(
    own_service: PrivateSecretService, tmp_path: Path, pids: Pids, name: str
) -> None:
    Vault("ws_1").put("pin", Secret("kept"))
    processes = pids()
    run = Path(own_service.environment["DBUS_SESSION_BUS_ADDRESS"].partition("path=")[2].split(",")[0]).parent
    os.kill(processes[name], signal.SIGKILL)
    gone(processes)
    assert Vault("ws_1").state() is VaultState.MISSING
    own_service.start()
    own_service.apply()
    assert Vault("ws_1").get("pin") == Secret("kept")
    assert not run.exists()  # also what a killed keeper left behind
    assert pids()["keeper"] != processes["keeper"]


def test_many_start_at_once_and_share_one(tmp_path: Path) -> None:
    folder = tmp_path / "shared"
    users = [User(folder) for _ in range(4)]
    try:
        assert [one.says() for one in users] == ["nothing"] * 4
        assert users[0].put("shared") == "shared"
        late = User(folder)
        users.append(late)
        assert late.says() == "shared"
    finally:
        for one in users:
            one.kill()


@pytest.mark.parametrize("left", ["", "{}", '{"users": "/nowhere/users", "run": "/etc"}', '{"users": 7}'])
def test_a_stale_note_is_no_obstacle(tmp_path: Path, left: str, own_service: PrivateSecretService) -> None:
    folder = tmp_path / "stale"
    folder.mkdir()
    (folder / "service.json").write_text(left)
    with PrivateSecretService(folder):
        assert Vault("ws_1").state() is VaultState.READY


def test_a_keeper_that_dies_in_the_middle(own_service: PrivateSecretService, pids: Pids) -> None:
    processes = pids()
    os.kill(processes["keeper"], signal.SIGSTOP)
    assert own_service._connection is not None
    own_service._connection.send(b"never read")
    os.kill(processes["keeper"], signal.SIGKILL)
    gone(processes)
    before = own_service.environment
    assert own_service.start() != before
    own_service.apply()
    assert Vault("ws_1").state() is VaultState.READY


def test_two_daemons_never_share_the_data(own_service: PrivateSecretService, tmp_path: Path, pids: Pids) -> None:
    processes = pids()
    os.kill(processes["ring"], signal.SIGSTOP)
    os.kill(processes["keeper"], signal.SIGKILL)
    try:
        with pytest.raises(VaultError) as caught:
            PrivateSecretService(tmp_path / "ring", timeout=0.5).start()  # the old daemon is not gone yet
        assert caught.value.state is VaultState.SLOW
    finally:
        os.kill(processes["ring"], signal.SIGCONT)
    gone(processes)
    assert own_service.start()


def test_closing_does_not_wait_for_ever(
    own_service: PrivateSecretService, pids: Pids, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private, "_STOP", 0.1)
    processes = pids()
    os.kill(processes["keeper"], signal.SIGSTOP)
    own_service.close()
    assert runs(processes["ring"])
    os.kill(processes["keeper"], signal.SIGCONT)
    gone(processes)


def test_a_daemon_that_never_answers_on_the_bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private, "_OPEN", 0.2)
    (tmp_path / "gnome-keyring-daemon").write_text("#!/bin/sh\nexec sleep 60\n")
    (tmp_path / "gnome-keyring-daemon").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    service = PrivateSecretService(tmp_path / "ring")
    with pytest.raises(VaultError) as caught:
        service.start()
    assert caught.value.state is VaultState.MISSING
    assert service.environment == {}
    assert not (tmp_path / "ring" / "service.json").exists()


def test_starting_twice_and_closing_twice(own_service: PrivateSecretService) -> None:
    before = own_service.environment
    assert own_service.start() == before
    own_service.apply()
    own_service.close()
    assert own_service.environment == {}
    own_service.close()


def test_apply_gives_back_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with PrivateSecretService(tmp_path / "outer") as outer:
        with PrivateSecretService(tmp_path / "inner") as inner:
            assert os.environ["DBUS_SESSION_BUS_ADDRESS"] == inner.environment["DBUS_SESSION_BUS_ADDRESS"]
        assert os.environ["DBUS_SESSION_BUS_ADDRESS"] == outer.environment["DBUS_SESSION_BUS_ADDRESS"]


def test_a_lost_password_is_told_and_nothing_stays_behind(
    own_service: PrivateSecretService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_service.close()
    monkeypatch.setattr(private, "_OPEN", 0.5)
    (tmp_path / "ring" / "password").write_text("another")
    with pytest.raises(VaultError) as caught:
        own_service.start()
    assert caught.value.state is VaultState.LOCKED
    assert not (tmp_path / "ring" / "service.json").exists()


class TestRefusals:
    @pytest.mark.parametrize(
        ("there", "missing"),
        [((), "dbus-daemon and gnome-keyring-daemon"), (("dbus-daemon",), "gnome-keyring-daemon")],
    )
    def test_missing_programs(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: tuple[str, ...], missing: str
    ) -> None:
        for name in there:
            (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")
            (tmp_path / name).chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(VaultError) as caught:
            PrivateSecretService(tmp_path / "ring").start()
        assert caught.value.state is VaultState.MISSING
        assert f"but {missing} is not installed" in caught.value.what
        assert "sudo apt install gnome-keyring dbus" in caught.value.advice

    def test_programs_that_do_not_start(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("dbus-daemon", "gnome-keyring-daemon"):
            (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")
            (tmp_path / name).chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        with pytest.raises(VaultError, match="turned the request down") as caught:
            PrivateSecretService(tmp_path / "ring").start()
        assert "dbus-daemon" in caught.value.code

    def test_a_keeper_that_hangs(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "dbus-daemon").write_text("#!/bin/sh\nexec sleep 60\n")
        (tmp_path / "dbus-daemon").chmod(0o755)
        monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
        with pytest.raises(VaultError) as caught:
            PrivateSecretService(tmp_path / "ring", timeout=0.3).start()
        assert caught.value.state is VaultState.SLOW

    def test_a_folder_that_cannot_be_made(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(VaultError) as caught:
            PrivateSecretService(tmp_path / "file" / "ring").start()
        assert caught.value.state is VaultState.REFUSED

    def test_another_system(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "platform", "darwin")
        with pytest.raises(VaultError) as caught:
            PrivateSecretService(tmp_path / "ring").start()
        assert caught.value.state is VaultState.MISSING

    def test_another_keeper_that_does_not_answer(self, own_service: PrivateSecretService, tmp_path: Path) -> None:
        (tmp_path / "ring" / "service.json").unlink()  # nobody can find the one that holds the lock
        with pytest.raises(VaultError) as caught:
            PrivateSecretService(tmp_path / "ring", timeout=0.5).start()
        assert caught.value.state is VaultState.SLOW


def test_the_frozen_program_starts_itself(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert keeper_command(tmp_path)[0] == sys.executable
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert keeper_command(tmp_path) == [sys.executable, "keyring-keeper", str(tmp_path)]


class TestWhereItIsNeeded:
    def test_not_beside_a_keyring_of_the_computer(self, own_service: PrivateSecretService, tmp_path: Path) -> None:
        assert private_keyring_for(tmp_path / "demo") is None
        assert not (tmp_path / "demo").exists()

    def test_without_one_and_ever_after(self, tmp_path: Path) -> None:
        first = private_keyring_for(tmp_path / "demo")
        assert first is not None
        Vault("ws_1").put("pin", Secret("a value"))
        second = private_keyring_for(tmp_path / "demo")  # a child that inherits the address uses it by itself, too
        assert second is not None
        assert second.environment == first.environment
        second.close()
        assert Vault("ws_1").get("pin") == Secret("a value")
        first.close()
        assert "DBUS_SESSION_BUS_ADDRESS" not in os.environ
