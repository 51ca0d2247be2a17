"""How the desk stands, in one read for everything around the screens: badges, publishing, holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from desktop.context import Services
from editorial.actors import Actor
from editorial.audit.anchoring import Anchor
from editorial.audit.gaps import Gap, open_gaps
from editorial.delivery.holds import EVERYTHING, REASON_WORDS, Hold, Reason, Scope
from editorial.delivery.kept import Doubtful
from editorial.delivery.outbox import Row
from editorial.delivery.states import NEEDS_YOU, QUEUED, DeliveryState
from editorial.delivery.telling import HoldNotice
from editorial.gate import PRACTICE
from editorial.people.desk_people import Card
from editorial.people.permissions import May, may
from editorial.posts.mentions import Notice
from editorial.tasks import Open

_GOING = (DeliveryState.SENDING, DeliveryState.PENDING)


@dataclass(frozen=True)
class HoldShown:
    """A hold on everything, in words."""

    hold: Hold
    by: str
    reason: str


@dataclass(frozen=True)
class Subject:
    """What a hold is about: all publishing, or an account or a post with its name. `also`: more of the same kind."""

    scope: Scope = Scope.ALL
    target: str = EVERYTHING
    name: str = ""
    also: tuple[str, ...] = ()

    @property
    def targets(self) -> tuple[str, ...]:
        """Everything that gets a hold."""
        return (self.target, *self.also)

    def concerns(self, row: Row) -> bool:
        """Whether a hold on it stops a delivery."""
        return self.scope is Scope.ALL or bool({row.account_id, row.post_id} & set(self.targets))


@dataclass(frozen=True)
class Lifting:
    """A hold that is to be lifted: what people have to decide about, and what is still to come.

    `doubtful` may not fit what happened: each with the words that say so and its text. `later`: how many more wait for
    a time farther ahead.
    """

    hold: HoldShown
    overdue: tuple[Row, ...]
    doubtful: tuple[tuple[Row, Doubtful], ...]
    coming: tuple[Row, ...]
    later: int
    lifters: tuple[Card, ...]
    people: int = 0  # who work here
    reach: tuple[int, int] | None = None  # how many were told that it is on, and how many of them saw it

    @property
    def on_time(self) -> int:
        """How many go out at their times if nobody decides otherwise."""
        return len(self.coming) + self.later


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
    notices: tuple[Notice, ...] = ()  # comments that name this person, the newest first
    hold_news: tuple[HoldNotice, ...] = ()  # of holds, that this person has not seen
    gaps: tuple[Gap, ...] = ()  # in the audit log: while one is open nothing is published
    anchor: Anchor | None = None

    @property
    def on(self) -> Hold | None:
        """The hold itself."""
        return self.hold.hold if self.hold else None

    def may_undo(self, actor: Actor, now: datetime) -> bool:
        """Whether this person may take the hold back alone, as far as can be seen from here."""
        return self.on is not None and self.on.may_be_undone(actor, now) and not self.overdue


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
        notices=services.mentions.open(actor),
        hold_news=services.telling.unseen(actor),
        gaps=read_gaps(services),
        anchor=services.anchor,
    )


def read_gaps(services: Services) -> tuple[Gap, ...]:
    """The gaps in the log for which nobody signed."""
    with services.desk.reading() as session:
        return open_gaps(session)


def read_hold(services: Services, subject: Subject) -> Standing:
    """What the hold dialog needs, also before anybody signed in."""
    rows = [row for row in services.outbox.rows() if subject.concerns(row)]
    going = [row for row in rows if row.state in _GOING]
    cards = services.people.cards()
    return Standing(
        waiting=sum(row.state in QUEUED for row in rows),
        going=len(going),
        going_words=tuple(_going(row) for row in going),
        hold=_shown(services.holds.on(), cards),
        cards=cards,
    )


def read_on(services: Services) -> HoldShown | None:
    """The hold on everything, if one is on."""
    return _shown(services.holds.on(), services.people.cards())


def read_lift(services: Services, number: int | None = None) -> Lifting | None:
    """What the lift dialog needs for a hold by its number, or for the oldest on everything; None: it is not on."""
    cards, holds = services.people.cards(), services.holds.on()
    chosen = (each for each in holds if (each.id == number if number is not None else each.scope is Scope.ALL))
    hold = next(chosen, None)
    if hold is None:
        return None
    rows = {row.delivery_id: row for row in services.outbox.rows()}
    kept = services.holds.kept(hold.id)
    overdue, coming = (tuple(rows[key] for key in keys if key in rows) for keys in (kept.overdue, kept.coming))
    doubtful = tuple((rows[each.delivery_id], each) for each in kept.doubtful if each.delivery_id in rows)
    held = sum(row.hold is not None and hold.stops(row.account_id, row.post_id) for row in rows.values())
    later = max(0, held - len(overdue) - len(doubtful) - len(coming))
    lifters = tuple(card for card in cards if card.active and may(card.roles, May.LIFT))
    people, reach = sum(card.active for card in cards), services.telling.reach(hold.id)
    return Lifting(_in_words(hold, cards), overdue, doubtful, coming, later, lifters, people, reach)


def _going(row: Row) -> str:
    return f"“{row.title}” to {row.account}"


def _shown(holds: tuple[Hold, ...], cards: tuple[Card, ...]) -> HoldShown | None:
    """The oldest hold on everything; those on one account or post show at their deliveries."""
    hold = next((each for each in holds if each.scope is Scope.ALL), None)
    return None if hold is None else _in_words(hold, cards)


def _in_words(hold: Hold, cards: tuple[Card, ...]) -> HoldShown:
    by = next((card.name for card in cards if card.id == hold.by), "the operator at this desk")
    return HoldShown(hold, by, reason_words(hold.reason))


def reason_words(reason: str) -> str:
    """A reason's code in words."""
    try:
        return REASON_WORDS[Reason(reason)]
    except ValueError:
        return reason
