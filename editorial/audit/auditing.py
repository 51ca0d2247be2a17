"""Reading, verifying and exporting the audit log: the compliance officer's commands."""

import errno
import os
import tempfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, String, true, type_coerce
from sqlmodel import Session, col, func, or_, select

from editorial.actors import Actor
from editorial.audit.actions import Action, words
from editorial.audit.checkpoints import CheckpointError, Checkpoints, sign_log
from editorial.audit.erasures import Erasure, erasures, missing_in
from editorial.audit.export import ReadableRow, write_csv, write_jsonl
from editorial.audit.leaf import Leaf
from editorial.audit.log import head_of, rows
from editorial.audit.merkle import EMPTY_ROOT
from editorial.audit.verify import Problem, Row, Verdict, verify_entries
from editorial.canonical import parse
from editorial.changes import Changes
from editorial.charter.chain import CharterError
from editorial.clock import unstamp
from editorial.desk import Desk
from editorial.errors import DeskError
from editorial.people.permissions import May, must
from editorial.people.session import roles_of
from editorial.store.database import StorageError
from editorial.store.models import Account, AuditBody, AuditEntry, Delivery, Person, Post

DAMAGED = "damaged"
"""The `result` of an entry that cannot be read any more."""


class Format(StrEnum):
    """The forms of an export."""

    JSONL = "jsonl"
    CSV = "csv"


class TamperedError(DeskError):
    """The log does not verify. The export was stopped."""

    code = "E-LOG"


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


class Auditing:
    """The log's readers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def size(self) -> int:
        """How many entries there are."""
        with self._desk.reading() as session:
            return head_of(session).size

    def entries(
        self,
        *,
        before: int | None = None,
        limit: int = 200,
        object_id: str = "",
        actor_id: str = "",
        prefixes: tuple[str, ...] = (),
    ) -> tuple[Entry, ...]:
        """The newest entries first, from below number `before` on.

        Where they are given, only those about `object_id`, by `actor_id`, and whose action begins with one of
        `prefixes`.
        """
        statement = sa.select(*_COLUMNS).join(AuditBody, col(AuditBody.seq) == col(AuditEntry.seq), isouter=True)
        if before is not None:
            statement = statement.where(col(AuditEntry.seq) < before)
        if object_id:
            statement = statement.where(col(AuditEntry.object_id) == object_id)
        if actor_id:
            statement = statement.where(col(AuditEntry.actor_id) == actor_id)
        if prefixes:
            statement = statement.where(or_(*(col(AuditEntry.action).startswith(each) for each in prefixes)))
        with self._desk.reading() as session:
            found = session.connection().execute(statement.order_by(col(AuditEntry.seq).desc()).limit(limit)).all()
            names = _names(session, {row.object_id for row in found})
            told: Sequence[Erasure] = ()
            if any(row.body is None for row in found):
                told = erasures(session)
                names |= dict(session.exec(select(Person.id, Person.name)).all())
        return tuple(_entry(row, names, told) for row in found)

    def per_day(self) -> dict[str, int]:
        """How many entries each UTC day has, by ISO date."""
        day = func.substr(col(AuditEntry.ts), 1, 10)
        with self._desk.reading() as session:
            return dict(session.exec(select(day, func.count()).group_by(day).order_by(day)).all())

    def check(self) -> Verdict:
        """Recomputes the whole log against its recorded size and root, and against every signed checkpoint.

        Takes a moment: not for the UI thread.
        """
        with self._desk.reading() as session:
            return self._verdict(session)

    def _verdict(self, session: Session) -> Verdict:
        try:
            known = Checkpoints(self._desk).known(session)
        except (CheckpointError, CharterError) as error:
            return Verdict(0, EMPTY_ROOT, Problem(0, error.title, f"{error.what} {error.advice}", error.code))
        verdict = verify_entries(rows(session), head_of(session), known)
        if verdict.problem is not None:
            return verdict
        missing = missing_in(session)
        return replace(verdict, erased=missing.erased, lost=len(missing.lost))

    def verify(self, actor: Actor) -> tuple[Verdict, Changes]:
        """Checks the log and notes in it that somebody did."""
        verdict = self.check()
        return verdict, self.note_verified(actor, verdict)

    def note_verified(self, actor: Actor, verdict: Verdict) -> Changes:
        """Notes that somebody had the log checked. A log with a problem is evidence: it is left exactly as it is."""
        if verdict.problem is not None:
            return Changes()
        with self._desk.writing(actor) as unit:
            unit.record(Action.LOG_VERIFIED, "log", self._desk.workspace.id, revision=verdict.size, result="intact")
        return unit.changes

    def export(self, actor: Actor, form: Format, path: Path) -> tuple[Verdict, Changes]:
        """Writes the verified log to `path`, which appears complete or not at all, and notes it in the log.

        What is written is what was verified: both read one view of the data. Raises NotAllowedError for people without
        the role, TamperedError naming the entry, and DeskError when the file cannot be written; then nothing is
        exported.
        """
        self._may_export(actor)
        self._sign()
        try:
            with _part_of(path) as part:
                verdict = self._write(form, part)
                changes = self._note_export(actor, form, path, verdict)
                part.replace(path)
        except OSError as error:
            raise _unwritable(path, error) from error
        self._sign()
        return verdict, changes

    def _sign(self) -> None:
        """A checkpoint, where one can be made; what is wrong with the log or the disk is told by what follows."""
        with suppress(CheckpointError, StorageError):
            sign_log(self._desk)

    def _may_export(self, actor: Actor) -> None:
        if actor.person:
            with self._desk.reading() as session:
                must(roles_of(self._desk, session, actor.must_be_verified()), May.EXPORT)

    def _write(self, form: Format, part: Path) -> Verdict:
        with self._desk.reading() as session, part.open("wb") as file:
            verdict = self._verdict(session)
            if verdict.problem is not None:
                raise TamperedError(verdict.problem.title, verdict.problem.what, "The export was stopped.")
            if form is Format.JSONL:
                write_jsonl(rows(session), file)
            else:
                write_csv(_readable(rows(session), _names(session)), file, self._desk.workspace.zone)
            file.flush()
            os.fsync(file.fileno())
        return verdict

    def _note_export(self, actor: Actor, form: Format, path: Path, verdict: Verdict) -> Changes:
        """Before the file appears: an entry without its file is harmless, a file without its entry is not."""
        with self._desk.writing(actor) as unit:
            body = {"file": path.name, "root": verdict.root.hex()}
            unit.record(
                Action.LOG_EXPORTED, "log", self._desk.workspace.id, revision=verdict.size, reason=str(form), body=body
            )
        return unit.changes


@contextmanager
def _part_of(path: Path) -> Iterator[Path]:
    """A file beside `path`, for its owner alone, that is gone afterwards unless it took its place."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".part", dir=path.parent)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def _unwritable(path: Path, error: OSError) -> DeskError:
    return DeskError(
        "The export could not be written",
        f"{path.name}: {error.strerror or 'the disk refused'}. Nothing was exported.",
        "Choose another folder, or free some space.",
        code="E-EXPORT",
    )


def _names(session: Session, wanted: Collection[str] | None = None) -> dict[str, str]:
    """Ids of posts, deliveries and accounts (those in `wanted`, or all), as people call them."""

    def those(column: Any) -> ColumnElement[bool]:
        return true() if wanted is None else col(column).in_(wanted)

    posts = select(Post.id, Post.number, Post.title).where(those(Post.id))
    accounts = select(Account.id, Account.label).where(those(Account.id))
    deliveries = (
        select(Delivery.id, Post.number, Post.title, Account.label)
        .join(Post, col(Post.id) == col(Delivery.post_id))
        .join(Account, col(Account.id) == col(Delivery.account_id))
        .where(those(Delivery.id))
    )
    named = {key: f"P-{number}, {title}" for key, number, title in session.exec(posts)}
    named |= dict(session.exec(accounts).all())
    return named | {key: f"P-{number}, {title} on {label}" for key, number, title, label in session.exec(deliveries)}


_COLUMNS = (  # as stored: nothing here trusts what it reads, or a changed entry could not even be shown
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


def _entry(row: Any, names: Mapping[str, str], told: Sequence[Erasure]) -> Entry:
    try:
        leaf = Leaf.decode(row.leaf)
        at = unstamp(leaf.ts)
    except (ValueError, AttributeError, TypeError):
        return _damaged(row)
    body = _body(row.body)
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


def _body(stored: object) -> Mapping[str, Any]:
    """The readable part; empty where it was deleted or is none."""
    try:
        found = parse(stored) if isinstance(stored, bytes) else None
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _readable(entries: Iterable[Row], names: Mapping[str, str]) -> Iterator[ReadableRow]:
    for stored in entries:
        leaf = Leaf.decode(stored.leaf)
        body = _body(stored.body[1]) if stored.body else {}
        about = names.get(leaf.object["id"], leaf.object["id"])
        yield ReadableRow(stored.leaf, words(leaf.action, leaf.object["rev"]), str(body.get("actor", "")), about)
