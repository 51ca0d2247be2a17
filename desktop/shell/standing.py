"""How the desk stands, in one read for everything around the screens: badges, publishing, holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.context import Services
from editorial.actors import Actor
from editorial.delivery.holds import REASON_WORDS, UNDO_FOR, Hold, Reason, Scope
from editorial.delivery.outbox import Row
from editorial.delivery.states import NEEDS_YOU, QUEUED, DeliveryState
from editorial.gate import PRACTICE
from editorial.people.desk_people import Card
from editorial.people.permissions import May, may
from editorial.tasks import Open

_GOING = (DeliveryState.SENDING, DeliveryState.PENDING)


@dataclass(frozen=True)
class HoldShown:
    """A hold on everything, in words."""

    hold: Hold
    by: str
    reason: str


@dataclass(frozen=True)
class Standing:
    """What the shell shows. Counts are of deliveries; `to_review` counts posts that this person may sign."""

    to_review: int = 0
    needs_you: int = 0
    signed_out: int = 0
    waiting: int = 0
    overdue: int = 0
    going: int = 0
    going_words: tuple[str, ...] = ()
    next_due: datetime | None = None
    hold: HoldShown | None = None
    practice: bool = False
    real: bool = False
    cards: tuple[Card, ...] = ()
    tasks: tuple[Open, ...] = ()  # what people have to do, the earliest first

    def may_undo(self, actor: Actor, now: datetime) -> bool:
        """Whether this person may take the hold back alone, as far as can be seen from here."""
        return (
            self.hold is not None
            and self.hold.hold.by == actor.id
            and now - self.hold.hold.since <= UNDO_FOR
            and not self.overdue
        )

    def lifters(self) -> tuple[Card, ...]:
        """Everybody who may agree to lift a hold."""
        return tuple(card for card in self.cards if card.active and may(card.roles, May.LIFT))


def read_standing(services: Services, actor: Actor) -> Standing:
    """Reads it. For the database thread."""
    rows = services.outbox.rows()
    now = services.desk.clock.now()
    accounts = [each for each in services.accounts.all() if each.state != "disconnected"]
    cards = services.people.cards()
    queued = [row for row in rows if row.state in QUEUED]
    going = [row for row in rows if row.state in _GOING]
    upcoming = [row.next_at or row.due_at for row in queued if row.hold is None]
    return Standing(
        to_review=sum(each.mine for each in services.review.queue(actor)),
        needs_you=sum(row.life.group == NEEDS_YOU for row in rows),
        signed_out=sum(each.state == "signed_out" for each in accounts),
        waiting=len(queued),
        overdue=sum(row.due_at <= now for row in queued),
        going=len(going),
        going_words=tuple(_going(row) for row in going),
        next_due=min(upcoming, default=None),
        hold=_shown(services.holds.on(), cards),
        practice=any(each.network == PRACTICE for each in accounts),
        real=any(each.network != PRACTICE for each in accounts),
        cards=cards,
        tasks=services.tasks.open(),
    )


def read_hold(services: Services) -> Standing:
    """What the hold dialog needs, also before anybody signed in."""
    rows = services.outbox.rows()
    going = [row for row in rows if row.state in _GOING]
    return Standing(
        waiting=sum(row.state in QUEUED for row in rows),
        going=len(going),
        going_words=tuple(_going(row) for row in going),
        hold=_shown(services.holds.on(), services.people.cards()),
    )


def _going(row: Row) -> str:
    return f"“{row.title}” to {row.account}"


def _shown(holds: tuple[Hold, ...], cards: tuple[Card, ...]) -> HoldShown | None:
    """The oldest hold on everything; those on one account or post show at their deliveries."""
    hold = next((each for each in holds if each.scope is Scope.ALL), None)
    if hold is None:
        return None
    by = next((card.name for card in cards if card.id == hold.by), "the operator at this desk")
    return HoldShown(hold, by, reason_words(hold.reason))


def reason_words(reason: str) -> str:
    """A reason's code in words."""
    try:
        return REASON_WORDS[Reason(reason)]
    except ValueError:
        return reason
