"""The watchdog sees a stall, and only a stall."""

from __future__ import annotations

import time

from pytestqt.qtbot import QtBot

from tests.fakes.watchdog import watchdog


def test_a_stall_is_seen_and_placed(qtbot: QtBot) -> None:
    with watchdog(0.05) as stalls:
        qtbot.wait(20)
        time.sleep(0.2)
        qtbot.wait(20)
    assert len(stalls.seen) == 1
    assert 0.15 < stalls.seen[0][0] < 0.5
    assert "test_a_stall_is_seen_and_placed" in stalls.seen[0][1]


def test_a_stall_at_the_very_end_is_seen_too(qtbot: QtBot) -> None:
    with watchdog(0.05) as stalls:
        time.sleep(0.2)
    assert stalls.longest > 0.15


def test_waiting_for_events_is_no_stall(qtbot: QtBot) -> None:
    with watchdog(0.3) as stalls:
        qtbot.wait(100)
    stalls.check()
