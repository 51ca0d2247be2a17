"""What would be erased now, and what is past its time but preserved: decided here, for the preview and the deed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import String, type_coerce
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from editorial.audit.actions import Action
from editorial.canonical import digest
from editorial.clock import unstamp
from editorial.desk import Desk
from editorial.retention.facts import Facts, PostFacts, naming, read_facts
from editorial.retention.periods import LEAST_YEARS, Periods, Span, periods_in
from editorial.retention.preserving import PRESERVE, preserved_in, set_entries
from editorial.retention.reaching import Reaching
from editorial.store.models import AuditBody, AuditEntry


class Kind(StrEnum):
    """What can be erased."""

    DRAFT = "draft"  # never sent to review
    POST = "post"
    AUTHORIZATION = "authorization"
    PICTURE = "picture"
    ENTRY = "entry"  # the readable part of an entry of the log


EVERY = frozenset(Kind)
UNATTENDED = frozenset({Kind.DRAFT, Kind.PICTURE})
"""What is erased without a person's decision; records never are."""
_NEVER = timedelta(days=365 * LEAST_YEARS)  # what is younger is not looked at


@dataclass(frozen=True, slots=True)
class Item:
    """One thing past its time. `at`: when it was last in play, from which its time counted; `name` for people."""

    kind: Kind
    id: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """Something past its time that is preserved, and the ids of what preserves it."""

    item: Item
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What goes and what is kept though its time is over."""

    items: tuple[Item, ...]
    kept: tuple[Kept, ...]

    def of(self, kind: Kind) -> tuple[Item, ...]:
        """The items of one kind, the oldest first."""
        return tuple(sorted((each for each in self.items if each.kind is kind), key=lambda each: (each.at, each.id)))

    def fingerprint(self) -> str:
        """The same for the same items: that a person saw these, and not others."""
        return digest("\n".join(sorted(f"{each.kind} {each.id}" for each in self.items)).encode())


@dataclass(frozen=True, slots=True)
class _Entries:
    """Entries with a readable part that may be past their time: (number, what about, its id, when, who)."""

    rows: Sequence[tuple[int, str, str, datetime, str]]
    needed: frozenset[int]  # what they say is in force, or the only word on what was erased and set


def plan_for(desk: Desk, session: Session, now: datetime, kinds: Collection[Kind] = EVERY) -> Plan:
    """What of these kinds would be erased now. Raises RetentionError where what is in force cannot be read.

    Looks at everything that is stored: not for the UI thread.
    """
    periods = periods_in(session)
    facts, zone = read_facts(session, desk.media, now), desk.workspace.zone
    reaching = Reaching(session, preserved_in(session), zone)
    entries = _entries(session, now - _NEVER) if Kind.ENTRY in kinds else _Entries((), frozenset())
    return _Planning(facts, periods, zone, now, reaching, entries, kinds).plan()


def _entries(session: Session, before: datetime) -> _Entries:
    rows = session.connection().execute(
        sa_select(
            col(AuditEntry.seq), col(AuditEntry.object_type), col(AuditEntry.object_id),
            type_coerce(col(AuditEntry.ts), String), col(AuditEntry.actor_id),
        )
        .join(AuditBody, col(AuditBody.seq) == col(AuditEntry.seq))
        .where(col(AuditEntry.ts) < before)
        .order_by(col(AuditEntry.seq))
    )  # fmt: skip
    kept = col(AuditEntry.action).in_((Action.ERASED, Action.RETENTION_SET))
    needed = frozenset(session.exec(select(AuditEntry.seq).where(kept)).all()) | set_entries(session)
    return _Entries([(seq, kind, key, unstamp(at), who) for seq, kind, key, at, who in rows], needed)


class _Planning:
    """One look at everything."""

    def __init__(
        self,
        facts: Facts,
        periods: Periods,
        zone: str,
        now: datetime,
        reaching: Reaching,
        entries: _Entries,
        kinds: Collection[Kind],
    ) -> None:
        self._facts, self._periods, self._zone, self._now = facts, periods, zone, now
        self._reaching, self._entries, self._kinds = reaching, entries, kinds
        self._items: list[Item] = []
        self._kept: list[Kept] = []

    def plan(self) -> Plan:
        """The whole of it: posts first, since they decide about what they name."""
        gone = self._posts()
        staying = {key: post for key, post in self._facts.posts.items() if key not in gone}
        resting = naming(staying, authorizations=True)
        ended = self._authorizations(resting)
        shown = self._facts.pictures.keys() - self._pictures(staying, ended)
        written = {key for key, post in staying.items() if not post.empty}
        self._log(written | shown | (self._facts.authorizations.keys() - ended))
        return Plan(tuple(self._items), tuple(self._kept))

    def _over(self, moment: datetime, span: Span) -> bool:
        return span.over_at(moment, self._zone) <= self._now

    def _decide(self, item: Item, by: Iterable[str]) -> bool:
        """Takes the item unless it is preserved; whether it goes."""
        keeping = tuple(sorted(set(by)))
        if keeping:
            self._kept.append(Kept(item, keeping))
        else:
            self._items.append(item)
        return not keeping

    def _posts(self) -> set[str]:
        gone = set()
        for post in self._facts.posts.values():
            span = self._periods.records if post.sent else Span(days=self._periods.drafts)
            kind = Kind.POST if post.sent else Kind.DRAFT
            if kind not in self._kinds or post.empty or post.open or not self._over(post.last, span):
                continue
            if self._decide(Item(kind, post.id, _called(post), post.last), self._keeping(post)):
                gone.add(post.id)
        return gone

    def _keeping(self, post: PostFacts) -> set[str]:
        """What preserves the post: itself, or an authorization that it rests on."""
        found = self._reaching.post(self._facts, post.id)
        for key in post.authorizations:
            found |= self._reaching.authorization(self._facts, key)
        return found

    def _authorizations(self, resting: Mapping[str, Sequence[PostFacts]]) -> set[str]:
        gone: set[str] = set()
        if Kind.AUTHORIZATION not in self._kinds:
            return gone
        for key, found in self._facts.authorizations.items():
            if found.last is None or not self._over(found.last, self._periods.records):
                continue
            posts = resting.get(key, ())
            by = self._reaching.authorization(self._facts, key).union(*(self._keeping(post) for post in posts))
            if posts and not by:
                continue  # the proof that a post was allowed stays as long as the post
            if self._decide(Item(Kind.AUTHORIZATION, key, f"A-{found.number}", found.last), by):
                gone.add(key)
        return gone

    def _pictures(self, staying: Mapping[str, PostFacts], ended: Collection[str]) -> set[str]:
        gone = set()
        needed = {
            sha256
            for key, each in self._facts.authorizations.items()
            if key not in ended
            for sha256 in each.pictures
        }  # fmt: skip
        users, every = naming(staying), naming(self._facts.posts)
        for sha256, picture in self._facts.pictures.items():
            used = users.get(sha256, ())
            if sha256 in needed or any(not post.given_up for post in used):
                continue
            last = max((picture.added_at, *(post.last for post in every.get(sha256, ()))))
            if not self._over(last, Span(days=self._periods.media)):
                continue
            by = self._reaching.picture(picture).union(*(self._keeping(post) for post in used))
            if self._decide(Item(Kind.PICTURE, sha256, picture.name or "a picture", last), by):
                gone.add(sha256)
        return gone

    def _log(self, staying: Collection[str]) -> None:
        """Readable parts: as old as records, and about nothing whose record stays."""
        for seq, kind, key, at, who in self._entries.rows:
            owner = self._facts.owners.get(key, key)
            if seq in self._entries.needed or owner in staying:
                continue
            last = self._facts.newest.get(key, at) if kind == PRESERVE else at  # its end counts, not its beginning
            if not self._over(last, self._periods.records):
                continue
            by = self._reaching.entry(seq, key, at, who)
            self._decide(Item(Kind.ENTRY, f"{seq}", f"entry {seq:,}", at), by)


def _called(post: PostFacts) -> str:
    return f"P-{post.number}, {post.title}" if post.title else f"P-{post.number}"


def seqs_of(plan: Plan) -> list[int]:
    """The numbers of the entries whose readable parts go, ascending."""
    return sorted(int(each.id) for each in plan.of(Kind.ENTRY))
