"""Time as a parameter: whoever needs the time is given a `Clock`. Only `SystemClock` reads the computer's."""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Wall time for what people read, monotonic time for waiting."""

    def now(self) -> datetime:
        """Wall time, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that only ever grow, from an arbitrary start; pauses while the computer sleeps."""
        ...


class SystemClock:
    """The computer's own clocks."""

    def now(self) -> datetime:
        """Wall time, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds from an arbitrary start."""
        return time.monotonic()


def stamp(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds and a Z, the one form used in entries, statements and exports."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def unstamp(text: str) -> datetime:
    """The moment that `stamp` wrote. Raises ValueError on any other form without an offset."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment.astimezone(UTC)


def as_stored(moment: datetime) -> datetime:
    """The moment as `stamp` writes it and `unstamp` reads it: to the millisecond. Raises ValueError without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return unstamp(stamp(moment))
