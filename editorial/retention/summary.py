"""A preview as a person reads it before erasing: counts and days, not every thing by name. Plain data."""

from dataclasses import dataclass
from datetime import datetime

from editorial.retention.copies import Copies
from editorial.retention.erasing import Preview
from editorial.retention.plan import Kind


@dataclass(frozen=True, slots=True)
class Line:
    """How many of a kind would go, and when the oldest and the newest of them were last in play."""

    kind: Kind
    count: int
    oldest: datetime
    newest: datetime


@dataclass(frozen=True, slots=True)
class Spared:
    """What one Preserve keeps beyond its time: what it is, how many things, and the first few by name."""

    words: str
    count: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """What would go, what is spared, where copies lie, and the fingerprint that erasing asks for."""

    at: datetime
    lines: tuple[Line, ...]
    spared: tuple[Spared, ...]
    copies: Copies
    seen: str

    @property
    def count(self) -> int:
        """How many things would go."""
        return sum(line.count for line in self.lines)


_NAMED = 3


def summary_of(preview: Preview) -> Summary:
    """The preview in few words."""
    found = ((kind, preview.plan.of(kind)) for kind in Kind)
    lines = tuple(Line(kind, len(items), items[0].at, items[-1].at) for kind, items in found if items)
    spared = []
    for each in preview.preserved:
        kept = [one.item for one in preview.plan.kept if each.id in one.by]
        named = [item.name for item in kept if item.kind is not Kind.ENTRY][:_NAMED]
        if kept:
            spared.append(Spared(each.words, len(kept), tuple(named)))
    return Summary(preview.at, lines, tuple(spared), preview.copies, preview.plan.fingerprint())
