"""Finding entries in a log of any length: pages, counts, days and checkpoints, each by an index.

A log grows for years, and the thread that reads for the window also saves what people type: nothing here reads all of
it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from editorial.audit.actions import Action
from editorial.audit.entries import COLUMNS, Entry, entries_in
from editorial.audit.leaf import Leaf
from editorial.audit.log import head_of
from editorial.clock import stamp
from editorial.desk import Desk
from editorial.store.models import Account, AuditBody, AuditCheckpoint, AuditEntry, Delivery, Post
from editorial.when import zone_of

COUNTED = 10_000
"""Up to here matches are counted; beyond, that there are more is enough to know."""
_TITLES = 50
_seq = col(AuditEntry.seq)
_ts = col(AuditEntry.ts)


@dataclass(frozen=True, slots=True)
class Sought:
    """Which entries somebody looks for; what is empty is not asked for.

    `objects` are posts, with their deliveries, or other things; `prefixes` beginnings of action codes; `network` stands
    for its accounts and what was sent to them; from `since` to before `until`.
    """

    objects: tuple[str, ...] = ()
    actor_id: str = ""
    prefixes: tuple[str, ...] = ()
    network: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def everything(self) -> bool:
        """Whether every entry is sought."""
        return self == Sought()

    def to_json(self) -> dict[str, Any]:
        """As an export's entry tells it."""
        return {
            "objects": list(self.objects), "actor": self.actor_id, "actions": list(self.prefixes),
            "network": self.network, "since": stamp(self.since) if self.since else "",
            "until": stamp(self.until) if self.until else "",
        }  # fmt: skip

    @property
    def codes(self) -> tuple[str, ...]:
        """The action codes with one of the beginnings."""
        return tuple(str(action) for action in Action if action.startswith(self.prefixes))


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint: the entries before number `size` were signed `at` that moment."""

    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """When the log begins, and its newest checkpoint, if there is one."""

    since: datetime
    newest: Signed | None


@dataclass(frozen=True, slots=True)
class Around:
    """The neighbours of an entry: that before it and after it about the same thing, and how many there are of those.

    `previous` and `following` are the hashes beside it in the log, in hexadecimal, empty where there is none.
    """

    older: Entry | None
    newer: Entry | None
    count: int
    previous: str
    following: str


class Browsing:
    """Keeps what it counted of each day, so that a new entry costs no counting."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._zone = zone_of(desk.workspace.zone)
        self._days: Counter[date] = Counter()
        self._counted: tuple[date, date, int] | None = None  # the first day and the last, and the log's size then

    def page(self, sought: Sought, *, before: int | None = None, limit: int = 200) -> tuple[Entry, ...]:
        """The newest of them first, from below number `before` on."""
        with self._desk.reading() as session:
            found = session.connection().execute(
                sa.select(*COLUMNS)
                .join(AuditBody, col(AuditBody.seq) == _seq, isouter=True)
                .where(_seq.in_(_newest(session, sought, before, limit)))
                .order_by(_seq.desc())
            )
            return entries_in(session, found.all())

    def count(self, sought: Sought) -> int:
        """How many there are: exactly up to `COUNTED`, and one more where there are more."""
        with self._desk.reading() as session:
            if sought.everything:
                return head_of(session).size
            conditions = _conditions(session, sought)
            if sought.prefixes:
                conditions.append(col(AuditEntry.action).in_(sought.codes))
            few = sa.select(sa.literal(1)).select_from(AuditEntry).where(*conditions).limit(COUNTED + 1).subquery()
            return session.connection().execute(sa.select(sa.func.count()).select_from(few)).scalar_one()

    def per_day(self, first: date, last: date) -> list[int]:
        """How many entries each day has, in the organization's zone."""
        with self._desk.reading() as session:
            size = head_of(session).size
            if self._counted is None or self._counted[:2] != (first, last) or self._counted[2] > size:
                counts = _count_between(session, self.moments(first, last))
                self._days = Counter({first + timedelta(days=number): count for number, count in enumerate(counts)})
            elif self._counted[2] < size:
                new = session.connection().execute(sa.select(_ts).where(self._counted[2] <= _seq)).scalars()
                self._days.update(at.astimezone(self._zone).date() for at in new)
            self._counted = (first, last, size)
        return [self._days[first + timedelta(days=number)] for number in range((last - first).days + 1)]

    def moments(self, first: date, last: date) -> list[datetime]:
        """When each of these days begins in the organization's zone, and when the last one ends."""
        days = (first + timedelta(days=number) for number in range((last - first).days + 2))
        return [datetime.combine(day, time(), self._zone).astimezone(UTC) for day in days]

    def checkpoints(self, oldest: int, newest: int) -> tuple[Signed, ...]:
        """The checkpoints between these two entries, the newest first."""
        stored = (
            select(AuditCheckpoint.size, AuditCheckpoint.at)
            .where(col(AuditCheckpoint.size) > oldest, col(AuditCheckpoint.size) <= newest + 1)
            .order_by(col(AuditCheckpoint.size).desc())
        )
        with self._desk.reading() as session:
            return tuple(Signed(size, at) for size, at in session.exec(stored))

    def standing(self) -> Standing:
        """What can be said of the log as a whole without reading it."""
        last = select(AuditCheckpoint.size, AuditCheckpoint.at).order_by(col(AuditCheckpoint.size).desc()).limit(1)
        with self._desk.reading() as session:
            found = session.exec(last).first()
        first = self.page(Sought(), before=1, limit=1)[0]  # a workspace is made with its first entries
        return Standing(first.at, Signed(*found) if found else None)

    def around(self, entry: Entry) -> Around:
        """What stands near an entry."""
        same = Sought(objects=(entry.object_id,))
        with self._desk.reading() as session:
            later = sa.select(sa.func.min(_seq)).where(*_conditions(session, same), _seq > entry.seq)
            newer = session.connection().execute(later).scalar_one()
            beside = sa.select(_seq, col(AuditEntry.leaf_hash)).where(_seq.in_((entry.seq - 1, entry.seq + 1)))
            hashes = {seq: bytes(hashed).hex() for seq, hashed in session.connection().execute(beside)}
        return Around(
            older=next(iter(self.page(same, before=entry.seq, limit=1)), None),
            newer=next(iter(self.page(Sought(), before=newer + 1, limit=1)), None) if newer is not None else None,
            count=self.count(same),
            previous=hashes.get(entry.seq - 1, ""),
            following=hashes.get(entry.seq + 1, ""),
        )

    def posts(self, text: str) -> tuple[str, ...]:
        """The posts that somebody means by a number (`P-312` or `312`), or by words of the title."""
        plain = text.strip()
        number = plain.upper().removeprefix("P-")
        named = col(Post.number) == int(number) if number.isdecimal() else col(Post.title).contains(plain)
        with self._desk.reading() as session:
            return tuple(session.exec(select(Post.id).where(named).order_by(col(Post.number).desc()).limit(_TITLES)))

    def networks(self) -> tuple[str, ...]:
        """The networks with which there ever was an account."""
        with self._desk.reading() as session:
            return tuple(session.exec(select(Account.network).distinct().order_by(Account.network)))


class Fits:
    """Whether an entry is among those sought: for exports, which go through the whole log anyway."""

    def __init__(self, session: Session, sought: Sought) -> None:
        self._sought = sought
        self._objects = frozenset(sought.objects) | _ids(session, col(Delivery.post_id).in_(sought.objects))
        accounts = frozenset(session.exec(select(Account.id).where(Account.network == sought.network)))
        self._network = accounts | _ids(session, col(Delivery.account_id).in_(accounts))
        self._since = stamp(sought.since) if sought.since else ""
        self._until = stamp(sought.until) if sought.until else "~"  # after every time

    def __call__(self, leaf: Leaf) -> bool:
        """Whether it is."""
        sought, thing = self._sought, leaf.object["id"]
        return (
            (not sought.objects or thing in self._objects)
            and (not sought.actor_id or leaf.actor["id"] == sought.actor_id)
            and (not sought.prefixes or leaf.action.startswith(sought.prefixes))
            and (not sought.network or thing in self._network)
            and self._since <= leaf.ts < self._until
        )


def _ids(session: Session, which: ColumnElement[bool]) -> frozenset[str]:
    return frozenset(session.exec(select(Delivery.id).where(which)))


def _newest(session: Session, sought: Sought, before: int | None, limit: int) -> sa.Select[Any]:
    """The numbers of the newest entries sought.

    Of each action the newest are found by the index of the actions, and of those the newest: neither a frequent nor a
    rare one has the rest read.
    """
    conditions = _conditions(session, sought)
    if before is not None:
        conditions.append(before > _seq)
    if not sought.prefixes:
        return sa.select(_seq).where(*conditions).order_by(_seq.desc()).limit(limit)
    if sought.objects or sought.actor_id:
        conditions.append(col(AuditEntry.action).in_(sought.codes))
        return sa.select(_seq).where(*conditions).order_by(_seq.desc()).limit(limit)
    each = [
        sa.select(_seq).where(col(AuditEntry.action) == code, *conditions).order_by(_seq.desc()).limit(limit).subquery()
        for code in sought.codes
    ]
    together = sa.union_all(*(sa.select(part.c.seq) for part in each)).subquery()
    return sa.select(together.c.seq).order_by(together.c.seq.desc()).limit(limit)


def _conditions(session: Session, sought: Sought) -> list[ColumnElement[bool]]:
    """All but the actions."""
    thing = col(AuditEntry.object_id)
    found: list[ColumnElement[bool]] = []
    if sought.objects:
        sent = sa.select(col(Delivery.id)).where(col(Delivery.post_id).in_(sought.objects))
        found.append(sa.or_(thing.in_(sought.objects), thing.in_(sent)))
    if sought.actor_id:
        found.append(col(AuditEntry.actor_id) == sought.actor_id)
    if sought.network:
        accounts = sa.select(col(Account.id)).where(col(Account.network) == sought.network)
        sent = sa.select(col(Delivery.id)).where(col(Delivery.account_id).in_(accounts))
        found.append(thing.in_(accounts.union_all(sent)))
    return found + _between(session, sought.since, sought.until)


def _between(session: Session, since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    """Entries of a time, also by number: entries stand nearly in the order of their times, but clocks jump."""
    times = [_ts >= since] if since else []
    times += [_ts < until] if until else []
    if not times:
        return []
    bounds = sa.select(sa.func.min(_seq), sa.func.max(_seq)).where(*times)
    lowest, highest = session.connection().execute(bounds).one()
    return [*times, _seq >= (lowest or 0), _seq <= (-1 if highest is None else highest)]


def _count_between(session: Session, moments: Sequence[datetime]) -> Sequence[int]:
    counts = [
        sa.select(sa.func.count(_seq)).where(_ts >= begin, _ts < end).scalar_subquery()
        for begin, end in pairwise(moments)
    ]
    return tuple(session.connection().execute(sa.select(*counts)).one())
