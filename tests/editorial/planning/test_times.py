"""Blackouts, quiet hours and usual times as values: what they hold, whatever clocks do, and what is refused."""

from datetime import UTC, date, datetime, time, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given

from editorial.errors import BadInputError
from editorial.planning.times import (
    EVERY_DAY,
    LONGEST_NAME,
    MOST_SLOTS,
    WEEKDAYS,
    Blackout,
    QuietHours,
    Slot,
    checked_blackout,
    checked_slots,
    clock,
)
from editorial.when import resolve, zone_of

NEW_YORK = "America/New_York"
NOW = datetime(2027, 3, 10, 15, 42, tzinfo=UTC)
ZONES = st.sampled_from([NEW_YORK, "Australia/Lord_Howe", "America/Santiago", "Asia/Kathmandu", "UTC"])
WALLS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31))  # noqa: DTZ001
MINUTES = st.times().map(lambda at: at.replace(second=0, microsecond=0))


def wall(day: int, hour: int = 0, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2027, month, day, hour, minute)  # noqa: DTZ001


def blackout(first: datetime, last: datetime, zone: str = NEW_YORK) -> Blackout:
    return Blackout("blk_1", "Accreditation visit", first, last, zone, "Jonas Lindqvist")


def instants(moment: datetime, zone: str) -> list[datetime]:
    """Every instant that a wall time means."""
    found = []
    for turn in (0, 1):
        try:
            found.append(resolve(moment, zone, turn))
        except BadInputError:
            continue
    return found


@given(WALLS, st.timedeltas(timedelta(minutes=1), timedelta(days=9)), ZONES, st.floats(0, 1, exclude_max=True))
def test_every_wall_time_inside_is_inside_whatever_clocks_do(
    first: datetime, length: timedelta, zone: str, share: float
) -> None:
    found = blackout(first, first + length, zone)
    assert found.starts < found.ends
    inside = min(first + length * share, first + length - timedelta(microseconds=1))  # the product may be rounded up
    for moment in instants(inside, zone):
        assert found.holds(moment)
    assert not found.holds(found.ends)
    assert not found.holds(found.starts - timedelta(microseconds=1))


def test_a_doubtful_end_makes_it_longer() -> None:
    spring = blackout(wall(14, 2, 30), wall(14, 12))
    assert spring.holds(resolve(wall(14, 1, 30), NEW_YORK)), "02:30 does not exist: it may have meant 01:30"
    autumn = blackout(wall(6, 12, month=11), wall(7, 1, 30, month=11))
    assert autumn.holds(resolve(wall(7, 1, 29, month=11), NEW_YORK, 1)), "the second 01:29 is before the second 01:30"


@given(WALLS, st.timedeltas(timedelta(minutes=1), timedelta(days=4)), st.integers(-2, 6))
def test_the_days_that_are_hatched_are_those_with_a_time_inside(first: datetime, length: timedelta, step: int) -> None:
    found, day = blackout(first, first + length, "UTC"), first.date() + timedelta(days=step)
    begin = datetime.combine(day, time(), UTC)
    end = begin + timedelta(days=1)
    assert found.touches(day) == (found.starts < end and begin < found.ends)
    assert found.covers(day) == (found.starts <= begin and end <= found.ends)
    assert found.touches(day) or not found.covers(day)


def test_a_day_that_a_blackout_ends_with_is_free() -> None:
    found = blackout(wall(22), wall(23))
    assert found.covers(date(2027, 3, 22))
    assert not found.touches(date(2027, 3, 23))


@given(MINUTES, MINUTES, MINUTES)
def test_quiet_hours_and_the_others_share_the_day(starts: time, ends: time, at: time) -> None:
    if starts == ends:
        with pytest.raises(BadInputError):
            QuietHours(starts, ends)
        return
    quiet, loud = QuietHours(starts, ends), QuietHours(ends, starts)
    assert quiet.holds(at) is not loud.holds(at)
    assert quiet.holds(starts)
    assert not quiet.holds(ends)


SLOTS = st.builds(Slot, MINUTES, st.frozensets(st.integers(0, 6), min_size=1))


@given(st.lists(SLOTS, max_size=MOST_SLOTS))
def test_usual_times_are_kept_once_each_and_in_order(slots: list[Slot]) -> None:
    kept = checked_slots(slots)
    assert [slot.at for slot in kept] == sorted({slot.at for slot in slots})
    assert {(slot.at, day) for slot in kept for day in slot.days} == {
        (slot.at, day) for slot in slots for day in slot.days
    }
    assert checked_slots(kept) == kept
    assert tuple(Slot.from_json(slot.to_json()) for slot in kept) == kept


def test_a_usual_time_has_a_day_and_an_account_not_too_many() -> None:
    for days in (frozenset(), frozenset({7})):
        with pytest.raises(BadInputError):
            Slot(time(9), days)
    with pytest.raises(BadInputError, match="too many"):
        checked_slots(Slot(time(9, minute)) for minute in range(MOST_SLOTS + 1))
    assert EVERY_DAY > WEEKDAYS


@pytest.mark.parametrize(
    ("name", "first", "last", "field"),
    [
        ("", wall(22), wall(23), "name"),
        ("  \n", wall(22), wall(23), "name"),
        ("a" * (LONGEST_NAME + 1), wall(22), wall(23), "name"),
        ("Visit", wall(23), wall(22), "last"),
        ("Visit", wall(22), wall(22), "last"),
        ("Visit", wall(8), wall(9), "last"),
    ],
)
def test_what_is_no_blackout_is_told_in_words(name: str, first: datetime, last: datetime, field: str) -> None:
    with pytest.raises(BadInputError) as caught:
        checked_blackout(name, first, last, NEW_YORK, NOW)
    assert caught.value.field == field


def test_a_blackout_may_have_begun() -> None:
    found = checked_blackout("  Accreditation \n visit ", wall(10), wall(11), NEW_YORK, NOW)
    assert found.name == "Accreditation visit"
    assert found.holds(NOW)


@pytest.mark.parametrize("text", ["9:30", "24:00", "09:60", "0930", "", "09:30:00"])
def test_stored_times_have_one_form(text: str) -> None:
    with pytest.raises(ValueError, match="time of day"):
        clock(text)


def test_the_zone_of_a_blackout_is_the_one_it_was_set_in() -> None:
    found = blackout(wall(22), wall(23), "Europe/Berlin")
    assert found.starts == wall(22).replace(tzinfo=zone_of("Europe/Berlin"))
