"""The Outbox: what people see of deliveries and what they decide about them."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import Session, col, select

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.audit.leaf import Leaf
from editorial.audit.log import body_of
from editorial.changes import Changes
from editorial.delivery.holds import Hold
from editorial.delivery.jobs import known_ids
from editorial.delivery.moving import SOON, cancel, move_to, next_slot
from editorial.delivery.passing import stopping
from editorial.delivery.record import FIRST_LOOK, delivery_of
from editorial.delivery.room import Room, room_for
from editorial.delivery.states import BY_HAND, LIVES, QUEUED, TAKING_DOWN, DeliveryState, Life, Remedy, move
from editorial.delivery.takedown import Removal, Stage, removal_of
from editorial.desk import Desk
from editorial.errors import BadInputError, ChangedMeanwhileError
from editorial.people.permissions import May, must
from editorial.people.session import roles_of
from editorial.posts.records import post_of
from editorial.posts.schedule import schedule_approved, settle_post
from editorial.store.models import Account, AuditEntry, Delivery, Post, Takedown
from editorial.store.unit import Unit
from editorial.when import When


class Resolution(StrEnum):
    """A person's answer to "Was it posted?"."""

    LIVE = "live"  # it is live, at the link that was found or pasted
    SEND_AGAIN = "send_again"  # the person looked, and it is not live
    GIVE_UP = "give_up"  # the person looked, it is not live, and it shall not go out any more


@dataclass(frozen=True, slots=True)
class Row:
    """One delivery in the Outbox. `hold`: what stops it. `removal`: somebody's wish to take it down.

    `life` is how it is shown: by its state, by the hold, or by how far the removal is.
    """

    delivery_id: str
    post_id: str
    post_number: int
    title: str
    account_id: str
    account: str
    network: str
    state: DeliveryState
    life: Life
    due_at: datetime
    next_at: datetime | None
    sent_at: datetime | None
    permalink: str
    reason: str
    advice: str
    tries: int
    hold: Hold | None
    removal: Removal | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of "What happened", from the log. `body` is what people may read; empty when it was deleted."""

    at: datetime
    action: str
    result: str
    reason: str
    body: Mapping[str, Any]


class Outbox:
    """Reading deliveries, and the commands of people about them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def rows(self) -> tuple[Row, ...]:
        """Every delivery, the newest time last."""
        statement = (
            select(Delivery, Post, Account, Takedown)
            .join(Post, col(Post.id) == col(Delivery.post_id))
            .join(Account, col(Account.id) == col(Delivery.account_id))
            .join(Takedown, col(Takedown.delivery_id) == col(Delivery.id), isouter=True)
            .order_by(col(Delivery.due_at), col(Post.number), col(Account.label))
        )
        with self._desk.reading() as session:
            return tuple(_row(*found, self._hold(session, found[0])) for found in session.exec(statement))

    def _hold(self, session: Session, row: Delivery) -> Hold | None:
        return stopping(session, row, self._desk.charter) if row.state in QUEUED else None

    def happenings(self, delivery_id: str) -> tuple[Happening, ...]:
        """What the log says about a delivery, oldest first."""
        statement = select(AuditEntry).where(AuditEntry.object_id == delivery_id).order_by(col(AuditEntry.seq))
        with self._desk.reading() as session:
            return tuple(_happening(session, entry) for entry in session.exec(statement).all())

    def candidates(self, delivery_id: str) -> tuple[Mapping[str, str], ...]:
        """What the last look-up saw on the network: evidence for "Was it posted?"."""
        with self._desk.reading() as session:
            return _seen(session, delivery_id)

    def cancel(self, actor: Actor, delivery_id: str) -> Changes:
        """Takes a delivery off the list for good. What is being sent or is in doubt cannot be cancelled."""
        with self._deciding(actor) as unit:
            row = _offered(unit, delivery_id, Remedy.CANCEL)
            cancel(unit, row, "person")
        return unit.changes

    def send_now(self, actor: Actor, delivery_id: str) -> Changes:
        """Makes a queued, missed or failed delivery due now. The gate and the holds still decide.

        One whose time has passed keeps its distance from others like it on its account.
        Raises BadInputError outside the signed window and in a blackout, changing nothing.
        """
        with self._deciding(actor) as unit:
            row = _offered(unit, delivery_id, Remedy.SEND_NOW)
            missed = row.state == DeliveryState.MISSED
            move_to(self._desk, unit, row, next_slot(unit.session, row, unit.now) if missed else unit.now, SOON)
        return unit.changes

    def reschedule(self, actor: Actor, delivery_id: str, when: When) -> Changes:
        """Moves a delivery inside its signed window; signatures stay.

        Raises BadInputError outside it and in a blackout, changing nothing.
        """
        with self._deciding(actor) as unit:
            row = _offered(unit, delivery_id, Remedy.RESCHEDULE)
            due = when.due(unit.now)
            if due is None or due <= unit.now:
                raise BadInputError("That time has passed", "Nothing was moved.", "Choose a later time.", field="time")
            move_to(self._desk, unit, row, due, when)
        return unit.changes

    def room(self, delivery_ids: Collection[str]) -> Room:
        """What a new time of these deliveries has to fit into, as it is now."""
        with self._desk.reading() as session:
            return room_for(session, delivery_ids, self._desk.clock.now())

    def look_again(self, actor: Actor, delivery_id: str) -> Changes:
        """Asks the engine to look once more for a delivery in doubt; what it finds comes as after any look."""
        with self._deciding(actor) as unit:
            row = _offered(unit, delivery_id, Remedy.RESOLVE)
            unit.record(Action.DELIVERY_LOOK_ASKED, "delivery", row.id)
        return unit.changes

    def resolve(self, actor: Actor, delivery_id: str, answer: Resolution, link: str = "") -> Changes:
        """A person settles a lost delivery: it is live (at `link`), or it is not and is sent again now, or given up.

        Only a delivery in doubt can be settled so. Raises BadInputError for "live" without a link to a page.
        """
        link = link.strip()
        with self._deciding(actor) as unit:
            row = _offered(unit, delivery_id, Remedy.RESOLVE)
            unit.record(Action.DELIVERY_RESOLVED, "delivery", row.id, reason=str(answer), body={"link": link})
            if answer is Resolution.SEND_AGAIN:
                move_to(self._desk, unit, row, unit.now, SOON)
            elif answer is Resolution.GIVE_UP:
                row.state = move(row.state, DeliveryState.WAITING)  # no longer in doubt
                cancel(unit, row, "given_up")
            else:
                self._is_live(unit, row, link)
        return unit.changes

    def _is_live(self, unit: Unit, row: Delivery, link: str) -> None:
        parts = urlsplit(link)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise BadInputError("There is no link", "It shows where the post is.", "Paste the link.", field="link")
        row.state = move(row.state, DeliveryState.PUBLISHED)
        row.permalink, row.sent_at, row.reason, row.advice = link, unit.now, "", ""
        seen = next((each for each in _seen(unit.session, row.id) if each.get("permalink") == link), None)
        if seen is not None and seen.get("remote_id") not in known_ids(unit.session, row.account_id, row.id):
            row.remote_id = row.remote_id or seen.get("remote_id", "")
        row.read_back_at = unit.now + FIRST_LOOK if row.remote_id else None
        unit.session.add(row)
        unit.session.flush()
        unit.record(Action.DELIVERY_PUBLISHED, "delivery", row.id, reason="person", body={"permalink": link})
        settle_post(unit, row.post_id)

    def schedule(self, actor: Actor, post_id: str, when: When) -> Changes:
        """Gives an approved post without deliveries a time inside its signed window."""
        with self._deciding(actor) as unit:
            schedule_approved(self._desk, unit, post_of(unit.session, post_id), when)
        return unit.changes

    @contextmanager
    def _deciding(self, actor: Actor) -> Iterator[Unit]:
        with self._desk.writing(actor.must_be_verified()) as unit:
            must(roles_of(self._desk, unit.session, actor), May.PUBLISH)
            yield unit


def _offered(unit: Unit, delivery_id: str, remedy: Remedy) -> Delivery:
    """The delivery, if the table of states offers this remedy where it stands. Raises ChangedMeanwhileError."""
    row = delivery_of(unit.session, delivery_id)
    life = LIVES[DeliveryState(row.state)]
    if remedy not in life.remedies:
        raise ChangedMeanwhileError(
            "This delivery has moved on",
            f"It is “{life.word}” now, so this is no longer possible.",
            "Look at it again in the Outbox.",
        )
    return row


def _life(state: DeliveryState, hold: Hold | None, removal: Removal | None) -> Life:
    if state is DeliveryState.PUBLISHED and removal is not None:
        return BY_HAND if removal.stage is Stage.BY_HAND else TAKING_DOWN
    return LIVES[DeliveryState.HELD if hold else state]


def _row(delivery: Delivery, post: Post, account: Account, takedown: Takedown | None, hold: Hold | None) -> Row:
    state, removal = DeliveryState(delivery.state), removal_of(takedown)
    return Row(
        delivery_id=delivery.id,
        post_id=post.id,
        post_number=post.number,
        title=post.title,
        account_id=account.id,
        account=account.label,
        network=account.network,
        state=state,
        life=_life(state, hold, removal),
        due_at=delivery.due_at,
        next_at=delivery.next_at,
        sent_at=delivery.sent_at,
        permalink=delivery.permalink,
        reason=delivery.reason,
        advice=delivery.advice,
        tries=delivery.tries,
        hold=hold,
        removal=removal,
    )


def _seen(session: Session, delivery_id: str) -> tuple[Mapping[str, str], ...]:
    looks = select(AuditEntry).where(
        AuditEntry.object_id == delivery_id, AuditEntry.action == Action.DELIVERY_LOOKED_UP
    )
    newest = session.exec(looks.order_by(col(AuditEntry.seq).desc())).first()
    return tuple(_happening(session, newest).body.get("candidates", ())) if newest else ()


def _happening(session: Session, entry: AuditEntry) -> Happening:
    leaf = Leaf.decode(entry.leaf)
    return Happening(entry.ts, leaf.action, leaf.result, leaf.reason, body_of(session, entry.seq) or {})
