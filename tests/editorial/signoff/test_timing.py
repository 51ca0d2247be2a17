"""When a stage is due, reminded and passed on to deputies."""

from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
from hypothesis import given

from editorial.charter.document import Role, RouteKind, Stage
from editorial.signoff.timing import RISKS, times_of

DUE = datetime(2027, 3, 10, 12, tzinfo=UTC)
MINUTES = st.integers(0, 3000)


def stage(due: int, remind: int, escalate: int) -> Stage:
    roles = frozenset({Role.PRIVACY_OFFICER})
    return Stage("S", roles, 1, "M", due_minutes=due, remind_minutes=remind, escalate_minutes=escalate)


def test_times_are_counted_back_from_the_post() -> None:
    times = times_of(stage(240, 60, 30), DUE, DUE - timedelta(days=3))
    assert times.due == DUE - timedelta(hours=4)
    assert times.remind == DUE - timedelta(hours=5)
    assert times.deputies == DUE - timedelta(hours=4, minutes=30)


def test_nobody_is_late_before_it_was_their_turn() -> None:
    since = DUE - timedelta(hours=1)
    times = times_of(stage(240, 60, 30), DUE, since)
    assert (times.remind, times.deputies) == (since, since + timedelta(minutes=30))


def test_without_times_no_deputy_is_asked() -> None:
    assert times_of(stage(0, 0, 0), DUE, DUE).deputies is None
    assert times_of(stage(0, 0, 10), DUE, DUE - timedelta(days=1)).deputies == DUE + timedelta(minutes=10)


@given(MINUTES, MINUTES, MINUTES, MINUTES)
def test_order(due: int, remind: int, escalate: int, before: int) -> None:
    since = DUE - timedelta(minutes=before)
    times = times_of(stage(due, remind, escalate), DUE, since)
    assert times.due <= DUE
    assert times.remind >= since
    assert times.deputies is None or times.deputies >= times.remind


def test_every_kind_of_route_has_a_risk() -> None:
    assert set(RISKS) == set(RouteKind)
