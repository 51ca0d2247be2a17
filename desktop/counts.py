"""Numbers with the word that fits them."""

from __future__ import annotations


def counted(number: int, one: str, several: str = "") -> str:
    """`1 photo`, `2 photos`; `several` where it is not `one` with an s."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"
