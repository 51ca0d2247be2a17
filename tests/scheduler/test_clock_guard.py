"""The clock guard: jumps of both signs, the log, servers that vouch."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.clock_guard import ASK_AGAIN, LIMIT, ClockGuard, Doubt, Reading, Witness, agrees, doubt_at, gained
from tests.fakes.desks import HandClock
from tests.scheduler.conftest import Told

NOON = datetime(2027, 3, 10, 12, 0, tzinfo=UTC)
FAR, NEAR = "https://mastodon.example", "http://127.0.0.1:8000"
spans = st.timedeltas(timedelta(days=-400), timedelta(days=400))
elapsed = st.floats(0, 1e6)


@given(passed=elapsed, jump=spans)
def test_a_jump_is_what_one_clock_gained_on_the_other(passed: float, jump: timedelta) -> None:
    before = Reading(NOON, 50.0)
    after = Reading(NOON + timedelta(seconds=passed) + jump, 50.0 + passed)
    assert abs(gained(before, after) - jump) < timedelta(milliseconds=1)


@given(passed=elapsed, jump=spans)
def test_doubt_begins_past_a_minute_in_either_direction(passed: float, jump: timedelta) -> None:
    after = Reading(NOON + timedelta(seconds=passed) + jump, passed)
    found = doubt_at(after, Reading(NOON, 0.0), None)
    if abs(abs(jump) - LIMIT) < timedelta(milliseconds=1):
        return  # floating seconds
    assert found is (Doubt.AHEAD if jump > LIMIT else Doubt.BACK if jump < -LIMIT else None)


@given(behind=spans)
def test_a_clock_before_the_log_is_doubted(behind: timedelta) -> None:
    start = Reading(NOON, 0.0)
    assert doubt_at(start, start, NOON + behind) is (Doubt.BEFORE_LOG if behind > LIMIT else None)


@given(apart=spans)
def test_a_server_agrees_within_a_minute(apart: timedelta) -> None:
    assert agrees(NOON + apart, NOON) is (abs(apart) <= LIMIT)


class Servers:
    """What servers say, and how often they were asked."""

    def __init__(self, clock: HandClock) -> None:
        self.clock = clock
        self.off: dict[str, timedelta | None] = {FAR: timedelta(0), NEAR: timedelta(0)}
        self.asked: list[str] = []

    def __call__(self, server: str) -> Witness | None:
        self.asked.append(server)
        off = self.off[server]
        return None if off is None else Told(self.clock.now() + off, server == NEAR)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def servers(clock: HandClock) -> Servers:
    return Servers(clock)


@pytest.fixture
def guard(clock: HandClock, servers: Servers) -> ClockGuard:
    """One whose clock was checked at the start."""
    found = ClockGuard(clock, clock.now(), servers)
    found.believe()
    return found


@pytest.mark.parametrize("ahead", [-3_600, -61, 61, 3_600])
def test_a_clock_is_doubted_at_the_start_until_a_server_agrees(clock: HandClock, servers: Servers, ahead: int) -> None:
    guard = ClockGuard(clock, None, servers)
    assert guard.doubt() is Doubt.UNCHECKED
    servers.off[FAR] = None
    assert not guard.allows(FAR)
    assert guard.doubt() is Doubt.UNANSWERED
    servers.off[FAR] = timedelta(seconds=-ahead)
    clock.forward(timedelta(seconds=ASK_AGAIN))
    assert not guard.allows(FAR)
    assert guard.doubt() is Doubt.APART
    servers.off[FAR] = timedelta(seconds=59)
    clock.forward(timedelta(seconds=ASK_AGAIN))
    assert guard.allows(FAR)
    assert guard.doubt() is None


def test_what_is_known_of_a_server_is_told_without_asking(clock: HandClock, servers: Servers) -> None:
    guard = ClockGuard(clock, None, servers)
    assert not guard.trusts(NEAR)
    assert servers.asked == []
    assert guard.allows(NEAR)
    assert guard.trusts(NEAR)
    assert not guard.trusts(FAR)


def test_a_person_ends_every_doubt(clock: HandClock, servers: Servers) -> None:
    guard = ClockGuard(clock, clock.now() + timedelta(days=1), servers)
    assert guard.doubt() is Doubt.BEFORE_LOG
    guard.believe()
    assert guard.doubt() is None
    assert servers.asked == []


def test_without_a_doubt_nobody_is_asked(guard: ClockGuard, servers: Servers, clock: HandClock) -> None:
    clock.forward(timedelta(days=30))
    clock.at += timedelta(seconds=59)
    assert guard.allows(FAR)
    assert servers.asked == []


@pytest.mark.parametrize(("jump", "doubt"), [(61, Doubt.AHEAD), (-61, Doubt.BACK), (7_200, Doubt.AHEAD)])
def test_after_a_jump_only_a_server_that_agrees_is_served(
    guard: ClockGuard, servers: Servers, clock: HandClock, jump: int, doubt: Doubt
) -> None:
    clock.at += timedelta(seconds=jump)
    servers.off[FAR] = timedelta(seconds=-jump)
    assert guard.doubt() is doubt
    assert not guard.allows(FAR)
    assert guard.doubt() is doubt
    servers.off[FAR] = timedelta(0)
    assert not guard.allows(FAR), "not asked again at once"
    assert servers.asked == [FAR]
    clock.forward(timedelta(seconds=ASK_AGAIN))
    assert guard.allows(FAR)
    assert guard.doubt() is None, "a server elsewhere vouches for everybody"
    assert guard.allows(NEAR)
    assert servers.asked == [FAR, FAR]


def test_set_back_without_a_log_entry_since(clock: HandClock, servers: Servers) -> None:
    guard = ClockGuard(clock, None, servers)
    guard.believe()
    clock.at -= timedelta(seconds=61)
    assert guard.doubt() is Doubt.BACK


def test_a_server_that_does_not_say_vouches_for_nothing(guard: ClockGuard, servers: Servers, clock: HandClock) -> None:
    clock.at += timedelta(hours=2)
    servers.off[FAR] = None
    assert not guard.allows(FAR)
    assert not guard.confirms(FAR)


def test_a_server_on_this_computer_vouches_for_itself_alone(
    guard: ClockGuard, servers: Servers, clock: HandClock
) -> None:
    clock.at += timedelta(hours=2)
    servers.off[FAR] = None
    assert guard.allows(NEAR)
    assert guard.doubt() is Doubt.AHEAD
    assert not guard.allows(FAR)
    assert guard.settle({NEAR, FAR}) == {FAR}
    assert guard.doubt() is Doubt.AHEAD
    assert guard.settle(set()) == frozenset()
    assert guard.doubt() is Doubt.AHEAD, "without accounts nobody could say"
    assert guard.settle({NEAR}) == frozenset()
    assert guard.doubt() is None


def test_the_wall_clock_put_right_ends_the_doubt(guard: ClockGuard, clock: HandClock) -> None:
    clock.at += timedelta(hours=2)
    assert guard.doubt() is Doubt.AHEAD
    clock.at -= timedelta(hours=2)
    assert guard.doubt() is None


def test_a_new_jump_makes_earlier_words_worthless(guard: ClockGuard, servers: Servers, clock: HandClock) -> None:
    clock.at += timedelta(hours=2)
    assert guard.jumped()
    assert guard.allows(NEAR)
    assert not guard.jumped()
    clock.at += timedelta(hours=2)
    assert guard.jumped()
    servers.off[NEAR] = timedelta(hours=-2)
    assert not guard.allows(NEAR)


@pytest.mark.parametrize(("step", "jumped"), [(0.9, False), (1.1, True), (-0.9, False), (-1.1, True)])
def test_small_steps_are_drift(guard: ClockGuard, clock: HandClock, step: float, jumped: bool) -> None:
    clock.forward(timedelta(seconds=5))
    clock.at += timedelta(seconds=step)
    assert guard.jumped() is jumped


def test_a_clock_before_the_log_at_the_start(clock: HandClock, servers: Servers) -> None:
    guard = ClockGuard(clock, clock.now() + timedelta(days=1), servers)
    servers.off[FAR] = timedelta(days=1)
    assert guard.doubt() is Doubt.BEFORE_LOG
    assert not guard.allows(FAR)
    clock.forward(timedelta(days=1))
    assert guard.doubt() is Doubt.APART, "the log says nothing against it any more, the server did"
