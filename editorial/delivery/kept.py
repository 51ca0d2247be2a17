"""What a hold, and no other one, keeps from going out: what fell due, and what is still to come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from editorial.delivery.holds import Hold
from editorial.delivery.jobs import content_in
from editorial.delivery.passing import Charters, stopped_by
from editorial.delivery.situation import crisis_words_in
from editorial.delivery.states import QUEUED, DeliveryState
from editorial.gate import StoppedError
from editorial.store.models import Delivery

LOOKS_AHEAD = timedelta(days=14)
"""How far ahead posts are read for words that may not fit: a later one is written and read in another situation."""

MOST_READ = 300
"""Posts that are read for it, the next ones first."""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A post still to come that says words which may not fit: the words as they stand there, and its text."""

    delivery_id: str
    words: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Delivery ids in the order of their times. People decide about the first two; `coming` keeps its times."""

    overdue: tuple[str, ...] = ()
    doubtful: tuple[Doubtful, ...] = ()
    coming: tuple[str, ...] = ()


def fell_due(session: Session, now: datetime, hold: Hold, charter: Charters) -> list[Delivery]:
    """What this hold kept from going out: queued deliveries whose time came, and those stopped between two steps."""
    overdue = col(Delivery.state).in_(QUEUED) & (col(Delivery.due_at) <= now)
    found = select(Delivery).where(overdue | (col(Delivery.state) == DeliveryState.HELD))
    rows = session.exec(found.order_by(col(Delivery.due_at), col(Delivery.id))).all()
    return [row for row in rows if stopped_by(session, row, hold, charter)]


def kept_back(session: Session, now: datetime, hold: Hold, others: Sequence[Hold], charter: Charters) -> list[Delivery]:
    """The same, without what another hold keeps back as well."""
    return _by_this_alone(session, fell_due(session, now, hold, charter), others, charter)


def still_to_come(
    session: Session, now: datetime, hold: Hold, others: Sequence[Hold], charter: Charters
) -> list[Delivery]:
    """Queued deliveries whose time is ahead and not far, and that nothing but this hold keeps back."""
    ahead = select(Delivery).where(
        col(Delivery.state).in_(QUEUED), Delivery.due_at > now, Delivery.due_at <= now + LOOKS_AHEAD
    )
    rows = session.exec(ahead.order_by(col(Delivery.due_at), col(Delivery.id)).limit(MOST_READ)).all()
    mine = [row for row in rows if stopped_by(session, row, hold, charter)]
    return _by_this_alone(session, mine, others, charter)


def _by_this_alone(session: Session, rows: list[Delivery], others: Sequence[Hold], charter: Charters) -> list[Delivery]:
    return [row for row in rows if not any(stopped_by(session, row, other, charter) for other in others)]


def doubtful_of(session: Session, row: Delivery) -> Doubtful | None:
    """The words of its text that may not fit what happened; None where there are none, or where it cannot be read."""
    try:
        content = content_in(session, row)
    except StoppedError:  # the gate will not let it out either
        return None
    words = crisis_words_in((content.text, *(item.alt for item in content.media)))
    return Doubtful(row.id, words, content.text) if words else None


def kept_by(session: Session, now: datetime, hold: Hold, others: Sequence[Hold], charter: Charters) -> Kept:
    """Everything that people are asked about, and shown, before this hold is lifted."""
    overdue = [row for row in kept_back(session, now, hold, others, charter) if row.due_at <= now]
    coming = still_to_come(session, now, hold, others, charter)
    doubtful = {row.id: found for row in coming if (found := doubtful_of(session, row)) is not None}
    return Kept(
        tuple(row.id for row in overdue),
        tuple(doubtful.values()),
        tuple(row.id for row in coming if row.id not in doubtful),
    )
