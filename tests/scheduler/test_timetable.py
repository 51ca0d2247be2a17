"""The timetable: on time by the clock that was meant, also when the wall clock jumps."""

import datetime as real
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, timedelta

import pytest
from apscheduler.schedulers import base

from editorial.clock import SystemClock
from scheduler.timetable import Timetable


class JumpyClock(SystemClock):
    """The computer's clocks, with a wall clock that is set by hand."""

    off = timedelta(0)

    def now(self) -> real.datetime:
        return super().now() + self.off


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> JumpyClock:
    """Also APScheduler's: it reads the wall clock by itself."""
    found = JumpyClock()

    class Shown(real.datetime):
        @classmethod
        def now(cls, tz: real.tzinfo | None = None) -> real.datetime:  # type: ignore[override]
            return found.now().astimezone(tz or UTC)

    monkeypatch.setattr(base, "datetime", Shown)
    return found


@pytest.fixture
def timetable(clock: JumpyClock) -> Iterator[Timetable]:
    found = Timetable(clock)
    found.start()
    yield found
    found.stop()


def test_a_moment_is_met_and_never_early(timetable: Timetable, clock: JumpyClock) -> None:
    due, met, told = clock.now() + timedelta(seconds=0.2), list[real.datetime](), threading.Event()

    def job() -> None:
        met.append(clock.now())
        told.set()

    timetable.at("due", due, job)
    assert told.wait(5)
    assert timedelta(0) <= met[0] - due < timedelta(seconds=1)
    assert timetable.planned() == {}


def test_what_is_past_is_due_at_once(timetable: Timetable, clock: JumpyClock) -> None:
    told = threading.Event()
    timetable.at("due", clock.now() - timedelta(days=3), told.set)
    assert told.wait(5), "a late job is not dropped"


def test_a_name_given_again_replaces(timetable: Timetable, clock: JumpyClock) -> None:
    first, second = threading.Event(), threading.Event()
    timetable.at("due", clock.now() + timedelta(seconds=0.3), first.set)
    timetable.at("due", clock.now() + timedelta(seconds=0.1), second.set)
    assert second.wait(5)
    assert not first.wait(0.4)


def test_dropped_is_forgotten(timetable: Timetable) -> None:
    told = threading.Event()
    timetable.after("wait", 0.1, told.set)
    timetable.drop("wait")
    timetable.drop("never there")
    assert not told.wait(0.3)
    assert timetable.planned() == {}


def test_what_comes_back_comes_back_also_after_a_failure(
    timetable: Timetable, expect_log: Callable[[str], None]
) -> None:
    expect_log("job beat failed")
    times = threading.Semaphore(0)
    left = iter([RuntimeError("as planned")])

    def beat() -> None:
        times.release()
        for error in left:
            raise error

    timetable.every("beat", 0.05, beat)
    assert all(times.acquire(timeout=5) for _ in range(4))


def test_a_job_may_plan_itself_anew(timetable: Timetable) -> None:
    times = threading.Semaphore(0)

    def job() -> None:
        times.release()
        timetable.after("wait", 0.02, job)

    timetable.after("wait", 0.02, job)
    assert all(times.acquire(timeout=5) for _ in range(4))


def test_a_slow_job_delays_no_other(timetable: Timetable) -> None:
    gate, told = threading.Event(), threading.Event()
    timetable.after("slow", 0.01, lambda: gate.wait(5))
    timetable.after("quick", 0.05, told.set)
    assert told.wait(5)
    gate.set()


@pytest.mark.parametrize("hours", [-1, 1])
def test_waits_are_kept_when_the_wall_clock_jumps(timetable: Timetable, clock: JumpyClock, hours: int) -> None:
    once, times, meant_by_wall = threading.Event(), threading.Semaphore(0), threading.Event()
    timetable.after("wait", 0.4, once.set)
    timetable.every("beat", 0.2, times.release)
    timetable.at("due", clock.now() + timedelta(minutes=30), meant_by_wall.set)
    clock.off = timedelta(hours=hours)
    timetable.realign()
    assert once.wait(5)
    assert all(times.acquire(timeout=5) for _ in range(3))
    assert meant_by_wall.wait(1) is (hours > 0), "a moment of the wall clock follows the wall clock"


def test_before_the_start_jobs_only_wait(clock: JumpyClock) -> None:
    waiting, told = Timetable(clock), threading.Event()
    waiting.after("wait", 0.0, told.set)
    waiting.after("wait", 0.0, told.set)
    waiting.drop("other")
    waiting.stop()
    assert not told.wait(0.1)
    waiting.start()
    assert told.wait(5)
    waiting.stop()
