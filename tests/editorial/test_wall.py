"""Times as people type them, and the days on which clocks change."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.errors import BadInputError
from editorial.wall import change_on, label_at, label_on, local_now, next_change, typed_time

NEW_YORK = "America/New_York"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("9", time(9)), ("09", time(9)), ("930", time(9, 30)), ("0930", time(9, 30)), ("9.30", time(9, 30)),
        ("9:30", time(9, 30)), (" 21:05 ", time(21, 5)), ("9 pm", time(21)), ("9:30pm", time(21, 30)),
        ("12 am", time(0)), ("12pm", time(12)), ("9h30", time(9, 30)), ("0", time(0)), ("9:30 a.m.", time(9, 30)),
    ],
)  # fmt: skip
def test_a_typed_time_is_understood(typed: str, meant: time) -> None:
    assert typed_time(typed) == meant


@pytest.mark.parametrize("typed", ["", "soon", "24", "9:60", "13 pm", "0 am", "9:3", "12345", "-9", "9:30:00"])
def test_what_is_no_time_is_refused_in_words(typed: str) -> None:
    with pytest.raises(BadInputError) as refused:
        typed_time(typed)
    assert refused.value.field == "time"
    assert refused.value.advice == "Type it as 9, 930 or 9:30."


@given(st.times())
def test_a_time_as_it_is_shown_can_be_typed(at: time) -> None:
    at = at.replace(second=0, microsecond=0)
    assert typed_time(f"{at:%H:%M}") == at
    assert typed_time(f"{at:%H%M}") == at
    assert typed_time(f"{at.hour % 12 or 12}:{at:%M} {'am' if at.hour < 12 else 'pm'}") == at


def test_the_days_on_which_clocks_change_are_known() -> None:
    spring = change_on(date(2027, 3, 14), NEW_YORK)
    assert spring is not None
    assert (spring.forward, spring.label, spring.offset) == (True, "EDT", timedelta(hours=-4))
    autumn = change_on(date(2027, 11, 7), NEW_YORK)
    assert autumn is not None
    assert (autumn.forward, autumn.label) == (False, "EST")
    assert change_on(date(2027, 3, 13), NEW_YORK) is None
    assert change_on(date(2027, 3, 14), "UTC") is None


def test_the_next_change_is_looked_for_within_days() -> None:
    found = next_change(date(2027, 3, 10), NEW_YORK)
    assert found is not None
    assert found.day == date(2027, 3, 14)
    assert next_change(date(2027, 3, 15), NEW_YORK) is None
    assert next_change(date(2027, 3, 10), NEW_YORK, days=4) is None


def test_zones_are_called_as_they_are_at_that_time() -> None:
    moment = datetime(2027, 3, 10, 15, 42, tzinfo=UTC)
    assert label_at(moment, NEW_YORK) == "EST"
    assert label_on(date(2027, 3, 15), NEW_YORK) == "EDT"
    assert local_now(moment, NEW_YORK) == datetime.fromisoformat("2027-03-10T10:42")
