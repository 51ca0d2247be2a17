"""Appending to the audit log, inside the unit of work that makes the change. Nothing else writes the log's tables."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, text
from sqlmodel import Session, col, select

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.audit.leaf import Leaf, commitment, new_salt
from editorial.audit.merkle import EMPTY_ROOT, leaf_hash
from editorial.audit.tree import Frontier
from editorial.audit.verify import Head, Row
from editorial.canonical import canonical, parse
from editorial.clock import stamp
from editorial.plain import plain
from editorial.store.models import AuditBody, AuditEntry, AuditHead, Workspace

_HEAD = sa.select(
    col(AuditHead.size),
    col(AuditHead.frontier),
    col(AuditHead.last),
    sa.select(col(Workspace.origin)).limit(1).scalar_subquery(),
)
# without the session's book-keeping: every change has several entries
_ENTRY, _BODY = sa.insert(AuditEntry), sa.insert(AuditBody)
_FIRST_HEAD = sa.insert(AuditHead).values(id=1)
_NEXT_HEAD = sa.update(AuditHead)
_AT_ONCE = 500  # below the number of values that one statement may have


@dataclass
class Log:
    """The log's head inside one transaction: every append moves it, and the commit makes it so.

    Entries reach the tables together, by `write`: before the commit, and before any statement that reads them.
    """

    origin: str
    app: str
    boot: str
    frontier: Frontier
    last: bytes
    _entries: list[dict[str, Any]] = field(default_factory=list)
    _bodies: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def read(cls, session: Session, app: str, boot: str) -> "Log":
        """The head as it stands. A workspace that is just being created has none yet."""
        head = session.connection().execute(_HEAD).first()
        if head is None:
            return cls(session.exec(select(Workspace.origin)).first() or "", app, boot, Frontier.from_json(0, []), b"")
        size, frontier, last, origin = head
        return cls(origin or "", app, boot, Frontier.from_json(size, frontier), last)

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self.frontier.size

    def append(
        self,
        now: datetime,
        actor: Actor,
        action: Action,
        about: Mapping[str, str],
        result: str,
        reason: str,
        body: Mapping[str, Any],
    ) -> Leaf:
        """Adds one entry with its body, and returns it."""
        readable = canonical(plain({"actor": actor.name, **body}))
        salt = new_salt()
        leaf = Leaf(
            log=self.origin, seq=self.size, ts=stamp(now), boot=self.boot, app=self.app,
            actor={"id": actor.id, "role": actor.role, "key": actor.key_id}, action=str(action), object=dict(about),
            digest=commitment(salt, readable), result=result, reason=reason, prev=self.last.hex(),
        )  # fmt: skip
        encoded = leaf.encode()
        hashed = leaf_hash(encoded)
        self._entries.append({
            "seq": leaf.seq, "leaf": encoded, "leaf_hash": hashed, "ts": now, "action": leaf.action,
            "object_type": about["type"], "object_id": about["id"], "actor_id": actor.id,
        })  # fmt: skip
        self._bodies.append({"seq": leaf.seq, "salt": salt, "body": readable})
        self.frontier, self.last = self.frontier.append(hashed), hashed
        return leaf

    def write(self, connection: Connection) -> None:
        """Puts what was added since the last time into the tables, and the new head."""
        if not self._entries:
            return
        entries, bodies, self._entries, self._bodies = self._entries, self._bodies, [], []
        connection.execute(_ENTRY, entries)
        connection.execute(_BODY, bodies)
        head = {
            "size": self.size, "root": self.frontier.root(), "frontier": self.frontier.to_json(), "last": self.last,
        }  # fmt: skip
        connection.execute(_NEXT_HEAD if entries[0]["seq"] else _FIRST_HEAD, head)


_STORED = text(
    """
    SELECT e.seq, e.leaf, e.leaf_hash, e.ts, e.action, e.object_type, e.object_id, e.actor_id, b.salt, b.body
    FROM audit_entry e LEFT JOIN audit_body b ON b.seq = e.seq
    WHERE e.seq >= :start ORDER BY e.seq
    """
)


_LEAVES = text("SELECT leaf FROM audit_entry ORDER BY seq")


def rows(session: Session, start: int = 0) -> Iterator[Row]:
    """The entries from `start` on, in order, as stored: nothing here trusts what it reads, the verifier does that."""
    stored = session.connection().execution_options(yield_per=1000).execute(_STORED, {"start": start})
    for part in stored.partitions():  # row by row the driver's answer costs more than what is done with it
        for seq, leaf, hashed, ts, action, kind, object_id, actor, salt, body in part:
            columns = {"ts": ts, "action": action, "object_type": kind, "object_id": object_id, "actor_id": actor}
            yield Row(seq, leaf, hashed, columns, (salt, body) if salt is not None else None)


def leaves(session: Session) -> Iterator[bytes]:
    """The entries alone, in order, as hashed: for what needs nothing beside them, several times as fast as `rows`."""
    stored = session.connection().execution_options(yield_per=1000).execute(_LEAVES)
    for part in stored.partitions():
        for (leaf,) in part:
            yield leaf


def head_of(session: Session) -> Head:
    """What the log's own table says about its size and root."""
    head = session.get(AuditHead, 1)
    return Head(head.size, head.root) if head else Head(0, EMPTY_ROOT)


def drop_bodies(session: Session, numbers: Iterable[int]) -> None:
    """Deletes what these entries' digests commit to, and the salts: nobody can tell any more what stood there."""
    wanted = list(numbers)
    for place in range(0, len(wanted), _AT_ONCE):
        piece = wanted[place : place + _AT_ONCE]
        session.connection().execute(sa.delete(AuditBody).where(col(AuditBody.seq).in_(piece)))


def body_of(session: Session, seq: int) -> Mapping[str, Any] | None:
    """What the entry's digest commits to; None when it was deleted."""
    row = session.get(AuditBody, seq)
    return None if row is None else dict(parse(row.body))
