"""Which hold stops a delivery: asked here by the gate, by the engine's claims and by the screens alike.

A crisis post passes a hold on everything where two officers signed that into the charter. It passes no hold on its
account or on itself, none that nobody can read any more, and no gap in the audit log.
"""

from collections.abc import Callable

from sqlmodel import Session

from editorial.audit.gaps import open_gaps
from editorial.charter.chain import VerifiedCharter
from editorial.charter.document import RouteKind
from editorial.delivery.holds import EVERYTHING, Hold, Scope, holds_on
from editorial.errors import DeskError
from editorial.posts.records import snapshot_in
from editorial.store.models import Delivery, Revision

Charters = Callable[[Session], VerifiedCharter]
"""How the verified charter is had; asked only where a hold is on."""


GAP = "gap"
"""The reason of a hold that an open gap in the audit log makes: it ends when two officers signed for the gap."""


def all_on(session: Session) -> tuple[Hold, ...]:
    """The holds that are on, and the one that a gap in the audit log makes."""
    holds, gap = holds_on(session), gap_hold(session)
    return (*holds, gap) if gap is not None else holds


def gap_hold(session: Session) -> Hold | None:
    """What an open gap in the audit log stops: everything. Nobody set it, so that nobody lifts it as a hold."""
    gaps = open_gaps(session)
    return Hold(gaps[0].seq, Scope.ALL, EVERYTHING, "", gaps[0].since, GAP) if gaps else None


def stopping(session: Session, delivery: Delivery, charter: Charters) -> Hold | None:
    """The first hold that stops this delivery, or None."""
    return next((hold for hold in all_on(session) if stopped_by(session, delivery, hold, charter)), None)


def stopped_by(session: Session, delivery: Delivery, hold: Hold, charter: Charters) -> bool:
    """Whether this hold makes the delivery wait."""
    if not hold.stops(delivery.account_id, delivery.post_id):
        return False
    return not (hold.on_everything and _passes(session, delivery, charter))


def _passes(session: Session, delivery: Delivery, charter: Charters) -> bool:
    """In doubt it does not: a version or a charter that cannot be read waits for a person."""
    row = session.get(Revision, delivery.revision_id)
    try:
        allowed = charter(session).charter.crisis_passes_hold
        return allowed and row is not None and snapshot_in(row).route_kind() is RouteKind.CRISIS
    except (DeskError, ValueError, KeyError, TypeError, AttributeError):
        return False
