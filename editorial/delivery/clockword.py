"""A person's word that this computer's clock is right, for when no network says the time: an entry of the log."""

from datetime import timedelta

from sqlmodel import and_, col, or_, select

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.changes import Changes
from editorial.clock import stamp
from editorial.desk import Desk
from editorial.people.permissions import May, must
from editorial.people.session import roles_of
from editorial.store.models import AuditEntry


def confirm_clock(desk: Desk, actor: Actor) -> Changes:
    """Says that what the wall clock shows now is the time. The publisher of this desk then believes it.

    Raises NotAllowedError for somebody who may not manage the Outbox.
    """
    with desk.writing(actor.must_be_verified()) as unit:
        must(roles_of(desk, unit.session, actor), May.PUBLISH)
        unit.record(Action.CLOCK_CONFIRMED, "publisher", desk.desk_id, body={"wall": stamp(unit.now)})
    return unit.changes


def clock_confirmed(desk: Desk, within: timedelta) -> bool:
    """Whether somebody said so just now by the wall clock: a clock that jumped since was not meant.

    One that is set back to about the time of an old word is no older than it: so the log is asked for jumps, too.
    """
    said = and_(AuditEntry.action == Action.CLOCK_CONFIRMED, AuditEntry.object_id == desk.desk_id)
    jumped = and_(AuditEntry.action == Action.GAP_CLOCK, AuditEntry.actor_id == desk.desk_id)
    either = select(AuditEntry.action, AuditEntry.ts).where(or_(said, jumped))
    with desk.reading() as session:
        newest = session.exec(either.order_by(col(AuditEntry.seq).desc()).limit(1)).first()
    if newest is None or newest[0] != Action.CLOCK_CONFIRMED:
        return False
    return abs(desk.clock.now() - newest[1]) <= within
