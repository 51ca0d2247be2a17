"""Moving and cancelling deliveries, for the commands that decide about them; in the caller's unit of work."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from editorial.audit.actions import Action
from editorial.clock import stamp
from editorial.delivery.attempts import REFUSED
from editorial.delivery.states import QUEUED, DeliveryState, move
from editorial.desk import Desk
from editorial.posts.progress import approved
from editorial.posts.records import post_of, snapshot_in
from editorial.posts.schedule import note_meant, outside_window, refuse_in_blackout, settle_post
from editorial.store.models import Account, Attempt, AuditEntry, Delivery, Revision
from editorial.store.unit import Unit
from editorial.when import LATE_BY, Choice, When

SPACING = timedelta(seconds=10)
"""Between two posts on an account that go out later than they were meant: a burst gets accounts banned."""

OVERDUE = timedelta(minutes=5)
"""How long after its time a delivery is one that nobody was there for: a restart, or a busy minute, is over by then."""

WRONG_BY = timedelta(minutes=1)
"""How far ahead of now an entry's time shows that it was written on a wrong clock."""

SOON = When(Choice.SOON)


def move_to(desk: Desk, unit: Unit, row: Delivery, due: datetime, when: When) -> None:
    """Makes a delivery due then. Raises BadInputError outside the signed window and in a blackout, changing nothing."""
    snapshot = snapshot_in(unit.session.get_one(Revision, row.revision_id))
    post, charter = post_of(unit.session, row.post_id), desk.charter(unit.session)
    if not (snapshot.window.holds(due) and approved(unit.session, charter, post, snapshot, at=due)):
        raise outside_window()
    refuse_in_blackout(unit, snapshot, due)
    row.state = move(row.state, DeliveryState.WAITING)
    row.due_at, row.latest_at, row.next_at = due, due + LATE_BY, None
    note_meant(row, when)
    row.tries, row.reason, row.advice = 0, "", ""
    unit.session.add(row)
    unit.session.flush()
    unit.record(Action.DELIVERY_RESCHEDULED, "delivery", row.id, body={"due": stamp(due)})


def cancel(unit: Unit, row: Delivery, code: str) -> None:
    """Takes a delivery off the list for good. Raises ChangedMeanwhileError as the table of states says."""
    row.state = move(row.state, DeliveryState.CANCELLED)
    row.reason, row.advice, row.next_at = f"Cancelled by {unit.actor.name}", "", None
    unit.session.add(row)
    unit.record(Action.DELIVERY_CANCELLED, "delivery", row.id, reason=code)
    settle_post(unit, row.post_id)


def next_slot(session: Session, row: Delivery, now: datetime) -> datetime:
    """When an overdue delivery may go out: now, or a while after what went out, or will, on its account before it."""
    released = select(func.max(col(Delivery.due_at))).where(
        Delivery.account_id == row.account_id,
        Delivery.id != row.id,
        col(Delivery.state).in_(QUEUED),
        Delivery.wall == "",  # nobody meant this time: it was "now"
        Delivery.due_at > now - SPACING,
    )
    before = [session.exec(released).one(), _last_sent(session, row)]
    return max([now, *(each + SPACING for each in before if each is not None)])


def forget_waits(desk: Desk) -> None:
    """Lets go of what was to wait, as it was said on a clock that was ahead: those entries have times yet to come.

    An account need not rest and what is tried again is tried now. A network that still wants to be left alone says so.
    """
    with desk.writing(desk.system()) as unit:
        ahead = AuditEntry.ts > unit.now + WRONG_BY
        about = set(unit.session.exec(select(AuditEntry.object_id).where(ahead).distinct()))
        resting = select(Account).where(col(Account.not_before) > unit.now)
        for account in unit.session.exec(resting).all():
            if account.id in about:
                account.not_before = None
                unit.session.add(account)
                unit.record(Action.ACCOUNT_PROBLEM, "account", account.id, reason="rest_on_wrong_clock")
        retrying = select(Delivery).where(Delivery.state == DeliveryState.RETRYING, col(Delivery.next_at) > unit.now)
        for row in unit.session.exec(retrying).all():
            if row.id in about:
                row.next_at = unit.now
                unit.session.add(row)
                unit.record(Action.DELIVERY_RELEASED, "delivery", row.id, reason="wait_on_wrong_clock")


def too_close(session: Session, row: Delivery, now: datetime) -> bool:
    """Whether another delivery went out on the account, or may have, just now."""
    last = _last_sent(session, row)
    return last is not None and now < last + SPACING


def _last_sent(session: Session, row: Delivery) -> datetime | None:
    sent = (
        select(func.max(col(Attempt.started_at)))
        .join(Delivery, col(Delivery.id) == col(Attempt.delivery_id))
        .where(Delivery.account_id == row.account_id, Delivery.id != row.id, col(Attempt.public))
        .where(Attempt.outcome != REFUSED)
    )
    return session.exec(sent).one()
