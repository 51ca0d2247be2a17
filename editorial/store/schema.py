"""Bringing a workspace's file to this version's schema. Alembic is imported only when there is something to do."""

import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from editorial.errors import DeskError
from editorial.store.database import StorageError, told_in_words, unusable

if TYPE_CHECKING:
    from sqlalchemy import Engine


@dataclass(frozen=True, slots=True)
class Migrations:
    """A folder of Alembic revisions, and the newest one in it: what this version's models describe."""

    folder: Path
    newest: str

    def known(self) -> frozenset[str]:
        """The revisions that can be upgraded, by their file names."""
        return frozenset(file.name.split("_")[0] for file in (self.folder / "versions").glob("[0-9]*.py"))


RELEASED = Migrations(Path(__file__).parent / "migrations", "0001")
CURRENT = RELEASED.newest
"""The newest revision; a test holds it and the folder together."""


class TooNewError(DeskError):
    """A newer Signpost wrote this workspace; this one would damage it."""

    code = "E-NEWER"


def version_of(path: Path) -> str | None:
    """The revision in the file, None for an empty file. Plain sqlite3: this runs before anything heavy loads.

    Raises StorageError for a database that is not a workspace's, and sqlite3.Error for one that cannot be read.
    """
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if "alembic_version" not in tables:
            if tables:
                raise StorageError(
                    "This is not a workspace", f"{path} is a database of another program.", "Name another folder."
                )
            return None
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return row[0] if row else None


def bring_up_to_date(engine: "Engine", path: Path, migrations: Migrations = RELEASED) -> None:
    """Upgrades the file when needed; a copy is kept beside it first.

    Raises TooNewError and StorageError, changing nothing.
    """
    with told_in_words():
        found = version_of(path)
        if found == migrations.newest:
            return
        if found is not None and found not in migrations.known():
            raise TooNewError(
                "This workspace is from a newer Signpost",
                f"Its data has version {found}; this Signpost knows up to {migrations.newest}. Nothing was changed.",
                "Update Signpost on this computer.",
            )
        try:
            _upgrade(engine, path, migrations)
        except OSError as error:
            raise unusable(path.parent, error) from error


def copy_of(path: Path, newest: str) -> Path:
    """Where the copy lies that is made of a file before it is upgraded to a version."""
    return path.with_name(f"{path.stem}-before-{newest}.db")


def copy_database(source: Path, target: Path) -> None:
    """A consistent copy by SQLite's backup interface, while others may be writing; whole under its name or not there.

    Raises sqlite3.Error and OSError.
    """
    part = target.with_name(target.name + ".part")
    os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
    with closing(sqlite3.connect(source)) as origin, closing(sqlite3.connect(part)) as copy:
        origin.backup(copy)
    os.replace(part, target)


def _upgrade(engine: "Engine", path: Path, migrations: Migrations) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(migrations.folder).replace("%", "%%"))
    with engine.connect().execution_options(signpost_unit=[]) as connection, connection.begin():
        found = version_of(path)  # again: whoever held the file before us may have upgraded it
        if found == migrations.newest:
            return
        if found is not None:
            copy_database(path, copy_of(path, migrations.newest))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
