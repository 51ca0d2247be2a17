"""Times as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import QDate, QLocale

from desktop.moments import Moments
from tests.fakes.desks import HandClock

NOON = datetime(2027, 3, 12, 14, 30, tzinfo=UTC)


@pytest.fixture
def moments() -> Moments:
    return Moments("America/New_York", HandClock(), QLocale.c())


def test_times_are_the_organizations(moments: Moments) -> None:
    assert moments.time(NOON) == "09:30"
    assert moments.time(NOON, seconds=True) == "09:30:00"
    assert moments.day(NOON) == "Fri 12 Mar"
    assert moments.full(NOON) == "Fri 12 Mar 2027, 09:30 EST"
    assert moments.utc(NOON) == "2027-03-12 14:30:00 UTC"
    assert moments.place() == "New York"


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (timedelta(minutes=48), "Today, 11:30"),
        (timedelta(days=1), "Tomorrow, 10:42"),
        (timedelta(days=-1), "Yesterday, 10:42"),
        (timedelta(days=2), "Fri 12 Mar, 10:42"),
        (timedelta(days=365), "Thu 9 Mar 2028, 10:42"),
    ],
)
def test_days_near_by_have_names(moments: Moments, away: timedelta, words: str) -> None:
    assert moments.when(HandClock().at + away) == words


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (timedelta(minutes=48), "in 48 min"),
        (timedelta(minutes=-12), "12 min ago"),
        (timedelta(seconds=10), "now"),
        (timedelta(hours=3), ""),
        (timedelta(hours=-3), ""),
    ],
)
def test_relative_only_within_two_hours(moments: Moments, away: timedelta, words: str) -> None:
    assert moments.near(HandClock().at + away) == words


def test_columns_show_the_day_only_when_it_is_another(moments: Moments) -> None:
    assert moments.short(HandClock().at) == "10:42"
    assert moments.short(NOON) == "Fri 12 Mar, 09:30"


def test_the_zone_changes_its_name_with_the_clocks(moments: Moments) -> None:
    summer = datetime(2027, 7, 1, 12, tzinfo=UTC)
    assert (moments.zone_label(), moments.offset()) == ("EST", "UTC−5")
    assert (moments.zone_label(summer), moments.offset(summer)) == ("EDT", "UTC−4")
    assert Moments("UTC", HandClock(), QLocale.c()).offset() == "UTC"
    assert Moments("Asia/Kolkata", HandClock(), QLocale.c()).offset() == "UTC+5:30"


def test_the_system_decides_the_clock_and_the_order() -> None:
    american = Moments("America/New_York", HandClock(), QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    assert american.time(NOON) == "9:30 am"
    assert american.time(NOON + timedelta(hours=5), seconds=True) == "2:30:00 pm"
    assert american.time(NOON - timedelta(hours=9)) == "12:30 am"
    assert american.day(NOON) == "Fri, Mar 12"
    german = Moments("Europe/Berlin", HandClock(), QLocale(QLocale.Language.German, QLocale.Country.Germany))
    assert german.time(NOON) == "15:30"
    assert "12" in german.day(NOON)


@pytest.mark.parametrize("name", ["C", "en_US", "en_GB", "de_DE", "fr_FR", "pl_PL", "es_MX", "sv_SE"])
@pytest.mark.parametrize("month", range(1, 13))
def test_a_day_in_the_systems_words_can_be_typed(name: str, month: int) -> None:
    locale = QLocale(name)
    system, day = Moments("America/New_York", HandClock(), locale), date(2027, month, 9)
    assert system.typed_day(system.day_words(day)) == day
    assert system.typed_day(system.long_day(day)) == day
    assert system.typed_day(locale.toString(QDate(day.year, day.month, day.day), QLocale.FormatType.ShortFormat)) == day


def test_days_are_said_in_the_systems_order() -> None:
    german, american = (Moments("Europe/Berlin", HandClock(), QLocale(name)) for name in ("de_DE", "en_US"))
    assert german.long_day(date(2027, 3, 12)) == "Freitag 12 März 2027"
    assert american.long_day(date(2027, 3, 12)) == "Friday, March 12 2027"
    assert american.typed_day("yesterday") == date(2027, 3, 9)
