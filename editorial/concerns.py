"""Concerns: somebody says that a post is wrong, and what is known at that minute is kept before it changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, func, select

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.changes import Changes
from editorial.clock import stamp, unstamp
from editorial.delivery.states import DeliveryState
from editorial.desk import Desk
from editorial.errors import BadInputError, ChangedMeanwhileError, DeskError, NotFoundError
from editorial.ids import new_id
from editorial.people.permissions import May, must
from editorial.people.session import roles_of
from editorial.plain import plain
from editorial.posts.records import envelopes_of, post_of
from editorial.signoff.approval import valid_statements
from editorial.store.models import Account, Concern, Delivery, Person, Post, Revision
from editorial.store.unit import Unit


class ConcernKind(StrEnum):
    """What may be wrong with a post. The codes stand in the log."""

    PRIVACY = "privacy"
    CLINICAL = "clinical"
    WRONG = "wrong"
    OFFENSIVE = "offensive"
    OTHER = "other"


KIND_WORDS = {
    ConcernKind.PRIVACY: "It may show who a patient is",
    ConcernKind.CLINICAL: "It is wrong or risky about health and care",
    ConcernKind.WRONG: "Something else in it is wrong",
    ConcernKind.OFFENSIVE: "It may hurt or offend people",
    ConcernKind.OTHER: "Something else",
}


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who was told: who, by which way, and when."""

    who: str
    how: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One concern. `evidence` is what was collected when it was reported; see `evidence_of`."""

    id: str
    number: int
    post_id: str
    post_number: int
    title: str
    kind: ConcernKind
    text: str
    evidence: Mapping[str, Any]
    told: tuple[Told, ...]
    reported_by: str
    reported_at: datetime
    outcome: str
    closed_by: str
    closed_at: datetime | None

    @property
    def online(self) -> timedelta:
        """How long the post had been online when the concern was reported, where it was so longest; zero: nowhere."""
        return timedelta(seconds=max((each["online_seconds"] for each in self.evidence["deliveries"]), default=0))


class Concerns:
    """Commands about concerns."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def report(self, actor: Actor, post_id: str, kind: ConcernKind, text: str) -> tuple[str, Changes]:
        """Records a concern about a post with what is known of it now; returns its id. Everybody on the staff may.

        Also somebody whose passphrase could not be checked: to speak up must never fail for a keyring. Raises
        NotFoundError, and BadInputError without a text.
        """
        words = _said(text, "Nothing is said yet", "Say in a sentence what is wrong.", "text")
        with self._desk.writing(actor) as unit:
            roles_of(self._desk, unit.session, actor)  # raises for somebody who is not on the staff
            post = post_of(unit.session, post_id)
            number = (unit.session.exec(select(func.max(Concern.number))).one() or 0) + 1
            concern = Concern(
                id=new_id("concern"), number=number, post_id=post.id, kind=kind, text=words,
                evidence=evidence_of(self._desk, unit, post), reported_by=actor.id, reported_at=unit.now,
            )  # fmt: skip
            unit.session.add(concern)
            body = {"number": number, "post": post.id, "text": words, "evidence": concern.evidence}
            unit.record(Action.CONCERN_REPORTED, "concern", concern.id, reason=str(kind), body=body)
        return concern.id, unit.changes

    def note(self, actor: Actor, concern_id: str, told: Sequence[Told]) -> Changes:
        """Adds who was told. Raises BadInputError for nobody, and ChangedMeanwhileError for a closed concern."""
        added = [{"who": _whom(each.who), "how": plain(each.how.strip()), "at": stamp(each.at)} for each in told]
        if not added:
            raise _nobody()
        with self._desk.writing(actor.must_be_verified()) as unit:
            roles_of(self._desk, unit.session, actor)
            concern = _open(unit, concern_id)
            concern.told = [*concern.told, *added]
            unit.session.add(concern)
            unit.record(Action.CONCERN_NOTED, "concern", concern.id, body={"told": added})
        return unit.changes

    def close(self, actor: Actor, concern_id: str, outcome: str) -> Changes:
        """Ends a concern with what came of it. Raises NotAllowedError for roles that may not, and as `note`."""
        words = _said(outcome, "There is no outcome", "Say what came of it, so that the record is whole.", "outcome")
        with self._desk.writing(actor.must_be_verified()) as unit:
            must(roles_of(self._desk, unit.session, actor), May.CLOSE_CONCERN)
            concern = _open(unit, concern_id)
            concern.outcome, concern.closed_at, concern.closed_by = words, unit.now, actor.id
            unit.session.add(concern)
            unit.record(Action.CONCERN_CLOSED, "concern", concern.id, body={"outcome": words})
        return unit.changes

    def rows(self, post_id: str = "") -> tuple[Row, ...]:
        """Every concern, or those about one post: the open ones first, each the newest first."""
        statement = select(Concern, Post).join(Post, col(Post.id) == col(Concern.post_id))
        if post_id:
            statement = statement.where(Concern.post_id == post_id)
        with self._desk.reading() as session:
            names = {person.id: person.name for person in session.exec(select(Person)).all()}
            found = [_row(concern, post, names) for concern, post in session.exec(statement).all()]
        return tuple(sorted(found, key=lambda row: (row.closed_at is not None, -row.number)))


def evidence_of(desk: Desk, unit: Unit, post: Post) -> dict[str, Any]:
    """What is known of a post at this minute, as plain JSON.

    The newest version with its digest, who signed which version, and for each delivery the account, its state, when it
    was sent, where it is, how many seconds it has been online and which content went there.
    """
    newest = unit.session.exec(
        select(Revision).where(Revision.post_id == post.id, Revision.number == post.revision)
    ).first()
    signers, problem = _signers(desk, unit.session, post.id)
    return {
        "at": stamp(unit.now), "post": post.number, "title": post.title, "state": post.state,
        "version": post.revision, "digest": newest.digest if newest else "", "signers": signers, "problem": problem,
        "deliveries": _deliveries(unit, post.id),
    }  # fmt: skip


def _signers(desk: Desk, session: Session, post_id: str) -> tuple[list[dict[str, Any]], str]:
    """Who signed, as far as the charter can be believed; and what is wrong with it, which is evidence as well."""
    try:
        statements = valid_statements(envelopes_of(session, post_id), desk.charter(session))
    except DeskError as error:
        return [], error.title
    return [
        {
            "name": each.signer["name"], "role": each.signer["role"], "stage": each.stage, "version": each.number,
            "at": stamp(each.signed_at),
        }
        for each in statements
    ], ""  # fmt: skip


def _deliveries(unit: Unit, post_id: str) -> list[dict[str, Any]]:
    statement = (
        select(Delivery, Account, Revision)
        .join(Account, col(Account.id) == col(Delivery.account_id))
        .join(Revision, col(Revision.id) == col(Delivery.revision_id))
        .where(Delivery.post_id == post_id)
        .order_by(col(Account.label), col(Delivery.round))
    )
    return [
        {
            "account": account.label, "network": account.network, "state": row.state, "permalink": row.permalink,
            "sent_at": stamp(row.sent_at) if row.sent_at else "", "online_seconds": _online(row, unit.now),
            "version": revision.number, "content": row.digest,
        }
        for row, account, revision in unit.session.exec(statement).all()
    ]  # fmt: skip


def _online(row: Delivery, now: datetime) -> int:
    if row.state != DeliveryState.PUBLISHED or row.sent_at is None:
        return 0
    return max(0, int((now - row.sent_at).total_seconds()))


def _open(unit: Unit, concern_id: str) -> Concern:
    concern = unit.session.get(Concern, concern_id)
    if concern is None:
        raise NotFoundError("This concern is not here")
    if concern.closed_at is not None:
        raise ChangedMeanwhileError("This concern is closed", "Nothing was changed.", "Report a new one.")
    return concern


def _said(text: str, title: str, advice: str, field: str) -> str:
    if not text.strip():
        raise BadInputError(title, "Nothing was written.", advice, field=field)
    return plain(text.strip())


def _whom(name: str) -> str:
    if not name.strip():
        raise _nobody()
    return plain(name.strip())


def _nobody() -> BadInputError:
    return BadInputError("Nobody is named", "Nothing was written.", "Say who was told.", field="who")


def _row(concern: Concern, post: Post, names: Mapping[str, str]) -> Row:
    return Row(
        id=concern.id,
        number=concern.number,
        post_id=concern.post_id,
        post_number=post.number,
        title=post.title,
        kind=ConcernKind(concern.kind),
        text=concern.text,
        evidence=concern.evidence,
        told=tuple(Told(each["who"], each["how"], unstamp(each["at"])) for each in concern.told),
        reported_by=names.get(concern.reported_by, "somebody"),
        reported_at=concern.reported_at,
        outcome=concern.outcome,
        closed_by=names.get(concern.closed_by, ""),
        closed_at=concern.closed_at,
    )
