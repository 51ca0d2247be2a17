"""The register: who may keep it, what it refuses, documents that only the keyring opens, what the screen reads."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from editorial.audit.auditing import Auditing
from editorial.authorizations.documents import FOLDER, LARGEST, DocumentError
from editorial.authorizations.elements import Elements
from editorial.authorizations.register import How, IncompleteError, Register
from editorial.authorizations.standing import State
from editorial.charter.document import Role
from editorial.errors import BadInputError, ChangedMeanwhileError, DeskError, NotAllowedError, NotFoundError
from editorial.keys.workspace_secret import WorkspaceSecret
from editorial.people.desk_people import Signer
from editorial.people.keys import Keys
from editorial.people.permissions import TABLE, May
from editorial.store.database import StorageError
from editorial.store.models import Authorization
from editorial.vault import VaultError
from tests.fakes.authorizations import COMPLETE, PDF, png, recorded, tamper
from tests.fakes.desks import HELEN, JONAS, Staff, add_person


def documents(staff: Staff) -> list[Path]:
    return sorted((staff.desk.folder / FOLDER).glob("*"))


def entries(staff: Staff) -> list[str]:
    return [entry.action for entry in Auditing(staff.desk).entries(limit=200)]


def test_recording_keeps_everything_under_its_digest(staff: Staff, register: Register) -> None:
    key, changes = register.record(staff.helen.actor, " Rosa M. ", replace(COMPLETE, purposes=(" Choir ", "Choir")))
    (row,) = register.rows()
    assert (row.id, row.number, row.label, row.name) == (key, 1, "Rosa M.", "A-1")
    assert row.elements == replace(COMPLETE, purposes=("Choir",), zone="America/New_York")
    assert row.standing.state is State.VALID
    assert (row.has_scan, row.opened, row.uses, row.tasks) == (False, 0, (), ())
    assert row.recorded_by == "Helen Castellanos"
    assert key in changes.ids
    assert recorded(staff, "Ahmed K.")
    assert [each.number for each in register.rows()] == [2, 1]


def test_the_log_holds_no_name(staff: Staff) -> None:
    recorded(staff)
    (entry,) = [each for each in Auditing(staff.desk).entries(limit=5) if each.action == "authorization.recorded"]
    assert "Rosa" not in str(entry.body)
    assert "Meyer" not in str(entry.body)


def test_missing_elements_are_told_before_anything_changes(staff: Staff, register: Register) -> None:
    before = entries(staff)
    with pytest.raises(IncompleteError) as raised:
        register.record(staff.helen.actor, "", Elements(), PDF)
    assert raised.value.problems[0].field == "label"
    assert {"information", "networks", "copy_given"} <= {each.field for each in raised.value.problems}
    assert str(len(raised.value.problems)) in raised.value.title
    assert (entries(staff), documents(staff), register.rows()) == (before, [], ())


@pytest.mark.parametrize("label", ["", "Rosa Meyer", "Rosa van Meyer", "R" * 61])
def test_the_label_is_no_full_name(staff: Staff, register: Register, label: str) -> None:
    with pytest.raises(IncompleteError) as raised:
        register.record(staff.helen.actor, label, COMPLETE)
    assert [each.field for each in raised.value.problems] == ["label"]


@pytest.mark.parametrize("label", ["Rosa", "Rosa M.", "Rosa M", "Baby Anna K."])
def test_first_name_and_initial_are_enough(staff: Staff, register: Register, label: str) -> None:
    register.record(staff.helen.actor, label, COMPLETE)
    assert register.rows()[0].label == label


def test_it_cannot_be_signed_tomorrow(staff: Staff, register: Register) -> None:
    with pytest.raises(IncompleteError, match="One thing") as raised:
        register.record(staff.helen.actor, "Rosa M.", replace(COMPLETE, signed_on=date(2027, 3, 11)))
    assert raised.value.field == "signed_on"
    register.record(staff.helen.actor, "Rosa M.", replace(COMPLETE, signed_on=date(2027, 3, 10)))


# ---- who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", sorted(Role))
def test_permissions(staff: Staff, register: Register, role: Role) -> None:
    officers = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    words = "velvet orchard ninety canals"
    person = add_person(staff.people, staff.jonas.actor, "Sana Haddad", "sana", words, role, officers)
    actor = staff.people.sign_in(person, words).actor
    key = recorded(staff, scan=PDF, expires_with="The end of the project")
    commands: list[tuple[May, Callable[[], object]]] = [
        (May.AUTHORIZE, lambda: register.record(actor, "Ahmed K.", COMPLETE)),
        (May.OPEN_SCAN, lambda: register.open_scan(actor, key)),
        (May.AUTHORIZE, lambda: register.note_event(actor, key)),
        (May.AUTHORIZE, lambda: register.revoke(actor, key, How.LETTER, date(2027, 3, 9))),
    ]
    for what, command in commands:
        if role in TABLE[what]:
            command()
        else:
            with pytest.raises(NotAllowedError):
                command()


def test_a_passphrase_that_was_not_checked_is_not_enough(staff: Staff, register: Register) -> None:
    key, helen = recorded(staff, scan=PDF), replace(staff.helen.actor, verified=False)
    for command in (
        lambda: register.record(helen, "Ahmed K.", COMPLETE),
        lambda: register.open_scan(helen, key),
        lambda: register.note_event(helen, key),
        lambda: register.revoke(helen, key, How.LETTER, date(2027, 3, 9)),
    ):
        with pytest.raises(DeskError):
            command()
    assert register.rows()[0].standing.state is State.VALID


# ---- documents -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scan", [PDF, png()], ids=["pdf", "png"])
def test_a_scan_is_kept_encrypted_and_each_opening_is_logged(staff: Staff, register: Register, scan: bytes) -> None:
    key = recorded(staff, scan=scan)
    (path,) = documents(staff)
    assert scan[8:40] not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    for count in (1, 2):
        assert register.open_scan(staff.helen.actor, key) == scan
        assert register.rows()[0].opened == count
        assert entries(staff).count("authorization.opened") == count


def test_without_the_keyring_nothing_opens_and_nothing_is_logged(staff: Staff) -> None:
    key = recorded(staff, scan=PDF)
    desk, keyring = staff.without_keyring()
    try:
        register = Register(desk)
        before = entries(staff)
        with pytest.raises(VaultError) as raised:
            register.open_scan(staff.helen.actor, key)
        assert raised.value.advice
        with pytest.raises(VaultError):
            register.record(staff.helen.actor, "Ahmed K.", COMPLETE, PDF)
        assert (entries(staff), len(documents(staff)), len(register.rows())) == (before, 1, 1)
        keyring.locked = False
        assert register.open_scan(staff.helen.actor, key) == PDF
    finally:
        desk.close()


def test_another_desks_secret_opens_nothing(staff: Staff, register: Register) -> None:
    key = recorded(staff, scan=PDF)
    Keys(staff.desk).keep_secret(WorkspaceSecret.generate())
    with pytest.raises(DocumentError):
        register.open_scan(staff.helen.actor, key)
    assert "authorization.opened" not in entries(staff)


@pytest.mark.parametrize("place", [0, 15, 27, -1])
def test_a_changed_document_is_not_shown(staff: Staff, register: Register, place: int) -> None:
    key = recorded(staff, scan=PDF)
    (path,) = documents(staff)
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(DocumentError, match="cannot be opened"):
        register.open_scan(staff.helen.actor, key)


def test_a_document_is_bound_to_its_authorization(staff: Staff, register: Register) -> None:
    """Exchanging two names in the database shows nobody the other's paper."""
    first, second = recorded(staff, scan=PDF), recorded(staff, "Ahmed K.", scan=png())
    tamper(staff, "UPDATE authorization SET scan = (SELECT scan FROM authorization WHERE id = ?)", second)
    with pytest.raises(DocumentError):
        register.open_scan(staff.helen.actor, first)


def test_a_document_that_is_gone(staff: Staff, register: Register) -> None:
    key, bare = recorded(staff, scan=PDF), recorded(staff, "Ahmed K.")
    documents(staff)[0].unlink()
    for each in (key, bare, "auth_unknown"):
        with pytest.raises(NotFoundError):
            register.open_scan(staff.helen.actor, each)


@pytest.mark.parametrize("scan", [b"", b"MZ\x90\x00", b"<html>", b"%PDF-" + bytes(LARGEST)], ids=len)
def test_what_is_no_scan_is_refused(staff: Staff, register: Register, scan: bytes) -> None:
    with pytest.raises(BadInputError) as raised:
        register.record(staff.helen.actor, "Rosa M.", COMPLETE, scan)
    assert raised.value.field == "scan"
    assert (register.rows(), documents(staff)) == ((), [])


def test_a_full_disk_leaves_nothing_behind(staff: Staff, register: Register) -> None:
    (staff.desk.folder / FOLDER).write_bytes(b"a file where the folder should be")
    with pytest.raises(DocumentError, match="could not be saved"):
        register.record(staff.helen.actor, "Rosa M.", COMPLETE, PDF)
    assert register.rows() == ()


def test_a_record_that_fails_leaves_no_document(staff: Staff, register: Register) -> None:
    recorded(staff)
    tamper(staff, "CREATE TRIGGER no_more BEFORE INSERT ON authorization BEGIN SELECT RAISE(ABORT, 'no more'); END")
    with pytest.raises(StorageError):
        register.record(staff.helen.actor, "Ahmed K.", COMPLETE, PDF)
    assert documents(staff) == []


# ---- revoking --------------------------------------------------------------------------------------------------------


def test_revoking_is_told_with_its_how_and_day(staff: Staff, register: Register) -> None:
    key = recorded(staff)
    register.revoke(staff.helen.actor, key, How.PHONE, date(2027, 3, 9), " He no longer wants it. ")
    (row,) = register.rows()
    assert row.standing.state is State.REVOKED
    assert row.standing.words == "Authorization A-1 was revoked."
    assert row.revoked is not None
    assert (row.revoked.how, row.revoked.received_on) == ("phone", "2027-03-09")
    assert (row.revoked.note, row.revoked.by) == ("He no longer wants it.", "Helen Castellanos")
    with pytest.raises(ChangedMeanwhileError):
        register.revoke(staff.helen.actor, key, How.LETTER, date(2027, 3, 9))
    with pytest.raises(NotFoundError):
        register.revoke(staff.helen.actor, "auth_unknown", How.LETTER, date(2027, 3, 9))


@pytest.mark.parametrize("day", [None, date(2027, 3, 11), date(2027, 2, 28)])
def test_the_day_of_a_revocation_can_be(staff: Staff, register: Register, day: date | None) -> None:
    key = recorded(staff)
    with pytest.raises(BadInputError) as raised:
        register.revoke(staff.helen.actor, key, How.LETTER, day)
    assert raised.value.field == "received_on"
    assert register.rows()[0].standing.state is State.VALID


def test_only_an_event_can_be_noted(staff: Staff, register: Register) -> None:
    dated, event = recorded(staff), recorded(staff, "Ahmed K.", expires_on=None, expires_with="He moves away")
    with pytest.raises(BadInputError):
        register.note_event(staff.helen.actor, dated)
    register.note_event(staff.helen.actor, event)
    assert next(row for row in register.rows() if row.id == event).standing.state is State.ENDED
    with pytest.raises(ChangedMeanwhileError):
        register.note_event(staff.helen.actor, event)


# ---- the screen's rows -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "left", "warning"),
    [(0, 0, 7), (1, 1, 7), (7, 7, 7), (8, 8, 30), (30, 30, 30), (31, 31, 0), (300, 300, 0)],
)
def test_it_warns_thirty_and_seven_days_before(
    staff: Staff, register: Register, days: int, left: int, warning: int
) -> None:
    recorded(staff, expires_on=date(2027, 3, 10) + timedelta(days=days))
    (row,) = register.rows()
    assert (row.days_left, row.warning) == (left, warning)


def test_one_with_an_event_alone_never_warns(staff: Staff, register: Register) -> None:
    recorded(staff, expires_on=None, expires_with="The end of the project")
    assert (register.rows()[0].days_left, register.rows()[0].warning) == (None, 0)


def test_what_needs_a_person_stands_first(staff: Staff, register: Register) -> None:
    soon = recorded(staff, expires_on=date(2027, 3, 12))
    later = recorded(staff, "Ahmed K.")
    assert [row.id for row in register.rows()] == [soon, later]


def test_a_row_that_was_changed_says_so(staff: Staff, register: Register) -> None:
    recorded(staff)
    tamper(staff, "UPDATE authorization SET elements = '{}'")
    (row,) = register.rows()
    assert row.standing.state is State.DAMAGED
    assert row.elements == Elements()
    assert row.standing.words


def test_nothing_is_ever_deleted(staff: Staff, register: Register) -> None:
    """Retention (164.530(j)): a revoked one stays with its document."""
    key = recorded(staff, scan=PDF)
    register.revoke(staff.helen.actor, key, How.LETTER, date(2027, 3, 9))
    staff.clock.forward(timedelta(days=365 * 5))
    assert register.open_scan(staff.helen.actor, key) == PDF
    with staff.desk.reading() as session:
        assert session.get(Authorization, key) is not None
    assert not any(name.startswith(("delete", "remove", "drop")) for name in dir(register))
