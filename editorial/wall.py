"""Wall times as people type and read them: `930` is half past nine, and a zone's clocks change on known days."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from editorial.errors import BadInputError
from editorial.when import zone_of

_TYPED = re.compile(r"(\d{1,2})(?:[:.h ]?(\d{2}))?\s*(?:h|uhr)?\s*([ap])?\.?m?\.?", re.IGNORECASE)


def typed_time(text: str) -> time:
    """The time of day that somebody typed: `9`, `930`, `0930`, `9.30`, `9:30`, `9:30 pm`.

    Raises BadInputError for anything else.
    """
    found = _TYPED.fullmatch(text.strip())
    if found:
        hour, minute = int(found[1]), int(found[2] or 0)
        half = (found[3] or "").lower()
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "p" else 0)
        elif half:
            hour = 24
        if hour < 24 and minute < 60:
            return time(hour, minute)
    shown = f"“{text.strip()}” is not a time" if text.strip() else "There is no time"
    raise BadInputError(shown, "", "Type it as 9, 930 or 9:30.", field="time")


@dataclass(frozen=True, slots=True)
class ClockChange:
    """The day on which a zone's clocks change, and what the zone is called from then on."""

    day: date
    forward: bool
    label: str  # EDT
    offset: timedelta


def change_on(day: date, zone: str) -> ClockChange | None:
    """The change of clocks on a day in a zone, or None. Raises BadInputError for an unknown zone."""
    place = zone_of(zone)
    before = datetime.combine(day, time(0), place)
    after = datetime.combine(day + timedelta(days=1), time(0), place)
    old, new = before.utcoffset() or timedelta(0), after.utcoffset() or timedelta(0)
    if old == new:
        return None
    return ClockChange(day, new > old, after.strftime("%Z"), new)


def next_change(day: date, zone: str, days: int = 14) -> ClockChange | None:
    """The first change of clocks from `day` on, within so many days."""
    ahead = (change_on(day + timedelta(days=step), zone) for step in range(days))
    return next((change for change in ahead if change is not None), None)


def label_at(moment: datetime, zone: str) -> str:
    """What a zone is called at an aware moment: `EST`."""
    return moment.astimezone(zone_of(zone)).strftime("%Z")


def label_on(day: date, zone: str, at: time = time(12)) -> str:
    """What a zone is called at a wall time of a day."""
    return datetime.combine(day, at, zone_of(zone)).strftime("%Z")


def local_now(moment: datetime, zone: str) -> datetime:
    """An aware moment as a naive wall time in a zone."""
    return moment.astimezone(UTC).astimezone(zone_of(zone)).replace(tzinfo=None)
