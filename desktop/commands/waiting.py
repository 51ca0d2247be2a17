"""Waiting for another process, with an end."""

import threading
from collections.abc import Callable

from editorial.clock import Clock

_STEP = 0.1  # seconds between two looks


def wait_until(condition: Callable[[], bool], clock: Clock, seconds: float) -> bool:
    """Whether the condition came to hold within `seconds`."""
    pause, deadline = threading.Event(), clock.monotonic() + seconds
    while not condition():
        if clock.monotonic() > deadline:
            return False
        pause.wait(_STEP)
    return True
