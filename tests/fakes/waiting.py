"""Waiting for what other threads and processes do: until it is so, and never longer than allowed."""

import time
from collections.abc import Callable


def until(so: Callable[[], object], seconds: float = 15.0, what: str = "it") -> None:
    """Returns as soon as `so` is true. Fails the test when the seconds are over first."""
    end = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < end, f"{what} did not happen within {seconds:g} seconds"
        time.sleep(0.01)
