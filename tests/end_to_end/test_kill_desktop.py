"""kill -9 of the desktop while somebody types: at most the last two seconds are lost, and the log verifies."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from editorial.audit.auditing import Auditing
from editorial.posts.drafting import Drafting
from editorial.posts.listing import Listing
from editorial.vault.private import PrivateSecretService
from tests.end_to_end.processes import ROOT, chances, pause
from tests.end_to_end.typist import typed
from tests.fakes.desks import MIRA
from tests.fakes.offices import Office, office_at

pytestmark = pytest.mark.slow  # minutes in all; the default tier has to stay short

PROMISED = 2.0  # seconds


@pytest.fixture
def office(tmp_path: Path, secret_service: PrivateSecretService) -> Iterator[Office]:
    """A workspace on a real keyring; nothing is connected, for nothing is sent."""
    assert secret_service.environment
    with office_at(tmp_path / "desk", "http://127.0.0.1:1") as made:
        yield made


class Typist:
    """A desktop in a process of its own, in which somebody types."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "tests.end_to_end.typist", str(folder), "Mira Okafor", MIRA]
        environ = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env=environ, text=True
        )
        assert self.process.stdout is not None
        self.ready = self.process.stdout.readline()
        self.strokes: list[tuple[float, int]] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def kill(self) -> float:
        """kill -9; returns when."""
        at = time.monotonic()
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(20)
        self._reader.join(20)
        return at

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.endswith("\n") and len(parts := line.split()) == 2:
                self.strokes.append((float(parts[0]), int(parts[1])))

    def close(self) -> None:
        """Leaves nothing running."""
        if self.process.poll() is None:
            self.kill()
        for pipe in (self.process.stdout, self.process.stderr):
            if pipe is not None:
                pipe.close()


@contextmanager
def typing(folder: Path) -> Iterator[Typist]:
    typist = Typist(folder)
    try:
        assert typist.ready == "ready\n", typist.process.stderr.read() if typist.process.stderr else ""
        yield typist
    finally:
        typist.close()


def texts(office: Office) -> dict[str, str]:
    """Every draft's text, as the database holds it."""
    drafting = Drafting(office.desk)
    return {row.post_id: drafting.read(row.post_id).body.text for row in Listing(office.desk).shelf().rows}


def kill_one(office: Office, random: Random) -> float:
    """One desktop, killed at a random moment; returns how many seconds of typing were lost."""
    before = texts(office)
    with typing(office.desk.folder) as typist:
        pause(random.uniform(0.3, 6.0))
        killed = typist.kill()
        strokes = typist.strokes
    (kept,) = [text for post, text in texts(office).items() if post not in before]
    assert {post: text for post, text in texts(office).items() if post in before} == before
    assert kept == typed(len(kept)), "what was kept is not what was typed"
    lost = [at for at, count in strokes if count > len(kept)]
    seconds = killed - lost[0] if lost else 0.0
    assert seconds <= PROMISED, f"{seconds:.2f} s of typing were lost: {len(lost)} letters"
    verdict = Auditing(office.desk).check()
    assert verdict.problem is None, verdict.problem
    return seconds


def test_killed_while_typing(office: Office) -> None:
    random = chances("kill while typing")
    lost = [kill_one(office, random) for _ in range(2)]
    sys.stdout.write(f"lost at most {max(lost):.2f} s\n")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_killed_while_typing_over_and_over(office: Office) -> None:
    random = chances("kill while typing over and over")
    lost = [kill_one(office, random) for _ in range(12)]
    sys.stdout.write(f"lost {', '.join(f'{each:.2f}' for each in sorted(lost))} s\n")
