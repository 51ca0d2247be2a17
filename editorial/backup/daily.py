"""The backup of every day: into the folder that was chosen, the newest few kept."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from editorial.audit.actions import Action
from editorial.audit.gaps import open_gaps
from editorial.backup.form import SUFFIX, BackupError
from editorial.backup.making import Made, Reached, backups_in, drop_oldest, make_backup, nowhere
from editorial.desk import Desk
from editorial.errors import DeskError
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
    last = newest(upkeep.backups, desk.workspace.id)
    if last is not None and timedelta(0) <= desk.clock.now() - last < EVERY:
        return None
    made = make_backup(desk, upkeep.backups, desk.system(), reached=reached)
    drop_oldest(desk, upkeep.backups, upkeep.kept, reached=reached)
    return made


def newest(folder: Path, workspace_id: str) -> datetime | None:
    """When the newest backup in the folder was made, by its name; None where there is none."""
    try:
        return max((_made_at(path) for path in backups_in(folder, workspace_id)), default=None)
    except (OSError, ValueError):
        return None


def _made_at(path: Path) -> datetime:
    stamp = path.name.removesuffix(SUFFIX).rpartition("-")[2]
    return datetime.strptime(stamp, "%Y%m%dT%H%M%S%fZ").replace(tzinfo=UTC)


def note_failure(desk: Desk, why: DeskError) -> None:
    """Puts a backup that failed into the log."""
    with desk.writing(desk.system()) as unit:
        unit.record(Action.BACKUP_FAILED, "backup", desk.workspace.id, result="failed", body={"why": str(why)})
