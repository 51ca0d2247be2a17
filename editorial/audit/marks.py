"""High-water marks: how far the log was seen to go, kept where restoring or rewriting the database changes nothing.

One lies in the keyring and one in a file outside the workspace; a folder that takes new files only may hold a third
kind, one file for each. Whoever brings an older database back has to bring all of them back as well.
"""

import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import platformdirs

from editorial.audit.merkle import HASH_SIZE
from editorial.canonical import canonical
from editorial.desk import Desk
from editorial.secret import Secret
from editorial.store.database import private_folder
from editorial.store.files import add_file, put_file
from editorial.strict import fields, read
from editorial.upkeep import Upkeep
from editorial.vault import VaultError

KEYRING_NAME = "log-mark"
_LONGEST = 2_000  # bytes of a mark that are read


class Place(StrEnum):
    """Where a mark is kept, as people read it."""

    KEYRING = "this computer's keyring"
    FILE = "the mark file of this computer"
    FOLDER = "the folder for marks"


@dataclass(frozen=True, slots=True)
class Mark:
    """The log `origin` was seen with `size` entries and this root."""

    origin: str
    size: int
    root: bytes

    def to_data(self) -> dict[str, Any]:
        """The mark as JSON data."""
        return {"origin": self.origin, "size": self.size, "root": self.root.hex()}

    def to_json(self) -> bytes:
        """The mark as RFC 8785 JSON."""
        return canonical(self.to_data())

    @classmethod
    def parse(cls, data: bytes | str) -> "Mark":
        """What `to_json` gave. Raises ValueError for anything else."""
        found = fields(read(data), origin=str, size=int, root=str)
        root = bytes.fromhex(found["root"])
        if found["size"] < 1 or len(root) != HASH_SIZE:
            raise ValueError("no mark has such a size or root")
        return cls(found["origin"], found["size"], root)


class Marks:
    """Reads and writes the marks of one desk. Asks the keyring: not for the UI thread, and in no transaction."""

    def __init__(self, desk: Desk, workspace: Path | None = None) -> None:
        """`workspace`: the folder where the desk's data will be, while they still lie in another one."""
        self._desk = desk
        self._workspace = workspace or desk.folder
        place = hashlib.sha256(os.fsencode(self._workspace.resolve())).hexdigest()[:16]
        folder = platformdirs.user_state_path("Signpost", appauthor=False) / "marks"
        self.path = folder / f"{desk.workspace.id}-{place}.json"

    def read(self) -> Mapping[Place, Mark | None]:
        """What each place holds, None where it holds nothing that is a mark. A place that cannot be asked is left out.

        The folder is in it only where it holds a mark: it may lie on a share that is away.
        """
        found: dict[Place, Mark | None] = {}
        with suppress(VaultError):  # the keyring itself is told about elsewhere
            stored = self._desk.vault.get(KEYRING_NAME)
            found[Place.KEYRING] = _mark_in(stored.reveal()) if stored is not None else None
        found[Place.FILE] = _mark_at(self.path)
        newest = self._newest_in_folder()
        if newest is not None:
            found[Place.FOLDER] = newest
        return found

    def write(self, place: Place, mark: Mark) -> None:
        """Puts a mark in the place of the one there. Raises VaultError, StorageError and OSError."""
        if place is Place.KEYRING:
            self._desk.vault.put(KEYRING_NAME, Secret(mark.to_json().decode()))
        elif place is Place.FILE:
            private_folder(self.path.parent)
            put_file(self.path, mark.to_json())
        elif (folder := self._folder()) is not None:
            newest = next(iter(self._in_folder(folder)), None)
            number = int(newest.stem.rpartition("-")[2]) + 1 if newest is not None else 1
            add_file(folder / f"{self._desk.workspace.id}-{number:08}.json", mark.to_json())

    def _folder(self) -> Path | None:
        return Upkeep.of(self._workspace).marks

    def _newest_in_folder(self) -> Mark | None:
        folder = self._folder()
        if folder is None:
            return None
        return next((mark for name in self._in_folder(folder) if (mark := _mark_at(name)) is not None), None)

    def _in_folder(self, folder: Path) -> list[Path]:
        """The files of this workspace's marks, the newest first."""
        try:
            return sorted(folder.glob(f"{self._desk.workspace.id}-[0-9]*.json"), reverse=True)
        except OSError:
            return []


def _mark_at(path: Path) -> Mark | None:
    try:
        with path.open("rb") as file:
            return _mark_in(file.read(_LONGEST))
    except OSError:
        return None


def _mark_in(data: bytes | str) -> Mark | None:
    try:
        return Mark.parse(data)
    except ValueError:
        return None
