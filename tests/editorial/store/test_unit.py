"""I2: no change without its entry, whoever wrote the statement."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import SQLModel, select

import editorial.store.models as models
from editorial.actors import Actor
from editorial.audit.actions import ABOUT, Action, words
from editorial.audit.auditing import Auditing
from editorial.changes import Changes, Kind
from editorial.desk import DATABASE
from editorial.store.columns import Moment
from editorial.store.database import StorageError, storage_error
from editorial.store.models import LOG, UNTRACKED, Draft, Person, Workspace
from editorial.store.unit import UnrecordedChangeError, tracked_in
from tests.fakes.desks import Staff

TRACKED = sorted(set(SQLModel.metadata.tables) - UNTRACKED - LOG)
FORMS = (
    "INSERT INTO {t} DEFAULT VALUES",
    "insert or replace into {t} (x) values (1)",
    "REPLACE INTO {t} (x) VALUES (1)",
    "UPDATE {t} SET x = 1",
    "update or ignore main.{t} set x = 1",
    'DELETE FROM "{t}"',
    "WITH gone AS (SELECT 1) DELETE FROM [{t}]",
    "DELETE\n FROM\t`{t}` WHERE 1",
    "DELETE/* quietly */FROM {t}",
    "DELETE -- quietly\n FROM {t}",
    "WITH a AS (SELECT '--' AS x) DELETE FROM {t}",
    "DELETE FROM '{t}'",
    'UPDATE "main"."{t}" SET x = 1',
    "UPDATE ONLY {t} SET x = 1",
    "DROP TABLE IF EXISTS {t}",
    "ALTER TABLE {t} ADD COLUMN x",
    "TRUNCATE TABLE {t}",
    "MERGE INTO {t} USING draft ON true",
)


@pytest.fixture
def raw(staff: Staff) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(staff.desk.folder / DATABASE)) as connection:
        connection.execute("PRAGMA recursive_triggers=OFF")  # as an ordinary SQL tool would have it
        yield connection


@pytest.mark.parametrize("table", TRACKED)
@pytest.mark.parametrize("form", FORMS)
def test_every_way_to_write_a_tracked_table_is_noticed(table: str, form: str) -> None:
    assert tracked_in(form.format(t=table)) == {table}


@pytest.mark.parametrize("table", sorted(UNTRACKED | LOG))
def test_drafts_and_the_log_itself_are_not_tracked(table: str) -> None:
    assert tracked_in(FORMS[3].format(t=table)) == set()


def test_an_orm_change_without_an_entry_is_rolled_back(staff: Staff) -> None:
    with pytest.raises(UnrecordedChangeError), staff.desk.writing(staff.mira.actor) as unit:
        unit.session.get_one(Person, staff.mira.person_id).name = "Somebody else"
    with staff.desk.reading() as session:
        assert session.get_one(Person, staff.mira.person_id).name == "Mira Okafor"


def test_a_plain_statement_without_an_entry_is_rolled_back(staff: Staff) -> None:
    with pytest.raises(UnrecordedChangeError), staff.desk.writing(staff.mira.actor) as unit:
        unit.session.connection().execute(text("UPDATE person SET name = 'x'"))
    with staff.desk.reading() as session:
        assert {row.name for row in session.exec(select(Person))} == {card.name for card in staff.people.cards()}


def test_a_commit_inside_the_block_does_not_slip_past(staff: Staff) -> None:
    def commit_early() -> None:
        with staff.desk.writing(staff.mira.actor) as unit:
            unit.session.connection().execute(text("UPDATE person SET name = 'x'"))
            unit.session.commit()

    with pytest.raises(UnrecordedChangeError):
        commit_early()
    assert {card.name for card in staff.people.cards()} == {"Jonas Lindqvist", "Helen Castellanos", "Mira Okafor"}


def test_a_commit_inside_the_block_is_refused_even_with_an_entry(staff: Staff) -> None:
    before = Auditing(staff.desk).size()

    def commit_early() -> None:
        with staff.desk.writing(staff.mira.actor) as unit:
            unit.record(Action.COMMENTED, "post", "post_x")
            unit.session.commit()

    with pytest.raises(UnrecordedChangeError):
        commit_early()
    assert Auditing(staff.desk).size() == before


def test_nothing_follows_a_rollback_inside_the_block(staff: Staff) -> None:
    before = Auditing(staff.desk).size()

    def go_on() -> None:
        with staff.desk.writing(staff.mira.actor) as unit:
            unit.record(Action.COMMENTED, "post", "post_x")
            unit.session.rollback()
            unit.record(Action.COMMENTED, "post", "post_x")  # would be numbered after an entry that is gone

    with pytest.raises(RuntimeError, match="one transaction"):
        go_on()
    assert Auditing(staff.desk).size() == before


def test_an_entry_after_the_end_is_not_lost_in_silence(staff: Staff) -> None:
    with staff.desk.writing(staff.mira.actor) as unit:
        unit.record(Action.COMMENTED, "post", "post_x")
    with pytest.raises(UnrecordedChangeError, match="after the end"):
        unit.record(Action.COMMENTED, "post", "post_x")


def test_a_unit_has_no_savepoints(staff: Staff) -> None:
    def save_a_point() -> None:
        with staff.desk.writing(staff.mira.actor) as unit:
            unit.session.begin_nested()
            unit.session.connection()

    with pytest.raises(UnrecordedChangeError, match="savepoints"):
        save_a_point()


def test_half_characters_do_not_stop_an_entry(staff: Staff) -> None:
    odd = "caf\ud83d\ude00 \udce9"
    actor = Actor("desk_1", f"operator ({odd})", "operator")
    with staff.desk.writing(actor) as unit:
        number = unit.record(Action.COMMENTED, "post", "post_x", body={"text": odd, "more": {"list": [odd]}})
    (entry,) = Auditing(staff.desk).entries(limit=1)
    assert (entry.seq, entry.body["text"], entry.body["more"]["list"]) == (number, "caf😀 �", ["caf😀 �"])
    assert Auditing(staff.desk).check().problem is None


def test_an_entry_without_the_rest_is_rolled_back_with_it(staff: Staff) -> None:
    before = Auditing(staff.desk).size()

    def fail_late() -> None:
        with staff.desk.writing(staff.mira.actor) as unit:
            unit.record(Action.COMMENTED, "post", "post_x")
            raise RuntimeError("the disk went away")

    with pytest.raises(RuntimeError):
        fail_late()
    assert Auditing(staff.desk).size() == before
    assert Auditing(staff.desk).check().problem is None


def test_the_draft_needs_no_entry(staff: Staff) -> None:
    before = Auditing(staff.desk).size()
    with staff.desk.writing(staff.mira.actor) as unit:
        unit.session.connection().execute(text("DELETE FROM draft"))
    assert Auditing(staff.desk).size() == before


def test_reading_cannot_write(staff: Staff) -> None:
    with pytest.raises(StorageError), staff.desk.reading() as session:
        session.connection().execute(text("DELETE FROM person"))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET action = 'x'",
        "DELETE FROM audit_entry",
        "INSERT OR REPLACE INTO audit_entry SELECT * FROM audit_entry",
        "REPLACE INTO audit_entry SELECT seq, x'00', leaf_hash, ts, action, object_type, object_id, actor_id"
        " FROM audit_entry",
        "UPDATE audit_body SET body = x'00'",
        "INSERT OR REPLACE INTO audit_body SELECT * FROM audit_body",
        "DELETE FROM audit_head",
    ],
)
def test_the_log_is_append_only_for_every_tool(raw: sqlite3.Connection, statement: str) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute(statement)


def test_a_body_can_be_deleted_and_the_log_still_verifies(staff: Staff, raw: sqlite3.Connection) -> None:
    raw.execute("DELETE FROM audit_body WHERE seq = 3")
    raw.commit()
    assert Auditing(staff.desk).check().problem is None


def test_settings_that_protect_the_file_are_on(staff: Staff) -> None:
    expected = {"foreign_keys": 1, "trusted_schema": 0, "recursive_triggers": 1, "secure_delete": 1, "synchronous": 2}
    with staff.desk.reading() as session:
        found = {name: session.connection().exec_driver_sql(f"PRAGMA {name}").scalar() for name in expected}
        assert session.connection().exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    assert found == expected


def test_files_are_for_the_owner_alone(staff: Staff) -> None:
    assert staff.desk.folder.stat().st_mode & 0o777 == 0o700
    files: list[Path] = [path for path in staff.desk.folder.iterdir() if path.is_file()]
    assert {path.stat().st_mode & 0o777 for path in files} == {0o600}
    assert {path.name for path in files} >= {DATABASE, f"{DATABASE}-wal", f"{DATABASE}-shm"}


def test_foreign_keys_hold(staff: Staff) -> None:
    def orphan() -> None:
        with staff.desk.writing(staff.mira.actor) as unit:
            unit.session.add(Draft(post_id="nowhere", body={}, saved_by="x", saved_at=unit.now))
            unit.session.flush()

    with pytest.raises((StorageError, IntegrityError)):
        orphan()


def _sqlite_error(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("said in English, by a version that may word it otherwise")
    error.sqlite_errorcode = code
    return error


@given(st.integers(0, 2**31 - 1))
def test_storage_errors_are_told_in_words(code: int) -> None:
    error = storage_error(_sqlite_error(code))
    assert error.title
    assert error.advice


def test_each_known_failure_has_its_own_words() -> None:
    codes = (
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_BUSY_SNAPSHOT,
        sqlite3.SQLITE_READONLY_DBMOVED,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_CONSTRAINT,
    )
    assert len({storage_error(_sqlite_error(code)).title for code in codes}) == len(codes)


def test_moments_refuse_times_without_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        Moment().process_bind_param(datetime(2027, 3, 10, 10, 42), None)  # type: ignore[arg-type]  # noqa: DTZ001


def test_every_action_has_words_and_changes_the_log() -> None:
    assert set(ABOUT) == set(Action)
    assert all(Kind.LOG in about.kinds for about in ABOUT.values())
    assert words("post.signed_off", "5") == "Signed version 5"
    assert words("from.a.newer.version") == "from.a.newer.version"


def test_changes_add_up() -> None:
    one = Changes(frozenset({Kind.POSTS}), frozenset({"a"}), 4)
    two = Changes(frozenset({Kind.LOG}), frozenset({"b"}), 7)
    assert one | two == Changes(frozenset({Kind.POSTS, Kind.LOG}), frozenset({"a", "b"}), 7)
    assert one
    assert not Changes()


def test_there_is_one_workspace_row(staff: Staff) -> None:
    with staff.desk.reading() as session:
        assert len(session.exec(select(Workspace)).all()) == 1
    assert models.Workspace.__tablename__ == "workspace"
