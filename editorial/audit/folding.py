"""State that is read from the log's leaves alone: changing a row, or the columns beside a leaf, changes none of it.

What was folded is kept with the connection and used as long as its last entry is still there, so that a look costs one
query.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlmodel import Session, col, select

from editorial.store.columns import holds_bytes
from editorial.store.models import AuditEntry

T = TypeVar("T")

_NEWEST = select(AuditEntry.seq, AuditEntry.leaf_hash).order_by(col(AuditEntry.seq).desc()).limit(1)
"""Made once: the gate asks with every send, and building it takes longer than the answer."""


@dataclass(frozen=True, slots=True)
class _Folded(Generic[T]):
    """The state after the entry `seq`, whose hash is `leaf_hash`."""

    seq: int
    leaf_hash: bytes
    state: T


@dataclass(frozen=True, slots=True)
class Folding(Generic[T]):
    """How entries become a state.

    `key` names it with the connection; `needle` stands in the hashed bytes of every entry that matters; `fold` takes
    the state so far and later entries as (number, leaf), oldest first, and gives the new state without changing the
    old one.
    """

    key: str
    needle: bytes
    nothing: T
    fold: Callable[[T, Iterable[tuple[int, bytes]]], T]

    def read(self, session: Session) -> T:
        """The state after the newest entry that this session sees."""
        kept = session.connection().info
        known: _Folded[T] | None = kept.get(self.key)
        newest = session.exec(_NEWEST).first()
        if newest is None:
            return self.nothing
        if known is not None and (known.seq, known.leaf_hash) == tuple(newest):
            return known.state
        if known is not None and not _still_there(session, known):  # its transaction was rolled back
            known = None
        later = (
            select(AuditEntry.seq, AuditEntry.leaf)
            .where(holds_bytes(col(AuditEntry.leaf), self.needle), AuditEntry.seq > (known.seq if known else -1))
            .order_by(col(AuditEntry.seq))
        )
        entries = ((seq, leaf) for seq, leaf in session.exec(later))
        state = self.fold(known.state if known else self.nothing, entries)
        kept[self.key] = _Folded(newest[0], newest[1], state)
        return state


def _still_there(session: Session, known: _Folded[T]) -> bool:
    found = session.exec(select(AuditEntry.leaf_hash).where(AuditEntry.seq == known.seq)).first()
    return found == known.leaf_hash
