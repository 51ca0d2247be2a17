"""What the log says of each authorization: that it was revoked, that its event happened, that its end was noted.

The log's leaves alone decide: a row that somebody turned back changes nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from sqlmodel import Session

from editorial.audit.actions import Action
from editorial.audit.folding import Folding
from editorial.audit.leaf import Leaf
from editorial.clock import unstamp

_UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Told:
    """What happened to one authorization, and how often its document was opened."""

    revoked_at: datetime | None = None
    event_at: datetime | None = None
    expired_at: datetime | None = None  # when its end was noted and acted upon
    opened: int = 0
    erased_at: datetime | None = None  # when what it says was erased


_NOTHING = Told()
_All = Mapping[str, Told]


def told_of(session: Session, authorization_id: str) -> Told | None:
    """What the log says of one; None once any entry about an authorization was changed: in doubt nothing is covered."""
    known = _FOLDING.read(session)
    return None if _UNREADABLE in known else known.get(authorization_id, _NOTHING)


def _fold(before: _All, later: Iterable[tuple[int, bytes]]) -> _All:
    known = dict(before)
    for _, data in later:
        try:
            leaf = Leaf.decode(data)
            key, at = leaf.object["id"], unstamp(leaf.ts)
        except (ValueError, AttributeError):
            known[_UNREADABLE] = _NOTHING
            continue
        known[key] = _after(known.get(key, _NOTHING), leaf.action, at)
    return MappingProxyType(known)


def _after(before: Told, action: str, at: datetime) -> Told:
    if action == Action.AUTHORIZATION_REVOKED:
        return replace(before, revoked_at=before.revoked_at or at)
    if action == Action.AUTHORIZATION_EVENT:
        return replace(before, event_at=before.event_at or at)
    if action == Action.AUTHORIZATION_EXPIRED:
        return replace(before, expired_at=before.expired_at or at)
    if action == Action.AUTHORIZATION_ERASED:
        return replace(before, erased_at=before.erased_at or at)
    if action == Action.AUTHORIZATION_OPENED:
        return replace(before, opened=before.opened + 1)
    return before


_FOLDING: Folding[_All] = Folding(
    "authorization.", MappingProxyType({}), MappingProxyType({_UNREADABLE: _NOTHING}), _fold
)
