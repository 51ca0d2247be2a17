"""When a stage is due, when its people are reminded and when deputies are asked; and how risky a kind of post is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from editorial.charter.document import RouteKind, Stage


@dataclass(frozen=True, slots=True)
class StageTimes:
    """The moments of a stage that waits. `deputies` is None where the charter sets no time for asking them."""

    due: datetime
    remind: datetime
    deputies: datetime | None


def times_of(stage: Stage, due: datetime, since: datetime) -> StageTimes:
    """The stage's times for a post that is due at `due`, where the stage waits since `since`.

    It is due `due_minutes` before the post, so that later stages have their time. Nobody is reminded of what does not
    wait yet: for a post that comes late the reminder is at once, and the deputies are asked that much later.
    """
    ends = due - timedelta(minutes=stage.due_minutes)
    remind = max(ends - timedelta(minutes=stage.remind_minutes), since)
    asks = stage.remind_minutes or stage.escalate_minutes
    return StageTimes(ends, remind, remind + timedelta(minutes=stage.escalate_minutes) if asks else None)


class Risk(StrEnum):
    """How much can go wrong with a post, by the kind of its route."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


RISKS: dict[RouteKind, Risk] = {
    RouteKind.ROUTINE: Risk.LOW,
    RouteKind.CORRECTION: Risk.LOW,
    RouteKind.CLINICAL: Risk.MEDIUM,
    RouteKind.CRISIS: Risk.MEDIUM,
    RouteKind.STORY: Risk.HIGH,
}
"""A post that could be about a patient is the one that cannot be called back."""
