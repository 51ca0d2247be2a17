"""Holds: a stop on publishing everything, one account or one post. Their state is read from the log's leaves alone.

Anybody may hold. The one who set it may undo it within two minutes if nothing fell due; lifting another's, or later,
takes two people (or one, ten minutes after asking, where only one is eligible).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlmodel import Session

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.audit.folding import Folding
from editorial.audit.leaf import Leaf
from editorial.clock import unstamp
from editorial.store.unit import Unit

UNDO_FOR = timedelta(minutes=2)
"""How long the one who set a hold may take it back alone."""

UNREADABLE = "unreadable"
"""The reason of a hold that the log's own state makes: an entry was changed or taken away."""

_NO_ENTRY = -1  # the number of a hold that no entry set; it ends when the log is whole again
EVERYTHING = "everything"
"""The target of a hold on all publishing."""


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

    def may_be_undone(self, actor: Actor, now: datetime) -> bool:
        """Whether this person set it so lately that they may take it back alone, if nothing fell due meanwhile."""
        return self.by == actor.id and timedelta(0) <= now - self.since <= UNDO_FOR

    @property
    def on_everything(self) -> bool:
        """Whether somebody held all publishing; one that counts so because it cannot be read is none of these."""
        return self.scope is Scope.ALL and self.target == EVERYTHING and bool(self.by)


def holds_on(session: Session) -> tuple[Hold, ...]:
    """The holds that are on, oldest first, folded from the entries that set and lifted them.

    Entries are found by their hashed bytes: changing the columns beside them hides no hold. A log from which an entry
    was taken, or whose end is not the one its head names, holds everything.
    """
    return _FOLDING.read(session)


def _fold(before: tuple[Hold, ...], later: Iterable[tuple[int, bytes]]) -> tuple[Hold, ...]:
    on = {hold.id: hold for hold in before}
    for seq, leaf in later:
        _apply(on, seq, leaf)
    return tuple(on.values())


def _in_doubt(number: int) -> Hold:
    """Holds everything: in doubt, late."""
    return Hold(number, Scope.ALL, EVERYTHING, "", datetime.fromtimestamp(0, UTC), UNREADABLE)


def _apply(on: dict[int, Hold], seq: int, data: bytes) -> None:
    """One entry about a hold. One that somebody changed holds everything until it is lifted."""
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
    except (ValueError, AttributeError, TypeError):
        on[seq] = _in_doubt(seq)


def _scope(kind: str) -> Scope:
    """A kind of hold that a newer version knows stops everything here."""
    word = kind.removeprefix("hold.")
    return Scope(word) if word in set(Scope) else Scope.ALL


_FOLDING: Folding[tuple[Hold, ...]] = Folding("hold.", (), (_in_doubt(_NO_ENTRY),), _fold)


def record_hold(unit: Unit, scope: Scope, target: str, reason: Reason, note: str) -> int:
    """Writes the entry that is the hold, and returns its number."""
    return unit.record(Action.HOLD_SET, f"hold.{scope}", target, reason=str(reason), body={"note": note})


def record_lift(
    unit: Unit, hold: Hold, how: str, agreed: tuple[Actor, ...], decided: Mapping[str, str] | None = None
) -> int:
    """Writes the entry that ends the hold. `how` is undo or agreed; `agreed` are the people who signed for it.

    `decided`: delivery id to what they decided about it.
    """
    people = [{"id": actor.id, "name": actor.name, "key": actor.key_id} for actor in agreed]
    body = {"agreed": people, "decided": dict(decided or {})}
    return unit.record(Action.HOLD_LIFTED, f"hold.{hold.scope}", hold.target, revision=hold.id, reason=how, body=body)
