"""How long things are kept: calendar years with their leap days, upward only, the same for every desk."""

import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.desk import DATABASE
from editorial.errors import BadInputError, NotAllowedError
from editorial.retention.erasing import Erasing
from editorial.retention.periods import MOST_DAYS, Periods, Retention, RetentionError, Span, words_of
from tests.editorial.retention.records import draft
from tests.fakes.desks import Staff

NEW_YORK = "America/New_York"


@pytest.mark.parametrize(
    ("began", "years", "over"),
    [
        (date(2027, 3, 10), 6, date(2033, 3, 11)),
        (date(2028, 2, 28), 6, date(2034, 3, 1)),
        (date(2028, 2, 29), 6, date(2034, 3, 2)),  # there is no 29 February: it ends on 1 March, never a day too early
        (date(2028, 2, 29), 8, date(2036, 3, 1)),
        (date(2026, 2, 28), 6, date(2032, 2, 29)),
        (date(2026, 3, 1), 6, date(2032, 3, 2)),
        (date(2094, 2, 28), 6, date(2100, 3, 1)),  # 2100 has no leap day
        (date(2096, 2, 29), 8, date(2104, 3, 1)),
        (date(2027, 12, 31), 6, date(2034, 1, 1)),
    ],
)
def test_years_are_those_of_the_calendar(began: date, years: int, over: date) -> None:
    zone = ZoneInfo(NEW_YORK)
    noon = datetime(began.year, began.month, began.day, 12, tzinfo=zone)
    assert Span(years).over_at(noon, NEW_YORK).astimezone(zone) == datetime(
        over.year, over.month, over.day, tzinfo=zone
    )


def test_days_are_the_organizations() -> None:
    late = datetime(2027, 3, 11, 2, tzinfo=UTC)  # still the tenth in New York
    assert Span(6).over_at(late, NEW_YORK) == datetime(2033, 3, 11, 5, tzinfo=UTC)
    assert Span(6).over_at(late, "UTC") == datetime(2033, 3, 12, tzinfo=UTC)
    assert Span(days=90).over_at(late, NEW_YORK) == datetime(2027, 6, 9, 4, tzinfo=UTC)


@given(st.integers(631_152_000, 3_786_912_000), st.integers(6, 50), st.integers(0, 365))
def test_nothing_is_over_before_its_anniversary(seconds: int, years: int, days: int) -> None:
    began = datetime.fromtimestamp(seconds, UTC)
    over = Span(years, days).over_at(began, NEW_YORK)
    assert over - began > timedelta(days=365 * years + (years - 1) // 4 - 1 + days)
    assert over.astimezone(ZoneInfo(NEW_YORK)).date() > began.astimezone(ZoneInfo(NEW_YORK)).date() + timedelta(
        days=365 * years + days
    )


@pytest.mark.parametrize("span", [Span(5, 364), Span(5, 365), Span(5, 9999), Span(0, 3000), Span(-6), Span(6, -1)])
def test_less_than_six_years_is_refused_in_words(staff: Staff, span: Span) -> None:
    before = Auditing(staff.desk).size()
    with pytest.raises(BadInputError, match="Records are kept six years or longer") as refused:
        Retention(staff.desk).set(staff.helen.actor, Periods(span))
    assert refused.value.field == "records"
    assert Auditing(staff.desk).size() == before
    assert Retention(staff.desk).periods() == Periods()


def test_a_longer_time_is_not_taken_back(staff: Staff) -> None:
    retention = Retention(staff.desk)
    retention.set(staff.helen.actor, Periods(Span(8)))
    for shorter in (Span(7, 364), Span(6)):
        with pytest.raises(BadInputError, match="only be made longer"):
            retention.set(staff.helen.actor, Periods(shorter))
    retention.set(staff.helen.actor, Periods(Span(8), drafts=30, media=MOST_DAYS))
    retention.set(staff.helen.actor, Periods(Span(8, 1), drafts=1, media=1))
    assert retention.periods() == Periods(Span(8, 1), 1, 1)


@pytest.mark.parametrize(
    ("periods", "field"),
    [(Periods(drafts=0), "drafts"), (Periods(media=0), "media"), (Periods(drafts=MOST_DAYS + 1), "drafts"),
     (Periods(Span(51)), "records"), (Periods(media=-5), "media")],
)  # fmt: skip
def test_times_that_cannot_be(staff: Staff, periods: Periods, field: str) -> None:
    with pytest.raises(BadInputError) as refused:
        Retention(staff.desk).set(staff.helen.actor, periods)
    assert refused.value.field == field


def test_it_is_in_the_log_and_in_no_row(staff: Staff) -> None:
    Retention(staff.desk).set(staff.jonas.actor, Periods(Span(7), drafts=30))
    entry = Auditing(staff.desk).entries(limit=1)[0]
    assert (entry.action, entry.actor, entry.body["years"]) == (Action.RETENTION_SET, "Jonas Lindqvist", 7)


def test_an_author_sets_nothing(staff: Staff) -> None:
    with pytest.raises(NotAllowedError):
        Retention(staff.desk).set(staff.mira.actor, Periods(Span(7)))


@pytest.mark.parametrize(
    "change", ["DELETE FROM audit_body WHERE seq = :seq", "UPDATE audit_body SET body = :body WHERE seq = :seq"]
)
def test_a_word_that_was_changed_stops_erasing(staff: Staff, change: str) -> None:
    Retention(staff.desk).set(staff.helen.actor, Periods(Span(30)))
    seq = Auditing(staff.desk).size() - 1
    draft(staff, "A thought")
    with closing(sqlite3.connect(staff.desk.folder / DATABASE)) as database, database:
        database.execute("DROP TRIGGER audit_body_no_update")
        database.execute(change, {"seq": seq, "body": b'{"days":0,"drafts":1,"media":1,"years":6}'})
    staff.clock.forward(timedelta(days=100))
    with pytest.raises(RetentionError, match="Nothing is erased"):
        Erasing(staff.desk).preview()
    with pytest.raises(RetentionError):
        Erasing(staff.desk).erase_unattended()


def test_words() -> None:
    assert [words_of(each) for each in (Span(6), Span(1), Span(6, 1), Span(7, 20))] == [
        "6 years", "1 year", "6 years and 1 day", "7 years and 20 days",
    ]  # fmt: skip
