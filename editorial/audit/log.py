"""Appending to the audit log, inside the unit of work that makes the change. Nothing else writes the log's tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, select

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


@dataclass
class Log:
    """The log's head inside one transaction: every append moves it, and the commit makes it so."""

    origin: str
    app: str
    boot: str
    head: AuditHead
    frontier: Frontier

    @classmethod
    def read(cls, session: Session, app: str, boot: str) -> "Log":
        """The head as it stands. A workspace that is just being created has none yet."""
        head = session.get(AuditHead, 1)
        workspace = session.exec(select(Workspace)).first()
        if head is None:
            head = AuditHead(id=1, size=0, root=EMPTY_ROOT, frontier=[], last=b"")
        frontier = Frontier.from_json(head.size, head.frontier)
        return cls(workspace.origin if workspace else "", app, boot, head, frontier)

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self.head.size

    def append(
        self,
        session: Session,
        now: datetime,
        actor: Actor,
        action: Action,
        about: Mapping[str, str],
        result: str,
        reason: str,
        body: Mapping[str, Any],
    ) -> int:
        """Writes one entry, its body and the new head; returns the entry's number, counted from 0."""
        readable = canonical(plain({"actor": actor.name, **body}))
        salt = new_salt()
        leaf = Leaf(
            log=self.origin, seq=self.head.size, ts=stamp(now), boot=self.boot, app=self.app,
            actor={"id": actor.id, "role": actor.role, "key": actor.key_id}, action=str(action), object=dict(about),
            digest=commitment(salt, readable), result=result, reason=reason, prev=self.head.last.hex(),
        )  # fmt: skip
        encoded = leaf.encode()
        hashed = leaf_hash(encoded)
        row = AuditEntry(
            seq=leaf.seq, leaf=encoded, leaf_hash=hashed, ts=now, action=leaf.action, object_type=about["type"],
            object_id=about["id"], actor_id=actor.id,
        )  # fmt: skip
        session.add(row)
        session.add(AuditBody(seq=leaf.seq, salt=salt, body=readable))
        self._advance(session, hashed)
        return leaf.seq

    def _advance(self, session: Session, hashed: bytes) -> None:
        self.frontier = self.frontier.append(hashed)
        self.head.size = self.frontier.size
        self.head.root = self.frontier.root()
        self.head.frontier = self.frontier.to_json()
        self.head.last = hashed
        session.add(self.head)
        session.flush()


_STORED = text(
    """
    SELECT e.seq, e.leaf, e.leaf_hash, e.ts, e.action, e.object_type, e.object_id, e.actor_id, b.salt, b.body
    FROM audit_entry e LEFT JOIN audit_body b ON b.seq = e.seq
    WHERE e.seq >= :start ORDER BY e.seq
    """
)


def rows(session: Session, start: int = 0) -> Iterator[Row]:
    """The entries from `start` on, in order, as stored: nothing here trusts what it reads, the verifier does that."""
    stored = session.connection().execution_options(yield_per=1000).execute(_STORED, {"start": start})
    for seq, leaf, hashed, ts, action, kind, object_id, actor, salt, body in stored:
        columns = {"ts": ts, "action": action, "object_type": kind, "object_id": object_id, "actor_id": actor}
        yield Row(seq, leaf, hashed, columns, (salt, body) if salt is not None else None)


def head_of(session: Session) -> Head:
    """What the log's own table says about its size and root."""
    head = session.get(AuditHead, 1)
    return Head(head.size, head.root) if head else Head(0, EMPTY_ROOT)


def body_of(session: Session, seq: int) -> Mapping[str, Any] | None:
    """What the entry's digest commits to; None when it was deleted."""
    row = session.get(AuditBody, seq)
    return None if row is None else dict(parse(row.body))
