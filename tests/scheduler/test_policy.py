"""What follows a doubt: never a blind retry."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from scheduler.policy import LASTING, Facts, Move, age_of, careful

DAY = timedelta(hours=24)
YOUNG = Facts(harmless_for=DAY, age=timedelta(seconds=2), doubts=1, finds=True)


def test_one_repeat_where_the_network_makes_it_harmless() -> None:
    assert careful(YOUNG) is Move.REPEAT
    assert careful(replace(YOUNG, finds=False)) is Move.REPEAT
    assert careful(replace(YOUNG, doubts=2)) is Move.LOOK
    assert careful(replace(YOUNG, doubts=2, finds=False)) is Move.PERSON


def test_only_in_the_first_half_of_the_time() -> None:
    assert careful(replace(YOUNG, age=DAY / 2 - timedelta(seconds=1))) is Move.REPEAT
    assert careful(replace(YOUNG, age=DAY / 2)) is Move.LOOK
    assert careful(replace(YOUNG, age=None)) is Move.LOOK


def test_short_memories_do_not_count() -> None:
    assert careful(replace(YOUNG, harmless_for=timedelta(seconds=60))) is Move.LOOK
    assert careful(replace(YOUNG, harmless_for=LASTING - timedelta(seconds=1), finds=False)) is Move.PERSON
    assert careful(replace(YOUNG, harmless_for=LASTING)) is Move.REPEAT


ages = st.none() | st.timedeltas(timedelta(hours=-1), timedelta(days=3))


@given(
    harmless=st.sampled_from([timedelta(0), timedelta(seconds=60), LASTING, timedelta(hours=1), DAY]),
    age=ages,
    doubts=st.integers(1, 4),
    finds=st.booleans(),
)
def test_never_blind(harmless: timedelta, age: timedelta | None, doubts: int, finds: bool) -> None:
    move = careful(Facts(harmless, age, doubts, finds))
    if move is Move.REPEAT:
        assert harmless >= LASTING
        assert age is not None
        assert timedelta(0) <= age < harmless / 2
        assert doubts == 1
    elif move is Move.LOOK:
        assert finds
    if harmless < LASTING:
        assert move is not Move.REPEAT


def test_the_age_is_the_greater_of_both_clocks() -> None:
    minute, hour = timedelta(minutes=1), timedelta(hours=1)
    assert age_of(minute, hour) == age_of(hour, minute) == hour
    assert age_of(minute, None) is None
    assert age_of(-minute, minute) is None
    assert age_of(timedelta(milliseconds=-500), timedelta(0)) == timedelta(0)
