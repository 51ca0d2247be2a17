"""Why a delivery was missed, as far as the log tells: whether a publisher of its desk ran when its time came."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from editorial.audit.actions import Action
from editorial.audit.log import body_of
from editorial.store.models import AuditEntry

MOST_RUNS = 100
"""The newest starts and ends that are looked at."""


@dataclass(frozen=True, slots=True)
class Run:
    """A publisher at work. `ended` None: it still runs, or it was cut off before the next one began."""

    computer: str
    started: datetime
    ended: datetime | None


def runs_of(session: Session, desk_id: str) -> tuple[Run, ...]:
    """The publishers of a desk, the oldest first."""
    either = col(AuditEntry.action).in_((Action.PUBLISHER_STARTED, Action.PUBLISHER_STOPPED))
    newest = select(AuditEntry).where(either, AuditEntry.object_id == desk_id).order_by(col(AuditEntry.seq).desc())
    found: list[Run] = []
    for entry in reversed(session.exec(newest.limit(MOST_RUNS)).all()):
        if entry.action == Action.PUBLISHER_STARTED:
            computer = str((body_of(session, entry.seq) or {}).get("computer", ""))
            found.append(Run(computer, entry.ts, None))
        elif found:
            found[-1] = Run(found[-1].computer, found[-1].started, entry.ts)
    return tuple(found)


def why_missed(runs: Sequence[Run], due: datetime, latest: datetime) -> str:
    """`Publishing was off on COMMS-02`; empty where one ran in that time, or may have: then it was not that."""
    before = [run for run in runs if run.started <= latest]
    if any(run.ended is None or run.ended >= due for run in before):
        return ""
    last = before[-1] if before else runs[0] if runs else None
    return f"Publishing was off on {last.computer}" if last is not None and last.computer else "Publishing was off"
