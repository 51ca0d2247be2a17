"""The backup of every day: into the folder that was chosen, the newest few kept."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.audit.gaps import open_gaps
from editorial.backup.form import SUFFIX, BackupError
from editorial.backup.making import Made, backups_in, drop_oldest, make_backup, refuse_inside
from editorial.changes import Changes
from editorial.desk import Desk
from editorial.drills import Reached, nowhere
from editorial.errors import BadInputError, DeskError
from editorial.people.permissions import May, must
from editorial.people.session import roles_of
from editorial.upkeep import Upkeep

EVERY = timedelta(days=1)


def back_up_when_due(desk: Desk, *, reached: Reached = nowhere) -> Made | None:
    """A backup where a folder was chosen and the newest one in it is a day old; then those too many are removed.

    None is made while a gap in the log is open: good ones would make room for it. Raises the errors of `make_backup`.
    """
    upkeep = Upkeep.of(desk.folder)
    if upkeep.backups is None:
        return None
    with desk.reading() as session:
        if open_gaps(session):
            return None
    if not upkeep.backups.is_dir():
        raise BackupError(
            "The folder for backups is not there",
            f"{upkeep.backups}: no backup was made. Those made before are as they were.",
            "Connect the disk, or choose another folder in Settings.",
        )
    last = newest(upkeep.backups, desk.workspace.id, until=desk.clock.now())
    if last is not None and desk.clock.now() - last < EVERY:
        return None
    made = make_backup(desk, upkeep.backups, desk.system(), reached=reached)
    drop_oldest(desk, upkeep.backups, upkeep.kept, reached=reached)
    return made


@dataclass(frozen=True, slots=True)
class Overview:
    """What Settings shows: the choice, when the newest backup in its folder was made, how many there are, and why the
    last one failed, if none was made since.
    """

    chosen: Upkeep
    last: datetime | None
    count: int
    failed: str


class Backups:
    """Commands about backups. They touch other disks: not for the UI thread."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def overview(self) -> Overview:
        """How backups stand."""
        chosen, workspace = Upkeep.of(self._desk.folder), self._desk.workspace.id
        if chosen.backups is None:
            return Overview(chosen, None, 0, self._failure())
        try:
            count = len(backups_in(chosen.backups, workspace))
        except OSError:
            count = 0
        return Overview(chosen, newest(chosen.backups, workspace), count, self._failure())

    def choose(self, actor: Actor, upkeep: Upkeep) -> Changes:
        """Sets where this computer's backups and marks go. Raises BadInputError naming the field, and StorageError."""
        upkeep.checked()
        if upkeep.backups is not None:
            refuse_inside(self._desk.folder, upkeep.backups)
        for name, folder in (("backups", upkeep.backups), ("marks", upkeep.marks)):
            if folder is not None and not folder.is_dir():
                what = f"{folder} is no folder that is there now. Nothing was changed."
                raise BadInputError("This folder is not there", what, "Make it, or choose another.", field=name)
        self._allow(actor)
        with self._desk.writing(actor) as unit:
            unit.record(Action.UPKEEP_SET, "backup", self._desk.workspace.id, body=upkeep.to_data())
            upkeep.keep(self._desk.folder)
        return unit.changes

    def make(self, actor: Actor, target: Path) -> Made:
        """A backup now. Raises NotAllowedError, and the errors of `make_backup`."""
        self._allow(actor)
        return make_backup(self._desk, target, actor)

    def _allow(self, actor: Actor) -> None:
        with self._desk.reading() as session:
            must(roles_of(self._desk, session, actor.must_be_verified()), May.BACK_UP)

    def _failure(self) -> str:
        (*_, last) = (None, *Auditing(self._desk).entries(limit=1, prefixes=("backup.made", "backup.failed")))
        return str(last.body.get("why", "")) if last is not None and last.action == Action.BACKUP_FAILED else ""


def newest(folder: Path, workspace_id: str, *, until: datetime | None = None) -> datetime | None:
    """When the newest backup in the folder was made, by its name; None where there is none. `until`: see there."""
    try:
        return max((_made_at(path) for path in backups_in(folder, workspace_id, until=until)), default=None)
    except (OSError, ValueError):
        return None


def _made_at(path: Path) -> datetime:
    stamp = path.name.removesuffix(SUFFIX).rpartition("-")[2]
    return datetime.strptime(stamp, "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)


def note_failure(desk: Desk, why: DeskError) -> None:
    """Puts a backup that failed into the log."""
    with desk.writing(desk.system()) as unit:
        unit.record(Action.BACKUP_FAILED, "backup", desk.workspace.id, result="failed", body={"why": str(why)})
