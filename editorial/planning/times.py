"""The rules that a workspace sets for times, as plain values: a blackout, quiet hours, an account's usual time."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from editorial.errors import BadInputError
from editorial.plain import plain
from editorial.when import zone_of

EVERY_DAY = frozenset(range(7))
WEEKDAYS = frozenset(range(5))
WEEKEND = EVERY_DAY - WEEKDAYS
LONGEST_NAME = 80
"""Characters of a blackout's name."""
MOST_SLOTS = 24
"""Usual times of one account."""

_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Blackout:
    """A stretch in which nothing is scheduled. `first` and `last` are wall times in `zone`; the end is outside.

    `set_by` is the name of whoever set it. An end that its zone doubles or leaves out makes the blackout longer, never
    shorter: there is no doubt in which a post would slip through.
    """

    id: str
    name: str
    first: datetime
    last: datetime
    zone: str
    set_by: str

    @property
    def starts(self) -> datetime:
        """The first instant."""
        return min(_instants(self.first, self.zone))

    @property
    def ends(self) -> datetime:
        """The first instant after it."""
        return max(_instants(self.last, self.zone))

    def holds(self, moment: datetime) -> bool:
        """Whether an instant is inside."""
        return self.starts <= moment < self.ends

    def touches(self, day: date) -> bool:
        """Whether any part of a day of its zone is inside."""
        return self.first.date() <= day and datetime.combine(day, time()) < self.last

    def covers(self, day: date) -> bool:
        """Whether a whole day of its zone is inside."""
        begin = datetime.combine(day, time())
        return self.first <= begin and begin + timedelta(days=1) <= self.last


def _instants(wall: datetime, zone: str) -> tuple[datetime, datetime]:
    """What a wall time can mean; the same instant twice where there is no doubt."""
    place = zone_of(zone)
    first, second = (wall.replace(tzinfo=place, fold=turn).astimezone(UTC) for turn in (0, 1))
    return first, second


def checked_blackout(name: str, first: datetime, last: datetime, zone: str, now: datetime) -> Blackout:
    """A blackout as it can be set, without id and setter. Raises BadInputError for a bad name, order, or past end."""
    name = plain(" ".join(name.split()))
    if not name:
        raise BadInputError("The blackout has no name", "It tells people why they have to wait.", "", field="name")
    if len(name) > LONGEST_NAME:
        raise BadInputError("The name is too long", f"{LONGEST_NAME} characters are kept.", "Shorten it.", field="name")
    found = Blackout("", name, first, last, zone, "")
    if found.ends <= found.starts:
        raise BadInputError("It ends before it begins", "", "Choose a later end.", field="last")
    if found.ends <= now:
        raise BadInputError("It is over already", "", "Choose a later end.", field="last")
    return found


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The hours of every day in which a post needs a second thought; they may run over midnight. The end is outside."""

    starts: time
    ends: time

    def __post_init__(self) -> None:
        """Raises BadInputError for hours that are no stretch of a day."""
        if self.starts == self.ends:
            raise BadInputError("Quiet hours begin and end at the same time", "", "Choose another end.", field="ends")

    def holds(self, at: time) -> bool:
        """Whether a time of day is among them."""
        if self.starts < self.ends:
            return self.starts <= at < self.ends
        return at >= self.starts or at < self.ends

    def words(self) -> str:
        """`21:00 to 07:00`."""
        return f"{self.starts:%H:%M} to {self.ends:%H:%M}"


@dataclass(frozen=True, slots=True)
class Slot:
    """A usual time of an account, on some days of the week (as `date.weekday`)."""

    at: time
    days: frozenset[int] = EVERY_DAY

    def __post_init__(self) -> None:
        """Raises BadInputError for days that are none."""
        if not self.days or not self.days <= EVERY_DAY:
            raise BadInputError("A usual time needs a day", "", "Choose at least one.", field="days")

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {"at": f"{self.at:%H:%M}", "days": sorted(self.days)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Slot":
        """What `to_json` wrote."""
        return cls(clock(data["at"]), frozenset(data["days"]))


def checked_slots(slots: Iterable[Slot]) -> tuple[Slot, ...]:
    """One slot for each time of day, earliest first. Raises BadInputError for more than an account can use."""
    found: dict[time, frozenset[int]] = {}
    for slot in slots:
        found[slot.at] = found.get(slot.at, frozenset()) | slot.days
    if len(found) > MOST_SLOTS:
        raise BadInputError("These are too many usual times", f"{MOST_SLOTS} are kept for an account.", field="slots")
    return tuple(Slot(at, found[at]) for at in sorted(found))


def clock(text: str) -> time:
    """The time of day in `09:30`, as stored. Raises ValueError for any other form."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"not a time of day: {text!r}")
    return time(int(found[1]), int(found[2]))
