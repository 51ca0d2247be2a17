"""Whether an authorization that a version rests on allows its content, at this minute. Read by the gate."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache

from sqlmodel import Session

from editorial.authorizations.elements import Detail, Elements, problems
from editorial.authorizations.told import told_of
from editorial.canonical import canonical, digest, parse
from editorial.content import AccountContent
from editorial.errors import BadInputError
from editorial.store.models import Authorization


class State(StrEnum):
    """How an authorization stands."""

    VALID = "valid"
    REVOKED = "revoked"
    EXPIRED = "expired"  # its last day is over
    ENDED = "ended"  # its event has happened
    ERASED = "erased"  # what it says is gone: its time was over
    DAMAGED = "damaged"  # what is stored is not what was recorded, or does not hold all that it must


@dataclass(frozen=True, slots=True)
class Standing:
    """An authorization at one moment. `at`: when it ended; `elements` is None where they cannot be read."""

    state: State
    number: int
    elements: Elements | None
    at: datetime | None = None

    @property
    def words(self) -> str:
        """Why it allows nothing now; empty while it is valid."""
        name = f"Authorization A-{self.number}"
        return {
            State.VALID: "",
            State.REVOKED: f"{name} was revoked.",
            State.EXPIRED: f"{name} has expired.",
            State.ENDED: f"{name} has ended: its event has happened.",
            State.ERASED: f"{name} was erased: its time was over.",
            State.DAMAGED: f"{name} is not what was recorded, or is not complete.",
        }[self.state]


def standing_of(session: Session, row: Authorization, now: datetime) -> Standing:
    """How the authorization stands at `now`. The log, not the row, says what was revoked or has happened."""
    elements, told = _elements(row), told_of(session, row.id)
    if told is not None and told.erased_at is not None:
        return Standing(State.ERASED, row.number, None, told.erased_at)
    if elements is None or told is None:
        return Standing(State.DAMAGED, row.number, elements)
    ends_at = elements.ends_at()
    if told.revoked_at is not None:
        return Standing(State.REVOKED, row.number, elements, told.revoked_at)
    if told.event_at is not None:
        return Standing(State.ENDED, row.number, elements, told.event_at)
    if ends_at is not None and ends_at <= now:
        return Standing(State.EXPIRED, row.number, elements, ends_at)
    return Standing(State.VALID, row.number, elements)


def _elements(row: Authorization) -> Elements | None:
    stored = canonical(row.elements)
    return _complete(stored) if digest(stored) == row.digest else None


@lru_cache(maxsize=256)
def _complete(stored: bytes) -> Elements | None:
    try:
        elements = Elements.from_json(parse(stored))
    except ValueError:
        return None
    return None if problems(elements) else elements


def frozen_names(
    session: Session, ids: Iterable[str], contents: Iterable[AccountContent], now: datetime
) -> tuple[str, ...]:
    """How a version names what it rests on: `id@digest`.

    Raises BadInputError for one that is not in the register, or that does not allow one of the contents now: signing
    what the gate would stop helps nobody.
    """
    names = []
    for each in sorted(set(ids)):
        row = session.get(Authorization, each)
        if row is None:
            raise BadInputError("An authorization is not in the register", "Nothing was sent.", field="authorizations")
        names.append(f"{row.id}@{row.digest}")
    linked = linked_pictures(session, names)
    for content in contents:
        problem = next(filter(None, (why_not_now(session, name, content, now, linked) for name in names)), "")
        if problem:
            advice = "Choose another authorization, or change the post."
            raise BadInputError("The authorization does not allow this", problem, advice, field="authorizations")
    return tuple(names)


def linked_pictures(session: Session, named: Iterable[str]) -> frozenset[str]:
    """The pictures (sha256) that one of these authorizations (`id@digest`) names: each shows that patient.

    Whether the authorization still allows anything is asked for each of them, and all have to.
    """
    found: set[str] = set()
    for each in named:
        key, _, digested = each.partition("@")
        row = session.get(Authorization, key)
        elements = _elements(row) if row is not None and row.digest == digested else None
        if elements is not None:
            found.update(elements.media)
    return frozenset(found)


def why_not_now(
    session: Session, named: str, content: AccountContent, now: datetime, linked: AbstractSet[str] = frozenset()
) -> str:
    """Why the authorization `id@digest` does not allow this content at `now`, in words; empty where it does.

    `linked`: the pictures that it or another authorization of the same version names (`linked_pictures`).
    """
    key, _, digested = named.partition("@")
    row = session.get(Authorization, key)
    if row is None:
        return "It is not in the register."
    if row.digest != digested:
        return f"Authorization A-{row.number} is not the one that was linked when the post was signed."
    standing = standing_of(session, row, now)
    return standing.words or not_covered(standing, content, linked)


def not_covered(standing: Standing, content: AccountContent, linked: AbstractSet[str] = frozenset()) -> str:
    """What of the content a valid authorization does not cover, in words; empty where it covers everything.

    The text is always its concern. A picture is not where only another patient's authorization names it; a picture
    that none names (it is not in `linked`) could show every patient of the post.
    """
    elements, name = standing.elements, f"Authorization A-{standing.number}"
    if elements is None or content.network not in elements.networks:
        return f"{name} does not name this network."
    if all(item.sha256 in elements.media or item.sha256 in linked for item in content.media):
        return ""
    if elements.media:
        return f"{name} names other pictures than this post has."
    return "" if Detail.PHOTO in elements.details else f"{name} does not cover pictures."
