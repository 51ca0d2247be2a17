"""Signpost's processes as a person or the system starts them: commands, the publisher, and what kills them."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = (sys.executable, "-m", "desktop.cli")


def command(
    workspace: Path,
    *arguments: str,
    program: Sequence[str] = PROGRAM,
    environ: Mapping[str, str] | None = None,
    timeout: float = 60.0,
) -> subprocess.CompletedProcess[bytes]:
    """Runs `signpost --workspace DIR ...` to its end, from a folder that is not the source tree's."""
    name, *rest = arguments
    return subprocess.run(
        [*program, name, *rest, "--workspace", str(workspace)],
        capture_output=True, check=False, timeout=timeout, cwd=ROOT, env={**os.environ, **(environ or {})},
    )  # fmt: skip


def done(finished: subprocess.CompletedProcess[bytes], code: int = 0) -> str:
    """Its standard output; fails the test where it ended otherwise."""
    assert finished.returncode == code, (finished.args, finished.stdout.decode(), finished.stderr.decode())
    return finished.stdout.decode()


class Publisher:
    """One run of the publisher's process."""

    def __init__(self, workspace: Path) -> None:
        self._process = subprocess.Popen(
            [*PROGRAM, "publisher", "--workspace", str(workspace), "--until-stdin-ends"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=ROOT,
        )  # fmt: skip
        self.said = b""

    def kill(self) -> None:
        """As a crash or a power cut would: kill -9."""
        self._process.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
        self._end()

    def stop(self) -> int:
        """Tells it to end by closing its input; returns the exit code."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._end()
        return self._process.returncode

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether it ended, by itself or otherwise."""
        return self._process.poll() is not None

    def _end(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            raise
        finally:
            self.said += self._process.stdout.read()
            self._process.stdout.close()
            self._process.stdin.close()


@contextmanager
def publisher(workspace: Path) -> Iterator[Publisher]:
    """A publisher for the length of a block, ended in order."""
    process = Publisher(workspace)
    try:
        yield process
        assert process.stop() == 0, process.said.decode()
    finally:
        if not process.ended:
            process.kill()


def until(condition: Callable[[], bool], seconds: float = 20.0, *, what: str = "it") -> None:
    """Waits until the condition holds; fails the test after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds:.0f} s"
        time.sleep(0.05)


def pause(seconds: float) -> None:
    """Lets a moment pass in which something is to be killed."""
    time.sleep(seconds)


def chances(name: str) -> random.Random:
    """Random moments that differ between runs; the seed is told, so that a failure can be repeated."""
    seed = int(os.environ.get("SIGNPOST_SEED", "0")) or random.SystemRandom().getrandbits(32)
    sys.stdout.write(f"{name}: SIGNPOST_SEED={seed}\n")
    return random.Random(seed)


class Network:
    """A running practice network, as an outside tool sees it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def posts(self) -> list[dict[str, Any]]:
        """All stored posts."""
        found: list[dict[str, Any]] = self._call("GET", "/api/posts").json()
        return found

    def arm(self, kind: str, count: int = 1, **parts: Any) -> None:
        """Arms a fault."""
        assert self._call("POST", "/api/faults", {"kind": kind, "count": count, **parts}).status_code == 201

    def calm(self) -> None:
        """Disarms all faults."""
        assert self._call("DELETE", "/api/faults").ok

    def _call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> requests.Response:
        return requests.request(method, self.url + path, json=body, timeout=20)
