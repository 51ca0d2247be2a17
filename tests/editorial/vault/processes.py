"""Looking at processes and waiting for them, with an end."""

import time
from collections.abc import Callable
from pathlib import Path


def until(condition: Callable[[], bool], what: str, seconds: float = 15) -> None:
    """Returns as soon as the condition holds; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"still not: {what}"
        time.sleep(0.01)


def runs(pid: int) -> bool:
    """Whether the process is there and is no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def gone(pids: dict[str, int]) -> None:
    """Returns when none of the processes runs any more."""
    until(lambda: not any(map(runs, pids.values())), f"{pids} have ended")
