"""Bringing a backup back: checked to its end before anything changes, and never over a workspace that is there.

What comes back knows nothing of what happened after it was made. So all publishing is held, whatever was due meanwhile
is in doubt, and the log says that there is a gap, for which two officers have to sign.
"""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import col, select

from editorial.actors import computer_name
from editorial.audit.actions import Action
from editorial.audit.anchoring import named
from editorial.audit.auditing import Auditing
from editorial.audit.marks import Mark, Marks, Place
from editorial.backup.checking import check_database, unpack, wrong_key
from editorial.backup.form import DATABASE, FOLDERS, BackupError, Line
from editorial.charter.chain import CharterError
from editorial.clock import Clock
from editorial.delivery.holds import EVERYTHING, Reason, Scope, record_hold
from editorial.delivery.states import FINAL, LIVES, DeliveryState, move
from editorial.desk import Desk, open_desk
from editorial.errors import NotFoundError
from editorial.keys.sealing import KdfParameters
from editorial.keys.workspace_secret import WorkspaceSecret
from editorial.people.keys import SECRET_NAME, Keys
from editorial.store.database import private_folder, unusable
from editorial.store.files import flush_folder
from editorial.store.models import Delivery
from editorial.store.schema import RELEASED, TooNewError
from editorial.store.unit import Unit
from editorial.vault import Vault

_STAGING = ".restoring-"
_REPLACED = "replaced-"
_DATABASE_FILES = tuple(f"{DATABASE}{side}" for side in ("", "-wal", "-shm", "-journal"))
"""With the database itself first: where that is gone there is no workspace."""
_REASON = "The workspace was restored from a backup"
_ADVICE = "Its time passed since the backup was made, so it may be live. Look at the page before you send again."


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back. `aside`: where what lay there before is now; `doubtful`: deliveries that are in doubt."""

    entries: int
    doubtful: int
    aside: Path | None


def line_of(source: Path) -> Line:
    """What a backup says of itself. Raises BackupError, and TooNewError for one that a newer Signpost made."""
    try:
        with source.open("rb") as file:
            line, _ = Line.read_from(file)
    except OSError as error:
        what = f"{source}: {error.strerror or 'it cannot be read'}. Nothing was changed."
        raise BackupError("The backup cannot be opened", what, "Check its name and the disk.") from error
    if line.schema not in RELEASED.known():
        raise TooNewError(
            "This backup is from a newer Signpost",
            f"Its data has version {line.schema}; this Signpost knows up to {RELEASED.newest}. Nothing was changed.",
            "Update Signpost on this computer.",
        )
    return line


def secret_for(line: Line, vault: Vault, words: str = "") -> WorkspaceSecret:
    """The secret that opens a backup: from the recovery sheet's words where given, else from this computer's keyring.

    Raises VaultError, NotFoundError where the keyring has none, and the errors of `WorkspaceSecret.from_words`.
    """
    if words:
        secret = WorkspaceSecret.from_words(words)
    else:
        stored = vault.get(SECRET_NAME)
        if stored is None:
            raise NotFoundError(
                "This computer does not have the workspace secret",
                "Nothing was changed.",
                "Type the words of the recovery sheet.",
            )
        secret = WorkspaceSecret.from_secret(stored)
    if secret.check() != line.secret:
        raise wrong_key()
    return secret


def restore_backup(
    source: Path,
    workspace: Path,
    secret: WorkspaceSecret,
    vault: Vault,
    *,
    clock: Clock | None = None,
    kdf: KdfParameters | None = None,
    free: Callable[[], None] = lambda: None,
) -> Restored:
    """Brings a backup back into the folder `workspace`, in which no process may work meanwhile.

    `free` is asked last, before anything there changes, and raises a DeskError where somebody does work in it.

    Raises that, TooNewError, BackupError, CharterError (this computer knows a newer charter), VaultError and
    StorageError; then the folder is as it was.
    """
    line = line_of(source)
    try:
        private_folder(workspace)
        for left in workspace.glob(f"{_STAGING}*"):  # by a process that was killed
            shutil.rmtree(left, ignore_errors=True)
        staging = Path(tempfile.mkdtemp(prefix=_STAGING, dir=workspace))  # with mode 0700
        try:
            manifest = unpack(source, secret, staging)
            check_database(staging / DATABASE, manifest)
            with ExitStack() as stack:
                desk = open_desk(staging, vault=vault, clock=clock, kdf=kdf)
                stack.callback(desk.close)
                if desk.workspace.id != line.workspace:
                    raise wrong_key()
                _check(desk)
                doubtful = _come_back(desk, workspace, source.name, line, secret)
            free()
            aside = _put_in_place(staging, workspace)
        finally:
            shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise unusable(workspace, error) from error
    return Restored(manifest.size, doubtful, aside)


def _check(desk: Desk) -> None:
    """Everything that could speak against this workspace, before anything of it is believed."""
    try:
        desk.need_pin()
        with desk.reading() as session:
            desk.charter(session)
    except CharterError as error:
        raise CharterError(
            "This computer knows a newer charter than the backup has",
            f"{error.what} People and roles that were changed since would come back. Nothing was changed.",
            "Use a backup that was made after the charter was signed.",
        ) from error
    problem = Auditing(desk).check().problem
    if problem is not None:
        raise BackupError(problem.title, f"{problem.what} Nothing was changed.", "Use an older backup.", code="E-LOG")


def _come_back(desk: Desk, workspace: Path, name: str, line: Line, secret: WorkspaceSecret) -> int:
    """What the workspace has to know before anybody works in it; how many deliveries are in doubt."""
    marks = Marks(desk, workspace).read()
    keys, new = Keys(desk), desk.vault.get(SECRET_NAME) is None
    if new:
        keys.keep_secret(secret)
    with desk.writing(desk.operator()) as unit:
        if new:
            unit.record(Action.SHEET_USED, "workspace", desk.workspace.id)
        unit.record(Action.GAP_RESTORED, "log", desk.workspace.id, body=_body(name, line, marks))
        record_hold(unit, Scope.ALL, EVERYTHING, Reason.OTHER, _REASON)
        return _doubt(unit)


def _body(name: str, line: Line, marks: Mapping[Place, Mark | None]) -> dict[str, object]:
    return {"file": name, "made": line.made, "computer": computer_name(), "marks": named(marks)}


def _doubt(unit: Unit) -> int:
    """Everything that was due by now may have been sent after the backup was made."""
    due = select(Delivery).where(col(Delivery.state).not_in(FINAL), Delivery.due_at <= unit.now)
    rows = [row for row in unit.session.exec(due) if DeliveryState.UNCERTAIN in LIVES[DeliveryState(row.state)].follows]
    for row in rows:
        row.state = move(row.state, DeliveryState.UNCERTAIN)
        row.reason, row.advice, row.next_at = _REASON, _ADVICE, None
        unit.session.add(row)
        unit.record(Action.DELIVERY_UNCERTAIN, "delivery", row.id, revision=row.tries, reason="restored")
    return len(rows)


def _put_in_place(staging: Path, workspace: Path) -> Path | None:
    """Moves what is there aside and the new files in, the database last: a workspace is whole or there is none."""
    for database in (workspace / DATABASE, staging / DATABASE):
        _fold_log_in(database)
    there = [name for name in (*_DATABASE_FILES, *FOLDERS) if (workspace / name).exists()]
    aside = _aside(workspace) if there else None
    if aside is not None:
        for name in there:
            os.rename(workspace / name, aside / name)
        flush_folder(aside)
    for name in FOLDERS:
        if (staging / name).exists():
            os.rename(staging / name, workspace / name)
    flush_folder(workspace)
    os.rename(staging / DATABASE, workspace / DATABASE)
    flush_folder(workspace)
    return aside


def _fold_log_in(database: Path) -> None:
    """Takes what SQLite still keeps beside the file into it: the file alone is then the whole database."""
    if database.exists():
        with suppress(sqlite3.Error), closing(sqlite3.connect(database, timeout=30)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _aside(workspace: Path) -> Path:
    """A new folder beside the data; whatever was replaced before stays in its own."""
    ends = (path.name.removeprefix(_REPLACED) for path in workspace.glob(f"{_REPLACED}*"))
    number = 1 + max((int(end) for end in ends if end.isdecimal()), default=0)
    folder = workspace / f"{_REPLACED}{number}"
    folder.mkdir(mode=0o700)
    return folder
