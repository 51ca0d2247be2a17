"""When something is to be done next for what is queued: one look at the indexes, however much waits."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func

from editorial.delivery.states import QUEUED, DeliveryState
from editorial.store.models import Account, Delivery

_TIMES = (col(Delivery.due_at), col(Delivery.next_at), col(Delivery.latest_at))


def next_time(session: Session, desk: str, now: datetime) -> datetime | None:
    """The first moment after `now` among the times of what is queued on the desk, and of what rests."""
    moments = [_first(desk, now, column, state) for column in _TIMES for state in sorted(QUEUED)]
    rests = sa.select(func.min(col(Account.not_before))).where(col(Account.desk) == desk, col(Account.not_before) > now)
    found = session.connection().execute(sa.select(*moments, rests.scalar_subquery())).one()
    return min((each for each in found if each is not None), default=None)


def _first(desk: str, now: datetime, column: Any, state: DeliveryState) -> sa.ScalarSelect[Any]:
    """The first of these times, by the index of state and time."""
    queued = sa.select(column).join(Account, col(Account.id) == col(Delivery.account_id))
    mine = queued.where(col(Delivery.state) == state, column > now, col(Account.desk) == desk)
    return mine.order_by(column).limit(1).scalar_subquery()
