"""What each Preserve touches, looked at when it is asked. In doubt something is touched."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from sqlmodel import Session, SQLModel, col, select

from editorial.canonical import parse
from editorial.retention.facts import Facts, PictureFacts
from editorial.retention.periods import place_of
from editorial.retention.preserving import By, Preserved
from editorial.retention.words import Wanted, texts_in
from editorial.store.models import (
    AsPublished,
    Attempt,
    AuditBody,
    AuditEntry,
    Authorization,
    Concern,
    Delivery,
    Draft,
    Media,
    Post,
    Revision,
    SignOff,
    Takedown,
    Task,
)
from editorial.store.remarks import Acceptance, Comment

_OF_POST: tuple[type[SQLModel], ...] = (Post, Draft, Revision, SignOff, Comment, Acceptance, Delivery, Task, Concern)
_OF_DELIVERY: tuple[type[SQLModel], ...] = (AsPublished, Attempt, Takedown)


@dataclass(slots=True)
class _Traces:
    """Everything that is written in or about one thing, and every moment at which something happened to it."""

    texts: set[str]
    moments: list[datetime]
    spans: list[tuple[datetime, datetime]]

    @classmethod
    def empty(cls) -> "_Traces":
        return cls(set(), [], [])

    def add(self, value: object) -> None:
        """A column of a row: a moment, or bytes with JSON in them."""
        if isinstance(value, datetime):
            self.moments.append(value)
        elif isinstance(value, bytes):
            self.texts |= set(_texts_of(value))

    def add_row(self, row: SQLModel) -> None:
        """Every column of it."""
        data = row.model_dump()
        self.texts |= set(texts_in(data))
        for value in data.values():
            if not isinstance(value, str | dict | list):
                self.add(value)


def _texts_of(data: bytes) -> Iterator[str]:
    try:
        yield from texts_in(parse(data))
    except ValueError:  # what cannot be read as data is looked through as it is
        yield data.decode("utf-8", "replace")


class Reaching:
    """What is in force, held against what is stored."""

    def __init__(self, session: Session, preserved: Sequence[Preserved], zone: str) -> None:
        self._session, self._preserved, self._zone = session, preserved, zone
        self._wanted = {each.id: Wanted(each.reach.word) for each in preserved if each.reach.by is By.WORD}
        self._known: dict[str, set[str]] = {}
        self._parts: Mapping[str, Sequence[str]] | None = None

    def post(self, facts: Facts, post_id: str) -> set[str]:
        """The ids of every Preserve that touches the post itself, anything written in it, or anything about it."""
        return self._found(post_id, lambda: self._traces_of_post(facts, post_id))

    def authorization(self, facts: Facts, authorization_id: str) -> set[str]:
        """The same for an authorization; days touch it while it was in effect."""
        return self._found(authorization_id, lambda: self._traces_of_authorization(facts, authorization_id))

    def picture(self, picture: PictureFacts) -> set[str]:
        """The same for a picture by itself: its name, who added it and when."""
        traces = _Traces({picture.name, picture.added_by}, [picture.added_at], [])
        return self._touching(picture.sha256, traces) if self._preserved else set()

    def entry(self, seq: int, key: str, at: datetime, who: str) -> set[str]:
        """The same for an entry of the log."""
        if not self._preserved:
            return set()
        traces = _Traces({who}, [at], [])
        looked = (each for each in self._preserved if each.reach.by is not By.WORD)
        return {each.id for each in looked if self._touches(each, key, traces)} | self._with_words.get(seq, set())

    def _found(self, key: str, traces: Callable[[], _Traces]) -> set[str]:
        if not self._preserved:
            return set()
        if key not in self._known:
            self._known[key] = self._touching(key, traces())
        return set(self._known[key])

    def _touching(self, key: str, traces: _Traces) -> set[str]:
        return {each.id for each in self._preserved if self._touches(each, key, traces)}

    def _touches(self, preserved: Preserved, key: str, traces: _Traces) -> bool:
        reach = preserved.reach
        if reach.by is By.POST:
            return key == reach.target
        if reach.by is By.PERSON:
            return key == reach.target or reach.target in traces.texts
        if reach.by is By.WORD:
            return self._wanted[preserved.id].stands_in(traces.texts)
        first, last = self._days(reach.first, reach.last)
        return any(first <= each < last for each in traces.moments) or any(
            begins < last and ends >= first for begins, ends in traces.spans
        )

    def _days(self, first: date | None, last: date | None) -> tuple[datetime, datetime]:
        """The first moment of the first day, and that after the last."""
        zone = place_of(self._zone)
        begins = datetime.combine(first or date.min.replace(year=2), time(), zone)
        ends = datetime.combine((last or date.max.replace(year=9000)) + timedelta(days=1), time(), zone)
        return begins.astimezone(UTC), ends.astimezone(UTC)

    # ---- what is written ---------------------------------------------------------------------------------------------

    def _traces_of_post(self, facts: Facts, post_id: str) -> _Traces:
        traces, session = _Traces.empty(), self._session
        for table in _OF_POST:
            owner = Post.id if table is Post else table.post_id  # type: ignore[attr-defined]
            for row in session.exec(select(table).where(owner == post_id)).all():
                traces.add_row(row)
        deliveries = session.exec(select(Delivery.id).where(Delivery.post_id == post_id)).all()
        for table in _OF_DELIVERY:
            column = table.delivery_id  # type: ignore[attr-defined]
            for row in session.exec(select(table).where(col(column).in_(deliveries))).all():
                traces.add_row(row)
        pictures = facts.posts[post_id].pictures
        traces.texts |= set(session.exec(select(Media.name).where(col(Media.sha256).in_(pictures))).all())
        self._add_entries(facts, post_id, traces)
        return traces

    def _traces_of_authorization(self, facts: Facts, authorization_id: str) -> _Traces:
        traces = _Traces.empty()
        row = self._session.get(Authorization, authorization_id)
        if row is not None:
            traces.add_row(row)
            signed = str(row.elements.get("signed_on") or row.recorded_at.date())
            begins = datetime.combine(date.fromisoformat(signed), time(), UTC) - timedelta(days=1)
            known = facts.authorizations.get(authorization_id)
            ends = known.last if known is not None and known.last is not None else datetime.max.replace(tzinfo=UTC)
            traces.spans.append((begins, ends))
        self._add_entries(facts, authorization_id, traces)
        return traces

    def _add_entries(self, facts: Facts, owner: str, traces: _Traces) -> None:
        rows = self._session.exec(
            select(AuditEntry.ts, AuditEntry.actor_id, AuditBody.body)
            .join(AuditBody, col(AuditBody.seq) == col(AuditEntry.seq), isouter=True)
            .where(col(AuditEntry.object_id).in_(self._parts_of(facts, owner)))
        ).all()
        for at, who, body in rows:
            traces.moments.append(at)
            traces.texts.add(who)
            if body is not None:
                traces.add(body)

    def _parts_of(self, facts: Facts, owner: str) -> Sequence[str]:
        if self._parts is None:
            parts: dict[str, list[str]] = defaultdict(list)
            for key, each in facts.owners.items():
                parts[each].append(key)
            self._parts = parts
        return self._parts.get(owner, ())

    @cached_property
    def _with_words(self) -> Mapping[int, set[str]]:
        """The number of each entry whose readable part holds a word or names a person that is preserved."""
        looked = [each for each in self._preserved if each.reach.by in (By.WORD, By.PERSON)]
        if not looked:
            return {}
        found: dict[int, set[str]] = {}
        rows = self._session.connection().execution_options(yield_per=1000)
        for seq, body in rows.execute(select(AuditBody.seq, AuditBody.body)):
            traces = _Traces(set(_texts_of(body)), [], [])
            keeping = {each.id for each in looked if self._touches(each, "", traces)}
            if keeping:
                found[seq] = keeping
        return found
