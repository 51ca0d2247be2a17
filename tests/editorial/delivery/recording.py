"""What the tests of the record share."""

import sqlite3
from contextlib import closing
from datetime import timedelta

from sqlmodel import select

from editorial.delivery.holds import Reason, Scope
from editorial.delivery.jobs import Started
from editorial.delivery.outbox import Outbox
from editorial.delivery.record import Deliveries
from editorial.delivery.states import DeliveryState
from editorial.delivery.stopping import Holds
from editorial.desk import DATABASE
from editorial.outcomes import Again, Published, Refused, Uncertain
from editorial.people.desk_people import Signer
from editorial.store.models import Attempt, Delivery
from editorial.when import Choice, When
from tests.fakes.desks import HELEN, JONAS, Staff

S = DeliveryState
LATER = Refused("The network asks to wait", "It is tried again.", "busy", Again.LATER)
NEVER = Refused("The network refused this", "Change the post.", "no", Again.NEVER)
SIGN_IN = Refused("Signed out", "Sign in.", "out", Again.SIGN_IN)
LOST = Uncertain("No answer", "Look at the page.")
LIVE = Published("r-1", "https://practice.example/1")


def in_(staff: Staff, seconds: float) -> When:
    return When(Choice.SET, (staff.clock.now() + timedelta(seconds=seconds)).replace(tzinfo=None), "UTC")


def row_of(staff: Staff, delivery_id: str) -> Delivery:
    with staff.desk.reading() as session:
        return session.get_one(Delivery, delivery_id)


def attempts(staff: Staff, delivery_id: str) -> list[Attempt]:
    with staff.desk.reading() as session:
        statement = select(Attempt).where(Attempt.delivery_id == delivery_id)
        return list(session.exec(statement.order_by(Attempt.started_at, Attempt.id)).all())  # type: ignore[arg-type]


def said(staff: Staff, delivery_id: str) -> list[str]:
    return [each.action for each in Outbox(staff.desk).happenings(delivery_id)]


def started(record: Deliveries, delivery_id: str, step: str = "post", *, public: bool = True) -> Started:
    found = record.claim(delivery_id, step, public=public)
    assert found is not None
    return found


def hold(staff: Staff, scope: Scope = Scope.ALL, target: str = "everything") -> int:
    number, _ = Holds(staff.desk).hold(staff.mira.actor, Reason.INCIDENT, scope=scope, target=target)
    return number


def lift(staff: Staff, number: int) -> None:
    both = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    Holds(staff.desk).lift(staff.jonas.actor, number, both)


def tampered(staff: Staff, *statements: str) -> None:
    """Changes the database as somebody with its file and no Signpost would."""
    staff.desk.engine.dispose()
    with closing(sqlite3.connect(staff.desk.folder / DATABASE)) as connection:
        connection.execute("DROP TRIGGER audit_entry_no_update")
        connection.execute("DROP TRIGGER audit_entry_no_delete")
        for statement in statements:
            connection.execute(statement)
        connection.commit()
