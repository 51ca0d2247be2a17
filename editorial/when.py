"""When a post goes out: a wall time in a zone, resolved once, by a person where clocks make it doubtful.

The wall time is what was meant and what is signed; the resolved UTC instant is what the engine waits for.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from editorial.clock import stamp, unstamp
from editorial.errors import BadInputError

SIGNED_FOR = timedelta(days=14)
"""How long after the planned time a signature still covers the post, unless the author says otherwise."""

SOON_FOR = timedelta(days=7)
"""The end of "as soon as approved": a signature must not publish by surprise weeks later."""

UNDATED_FOR = timedelta(days=30)
"""How long a signature covers a post that has no date yet."""

LATE_BY = timedelta(minutes=15)
"""How late a delivery may still start by itself. Later it is missed and a person decides."""


_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(?:/[A-Za-z0-9_+-]+)*")


class Choice(StrEnum):
    """The three ways to say when."""

    SOON = "soon"  # as soon as approved
    SET = "set"  # at a set time
    OPEN = "open"  # no date yet


@cache
def zone_of(name: str) -> ZoneInfo:
    """The zone by the rules of the dependency `tzdata`, whatever this computer's own say. BadInputError: none such."""
    try:
        if not _NAME.fullmatch(name):
            raise BadInputError(f"There is no time zone called {name}", field="zone")
        with files("tzdata.zoneinfo").joinpath(*name.split("/")).open("rb") as rules:
            return ZoneInfo.from_file(rules, key=name)
    except (OSError, ValueError):
        raise BadInputError(f"There is no time zone called {name}", field="zone") from None


def resolve(wall: datetime, zone: str, fold: int | None = None) -> datetime:
    """The UTC instant of a wall time (naive) in a zone.

    Raises BadInputError for a time that does not exist there, and for one that exists twice while `fold` is None
    (0 is the first, 1 the second).
    """
    place = zone_of(zone)
    try:
        first, second = (wall.replace(tzinfo=place, fold=turn).astimezone(UTC) for turn in (0, 1))
    except OverflowError:
        raise BadInputError("That time is out of reach", field="time") from None
    if _wall(first, place) != wall:
        following = _wall(_change_between(second, first, place), place)
        later = "" if following.date() == wall.date() else " the day after"
        raise BadInputError(
            f"{wall:%H:%M} does not exist on {wall:%a %d %B}",
            "Clocks go forward.",
            f"The next possible time is {following:%H:%M}{later}.",
            field="time",
        )
    if first != second and fold is None:
        raise BadInputError(
            f"{wall:%H:%M} exists twice on {wall:%a %d %B}",
            "Clocks go back.",
            f"Choose the first or the second {wall:%H:%M}.",
            field="fold",
        )
    return second if fold == 1 else first


def doubled(wall: datetime, zone: str) -> bool:
    """Whether a wall time exists twice, so that a person has to say which. Raises BadInputError for no zone."""
    try:
        resolve(wall, zone)
    except BadInputError as error:
        if error.field == "zone":
            raise
        return error.field == "fold"
    return False


def _wall(moment: datetime, place: ZoneInfo) -> datetime:
    return moment.astimezone(place).replace(tzinfo=None)


def _change_between(before: datetime, after: datetime, place: ZoneInfo) -> datetime:
    """The instant from which the zone has the offset of `after`, to the second."""
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if middle.astimezone(place).utcoffset() == after.astimezone(place).utcoffset():
            after = middle
        else:
            before = middle
    return after


@dataclass(frozen=True, slots=True)
class When:
    """What the author chose. `wall` is naive and `zone` an IANA name; both matter only for a set time."""

    choice: Choice = Choice.OPEN
    wall: datetime | None = None
    zone: str = "UTC"
    fold: int | None = None

    def __post_init__(self) -> None:
        if self.wall is not None:  # to the second, as it is stored and signed
            object.__setattr__(self, "wall", self.wall.replace(microsecond=0))

    def due(self, now: datetime) -> datetime | None:
        """The UTC instant; now for "as soon as approved", None without a date.

        Raises BadInputError as `resolve`, and for a set time that was not typed yet.
        """
        if self.choice is Choice.SET:
            if self.wall is None:
                raise BadInputError("There is no time yet", "“At a set time” was chosen.", "Type one.", field="time")
            return resolve(self.wall, self.zone, self.fold)
        return now if self.choice is Choice.SOON else None

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        wall = self.wall.isoformat(timespec="seconds") if self.wall else None
        return {"choice": str(self.choice), "wall": wall, "zone": self.zone, "fold": self.fold}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "When":
        """What `to_json` wrote."""
        wall = datetime.fromisoformat(data["wall"]) if data.get("wall") else None
        return cls(Choice(data["choice"]), wall, data["zone"], data.get("fold"))


@dataclass(frozen=True, slots=True)
class Window:
    """The times between which a signature lets a post go out. Both ends belong to it; None at the start: any time."""

    not_before: datetime | None
    not_after: datetime

    def holds(self, moment: datetime) -> bool:
        """Whether a send that starts at `moment` is covered."""
        return (self.not_before is None or self.not_before <= moment) and moment <= self.not_after

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {"not_before": stamp(self.not_before) if self.not_before else None, "not_after": stamp(self.not_after)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Window":
        """What `to_json` wrote."""
        return cls(unstamp(data["not_before"]) if data["not_before"] else None, unstamp(data["not_after"]))


def window_for(when: When, now: datetime) -> Window:
    """The window that is offered for signing. Raises BadInputError for a set time that is past or doubtful."""
    due = when.due(now)
    if when.choice is Choice.SOON:
        return Window(None, now + SOON_FOR)
    if due is None:
        return Window(None, now + UNDATED_FOR)
    if due <= now:
        raise BadInputError("That time has passed", "Nothing was sent.", "Choose a later time.", field="time")
    return Window(due, due + SIGNED_FOR)


def means(when: When, due: datetime) -> bool:
    """Whether a set time is that instant under today's zone rules: an update may have moved, ended or doubled it."""
    try:
        return when.due(due) == due
    except BadInputError:
        return False


def tzdata_version() -> str:
    """Which edition of the zone rules resolved a time (the dependency `tzdata`)."""
    return version("tzdata")
