"""Where else erased things still lie: backups until they are replaced, and what a restore or an update set aside."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from editorial.backup.daily import EVERY, newest
from editorial.backup.making import backups_in
from editorial.desk import Desk
from editorial.upkeep import Upkeep

_ASIDE = ("replaced-*", "*-before-*.db")


@dataclass(frozen=True, slots=True)
class Copies:
    """What still holds what is erased now.

    `backups` lie in the folder of the daily backup, and the last of them is removed at `gone_at` if one is made every
    day; None without any. `aside` are names in the workspace folder that only a person removes. Copies that were made
    elsewhere are not known.
    """

    folder: Path | None
    backups: int
    gone_at: datetime | None
    aside: tuple[str, ...]


def copies_of(desk: Desk) -> Copies:
    """What there is now. Looks at other disks: not for the UI thread."""
    upkeep, workspace = Upkeep.of(desk.folder), desk.workspace.id
    aside = tuple(sorted(path.name for pattern in _ASIDE for path in desk.folder.glob(pattern)))
    if upkeep.backups is None:
        return Copies(None, 0, None, aside)
    try:
        count = len(backups_in(upkeep.backups, workspace))
    except OSError:
        count = 0
    last = newest(upkeep.backups, workspace)
    # the newest goes when as many newer ones as are kept were made
    gone_at = max(last, desk.clock.now() - EVERY) + upkeep.kept * EVERY if last is not None else None
    return Copies(upkeep.backups, count, gone_at, aside)
