"""Nobody waits longer than the time-out, and what a keyring does too late does no harm."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from editorial.secret import Secret
from editorial.vault import Vault, VaultError, VaultState
from editorial.vault.state import missing
from editorial.vault.worker import Abandoned, Task, Worker
from tests.editorial.vault.memory import MemoryKeyring, Store


class Frozen(MemoryKeyring):
    """Answers no call of one kind until it is released."""

    def __init__(self, store: Store, kind: str) -> None:
        super().__init__(store)
        self.kind = kind
        self.released = threading.Event()
        self.arrived = threading.Event()

    def _call(self, kind: str, service: str, username: str) -> None:
        if kind == self.kind:
            self.arrived.set()
            assert self.released.wait(30)
        super()._call(kind, service, username)


@pytest.fixture
def threads() -> Iterator[list[Frozen]]:
    """Frozen back ends to release at the end, so that no thread outlives its test."""
    frozen: list[Frozen] = []
    yield frozen
    for backend in frozen:
        backend.released.set()
    for thread in threading.enumerate():
        if thread.name == "signpost-vault":
            thread.join(10)
            assert not thread.is_alive()


def slow_state(vault: Vault) -> VaultState:
    with pytest.raises(VaultError) as caught:
        vault.get("x")
    return caught.value.state


def test_a_call_without_an_answer_ends_in_time(threads: list[Frozen]) -> None:
    backend = Frozen(Store(), "get")
    threads.append(backend)
    started = time.monotonic()
    assert slow_state(Vault("ws_1", backend, timeout=0.1)) is VaultState.SLOW
    assert time.monotonic() - started < 5


def test_reading_goes_on_beside_a_few_stuck_threads_and_then_stops_asking(threads: list[Frozen]) -> None:
    backend = Frozen(Store(), "get")
    threads.append(backend)
    vault = Vault("ws_1", backend, timeout=0.05)
    for _ in range(5):
        assert slow_state(vault) is VaultState.SLOW
    assert sum(thread.name == "signpost-vault" for thread in threading.enumerate()) == 3
    backend.released.set()
    for thread in threading.enumerate():
        if thread.name == "signpost-vault":
            thread.join(10)
    assert vault.get("x") is None


def test_an_abandoned_write_makes_no_further_call_and_holds_back_other_writes(threads: list[Frozen]) -> None:
    store = Store()
    Vault("ws_1", MemoryKeyring(store)).stage("account", 0, Secret("token 1"))
    backend = Frozen(store, "set")
    threads.append(backend)
    vault = Vault("ws_1", backend, timeout=0.2)
    for _ in range(2):
        with pytest.raises(VaultError) as caught:
            vault.stage("account", 1, Secret("token 2"))
        assert caught.value.state is VaultState.SLOW
    backend.kind = ""
    loaded = vault.load("account", 1)
    assert loaded is not None
    assert loaded.generation == 1  # reading still works
    stuck = [thread for thread in threading.enumerate() if thread.name == "signpost-vault"]
    assert len(stuck) == 1
    backend.released.set()
    stuck[0].join(10)
    assert [name for name in store.entries if "/2/" in name] == ["signpost/ws_1/account/2/0"]  # no header followed
    assert vault.stage("account", 1, Secret("token 3")) == 2
    assert vault.load("account", 1).value == Secret("token 3")  # type: ignore[union-attr]


def test_calls_take_turns_and_waiting_for_the_turn_ends_too(threads: list[Frozen]) -> None:
    backend = Frozen(Store(), "get")
    threads.append(backend)
    vault = Vault("ws_1", backend, timeout=0.6)
    states: list[VaultState] = []
    first = threading.Thread(target=lambda: states.append(slow_state(vault)))
    first.start()
    assert backend.arrived.wait(10)
    assert slow_state(vault) is VaultState.SLOW
    first.join()
    assert states == [VaultState.SLOW]


def test_errors_come_back_to_who_asked() -> None:
    worker = Worker(5)

    def fail(error: BaseException) -> None:
        def job(_: Task[None]) -> None:
            raise error

        worker.run(job)

    with pytest.raises(VaultError, match="No keyring"):
        fail(missing())
    with pytest.raises(VaultError) as caught:
        fail(ValueError("with a token inside"))
    assert caught.value.state is VaultState.REFUSED
    assert caught.value.code == "E-VAULT-REFUSED (ValueError)"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    with pytest.raises(KeyboardInterrupt):
        fail(KeyboardInterrupt())
    assert worker.run(lambda _: 7) == 7


def test_an_abandoned_task_stops_at_its_checkpoint() -> None:
    task: Task[None] = Task(lambda task: None, writes=False)
    task.checkpoint()
    task.abandoned = True
    with pytest.raises(Abandoned):
        task.checkpoint()


def test_writers_of_several_processes_take_turns(tmp_path: Path) -> None:
    lock = tmp_path / "vault.lock"
    vault = Vault("ws_1", MemoryKeyring(), timeout=0.2, lock=lock)
    vault.put("x", Secret("value 1"))
    with FileLock(lock):
        with pytest.raises(VaultError) as caught:
            vault.put("x", Secret("value 2"))
        assert vault.get("x") == Secret("value 1")
    assert caught.value.state is VaultState.SLOW
    assert lock.stat().st_mode & 0o777 == 0o600


def test_the_lock_gives_up_by_itself(tmp_path: Path) -> None:
    vault = Vault("ws_1", MemoryKeyring(), timeout=0.05, lock=tmp_path / "vault.lock")
    with FileLock(tmp_path / "vault.lock"), pytest.raises(VaultError) as caught:
        vault._take_turns()
    assert caught.value.state is VaultState.SLOW
