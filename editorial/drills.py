"""Moments between two steps at which a drill may end the process, as kill -9 would. Outside drills nothing happens."""

from collections.abc import Callable
from enum import StrEnum

Reached = Callable[[StrEnum], object]
"""Told at every such moment which one it is."""


def nowhere(step: StrEnum) -> None:
    """What is told outside drills."""
