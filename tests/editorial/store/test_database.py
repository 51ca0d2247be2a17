"""The file on the disk: who may read it, what happens where it cannot be written or read, and that words say so."""

import os
import resource
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event

from editorial.audit.auditing import Auditing, Format
from editorial.delivery.outbox import Outbox
from editorial.desk import DATABASE, has_workspace, open_desk
from editorial.errors import DeskError
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.review import Review
from editorial.posts.states import PostState
from editorial.store.database import StorageError, open_engine, read_only
from editorial.vault import Vault
from tests.contracts.source import ROOT
from tests.fakes.desks import HELEN, WEAK, MemoryKeyring, Staff

posix_only = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")


def modes(folder: Path) -> set[int]:
    return {path.stat().st_mode & 0o777 for path in folder.iterdir() if path.is_file()}


@posix_only
def test_wrong_modes_are_repaired_at_open(staff: Staff) -> None:
    staff.people.sign_out(staff.mira.actor)  # so that the write-ahead log exists
    folder = staff.desk.folder
    for path in folder.iterdir():
        path.chmod(0o666 if path.is_file() else 0o777)
    folder.chmod(0o755)
    desk = open_desk(folder, vault=Vault("test", MemoryKeyring()), clock=staff.clock, kdf=WEAK)
    desk.close()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {(folder / f"{DATABASE}{side}").stat().st_mode & 0o777 for side in ("", "-wal", "-shm")} == {0o600}


@posix_only
def test_a_folder_that_everybody_uses_is_refused(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    with pytest.raises(StorageError, match="shared with others"):
        open_engine(shared / DATABASE)
    assert shared.stat().st_mode & 0o7777 == 0o1777
    assert not (shared / DATABASE).exists()


def test_a_file_where_the_folder_belongs_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError, match="cannot be used"):
        open_engine(tmp_path / "file" / DATABASE)


_AS_NOBODY = """
import os, sys
from pathlib import Path
from editorial.desk import has_workspace, open_database
from editorial.errors import DeskError
os.setegid(65534)
os.seteuid(65534)
for attempt in (lambda: open_database(Path(sys.argv[1])), lambda: has_workspace(Path(sys.argv[1]))):
    try:
        attempt()
    except DeskError as error:
        print(error.title)
    else:
        print("opened")
"""


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize(("mode", "said"), [(0o700, ["The workspace folder cannot be used"] * 2), (0o755, ...)])
def test_a_folder_without_permission_is_told_in_words(mode: int, said: object) -> None:
    with tempfile.TemporaryDirectory() as outer:
        Path(outer).chmod(0o755)
        folder = Path(outer) / "workspace"
        folder.mkdir()
        folder.chmod(mode)
        done = subprocess.run(
            [sys.executable, "-c", _AS_NOBODY, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
        )
    wanted = said if said is not ... else ["The workspace folder cannot be used", "opened"]
    assert done.stdout.splitlines() == wanted, done.stderr


@pytest.mark.parametrize("content", [b"no database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 4000])
def test_a_damaged_file_is_told_in_words_and_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / DATABASE).write_bytes(content)
    assert has_workspace(tmp_path), "nothing may be made over it"
    with pytest.raises(StorageError, match="damaged"):
        open_desk(tmp_path)
    assert (tmp_path / DATABASE).read_bytes() == content


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / DATABASE) as connection:
        connection.execute("CREATE TABLE moz_places (id INTEGER)")
    connection.close()
    assert not has_workspace(tmp_path)
    with pytest.raises(DeskError):
        open_desk(tmp_path)
    with read_only(tmp_path / DATABASE) as connection:
        assert [row[0] for row in connection.execute("SELECT name FROM sqlite_master")] == ["moz_places"]


def test_looking_makes_no_file(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.Error), read_only(tmp_path / "not?here%20.db"):
        pytest.fail("a file was made up")
    assert list(tmp_path.iterdir()) == []


# ---- a full disk -----------------------------------------------------------------------------------------------------


@contextmanager
def no_more_pages(staff: Staff) -> Iterator[None]:
    """The database may not grow: what SQLite then says is what it says of a full disk."""
    engine = staff.desk.engine
    engine.dispose()

    def limit(connection: sqlite3.Connection, record: object) -> None:
        connection.execute("PRAGMA max_page_count=1")  # the present size is the least it takes

    event.listen(engine, "connect", limit)
    try:
        yield
    finally:
        event.remove(engine, "connect", limit)
        engine.dispose()


@contextmanager
def no_larger_files(staff: Staff) -> Iterator[None]:
    """No file of this process may grow beyond a few bytes, as with a quota or a failing disk."""
    staff.people.cards()  # so that the files that reading takes are there
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


FULL = pytest.mark.parametrize("full", [no_more_pages, no_larger_files])


def in_review(staff: Staff) -> str:
    body = DraftBody("The garden", "Come in.", accounts=(staff.connect_practice(),))
    post, _ = Drafting(staff.desk).open(staff.mira.actor, body)
    Drafting(staff.desk).submit(staff.mira.actor, post)
    return post


def whole(staff: Staff) -> None:
    verdict = Auditing(staff.desk).check()
    assert verdict.problem is None
    with read_only(staff.desk.folder / DATABASE) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@FULL
def test_a_full_disk_while_saving_keeps_what_was_saved(staff: Staff, full: object) -> None:
    drafting = Drafting(staff.desk)
    post, _ = drafting.open(staff.mira.actor, DraftBody("A", "saved"))
    with full(staff), pytest.raises(StorageError, match=r"disk.*What you typed is still in the window"):  # type: ignore[operator]
        drafting.save(staff.mira.actor, post, DraftBody("A", "x" * 100_000), 1)
    assert drafting.read(post).body.text == "saved"
    assert drafting.save(staff.mira.actor, post, DraftBody("A", "x" * 100_000), 1) == 2
    whole(staff)


@FULL
def test_a_full_disk_while_signing_signs_nothing(staff: Staff, full: object) -> None:
    post = in_review(staff)
    before = Auditing(staff.desk).size()
    with full(staff), pytest.raises(StorageError, match="disk"):  # type: ignore[operator]
        Review(staff.desk).sign_off(staff.helen.actor, post, 1, HELEN, "x" * 100_000)
    assert not Review(staff.desk).subject(post).stages[0].given
    assert (Auditing(staff.desk).size(), Outbox(staff.desk).rows()) == (before, ())
    whole(staff)
    Review(staff.desk).sign_off(staff.helen.actor, post, 1, HELEN)
    assert Drafting(staff.desk).read(post).state is PostState.APPROVED


def test_a_full_disk_while_exporting_leaves_no_file(staff: Staff, tmp_path: Path) -> None:
    before = Auditing(staff.desk).size()
    with no_larger_files(staff), pytest.raises(DeskError, match="Nothing was exported"):
        Auditing(staff.desk).export(staff.helen.actor, Format.JSONL, tmp_path / "log.jsonl")
    assert [path.name for path in tmp_path.iterdir()] == ["workspace"]
    assert Auditing(staff.desk).size() == before
    whole(staff)


def test_a_full_disk_while_amending_leaves_the_old_charter(staff: Staff) -> None:
    from editorial.charter.document import Role
    from editorial.people.desk_people import Signer, with_member
    from tests.fakes.desks import JONAS

    line = staff.people.enroll(staff.jonas.actor, "Sana Haddad", "sana", "winter ladder green telescope")
    officers = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    change = with_member(replace(line, name="Sana Haddad-Lindqvist"), {Role.AUTHOR})
    with no_more_pages(staff), pytest.raises(StorageError, match="disk is full"):
        staff.people.amend(staff.jonas.actor, change, officers)
    with staff.desk.reading() as session:
        assert staff.desk.charter(session).version == 2, "the version that was not committed became the pin"
    staff.people.amend(staff.jonas.actor, change, officers)
    assert [card.name for card in staff.people.cards()][-1] == "Sana Haddad-Lindqvist"
    whole(staff)
