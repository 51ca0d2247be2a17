"""Reading a backup to its end: every file against the manifest, the database whole, its log with the root it had."""

import hashlib
import sqlite3
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from editorial.audit.log import head_of, rows
from editorial.audit.verify import Head, verify_entries
from editorial.backup.form import DATABASE, MANIFEST, BackupError, Line, Manifest, key_for
from editorial.backup.sealing import SealedReader, SealError
from editorial.errors import DeskError
from editorial.keys.workspace_secret import WorkspaceSecret
from editorial.store.database import open_engine, read_only, reading

_PIECE = 1 << 20
_MANIFEST_MOST = 100_000_000  # bytes


def unpack(source: Path, secret: WorkspaceSecret, into: Path, *, database_only: bool = False) -> Manifest:
    """Reads a backup to its end and writes its files into a folder, or with `database_only` that one alone.

    Raises BackupError where anything differs from what was written; what lies in `into` is then worth nothing.
    """
    try:
        with source.open("rb") as file:
            line, associated = Line.read_from(file)
            if line.secret != secret.check():
                raise wrong_key()
            return _unpack(SealedReader(file, key_for(secret), associated), into, database_only=database_only)
    except OSError as error:
        raise BackupError(
            "The backup cannot be read", f"{source.name}: {error.strerror or 'the disk refused'}. Nothing was changed.",
            "Check the disk, or name another backup.",
        ) from error  # fmt: skip
    except (SealError, tarfile.TarError, ValueError, EOFError) as error:
        raise damaged(source.name) from error


def _unpack(stream: SealedReader, into: Path, *, database_only: bool) -> Manifest:
    with tarfile.open(fileobj=stream, mode="r|") as tar:
        manifest, left = None, {}
        for member in tar:
            content = tar.extractfile(member) if member.isreg() else None
            if content is None:
                raise ValueError("something that is no file")
            if manifest is None:
                manifest = _manifest(member, content)
                left = dict(manifest.files)
            else:
                wanted = left.pop(member.name, None)
                target = into / member.name if member.name == DATABASE or not database_only else None
                if wanted is None or _written(content, target) != wanted:
                    raise ValueError("a file differs from the manifest")
    stream.drain()
    if manifest is None or left:
        raise ValueError("files are missing")
    return manifest


def _manifest(member: tarfile.TarInfo, content: IO[bytes]) -> Manifest:
    if member.name != MANIFEST or member.size > _MANIFEST_MOST:
        raise ValueError("the manifest is not in front")
    return Manifest.parse(content.read())


def _written(content: IO[bytes], target: Path | None) -> tuple[int, str]:
    """Copies a file to `target`, if one is given; its length and digest."""
    if target is None:
        return digest_of(content, len)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with target.open("xb") as file:
        return digest_of(content, file.write)


def digest_of(content: IO[bytes], put: Callable[[bytes], object]) -> tuple[int, str]:
    """Hands on all that is read, piece by piece; its length and SHA-256."""
    hashed, length = hashlib.sha256(), 0
    while piece := content.read(_PIECE):
        hashed.update(piece)
        length += len(piece)
        put(piece)
    return length, hashed.hexdigest()


def check_database(path: Path, manifest: Manifest) -> None:
    """Raises BackupError unless the database is whole and its log verifies, with the manifest's size and root."""
    try:
        with read_only(path) as connection:
            (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.Error as error:
        raise damaged(path.name) from error
    if found != "ok":
        raise damaged(path.name)
    head = log_in(path)
    if (head.size, head.root.hex()) != (manifest.size, manifest.root):
        raise damaged(path.name)


def log_in(path: Path) -> Head:
    """The size and root of the log in a copy of a database, verified. Raises BackupError for one with a problem."""
    engine = open_engine(path)
    try:
        with reading(engine) as session:
            head = head_of(session)
            problem = verify_entries(rows(session), head).problem
    finally:
        engine.dispose()
    if problem is not None:
        raise BackupError(problem.title, f"{problem.what} Nothing was changed; older backups stay.", code="E-LOG")
    return head


def wrong_key() -> DeskError:
    """The words for a secret of another workspace."""
    return BackupError(
        "This backup is of another workspace",
        "The words or this computer's keyring hold the secret of another one. Nothing was changed.",
        "Look for the recovery sheet of that workspace.",
    )


def damaged(name: str) -> BackupError:
    """The words for a backup that is not what was written."""
    return BackupError(
        "The backup is damaged",
        f"{name} was changed or cut off after it was made, or is not complete. Nothing was changed.",
        "Use an older backup.",
    )
