"""After an update of the zone rules: what was meant as a wall time may be another moment now."""

from datetime import datetime

from sqlmodel import Session, col, select

from editorial.audit.actions import Action
from editorial.changes import Changes
from editorial.delivery.states import QUEUED, DeliveryState, move
from editorial.desk import Desk
from editorial.store.models import Delivery
from editorial.when import Choice, When, means, tzdata_version


def stop_moved(desk: Desk) -> Changes:
    """Queued deliveries whose wall time means another moment under today's rules wait for a person.

    Call it when a publisher starts: the rules change with an update of Signpost and at no other time.
    """
    with desk.reading() as session:
        if not _moved(session):
            return Changes()
    with desk.writing(desk.system()) as unit:
        for row in _moved(unit.session):
            row.state = move(row.state, DeliveryState.STOPPED)
            row.reason = "The clock rules of its time zone changed"
            row.advice = f"It was meant for {row.wall.replace('T', ' ')} in {row.zone}. Choose its time again."
            row.next_at = None
            unit.session.add(row)
            body = {"wall": row.wall, "zone": row.zone, "before": row.tzdata, "now": tzdata_version()}
            unit.record(Action.DELIVERY_STOPPED, "delivery", row.id, reason="zone_rules", body=body)
    return unit.changes


def _moved(session: Session) -> list[Delivery]:
    other = (col(Delivery.wall) != "", col(Delivery.tzdata) != tzdata_version())
    rows = session.exec(select(Delivery).where(col(Delivery.state).in_(QUEUED), *other)).all()
    return [row for row in rows if _means_another_moment(row)]


def _means_another_moment(row: Delivery) -> bool:
    meant = When(Choice.SET, datetime.fromisoformat(row.wall), row.zone, row.fold)
    return not means(meant, row.due_at)
