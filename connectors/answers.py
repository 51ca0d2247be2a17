"""Reading what a network answered, of which nothing is taken for granted."""

from typing import Any


def part_of(data: Any, name: str) -> Any:
    """A field of an answer; None where there is none."""
    return data.get(name) if isinstance(data, dict) else None


def text_of(data: Any, name: str) -> str:
    """A field of an answer as text; empty where there is none."""
    value = part_of(data, name)
    return value if isinstance(value, str) else ""
