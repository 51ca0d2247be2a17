"""Showing that one entry stands in the log that a checkpoint signed: RFC 6962's inclusion proof, step by step.

The checkpoint before an entry keeps the roots of everything up to it, so that only the entries between the two
checkpoints around it are read, however long the log is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col

from editorial.audit.checkpoints import Checkpoints, Kept
from editorial.audit.log import head_of
from editorial.audit.merkle import leaf_hash, node_hash, verify_inclusion
from editorial.audit.tree import Frontier, inclusion_path, root_of
from editorial.desk import Desk
from editorial.errors import NotFoundError
from editorial.store.models import AuditEntry


@dataclass(frozen=True, slots=True)
class Step:
    """One step upwards: the hash over what stands beside, which entries those are, and the hash of both together."""

    beside: bytes
    first: int
    last: int
    older: bool
    both: bytes


@dataclass(frozen=True, slots=True)
class Proof:
    """That entry `seq` is the one that stood there when the first `size` entries had `root`.

    `leaf` is the hash of the entry as it is stored now. `signed_at` tells when a checkpoint signed that root; where
    none did yet it is None, and the steps lead to what the database alone says. `holds` is whether they lead there.
    """

    seq: int
    size: int
    leaf: bytes
    root: bytes
    signed_at: datetime | None
    steps: tuple[Step, ...] = field(default=())
    holds: bool = False


def prove(desk: Desk, seq: int) -> Proof:
    """The proof for the first checkpoint after the entry, else for the log as it stands. Raises NotFoundError."""
    with desk.reading() as session:
        before, after = Checkpoints(desk).around(session, seq)
        signed = after is not None and after.said is not None
        if after is not None and after.said is not None:
            size, root = after.said.size, after.said.root
        else:
            head = head_of(session)
            size, root = head.size, head.root
        if not 0 <= seq < size:
            raise NotFoundError("There is no such entry", f"The log has {size:,} entries.", "Choose another one.")
        tree = _start(before)
        hashes = _hashes(session, tree.size, size)
    at = after.at if after is not None and signed else None
    if len(hashes) != size - tree.size:
        return Proof(seq, size, b"", root, at)
    leaf = hashes[seq - tree.size]
    path = inclusion_path(seq, size, _Roots(tree, hashes, seq).between)
    return Proof(
        seq, size, leaf, root, at, _steps(seq, size, leaf, path), verify_inclusion(seq, size, leaf, path, root)
    )


def _start(before: Kept | None) -> Frontier:
    """What the checkpoint before keeps of the tree. It need not be believed: a wrong one leads to another root."""
    try:
        return Frontier.empty() if before is None else Frontier.from_json(before.size, before.frontier)
    except (ValueError, TypeError):
        return Frontier.empty()


def _hashes(session: Session, low: int, high: int) -> list[bytes]:
    seq = col(AuditEntry.seq)
    stored = sa.select(col(AuditEntry.leaf)).where(seq >= low, seq < high).order_by(seq)
    return [leaf_hash(leaf if type(leaf) is bytes else b"") for leaf in session.connection().execute(stored).scalars()]


class _Roots:
    """The roots beside the way from entry `seq` upwards, from a tree's peaks and the leaf hashes that follow it."""

    def __init__(self, tree: Frontier, hashes: Sequence[bytes], seq: int) -> None:
        self._base, self._hashes = tree.size, hashes
        for hashed in hashes[: seq - tree.size]:
            tree = tree.append(hashed)
        self._older: dict[tuple[int, int], bytes] = {}
        low = 0
        for peak, step in zip(tree.peaks, (1 << bit for bit in _bits(tree.size)), strict=True):
            self._older[low, low + step] = peak
            low += step

    def between(self, low: int, high: int) -> bytes:
        """As `inclusion_path` asks: everything older is a peak of the tree that ends before the entry."""
        return self._older.get((low, high)) or root_of(self._hashes[low - self._base : high - self._base])


def _bits(size: int) -> list[int]:
    return [bit for bit in range(size.bit_length() - 1, -1, -1) if size >> bit & 1]


def _steps(seq: int, size: int, leaf: bytes, path: Sequence[bytes]) -> tuple[Step, ...]:
    """The path with what each of its hashes stands for."""
    spans: list[tuple[int, int, bool]] = []

    def noted(low: int, high: int) -> bytes:
        spans.append((low, high - 1, low <= seq and high <= seq))
        return b""

    inclusion_path(seq, size, noted)
    steps, both = [], leaf
    for beside, (first, last, older) in zip(path, reversed(spans), strict=True):
        both = node_hash(beside, both) if older else node_hash(both, beside)
        steps.append(Step(beside, first, last, older, both))
    return tuple(steps)
