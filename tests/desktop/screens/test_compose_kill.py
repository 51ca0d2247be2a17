"""Nothing typed is lost: a desktop that is killed while somebody types loses at most the last two seconds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from tests.desktop.screens.typist import letter
from tests.fakes.desks import staffed

LOST_SECONDS, TYPING_SECONDS = 2.0, 3.7


@pytest.mark.skipif(os.name != "posix", reason="kills with SIGKILL")
def test_a_kill_loses_at_most_two_seconds(tmp_path: Path) -> None:
    folder = tmp_path / "desk"
    with staffed(folder) as staff:
        post, _ = Drafting(staff.desk).open(staff.mira.actor, DraftBody(title="Open day"))
        person = staff.mira.person_id
        command = [sys.executable, "-m", "tests.desktop.screens.typist", str(folder), person, post]
        with subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        ) as typist:
            assert typist.stdout is not None
            try:
                first = typist.stdout.readline()
                assert first, "the typist did not start"
                time.sleep(TYPING_SECONDS)
            finally:
                killed = time.monotonic()
                typist.send_signal(signal.SIGKILL)
            lines = [first, *typist.stdout.readlines()]
        told = [(int(number), float(at)) for number, _, at in (line.strip().partition(" ") for line in lines)]
        stored = Drafting(staff.desk).read(post).body.text
    must = max((number for number, at in told if at <= killed - LOST_SECONDS), default=0)
    assert stored == "".join(letter(number) for number in range(len(stored))), "what is stored is what was typed"
    assert must <= len(stored) <= told[-1][0] + 1
    assert must > 0
