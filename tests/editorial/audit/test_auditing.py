"""Reading, checking and exporting the log: what is exported is what was verified, and a changed log is still shown."""

import csv
import io
import json
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing, Format, Scope, TamperedError
from editorial.audit.entries import DAMAGED
from editorial.audit.verify import read_jsonl, verify_entries
from editorial.desk import DATABASE
from editorial.errors import DeskError, NotAllowedError
from tests.fakes.desks import Staff
from tests.fakes.posts import scheduled


def tampered(staff: Staff, statement: str) -> None:
    staff.desk.engine.dispose()
    with closing(sqlite3.connect(staff.desk.folder / DATABASE)) as connection:
        for trigger in (
            "audit_entry_no_update",
            "audit_entry_no_delete",
            "audit_body_no_update",
            "audit_head_no_delete",
        ):
            connection.execute(f"DROP TRIGGER {trigger}")
        connection.execute(statement)
        connection.commit()


def test_entries_come_newest_first_in_pages(staff: Staff) -> None:
    auditing = Auditing(staff.desk)
    everything = auditing.entries(limit=1000)
    assert [entry.seq for entry in everything] == list(range(auditing.size() - 1, -1, -1))
    assert auditing.entries(limit=3) == everything[:3]
    assert auditing.entries(before=everything[2].seq, limit=2) == everything[3:5]
    assert {entry.actor_id for entry in auditing.entries(actor_id=staff.mira.person_id)} == {staff.mira.person_id}
    charters = auditing.entries(prefixes=("charter.", "log."))
    assert {entry.action for entry in charters} == {Action.CHARTER_SIGNED, Action.LOG_STARTED}
    assert all(entry.at.tzinfo is not None for entry in everything)


def test_entries_say_who_and_what(staff: Staff) -> None:
    post, delivery = scheduled(staff)
    auditing = Auditing(staff.desk)
    (signed,) = [entry for entry in auditing.entries(object_id=post) if entry.action == Action.SIGNED_OFF]
    assert (signed.words, signed.actor, signed.role, signed.about, signed.revision) == (
        "Signed version 1",
        "Helen Castellanos",
        "privacy_officer",
        "P-1, Flu vaccination starts on Monday.",
        "1",
    )
    assert len(signed.leaf_hash) == len(signed.prev) == 64
    from editorial.delivery.record import Deliveries

    Deliveries(staff.desk).claim(delivery, "post", public=True)
    (step,) = [entry for entry in auditing.entries(object_id=delivery) if entry.action == Action.STEP_STARTED]
    assert step.about == "P-1, Flu vaccination starts on Monday. on Practice alderbay"


def test_a_deleted_readable_part_leaves_codes(staff: Staff) -> None:
    auditing = Auditing(staff.desk)
    tampered(staff, "DELETE FROM audit_body WHERE seq = 3")
    entry = next(entry for entry in auditing.entries() if entry.seq == 3)
    assert (entry.actor, dict(entry.body), entry.action) == ("", {}, Action.CHARTER_SIGNED)
    assert auditing.check().problem is None


BROKEN = [
    "UPDATE audit_entry SET leaf = x'00' WHERE seq = 5",
    "UPDATE audit_entry SET leaf = 'text' WHERE seq = 5",
    "UPDATE audit_entry SET leaf = 7 WHERE seq = 5",
    "UPDATE audit_entry SET leaf = CAST(replace(CAST(leaf AS TEXT), '2027', '2O27') AS BLOB) WHERE seq = 5",
]
CHANGED = [
    "UPDATE audit_entry SET ts = 'yesterday' WHERE seq = 5",
    "UPDATE audit_entry SET actor_id = 'person_else' WHERE seq = 5",
    "UPDATE audit_entry SET leaf_hash = x'00' WHERE seq = 5",
    "UPDATE audit_body SET body = '{' WHERE seq = 5",
    "UPDATE audit_body SET body = x'5b5d' WHERE seq = 5",
    "UPDATE audit_body SET body = x'7b' WHERE seq = 5",
]


@pytest.mark.parametrize("statement", [*BROKEN, *CHANGED])
def test_a_changed_entry_is_found_and_still_shown(staff: Staff, statement: str) -> None:
    auditing = Auditing(staff.desk)
    tampered(staff, statement)
    problem = auditing.check().problem
    assert problem is not None
    assert problem.seq == 5
    entries = {entry.seq: entry for entry in auditing.entries(limit=1000)}
    assert len(entries) == auditing.size()
    assert (entries[5].result == DAMAGED) == (statement in BROKEN)
    assert entries[6].result == "ok"


def test_a_log_with_a_problem_is_left_as_it_is(staff: Staff, tmp_path: Path) -> None:
    auditing = Auditing(staff.desk)
    tampered(staff, "DELETE FROM audit_head")
    verdict, changes = auditing.verify(staff.helen.actor)
    assert verdict.problem is not None
    assert not changes
    with pytest.raises(TamperedError, match="export was stopped"):
        auditing.export(staff.helen.actor, Format.JSONL, tmp_path / "log.jsonl")
    assert not (tmp_path / "log.jsonl").exists()
    with closing(sqlite3.connect(staff.desk.folder / DATABASE)) as connection:
        assert connection.execute("SELECT count(*) FROM audit_head").fetchone() == (0,)


def test_verifying_a_whole_log_is_noted(staff: Staff) -> None:
    auditing = Auditing(staff.desk)
    verdict, changes = auditing.verify(staff.helen.actor)
    assert (verdict.size, changes.through) == (auditing.size() - 1, auditing.size() - 1)
    (entry,) = auditing.entries(limit=1)
    assert (entry.action, entry.result, entry.revision) == (Action.LOG_VERIFIED, "intact", str(verdict.size))


def test_an_exported_log_verifies_by_itself(staff: Staff, tmp_path: Path) -> None:
    scheduled(staff)
    auditing, path = Auditing(staff.desk), tmp_path / "log.jsonl"
    path.write_text("an older export")
    verdict, _ = auditing.export(staff.helen.actor, Format.JSONL, path)
    with path.open("rb") as file:
        again = verify_entries(read_jsonl(file))
    assert (again.problem, again.size, again.root) == (None, verdict.size, verdict.root)
    assert path.stat().st_mode & 0o777 == 0o600
    (entry,) = auditing.entries(limit=1)
    assert (entry.action, entry.reason, dict(entry.body)) == (
        Action.LOG_EXPORTED,
        "jsonl",
        {
            "actor": "Helen Castellanos",
            "file": "log.jsonl",
            "root": verdict.root.hex(),
            "scope": Scope().to_json(),
        },
    )
    assert [each.name for each in tmp_path.glob("*.part")] == []


def test_a_table_is_for_reading(staff: Staff, tmp_path: Path) -> None:
    scheduled(staff)
    verdict, _ = Auditing(staff.desk).export(staff.helen.actor, Format.CSV, tmp_path / "log.csv")
    table = list(csv.reader(io.StringIO((tmp_path / "log.csv").read_bytes().decode("utf-8-sig"))))
    assert len(table) == verdict.size + 1
    signed = next(row for row in table if row[3] == "Signed version 1")
    assert signed[4:6] == ["Helen Castellanos", "P-1, Flu vaccination starts on Monday."]
    assert (tmp_path / "log.csv").stat().st_mode & 0o777 == 0o600


def test_what_is_written_is_what_was_verified(staff: Staff, tmp_path: Path) -> None:
    """Others append all the while; the file ends where the verdict ends."""
    auditing, ended = Auditing(staff.desk), threading.Event()

    def append() -> None:
        while not ended.is_set():
            with staff.desk.writing(staff.mira.actor) as unit:
                unit.record(Action.COMMENTED, "post", "post_x")

    thread = threading.Thread(target=append)
    thread.start()
    try:
        for number in range(5):
            path = tmp_path / f"{number}.jsonl"
            verdict, _ = auditing.export(staff.helen.actor, Format.JSONL, path)
            assert len(path.read_bytes().splitlines()) == verdict.size
            (noted,) = [
                entry for entry in auditing.entries(prefixes=("log.exported",)) if entry.body.get("file") == path.name
            ]
            assert noted.revision == str(verdict.size)
    finally:
        ended.set()
        thread.join(30)


def test_exporting_takes_the_role(staff: Staff, tmp_path: Path) -> None:
    auditing = Auditing(staff.desk)
    with pytest.raises(NotAllowedError, match="export the audit log"):
        auditing.export(staff.mira.actor, Format.CSV, tmp_path / "log.csv")
    auditing.export(staff.desk.operator(), Format.CSV, tmp_path / "log.csv")


@pytest.mark.parametrize("name", ["", "nowhere/log.csv", "a" * 300])
def test_a_place_that_takes_no_file_is_told_in_words(staff: Staff, tmp_path: Path, name: str) -> None:
    auditing, before = Auditing(staff.desk), Auditing(staff.desk).size()
    with pytest.raises(DeskError, match="Nothing was exported") as caught:
        auditing.export(staff.helen.actor, Format.JSONL, tmp_path / name)
    assert caught.value.code == "E-EXPORT"
    assert auditing.size() == before, "an entry for no file"
    assert [path.name for path in tmp_path.iterdir()] == ["workspace"]


def test_a_file_name_with_half_a_character_is_no_bug(staff: Staff, tmp_path: Path) -> None:
    path = tmp_path / "log\udce9.jsonl"
    Auditing(staff.desk).export(staff.helen.actor, Format.JSONL, path)
    assert path.exists()
    assert json.loads(path.read_bytes().splitlines()[0])["seq"] == "0"
