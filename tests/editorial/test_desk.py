"""Opening a workspace, believing its charter, and remembering the newest one out of the database's reach."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from editorial.charter.chain import CharterError
from editorial.charter.document import Role
from editorial.desk import DATABASE, Desk, has_workspace, open_database, open_desk, opened
from editorial.errors import NotFoundError
from editorial.people.desk_people import People, Signer, with_member
from editorial.secret import Secret
from editorial.store.schema import copy_database
from editorial.vault import Vault, VaultError
from tests.fakes.desks import HELEN, JONAS, WEAK, MemoryKeyring, Staff

NEW = "winter ladder green telescope"


class Choosy(MemoryKeyring):
    """A keyring that takes nothing under the pin's name."""

    def set_password(self, service: str, username: str, password: str) -> None:
        if "charter-pin" in service:
            raise RuntimeError("closed")
        super().set_password(service, username, password)


def add_sana(staff: Staff) -> None:
    line = staff.people.enroll(staff.jonas.actor, "Sana Haddad", "sana", NEW)
    officers = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    staff.people.amend(staff.jonas.actor, with_member(line, {Role.AUTHOR}), officers)


def reopened(staff: Staff, keyring: MemoryKeyring | None = None) -> Desk:
    return open_desk(staff.desk.folder, vault=Vault("test", keyring or staff.keyring), clock=staff.clock, kdf=WEAK)


def version(desk: Desk) -> int:
    with desk.reading() as session:
        return desk.charter(session).version


def test_opening_nothing(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no workspace here"):
        open_desk(tmp_path)
    assert not has_workspace(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_an_unfinished_workspace_is_none(tmp_path: Path) -> None:
    open_database(tmp_path / "w").dispose()
    assert not has_workspace(tmp_path / "w")
    with pytest.raises(NotFoundError):
        open_desk(tmp_path / "w")


def test_opened_closes(staff: Staff) -> None:
    with opened(staff.desk.folder, clock=staff.clock) as desk:
        assert desk.workspace.organization == "Alder Bay Hospital"
        assert desk.desk_id == staff.desk.desk_id


def test_a_real_workspace_wants_real_key_stretching(staff: Staff) -> None:
    with closing(sqlite3.connect(staff.desk.folder / DATABASE)) as connection:
        connection.execute("UPDATE workspace SET kind = 'real'")
        connection.commit()
    with pytest.raises(ValueError):  # noqa: PT011  the message is argon2's business
        reopened(staff)


def tampered(staff: Staff, statement: str) -> None:
    with closing(sqlite3.connect(staff.desk.folder / DATABASE)) as connection:
        connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE charter_version SET envelope = replace(envelope, 'payload', 'paylaod') WHERE version = 1",
        "UPDATE charter_version SET envelope = (SELECT envelope FROM charter_version WHERE version = 1)"
        " WHERE version = 2",
        "UPDATE charter_version SET envelope = '{}' WHERE version = 2",
        "DELETE FROM charter_version WHERE version = 2",
        "DELETE FROM charter_version",
    ],
)
def test_a_charter_changed_after_it_was_verified_is_noticed(staff: Staff, statement: str) -> None:
    assert version(staff.desk) == 2
    tampered(staff, statement)
    for _ in range(2):
        with pytest.raises(CharterError):
            version(staff.desk)


def test_a_verified_charter_is_not_verified_again(staff: Staff) -> None:
    with staff.desk.reading() as session:
        first = staff.desk.charter(session)
    with staff.desk.reading() as session:
        assert staff.desk.charter(session) is first
    add_sana(staff)
    assert version(staff.desk) == 3


def test_the_pin_outlives_the_process(staff: Staff, tmp_path: Path) -> None:
    backup = tmp_path / "old.db"
    copy_database(staff.desk.folder / DATABASE, backup)
    add_sana(staff)
    staff.desk.close()
    for side in ("", "-wal", "-shm"):
        (staff.desk.folder / f"{DATABASE}{side}").unlink(missing_ok=True)
    backup.rename(staff.desk.folder / DATABASE)
    desk = reopened(staff)
    assert version(desk) == 2, "without the keyring nobody can tell"
    desk.load_pin()
    with pytest.raises(CharterError, match="rolled back"):
        version(desk)
    desk.close()


def roll_back(staff: Staff) -> None:
    tampered(staff, "DELETE FROM charter_version WHERE version = 3")


ASKS: list[Callable[[Staff], object]] = [
    lambda staff: staff.people.sign_in(staff.mira.person_id, "amber window forty sparrows"),
    lambda staff: staff.people.amend(staff.jonas.actor, lambda charter: charter, []),
    lambda staff: staff.desk.store_pin(),
]


@pytest.mark.parametrize("ask", ASKS)
def test_whatever_signs_looks_at_the_pin_first(staff: Staff, ask: Callable[[Staff], object]) -> None:
    add_sana(staff)
    roll_back(staff)
    desk = reopened(staff)
    fresh = replace(staff, desk=desk, people=People(desk))
    with pytest.raises(CharterError, match="rolled back"):
        ask(fresh)
    stored = staff.desk.vault.get("charter-pin")
    assert stored is not None
    assert stored.reveal().startswith("3 "), "the pin never goes back"
    desk.close()


def test_a_pin_that_cannot_be_read_is_told_in_words(staff: Staff) -> None:
    staff.desk.vault.put("charter-pin", Secret("seventeen"))
    with pytest.raises(CharterError, match="cannot be read"):
        staff.desk.load_pin()


def test_a_desk_without_a_pin_takes_the_newest(staff: Staff) -> None:
    staff.desk.vault.delete("charter-pin")
    desk = reopened(staff)
    desk.load_pin()
    desk.store_pin()
    assert desk.pin is not None
    stored = staff.desk.vault.get("charter-pin")
    assert stored is not None
    assert stored.reveal() == f"2 {desk.pin.digest}"
    desk.close()


def test_a_keyring_that_fails_at_the_end_does_not_undo_what_was_signed(staff: Staff) -> None:
    keyring = Choosy()
    keyring.entries.update(staff.keyring.entries)
    desk = reopened(staff, keyring)
    people = People(desk)
    line = people.enroll(staff.jonas.actor, "Sana Haddad", "sana", NEW)
    officers = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    people.amend(staff.jonas.actor, with_member(line, {Role.AUTHOR}), officers)
    assert version(desk) == 3
    with pytest.raises(VaultError):
        desk.store_pin()
    desk.close()
