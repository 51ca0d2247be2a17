"""The first run: cut short anywhere, it can be done again; and nothing is made over what is there."""

import resource
from contextlib import closing
from pathlib import Path

import pytest

from editorial.audit.auditing import Auditing
from editorial.desk import DATABASE, has_workspace, open_database, open_desk
from editorial.errors import BadInputError, DeskError
from editorial.people.desk_people import People
from editorial.people.setup import NewWorkspace, create_workspace
from editorial.store.database import StorageError
from editorial.vault import Vault, VaultError
from tests.fakes.desks import JONAS, WEAK, HandClock, LockedKeyring, MemoryKeyring

NEW = NewWorkspace("Alder Bay Hospital", "America/New_York", "Jonas Lindqvist", "jonas", JONAS, kind="demo")


class Crash(BaseException):
    """The process ends here."""


class DiesAt(MemoryKeyring):
    """A keyring whose n-th write is the last thing that the process does."""

    def __init__(self, entries: dict[tuple[str, str], str], left: int) -> None:
        super().__init__()
        self.entries = entries
        self.left = left

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.left == 0:
            raise Crash
        self.left -= 1
        super().set_password(service, username, password)


def made(folder: Path, keyring: MemoryKeyring) -> None:
    desk, secret = create_workspace(folder, NEW, vault=Vault("test", keyring), clock=HandClock(), kdf=WEAK)
    with closing(desk):
        people = People(desk)
        assert people.sign_in(people.cards()[0].id, JONAS).name == "Jonas Lindqvist"
        assert secret == people.keys.workspace_secret()
        assert Auditing(desk).check().problem is None


@pytest.mark.parametrize("calls", range(2))
def test_a_first_run_that_dies_at_a_keyring_write_can_be_repeated(tmp_path: Path, calls: int) -> None:
    keyring = DiesAt({}, calls)
    with pytest.raises(Crash):
        create_workspace(tmp_path / "w", NEW, vault=Vault("test", keyring), clock=HandClock(), kdf=WEAK)
    assert not has_workspace(tmp_path / "w")
    made(tmp_path / "w", MemoryKeyring())


def test_a_first_run_that_dies_after_the_database_was_made_can_be_repeated(tmp_path: Path) -> None:
    open_database(tmp_path / "w").dispose()
    made(tmp_path / "w", MemoryKeyring())


def test_a_first_run_without_a_keyring_makes_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(VaultError):
        create_workspace(tmp_path / "w", NEW, vault=Vault("test", LockedKeyring()), clock=HandClock(), kdf=WEAK)
    assert not has_workspace(tmp_path / "w")
    made(tmp_path / "w", MemoryKeyring())


class FillsTheDisk(MemoryKeyring):
    """No file can grow any more once the secret is stored."""

    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, password)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


def test_a_first_run_that_cannot_write_leaves_no_secret_behind(tmp_path: Path) -> None:
    keyring, limits = FillsTheDisk(), resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        with pytest.raises(StorageError, match="disk did not take it"):
            create_workspace(tmp_path / "w", NEW, vault=Vault("test", keyring), clock=HandClock(), kdf=WEAK)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert keyring.entries == {}
    assert not has_workspace(tmp_path / "w")
    made(tmp_path / "w", MemoryKeyring())


def test_a_first_run_that_dies_at_its_last_write_is_done(tmp_path: Path) -> None:
    keyring = DiesAt({}, 2)
    with pytest.raises(Crash):
        create_workspace(tmp_path / "w", NEW, vault=Vault("test", keyring), clock=HandClock(), kdf=WEAK)
    keyring.left = 99
    with closing(open_desk(tmp_path / "w", vault=Vault("test", keyring), clock=HandClock(), kdf=WEAK)) as desk:
        people = People(desk)
        assert people.sign_in(people.cards()[0].id, JONAS).name == "Jonas Lindqvist"
        assert desk.vault.get("charter-pin") is not None


def test_two_first_runs_at_once_make_one_workspace(tmp_path: Path) -> None:
    class MakesAnotherFirst(MemoryKeyring):
        def set_password(self, service: str, username: str, password: str) -> None:
            if not has_workspace(tmp_path / "w"):
                made(tmp_path / "w", MemoryKeyring())
            super().set_password(service, username, password)

    with pytest.raises(BadInputError, match="already"):
        create_workspace(tmp_path / "w", NEW, vault=Vault("test", MakesAnotherFirst()), clock=HandClock(), kdf=WEAK)
    assert has_workspace(tmp_path / "w")


class ForgetsThePin(MemoryKeyring):
    """A keyring that fails after everything that counts is done."""

    def set_password(self, service: str, username: str, password: str) -> None:
        if "charter-pin" in service:
            raise RuntimeError("closed")
        super().set_password(service, username, password)


def test_a_workspace_that_was_made_is_handed_out_although_the_pin_was_not_kept(tmp_path: Path) -> None:
    made(tmp_path / "w", ForgetsThePin())


@pytest.mark.parametrize("content", [b"not a database" * 100])
def test_nothing_is_made_over_a_damaged_database(tmp_path: Path, content: bytes) -> None:
    (tmp_path / DATABASE).write_bytes(content)
    with pytest.raises(DeskError, match="damaged"):
        create_workspace(tmp_path, NEW, vault=Vault("test", MemoryKeyring()), kdf=WEAK)
    assert (tmp_path / DATABASE).read_bytes() == content


@pytest.mark.parametrize(("changed", "field"), [("organization", "name"), ("name", "person"), ("sign_in", "sign_in")])
@pytest.mark.parametrize("text", ["​​", "Jonas\u202e", "x" * 121, "\ud800"])
def test_names_that_mislead_are_refused_before_anything_is_made(
    tmp_path: Path, changed: str, field: str, text: str
) -> None:
    new = NewWorkspace(**{**{name: getattr(NEW, name) for name in NEW.__slots__}, changed: text})
    with pytest.raises(BadInputError) as caught:
        create_workspace(tmp_path / "w", new, vault=Vault("test", MemoryKeyring()), kdf=WEAK)
    assert caught.value.field == field
    assert not (tmp_path / "w").exists()
