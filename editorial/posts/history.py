"""A post's history: who froze which version, who signed it, who asked for changes; and why a stage came back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from editorial.charter.chain import VerifiedCharter
from editorial.charter.document import Role, Stage
from editorial.posts.comments import Said
from editorial.posts.differences import compare
from editorial.posts.records import envelopes_of, read_version
from editorial.posts.revision import Snapshot
from editorial.signoff.approval import StageProgress, valid_statements
from editorial.signoff.statement import Statement
from editorial.store.models import Person, Revision


class Event(StrEnum):
    """What happened to a post, as its history tells it."""

    FROZEN = "frozen"
    SIGNED = "signed"
    REQUESTED = "requested"


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a post's history.

    `detail` is the version's title, the signer's role or what was asked for; `meaning`, `stage` and `deputy_for` (a
    name) belong to a signature, and `ended` says that it does not cover today's content any more.
    """

    event: Event
    number: int  # of the version
    at: datetime
    name: str
    detail: str = ""
    ended: bool = False
    meaning: str = ""
    stage: str = ""
    deputy_for: str = ""


class Part(StrEnum):
    """What of a version changed, as the reason for which a signature ended."""

    TEXT = "text"
    PICTURES = "pictures"
    ACCOUNTS = "accounts"
    TIME = "time"
    AUTHORIZATIONS = "authorizations"
    ROUTE = "route"
    REQUEST = "request"  # nothing changed, but changes were asked for in between


@dataclass(frozen=True, slots=True)
class Returned:
    """Why a stage that was signed waits again: the signature that ended, and what ended it."""

    person_id: str
    name: str
    number: int  # of the version that was signed
    at: datetime
    ended_in: int  # the first version that it does not cover
    part: Part


@dataclass(frozen=True, slots=True)
class Record:
    """What the store and the charter say about a post's versions: the ground of everything here."""

    snapshots: Mapping[int, Snapshot]  # by number
    rows: Sequence[Revision]  # in order
    statements: Sequence[Statement]  # the valid ones, oldest first
    names: Mapping[str, str]  # person id to name


def record_of(session: Session, charter: VerifiedCharter, post_id: str) -> Record:
    """Everything frozen and signed for a post. Raises DamagedError."""
    rows = session.exec(select(Revision).where(Revision.post_id == post_id).order_by(col(Revision.number))).all()
    return Record(
        snapshots={row.number: read_version(session, row) for row in rows},
        rows=rows,
        statements=valid_statements(envelopes_of(session, post_id), charter),
        names=dict(session.exec(select(Person.id, Person.name)).all()),
    )


def happened(record: Record, stages: Sequence[StageProgress], comments: Sequence[Said]) -> tuple[Happened, ...]:
    """What happened to the post, newest first."""
    names = record.names
    found = [
        Happened(
            Event.FROZEN, row.number, row.frozen_at, names.get(row.frozen_by, "somebody"),
            record.snapshots[row.number].title,
        )
        for row in record.rows
    ]  # fmt: skip
    counting = {statement.salt for stage in stages for statement in stage.given}
    found += [
        Happened(
            Event.SIGNED, each.number, each.signed_at, each.signer["name"], Role(each.signer["role"]).label.lower(),
            each.salt not in counting, each.meaning, each.stage,
            names.get(each.signer["deputy_for"], "somebody") if each.signer["deputy_for"] else "",
        )
        for each in record.statements
    ]  # fmt: skip
    found += [
        Happened(Event.REQUESTED, said.number, said.at, said.name, said.text)
        for said in comments
        if said.kind == "request"
    ]
    return tuple(sorted(found, key=lambda each: each.at)[::-1])


def signed_before(record: Record, person_id: str, number: int) -> int:
    """The newest version before `number` that this person signed; 0 for none."""
    mine = [each.number for each in record.statements if each.signer["id"] == person_id and each.number < number]
    return max(mine, default=0)


def returned(record: Record, stage: Stage, number: int) -> Returned | None:
    """Why this stage of version `number` waits again; None where nobody had signed it for an earlier one."""
    earlier = [each for each in record.statements if each.stage == stage.name and each.number < number]
    if not earlier:
        return None
    last = max(earlier, key=lambda each: (each.number, each.signed_at))
    ended_in, part = _ended(record.snapshots, last, number)
    return Returned(last.signer["id"], last.signer["name"], last.number, last.signed_at, ended_in, part)


def _ended(snapshots: Mapping[int, Snapshot], statement: Statement, number: int) -> tuple[int, Part]:
    signed = snapshots[statement.number]
    for later in range(statement.number + 1, number + 1):
        part = _part(signed, snapshots[later])
        if part is not None:
            return later, part
    return statement.number + 1, Part.REQUEST


def _part(before: Snapshot, after: Snapshot) -> Part | None:
    """The weightiest thing that a version changed."""
    found = compare(before, after)
    if any(each.changed and not (each.joined or each.left) for each in found.texts):
        return Part.TEXT
    if any(each.changed for each in found.pictures):
        return Part.PICTURES
    if before.digests() != after.digests():
        return Part.ACCOUNTS
    if found.times is not None:
        return Part.TIME
    if before.authorizations != after.authorizations:
        return Part.AUTHORIZATIONS
    return Part.ROUTE if found.routes is not None or not after.rests_as(before) else None
