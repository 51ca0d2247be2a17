"""Holds: a stop on publishing everything, one account or one post. Their state is read from the log's leaves alone.

Anybody may hold. The one who set it may undo it within two minutes if nothing fell due; lifting another's, or later,
takes two people (or one, ten minutes after asking, where only one is eligible).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlalchemy import case, true
from sqlmodel import Session, col, func, select

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.audit.leaf import Leaf
from editorial.audit.tree import leaf_hash
from editorial.clock import unstamp
from editorial.store.columns import holds_bytes
from editorial.store.models import AuditEntry, AuditHead
from editorial.store.unit import Unit

UNDO_FOR = timedelta(minutes=2)
"""How long the one who set a hold may take it back alone."""

UNREADABLE = "unreadable"
"""The reason of a hold that the log's own state makes: an entry was changed or taken away."""

_NO_ENTRY = -1  # the number of a hold that no entry set; it ends when the log is whole again
EVERYTHING = "everything"
"""The target of a hold on all publishing."""

_NEEDLE = b'"action":"hold.'
_KEPT = "signpost.holds"
_NEWEST = (
    select(
        AuditEntry.seq,
        AuditEntry.leaf_hash,
        select(func.count(col(AuditEntry.seq))).scalar_subquery(),
        case((col(AuditHead.size) == col(AuditEntry.seq) + 1, col(AuditHead.last))),
    )
    .join(AuditHead, true())
    .order_by(col(AuditEntry.seq).desc())
    .limit(1)
)
"""The newest entry, how many there are, and the hash of the newest as the log's head has it, if it has as many."""


class Scope(StrEnum):
    """What a hold stops."""

    ALL = "all"
    ACCOUNT = "account"
    POST = "post"


class Reason(StrEnum):
    """Why: codes that may stand in the log for ever; a typed note goes into the entry's deletable body."""

    INCIDENT = "incident"
    EMERGENCY = "emergency"
    BEREAVEMENT = "bereavement"
    OTHER = "other"


REASON_WORDS = {
    Reason.INCIDENT: "Incident in the hospital",
    Reason.EMERGENCY: "Emergency in the region",
    Reason.BEREAVEMENT: "A death or bereavement",
    Reason.OTHER: "Something else",
}


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold that is on. `id` is the number of the entry that set it."""

    id: int
    scope: Scope
    target: str  # account or post id; "everything" for all
    by: str
    since: datetime
    reason: str

    def stops(self, account_id: str, post_id: str) -> bool:
        """Whether a delivery of this post to this account has to wait."""
        return self.scope is Scope.ALL or self.target in (account_id, post_id)

    @property
    def on_everything(self) -> bool:
        """Whether somebody held all publishing; one that counts so because it cannot be read is none of these."""
        return self.scope is Scope.ALL and self.target == EVERYTHING and bool(self.by)


@dataclass(frozen=True, slots=True)
class _Folded:
    """The holds after the entry `seq`, whose hash is `leaf_hash`."""

    seq: int
    leaf_hash: bytes
    on: tuple[Hold, ...]


def holds_on(session: Session) -> tuple[Hold, ...]:
    """The holds that are on, oldest first, folded from the entries that set and lifted them.

    Entries are found by their hashed bytes: changing the columns beside them hides no hold. A log from which an entry
    was taken, or whose end is not the one its head names, holds everything. What was folded is kept with the connection
    and used as long as its last entry is still there, so that a look costs one query.
    """
    kept = session.connection().info
    known: _Folded | None = kept.get(_KEPT)
    newest = session.exec(_NEWEST).first()
    if newest is None:
        return () if session.get(AuditHead, 1) is None else (_in_doubt(_NO_ENTRY),)
    seq, hashed, count, last = newest
    if (count, last) != (seq + 1, hashed):
        return (_in_doubt(_NO_ENTRY),)
    if known is not None and (known.seq, known.leaf_hash) == (seq, hashed):
        return known.on
    if known is not None and not _still_there(session, known):  # its transaction was rolled back
        known = None
    later = (
        select(AuditEntry.seq, AuditEntry.leaf, AuditEntry.leaf_hash)
        .where(holds_bytes(col(AuditEntry.leaf), _NEEDLE), AuditEntry.seq > (known.seq if known else -1))
        .order_by(col(AuditEntry.seq))
    )
    on = {hold.id: hold for hold in (known.on if known else ())}
    for number, leaf, leaf_digest in session.exec(later):
        _apply(on, number, leaf, leaf_digest)
    kept[_KEPT] = _Folded(seq, hashed, tuple(on.values()))
    return tuple(on.values())


def _still_there(session: Session, known: _Folded) -> bool:
    found = session.exec(select(AuditEntry.leaf_hash).where(AuditEntry.seq == known.seq)).first()
    return found == known.leaf_hash


def _in_doubt(number: int) -> Hold:
    """Holds everything: in doubt, late."""
    return Hold(number, Scope.ALL, EVERYTHING, "", datetime.fromtimestamp(0, UTC), UNREADABLE)


def _apply(on: dict[int, Hold], seq: int, data: bytes, hashed: bytes) -> None:
    """One entry about a hold. One that somebody changed holds everything until it is lifted."""
    try:
        if leaf_hash(data) != hashed:
            raise ValueError("not the entry that was hashed")
        leaf = Leaf.decode(data)
        if leaf.action == Action.HOLD_LIFTED:
            on.pop(int(leaf.object["rev"]), None)
        elif leaf.action == Action.HOLD_SET:
            on[seq] = Hold(
                seq,
                _scope(leaf.object["type"]),
                leaf.object["id"],
                leaf.actor["id"],
                unstamp(leaf.ts),
                leaf.reason,
            )
    except (ValueError, AttributeError, TypeError):
        on[seq] = _in_doubt(seq)


def _scope(kind: str) -> Scope:
    """A kind of hold that a newer version knows stops everything here."""
    word = kind.removeprefix("hold.")
    return Scope(word) if word in set(Scope) else Scope.ALL


def record_hold(unit: Unit, scope: Scope, target: str, reason: Reason, note: str) -> int:
    """Writes the entry that is the hold, and returns its number."""
    return unit.record(Action.HOLD_SET, f"hold.{scope}", target, reason=str(reason), body={"note": note})


def record_lift(unit: Unit, hold: Hold, how: str, agreed: tuple[Actor, ...]) -> int:
    """Writes the entry that ends the hold. `how` is undo or agreed; `agreed` are the people who signed for it."""
    people = [{"id": actor.id, "name": actor.name, "key": actor.key_id} for actor in agreed]
    return unit.record(
        Action.HOLD_LIFTED, f"hold.{hold.scope}", hold.target, revision=hold.id, reason=how, body={"agreed": people}
    )
