"""The vault on GNOME Keyring: what it keeps, and what it says when the keyring is locked, frozen or gone."""

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import jeepney  # type: ignore[import-untyped]
import pytest
import secretstorage
from jeepney.bus_messages import message_bus  # type: ignore[import-untyped]
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection  # type: ignore[import-untyped]
from keyring.backends import SecretService
from keyring.errors import KeyringError

from editorial.secret import Secret
from editorial.vault import Loaded, PrivateSecretService, Vault, VaultError, VaultState, secretservice
from tests.editorial.vault.processes import gone, until
from tests.fakes.canary import find_canary, new_canary

# keyring's classes are not typed
KeyringsOwn: Any = SecretService.Keyring
QuietSecretService: Any = secretservice.QuietSecretService
ROOT = Path(__file__).parents[3]
CALLS: dict[str, Callable[[Vault], object]] = {
    "get": lambda vault: vault.get("pin"),
    "put": lambda vault: vault.put("pin", Secret("a value")),
    "delete": lambda vault: vault.delete("pin"),
    "load": lambda vault: vault.load("account", 1),
    "stage": lambda vault: vault.stage("account", 1, Secret("a token")),
    "settle": lambda vault: vault.settle("account", 1),
    "forget": lambda vault: vault.forget("account", 1),
    "check": lambda vault: vault.check(),
}


def entries(workspace: str) -> list[str]:
    """The names of a workspace's entries, as another program sees them."""
    with closing(secretstorage.dbus_init()) as bus:
        items = secretstorage.get_default_collection(bus).get_all_items()
        names = [item.get_attributes().get("service", "") for item in items]
    return sorted(name for name in names if name.startswith(f"signpost/{workspace}/"))


@pytest.mark.usefixtures("secret_service")
class TestOpen:
    def test_tokens_through_their_life(self) -> None:
        vault = Vault("ws_life")
        assert vault.state() is VaultState.READY
        assert vault.backend_name() == "GNOME Keyring (Secret Service)"
        long = Secret("ü" * 4000 + new_canary())
        assert vault.load("account", 0) is None
        assert vault.stage("account", 0, Secret("first token")) == 1
        assert vault.load("account", 0) == Loaded(1, Secret("first token"))  # nobody committed it yet
        assert vault.stage("account", 1, long) == 2
        assert vault.load("account", 1) == Loaded(2, long)
        vault.settle("account", 2)
        parts = [*range(11), "header"]
        assert entries("ws_life") == sorted(f"signpost/ws_life/account/2/{part}" for part in parts)
        vault.forget("account", 2)
        assert entries("ws_life") == []

    def test_single_values(self) -> None:
        vault = Vault("ws_single")
        assert vault.get("pin") is None
        for value in ("one", "two", "three"):
            vault.put("pin", Secret(value))
            assert Vault("ws_single").get("pin") == Secret(value)
        assert len(entries("ws_single")) == 2
        vault.delete("pin")
        assert entries("ws_single") == []

    def test_readers_see_a_whole_token_while_another_refreshes_it(self) -> None:
        committed = Vault("ws_race").stage("account", 0, Secret("token 1"))
        seen: list[int] = []
        ended = threading.Event()

        def read() -> None:
            reader = Vault("ws_race")
            while not ended.is_set() or not seen:
                asked = committed
                loaded = reader.load("account", asked)
                assert loaded is not None
                assert loaded.generation >= asked
                assert loaded.value == Secret(f"token {loaded.generation}")
                seen.append(loaded.generation)

        thread = threading.Thread(target=read)
        thread.start()
        writer = Vault("ws_race")
        for _ in range(6):
            committed = writer.stage("account", committed, Secret(f"token {committed + 1}"))
            writer.settle("account", committed)
        ended.set()
        thread.join(30)
        assert committed == 7
        assert seen == sorted(seen)
        writer.forget("account", committed)

    def test_an_entry_deleted_while_it_is_read_is_absent(self) -> None:
        class Meets(secretservice.QuietSecretService):
            priority = -1

            def _find(self, link: secretservice._Link, service: str, username: str) -> secretstorage.Item | None:
                item = super()._find(link, service, username)
                if item is not None:
                    item.delete()
                return item

        Vault("ws_gone").put("pin", Secret("a value"))
        assert Vault("ws_gone", cast(Any, Meets)()).get("pin") is None
        Vault("ws_gone").delete("pin")

    def test_a_service_without_a_keyring_is_missing(self) -> None:
        backend = KeyringsOwn()
        backend.preferred_collection = "/org/freedesktop/secrets/collection/nowhere"
        with pytest.raises(VaultError, match="holds no keyring yet") as caught:
            Vault("ws_1", backend).check()
        assert caught.value.state is VaultState.MISSING

    def test_deleting_what_is_gone_is_harmless(self) -> None:
        QuietSecretService().delete_password("signpost/ws_1/nothing/a/0", "signpost")

    def test_a_locked_entry_is_not_opened(self, monkeypatch: pytest.MonkeyPatch) -> None:
        Vault("ws_item").put("pin", Secret("a value"))
        with monkeypatch.context() as patch:
            patch.setattr(secretstorage.Item, "is_locked", lambda _: True)
            with pytest.raises(VaultError) as caught:
                Vault("ws_item").get("pin")
        assert caught.value.state is VaultState.LOCKED
        Vault("ws_item").delete("pin")

    def test_one_connection_is_kept_and_renewed_when_it_breaks(self) -> None:
        backend = QuietSecretService()
        backend.set_password("signpost/ws_kept/x/a/0", "signpost", "value")
        bus = backend._linked().bus
        assert backend.get_password("signpost/ws_kept/x/a/0", "signpost") == "value"
        assert backend._linked().bus is bus
        for lost in ("bus", "service"):
            bus = backend._linked().bus
            if lost == "bus":
                bus.sock.shutdown(socket.SHUT_RDWR)
            else:
                backend._link._owner = ":0.0"  # the name of a daemon that is gone
            assert backend.get_password("signpost/ws_kept/x/a/0", "signpost") == "value"
            assert backend._linked().bus is not bus
        backend.delete_password("signpost/ws_kept/x/a/0", "signpost")
        backend.close()
        backend.close()

    def test_another_bus_is_another_connection(self, tmp_path: Path, secret_service: PrivateSecretService) -> None:
        vault = Vault("ws_bus")
        vault.put("pin", Secret("on the first"))
        with PrivateSecretService(tmp_path / "second"):
            assert vault.get("pin") is None
        assert vault.get("pin") == Secret("on the first")
        vault.delete("pin")

    def test_a_connection_that_failed_is_not_used_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        backend = QuietSecretService()
        bus = backend._linked().bus
        with monkeypatch.context() as patch:
            patch.setattr(secretstorage.Collection, "search_items", lambda *_: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                backend.get_password("x", "y")
        assert backend._linked().bus is not bus

    def test_an_answer_that_nothing_is_there_is_not_taken_for_an_absent_entry(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def not_found(*_: object) -> None:
            raise secretstorage.ItemNotFoundException("no such object")

        Vault("ws_1").put("known", Secret("a value"))
        with monkeypatch.context() as patch:
            patch.setattr(secretstorage.Collection, "search_items", not_found)
            with pytest.raises(VaultError) as caught:
                Vault("ws_1").get("known")
        assert caught.value.state is VaultState.REFUSED
        Vault("ws_1").delete("known")

    def test_processes_that_connect_at_once_do_not_end_the_daemon(self) -> None:
        Vault("ws_crowd").put("pin", Secret("a value"))
        code = (
            "from editorial.vault import Vault\n"
            "for _ in range(12): assert Vault('ws_crowd').get('pin').reveal() == 'a value'"
        )
        crowd = [subprocess.Popen([sys.executable, "-c", code], cwd=ROOT) for _ in range(4)]
        assert [process.wait(60) for process in crowd] == [0, 0, 0, 0]
        Vault("ws_crowd").delete("pin")

    def test_a_service_that_the_system_does_not_name(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(secretservice, "_PROVIDERS", {})
            assert Vault("ws_1").backend_name() == "Another keyring (Secret Service)"
        monkeypatch.setattr(secretservice, "Path", lambda _: Path("/nowhere"))
        assert Vault("ws_1").backend_name() == "Another keyring (Secret Service)"


class Prompter:
    """Owns the name under which GNOME Keyring asks for a prompt window, and counts how often it does."""

    def __init__(self, address: str) -> None:
        self.asked = 0
        self._ended = threading.Event()
        self._bus: DBusConnection = open_dbus_connection(address)
        Proxy(message_bus, self._bus).RequestName("org.gnome.keyring.SystemPrompter")
        self._thread = threading.Thread(target=self._listen)
        self._thread.start()

    def _listen(self) -> None:
        while not self._ended.is_set():
            try:
                message = self._bus.receive(timeout=0.05)
            except TimeoutError:
                continue
            if message.header.message_type == jeepney.MessageType.method_call:
                self.asked += 1
                self._bus.send(jeepney.new_error(message, "org.freedesktop.DBus.Error.Failed"))

    def close(self) -> None:
        self._ended.set()
        self._thread.join()
        self._bus.close()


@pytest.fixture
def prompter(own_service: PrivateSecretService) -> Iterator[Prompter]:
    found = Prompter(own_service.environment["DBUS_SESSION_BUS_ADDRESS"])
    yield found
    found.close()


def lock() -> None:
    with closing(secretstorage.dbus_init()) as bus:
        secretstorage.get_default_collection(bus).lock()


class TestLocked:
    def test_it_says_so_and_never_asks(self, prompter: Prompter) -> None:
        vault = Vault("ws_1")
        vault.put("pin", Secret("a value"))
        lock()
        started = time.monotonic()
        assert vault.state() is VaultState.LOCKED
        for call in CALLS.values():
            with pytest.raises(VaultError) as caught:
                call(vault)
            assert caught.value.state is VaultState.LOCKED
            assert "Passwords and Keys" in caught.value.advice
        assert time.monotonic() - started < 5
        assert prompter.asked == 0
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # it leaves its connection open, too
            with pytest.raises(KeyringError):
                KeyringsOwn().get_password("x", "y")
            gc.collect()
        assert prompter.asked > 0  # keyring's own class asks, and this prompter would have noticed


class TestNotAnswering:
    def test_frozen_and_awake_again(
        self, own_service: PrivateSecretService, pids: Callable[[], dict[str, int]]
    ) -> None:
        vault = Vault("ws_1", timeout=1)
        vault.put("pin", Secret("value 1"))
        os.kill(pids()["ring"], signal.SIGSTOP)
        try:
            started = time.monotonic()
            assert vault.state() is VaultState.SLOW
            with pytest.raises(VaultError) as caught:
                vault.put("pin", Secret("value 2"))
            assert caught.value.state is VaultState.SLOW
            assert time.monotonic() - started < 4
        finally:
            os.kill(pids()["ring"], signal.SIGCONT)
        until(lambda: vault.state() is VaultState.READY, "ready")
        assert vault.get("pin") == Secret("value 1")
        until(lambda: not any(thread.name == "signpost-vault" for thread in threading.enumerate()), "threads end")
        vault.put("pin", Secret("value 3"))
        assert vault.get("pin") == Secret("value 3")

    def test_killed(self, own_service: PrivateSecretService, pids: Callable[[], dict[str, int]]) -> None:
        vault = Vault("ws_1")
        assert vault.state() is VaultState.READY
        processes = pids()
        os.kill(processes["ring"], signal.SIGKILL)
        gone(processes)
        for call in CALLS.values():
            with pytest.raises(VaultError) as caught:
                call(vault)
            assert caught.value.state is VaultState.MISSING

    def test_a_bus_that_says_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path}/bus")
        with socket.socket(socket.AF_UNIX) as silent:
            silent.bind(f"{tmp_path}/bus")
            silent.listen()
            assert Vault("ws_1").state() is VaultState.SLOW
            with pytest.raises(TimeoutError):
                QuietSecretService().check()


def test_a_token_is_in_no_file(own_service: PrivateSecretService, tmp_path: Path) -> None:
    canary = new_canary()
    vault = Vault("ws_1", lock=tmp_path / "vault.lock")
    vault.put("pin", Secret(canary))
    vault.stage("account", 0, Secret(canary))
    (tmp_path / "control").write_text(canary)
    assert find_canary([tmp_path], canary) == [tmp_path / "control"]
