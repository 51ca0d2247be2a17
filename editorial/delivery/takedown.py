"""Taking a published post down: one person asks, the engine asks the network, and nobody guesses what became of it.

Only a certain answer, or a person who says "I removed it", makes a delivery taken down. A lost answer and a network
that cannot delete leave it to a person, with the link. What was there stays as evidence: the as-published record, the
link, the times and the network's own words.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, or_, select

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.changes import Changes
from editorial.delivery.afterwards import keep, parts_of, record_of
from editorial.delivery.record import delivery_of
from editorial.delivery.showing import Shown
from editorial.delivery.states import DeliveryState, move
from editorial.desk import Desk
from editorial.errors import ChangedMeanwhileError
from editorial.outcomes import Again, Published, Refused, Uncertain
from editorial.people.permissions import May, must
from editorial.people.session import roles_of
from editorial.plain import plain
from editorial.posts.schedule import settle_post
from editorial.store.models import Account, Delivery, Takedown
from editorial.store.unit import Unit
from editorial.tasks import finish_delivery_tasks

MOST_TRIES = 4
"""After this many refusals "for now" a person removes it."""

FIRST_WAIT = timedelta(seconds=5)
"""Before the second try, unless the network asks for longer; doubled each time."""

LONGEST_WAIT = timedelta(minutes=10)
"""Where the network asks for longer, a person removes it now instead."""

_CUT = "Signpost was interrupted while the network was removing it"
_UNNAMED = "Signpost does not know what the network calls this post"


class Stage(StrEnum):
    """How far a takedown is. Codes in the database."""

    ASKED = "asked"
    CALLING = "calling"  # the network is being asked: written before the call
    BY_HAND = "by_hand"
    DONE = "done"


class Why(StrEnum):
    """The reasons: codes that may stand in the log for ever; a typed note goes into the entry's deletable body."""

    PRIVACY = "privacy"
    AUTHORIZATION = "authorization"
    WRONG = "wrong"
    SITUATION = "situation"
    OTHER = "other"


WHY_WORDS = {
    Why.PRIVACY: "A patient could be recognized",
    Why.AUTHORIZATION: "An authorization was revoked or has ended",
    Why.WRONG: "Something in it is wrong",
    Why.SITUATION: "It does not fit the situation",
    Why.OTHER: "Something else",
}


@dataclass(frozen=True, slots=True)
class Removal:
    """What became of a wish to take a delivery down. `ended_by` is empty where the network removed it."""

    stage: Stage
    why: Why
    note: str
    asked_by: str  # a person's id
    asked_at: datetime
    answer: str
    next_at: datetime | None
    ended_by: str
    ended_at: datetime | None


Answer = Refused | Uncertain | None
"""What a network said to the wish: None means that the post is gone."""


def removal_of(row: Takedown | None) -> Removal | None:
    """The stored row as people see it."""
    if row is None:
        return None
    return Removal(
        Stage(row.state), Why(row.reason), row.note, row.asked_by, row.asked_at, row.answer, row.next_at, row.ended_by,
        row.ended_at,
    )  # fmt: skip


class Takedowns:
    """Commands of people, and the engine's record."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # --- people ---

    def ask(self, actor: Actor, delivery_id: str, why: Why, note: str = "") -> Changes:
        """Asks for a published delivery to be removed, once more where an earlier try left it to be done by hand.

        It takes one person and acts at once. Raises ChangedMeanwhileError for anything but a published delivery, and
        while it is being taken down already.
        """
        with self._desk.writing(actor.must_be_verified()) as unit:
            must(roles_of(self._desk, unit.session, actor), May.PUBLISH)
            row, known = delivery_of(unit.session, delivery_id), unit.session.get(Takedown, delivery_id)
            move(row.state, DeliveryState.TAKEN_DOWN)  # raises for what is not published
            if known is not None and known.state != Stage.BY_HAND:
                raise ChangedMeanwhileError("This post is being taken down already", "Nothing was changed.")
            note = plain(note.strip())
            asked = known or Takedown(delivery_id=row.id, state="", reason="", asked_by="", asked_at=unit.now)
            asked.state, asked.reason, asked.note = Stage.ASKED, why, note
            asked.asked_by, asked.asked_at = actor.id, unit.now
            asked.tries, asked.next_at, asked.answer = 0, None, ""
            unit.session.add(asked)
            body = {"note": note, "permalink": row.permalink, "remote_id": row.remote_id}
            unit.record(Action.TAKEDOWN_ASKED, "delivery", row.id, reason=str(why), body=body)
            if not parts_of(unit.session, row):
                _by_hand(unit, asked, _UNNAMED, "unnamed")
        return unit.changes

    def removed(self, actor: Actor, delivery_id: str) -> Changes:
        """A person says that they removed it by hand. Raises ChangedMeanwhileError where nobody asked for that."""
        with self._desk.writing(actor.must_be_verified()) as unit:
            must(roles_of(self._desk, unit.session, actor), May.PUBLISH)
            asked = unit.session.get(Takedown, delivery_id)
            if asked is None or asked.state == Stage.DONE:
                raise ChangedMeanwhileError("This post is not being taken down", "Nothing was changed.")
            asked.ended_by = actor.id
            _gone(unit, asked, "by_hand")
        return unit.changes

    # --- the engine ---

    def open(self, now: datetime) -> tuple[tuple[str, str], ...]:
        """(account id, delivery id) of what the network is to be asked to remove now, the oldest wish first."""
        statement = (
            select(Delivery.account_id, Delivery.id)
            .join(Takedown, col(Takedown.delivery_id) == col(Delivery.id))
            .join(Account, col(Account.id) == col(Delivery.account_id))
            .where(
                Takedown.state == Stage.ASKED,
                Account.desk == self._desk.desk_id,
                or_(col(Takedown.next_at).is_(None), col(Takedown.next_at) <= now),
            )
            .order_by(col(Takedown.asked_at))
        )
        with self._desk.reading() as session:
            return tuple(session.exec(statement).all())

    def has_record(self, delivery_id: str) -> bool:
        """Whether what the network shows was kept already."""
        with self._desk.reading() as session:
            return record_of(session, delivery_of(session, delivery_id)) is not None

    def parts(self, delivery_id: str) -> tuple[Published, ...]:
        """What the network calls the parts of it."""
        with self._desk.reading() as session:
            return parts_of(session, delivery_of(session, delivery_id))

    def begin(self, delivery_id: str, seen: Shown | None = None) -> bool:
        """Writes down that the network is about to be asked, and what was `seen` there just before. False: it is not
        to be asked any more.
        """
        with self._desk.writing(self._desk.system()) as unit:
            asked = unit.session.get(Takedown, delivery_id)
            if asked is None or asked.state != Stage.ASKED:
                return False
            row = delivery_of(unit.session, delivery_id)
            if seen is not None:
                keep(unit, row, seen)
            row.read_back_at = None
            asked.state, asked.next_at, asked.tries = Stage.CALLING, None, asked.tries + 1
            unit.session.add_all((row, asked))
            unit.record(Action.TAKEDOWN_STARTED, "delivery", delivery_id, revision=asked.tries)
            return True

    def end(self, delivery_id: str, answer: Answer) -> Stage:
        """Writes what the network said. A certain "gone" counts even where a person was asked meanwhile."""
        with self._desk.writing(self._desk.system()) as unit:
            asked = unit.session.get_one(Takedown, delivery_id)
            if asked.state == Stage.DONE or (asked.state == Stage.BY_HAND and answer is not None):
                return Stage(asked.state)
            if answer is None:
                _gone(unit, asked, "network")
                return Stage.DONE
            words = f"{answer.title}. {answer.advice}".strip() if isinstance(answer, Refused) else answer.title
            wait = _wait(answer, asked.tries)
            if wait is None:
                _by_hand(unit, asked, words, "refused" if isinstance(answer, Refused) else "lost_answer")
            else:
                asked.state, asked.next_at, asked.answer = Stage.ASKED, unit.now + wait, words
                unit.session.add(asked)
                unit.record(Action.TAKEDOWN_WAITS, "delivery", delivery_id, body={"why": words})
            return Stage(asked.state)

    def recover(self) -> None:
        """For a new holder of the lock, and for an end that could not wait: a call without an answer is a person's."""
        statement = (
            select(Takedown)
            .join(Delivery, col(Delivery.id) == col(Takedown.delivery_id))
            .join(Account, col(Account.id) == col(Delivery.account_id))
            .where(Takedown.state == Stage.CALLING, Account.desk == self._desk.desk_id)
        )
        with self._desk.reading() as session:
            if session.exec(statement).first() is None:
                return
        with self._desk.writing(self._desk.system()) as unit:
            for asked in unit.session.exec(statement).all():
                _by_hand(unit, asked, _CUT, "interrupted")


def _wait(answer: Refused | Uncertain, tries: int) -> timedelta | None:
    """How long until the network is asked again; None where a person removes it."""
    if not isinstance(answer, Refused) or answer.again is not Again.LATER or tries >= MOST_TRIES:
        return None
    wait = max(FIRST_WAIT * (1 << max(tries - 1, 0)), timedelta(seconds=answer.retry_after or 0.0))
    return wait if wait <= LONGEST_WAIT else None


def _by_hand(unit: Unit, asked: Takedown, answer: str, code: str) -> None:
    asked.state, asked.next_at, asked.answer = Stage.BY_HAND, None, answer
    unit.session.add(asked)
    unit.session.flush()
    unit.record(Action.TAKEDOWN_BY_HAND, "delivery", asked.delivery_id, reason=code, body={"why": answer})


def _gone(unit: Unit, asked: Takedown, code: str) -> None:
    row = delivery_of(unit.session, asked.delivery_id)
    row.state, row.read_back_at = move(row.state, DeliveryState.TAKEN_DOWN), None
    asked.state, asked.next_at, asked.ended_at = Stage.DONE, None, unit.now
    unit.session.add_all((row, asked))
    unit.session.flush()
    unit.record(Action.TAKEN_DOWN, "delivery", row.id, reason=code, body=_evidence(unit.session, row, asked))
    finish_delivery_tasks(unit, row.id)
    settle_post(unit, row.post_id)


def _evidence(session: Session, row: Delivery, asked: Takedown) -> dict[str, str]:
    record = record_of(session, row)
    return {
        "permalink": row.permalink, "remote_id": row.remote_id, "record": record.digest if record else "",
        "answer": asked.answer, "note": asked.note,
    }  # fmt: skip
