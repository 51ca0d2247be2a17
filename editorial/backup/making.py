"""Making a backup: a copy of the database and every picture and document, sealed into one file and read back.

The file takes its name when all of it was checked. Until then, whatever happens, the one that had the name is there.
"""

import errno
import io
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from filelock import FileLock, Timeout
from sqlmodel import select

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.backup.checking import check_database, digest_of, log_in, unpack
from editorial.backup.form import DATABASE, MANIFEST, SUFFIX, BackupError, Line, Manifest, belongings, key_for, name_at
from editorial.backup.sealing import SealedWriter
from editorial.changes import Changes
from editorial.clock import stamp
from editorial.desk import Desk
from editorial.drills import Reached, nowhere
from editorial.errors import BadInputError
from editorial.keys.workspace_secret import WorkspaceSecret
from editorial.people.keys import Keys
from editorial.store.database import told_in_words
from editorial.store.files import flush_folder
from editorial.store.models import Media
from editorial.store.schema import copy_database, version_of

LOCK = "backup.lock"
_SCRATCH = ".backup-"
_PART = ".part"


class Step(StrEnum):
    """The boundaries between the steps, for drills that end the process there."""

    COPIED = "backup_copied"  # a copy of the database lies in the workspace
    BEGUN = "backup_begun"  # half of the file is written
    WRITTEN = "backup_written"  # all of it, under another name
    CHECKED = "backup_checked"  # it was read back
    NAMED = "backup_named"  # it has its name, and nothing of it is in the log
    DROPPED = "backup_dropped"  # of those that are too old, one is gone


@dataclass(frozen=True, slots=True)
class Made:
    """A backup. `missing` are pictures that the database names and the workspace folder does not have."""

    path: Path
    bytes: int
    entries: int
    missing: tuple[str, ...]
    changes: Changes


def make_backup(desk: Desk, target: Path, actor: Actor, *, reached: Reached = nowhere) -> Made:
    """Makes a backup in the folder `target`, under a name with the time, or in the file of that name.

    Minutes for gigabytes: not for the UI thread. Raises VaultError and NotFoundError without the workspace secret, and
    BackupError: then what was under the name before is as it was.
    """
    refuse_inside(desk.folder, target)
    secret = Keys(desk).workspace_secret()
    with _alone(desk), _in_words(target), _scratch(desk.folder) as scratch:
        with told_in_words():
            copy_database(desk.folder / DATABASE, scratch / DATABASE)
        reached(Step.COPIED)
        line = _line(desk, secret, scratch / DATABASE)
        path = target / line.name() if target.is_dir() else target
        _refuse_other(path)
        part = path.with_name(f".{path.name}{_PART}")
        for left in path.parent.glob(f".{desk.workspace.id}-*{SUFFIX}{_PART}"):  # by a process that was killed
            left.unlink()
        try:
            manifest = _write(desk, line, secret, scratch, part, reached)
            (scratch / "read").mkdir()
            check_database(scratch / "read" / DATABASE, unpack(part, secret, scratch / "read", database_only=True))
            reached(Step.CHECKED)
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
        flush_folder(path.parent)
        reached(Step.NAMED)
        missing = _missing(desk, manifest.files)
        changes = _note(desk, actor, path, manifest, missing)
    return Made(path, path.stat().st_size, manifest.size, missing, changes)


def refuse_inside(workspace: Path, target: Path) -> None:
    """A backup beside what it is to bring back goes down with it. Raises BadInputError."""
    if workspace.resolve() in (target.resolve(), *target.resolve().parents):
        raise BadInputError(
            "This folder is inside the workspace",
            "A backup there would be lost with it. Nothing was changed.",
            "Choose a folder on another disk.",
            field="backups",
        )


def drop_oldest(desk: Desk, folder: Path, kept: int, *, reached: Reached = nowhere) -> tuple[Path, ...]:
    """Removes this workspace's backups in the folder but the newest `kept`; what it removed. Raises OSError."""
    gone = backups_in(folder, desk.workspace.id, until=desk.clock.now())[kept:]
    for path in gone:
        path.unlink()
        reached(Step.DROPPED)
    return tuple(gone)


def backups_in(folder: Path, workspace_id: str, *, until: datetime | None = None) -> list[Path]:
    """The backups of a workspace that lie in the folder under names of ours, the newest first. Raises OSError.

    `until`: without those of later times, which a clock that was ahead gave them.
    """
    ours = re.compile(rf"{re.escape(workspace_id)}-\d{{8}}T\d+Z{re.escape(SUFFIX)}")  # and no copy that somebody made
    found = sorted(
        (path for path in folder.glob(f"{workspace_id}-*{SUFFIX}") if ours.fullmatch(path.name)), reverse=True
    )
    return [path for path in found if until is None or path.name <= name_at(workspace_id, stamp(until))]


@contextmanager
def _alone(desk: Desk) -> Iterator[None]:
    try:
        with FileLock(desk.folder / LOCK, timeout=0, mode=0o600):
            for left in desk.folder.glob(f"{_SCRATCH}*"):  # by a process that was killed
                shutil.rmtree(left, ignore_errors=True)
            yield
    except Timeout:
        raise BackupError("A backup is being made already", "Nothing was changed.", "Wait for it.") from None


@contextmanager
def _scratch(workspace: Path) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=_SCRATCH, dir=workspace))  # with mode 0700
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _in_words(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        raise BackupError(
            "The disk for the backup is full" if full else "The backup could not be written",
            f"{target}: {error.strerror or 'the disk refused'}. Older backups are as they were.",
            "Free some space, or choose another folder.",
        ) from error


def _line(desk: Desk, secret: WorkspaceSecret, copy: Path) -> Line:
    workspace = desk.workspace
    return Line(
        workspace.id, workspace.organization, workspace.kind, secret.check(), version_of(copy) or "",
        stamp(desk.clock.now()), desk.app,
    )  # fmt: skip


def _refuse_other(path: Path) -> None:
    """A backup may take the place of a backup, and of nothing else."""
    if path.exists():
        with path.open("rb") as file:
            Line.read_from(file)


def _write(desk: Desk, line: Line, secret: WorkspaceSecret, scratch: Path, part: Path, reached: Reached) -> Manifest:
    """Writes the whole file under the name `part`, on the disk when this returns."""
    sources = {DATABASE: scratch / DATABASE} | {name: desk.folder / name for name in belongings(desk.folder)}
    manifest = _manifest(desk, sources)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(line.to_bytes())
        with SealedWriter(file, key_for(secret), line.to_bytes()) as writer:
            with tarfile.open(fileobj=writer, mode="w|", format=tarfile.PAX_FORMAT) as tar:
                _add(tar, MANIFEST, io.BytesIO(manifest.to_bytes()), len(manifest.to_bytes()))
                for name, source in sources.items():
                    with source.open("rb") as content:
                        _add(tar, name, content, manifest.files[name][0])
                    if name == DATABASE:
                        reached(Step.BEGUN)
            writer.finish()
        file.flush()
        os.fsync(file.fileno())
    reached(Step.WRITTEN)
    return manifest


def _manifest(desk: Desk, sources: Mapping[str, Path]) -> Manifest:
    head, files = log_in(sources[DATABASE]), {}
    for name, source in sources.items():
        with source.open("rb") as content:
            files[name] = digest_of(content, len)
    return Manifest(desk.workspace.id, head.size, head.root.hex(), files)


def _add(tar: tarfile.TarFile, name: str, content: "io.BytesIO | io.BufferedReader", size: int) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    tar.addfile(info, content)


def _missing(desk: Desk, files: Mapping[str, object]) -> tuple[str, ...]:
    with desk.reading() as session:
        named = session.exec(select(Media.sha256)).all()
    return tuple(sha256 for sha256 in named if f"media/{sha256}" not in files)


def _note(desk: Desk, actor: Actor, path: Path, manifest: Manifest, missing: tuple[str, ...]) -> Changes:
    body = {"file": path.name, "root": manifest.root, "bytes": path.stat().st_size, "missing": list(missing)}
    with desk.writing(actor) as unit:
        unit.record(Action.BACKUP_MADE, "backup", desk.workspace.id, revision=manifest.size, body=body)
    return unit.changes
