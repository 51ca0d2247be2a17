"""How fast this computer is at present: what others do on it slows every figure that is measured in seconds."""

from __future__ import annotations

import time
from statistics import median


class Pace:
    """Times the same short sum again and again; the fastest of all says what the computer can do when left alone."""

    def __init__(self) -> None:
        self._taken: list[float] = []

    def measure(self, times: int = 20) -> None:
        """Takes that many more samples."""
        for _ in range(times):
            begun = time.perf_counter()
            sum(number * number for number in range(10_000))
            self._taken.append(time.perf_counter() - begun)

    @property
    def slowness(self) -> float:
        """The median sample beside the fastest: 1.0 on a quiet computer. Needs a measurement."""
        return median(self._taken) / min(self._taken)
