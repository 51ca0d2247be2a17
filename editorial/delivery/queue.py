"""What the engine asks about all that is queued, each by one look at the indexes, however much waits.

The statements are made once: making one takes longer than its answer, and the engine asks every few seconds.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, or_, select

from editorial.delivery.states import QUEUED, DeliveryState
from editorial.store.columns import Moment
from editorial.store.models import Account, Delivery

_desk, _now = sa.bindparam("desk", type_=sa.String), sa.bindparam("now", type_=Moment)
_here = (col(Account.id) == col(Delivery.account_id), col(Account.desk) == _desk)
_queued = col(Delivery.state).in_(sorted(QUEUED))


def _first(column: Any, state: DeliveryState) -> sa.ScalarSelect[Any]:
    """The first of these times after now, by the index of state and time."""
    mine = sa.select(column).join(Account, _here[0])
    later = mine.where(col(Delivery.state) == state, column > _now, _here[1])
    return later.order_by(column).limit(1).scalar_subquery()


_TIMES = (col(Delivery.due_at), col(Delivery.next_at), col(Delivery.latest_at))
_NEXT = sa.select(
    *(_first(column, state) for column in _TIMES for state in sorted(QUEUED)),
    sa.select(func.min(col(Account.not_before)))
    .where(col(Account.desk) == _desk, col(Account.not_before) > _now)
    .scalar_subquery(),
)
_DUE = (
    sa.select(col(Delivery.account_id), col(Delivery.id))
    .join(Account, _here[0])
    .where(
        _queued,
        _here[1],
        col(Delivery.due_at) <= _now,
        or_(col(Delivery.next_at).is_(None), col(Delivery.next_at) <= _now),
        or_(col(Account.not_before).is_(None), col(Account.not_before) <= _now),
    )
    .order_by(col(Delivery.due_at), col(Delivery.id))
)
_LATE = (
    select(Delivery)
    .join(Account, _here[0])
    .where(_queued, _here[1], col(Delivery.latest_at) < _now)
    .order_by(col(Delivery.due_at))
)
_IN_STATE = (
    sa.select(col(Delivery.account_id), col(Delivery.id))
    .join(Account, _here[0])
    .where(col(Delivery.state).in_(sa.bindparam("states", expanding=True)), _here[1])
    .order_by(col(Delivery.due_at), col(Delivery.id))
)


def next_time(session: Session, desk: str, now: datetime) -> datetime | None:
    """The first moment after `now` among the times of what is queued on the desk, and of what rests."""
    found = session.connection().execute(_NEXT, {"desk": desk, "now": now}).one()
    return min((each for each in found if each is not None), default=None)


def due(session: Session, desk: str, now: datetime) -> tuple[tuple[str, str], ...]:
    """(account id, delivery id) of what may be sent now, in the order of their times."""
    return tuple((row[0], row[1]) for row in session.connection().execute(_DUE, {"desk": desk, "now": now}))


def late(session: Session, desk: str, now: datetime) -> Sequence[Delivery]:
    """What should have been sent by now."""
    return session.exec(_LATE, params={"desk": desk, "now": now}).all()


def in_state(session: Session, desk: str, states: Sequence[DeliveryState]) -> tuple[tuple[str, str], ...]:
    """(account id, delivery id) of deliveries in any of these states."""
    found = session.connection().execute(_IN_STATE, {"desk": desk, "states": [str(each) for each in states]})
    return tuple((row[0], row[1]) for row in found)
