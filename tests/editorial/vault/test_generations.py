"""Whatever the moment of a crash: the newest whole token is found, the current one is never touched."""

import contextlib

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from editorial.secret import Secret
from editorial.vault import Loaded, Vault, VaultError, VaultState
from editorial.vault.entries import PART
from tests.editorial.vault.memory import Crash, MemoryKeyring, Store

crashes = st.none() | st.integers(0, 30)
sizes = st.integers(0, 2600)


def vault(store: Store, crash_at: int | None = None) -> Vault:
    return Vault("ws_1", MemoryKeyring(store, crash_at))


class Generations(RuleBasedStateMachine):
    """One account's token under stages, commits and settlings that die anywhere. `newest`: what may be found."""

    def __init__(self) -> None:
        super().__init__()
        self.store = Store()
        self.committed = 0
        self.newest: set[tuple[int, str]] = set()  # after a crash, both the value before and the one being written
        self.staged: int | None = None
        self.made = 0

    @rule(size=sizes, crash_at=crashes)
    def stage(self, size: int, crash_at: int | None) -> None:
        self.made += 1
        value = f"{self.made}:" + "x" * size
        self.load()
        expected = max([self.committed, *(number for number, _ in self.newest)]) + 1
        try:
            number = vault(self.store, crash_at).stage("account", self.committed, Secret(value))
        except Crash:
            self.newest.add((expected, value))
        else:
            assert number == expected
            self.newest, self.staged = {(number, value)}, number

    @precondition(lambda self: self.staged is not None)
    @rule()
    def commit(self) -> None:
        assert self.staged is not None
        self.committed, self.staged = self.staged, None
        self.store.protected = f"signpost/ws_1/account/{self.committed}/"

    @rule(crash_at=crashes)
    def settle(self, crash_at: int | None) -> None:
        assume(self.committed > 0)
        try:
            vault(self.store, crash_at).settle("account", self.committed)
        except Crash:
            return
        kept = {int(service.split("/")[3]) for service in self.store.entries}
        assert min(kept) == self.committed

    @rule()
    def adopt(self) -> None:
        loaded = vault(self.store).load("account", self.committed)
        if loaded is not None and loaded.generation != self.committed:
            self.staged = loaded.generation

    @invariant()
    def load(self) -> None:
        loaded = vault(self.store).load("account", self.committed)
        if loaded is None:
            assert self.committed == 0
            self.newest = set()
        else:
            assert (loaded.generation, loaded.value.reveal()) in self.newest
            self.newest = {(loaded.generation, loaded.value.reveal())}

    def teardown(self) -> None:
        self.store.protected = ""
        vault(self.store).forget("account", self.committed)
        assert self.store.entries == {}


TestGenerations = Generations.TestCase


@given(value=st.text(st.characters(), max_size=1200))
def test_any_text_comes_back(value: str) -> None:
    store = Store()
    assert vault(store).stage("account", 0, Secret(value)) == 1
    assert vault(store).load("account", 1) == Loaded(1, Secret(value))


def test_surrogates_and_controls_come_back() -> None:
    value = "\ud800\0\ufeff\r\n" * 300
    store = Store()
    vault(store).stage("account", 0, Secret(value))
    assert vault(store).load("account", 1) == Loaded(1, Secret(value))


def test_names_and_sizes_of_the_entries() -> None:
    store = Store()
    vault(store).stage("account", 4, Secret("x" * 1501))
    names = [f"signpost/ws_1/account/5/{part}" for part in (0, 1, 2, "header")]
    assert list(store.entries) == names  # the header is written last
    assert [len(store.entries[name]) for name in names[:3]] == [PART, PART, 4]


def test_a_missing_or_changed_part_makes_the_generation_unusable() -> None:
    store = Store()
    vault(store).stage("account", 0, Secret("x" * 1501))
    for name, change in [("1/1", None), ("1/1", "A" * PART), ("1/1", "?"), ("1/header", "{}"), ("1/header", "x")]:
        kept = dict(store.entries)
        full = f"signpost/ws_1/account/{name}"
        store.entries.pop(full)
        if change is not None:
            store.entries[full] = change
        assert vault(store).load("account", 1) is None
        store.entries = kept
    assert vault(store).load("account", 1) is not None


@pytest.mark.parametrize(
    "header",
    ['{"v":2,"number":1,"parts":1,"sha256":"x"}', '{"v":1,"number":"1","parts":1}', '{"v":1,"number":1}', "[]", "7"],
)
def test_foreign_headers_do_not_count_and_are_written_over(header: str) -> None:
    store = Store()
    store.entries["signpost/ws_1/account/1/header"] = header
    store.entries["signpost/ws_1/account/1/0"] = "AAAA"
    assert vault(store).load("account", 1) is None
    assert vault(store).stage("account", 0, Secret("fresh token")) == 1
    assert vault(store).load("account", 0) == Loaded(1, Secret("fresh token"))


def test_parts_without_the_first_are_removed_as_well() -> None:
    store = Store()
    vault(store).stage("account", 0, Secret("x" * 3000))
    del store.entries["signpost/ws_1/account/1/0"]
    vault(store).forget("account", 1)
    assert store.entries == {}


def test_a_damaged_generation_protects_the_ones_before_it() -> None:
    store = Store()
    for number in (1, 2):
        vault(store).stage("account", number - 1, Secret(f"token {number}"))
    store.entries["signpost/ws_1/account/2/0"] = "AAAA"
    vault(store).settle("account", 2)
    assert vault(store).load("account", 1) == Loaded(1, Secret("token 1"))


@pytest.mark.parametrize("crash_at", range(0, 40, 3))
def test_what_a_crash_left_is_settled_next_time(crash_at: int) -> None:
    store = Store()
    for number in range(1, 8):
        vault(store).stage("account", number - 1, Secret(f"token {number}"))
    with contextlib.suppress(Crash):
        vault(store, crash_at).settle("account", 7)
    vault(store).settle("account", 7)
    assert sorted(store.entries) == ["signpost/ws_1/account/7/0", "signpost/ws_1/account/7/header"]


def test_a_restored_backup_finds_the_token_far_ahead() -> None:
    store = Store()
    for number in range(1, 31):
        vault(store).stage("account", number - 1, Secret(f"token {number}"))
        vault(store).settle("account", number)
    assert vault(store).load("account", 3) == Loaded(30, Secret("token 30"))


def test_a_reader_that_meets_the_settling_of_another_process_looks_again() -> None:
    store = Store()
    vault(store).stage("account", 0, Secret("token 1"))

    class Meets(MemoryKeyring):
        """The other process refreshes the token between the reader's first look and its reading."""

        def get_password(self, service: str, username: str) -> str | None:
            if self.store.calls.count(("get", "signpost/ws_1/account/3/header")) == 1 and not self.met:
                self.met = True
                vault(store).stage("account", 1, Secret("token 2"))
                vault(store).settle("account", 2)
            return super().get_password(service, username)

        met = False

    backend = Meets(store)
    assert Vault("ws_1", backend).load("account", 1) == Loaded(2, Secret("token 2"))
    assert backend.met


def test_workspaces_and_names_are_apart() -> None:
    store = Store()
    backend = MemoryKeyring(store)
    Vault("ws_1", backend).stage("a", 0, Secret("one"))
    Vault("ws_2", backend).stage("a", 0, Secret("two"))
    Vault("ws_1", backend).stage("b", 0, Secret("three"))
    Vault("ws_1", backend).forget("a", 1)
    assert Vault("ws_2", backend).load("a", 1) == Loaded(1, Secret("two"))
    assert Vault("ws_1", backend).load("b", 1) == Loaded(1, Secret("three"))
    assert Vault("ws_1", backend).load("a", 1) is None


def test_a_back_end_that_keeps_something_else_is_noticed() -> None:
    class Cuts(MemoryKeyring):
        def set_password(self, service: str, username: str, password: str) -> None:
            super().set_password(service, username, password[:500])

    store = Store()
    vault(store).stage("account", 0, Secret("old token"))
    with pytest.raises(VaultError) as caught:
        Vault("ws_1", Cuts(store)).stage("account", 1, Secret("x" * 800))
    assert caught.value.state is VaultState.REFUSED
    assert vault(store).load("account", 1) == Loaded(1, Secret("old token"))


class TestSingleValues:
    @given(
        st.lists(st.tuples(st.sampled_from(["put", "delete"]), st.integers(0, 1600), crashes), min_size=1, max_size=12)
    )
    def test_old_or_new_and_never_nothing(self, steps: list[tuple[str, int, int | None]]) -> None:
        store = Store()
        may_be: set[str | None] = {None}
        for number, (step, size, crash_at) in enumerate(steps):
            value = f"{number}:" + "x" * size if step == "put" else None
            try:
                if value is None:
                    vault(store, crash_at).delete("pin")
                else:
                    vault(store, crash_at).put("pin", Secret(value))
                may_be = {value}
            except Crash:
                may_be = may_be | {value}
            found = vault(store).get("pin")
            assert (found.reveal() if found else None) in may_be
            may_be = {found.reveal() if found else None}
        vault(store).delete("pin")
        assert store.entries == {}

    def test_one_value_is_kept(self) -> None:
        store = Store()
        for number in range(5):
            vault(store).put("pin", Secret(f"value {number}"))
            assert vault(store).get("pin") == Secret(f"value {number}")
            assert len(store.entries) == 2
        assert vault(store).get("other") is None
        vault(store).delete("other")
