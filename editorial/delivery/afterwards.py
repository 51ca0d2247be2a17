"""After publishing: what the network shows is read back, compared with what was signed and kept. Side work only.

Nothing in here changes a delivery's state: a published post stays published whatever a later look shows, and people
are told.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from editorial.audit.actions import Action
from editorial.canonical import digest_of
from editorial.delivery.attempts import PUBLISHED, attempts_of
from editorial.delivery.jobs import content_in
from editorial.delivery.record import FIRST_LOOK, delivery_of
from editorial.delivery.showing import Difference, Shown, Verdict, differences
from editorial.delivery.states import DeliveryState
from editorial.desk import Desk
from editorial.errors import DeskError
from editorial.gate import StoppedError
from editorial.ids import new_id
from editorial.outcomes import Again, Published, Refused
from editorial.plain import plain
from editorial.store.models import Account, AsPublished, Delivery
from editorial.store.unit import Unit
from editorial.tasks import TaskKind, open_task

LOOKS = (FIRST_LOOK, timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
"""When it is looked at, counted from publishing, until the network answers. New posts may appear late."""

LOOK_WITHIN = timedelta(hours=4)
"""By when a person looks at what the network shows differently."""


@dataclass(frozen=True, slots=True)
class Record:
    """The as-published record. `shown` is None where the network had no such post; `digest` is over what it showed."""

    seen_at: datetime
    verdict: Verdict
    shown: Shown | None
    digest: str
    differences: tuple[Difference, ...]


def next_look(sent_at: datetime, now: datetime) -> datetime | None:
    """The next time to look after `now`, or None when it was looked at often enough."""
    return next((sent_at + each for each in LOOKS if sent_at + each > now), None)


def parts_of(session: Session, row: Delivery) -> tuple[Published, ...]:
    """What the network calls the parts of a published delivery, in their order; empty where nobody knows."""
    parts = [each.remote_id for each in attempts_of(session, row.id) if each.public and each.outcome == PUBLISHED]
    return tuple(Published(each, row.permalink or None) for each in dict.fromkeys([*parts, row.remote_id]) if each)


def record_of(session: Session, row: Delivery) -> Record | None:
    """The newest as-published record of a delivery."""
    newest = col(AsPublished.seen_at).desc(), col(AsPublished.id).desc()
    found = session.exec(select(AsPublished).where(AsPublished.delivery_id == row.id).order_by(*newest)).first()
    if found is None:
        return None
    shown = Shown.from_json(found.shown)
    try:
        differs = differences(content_in(session, row), shown) if shown else ()
    except StoppedError:  # the version cannot be read any more; the record stands by itself
        differs = ()
    return Record(found.seen_at, Verdict(found.verdict), shown, found.digest, differs)


class Afterwards:
    """The record of what networks show. For the engine, except `record`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def record(self, delivery_id: str) -> Record | None:
        """The newest as-published record."""
        with self._desk.reading() as session:
            return record_of(session, delivery_of(session, delivery_id))

    def due(self, now: datetime) -> tuple[tuple[str, str], ...]:
        """(account id, delivery id) of this desk's deliveries that are to be looked at now."""
        statement = (
            select(Delivery.account_id, Delivery.id)
            .join(Account, col(Account.id) == col(Delivery.account_id))
            .where(col(Delivery.read_back_at) <= now, Account.desk == self._desk.desk_id)
            .order_by(col(Delivery.read_back_at), col(Delivery.id))
        )
        with self._desk.reading() as session:
            return tuple(session.exec(statement).all())

    def parts(self, delivery_id: str) -> tuple[Published, ...]:
        """What to look at; empty where nothing is to be looked at any more."""
        with self._desk.reading() as session:
            row = delivery_of(session, delivery_id)
            return parts_of(session, row) if row.state == DeliveryState.PUBLISHED and row.read_back_at else ()

    def note(self, delivery_id: str, found: Shown | Refused | None) -> Verdict | None:
        """Keeps what a look showed; None (no such post) and refusals for now are looked at again for a while.

        Returns the verdict, or None while it is open. What differs, or is gone, becomes a task for people.
        """
        with self._desk.writing(self._desk.system()) as unit:
            row = delivery_of(unit.session, delivery_id)
            if row.state != DeliveryState.PUBLISHED or row.read_back_at is None or row.sent_at is None:
                return None
            open_ = found is None or (isinstance(found, Refused) and found.again is not Again.NEVER)
            row.read_back_at = next_look(row.sent_at, unit.now) if open_ else None
            unit.session.add(row)
            if row.read_back_at is not None:
                why = found.title if isinstance(found, Refused) else "The network does not show it yet"
                unit.record(Action.DELIVERY_READ_BACK, "delivery", row.id, result="later", body={"why": why})
                return None
            return keep(unit, row, found)


def keep(unit: Unit, row: Delivery, found: Shown | Refused | None) -> Verdict:
    """Writes the record and its entry, in the caller's unit of work."""
    if isinstance(found, Refused):
        why = f"{found.title}. {found.advice}".strip()
        unit.record(Action.DELIVERY_READ_BACK, "delivery", row.id, result=Verdict.UNREAD, body={"why": why})
        return Verdict.UNREAD
    try:
        differs = differences(content_in(unit.session, row), found) if found else ()
        verdict = Verdict.GONE if found is None else Verdict.DIFFERS if differs else Verdict.SAME
    except DeskError as error:
        return keep(unit, row, Refused(error.title, error.what))
    shown = plain(found.to_json()) if found else {}
    digest = digest_of(shown)
    unit.session.add(
        AsPublished(
            id=new_id("shown"), delivery_id=row.id, verdict=verdict, shown=shown, digest=digest, seen_at=unit.now
        )
    )
    body = {"digest": digest, "differences": [each.what for each in differs], "permalink": row.permalink}
    unit.record(Action.DELIVERY_READ_BACK, "delivery", row.id, result=verdict, body=body)
    if verdict is not Verdict.SAME:
        due = unit.now + LOOK_WITHIN
        open_task(unit, TaskKind.SHOWN_DIFFERENTLY, due, post_id=row.post_id, delivery_id=row.id)
    return verdict
