"""What a backup file looks like: a line of plain facts, then a sealed tar with a manifest in front.

The line says whose backup it is and which key and schema it needs, so that much can be told before anything is opened;
it is bound into the encryption. Names in the tar are only those of the manifest.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from editorial.canonical import canonical
from editorial.errors import DeskError
from editorial.keys.workspace_secret import WorkspaceSecret
from editorial.strict import fields, items, moment, read

SUFFIX = ".signpost-backup"
DATABASE = "signpost.db"
MANIFEST = "manifest.json"
FOLDERS = ("media", "documents")
_LONGEST_LINE = 2_000
_NAME = re.compile(r"(?:signpost\.db|(?:media|documents)/[0-9A-Za-z._-]{1,200}(?:/[0-9A-Za-z._-]{1,200})?)")


class BackupError(DeskError):
    """A backup cannot be made, or cannot be brought back. What was there before is as it was."""

    code = "E-BACKUP"


@dataclass(frozen=True, slots=True)
class Line:
    """The plain line. `secret` is the check value of the workspace secret; `made` a moment as `stamp` writes it."""

    workspace: str
    organization: str
    kind: str
    secret: str
    schema: str
    made: str
    app: str

    def to_bytes(self) -> bytes:
        """The line with its end."""
        return canonical({"signpost-backup": 1, **asdict(self)}) + b"\n"

    @classmethod
    def read_from(cls, file: BinaryIO) -> tuple["Line", bytes]:
        """The line and its bytes, from the beginning of a file. Raises BackupError for another kind of file."""
        data = file.readline(_LONGEST_LINE)
        try:
            if not data.endswith(b"\n"):
                raise ValueError("no line")
            names = cls.__dataclass_fields__
            found = fields(read(data[:-1]), **{"signpost-backup": int}, **dict.fromkeys(names, str))
            if found.pop("signpost-backup") != 1:
                raise ValueError("another form")
            moment(found["made"])
            return cls(**found), data
        except (ValueError, TypeError) as error:
            raise BackupError(
                "This is no backup of Signpost",
                "Its beginning cannot be read. Nothing was changed.",
                "Name another file.",
            ) from error

    def name(self) -> str:
        """The name that a backup gets in a folder; names sort by time."""
        return name_at(self.workspace, self.made)


def name_at(workspace_id: str, made: str) -> str:
    """The name of a backup that was made then, a moment as `stamp` writes it."""
    return f"{workspace_id}-{re.sub('[^0-9TZ]', '', made)}{SUFFIX}"


def key_for(secret: WorkspaceSecret) -> bytes:
    """The key of this workspace's backups; it opens nothing else."""
    return secret.derive("backup")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What is in a backup: the log's size and root, and each file by name with its length and SHA-256."""

    workspace: str
    size: int
    root: str
    files: Mapping[str, tuple[int, str]]

    def to_bytes(self) -> bytes:
        """The manifest as RFC 8785 JSON."""
        listed = [[name, length, digest] for name, (length, digest) in self.files.items()]
        return canonical({"v": 1, "workspace": self.workspace, "size": self.size, "root": self.root, "files": listed})

    @classmethod
    def parse(cls, data: bytes) -> "Manifest":
        """What `to_bytes` gave. Raises ValueError for anything else, and for names that no workspace has."""
        found = fields(read(data), v=int, workspace=str, size=int, root=str, files=list)
        listed = [_listed(each) for each in items(found["files"], list, "files")]
        files = {name: (length, digest) for name, length, digest in listed}
        if found["v"] != 1 or len(files) != len(listed) or DATABASE not in files:
            raise ValueError("not a manifest of the known form")
        return cls(found["workspace"], found["size"], found["root"], files)


def _listed(each: list[Any]) -> tuple[str, int, str]:
    name, length, digest = each
    if not (type(name) is str and type(length) is int and type(digest) is str and is_name(name)):
        raise ValueError("a file that no workspace has")
    return name, length, digest


def is_name(name: str) -> bool:
    """Whether a file of this name belongs into a backup."""
    return _NAME.fullmatch(name) is not None and ".." not in name


def belongings(workspace: Path) -> list[str]:
    """The names of the files beside the database that a backup holds, in order."""
    found = []
    for folder in FOLDERS:
        for path in sorted((workspace / folder).rglob("*")):
            name = path.relative_to(workspace).as_posix()
            if path.is_file() and not path.is_symlink() and not path.name.startswith(".") and is_name(name):
                found.append(name)
    return found
