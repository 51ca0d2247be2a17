"""Times as people read them: in the organization's zone, in the order and with the clock that the system uses."""

from __future__ import annotations

import datetime as dt
from datetime import UTC, date, datetime, timedelta

from PySide6.QtCore import QLocale

from editorial.clock import Clock
from editorial.wall import DayNames, typed_day
from editorial.when import zone_of

_NEAR = timedelta(hours=2)  # farther away only absolute times are shown


class Moments:
    """Writes moments for one organization. `locale` None: the system's."""

    def __init__(self, zone: str, clock: Clock, locale: QLocale | None = None) -> None:
        self.zone_name = zone
        self.zone = zone_of(zone)
        self._clock = clock
        self._locale = locale or QLocale.system()
        pattern = self._locale.dateFormat(QLocale.FormatType.ShortFormat)
        self._day_first = pattern.find("d") < pattern.find("M") or self._locale.language() == QLocale.Language.C
        self._day_names = _names(self._locale, self._day_first)
        self._twelve = "a" in self._locale.timeFormat(QLocale.FormatType.ShortFormat).lower()

    def now(self) -> datetime:
        """The present, in the organization's zone."""
        return self.local(self._clock.now())

    def local(self, moment: datetime) -> datetime:
        """A moment in the organization's zone."""
        return moment.astimezone(self.zone)

    def time(self, moment: datetime, *, seconds: bool = False) -> str:
        """`09:30`, or `9:30 am` where the system counts to twelve."""
        local = self.local(moment)
        tail = f":{local:%S}" if seconds else ""
        if not self._twelve:
            return f"{local:%H:%M}{tail}"
        return f"{local.hour % 12 or 12}:{local:%M}{tail} {'am' if local.hour < 12 else 'pm'}"

    def clock(self, at: dt.time) -> str:
        """A time of day that belongs to no day: `09:30`, or `9:30 am`."""
        return self.time(datetime.combine(date(2000, 1, 1), at, self.zone))

    def day(self, moment: datetime, *, year: bool = False) -> str:
        """`Fri 12 Mar`, or `Fri, Mar 12`; with the year where it is asked for or another than this one."""
        local = self.local(moment)
        short = QLocale.FormatType.ShortFormat
        name, month = self._locale.dayName(local.isoweekday(), short), self._locale.monthName(local.month, short)
        tail = f" {local.year}" if year or local.year != self.now().year else ""
        return f"{name} {local.day} {month}{tail}" if self._day_first else f"{name}, {month} {local.day}{tail}"

    def day_words(self, day: date) -> str:
        """`Fri 12 Mar 2027`: a day of the calendar where the hospital is."""
        return self.day(datetime.combine(day, dt.time(12), self.zone), year=True)

    def plain_day(self, day: date) -> str:
        """`12 Mar 2027`, or `Mar 12, 2027`: for columns."""
        month = self._locale.monthName(day.month, QLocale.FormatType.ShortFormat)
        return f"{day.day} {month} {day.year}" if self._day_first else f"{month} {day.day}, {day.year}"

    def long_day(self, day: date) -> str:
        """`Friday 12 March 2027`, or `Friday, March 12 2027`: said back to somebody who typed a day."""
        name, month = self._locale.dayName(day.isoweekday()), self._locale.monthName(day.month)
        return f"{name} {day.day} {month} {day.year}" if self._day_first else f"{name}, {month} {day.day} {day.year}"

    def typed_day(self, text: str) -> date:
        """The day that somebody typed, in any of the system's ways or another common one.

        Raises BadInputError, as `editorial.wall.typed_day`.
        """
        return typed_day(text, self.now().date(), self._day_names)

    def when(self, moment: datetime) -> str:
        """`Today, 11:30`, `Tomorrow, 09:00`, else day and time."""
        days = (self.local(moment).date() - self.now().date()).days
        name = {0: "Today", 1: "Tomorrow", -1: "Yesterday"}.get(days) or self.day(moment)
        return f"{name}, {self.time(moment)}"

    def short(self, moment: datetime) -> str:
        """The time alone today, day and time else: for columns."""
        same = self.local(moment).date() == self.now().date()
        return self.time(moment) if same else f"{self.day(moment)}, {self.time(moment)}"

    def near(self, moment: datetime) -> str:
        """`in 48 min` or `12 min ago` within two hours, else empty: farther away only absolute times are shown."""
        away = moment - self._clock.now()
        if abs(away) > _NEAR:
            return ""
        minutes = round(abs(away).total_seconds() / 60)
        if minutes == 0:
            return "now"
        return f"in {minutes} min" if away > timedelta(0) else f"{minutes} min ago"

    def span(self, since: datetime, until: datetime | None = None) -> str:
        """`0:48`: minutes and seconds from one moment to another, now unless one is given; none below zero."""
        away = max(timedelta(0), (until or self._clock.now()) - since)
        minutes, seconds = divmod(int(away.total_seconds()), 60)
        return f"{minutes}:{seconds:02}"

    def zone_label(self, moment: datetime | None = None) -> str:
        """`EST`: what the zone is called at a moment, now unless one is given."""
        return self.local(moment or self._clock.now()).strftime("%Z")

    def offset(self, moment: datetime | None = None) -> str:
        """`UTC−5`, with a real minus sign."""
        away = self.local(moment or self._clock.now()).utcoffset() or timedelta(0)
        hours, minutes = divmod(abs(round(away.total_seconds() / 60)), 60)
        sign = "−" if away < timedelta(0) else "+"
        return f"UTC{sign}{hours}" + (f":{minutes:02}" if minutes else "") if away else "UTC"

    def place(self) -> str:
        """`New York`: the zone's city."""
        return self.zone_name.rpartition("/")[2].replace("_", " ")

    def full(self, moment: datetime) -> str:
        """`Fri 12 Mar 2027, 09:30 EST`: where a time must not be misread."""
        return f"{self.day(moment, year=True)}, {self.time(moment)} {self.zone_label(moment)}"

    def utc(self, moment: datetime) -> str:
        """The moment in UTC, for details: `2027-03-12 14:30:00 UTC`."""
        return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _names(locale: QLocale, day_first: bool) -> DayNames:
    """The names of months and weekdays in the system's language, long and short."""
    kinds = (QLocale.FormatType.LongFormat, QLocale.FormatType.ShortFormat)
    months = {
        name(number, kind).casefold().rstrip("."): number
        for name in (locale.monthName, locale.standaloneMonthName)
        for kind in kinds
        for number in range(1, 13)
    }
    weekdays = {locale.dayName(number, kind).casefold().rstrip("."): number for kind in kinds for number in range(1, 8)}
    return DayNames(months, weekdays, day_first)
