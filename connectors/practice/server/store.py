"""What the practice network remembers: one sqlite3 file and a folder of pictures, for the owner's eyes only."""

import contextlib
import os
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.practice.profiles import Profile
from editorial.clock import Clock, stamp

_SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, handle TEXT NOT NULL UNIQUE, name TEXT NOT NULL, profile TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS codes (
    digest TEXT PRIMARY KEY, account_id INTEGER NOT NULL REFERENCES accounts (id), client_id TEXT NOT NULL,
    redirect_uri TEXT NOT NULL, scope TEXT NOT NULL, challenge TEXT NOT NULL, family TEXT NOT NULL,
    expires_at REAL NOT NULL, used INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS tokens (
    digest TEXT PRIMARY KEY, kind TEXT NOT NULL, family TEXT NOT NULL, generation INTEGER NOT NULL,
    account_id INTEGER NOT NULL REFERENCES accounts (id), client_id TEXT NOT NULL, scope TEXT NOT NULL,
    issued_at REAL NOT NULL, expires_at REAL NOT NULL, revoked INTEGER NOT NULL DEFAULT 0,
    presented INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS tokens_family ON tokens (family, generation);
CREATE TABLE IF NOT EXISTS media (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account_id INTEGER NOT NULL REFERENCES accounts (id), mime TEXT NOT NULL,
    size INTEGER NOT NULL, sha256 TEXT NOT NULL, alt TEXT NOT NULL, created_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT, account_id INTEGER NOT NULL REFERENCES accounts (id), text TEXT NOT NULL,
    language TEXT NOT NULL, reply_to INTEGER, idempotency_key TEXT, created_at TEXT NOT NULL, stored_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS posts_key ON posts (account_id, idempotency_key);
CREATE TABLE IF NOT EXISTS post_media (
    post_id INTEGER NOT NULL REFERENCES posts (id) ON DELETE CASCADE, position INTEGER NOT NULL,
    media_id INTEGER NOT NULL REFERENCES media (id), PRIMARY KEY (post_id, position)
);
CREATE TABLE IF NOT EXISTS faults (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, target TEXT NOT NULL, pattern TEXT,
    remaining INTEGER NOT NULL, seconds REAL NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class Account:
    """One identity on the practice network."""

    id: int
    handle: str
    name: str
    profile: Profile


class Store:
    """The file and the folder. Every use opens its own connection, so any thread may call any method."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.clock = clock
        folder.mkdir(parents=True, exist_ok=True)
        self.media_folder = folder / "media"
        self.media_folder.mkdir(exist_ok=True)
        self._file = folder / "practice.sqlite3"
        for path in (folder, self.media_folder):
            path.chmod(0o700)
        os.close(os.open(self._file, os.O_CREAT | os.O_RDWR, 0o600))  # sqlite gives -wal and -shm the same mode
        self._file.chmod(0o600)
        with contextlib.closing(self._connect()) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.executescript(_SCHEMA)

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._file, timeout=30, isolation_level=None)
        db.row_factory = sqlite3.Row
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA synchronous = NORMAL")  # a killed process loses nothing; a power cut may cost practice posts
        return db

    @contextlib.contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A consistent look."""
        with contextlib.closing(self._connect()) as db:
            db.execute("BEGIN")
            yield db
            db.execute("ROLLBACK")

    @contextlib.contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """One transaction that nobody else writes beside; all of it or nothing."""
        with contextlib.closing(self._connect()) as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    def remembered(self, name: str) -> str | None:
        """A value kept by `remember`."""
        with self.read() as db:
            row = db.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row["value"])

    def remember(self, name: str, value: str) -> None:
        """Keep a value over restarts."""
        with self.write() as db:
            db.execute("INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = ?2", (name, value))

    def accounts(self) -> list[Account]:
        """All of them, by name."""
        with self.read() as db:
            return [account_of(row) for row in db.execute("SELECT * FROM accounts ORDER BY name")]

    def account(self, *, id_: int | None = None, handle: str | None = None) -> Account | None:
        """The one with this id or this handle."""
        with self.read() as db:
            row = db.execute("SELECT * FROM accounts WHERE id = ? OR handle = ?", (id_, handle)).fetchone()
        return None if row is None else account_of(row)

    def open_account(self, name: str, profile: Profile) -> Account:
        """The account of this name, made where there is none. Raises ValueError, in words, where it cannot be."""
        handle = slug(name)
        if not handle:
            raise ValueError("An account needs a name with at least one letter or digit.")
        with self.write() as db:
            db.execute(
                "INSERT INTO accounts (handle, name, profile, created_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (handle, " ".join(name.split())[:60], profile, stamp(self.clock.now())),
            )
            found = account_of(db.execute("SELECT * FROM accounts WHERE handle = ?", (handle,)).fetchone())
        if found.profile is not profile:
            raise ValueError(f"The account @{handle} exists already with the profile {found.profile}.")
        return found


def slug(name: str) -> str:
    """`Riverside Hospital` -> `riverside-hospital`; at most 40 letters, digits and dashes."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-")


def account_of(row: Any) -> Account:
    """The account in a row of `accounts`."""
    return Account(row["id"], row["handle"], row["name"], Profile(row["profile"]))
