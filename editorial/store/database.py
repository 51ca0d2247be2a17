"""The workspace's database: how connections are opened, and that writers of all processes are serial.

Every write happens between BEGIN IMMEDIATE and COMMIT of a `Unit` (see unit.py). Readers cannot write at all.
"""

import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Executable, Result, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlmodel import Session

from editorial.errors import DeskError

BUSY_SECONDS = 30.0
"""How long a writer waits for another process before it says so."""

_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA recursive_triggers=ON",  # else INSERT OR REPLACE slips past the append-only triggers
    "PRAGMA secure_delete=ON",
)
_CONNECTIONS = 20  # kept open: what was folded from the log is kept with its connection, and each lane needs one
_SIDES = ("", "-wal", "-shm", "-journal")  # the files that SQLite keeps beside the database


class StorageError(DeskError):
    """The database cannot be read or written; what was asked for did not happen."""

    code = "E-STORE"


def _on_connect(connection: sqlite3.Connection, record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves; the driver's own guess starts too late
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _on_begin(connection: Connection) -> None:
    box = connection.get_execution_options().get("signpost_unit")
    if box:
        raise RuntimeError("a unit of work is one transaction: nothing follows its commit or rollback")
    writing = box is not None
    plain: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    if connection.info.get("signpost_writing") is not writing:
        plain.execute(f"PRAGMA query_only={'OFF' if writing else 'ON'}")
        connection.info["signpost_writing"] = writing
    plain.execute("BEGIN IMMEDIATE" if writing else "BEGIN")


def open_engine(path: Path) -> Engine:
    """An engine on the file, with the settings that every connection needs. Folder and files are made private.

    Raises StorageError where the folder cannot be used or belongs to others.
    """
    private_folder(path.parent)
    try:
        path.touch(mode=0o600)
        for side in _SIDES:
            beside = path.with_name(path.name + side)
            if beside.exists():
                make_private(beside)
    except OSError as error:
        raise unusable(path.parent, error) from error
    address = URL.create("sqlite+pysqlite", database=str(path))  # a name may hold ? and %
    engine = create_engine(address, connect_args={"timeout": BUSY_SECONDS}, pool_size=_CONNECTIONS)
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _on_begin)
    return engine


def make_private(path: Path) -> None:
    """Owner only: 0700 for a folder, 0600 for a file. On Windows the per-user folder's own list does that."""
    if os.name == "posix":
        wanted = stat.S_IRWXU if path.is_dir() else stat.S_IRUSR | stat.S_IWUSR
        if stat.S_IMODE(path.stat().st_mode) != wanted:
            path.chmod(wanted)


def private_folder(folder: Path) -> None:
    """Makes the folder, for its owner alone.

    Raises StorageError where it cannot be used, and for one that many people use, such as the system's temporary one.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        shared = os.name == "posix" and folder.stat().st_mode & stat.S_ISVTX
        if not shared:
            make_private(folder)
    except OSError as error:
        raise unusable(folder, error) from error
    if shared:
        raise StorageError(
            "This folder is shared with others", f"{folder} was not touched.", "Name a folder of your own inside it."
        )


def unusable(folder: Path, error: OSError) -> StorageError:
    """The words for a folder that the system does not let us use."""
    said = os.strerror(error.errno) if error.errno else type(error).__name__
    return StorageError(
        "The workspace folder cannot be used",
        f"{folder}: {said}. Nothing was changed.",
        "Check that the folder belongs to you and can be written, or name another one.",
    )


@contextmanager
def read_only(path: Path) -> Iterator[sqlite3.Connection]:
    """A plain connection that never makes a database and never writes, for looking before anything heavy loads.

    Raises sqlite3.Error.
    """
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as connection:
        yield connection


def empty_wal(path: Path) -> bool:
    """Takes what SQLite keeps beside the file into it and empties that: what was deleted is then nowhere any more.

    False where a reader was in the way for as long as writers wait. Raises sqlite3.Error.
    """
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


@contextmanager
def told_in_words() -> Iterator[None]:
    """Turns the driver's errors into `StorageError`; the transaction around it is rolled back."""
    try:
        yield
    except DatabaseError as error:
        raise storage_error(error.orig or error) from error
    except sqlite3.Error as error:
        raise storage_error(error) from error


_FULL = (
    "The disk is full",
    "Nothing was changed. What you typed is still in the window.",
    "Free some space, then try again.",
)
_FAILING = (
    "The disk did not take it",
    "It may be full, disconnected or failing. Nothing was changed. What you typed is still in the window.",
    "Check the disk, then try again.",
)
_BUSY = (
    "The workspace is busy",
    f"Another process kept it for {BUSY_SECONDS:.0f} seconds. Nothing was changed.",
    "Try again. If it stays busy, restart Signpost.",
)
_CLOSED = (
    "The workspace cannot be written",
    "Nothing was changed.",
    "Check that the folder belongs to you and is not read-only.",
)
_DAMAGED = (
    "The workspace's database is damaged",
    "It cannot be read as a database. Nothing was changed.",
    "Do not delete anything. Restore a backup, or tell IT.",
)
_OTHER = (
    "The workspace could not be changed",
    "The database refused. Nothing was changed.",
    "Verify the audit log, and tell IT if this happens again.",
)
_BY_CODE = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: _FAILING,
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_READONLY: _CLOSED,
    sqlite3.SQLITE_CANTOPEN: _CLOSED,
    sqlite3.SQLITE_PERM: _CLOSED,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
}


def storage_error(error: BaseException) -> StorageError:
    """The words for what SQLite answered."""
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return StorageError(*_BY_CODE.get(primary, _OTHER))


def columns(session: Session, statement: Executable, /, **values: object) -> Result[*tuple[Any, ...]]:
    """The rows of a statement about plain columns, past the session's book-keeping, which takes longer than the answer.

    What the session holds is written first, unless it is told not to. Statements that are made once are the quickest.
    """
    if session.autoflush:
        session.flush()
    return session.connection().execute(statement, values)


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """One consistent view of the data; a write in it is refused by SQLite itself."""
    with told_in_words(), Session(engine) as session:
        yield session
