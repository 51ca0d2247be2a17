"""Telling everybody that publishing was held or goes on: a notice for each person, until they say that they saw it."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.audit.leaf import Leaf
from editorial.audit.log import body_of
from editorial.changes import Changes
from editorial.delivery.holds import holds_on
from editorial.desk import Desk
from editorial.store.models import Account, AuditEntry, Person, Post

NEWEST = 10
"""How many of the newest entries about holds are looked at: what is older is no news."""


@dataclass(frozen=True, slots=True)
class HoldNotice:
    """A hold that was set, or `lifted`. `number` is its entry's, `about` the account or post, empty for everything.

    `who` has one name, or those of the people who agreed; none for the operator at a desk.
    """

    number: int
    at: datetime
    lifted: bool
    about: str
    who: tuple[str, ...]
    reason: str


class Telling:
    """Notices for people, and who has seen them."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def unseen(self, actor: Actor) -> tuple[HoldNotice, ...]:
        """What this person was to be told and has not seen, the oldest first; not what they did themselves.

        A hold that is lifted by now is told by its end alone.
        """
        about_holds = col(AuditEntry.action).in_((Action.HOLD_SET, Action.HOLD_LIFTED))
        newest = select(AuditEntry).where(about_holds).order_by(col(AuditEntry.seq).desc()).limit(NEWEST)
        with self._desk.reading() as session:
            on = {hold.id for hold in holds_on(session)}
            found = [_notice(session, entry, actor, on) for entry in session.exec(newest).all()]
        return tuple(each for each in reversed(found) if each is not None)

    def seen(self, actor: Actor, number: int) -> Changes:
        """The person says that they saw it; saying so again changes nothing."""
        with self._desk.writing(actor.must_be_verified()) as unit:
            if not _saw(unit.session, number, actor):
                unit.record(Action.NOTICE_SEEN, "entry", str(number))
        return unit.changes

    def reach(self, number: int) -> tuple[int, int] | None:
        """How many people were told of a hold and how many of them saw it; None where nobody was to be told."""
        saw = select(func.count(func.distinct(AuditEntry.actor_id))).where(*_seen(number))
        with self._desk.reading() as session:
            entry = session.get(AuditEntry, number)
            if entry is None or not (body_of(session, number) or {}).get("tell"):
                return None
            others = select(func.count(col(Person.id))).where(Person.state == "active", Person.id != entry.actor_id)
            return session.exec(others).one(), session.exec(saw).one()


def _seen(number: int) -> tuple[bool, ...]:
    return (AuditEntry.action == Action.NOTICE_SEEN, AuditEntry.object_id == str(number))


def _saw(session: Session, number: int, actor: Actor) -> bool:
    mine = select(AuditEntry.seq).where(*_seen(number), AuditEntry.actor_id == actor.id)
    return session.exec(mine.limit(1)).first() is not None


def _notice(session: Session, entry: AuditEntry, actor: Actor, on: set[int]) -> HoldNotice | None:
    """The notice that an entry is for this person, if it is one."""
    body, lifted = body_of(session, entry.seq) or {}, entry.action == Action.HOLD_LIFTED
    agreed = body.get("agreed", ())
    if not body.get("tell") or actor.id in (entry.actor_id, *(each["id"] for each in agreed)):
        return None
    if (not lifted and entry.seq not in on) or _saw(session, entry.seq, actor):
        return None
    by = session.get(Person, entry.actor_id)
    who = tuple(each["name"] for each in agreed) if agreed else (by.name,) if by else ()
    leaf = Leaf.decode(entry.leaf)
    return HoldNotice(entry.seq, entry.ts, lifted, _name(session, entry.object_id), who, leaf.reason)


def _name(session: Session, target: str) -> str:
    account, post = session.get(Account, target), session.get(Post, target)
    return account.label if account else f"“{post.title}”" if post else ""
