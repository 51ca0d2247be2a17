"""Lanes: in order and alone within an account, side by side between accounts, never more than allowed."""

import threading
from collections.abc import Callable

import pytest

from scheduler.lanes import Lanes


def test_work_of_one_lane_is_done_in_order_and_alone() -> None:
    lanes, done, inside = Lanes(8), list[int](), threading.Lock()

    def work(number: int) -> None:
        assert inside.acquire(blocking=False), "two at once in one lane"
        done.append(number)
        inside.release()

    for number in range(200):
        assert lanes.offer("a", str(number), lambda number=number: work(number))  # type: ignore[misc]
    assert lanes.idle(10)
    assert done == list(range(200))


def test_a_slow_lane_delays_no_other() -> None:
    lanes, gate, quick = Lanes(3), threading.Event(), threading.Semaphore(0)
    lanes.offer("slow", "s1", lambda: gate.wait(10))
    lanes.offer("slow", "s2", lambda: gate.wait(10))
    for number in range(20):
        lanes.offer(f"quick {number % 4}", f"q{number}", quick.release)
    assert all(quick.acquire(timeout=10) for _ in range(20))
    assert not lanes.idle(0)
    gate.set()
    assert lanes.idle(10)


def test_never_more_threads_than_allowed() -> None:
    lanes, gate, guard = Lanes(3), threading.Event(), threading.Lock()
    running, most = 0, 0

    def work() -> None:
        nonlocal running, most
        with guard:
            running += 1
            most = max(most, running)
        gate.wait(10)
        with guard:
            running -= 1

    before = threading.active_count()
    for number in range(10):
        lanes.offer(f"lane {number}", f"{number}", work)
    assert threading.active_count() - before <= 3
    gate.set()
    assert lanes.idle(10)
    assert most <= 3


def test_the_same_key_is_taken_once_until_it_is_done() -> None:
    lanes, gate = Lanes(1), threading.Event()
    assert lanes.offer("a", "one", lambda: gate.wait(10))
    assert not lanes.offer("a", "one", lambda: None)
    assert not lanes.offer("b", "one", lambda: None)
    assert lanes.offer("a", "two", lambda: None)
    assert not lanes.offer("a", "two", lambda: None)
    gate.set()
    assert lanes.idle(10)
    assert lanes.offer("a", "one", lambda: None)
    assert lanes.idle(10)


def test_work_that_fails_ends_nothing_but_itself(expect_log: Callable[[str], None]) -> None:
    expect_log("Work in a lane failed")
    lanes, done = Lanes(1), threading.Event()

    def fail() -> None:
        raise RuntimeError("as planned")

    lanes.offer("a", "bad", fail)
    lanes.offer("a", "good", done.set)
    assert done.wait(10)
    assert lanes.idle(10)


def test_closing_forgets_what_waits_and_lets_what_runs_go_on() -> None:
    lanes, begun, gate, never = Lanes(1), threading.Event(), threading.Event(), list[int]()

    def work() -> None:
        begun.set()
        gate.wait(10)

    lanes.offer("a", "running", work)
    assert begun.wait(10)
    lanes.offer("a", "waiting", lambda: never.append(1))
    lanes.offer("b", "waiting too", lambda: never.append(2))
    lanes.close()
    assert not lanes.offer("c", "late", lambda: never.append(3))
    assert not lanes.idle(0.01)
    gate.set()
    assert lanes.idle(10)
    assert never == []


@pytest.mark.parametrize("most", [1, 2, 7])
def test_everything_offered_from_many_threads_is_done(most: int) -> None:
    lanes, done, guard = Lanes(most), set[str](), threading.Lock()

    def add(name: str) -> None:
        with guard:
            done.add(name)

    def offer(start: int) -> None:
        for number in range(50):
            name = f"{start}-{number}"
            lanes.offer(f"lane {number % 5}", name, lambda name=name: add(name))  # type: ignore[misc]

    threads = [threading.Thread(target=offer, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert lanes.idle(10)
    assert len(done) == 200
