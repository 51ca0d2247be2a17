"""Every change of clocks of 2026 to 2028 in ten zones: what it takes away and doubles is found, and a person decides.

The changes are read from zoneinfo itself, hour by hour and then to the second; what must follow is computed here from
the two offsets alone, by no function of Signpost.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from hypothesis import given

from editorial.errors import BadInputError
from editorial.wall import change_on, next_change
from editorial.when import SIGNED_FOR, Choice, When, Window, doubled, resolve, window_for

SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
FIRST, LAST = datetime(2026, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)

ZONES = (
    "America/New_York",
    "Europe/Berlin",
    "Africa/Cairo",  # back at midnight
    "America/Santiago",  # south of the equator, and at midnight
    "Australia/Lord_Howe",  # half an hour
    "Pacific/Chatham",  # 45 minutes off
    "America/Nuuk",  # the evening before the rest of Europe
    "Africa/Casablanca",  # back for Ramadan; and an odd number of changes, since the rule itself ends
    "Antarctica/Troll",  # two hours
    "Asia/Kathmandu",  # none at all
)


@dataclass(frozen=True)
class Transition:
    """The first second of a new offset."""

    zone: str
    at: datetime
    before: timedelta
    after: timedelta

    @property
    def forward(self) -> bool:
        return self.after > self.before

    @property
    def doubtful(self) -> tuple[datetime, datetime]:
        """The wall times that do not exist or exist twice: from the first up to, not including, the second."""
        naive = self.at.replace(tzinfo=None)
        low, high = sorted((self.before, self.after))
        return naive + low, naive + high


@cache
def place(zone: str) -> ZoneInfo:
    """The zone as the package `tzdata` has it, read without Signpost."""
    with files("tzdata.zoneinfo").joinpath(*zone.split("/")).open("rb") as rules:
        return ZoneInfo.from_file(rules, key=zone)


def offset(moment: datetime, zone: str) -> timedelta:
    found = moment.astimezone(place(zone)).utcoffset()
    assert found is not None
    return found


def _transitions(zone: str) -> Iterator[Transition]:
    moment, known = FIRST, offset(FIRST, zone)
    while moment < LAST:
        low, high = moment, moment + HOUR
        new = offset(high, zone)
        if new != known:
            while high - low > SECOND:
                middle = low + timedelta(seconds=(high - low) // SECOND // 2)
                low, high = (middle, high) if offset(middle, zone) == known else (low, middle)
            yield Transition(zone, high, known, new)
        moment, known = moment + HOUR, new


@cache
def transitions(zone: str) -> tuple[Transition, ...]:
    return tuple(_transitions(zone))


@cache
def every() -> tuple[Transition, ...]:
    return tuple(each for zone in ZONES for each in transitions(zone))


def question(wall: datetime, zone: str, fold: int | None = None) -> str:
    """The field that a person is asked about; empty where there is no doubt."""
    try:
        resolve(wall, zone, fold)
    except BadInputError as error:
        return error.field
    return ""


@st.composite
def near(draw: st.DrawFn) -> tuple[Transition, datetime]:
    """A change, and a wall time within two days of it, to the second; half of them inside the doubtful stretch."""
    change = draw(st.integers(0, len(every()) - 1).map(every().__getitem__))
    low, high = change.doubtful
    inside = st.integers(0, (high - low) // SECOND - 1)
    around = st.integers(-2 * 86_400, 2 * 86_400)
    return change, low + timedelta(seconds=draw(st.one_of(inside, around)))


@pytest.mark.parametrize("zone", ZONES)
def test_the_three_years_hold_changes_of_both_kinds(zone: str) -> None:
    found = transitions(zone)
    assert {change.forward for change in found} == (set() if zone == "Asia/Kathmandu" else {True, False})


@given(near())
def test_a_wall_time_near_a_change_is_resolved_or_asked_about(drawn: tuple[Transition, datetime]) -> None:
    change, wall = drawn
    low, high = change.doubtful
    assert doubled(wall, change.zone) is (low <= wall < high and not change.forward)
    if not low <= wall < high:
        due = resolve(wall, change.zone)
        assert due == (wall - (change.before if wall < low else change.after)).replace(tzinfo=UTC)
        assert due.astimezone(place(change.zone)).replace(tzinfo=None, fold=0) == wall
    elif change.forward:
        assert {question(wall, change.zone, turn) for turn in (None, 0, 1)} == {"time"}, "no turn makes it exist"
    else:
        assert question(wall, change.zone) == "fold"
        first, second = (resolve(wall, change.zone, turn) for turn in (0, 1))
        assert first == (wall - change.before).replace(tzinfo=UTC)
        assert second == (wall - change.after).replace(tzinfo=UTC)
        assert second - first == change.before - change.after


@pytest.mark.parametrize("zone", ZONES)
def test_the_doubt_begins_and_ends_to_the_second(zone: str) -> None:
    for change in transitions(zone):
        low, high = change.doubtful
        kind = "time" if change.forward else "fold"
        asked = [question(wall, zone) for wall in (low - SECOND, low, high - SECOND, high)]
        assert asked == ["", kind, kind, ""], f"{change}"


@given(near(), st.sampled_from([None, 0, 1]))
def test_what_is_signed_follows_what_the_person_chose(drawn: tuple[Transition, datetime], fold: int | None) -> None:
    """No window is offered for a doubtful time before a person decided, and then it begins at exactly that instant."""
    change, wall = drawn
    when = When(Choice.SET, wall, change.zone, fold)
    assert When.from_json(when.to_json()) == when
    now = change.at - timedelta(days=3)
    if question(wall, change.zone, fold):
        with pytest.raises(BadInputError):
            window_for(when, now)
        return
    due = resolve(wall, change.zone, fold)
    assert when.due(now) == due
    assert window_for(when, now) == Window(due, due + SIGNED_FOR)


@pytest.mark.parametrize("zone", ZONES)
def test_the_day_of_every_change_is_named(zone: str) -> None:
    for change in transitions(zone):
        day = change.doubtful[0].date()
        told = change_on(day, zone)
        assert told is not None, f"{change}"
        assert (told.day, told.forward, told.offset) == (day, change.forward, change.after)
        assert next_change(day - timedelta(days=5), zone) == told
    changing = {change.doubtful[0].date() for change in transitions(zone)}
    days = (FIRST.date() + timedelta(days=step) for step in range((LAST - FIRST).days))
    assert {day for day in days if change_on(day, zone)} == changing
