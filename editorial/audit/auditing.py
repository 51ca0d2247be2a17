"""Reading, verifying and exporting the audit log: the compliance officer's commands."""

import errno
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlmodel import Session

from editorial.actors import Actor
from editorial.audit.actions import Action, words
from editorial.audit.browsing import Browsing, Fits, Sought
from editorial.audit.checkpoints import CheckpointError, Checkpoints, sign_log
from editorial.audit.entries import Entry, body_in, names_of
from editorial.audit.erasures import missing_in
from editorial.audit.export import ReadableRow, extracted, write_csv, write_jsonl
from editorial.audit.leaf import Leaf
from editorial.audit.log import head_of, leaves, rows
from editorial.audit.merkle import EMPTY_ROOT
from editorial.audit.verify import Problem, Row, Verdict, verify_entries
from editorial.changes import Changes
from editorial.charter.chain import CharterError
from editorial.desk import Desk
from editorial.errors import DeskError
from editorial.people.permissions import May, must
from editorial.people.session import roles_of
from editorial.store.database import StorageError

_STEP = 500


class Format(StrEnum):
    """The forms of an export as one file; `editorial.audit.bundling` makes bundles."""

    JSONL = "jsonl"
    CSV = "csv"


Tell = Callable[[int, int], None]
"""Told how many steps of how many are done, now and then; it ends the work by raising."""


def silent(done: int, total: int) -> None:
    """For callers who do not watch."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What goes into an export: the entries sought. `titles` of posts, which may name patients, stand in no proof."""

    sought: Sought = field(default_factory=Sought)
    titles: bool = True

    def to_json(self) -> dict[str, Any]:
        """As the entry about the export tells it."""
        return {**self.sought.to_json(), "titles": self.titles}


class TamperedError(DeskError):
    """The log does not verify. The export was stopped."""

    code = "E-LOG"


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
        """The newest entries first, from below number `before` on, as far as they are sought. See `Browsing`."""
        sought = Sought(objects=(object_id,) if object_id else (), actor_id=actor_id, prefixes=prefixes)
        return Browsing(self._desk).page(sought, before=before, limit=limit)

    def check(self, tell: Tell = silent) -> Verdict:
        """Recomputes the whole log against its recorded size and root, and against every signed checkpoint.

        `tell` hears how many of all entries are done. Takes a moment: not for the UI thread.
        """
        with self._desk.reading() as session:
            return self.verdict_in(session, lambda done, total: tell(done, total // 2))

    def verdict_in(self, session: Session, tell: Tell = silent) -> Verdict:
        """As `check`, in the caller's view of the data. `tell` hears how many of twice the entries are done."""
        try:
            known = Checkpoints(self._desk).known(session)
        except (CheckpointError, CharterError) as error:
            return Verdict(0, EMPTY_ROOT, Problem(0, error.title, f"{error.what} {error.advice}", error.code))
        head = head_of(session)
        verdict = verify_entries(_told(rows(session), 2 * head.size, tell), head, known)
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

    def note_reviewed(self, actor: Actor) -> Changes:
        """Notes that somebody opened the log to read it: once a sign-in, or it would tell of little else."""
        with self._desk.writing(actor) as unit:
            unit.record(Action.LOG_REVIEWED, "log", self._desk.workspace.id)
        return unit.changes

    def export(
        self, actor: Actor, form: Format, path: Path, scope: Scope | None = None, *, tell: Tell = silent
    ) -> tuple[Verdict, Changes]:
        """Writes the verified log to `path`, which appears complete or not at all, and notes it in the log.

        What is written is what was verified: both read one view of the data. `tell` hears how many steps of how many
        are done. Raises NotAllowedError for people without the role, TamperedError naming the entry, DeskError when the
        file cannot be written, and what `tell` raises; then nothing is exported.
        """
        scope = scope or Scope()
        self.may_export(actor)
        self.sign()
        try:
            with part_of(path) as part:
                verdict = self._write(form, part, scope, tell)
                changes = self._note_export(actor, form, path, verdict, scope)
                part.replace(path)
        except OSError as error:
            raise unwritable(path, error) from error
        self.sign()
        return verdict, changes

    def sign(self) -> None:
        """A checkpoint, where one can be made; what is wrong with the log or the disk is told by what follows."""
        with suppress(CheckpointError, StorageError):
            sign_log(self._desk)

    def may_export(self, actor: Actor) -> None:
        """Raises NotAllowedError for a person without the role; the operator at the desk may."""
        if actor.person:
            with self._desk.reading() as session:
                must(roles_of(self._desk, session, actor.must_be_verified()), May.EXPORT)

    def _write(self, form: Format, part: Path, scope: Scope, tell: Tell) -> Verdict:
        with self._desk.reading() as session, part.open("wb") as file:
            verdict = self.verdict_in(session, tell)
            if verdict.problem is not None:
                raise TamperedError(verdict.problem.title, verdict.problem.what, "The export was stopped.")
            entries = _counted(leaves(session), verdict.size, tell)
            if form is Format.JSONL:
                write_jsonl(
                    entries if scope.sought.everything else extracted(entries, Fits(session, scope.sought)), file
                )
            else:
                stored = _told(rows(session), 2 * verdict.size, tell, verdict.size)
                write_csv(_readable(session, stored, scope), file, self._desk.workspace.zone)
            file.flush()
            os.fsync(file.fileno())
        return verdict

    def _note_export(self, actor: Actor, form: Format, path: Path, verdict: Verdict, scope: Scope) -> Changes:
        """Before the file appears: an entry without its file is harmless, a file without its entry is not."""
        with self._desk.writing(actor) as unit:
            body = {"file": path.name, "root": verdict.root.hex(), "scope": scope.to_json()}
            unit.record(
                Action.LOG_EXPORTED, "log", self._desk.workspace.id, revision=verdict.size, reason=str(form), body=body
            )
        return unit.changes


def _told(entries: Iterable[Row], total: int, tell: Tell, done: int = 0) -> Iterator[Row]:
    for row in entries:
        if row.seq % _STEP == 0:
            tell(done + row.seq, total)
        yield row


def _counted(entries: Iterable[bytes], size: int, tell: Tell) -> Iterator[bytes]:
    for seq, leaf in enumerate(entries):
        if seq % _STEP == 0:
            tell(size + seq, 2 * size)
        yield leaf


@contextmanager
def part_of(path: Path) -> Iterator[Path]:
    """A file beside `path`, for its owner alone, that is gone afterwards unless it took its place."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    handle, name = tempfile.mkstemp(prefix=f"{path.name}.", suffix=".part", dir=path.parent)
    os.close(handle)
    try:
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)


def unwritable(path: Path, error: OSError) -> DeskError:
    """An export that the disk did not take, in words."""
    return DeskError(
        "The export could not be written",
        f"{path.name}: {error.strerror or 'the disk refused'}. Nothing was exported.",
        "Choose another folder, or free some space.",
        code="E-EXPORT",
    )


def _readable(session: Session, entries: Iterable[Row], scope: Scope) -> Iterator[ReadableRow]:
    names = names_of(session, titles=scope.titles)
    fits = Fits(session, scope.sought)
    for stored in entries:
        leaf = Leaf.decode(stored.leaf)
        if not fits(leaf):
            continue
        body = body_in(stored.body[1]) if stored.body else {}
        about = names.get(leaf.object["id"], leaf.object["id"])
        yield ReadableRow(stored.leaf, words(leaf.action, leaf.object["rev"]), str(body.get("actor", "")), about)
