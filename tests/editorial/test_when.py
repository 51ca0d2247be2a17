"""Wall times and instants: every time that exists comes back, and doubtful ones go to a person."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import hypothesis.strategies as st
import pytest
from hypothesis import assume, given

from editorial.errors import BadInputError
from editorial.when import (
    SIGNED_FOR,
    SOON_FOR,
    UNDATED_FOR,
    Choice,
    When,
    Window,
    resolve,
    tzdata_version,
    window_for,
    zone_of,
)

ZONES = st.sampled_from(
    [
        "America/New_York",  # forward at 2:00
        "Europe/Berlin",
        "Australia/Lord_Howe",  # half an hour
        "America/Sao_Paulo",  # forward at midnight, until 2019
        "Asia/Kolkata",
        "Pacific/Apia",  # skipped a whole day
        "Africa/Casablanca",  # back and forth around Ramadan
        "Antarctica/Troll",  # two hours
        "America/St_Johns",
        "UTC",
    ]
)
INSTANTS = st.datetimes(datetime(1995, 1, 1), datetime(2037, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001
WALLS = st.datetimes(datetime(1995, 1, 1), datetime(2037, 12, 31))  # noqa: DTZ001


def shown(moment: datetime, zone: str) -> datetime:
    return moment.astimezone(zone_of(zone))


@given(INSTANTS, ZONES)
def test_every_instant_comes_back_from_the_clock_that_shows_it(moment: datetime, zone: str) -> None:
    local = shown(moment, zone)
    assert resolve(local.replace(tzinfo=None, fold=0), zone, local.fold) == moment


def answer(wall: datetime, zone: str) -> datetime | str:
    """The instant, or the field that a person has to look at."""
    try:
        return resolve(wall, zone)
    except BadInputError as error:
        return error.field


@given(WALLS, ZONES)
def test_a_wall_time_is_one_instant_or_a_question(wall: datetime, zone: str) -> None:
    found = answer(wall, zone)
    if isinstance(found, datetime):
        assert shown(found, zone).replace(tzinfo=None, fold=0) == wall
        assert resolve(wall, zone, 0) == resolve(wall, zone, 1) == found
    elif found == "fold":
        first, second = resolve(wall, zone, 0), resolve(wall, zone, 1)
        assert first < second
        assert {shown(each, zone).replace(tzinfo=None, fold=0) for each in (first, second)} == {wall}
    else:
        assert found == "time"
        with pytest.raises(BadInputError):
            resolve(wall, zone, 1)


@given(INSTANTS, ZONES)
def test_clock_changes_are_found_where_they_are(moment: datetime, zone: str) -> None:
    """Around a change of clocks, walk back from the end of the gap or fold: the question begins and ends there."""
    before, after = shown(moment, zone), shown(moment + timedelta(days=200), zone)
    old, new = before.utcoffset(), after.utcoffset()
    assume(old is not None and new is not None and old != new)
    low, high = moment, moment + timedelta(days=200)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        low, high = (middle, high) if shown(middle, zone).utcoffset() == shown(low, zone).utcoffset() else (low, middle)
    change = high.replace(microsecond=0)
    first_after = shown(change, zone).replace(tzinfo=None, fold=0)
    step = shown(change, zone).utcoffset() - shown(change - timedelta(seconds=2), zone).utcoffset()  # type: ignore[operator]
    if step > timedelta(0):
        with pytest.raises(BadInputError, match=f"possible time is {first_after:%H:%M}"):
            resolve(first_after - step / 2, zone)
    else:
        with pytest.raises(BadInputError, match="twice"):
            resolve(first_after - step / 2, zone)


def test_the_words_of_a_gap_name_a_time_that_exists() -> None:
    with pytest.raises(BadInputError, match=r"02:30 does not exist on Sun 14 March\..*next possible time is 03:00\."):
        resolve(datetime(2027, 3, 14, 2, 30), "America/New_York")  # noqa: DTZ001
    with pytest.raises(BadInputError, match=r"next possible time is 00:00 the day after\."):
        resolve(datetime(2011, 12, 30, 12), "Pacific/Apia")  # noqa: DTZ001


@pytest.mark.parametrize("edge", [datetime.min, datetime.max])  # noqa: DTZ901
@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Etc/GMT+12"])
def test_times_at_the_end_of_the_world_are_told_in_words(edge: datetime, zone: str) -> None:
    found = answer(edge, zone)
    assert found == "time" or isinstance(found, datetime)


NO_ZONES = [
    "",
    "America",
    "America/Nowhere",
    "../zoneinfo/UTC",
    "/etc/localtime",
    "zone.tab",
    "tzdata.zi",
    "UTC\0",
    "é",
]


@pytest.mark.parametrize("name", NO_ZONES)
def test_what_is_no_zone_is_told_in_words(name: str) -> None:
    with pytest.raises(BadInputError) as caught:
        zone_of(name)
    assert caught.value.field == "zone"


def test_the_rules_are_those_of_the_dependency() -> None:
    assert zone_of("Europe/Berlin").key == "Europe/Berlin"
    assert zone_of("Europe/Berlin") is not ZoneInfo("Europe/Berlin"), "that one may come from the computer"
    assert tzdata_version()


@given(WALLS, ZONES, st.sampled_from(list(Choice)), st.sampled_from([None, 0, 1]))
def test_a_choice_survives_being_stored(wall: datetime, zone: str, choice: Choice, fold: int | None) -> None:
    for when in (When(choice, wall, zone, fold), When(choice, None, zone)):
        assert When.from_json(when.to_json()) == when


def test_a_set_time_has_to_be_typed() -> None:
    now = datetime(2027, 3, 10, tzinfo=UTC)
    with pytest.raises(BadInputError) as caught:
        When(Choice.SET).due(now)
    assert caught.value.field == "time"
    assert When(Choice.OPEN).due(now) is None
    assert When(Choice.SOON).due(now) == now


@given(INSTANTS, st.timedeltas(timedelta(seconds=1), timedelta(days=400)))
def test_windows_begin_at_the_time_and_have_an_end(now: datetime, ahead: timedelta) -> None:
    wall = (now + ahead).replace(tzinfo=None)
    window = window_for(When(Choice.SET, wall, "UTC"), now - timedelta(seconds=1))
    due = When(Choice.SET, wall, "UTC").due(now)
    assert (window.not_before, window.not_after) == (due, due + SIGNED_FOR)  # type: ignore[operator]
    assert window_for(When(Choice.SOON), now) == Window(None, now + SOON_FOR)
    assert window_for(When(Choice.OPEN), now) == Window(None, now + UNDATED_FOR)


@given(INSTANTS, st.timedeltas(timedelta(0), timedelta(days=400)))
def test_a_time_that_has_passed_has_no_window(now: datetime, ago: timedelta) -> None:
    with pytest.raises(BadInputError, match="has passed"):
        window_for(When(Choice.SET, (now - ago).replace(tzinfo=None), "UTC"), now)


@given(INSTANTS, INSTANTS, INSTANTS, st.booleans())
def test_both_ends_belong_to_a_window(a: datetime, b: datetime, moment: datetime, open_: bool) -> None:
    first, last = sorted((a, b))
    window = Window(None if open_ else first, last)
    assert window.holds(last)
    assert window.holds(first)
    assert window.holds(moment) == ((open_ or first <= moment) and moment <= last)
    exact = Window(None if open_ else _milli(first), _milli(last))
    assert Window.from_json(exact.to_json()) == exact


def _milli(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
