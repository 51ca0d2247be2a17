"""When a refused delivery is tried again."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from editorial.delivery.retry import FIRST_WAIT, LONGEST_WAIT, MOST_TRIES, Plan, plan
from editorial.delivery.states import DeliveryState
from editorial.outcomes import Again, Refused

NOW = datetime(2027, 3, 10, 15, 42, tzinfo=UTC)
FAR = NOW + timedelta(days=2)


def refused(again: Again, wait: float | None = None) -> Refused:
    return Refused("Busy", "Wait", again=again, retry_after=wait)


def test_a_person_is_needed() -> None:
    assert plan(refused(Again.SIGN_IN), 1, NOW, FAR, 0.0) == Plan(DeliveryState.SIGN_IN)
    assert plan(refused(Again.NEVER), 1, NOW, FAR, 0.0) == Plan(DeliveryState.REFUSED)
    assert plan(refused(Again.LATER), MOST_TRIES, NOW, FAR, 0.0) == Plan(DeliveryState.REFUSED)
    assert plan(refused(Again.SIGN_IN), MOST_TRIES, NOW, FAR, 0.0) == Plan(DeliveryState.SIGN_IN)


def test_waits_double_up_to_the_longest() -> None:
    waits = []
    for tries in range(1, MOST_TRIES):
        found = plan(refused(Again.LATER), tries, NOW, FAR, 0.0).next_at
        assert found is not None
        waits.append((found - NOW).total_seconds())
    assert waits == [min(FIRST_WAIT * 2**turn, LONGEST_WAIT) for turn in range(MOST_TRIES - 1)]
    assert waits[-1] == LONGEST_WAIT


def test_what_cannot_start_in_time_is_missed_and_the_last_moment_counts() -> None:
    last = NOW + timedelta(seconds=FIRST_WAIT)
    assert plan(refused(Again.LATER), 1, NOW, last, 0.0) == Plan(DeliveryState.RETRYING, last)
    assert plan(refused(Again.LATER), 1, NOW, last - timedelta(milliseconds=1), 0.0) == Plan(DeliveryState.MISSED)


@given(
    tries=st.integers(1, MOST_TRIES + 3),
    wait=st.none() | st.floats(0, 86_400),
    chance=st.floats(0, 1, exclude_max=True),
    left=st.timedeltas(timedelta(seconds=-5), timedelta(hours=2)),
)
def test_never_earlier_than_asked_and_never_later_than_allowed(
    tries: int, wait: float | None, chance: float, left: timedelta
) -> None:
    found = plan(refused(Again.LATER, wait), tries, NOW, NOW + left, chance)
    if found.state is DeliveryState.RETRYING:
        assert found.next_at is not None
        assert found.next_at <= NOW + left
        seconds = (found.next_at - NOW).total_seconds()
        assert seconds >= max(FIRST_WAIT, wait or 0.0) - 0.001
        assert seconds <= max(LONGEST_WAIT * 1.5, wait or 0.0) + 0.001
    else:
        assert found.next_at is None
        assert found.state in (DeliveryState.MISSED, DeliveryState.REFUSED)
        assert (found.state is DeliveryState.REFUSED) == (tries >= MOST_TRIES)
