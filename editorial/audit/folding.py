"""State that is read from the log's leaves alone: changing a row, or the columns beside a leaf, changes none of it.

A log from which an entry was taken, or whose end is not the one that its head names, has a state of its own: `broken`.
What was folded is kept with the connection and used as long as its last entry is still there, so that a look costs one
query; a session, which sees one state of the log, looks once and after entries of its own.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from sqlalchemy import Integer, Select, bindparam, case, or_, true
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, func, select

from editorial.audit.merkle import leaf_hash
from editorial.store.columns import holds_bytes
from editorial.store.models import AuditEntry, AuditHead

T = TypeVar("T")

_SEEN = "signpost.folded"  # in a session's info: what the folded entries are about, to their state
_NEWEST = (
    select(
        AuditEntry.seq,
        AuditEntry.leaf_hash,
        select(func.count()).select_from(AuditEntry).scalar_subquery(),  # of no column: four times as quick
        case((col(AuditHead.size) == col(AuditEntry.seq) + 1, col(AuditHead.last))),
    )
    .join(AuditHead, true())
    .order_by(col(AuditEntry.seq).desc())
    .limit(1)
)
"""The newest entry, how many there are, and the hash of the newest as the log's head has it, if it has as many.

Made once: the gate asks with every send, and building it takes longer than the answer.
"""


@dataclass(frozen=True, slots=True)
class _Folded(Generic[T]):
    """The state after the entry `seq`, whose hash is `leaf_hash`."""

    seq: int
    leaf_hash: bytes
    state: T


@dataclass(frozen=True, slots=True)
class Folding(Generic[T]):
    """How entries become a state.

    The actions of every entry that matters begin with `about`. `fold` takes the state so far and later entries as
    (number, leaf), oldest first, and gives the new state without changing the old one. The leaf of an entry that
    somebody changed comes as no bytes. `broken` is the state of a log that is not whole.
    """

    about: str
    nothing: T
    broken: T
    fold: Callable[[T, Iterable[tuple[int, bytes]]], T]

    def read(self, session: Session) -> T:
        """The state after the newest entry that this session sees."""
        seen = session.info.setdefault(_SEEN, {})
        if self.about not in seen:
            seen[self.about] = self._read(session)
        state: T = seen[self.about]
        return state

    def _read(self, session: Session) -> T:
        kept, key = session.connection().info, f"signpost.folded.{self.about}"
        known: _Folded[T] | None = kept.get(key)
        newest = session.connection().execute(_NEWEST).first()
        if newest is None:
            return self.nothing if session.get(AuditHead, 1) is None else self.broken
        last, hashed, count, end = newest
        if (count, end) != (last + 1, hashed):
            return self.broken
        if known is not None and (known.seq, known.leaf_hash) == (last, hashed):
            return known.state
        entries = session.connection().execute(_from(self.about), {"first": known.seq if known else -1}).all()
        if known is not None and (
            not entries or (entries[0].seq, entries[0].leaf_hash) != (known.seq, known.leaf_hash)
        ):
            known = None  # its transaction was rolled back
            entries = session.connection().execute(_from(self.about), {"first": -1}).all()
        new = ((seq, _unchanged(leaf, digest)) for seq, leaf, digest in entries[1 if known else 0 :])
        state = self.fold(known.state if known else self.nothing, new)
        kept[key] = _Folded(last, hashed, state)
        return state


def forget(session: Session, action: str) -> None:
    """An entry of this action was added in the session: what was folded from such entries is read again."""
    seen = session.info.get(_SEEN, {})
    for about in [about for about in seen if action.startswith(about)]:
        del seen[about]


@lru_cache
def _from(about: str) -> Select[int, bytes, bytes]:
    """The entry `first`, and the later ones with such actions in their hashed bytes, oldest first."""
    needle = f'"action":"{about}'.encode()
    first = bindparam("first", type_=Integer)
    return (
        sa_select(col(AuditEntry.seq), col(AuditEntry.leaf), col(AuditEntry.leaf_hash))
        .where(col(AuditEntry.seq) >= first)
        .where(or_(col(AuditEntry.seq) == first, holds_bytes(col(AuditEntry.leaf), needle)))
        .order_by(col(AuditEntry.seq))
    )


def _unchanged(leaf: object, digest: bytes) -> bytes:
    """The leaf, or nothing where it is not the one that was hashed."""
    return leaf if isinstance(leaf, bytes) and leaf_hash(leaf) == digest else b""
