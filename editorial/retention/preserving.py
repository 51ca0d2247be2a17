"""Preserve: what must be kept beyond its time, until a person ends that. The log alone says what is preserved.

Like a hold it is folded from the leaves; the post, person, days or word stand in the entry's readable part. While one
of those cannot be read nothing is erased.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from sqlmodel import Session, select

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.audit.erasures import said_in
from editorial.audit.folding import Folding
from editorial.audit.leaf import Leaf
from editorial.changes import Changes
from editorial.clock import unstamp
from editorial.desk import Desk
from editorial.errors import BadInputError, ChangedMeanwhileError
from editorial.ids import new_id
from editorial.people.permissions import May, must
from editorial.people.session import roles_of
from editorial.plain import plain
from editorial.retention.periods import RetentionError
from editorial.retention.words import Wanted
from editorial.store.models import Person, Post

PRESERVE = "preserve"
"""What entries about it call it."""
LONGEST = 200
"""Characters of a word or phrase."""


class By(StrEnum):
    """What a Preserve goes by: codes that stand in the log."""

    POST = "post"
    PERSON = "person"
    DATES = "dates"
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Reach:
    """What is to be preserved.

    `target` is a post's or person's id, or a post's number as people say it; days are of the organization's zone, and
    both are kept.
    """

    by: By
    target: str = ""
    first: date | None = None
    last: date | None = None
    word: str = ""

    def checked(self, session: Session) -> "Reach":
        """As it is kept. Raises BadInputError naming the field."""
        if self.by is By.WORD:
            word = " ".join(plain(self.word).split())
            if not Wanted(word) or len(word) > LONGEST:
                what = f"Letters or digits, at most {LONGEST} characters. Nothing was changed."
                raise BadInputError("There is no word to look for", what, "Write one.", field="word")
            return Reach(self.by, word=word)
        if self.by is By.DATES:
            if self.first is None or self.last is None or self.last < self.first:
                what = "It needs a first day and a last one that is not before it. Nothing was changed."
                raise BadInputError("These days cannot be", what, "Correct them.", field="dates")
            return Reach(self.by, first=self.first, last=self.last)
        found = _post_id(session, self.target) if self.by is By.POST else self.target
        if session.get(Post if self.by is By.POST else Person, found) is None:
            raise BadInputError(f"There is no such {self.by}", "Nothing was changed.", "Choose one.", field="target")
        return Reach(self.by, target=found)


def _post_id(session: Session, target: str) -> str:
    number = target.strip().upper().removeprefix("P-")
    found = session.exec(select(Post.id).where(Post.number == int(number))).first() if number.isdecimal() else None
    return found or target


@dataclass(frozen=True, slots=True)
class Preserved:
    """One that is in force. `name` is what people call its post or person, its days or its word; `why` was typed."""

    id: str
    reach: Reach
    name: str
    why: str
    by: str
    at: datetime

    @property
    def words(self) -> str:
        """What it keeps, in a few words."""
        return f"the word “{self.name}”" if self.reach.by is By.WORD else self.name


def preserved_in(session: Session) -> tuple[Preserved, ...]:
    """Everything that is preserved, oldest first. Raises RetentionError where the log's word on it cannot be read."""
    found = []
    for key, seq in _SET.read(session).items():
        said = said_in(session, seq) if seq >= 0 else None
        try:
            if said is None:
                raise ValueError("gone")
            found.append(_preserved(key, *said))
        except (ValueError, KeyError, TypeError) as error:
            raise RetentionError(
                "What is preserved cannot be read",
                "An entry that says so was changed or is gone. Nothing is erased.",
                "Verify the audit log, and tell the compliance officer.",
            ) from error
    return tuple(found)


def _preserved(key: str, leaf: Leaf, body: Mapping[str, Any]) -> Preserved:
    reach = Reach(
        By(leaf.reason), body["target"], _day(body["first"]), _day(body["last"]), body["word"],
    )  # fmt: skip
    return Preserved(key, reach, body["name"], body["why"], str(body.get("actor", "")), unstamp(leaf.ts))


def set_entries(session: Session) -> frozenset[int]:
    """The numbers of the entries whose readable parts say what is preserved now."""
    return frozenset(_SET.read(session).values())


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _fold(before: Mapping[str, int], later: Iterable[tuple[int, bytes]]) -> Mapping[str, int]:
    found = dict(before)
    for seq, data in later:
        try:
            leaf = Leaf.decode(data)
        except ValueError:
            found[f"{_UNREADABLE} {seq}"] = _UNREADABLE
            continue
        if leaf.action == Action.PRESERVE_SET:
            found[leaf.object["id"]] = seq
        elif leaf.action == Action.PRESERVE_ENDED:
            found.pop(leaf.object["id"], None)
    return MappingProxyType(found)


_UNREADABLE = -1
_SET: Folding[Mapping[str, int]] = Folding(
    "preserve.",
    MappingProxyType({}),
    MappingProxyType({str(_UNREADABLE): _UNREADABLE}),
    _fold,
)
"""Id to the number of the entry that set it."""


class Preserving:
    """Commands about Preserve."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def all(self) -> tuple[Preserved, ...]:
        """Everything that is preserved, oldest first. Raises RetentionError."""
        with self._desk.reading() as session:
            return preserved_in(session)

    def set(self, actor: Actor, reach: Reach, why: str = "") -> tuple[str, Changes]:
        """Preserves from now on; returns the id. Raises NotAllowedError and BadInputError."""
        with self._desk.writing(actor.must_be_verified()) as unit:
            must(roles_of(self._desk, unit.session, actor), May.RETAIN)
            reach = reach.checked(unit.session)
            key, data = new_id("keep"), {name: str(value or "") for name, value in asdict(reach).items()}
            body = {**data, "name": _name(unit.session, reach), "why": plain(why).strip()}
            unit.record(Action.PRESERVE_SET, PRESERVE, key, reason=str(reach.by), body=body)
        return key, unit.changes

    def end(self, actor: Actor, key: str, why: str) -> Changes:
        """Ends one, for a reason: its records can be erased again when their time is over.

        Raises NotAllowedError, BadInputError without a reason, and ChangedMeanwhileError for one that is not in force.
        """
        why = plain(why).strip()
        if not why:
            raise BadInputError("The reason is missing", "Nothing was changed.", "Write why it ends.", field="why")
        with self._desk.writing(actor.must_be_verified()) as unit:
            must(roles_of(self._desk, unit.session, actor), May.RETAIN)
            if key not in _SET.read(unit.session):
                raise ChangedMeanwhileError("This Preserve has ended already", "Nothing was changed.")
            unit.record(Action.PRESERVE_ENDED, PRESERVE, key, body={"why": why})
        return unit.changes


def _days(reach: Reach) -> str:
    return f"{reach.first}" if reach.first == reach.last else f"{reach.first} to {reach.last}"


def _name(session: Session, reach: Reach) -> str:
    if reach.by is By.POST:
        post = session.get_one(Post, reach.target)
        return f"P-{post.number}, {post.title}" if post.title else f"P-{post.number}"
    if reach.by is By.PERSON:
        return session.get_one(Person, reach.target).name
    return reach.word if reach.by is By.WORD else _days(reach)
