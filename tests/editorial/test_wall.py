"""Times as people type them, and the days on which clocks change."""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.errors import BadInputError
from editorial.wall import (
    ENGLISH,
    DayNames,
    change_on,
    label_at,
    label_on,
    local_now,
    next_change,
    typed_day,
    typed_time,
)

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


FRIDAY = date(2027, 3, 12)
GERMAN = DayNames({"märz": 3, "mär": 3, "mai": 5}, {"freitag": 5, "fr": 5})
AMERICAN = DayNames({}, {}, day_first=False)


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        *((each, ENGLISH) for each in (
            "2027-03-12", "2027-3-12", "2027/03/12", "12 March 2027", " 12  march  2027 ", "12th of March, 2027",
            "12. March 2027", "March 12, 2027", "Mar 12 2027", "12 Mar. 2027", "12mar2027", "Fri 12 Mar 2027",
            "Friday, March 12, 2027", "12/03/2027", "12/3/27", "12.3.27", "12. 3. 2027", "12-03-2027", "tomorrow",
            "2027.03.12",
        )),
        *((each, AMERICAN) for each in ("3/12/2027", "03/12/27", "12.03.2027", "3-12-27")),
        *((each, GERMAN) for each in ("12. März 2027", "Freitag, 12. März 2027", "Fr. 12 Mär 2027", "12 March 2027")),
    ],
)  # fmt: skip
def test_a_typed_day_is_understood(typed: str, names: DayNames) -> None:
    assert typed_day(typed, date(2027, 3, 11), names) == FRIDAY


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("", "There is no day"), ("Friday", "“Friday” is no day"), ("12 March", "“12 March” is no day"),
        ("31 February 2027", "is no day"), ("13/13/2027", "is no day"), ("3/25/2027", "is no day"),
        ("12/03.2027", "is no day"), ("12 Foo 2027", "is no day"), ("0000-01-01", "is no day"),
        ("Thursday 12 March 2027", "2027-03-12 is a Friday"), ("next Tuesday", "is no day"), ("١٢", "is no day"),
    ],
)  # fmt: skip
def test_what_is_no_day_is_refused_in_words(typed: str, title: str) -> None:
    with pytest.raises(BadInputError, match=title) as refused:
        typed_day(typed, FRIDAY)
    assert refused.value.field == "day"
    assert refused.value.advice


@given(st.dates(date(1000, 1, 1)), st.booleans())
def test_a_day_as_it_is_shown_can_be_typed(day: date, day_first: bool) -> None:
    names = DayNames({}, {}, day_first)
    for shown in (
        day.isoformat(), f"{day:%A} {day.day} {day:%B} {day.year}", f"{day:%a}, {day:%b} {day.day} {day.year}",
        f"{day.day}/{day.month}/{day.year}" if day_first else f"{day.month}/{day.day}/{day.year}",
    ):  # fmt: skip
        assert typed_day(shown, FRIDAY, names) == day


@given(st.text(max_size=20))
def test_any_text_is_a_day_or_is_refused_in_words(text: str) -> None:
    with suppress(BadInputError):
        assert isinstance(typed_day(text, FRIDAY), date)


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
