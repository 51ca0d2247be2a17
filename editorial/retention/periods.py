"""How long things are kept. The log itself says it, so that every desk reads the same and no changed row shortens it.

45 CFR 164.316(b)(2)(i) and 164.530(j)(2) ask for six years from when a document was made or last in effect, whichever
is later. A longer time can be set; nobody can go back from it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.audit.erasures import said_in
from editorial.audit.folding import Folding
from editorial.audit.leaf import Leaf
from editorial.changes import Changes
from editorial.desk import Desk
from editorial.errors import BadInputError, DeskError
from editorial.people.permissions import May, must
from editorial.people.session import roles_of
from editorial.strict import fields
from editorial.when import zone_of

LEAST_YEARS = 6
MOST_YEARS = 50
MOST_DAYS = 3650
"""The longest time for drafts and unused pictures."""


class RetentionError(DeskError):
    """What the log says about keeping records cannot be read; nothing is erased."""

    code = "E-RETENTION"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Calendar years and then days."""

    years: int = 0
    days: int = 0

    def over_at(self, moment: datetime, zone: str) -> datetime:
        """The first moment after the day on which the span that began at `moment` ends, by days in `zone`.

        A year that began on 29 February ends on 1 March where there is no such day: never a day too early.
        """
        place = place_of(zone)
        ends = _years_later(moment.astimezone(place).date(), self.years) + timedelta(days=self.days + 1)
        return datetime.combine(ends, time(), place).astimezone(UTC)


@lru_cache
def place_of(zone: str) -> ZoneInfo:
    """`zone_of`, read once: a log has a million moments."""
    return zone_of(zone)


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


@dataclass(frozen=True, slots=True)
class Periods:
    """`records`: what was sent to review, signed or published, authorizations and the log. `drafts`: those that were
    never sent to review; `media`: pictures that nothing uses, or only posts that were given up unsigned. In days.
    """

    records: Span = Span(LEAST_YEARS)
    drafts: int = 90
    media: int = 90

    def to_data(self) -> dict[str, Any]:
        """As it stands in the log."""
        return {
            "years": self.records.years, "days": self.records.days, "drafts": self.drafts, "media": self.media
        }  # fmt: skip

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> "Periods":
        """What `to_data` gave. Raises ValueError."""
        found = fields(dict(data), years=int, days=int, drafts=int, media=int)
        return cls(Span(found["years"], found["days"]), found["drafts"], found["media"]).checked(Span(LEAST_YEARS))

    def checked(self, least: Span) -> "Periods":
        """These. Raises BadInputError, naming the field, for a time that cannot be; `least`: for records."""
        if self.records.years < LEAST_YEARS or self.records.days < 0:
            what = "The law asks for six years from when a record was made or last in effect. Nothing was changed."
            raise BadInputError("Records are kept six years or longer", what, "Choose six or more.", field="records")
        if self.records < least:
            what = f"It is {words_of(least)} now, and what was promised is kept. Nothing was changed."
            raise BadInputError("This time can only be made longer", what, "Choose a longer one.", field="records")
        if self.records.years > MOST_YEARS or self.records.days >= 366:
            raise BadInputError(f"At most {MOST_YEARS} years can be set", "Nothing was changed.", field="records")
        for name, days in (("drafts", self.drafts), ("media", self.media)):
            if not 1 <= days <= MOST_DAYS:
                what = "Nothing was changed."
                raise BadInputError(f"Between 1 and {MOST_DAYS:,} days can be set", what, field=name)
        return self


def words_of(span: Span) -> str:
    """`6 years`, or `6 years and 40 days`."""
    years = "1 year" if span.years == 1 else f"{span.years} years"
    days = "1 day" if span.days == 1 else f"{span.days} days"
    return f"{years} and {days}" if span.days else years


def periods_in(session: Session) -> Periods:
    """The times in force. Raises RetentionError where the log's word on them cannot be read."""
    seq = _NEWEST.read(session)
    if seq is None:
        return Periods()
    found = said_in(session, seq) if seq >= 0 else None
    try:
        if found is None:
            raise ValueError("gone")
        return Periods.from_data({name: value for name, value in found[1].items() if name != "actor"})
    except (ValueError, BadInputError) as error:
        raise RetentionError(
            "How long records are kept cannot be read",
            "The entry that says so was changed or is gone. Nothing is erased.",
            "Verify the audit log, and tell the compliance officer.",
        ) from error


def _fold(before: int | None, later: Iterable[tuple[int, bytes]]) -> int | None:
    for seq, data in later:
        try:
            if Leaf.decode(data).action == Action.RETENTION_SET:
                before = seq
        except ValueError:
            before = _UNREADABLE
    return before


_UNREADABLE = -1
_NEWEST: Folding[int | None] = Folding("retention.set", None, _UNREADABLE, _fold)


class Retention:
    """Commands about how long things are kept."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def periods(self) -> Periods:
        """The times in force. Raises RetentionError."""
        with self._desk.reading() as session:
            return periods_in(session)

    def set(self, actor: Actor, periods: Periods) -> Changes:
        """Sets them for every desk of the workspace.

        Raises NotAllowedError, and BadInputError for less than six years, for less than is in force, and for a number
        of days that cannot be.
        """
        with self._desk.writing(actor.must_be_verified()) as unit:
            must(roles_of(self._desk, unit.session, actor), May.RETAIN)
            before = periods_in(unit.session)
            periods.checked(before.records)
            unit.record(Action.RETENTION_SET, "workspace", self._desk.workspace.id, body=periods.to_data())
        return unit.changes
