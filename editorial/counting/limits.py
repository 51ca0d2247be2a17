"""What an account takes, as data: connectors state it, checks and screens apply it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from editorial.counting.rules import RULES, count, units

PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one account takes in one post. Raises ValueError for an unknown counting rule or a negative number."""

    text: int  # by `rule`
    rule: str  # one of `RULES`
    media: int = 4  # pictures a post
    alt: int = 1500  # code points of one alternative text
    media_bytes: int = 5_000_000  # of one picture
    mimes: tuple[str, ...] = PICTURES
    longest_side: int = 0  # pixels of one picture; 0: any
    text_required: bool = True  # False: a picture alone is a post
    text_bytes: int = 0  # UTF-8 bytes of the text, beside what `rule` counts; 0: any

    def __post_init__(self) -> None:
        if self.rule not in RULES:
            raise ValueError(f"no counting rule is called {self.rule}")
        if min(self.text, self.media, self.alt, self.media_bytes, self.longest_side, self.text_bytes) < 0:
            raise ValueError("a limit below zero")

    def to_json(self) -> dict[str, Any]:
        """The limits as JSON data."""
        return asdict(self) | {"mimes": list(self.mimes)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Limits":
        """The limits that `to_json` wrote. Raises ValueError when a field is missing, unknown or of another type."""
        data = {"longest_side": 0, "text_bytes": 0, **data}  # accounts connected by an earlier Signpost do not say them
        if set(data) != {field.name for field in fields(cls)}:
            raise ValueError("limits have other fields")
        numbers = [data[name] for name in ("text", "media", "alt", "media_bytes", "longest_side", "text_bytes")]
        mimes = data["mimes"]
        if (
            any(type(number) is not int for number in numbers)
            or not isinstance(data["rule"], str)
            or not isinstance(data["text_required"], bool)
            or not isinstance(mimes, list)
            or any(not isinstance(mime, str) for mime in mimes)
        ):
            raise ValueError("a limit of another type")
        return cls(**{**data, "mimes": tuple(mimes)})


def remaining(text: str, limits: Limits) -> int:
    """How much may still be typed, in the account's own counting; below zero: that much too long.

    A text that has too many bytes only is below zero by those bytes.
    """
    left, over = limits.text - count(text, limits.rule), bytes_over(text, limits)
    return min(left, -over) if over else left


def bytes_over(text: str, limits: Limits) -> int:
    """By how many UTF-8 bytes the text is longer than the account takes; 0 where it fits or bytes do not matter."""
    return max(0, count(text, "bytes") - limits.text_bytes) if limits.text_bytes else 0


def overflow_start(text: str, limits: Limits) -> int | None:
    """The code point from which on the text is over the limit (never inside a link or an emoji), or None if it fits."""
    total = size = 0
    for start, end, cost in units(text, limits.rule):
        total += cost
        size += count(text[start:end], "bytes") if limits.text_bytes else 0
        if total > limits.text or size > limits.text_bytes > 0:
            return start
    return None
