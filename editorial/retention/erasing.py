"""Erasing what is past its time: one transaction for rows and entries, then the files, then what SQLite still holds.

Whatever ends the process in between, the log already says what goes, and `sweep` finishes it at the next start.
"""

import sqlite3
from collections import Counter
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, func, select

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing, TamperedError
from editorial.audit.erasures import erasures, in_ranges
from editorial.audit.gaps import open_gaps
from editorial.audit.log import drop_bodies, head_of
from editorial.authorizations.documents import Documents
from editorial.changes import Changes
from editorial.desk import DATABASE, Desk
from editorial.drills import Reached, nowhere
from editorial.errors import ChangedMeanwhileError, DeskError
from editorial.media.fitting import forget
from editorial.people.permissions import May, must
from editorial.people.session import roles_of
from editorial.retention.copies import Copies, copies_of
from editorial.retention.facts import read_facts
from editorial.retention.periods import Periods, periods_in
from editorial.retention.plan import EVERY, UNATTENDED, Kind, Plan, plan_for, seqs_of
from editorial.retention.preserving import Preserved, preserved_in
from editorial.retention.texts import erase_authorization, erase_pictures, erase_post
from editorial.store.database import empty_wal, storage_error
from editorial.store.models import AuditEntry, Authorization, Draft
from editorial.store.unit import Unit

_DAYS = 3


class Step(StrEnum):
    """The boundaries between the steps, for drills that end the process there."""

    PLANNED = "erase_planned"  # nothing is changed yet
    WRITTEN = "erase_written"  # everything is changed, and not committed
    RECORDED = "erase_recorded"  # the rows are gone and the log says so
    REMOVED = "erase_removed"  # one file is gone
    EMPTIED = "erase_emptied"  # SQLite holds nothing of it any more


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be erased, what is preserved, and where copies lie, all at one moment by this computer's clock."""

    at: datetime
    periods: Periods
    plan: Plan
    preserved: tuple[Preserved, ...]
    copies: Copies


@dataclass(frozen=True, slots=True)
class Erased:
    """How much of each kind was erased. `left`: files that could not be removed yet; it is tried again."""

    counts: Counter[Kind]
    left: int
    changes: Changes


class Erasing:
    """Commands about erasing. They look at everything that is stored: not for the UI thread."""

    def __init__(self, desk: Desk, *, reached: Reached = nowhere) -> None:
        self._desk, self._reached = desk, reached

    def preview(self) -> Preview:
        """What would be erased now. Changes nothing. Raises RetentionError."""
        now = self._desk.clock.now()
        with self._desk.reading() as session:
            plan, periods = plan_for(self._desk, session, now), periods_in(session)
            preserved = preserved_in(session)
        return Preview(now, periods, plan, preserved, copies_of(self._desk))

    def erase(self, actor: Actor, seen: str) -> Erased:
        """Erases exactly what a preview showed; `seen` is its plan's fingerprint.

        Raises NotAllowedError, ChangedMeanwhileError where by now it would be something else, TamperedError for a log
        that does not verify, RetentionError, and DeskError while the log has a gap; then nothing is erased.
        """
        return self._erase(actor.must_be_verified(), EVERY, seen)

    def erase_unattended(self) -> Erased:
        """Erases drafts that were never sent to review and unused pictures past their time; see `lived_until`.

        Raises as `erase`.
        """
        with self._desk.reading() as session:
            now = lived_until(session, self._desk.clock.now())
            if open_gaps(session) or not plan_for(self._desk, session, now, UNATTENDED).items:
                return Erased(Counter(), 0, Changes())
        return self._erase(self._desk.system(), UNATTENDED, None)

    def _erase(self, actor: Actor, kinds: Collection[Kind], seen: str | None) -> Erased:
        self._must_be_whole()
        with self._desk.reading() as session:  # other writers do not wait while everything is looked at
            mark, plan = _mark(session), self._plan(session, kinds, seen)
        with self._desk.writing(actor) as unit:
            if actor.person:
                must(roles_of(self._desk, unit.session, actor), May.ERASE)
            if _mark(unit.session) != mark:
                plan = self._plan(unit.session, kinds, seen)
            if seen is not None and plan.fingerprint() != seen:
                raise ChangedMeanwhileError(
                    "Something changed meanwhile", "By now it would be something else. Nothing was erased.",
                    "Look at the new list.",
                )  # fmt: skip
            self._reached(Step.PLANNED)
            if plan.items:
                _carry_out(unit, plan)
            self._reached(Step.WRITTEN)
        self._reached(Step.RECORDED)
        left = sweep(self._desk, reached=self._reached) if plan.items else 0
        return Erased(Counter(each.kind for each in plan.items), left, unit.changes)

    def _plan(self, session: Session, kinds: Collection[Kind], seen: str | None) -> Plan:
        now = self._desk.clock.now()
        return plan_for(self._desk, session, now if seen is not None else lived_until(session, now), kinds)

    def _must_be_whole(self) -> None:
        """A log with a problem is evidence: nothing is taken from it."""
        problem = Auditing(self._desk).check().problem
        if problem is not None:
            raise TamperedError(problem.title, f"{problem.what} Nothing was erased.")
        with self._desk.reading() as session:
            if open_gaps(session):
                raise DeskError(
                    "The audit log has a gap", "Nothing is erased while it is open.", "Two officers sign for it first.",
                    code="E-GAP",
                )  # fmt: skip


def _mark(session: Session) -> tuple[int, int, int]:
    """The same as long as nothing changed: everything else has an entry, and drafts count their saves."""
    drafts = session.exec(select(func.count(), func.coalesce(func.sum(col(Draft.saves)), 0)).select_from(Draft)).one()
    return head_of(session).size, *drafts


def lived_until(session: Session, now: datetime) -> datetime:
    """The time that the log vouches for: the newest entry of the third newest day, in UTC, on which it has any.

    A clock that stands years ahead when the computer starts shows in one day's entries, and people have some days to
    notice it before what they drafted is taken for old.
    """
    lived, at = now, now + timedelta(milliseconds=1)
    for _ in range(_DAYS):
        newest = select(AuditEntry.ts).where(col(AuditEntry.ts) < at).order_by(col(AuditEntry.ts).desc())
        found = session.exec(newest).first()
        if found is None:
            return datetime.min.replace(year=2, tzinfo=UTC)
        lived, at = found, found.replace(hour=0, minute=0, second=0, microsecond=0)
    return lived


def _carry_out(unit: Unit, plan: Plan) -> None:
    posts = [each.id for kind in (Kind.DRAFT, Kind.POST) for each in plan.of(kind)]
    for post_id in posts:
        erase_post(unit, post_id)
    authorizations = [each.id for each in plan.of(Kind.AUTHORIZATION)]
    documents = [scan for each in authorizations if (scan := erase_authorization(unit, each))]
    pictures = [each.id for each in plan.of(Kind.PICTURE)]
    erase_pictures(unit, pictures)
    seqs = seqs_of(plan)
    drop_bodies(unit.session, seqs)
    body = {
        "counts": {str(kind): len(plan.of(kind)) for kind in Kind}, "posts": posts, "authorizations": authorizations,
        "pictures": pictures, "documents": documents, "entries": in_ranges(seqs),
    }  # fmt: skip
    unit.record(Action.ERASED, "workspace", unit.log.origin, body=body)


def sweep(desk: Desk, *, reached: Reached = nowhere) -> int:
    """Removes the files of everything that was erased, wherever that was cut off; returns how many would not go yet.

    A file that something names again stays. Raises StorageError.
    """
    with desk.reading() as session:
        pictures, documents = _leftovers(desk, session)
    documents_folder, left = Documents(desk.folder), 0
    for names, remove in ((pictures, lambda name: forget(desk.media, name)), (documents, documents_folder.drop)):
        for name in names:
            try:
                remove(name)
            except OSError:  # open in another program: the next start tries again
                left += 1
            reached(Step.REMOVED)
    try:
        left += not empty_wal(desk.folder / DATABASE)
    except sqlite3.Error as error:
        raise storage_error(error) from error
    reached(Step.EMPTIED)
    return left


def _leftovers(desk: Desk, session: Session) -> tuple[list[str], list[str]]:
    """Files of pictures and documents that an erasing named, are there still, and are named by nothing else."""
    told, documents = erasures(session), Documents(desk.folder)
    pictures = {
        name: each.at for each in told for name in each.body.get("pictures", ()) if desk.media.path(name).exists()
    }  # fmt: skip
    scans = {name for each in told for name in each.body.get("documents", ()) if documents.has(name)}
    if scans:
        scans -= set(session.exec(select(Authorization.scan).where(col(Authorization.scan).in_(scans))).all())
    if pictures:
        facts = read_facts(session, desk.media, desk.clock.now())
        named = {name for post in facts.posts.values() if not post.given_up for name in post.pictures}
        named |= {name for each in facts.authorizations.values() for name in each.pictures}
        named |= {name for name, each in facts.pictures.items() if each.added_by}  # it has a row: it was added again
        with suppress(OSError):
            pictures = {
                name: at
                for name, at in pictures.items()
                if name not in named and desk.media.path(name).stat().st_mtime <= at.timestamp()
            }
    return sorted(pictures), sorted(scans)
