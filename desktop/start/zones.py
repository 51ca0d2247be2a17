"""Time zones for people: the list to choose from, what a zone is called, and when its clocks change next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

_LOOK_AHEAD = 200  # days: clocks change at least every half year where they change at all


def zones() -> list[str]:
    """The zones named after places, by name; old aliases such as US/Eastern are left out."""
    areas = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    return sorted(name for name in available_timezones() if name.startswith(areas) or name == "UTC")


def label(name: str, now: datetime) -> str:
    """`New York, UTC−5`, with the region where several places share a name's end."""
    place = name.rpartition("/")[2].replace("_", " ")
    return f"{place}, {offset(ZoneInfo(name).utcoffset(now) or timedelta(0))}"


def offset(away: timedelta) -> str:
    """`UTC−5`, with a real minus sign."""
    minutes = abs(round(away.total_seconds() / 60))
    if minutes == 0:
        return "UTC"
    sign = "−" if away < timedelta(0) else "+"
    return f"UTC{sign}{minutes // 60}" + (f":{minutes % 60:02}" if minutes % 60 else "")


def next_change(name: str, now: datetime) -> tuple[datetime, bool] | None:
    """The next day on which clocks change there, and whether they go forward; None where they do not."""
    zone = ZoneInfo(name)
    day = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    before = zone.utcoffset(now.astimezone(zone))
    for _ in range(_LOOK_AHEAD):
        day += timedelta(days=1)
        after = zone.utcoffset(day.astimezone(zone))
        if after != before and after is not None and before is not None:
            return (day - timedelta(hours=12)).astimezone(zone), after > before
        before = after
    return None


def local_zone() -> str:
    """The computer's own zone, UTC where it cannot be told."""
    import tzlocal

    try:
        name = str(tzlocal.get_localzone_name())
    except Exception:  # whatever a strange system answers, a person chooses from the list anyway
        return "UTC"
    return name if name in available_timezones() else "UTC"
