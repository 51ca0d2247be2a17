"""Which readable parts of the log were erased, when and by whom: told by the entries of the erasings themselves.

An entry whose readable part is gone without an erasing that names it lost it in another way, and verifying says so.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from editorial.audit.actions import Action
from editorial.audit.leaf import Leaf, fits
from editorial.canonical import parse
from editorial.clock import unstamp
from editorial.store.models import AuditBody, AuditEntry

Ranges = Sequence[tuple[int, int]]
"""Numbers of entries as (first, last), in order and apart."""


@dataclass(frozen=True, slots=True)
class Erasure:
    """One erasing: its entry's number, who did it, and which entries' readable parts went."""

    seq: int
    at: datetime
    by: str
    ranges: Ranges
    body: Mapping[str, Any]

    def names(self, seq: int) -> bool:
        """Whether it erased the readable part of entry `seq`."""
        place = bisect_right(self.ranges, seq, key=lambda each: each[0])
        return place > 0 and self.ranges[place - 1][1] >= seq


@dataclass(frozen=True, slots=True)
class Missing:
    """How many readable parts were erased, and the numbers of entries that lost theirs without an erasing."""

    erased: int
    lost: tuple[int, ...]


def said_in(session: Session, seq: int) -> tuple[Leaf, Mapping[str, Any]] | None:
    """An entry with its readable part; None where that is gone, or is not the one that was recorded."""
    entry, row = session.get(AuditEntry, seq), session.get(AuditBody, seq)
    if entry is None or row is None:
        return None
    try:
        leaf = Leaf.decode(entry.leaf)
        found = parse(row.body) if fits(leaf.digest, row.salt, row.body) else None
    except (ValueError, AttributeError, TypeError):
        return None
    return (leaf, found) if isinstance(found, dict) else None


def erasures(session: Session) -> tuple[Erasure, ...]:
    """Every erasing of which the log still tells, oldest first."""
    seqs = session.exec(
        select(AuditEntry.seq).where(AuditEntry.action == Action.ERASED).order_by(col(AuditEntry.seq))
    ).all()
    said = ((seq, said_in(session, seq)) for seq in seqs)
    return tuple(_erasure(seq, *found) for seq, found in said if found is not None)


def _erasure(seq: int, leaf: Leaf, body: Mapping[str, Any]) -> Erasure:
    ranges = [(first, last) for first, last in body.get("entries", ())]
    return Erasure(seq, unstamp(leaf.ts), str(body.get("actor", "")), ranges, body)


def missing_in(session: Session) -> Missing:
    """What is gone of the log's readable parts."""
    gone = session.exec(
        select(AuditEntry.seq)
        .join(AuditBody, col(AuditBody.seq) == col(AuditEntry.seq), isouter=True)
        .where(col(AuditBody.seq).is_(None))
        .order_by(col(AuditEntry.seq))
    ).all()
    told = [each for each in erasures(session) if each.ranges] if gone else []
    lost = tuple(seq for seq in gone if not any(each.names(seq) for each in told))
    return Missing(len(gone) - len(lost), lost)


def in_ranges(numbers: Iterable[int]) -> list[list[int]]:
    """Ascending numbers as (first, last) of each unbroken run."""
    found: list[list[int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return found
