"""The unit of work: one transaction that holds a change and its entries, or neither (I2).

A hook on the cursor looks at every statement, whoever wrote it: one that writes to a tracked table marks the unit, and
a marked unit without an entry cannot commit.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlmodel import Session

from editorial.actors import Actor
from editorial.audit.actions import ABOUT, Action
from editorial.audit.folding import forget
from editorial.audit.log import Log
from editorial.changes import Changes, Kind
from editorial.clock import Clock
from editorial.store.database import told_in_words
from editorial.store.models import LOG, UNTRACKED

_WRITES = re.compile(
    r"""\b(?:INSERT\s+(?:OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE(?:\s+OR\s+\w+)?|DELETE\s+FROM|MERGE\s+INTO|
        COPY|TRUNCATE(?:\s+TABLE)?|(?:DROP|ALTER)\s+TABLE(?:\s+IF\s+EXISTS)?)\s*
        (?:\bONLY\s+)?(?:["`'\[]?\w+["`'\]]?\s*\.\s*)?["`'\[]?(\w+)""",
    re.IGNORECASE | re.VERBOSE,
)
_COMMENTS = re.compile(r"/\*.*?\*/|--[^\n]*", re.DOTALL)


class UnrecordedChangeError(Exception):
    """A bug of ours: data was changed without an entry. The transaction is rolled back."""


@lru_cache(maxsize=1024)
def tracked_in(statement: str) -> frozenset[str]:
    """The tracked tables that an SQL statement writes to; naming one too many costs an entry, one too few a proof."""
    # Both with and without comments: one may stand between the words, and what looks like one may be text.
    found = {*_WRITES.findall(statement), *_WRITES.findall(_COMMENTS.sub(" ", statement))}
    return frozenset(name.lower() for name in found) - UNTRACKED - LOG


@lru_cache(maxsize=1024)
def names_log(statement: str) -> bool:
    """Whether an SQL statement may read the log, or write to it: it names one of its tables."""
    return any(table in statement.lower() for table in LOG)


@dataclass
class Unit:
    """What a command works with: the session, who acts, the one moment that counts as now, and `record`."""

    session: Session
    actor: Actor
    now: datetime
    log: Log
    _marked: set[str] = field(default_factory=set)
    _kinds: set[Kind] = field(default_factory=set)
    _ids: set[str] = field(default_factory=set)
    _entries: int = 0
    _ended: bool = False

    def record(
        self,
        action: Action,
        kind: str,
        object_id: str,
        *,
        revision: int | str = "",
        result: str = "ok",
        reason: str = "",
        body: Mapping[str, Any] | None = None,
    ) -> int:
        """Appends an entry and returns its number.

        `kind` and `object_id` say what it is about. `reason` is a code that may stand in the log for ever; `body`
        holds what must be deletable: names, typed reasons, texts, digests of content. Raises ValueError for a body
        that is not plain JSON.
        """
        if self._ended:
            raise UnrecordedChangeError("recorded after the end, where nothing writes it any more")
        about = {"type": kind, "id": object_id, "rev": str(revision)}
        leaf = self.log.append(self.now, self.actor, action, about, result, reason, body or {})
        forget(self.session, action)
        self._kinds |= ABOUT[action].kinds
        self._ids.add(object_id)
        self._entries += 1
        return leaf.seq

    def mark(self, statement: str) -> None:
        """Notes the tracked tables that the statement writes to."""
        self._marked |= tracked_in(statement)

    def end_piece(self) -> None:
        """Of several pieces of work in one unit, one is over: it has entries of its own, or changed nothing."""
        self.session.flush()
        self._must_be_recorded()
        self._marked, self._entries = set(), 0

    def end(self) -> None:
        """Called when the block is over: the commit that follows is the one and only."""
        self._ended = True

    def check(self) -> None:
        """Raises UnrecordedChangeError when something tracked was written and nothing recorded, or too early."""
        if not self._ended:
            raise UnrecordedChangeError("committed inside the block, where the rest could still fail")
        self._must_be_recorded()

    def _must_be_recorded(self) -> None:
        if self._marked and not self._entries:
            raise UnrecordedChangeError(f"changed without an entry: {', '.join(sorted(self._marked))}")

    @property
    def changes(self) -> Changes:
        """What this unit changed."""
        return Changes(frozenset(self._kinds), frozenset(self._ids), self.log.size - 1)


def _unit_of(connection: Connection) -> Unit | None:
    box = connection.get_execution_options().get("signpost_unit")
    return box[0] if box else None


def _on_execute(connection: Connection, cursor: Any, statement: str, *_rest: Any) -> None:
    if (unit := _unit_of(connection)) is not None:
        if names_log(statement):
            unit.log.write(connection)
        unit.mark(statement)


def _on_commit(connection: Connection) -> None:
    if (unit := _unit_of(connection)) is None:
        return
    try:
        unit.check()
    except UnrecordedChangeError:
        connection.connection.rollback()  # SQLAlchemy already counts this transaction as ended
        raise


def _on_savepoint(connection: Connection, name: str) -> None:
    if _unit_of(connection) is not None:  # rolling back to it would take entries out that the log's head has counted
        raise UnrecordedChangeError("a unit of work has no savepoints")


def watch(engine: Engine) -> None:
    """Puts the hooks on the engine, once."""
    event.listen(engine, "before_cursor_execute", _on_execute)
    event.listen(engine, "commit", _on_commit)
    event.listen(engine, "savepoint", _on_savepoint)


@contextmanager
def writing(engine: Engine, clock: Clock, actor: Actor, app: str, boot: str) -> Iterator[Unit]:
    """One unit of work: BEGIN IMMEDIATE, the block, COMMIT. Any exception rolls all of it back.

    No network call, passphrase hash or file hash belongs inside: every other writer is waiting.
    """
    box: list[Unit] = []
    with (
        told_in_words(),
        engine.connect().execution_options(signpost_unit=box) as connection,
        Session(bind=connection, expire_on_commit=False) as session,
    ):
        session.connection()  # BEGIN IMMEDIATE now, so that everything read below is the newest
        unit = Unit(session, actor, clock.now(), Log.read(session, app, boot))
        box.append(unit)
        yield unit
        session.flush()
        unit.log.write(session.connection())
        unit.end()
        session.commit()
