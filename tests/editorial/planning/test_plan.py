"""What speaks for and against a time, in words; and free times, none of which anything speaks against."""

from datetime import date, datetime, time, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given

from editorial.planning.plan import AHEAD, CLOSE, Offer, Plan, Taken
from editorial.planning.times import EVERY_DAY, WEEKDAYS, Blackout, QuietHours, Slot
from editorial.when import resolve
from tests.editorial.planning.test_times import NEW_YORK, NOW, blackout, wall

BLUESKY, X = "acc_bluesky", "acc_x"
BOTH = (BLUESKY, X)
LABELS = {BLUESKY: "Bluesky", X: "X"}
VISIT = blackout(wall(22, 8), wall(23, 18))
EVENING = QuietHours(time(21), time(7))


def taken(account: str, *posts: tuple[datetime, int, str]) -> dict[str, tuple[Taken, ...]]:
    return {account: tuple(Taken(account, due, number, title) for due, number, title in posts)}


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return resolve(wall(day, hour, minute), NEW_YORK)


def plan(**known: object) -> Plan:
    return Plan(NEW_YORK, labels=LABELS, **known)  # type: ignore[arg-type]


def offered(found: tuple[Offer, ...]) -> list[tuple[str, tuple[str, ...]]]:
    return [(f"{each.wall:%a %H:%M}", each.accounts) for each in found]


# ---- refused ---------------------------------------------------------------------------------------------------------


def test_a_blackout_is_refused_with_who_set_it_and_what_is_free_next() -> None:
    slots = {BLUESKY: (Slot(time(9), WEEKDAYS), Slot(time(12, 10)))}
    error = plan(blackouts=(VISIT,), slots=slots).refusal(at(22, 9), BOTH, NOW)
    assert str(error) == (
        "Mon 22 March, 09:00 is in a blackout. Accreditation visit, set by Jonas Lindqvist, ends on Tue 23 March at "
        "18:00. Free next: Wed 24 March, 09:00."
    )
    assert error is not None
    assert error.field == "time"


def test_a_whole_day_is_called_a_blackout() -> None:
    error = plan(blackouts=(blackout(wall(22), wall(23)),)).refusal(at(22, 9, 30), (), NOW)
    assert error is not None
    assert error.title == "Mon 22 March is a blackout"
    assert error.advice == "Free next: Tue 23 March, 09:30.", "without usual times the same time of the next free day"


def test_where_nothing_is_free_the_advice_is_the_end() -> None:
    error = plan(blackouts=(blackout(wall(22), wall(30, month=6)),)).refusal(at(22, 9), (), NOW)
    assert error is not None
    assert error.advice == "Choose a time after it."


def test_the_end_of_a_blackout_is_free() -> None:
    assert plan(blackouts=(VISIT,)).refusal(at(23, 18), (), NOW) is None
    assert plan(blackouts=(VISIT,)).refusal(at(23, 17, 59), (), NOW) is not None


# ---- warned of -------------------------------------------------------------------------------------------------------


def test_quiet_hours_are_warned_of_in_the_workspaces_zone() -> None:
    quiet = plan(quiet=EVENING)
    assert quiet.warnings(at(12, 6, 59), ()) == ("06:59 is in the quiet hours, 21:00 to 07:00.",)
    assert quiet.warnings(at(12, 7), ()) == ()


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(-5, "5 minutes before"), (1, "1 minute after"), (0, "at the same time"), (14, "14 minutes after")],
)
def test_a_post_of_the_same_account_nearby_is_named(minutes: int, words: str) -> None:
    due = at(12, 9, 30)
    other = taken(BLUESKY, (due + timedelta(minutes=minutes), 12, "Kidney Day"))
    assert plan(taken=other).warnings(due, BOTH) == (f"P-12 “Kidney Day” goes to Bluesky {words}.",)
    assert plan(taken=other).warnings(due, (X,)) == (), "another account is not in the way"


def test_a_quarter_of_an_hour_is_enough() -> None:
    due = at(12, 9, 30)
    others = taken(BLUESKY, (due - CLOSE, 1, ""), (due + CLOSE, 2, ""))
    assert plan(taken=others).warnings(due, BOTH) == ()


def test_one_post_on_several_accounts_is_one_warning_and_many_are_counted() -> None:
    due = at(12, 9, 30)
    same = taken(BLUESKY, (due, 12, "Kidney Day")) | taken(X, (due, 12, "Kidney Day"))
    assert plan(taken=same).warnings(due, BOTH) == ("P-12 “Kidney Day” goes to Bluesky and 1 more at the same time.",)
    many = taken(BLUESKY, *((due, number, "") for number in range(12, 17)))
    assert plan(taken=many).warnings(due, BOTH)[-1] == "3 more posts go to the same accounts about then."


def test_a_crisis_post_is_told_of_the_blackout_that_does_not_stop_it() -> None:
    (words,) = plan(blackouts=(VISIT,)).warnings(at(22, 9), BOTH, crisis=True)
    assert words.startswith("It is in a blackout (Accreditation visit, set by Jonas Lindqvist)")


# ---- free ------------------------------------------------------------------------------------------------------------


def test_the_usual_times_of_a_day_say_whose_they_are() -> None:
    slots = {BLUESKY: (Slot(time(9, 30)), Slot(time(19))), X: (Slot(time(9, 30), WEEKDAYS), Slot(time(12, 10)))}
    found = plan(slots=slots).offers_on(date(2027, 3, 12), BOTH, NOW)
    assert offered(found) == [("Fri 09:30", BOTH), ("Fri 12:10", (X,)), ("Fri 19:00", (BLUESKY,))]
    saturday = plan(slots=slots).offers_on(date(2027, 3, 13), BOTH, NOW)
    assert offered(saturday)[0] == ("Sat 09:30", (BLUESKY,))
    assert plan(slots=slots).offers_on(date(2027, 3, 12), (), NOW) == ()


def test_what_is_past_taken_quiet_or_doubtful_is_not_offered() -> None:
    slots = {BLUESKY: tuple(Slot(time(*each)) for each in ((2, 30), (9, 30), (12, 10), (22, 0)))}
    others = taken(BLUESKY, (at(14, 12), 12, "Kidney Day"))
    on_change = plan(slots=slots, taken=others, quiet=QuietHours(time(21), time(1)))
    assert offered(on_change.offers_on(date(2027, 3, 14), BOTH, NOW)) == [("Sun 09:30", (BLUESKY,))]
    assert on_change.offers_on(date(2027, 3, 9), BOTH, NOW) == ()


WINDOWS = st.builds(
    lambda start, length: blackout(start, start + length),
    st.datetimes(datetime(2027, 3, 9), datetime(2027, 4, 20)),  # noqa: DTZ001
    st.timedeltas(timedelta(minutes=1), timedelta(days=5)),
)
SLOTS = st.lists(st.builds(Slot, st.times(), st.frozensets(st.sampled_from(sorted(EVERY_DAY)), min_size=1)), max_size=4)


@given(
    st.lists(WINDOWS, max_size=3),
    SLOTS,
    SLOTS,
    st.lists(st.timedeltas(timedelta(0), timedelta(days=9)), max_size=9),
    st.times(),
    st.timedeltas(timedelta(0), timedelta(days=20)),
)
def test_nothing_speaks_against_a_free_time(
    blackouts: list[Blackout],
    first: list[Slot],
    second: list[Slot],
    others: list[timedelta],
    meant: time,
    later: timedelta,
) -> None:
    after = NOW + later
    known = Plan(
        NEW_YORK,
        tuple(blackouts),
        EVENING,
        {BLUESKY: tuple(first), X: tuple(second)},
        taken(BLUESKY, *((NOW + each, 12, "") for each in sorted(others))),
        LABELS,
    )
    free = known.next_free(after, BOTH, meant)
    if free is None:
        return
    assert free.due > after
    assert known.blackout_at(free.due) is None
    assert known.warnings(free.due, BOTH) == ()
    assert resolve(free.wall, NEW_YORK) == free.due
    if first or second:
        assert free.accounts
        assert all(
            any(slot.at == free.wall.time() and free.wall.weekday() in slot.days for slot in known.slots[each])
            for each in free.accounts
        )
    else:
        assert free.wall.time() == meant
    assert free.due - after <= timedelta(days=AHEAD)


def test_the_best_of_the_coming_week_is_what_most_accounts_share() -> None:
    slots = {BLUESKY: (Slot(time(9)), Slot(time(12, 10))), X: (Slot(time(12, 10), frozenset({4})),)}
    found = plan(slots=slots).best(BOTH, NOW)
    assert found is not None
    assert offered((found,)) == [("Fri 12:10", BOTH)]
    taken_then = plan(slots=slots, taken=taken(X, (found.due, 1, "Kidney Day"))).best(BOTH, NOW)
    assert taken_then is not None
    assert offered((taken_then,)) == [("Wed 12:10", (BLUESKY,))], "of equals the earliest"
    later = plan(slots=slots).best(BOTH, NOW, lambda due: due > found.due)
    assert later is not None
    assert offered((later,)) == [("Sat 09:00", (BLUESKY,))]


def test_without_usual_times_no_slot_is_the_best() -> None:
    assert plan().best(BOTH, NOW) is None
