"""The bridge: work elsewhere, answers on the Qt thread, nothing after the owner is gone."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QThread
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge import Bridge, BugError
from desktop.worker import CutShortError, StoppedError
from editorial.changes import Changes, Kind
from editorial.delivery.holds import Reason
from editorial.delivery.stopping import Holds
from editorial.errors import DeskError
from editorial.posts.drafting import Drafting
from tests.desktop import work
from tests.fakes.desks import staffed
from tests.fakes.desktop import settle
from tests.fakes.watchdog import watchdog


@pytest.fixture
def bridge(qapp: QApplication) -> Iterator[Bridge]:
    made = Bridge()
    yield made
    made.close()
    made.deleteLater()


def test_the_work_runs_elsewhere_and_the_answer_comes_back_here(bridge: Bridge, qtbot: QtBot) -> None:
    here, seen = threading.get_ident(), []

    def then(there: int) -> None:
        seen.append((there, QThread.isMainThread()))

    bridge.run(threading.get_ident, then)
    settle(qtbot, bridge)
    assert len(seen) == 1
    assert seen[0][0] != here
    assert seen[0][1] is True


def test_work_on_the_database_thread_keeps_its_order(bridge: Bridge, qtbot: QtBot) -> None:
    seen: list[int] = []
    for number in range(50):
        bridge.run(partial(int, number), seen.append)
    settle(qtbot, bridge)
    assert seen == list(range(50))


def test_a_waiting_piece_of_slow_work_stops_no_other(bridge: Bridge, qtbot: QtBot) -> None:
    gate = threading.Event()
    seen: list[str] = []
    bridge.run_slow(lambda: gate.wait(10), lambda _: seen.append("waited"))
    bridge.run_slow(lambda: "quick", seen.append)
    bridge.run(lambda: "read", seen.append)
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert set(seen) == {"quick", "read"}
    gate.set()
    qtbot.waitUntil(lambda: len(seen) == 3)


def test_a_known_error_goes_to_failed_or_to_everybody(bridge: Bridge, qtbot: QtBot) -> None:
    mine: list[DeskError] = []
    others: list[DeskError] = []
    bridge.told.connect(others.append)
    error = DeskError("No")

    def refuse() -> None:
        raise error

    bridge.run(refuse, failed=mine.append)
    bridge.run(refuse)
    settle(qtbot, bridge)
    assert mine == [error]
    assert others == [error]


def test_a_bug_is_reported_once_and_redacted(bridge: Bridge, qtbot: QtBot, expect_log: Callable[[str], None]) -> None:
    expect_log("a bug of ours")
    reports: list[str] = []
    failed: list[DeskError] = []
    bridge.broke.connect(reports.append)

    def stumble() -> None:
        raise RuntimeError("Authorization: Bearer abcdefghijkl12345678")

    bridge.run(stumble, failed=failed.append)
    settle(qtbot, bridge)
    assert len(reports) == 1
    assert "stumble" in reports[0]
    assert "abcdefghijkl" not in reports[0]
    assert isinstance(failed[0], BugError)


def test_callbacks_are_dropped_when_their_owner_is_gone(bridge: Bridge, qtbot: QtBot) -> None:
    gate = threading.Event()
    seen: list[int] = []
    owner = QWidget()
    bridge.run(lambda: gate.wait(10))
    bridge.run(lambda: 1, seen.append, owner=owner)
    bridge.run(lambda: 2, seen.append)
    owner.deleteLater()
    with qtbot.waitSignal(owner.destroyed):
        pass
    gate.set()
    settle(qtbot, bridge)
    assert seen == [2]


class Listener(QObject):
    """Something with a method that wants answers."""

    def __init__(self, seen: list[int]) -> None:
        super().__init__()
        self.seen = seen

    def hear(self, value: int) -> None:
        self.seen.append(value)


def test_a_bound_method_knows_its_owner(bridge: Bridge, qtbot: QtBot) -> None:
    gate = threading.Event()
    seen: list[int] = []
    listener = Listener(seen)
    bridge.run(lambda: gate.wait(10))
    bridge.run(lambda: 1, listener.hear)
    listener.deleteLater()
    with qtbot.waitSignal(listener.destroyed):
        pass
    gate.set()
    settle(qtbot, bridge)
    assert seen == []


def test_changes_in_a_result_are_announced(bridge: Bridge, qtbot: QtBot) -> None:
    seen: list[Changes] = []
    bridge.changed.connect(seen.append)
    made = Changes(frozenset({Kind.POSTS}), frozenset({"post_1"}), 3)
    bridge.run(lambda: ("post_1", made))
    bridge.run(lambda: Changes())
    bridge.run(lambda: 5)
    settle(qtbot, bridge)
    assert seen == [made]


def test_what_another_process_writes_is_noticed(bridge: Bridge, qtbot: QtBot, tmp_path: Path) -> None:
    seen: list[Changes] = []
    bridge.changed.connect(seen.append)
    with staffed(tmp_path / "desk") as staff:
        bridge.follow(staff.desk.folder / "signpost.db")
        settle(qtbot, bridge)
        number, _ = Holds(staff.desk).hold(staff.mira.actor, Reason.INCIDENT)  # not through the bridge: as from outside
        qtbot.waitUntil(lambda: bool(seen), timeout=3000)
        assert seen[0].kinds == {Kind.HOLDS, Kind.DELIVERIES, Kind.LOG}
        assert seen[0].through == number
        bridge.close()


def test_own_changes_are_announced_once(bridge: Bridge, qtbot: QtBot, tmp_path: Path) -> None:
    seen: list[Changes] = []
    bridge.changed.connect(seen.append)
    with staffed(tmp_path / "desk") as staff:
        bridge.follow(staff.desk.folder / "signpost.db")
        settle(qtbot, bridge)
        bridge.run(lambda: Drafting(staff.desk).open(staff.mira.actor))
        settle(qtbot, bridge)
        qtbot.wait(600)  # two looks and more: the next one would come after a quarter of a second
        assert len(seen) == 1
        assert Kind.POSTS in seen[0].kinds
        bridge.close()


def test_closing_finishes_writes_that_were_given(bridge: Bridge) -> None:
    done: list[int] = []
    for number in range(20):
        bridge.run(partial(done.append, number))
    assert bridge.close() is True
    assert done == list(range(20))
    bridge.run(lambda: done.append(99))
    assert bridge.pending == 0 or done[-1] == 19


def test_closing_does_not_wait_for_a_browser(bridge: Bridge) -> None:
    gate = threading.Event()
    bridge.run_slow(lambda: gate.wait(60))
    with watchdog(limit=3.0) as stalls:
        assert bridge.close() is True
    stalls.check()
    gate.set()


def test_no_callback_runs_after_closing(bridge: Bridge, qtbot: QtBot) -> None:
    seen: list[int] = []
    bridge.run(lambda: 1, seen.append)
    bridge.close()
    qtbot.wait(20)
    assert seen == []


def watched(bridge: Bridge, qtbot: QtBot) -> None:
    """Work that says how far it is, work that is stopped on the way, and work that is stopped before it began."""
    told: list[DeskError] = []
    sums: list[int] = []
    heard: list[tuple[int, int]] = []
    bridge.work(work.count, 3, then=sums.append, heard=lambda done, total: heard.append((done, total)))
    settle(qtbot, bridge, seconds=30)
    assert (heard, sums[-1]) == ([(0, 3), (1, 3), (2, 3)], 3)
    watch = bridge.work(work.count_for_ever, failed=told.append, heard=lambda done, total: watch.stop())
    settle(qtbot, bridge, seconds=30)
    assert isinstance(told[-1], StoppedError)
    bridge.work(work.count_for_ever, failed=told.append, heard=lambda done, total: None).stop()  # before it began
    bridge.work(work.add, 3, 4, then=sums.append)
    settle(qtbot, bridge, seconds=30)
    assert ([type(each) for each in told], sums[-1]) == ([StoppedError, StoppedError], 7)


def test_the_worker_answers_refuses_stumbles_and_dies(
    bridge: Bridge, qtbot: QtBot, expect_log: Callable[[str], None]
) -> None:
    """One process for the whole story: starting one costs more than the rest of this file."""
    expect_log("ZeroDivisionError")
    expect_log("pickle")
    told: list[DeskError] = []
    sums: list[int] = []
    reports: list[str] = []
    pids: list[int] = []
    bridge.broke.connect(reports.append)

    def ask(function: Callable[..., object], *arguments: object) -> None:
        bridge.work(function, *arguments, failed=told.append)
        settle(qtbot, bridge, seconds=30)

    bridge.work(work.add, 2, 3, then=sums.append)
    bridge.work(work.ask_pid, then=pids.append)
    ask(work.refuse)
    assert sums == [5]
    assert (told[0].title, told[0].code, told[0].advice) == ("This cannot be done", "E-TEST", "Do something else.")
    ask(work.stumble)
    assert "ZeroDivisionError" in reports[0]
    assert "abcdefgh1234" not in reports[0]
    ask(work.unsendable)
    assert len(reports) == 2
    assert bridge.worker_pid == pids[0] != os.getpid()
    watched(bridge, qtbot)
    ask(work.die)
    assert isinstance(told[-1], CutShortError)
    bridge.work(work.ask_pid, then=pids.append)
    settle(qtbot, bridge, seconds=30)
    assert pids[1] not in (pids[0], os.getpid())
    bridge.work(work.wait_for_ever)
    bridge.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pids[1], signal.SIG_DFL)
