"""Where backups and marks of this computer's workspace go. Paths of one computer: in a file, not in the database."""

import json
from dataclasses import dataclass
from pathlib import Path

from editorial.errors import BadInputError
from editorial.store.database import unusable
from editorial.store.files import put_file

FILE = "upkeep.json"
MOST_KEPT = 400


@dataclass(frozen=True, slots=True)
class Upkeep:
    """`backups`: the folder of the daily backups, of which the newest `kept` stay; `marks`: one that takes new files
    only. None: not chosen.
    """

    backups: Path | None = None
    kept: int = 14
    marks: Path | None = None

    @classmethod
    def of(cls, workspace: Path) -> "Upkeep":
        """What was chosen for the workspace in this folder; nothing where the file cannot be read."""
        try:
            data = json.loads((workspace / FILE).read_text(encoding="utf-8"))
            return cls(_path(data["backups"]), int(data["kept"]), _path(data["marks"])).checked()
        except (OSError, ValueError, KeyError, TypeError, BadInputError):
            return cls()

    def checked(self) -> "Upkeep":
        """This choice. Raises BadInputError, naming the field, for what cannot be."""
        if not 1 <= self.kept <= MOST_KEPT:
            raise BadInputError(f"Between 1 and {MOST_KEPT} backups can be kept", "Nothing was changed.", field="kept")
        for name, folder in (("backups", self.backups), ("marks", self.marks)):
            if folder is not None and not folder.is_absolute():
                raise BadInputError("A folder is named from the top", "Nothing was changed.", field=name)
        return self

    def to_data(self) -> dict[str, str | int]:
        """The choice as JSON data."""
        return {"backups": _text(self.backups), "kept": self.kept, "marks": _text(self.marks)}

    def keep(self, workspace: Path) -> None:
        """Writes the choice. Raises StorageError."""
        try:
            put_file(workspace / FILE, json.dumps(self.to_data()).encode())
        except OSError as error:
            raise unusable(workspace, error) from error


def _path(text: str) -> Path | None:
    return Path(text) if text else None


def _text(path: Path | None) -> str:
    return str(path) if path is not None else ""
