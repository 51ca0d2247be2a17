"""Holds: a stop on publishing everything, one account or one post. Their state is read from the log's leaves alone.

Anybody may hold. The one who set it may undo it within two minutes if nothing fell due; lifting another's, or later,
takes two people (or one, ten minutes after asking, where only one is eligible).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.audit.leaf import Leaf
from editorial.clock import unstamp
from editorial.store.columns import holds_bytes
from editorial.store.models import AuditEntry
from editorial.store.unit import Unit

UNDO_FOR = timedelta(minutes=2)
"""How long the one who set a hold may take it back alone."""

EVERYTHING = "everything"
"""The target of a hold on all publishing."""

_NEEDLE = b'"action":"hold.'
_KEPT = "signpost.holds"


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

    Entries are found by their hashed bytes: changing the columns beside them hides no hold. What was folded is kept
    with the connection and used as long as its last entry is still there, so that a look costs one query.
    """
    kept = session.connection().info
    known: _Folded | None = kept.get(_KEPT)
    newest = session.exec(
        select(AuditEntry.seq, AuditEntry.leaf_hash).order_by(col(AuditEntry.seq).desc()).limit(1)
    ).first()
    if newest is None:
        return ()
    if known is not None and (known.seq, known.leaf_hash) == tuple(newest):
        return known.on
    if known is not None and not _still_there(session, known):  # its transaction was rolled back
        known = None
    later = (
        select(AuditEntry.seq, AuditEntry.leaf)
        .where(holds_bytes(col(AuditEntry.leaf), _NEEDLE), AuditEntry.seq > (known.seq if known else -1))
        .order_by(col(AuditEntry.seq))
    )
    on = {hold.id: hold for hold in (known.on if known else ())}
    for seq, leaf in session.exec(later):
        _apply(on, seq, leaf)
    kept[_KEPT] = _Folded(newest[0], newest[1], tuple(on.values()))
    return tuple(on.values())


def _still_there(session: Session, known: _Folded) -> bool:
    found = session.exec(select(AuditEntry.leaf_hash).where(AuditEntry.seq == known.seq)).first()
    return found == known.leaf_hash


def _apply(on: dict[int, Hold], seq: int, data: bytes) -> None:
    """One entry about a hold. One that somebody changed holds everything until it is lifted: in doubt, late."""
    try:
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
    except (ValueError, AttributeError):
        on[seq] = Hold(seq, Scope.ALL, EVERYTHING, "", datetime.fromtimestamp(0, UTC), "unreadable")


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
