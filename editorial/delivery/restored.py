"""What an older copy of the database does not know: public calls that were begun after it was made.

Such a delivery may be live. It becomes uncertain, with the attempt as it was, and is looked for or asked about like
every other doubt. Where the copy does not know the delivery either, nothing else of that post goes to that account.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import select

from editorial.audit.actions import Action
from editorial.delivery.attempts import UNCERTAIN
from editorial.delivery.states import LIVES, DeliveryState, move
from editorial.desk import Desk
from editorial.store.models import Attempt, Delivery
from editorial.store.unit import Unit

_REASON = "The workspace was restored from an older copy"
_ADVICE = "It was sent after the copy was made and may be live. Look at the page before you send again."


@dataclass(frozen=True, slots=True)
class PublicCall:
    """A public step that was begun. `created_for` was told to the network, and a repeat has to tell it the same."""

    attempt_id: str
    delivery_id: str
    step: str
    started_at: datetime
    created_for: datetime
    post_id: str
    account_id: str


def remember(desk: Desk, calls: Iterable[PublicCall]) -> tuple[str, ...]:
    """Puts the calls that the database does not know back into it; the ids of the deliveries that are in doubt now.

    A call of a delivery that the database does not know either is left out: `sent_by_unknown` tells of it.
    """
    with desk.reading() as session:
        known = set(session.exec(select(Attempt.id)).all())
        deliveries = set(session.exec(select(Delivery.id)).all())
    lost = [each for each in calls if each.attempt_id not in known and each.delivery_id in deliveries]
    if not lost:
        return ()
    with desk.writing(desk.system()) as unit:
        for call in lost:
            _put_back(unit, call)
    return tuple(dict.fromkeys(each.delivery_id for each in lost))


def sent_by_unknown(desk: Desk, calls: Iterable[PublicCall]) -> frozenset[tuple[str, str]]:
    """(post id, account id) of calls by deliveries that the database does not know.

    The older copy may hold another delivery of the same post, or somebody may make one: it would be a second post.
    """
    with desk.reading() as session:
        known = set(session.exec(select(Delivery.id)).all())
    return frozenset((each.post_id, each.account_id) for each in calls if each.delivery_id not in known)


def _put_back(unit: Unit, call: PublicCall) -> None:
    row = unit.session.get_one(Delivery, call.delivery_id)
    row.tries += 1
    row.created_for = call.created_for
    attempt = Attempt(
        id=call.attempt_id,
        delivery_id=row.id,
        number=row.tries,
        step=call.step,
        public=True,
        request_digest="",
        started_at=call.started_at,
        outcome=UNCERTAIN,
        detail=_REASON,
    )
    unit.session.add(attempt)
    if DeliveryState.UNCERTAIN in LIVES[DeliveryState(row.state)].follows:
        row.state = move(row.state, DeliveryState.UNCERTAIN)
        row.reason, row.advice, row.next_at = _REASON, _ADVICE, None
    unit.session.add(row)
    unit.session.flush()
    body = {"step": call.step, "attempt": call.attempt_id}
    unit.record(Action.DELIVERY_UNCERTAIN, "delivery", row.id, revision=row.tries, reason="restored", body=body)
