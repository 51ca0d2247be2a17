"""What the worker process does: functions of plain data that open the workspace for themselves."""

from pathlib import Path

from editorial.actors import Actor
from editorial.audit.auditing import Auditing, Format, Scope
from editorial.audit.bundle import Counts, Extract, Tell
from editorial.audit.bundling import Bundling
from editorial.audit.verify import Verdict
from editorial.backup.daily import Backups
from editorial.clock import Clock
from editorial.desk import opened
from editorial.retention.erasing import Erasing
from editorial.retention.summary import Summary, summary_of


def check_log(folder: str, *, tell: Tell) -> Verdict:
    """Recomputes the whole log of the workspace in `folder`; says by `tell` how far it is."""
    with opened(Path(folder)) as desk:
        return Auditing(desk).check(tell)


def export_log(folder: str, actor: Actor, form: str, path: str, scope: Scope, *, tell: Tell) -> Verdict:
    """Writes the verified log to `path`, with an entry by `actor`. Raises TamperedError and DeskError."""
    with opened(Path(folder)) as desk:
        verdict, _ = Auditing(desk).export(actor, Format(form), Path(path), scope, tell=tell)
        return verdict


def back_up(folder: str, actor: Actor, target: str) -> tuple[str, int]:
    """Makes a backup in the folder `target`; its name, and how many pictures were missing already. Raises DeskError."""
    with opened(Path(folder)) as desk:
        made = Backups(desk).make(actor, Path(target))
        return made.path.name, len(made.missing)


def export_bundle(folder: str, actor: Actor, path: str, extract: Extract, passphrase: str, *, tell: Tell) -> Counts:
    """Writes an evidence bundle to `path`, signed by `actor`; says by `tell` how far it is. See `Bundling.export`."""
    with opened(Path(folder)) as desk:
        return Bundling(desk).export(actor, Path(path), extract, passphrase=passphrase, tell=tell).counts


def look_over(folder: str, clock: Clock) -> Summary:
    """What would be erased at this moment of `clock`. Raises RetentionError."""
    with opened(Path(folder), clock=clock) as desk:
        return summary_of(Erasing(desk).preview())


def erase(folder: str, clock: Clock, actor: Actor, seen: str) -> tuple[int, int]:
    """Erases what `look_over` showed; how many things, and how many files would not go yet. Raises DeskError."""
    with opened(Path(folder), clock=clock) as desk:
        done = Erasing(desk).erase(actor, seen)
        return done.counts.total(), done.left
