"""One entry as people read it. Nothing here trusts what it reads: one that somebody changed must still be shown."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, String, true, type_coerce
from sqlmodel import Session, col, select

from editorial.audit.actions import words
from editorial.audit.erasures import Erasure, erasures
from editorial.audit.leaf import Leaf
from editorial.canonical import parse
from editorial.clock import unstamp
from editorial.store.models import Account, AuditBody, AuditEntry, Delivery, Person, Post

DAMAGED = "damaged"
"""The `result` of an entry that cannot be read any more."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as the Audit screen shows it. `about` names the post or account, where the body still tells.

    Where the readable part is gone `readable` is False; `erasure` says when and by whom, None for one that was lost.
    """

    seq: int
    at: datetime
    action: str
    words: str
    result: str
    reason: str
    actor_id: str
    actor: str
    role: str
    object_type: str
    object_id: str
    revision: str
    about: str
    body: Mapping[str, Any]
    leaf_hash: str
    prev: str
    digest: str
    readable: bool = True
    erasure: Erasure | None = None


def names_of(session: Session, wanted: Collection[str] | None = None, *, titles: bool = True) -> dict[str, str]:
    """Ids of posts, deliveries and accounts (those in `wanted`, or all), as people call them.

    Without `titles`, which may name a patient, posts are their numbers.
    """

    def those(column: Any) -> ColumnElement[bool]:
        return true() if wanted is None else col(column).in_(wanted)

    def called(number: int, title: str) -> str:
        return f"P-{number}, {title}" if titles else f"P-{number}"

    posts = select(Post.id, Post.number, Post.title).where(those(Post.id))
    accounts = select(Account.id, Account.label).where(those(Account.id))
    deliveries = (
        select(Delivery.id, Post.number, Post.title, Account.label)
        .join(Post, col(Post.id) == col(Delivery.post_id))
        .join(Account, col(Account.id) == col(Delivery.account_id))
        .where(those(Delivery.id))
    )
    named = {key: called(number, title) for key, number, title in session.exec(posts)}
    named |= dict(session.exec(accounts).all())
    return named | {
        key: f"{called(number, title)} on {label}" for key, number, title, label in session.exec(deliveries)
    }


COLUMNS = (
    col(AuditEntry.seq),
    col(AuditEntry.leaf),
    col(AuditEntry.leaf_hash),
    type_coerce(col(AuditEntry.ts), String).label("ts"),
    col(AuditEntry.action),
    col(AuditEntry.object_type),
    col(AuditEntry.object_id),
    col(AuditEntry.actor_id),
    col(AuditBody.body),
)
_NO_TIME = datetime.fromtimestamp(0, UTC)


def entries_in(session: Session, stored: Sequence[Any]) -> tuple[Entry, ...]:
    """The entries in rows of `COLUMNS`."""
    names, told = names_of(session, {row.object_id for row in stored}), tuple[Erasure, ...]()
    if any(row.body is None for row in stored):
        told = erasures(session)
        names |= dict(session.exec(select(Person.id, Person.name)).all())
    return tuple(_entry(row, names, told) for row in stored)


def _entry(row: Any, names: Mapping[str, str], told: Sequence[Erasure]) -> Entry:
    try:
        leaf = Leaf.decode(row.leaf)
        at = unstamp(leaf.ts)
    except (ValueError, AttributeError, TypeError):
        return _damaged(row)
    body = body_in(row.body)
    return Entry(
        seq=row.seq,
        at=at,
        action=leaf.action,
        words=words(leaf.action, leaf.object["rev"]),
        result=leaf.result,
        reason=leaf.reason,
        actor_id=leaf.actor["id"],
        actor=str(body.get("actor") or names.get(leaf.actor["id"], "")),
        role=leaf.actor["role"],
        object_type=leaf.object["type"],
        object_id=leaf.object["id"],
        revision=leaf.object["rev"],
        about=names.get(leaf.object["id"], str(body.get("name") or body.get("title") or "")),
        body=body,
        leaf_hash=bytes(row.leaf_hash).hex(),
        prev=leaf.prev,
        digest=leaf.digest,
        readable=row.body is not None,
        erasure=next((each for each in told if each.names(row.seq)), None) if row.body is None else None,
    )


def _damaged(row: Any) -> Entry:
    """An entry that somebody changed, as far as its columns still tell."""
    return Entry(
        seq=row.seq,
        at=_NO_TIME,
        action=str(row.action),
        words="This entry was changed and cannot be read",
        result=DAMAGED,
        reason="",
        actor_id=str(row.actor_id),
        actor="",
        role="",
        object_type=str(row.object_type),
        object_id=str(row.object_id),
        revision="",
        about="",
        body={},
        leaf_hash="",
        prev="",
        digest="",
    )


def body_in(stored: object) -> Mapping[str, Any]:
    """The readable part; empty where it was deleted or is none."""
    try:
        found = parse(stored) if isinstance(stored, bytes) else None
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
