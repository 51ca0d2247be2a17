"""Where workspaces lie, and opening one for a command with the keyring that it needs."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import platformdirs

from desktop.commands.output import Output
from editorial.desk import DATABASE, Desk, has_workspace, open_desk
from editorial.store.database import read_only
from editorial.vault import private_keyring_for

KEYRING_FOLDER = "demo-keyring"
PRACTISING = frozenset({"demo", "tour"})


def data_folder() -> Path:
    """This person's own folder for Signpost, as the operating system wants it."""
    return Path(platformdirs.user_data_path("Signpost", appauthor=False))


def default_workspace() -> Path:
    """The workspace that is opened when none is named."""
    return data_folder() / "workspace"


def demo_workspace() -> Path:
    """The demo workspace."""
    return data_folder() / "demo"


def kind_of(folder: Path) -> str | None:
    """The workspace's kind, read without opening it for writing; None where there is none that can be read.

    Raises StorageError for a folder that cannot be looked into.
    """
    if not has_workspace(folder):
        return None
    try:
        with read_only(folder / DATABASE) as connection:
            row = connection.execute("SELECT kind FROM workspace").fetchone()
    except sqlite3.Error:
        return None
    return str(row[0]) if row else None


@contextmanager
def keyring_for(folder: Path, kind: str | None, output: Output | None) -> Iterator[None]:
    """For commands that use the keyring, on demo and tour workspaces: a private one where this computer has none.

    A sentence says so, unless `output` is None. A real workspace never gets one. Raises VaultError where the private
    one cannot be started.
    """
    service = private_keyring_for(folder / KEYRING_FOLDER) if kind in PRACTISING else None
    if service is None:
        yield
        return
    try:
        if output is not None:
            output.say(
                "This computer offers no keyring: a private one for this workspace is used, in "
                f"{folder / KEYRING_FOLDER}.",
                keyring="private",
                folder=str(folder / KEYRING_FOLDER),
            )
        yield
    finally:
        service.close()


@contextmanager
def desk_at(folder: Path) -> Iterator[Desk]:
    """The workspace in `folder`, for commands that need no keyring. Raises DeskError."""
    desk = open_desk(folder)
    try:
        yield desk
    finally:
        desk.close()
