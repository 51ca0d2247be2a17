"""The publisher's process is kept alive and ended in order, and its state is told in words."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from pytestqt.qtbot import QtBot

from desktop.moments import Moments
from desktop.shell import publisher as module
from desktop.shell.publisher import PublisherHost, publishing, read_publisher
from scheduler.status import Status, lock_of, write_status
from tests.fakes.desks import HandClock

_GOOD = (
    "import sys; open(sys.argv[1], 'a').write('started\\n'); sys.stdin.read(); open(sys.argv[1], 'a').write('ended\\n')"
)
_DEAF = "import signal, sys, time; open(sys.argv[1], 'a').write('started\\n'); time.sleep(60)"
_TAKEN = "import sys; open(sys.argv[1], 'a').write('started\\n'); sys.exit(5)"


@pytest.fixture
def told(tmp_path: Path) -> Path:
    return tmp_path / "told"


@pytest.fixture
def hosts(qtbot: QtBot) -> Iterator[list[PublisherHost]]:
    made: list[PublisherHost] = []
    yield made
    for host in made:
        host.stop(0.1)
        host.deleteLater()


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines() if path.exists() else []


def host_of(hosts: list[PublisherHost], code: str, told: Path) -> PublisherHost:
    host = PublisherHost((sys.executable, "-c", code, str(told)))
    hosts.append(host)
    host.start()
    return host


def test_it_is_told_to_end_and_ends(hosts: list[PublisherHost], told: Path, qtbot: QtBot) -> None:
    host = host_of(hosts, _GOOD, told)
    qtbot.waitUntil(lambda: lines(told) == ["started"])
    assert host.stop(10.0) is True
    assert lines(told) == ["started", "ended"]
    assert host.pid == 0
    assert host.stop() is True


def test_it_is_started_again_when_it_was_killed(
    hosts: list[PublisherHost], told: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = host_of(hosts, _GOOD, told)
    qtbot.waitUntil(lambda: lines(told) == ["started"])
    before = host.pid
    host._wait_ms = 50
    os.kill(before, signal.SIGKILL)
    qtbot.waitUntil(lambda: lines(told) == ["started", "started"], timeout=10_000)
    assert host.pid not in (0, before)


def test_one_that_does_not_listen_is_ended(hosts: list[PublisherHost], told: Path, qtbot: QtBot) -> None:
    host = host_of(hosts, _DEAF, told)
    qtbot.waitUntil(lambda: lines(told) == ["started"])
    pid = host.pid
    assert host.stop(0.2) is False
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_where_another_publishes_it_waits_longer(hosts: list[PublisherHost], told: Path, qtbot: QtBot) -> None:
    host = host_of(hosts, _TAKEN, told)
    qtbot.waitUntil(lambda: host.pid == 0 and host._again.isActive())
    assert host._again.interval() == module._LONGEST_WAIT_MS
    host.retry()
    qtbot.waitUntil(lambda: lines(told) == ["started", "started"])


def test_a_program_that_is_not_there_is_tried_again(hosts: list[PublisherHost], tmp_path: Path, qtbot: QtBot) -> None:
    host = PublisherHost((str(tmp_path / "missing"),))
    hosts.append(host)
    host.start()
    qtbot.waitUntil(lambda: host._again.isActive())
    assert host.pid == 0


def status_of(state: str, clock: HandClock, words: str = "", beat: timedelta = timedelta(0)) -> Status:
    return Status(1, "COMMS-02", clock.at, clock.at - beat, state, None, words)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def moments(clock: HandClock) -> Moments:
    return Moments("America/New_York", clock, QLocale.c())


def test_all_well_names_the_next_post(clock: HandClock, moments: Moments) -> None:
    said = publishing(status_of("running", clock), True, clock.at, moments, clock.at + timedelta(minutes=48))
    assert (said.group, said.first, said.second, said.away) == ("success", "Publishing on", "next post 11:30", "")
    assert said.status(held=False) == "Publishing computer COMMS-02, publishing"
    assert said.status(held=True) == "Publishing computer COMMS-02, sending paused"
    assert publishing(status_of("running", clock), True, clock.at, moments, None).second == "nothing is planned"


def test_no_publisher_is_told_with_what_may_be_missed(clock: HandClock, moments: Moments) -> None:
    said = publishing(None, False, clock.at, moments, clock.at + timedelta(minutes=48))
    assert (said.group, said.first) == ("danger", "Publishing is off")
    assert "The post of 11:30 may be missed." in said.away


@pytest.mark.parametrize(
    ("state", "second"),
    [("no_keyring", "the keyring is not open"), ("clock", "the clock is checked"), ("storage", "the disk refuses")],
)
def test_a_publisher_that_waits_says_why(clock: HandClock, moments: Moments, state: str, second: str) -> None:
    said = publishing(status_of(state, clock, "In words."), True, clock.at, moments, None)
    assert (said.group, said.first, said.second, said.away) == ("warning", "Publishing waits", second, "In words.")
    assert said.clock is (state == "clock")


def test_a_publisher_without_a_sign_of_life_is_not_called_well(clock: HandClock, moments: Moments) -> None:
    said = publishing(status_of("running", clock, beat=timedelta(minutes=2)), True, clock.at, moments, None)
    assert (said.group, said.second) == ("warning", "no sign of life")
    assert said.away


@pytest.mark.parametrize("state", ["starting", "stopping"])
def test_starting_is_no_alarm(clock: HandClock, moments: Moments, state: str) -> None:
    said = publishing(status_of(state, clock), True, clock.at, moments, None)
    assert (said.group, said.away) == ("neutral", "")
    assert publishing(None, True, clock.at, moments, None).group == "neutral"


def test_the_lock_and_the_file_are_read(tmp_path: Path, clock: HandClock) -> None:
    assert read_publisher(tmp_path) == (None, False)
    write_status(tmp_path, status_of("running", clock))
    with lock_of(tmp_path):
        status, running = read_publisher(tmp_path)
    assert running
    assert status is not None
    assert status.computer == "COMMS-02"
