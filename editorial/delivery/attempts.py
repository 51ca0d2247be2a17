"""Reading a delivery's attempts: what is done, what is open, what is in doubt. Pure functions over the rows."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from editorial.outcomes import Made, Pending, Published, Refused, StepResult, Uncertain
from editorial.store.models import Attempt

MADE, PUBLISHED, PENDING, REFUSED, UNCERTAIN = "made", "published", "pending", "refused", "uncertain"
CUT = "cut"
"""The outcome of a private step that a crash or an end of the process interrupted."""

REPEAT = "repeat"
"""In `Attempt.detail` while a step is made once more although the first try is in doubt."""

UPLOADS_LAST = timedelta(hours=1)
"""How long an upload is counted on. Making it again shows nothing; networks forget unused ones after a while."""

_CODES: dict[type[StepResult], str] = {
    Made: MADE,
    Published: PUBLISHED,
    Pending: PENDING,
    Refused: REFUSED,
    Uncertain: UNCERTAIN,
}


_ATTEMPTS = (
    select(Attempt)
    .where(Attempt.delivery_id == bindparam("delivery"))
    .order_by(col(Attempt.started_at), col(Attempt.id))
)


def code_of(result: StepResult) -> str:
    """How an outcome is written in `Attempt.outcome`."""
    return _CODES[type(result)]


def attempts_of(session: Session, delivery_id: str) -> Sequence[Attempt]:
    """Every attempt of a delivery, oldest first."""
    return session.exec(_ATTEMPTS, params={"delivery": delivery_id}).all()


def done_in(attempts: Iterable[Attempt], now: datetime) -> dict[str, str]:
    """Step name to the network's id, for steps that need not be made again."""
    return {
        each.step: each.remote_id
        for each in attempts
        if (each.outcome == MADE and now - each.started_at < UPLOADS_LAST) or each.outcome == PUBLISHED
    }


def doubts_in(attempts: Iterable[Attempt]) -> int:
    """How many public steps ended without a whole answer."""
    return sum(each.public and each.outcome == UNCERTAIN for each in attempts)


def may_be_public(attempts: Iterable[Attempt]) -> bool:
    """Whether a public step may have taken effect: it was begun, and the network did not refuse it for certain."""
    return any(each.public and each.outcome != REFUSED for each in attempts)


def part_is_live(attempts: Iterable[Attempt]) -> bool:
    """Whether the network confirmed a public step: of a post in parts, one part at least can be seen."""
    return any(each.public and each.outcome == PUBLISHED for each in attempts)
