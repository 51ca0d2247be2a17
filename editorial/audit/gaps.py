"""Gaps: what the log says of stretches that it cannot vouch for. One is open until two officers signed for it.

While one is open nothing is published. Like a hold it is folded from the leaves, so that changing a row hides none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session

from editorial.audit.actions import Action
from editorial.audit.folding import Folding
from editorial.audit.leaf import Leaf
from editorial.clock import unstamp

_NO_ENTRY = -1  # the number of a gap that no entry tells of
_TOLD_ONLY = frozenset({Action.GAP_CLOCK})  # they stand in the log, and nobody has to sign for them


@dataclass(frozen=True, slots=True)
class Gap:
    """One that is open. `seq` is the number of its entry, `action` its code; empty for a log that cannot be read."""

    seq: int
    action: str
    since: datetime


def open_gaps(session: Session) -> tuple[Gap, ...]:
    """The gaps for which nobody signed yet, oldest first. In doubt, one is open: a log that is not whole has one."""
    return _FOLDING.read(session)


def _fold(before: tuple[Gap, ...], later: Iterable[tuple[int, bytes]]) -> tuple[Gap, ...]:
    found = list(before)
    for seq, data in later:
        try:
            leaf = Leaf.decode(data)
        except (ValueError, AttributeError, TypeError):
            found.append(_unreadable(seq))
            continue
        if leaf.action == Action.GAP_SIGNED:
            found.clear()
        elif leaf.action.startswith("gap.") and leaf.action not in _TOLD_ONLY:
            found.append(Gap(seq, leaf.action, unstamp(leaf.ts)))
    return tuple(found)


def _unreadable(seq: int) -> Gap:
    return Gap(seq, "", datetime.fromtimestamp(0, UTC))


_FOLDING: Folding[tuple[Gap, ...]] = Folding("gap.", (), (_unreadable(_NO_ENTRY),), _fold)
