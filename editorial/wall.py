"""Days and wall times as people type and read them: `930` is half past nine, clocks change on known days."""

import re
from collections.abc import Mapping
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


_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NEAR = {"yesterday": -1, "today": 0, "tomorrow": 1}
_YEAR_FIRST = re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})")
_NUMBERS = re.compile(r"(?P<one>\d{1,2})(?P<by>[-/. ])\s?(?P<two>\d{1,2})(?P=by)\s?(?P<year>\d{4}|\d{2})")
_NAMED = (
    re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?\s*(?:of\s+|de\s+)?(?P<name>[^\W\d_]+)\.?,?\s*(?P<year>\d{4})"),
    re.compile(r"(?P<name>[^\W\d_]+)\.?\s*(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})"),
)


@dataclass(frozen=True, slots=True)
class DayNames:
    """How days are written where somebody types: lower-case names, and whether 1/2 is the first of February."""

    months: Mapping[str, int]  # to 1 to 12
    weekdays: Mapping[str, int]  # to 1 for Monday to 7
    day_first: bool = True


ENGLISH = DayNames(
    {short: number for number, name in enumerate(_MONTHS, 1) for short in (name, name[:3])} | {"sept": 9},
    {short: number for number, name in enumerate(_WEEKDAYS, 1) for short in (name, name[:3])},
)


def typed_day(text: str, today: date, names: DayNames = ENGLISH) -> date:
    """The day that somebody typed: `2027-03-12`, `12 March 2027`, `Fri, Mar 12, 2027`, `12.3.27`, `today`.

    The year is always written: one left out would be guessed. Names besides the English ones and the order of numbers
    come from `names`; with dots the day is always first. Raises BadInputError for anything else, for a day that no
    calendar has, and for one that is another weekday than was typed.
    """
    words = " ".join(text.casefold().split())
    if words in _NEAR:
        return today + timedelta(days=_NEAR[words])
    first, _, rest = words.partition(" ")
    weekday = {**ENGLISH.weekdays, **names.weekdays}.get(first.strip(".,"))
    found = _day_in(rest if weekday else words, names)
    if found is None:
        shown = f"“{text.strip()}” is no day" if words else "There is no day"
        raise BadInputError(shown, "", "Write it as 12 March 2027 or 2027-03-12.", field="day")
    if weekday and found.isoweekday() != weekday:
        real = _WEEKDAYS[found.weekday()].capitalize()
        raise BadInputError(f"{found.isoformat()} is a {real}", "", "Correct the day or the weekday.", field="day")
    return found


def _day_in(words: str, names: DayNames) -> date | None:
    match = _YEAR_FIRST.fullmatch(words)
    if match:
        return _date(match["year"], int(match["month"]), match["day"])
    if match := _NUMBERS.fullmatch(words):
        day_first = names.day_first or match["by"] == "."
        day, month = (match["one"], match["two"]) if day_first else (match["two"], match["one"])
        return _date(match["year"], int(month), day)
    for form in _NAMED:
        if match := form.fullmatch(words):
            return _date(match["year"], {**ENGLISH.months, **names.months}.get(match["name"], 0), match["day"])
    return None


def _date(year: str, month: int, day: str) -> date | None:
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), month, int(day))
    except ValueError:
        return None


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
