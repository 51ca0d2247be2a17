"""What the Review screen reads about one post: the version with its differences, its stages and its history.

Reads only; every rule used here lives elsewhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from editorial.actors import Actor
from editorial.authorizations.catalogue import Linked, linked_in
from editorial.charter.chain import VerifiedCharter
from editorial.charter.document import Role, Stage
from editorial.checks import Finding
from editorial.desk import Desk
from editorial.posts.checking import check_context
from editorial.posts.differences import Differences, compare
from editorial.posts.records import envelopes_of, snapshot_in
from editorial.posts.review import Review, Said, Seat, Subject, seat_for
from editorial.posts.revision import Snapshot
from editorial.posts.states import PostState
from editorial.signoff.approval import valid_statements, waits_for
from editorial.signoff.routing import signers_for
from editorial.store.models import Account, Person, Revision


class Event(StrEnum):
    """What happened to a post, as its history tells it."""

    FROZEN = "frozen"
    SIGNED = "signed"
    REQUESTED = "requested"


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a post's history. `ended`: a signature that does not cover today's content any more."""

    event: Event
    number: int  # of the version
    at: datetime
    name: str
    detail: str = ""
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A finding that stood when the version was made, in words as far as the rules still say them."""

    severity: str
    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Page:
    """A post under review with everything that stands around it. `seat` is None for who cannot sign now."""

    subject: Subject
    labels: Mapping[str, str]  # account id to its name
    differences: Differences | None  # None for the first version
    findings: tuple[Seen, ...]
    holders: Mapping[str, tuple[str, ...]]  # stage name to the people who may still sign it
    history: tuple[Happened, ...]  # newest first
    numbers: Mapping[str, int]  # revision id to its number
    why_not: str
    seat: Seat | None
    authorizations: tuple[Linked, ...] = ()

    @property
    def signs_as(self) -> Role | None:
        """The role in which this person would sign."""
        return self.seat.role if self.seat else None

    @property
    def stage(self) -> Stage | None:
        """The stage that this person would sign, else the first that waits, if any."""
        waiting = waits_for(self.subject.stages)
        return self.seat.stage if self.seat else waiting.stage if waiting else None


@dataclass(frozen=True, slots=True)
class Newest:
    """How a post stands now: what a dialog compares with what it shows."""

    number: int
    frozen_at: datetime
    state: PostState
    due: datetime | None
    stage: str  # that waits; empty when all are signed


class Reading:
    """Reads for reviewing. Nothing here changes anything."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._review = Review(desk)

    def page(self, actor: Actor, post_id: str) -> Page:
        """The newest version of a post as this person sees it. Raises NotFoundError."""
        subject = self._review.subject(post_id)
        why_not = self._review.why_not(actor, post_id)
        if subject.state is not PostState.IN_REVIEW:
            why_not = "This post is not in review."
        with self._desk.reading() as session:
            charter, now = self._desk.charter(session), self._desk.clock.now()
            accounts = session.exec(select(Account)).all()
            rows = _revisions(session, post_id)
            return Page(
                subject=subject,
                labels={account.id: account.label for account in accounts},
                differences=compare(subject.before, subject.snapshot) if subject.before else None,
                findings=tuple(self._findings(subject.snapshot, accounts)),
                holders=_holders(charter, subject, now),
                history=tuple(_history(session, charter, post_id, rows, subject)),
                numbers={row.id: row.number for row in rows},
                why_not=why_not,
                seat=None if why_not else seat_for(charter.charter, subject.stages, actor.id, now),
                authorizations=linked_in(session, subject.snapshot.authorizations, subject.snapshot.contents, now),
            )

    def newest(self, post_id: str) -> Newest:
        """How the post stands now. Raises NotFoundError."""
        subject = self._review.subject(post_id)
        waiting = waits_for(subject.stages)
        snapshot = subject.snapshot
        return Newest(
            snapshot.number, subject.frozen_at, subject.state, snapshot.due, waiting.stage.name if waiting else ""
        )

    def _findings(self, snapshot: Snapshot, accounts: Sequence[Account]) -> Iterable[Seen]:
        """The frozen findings; their words come from running the same rules on the same content."""
        known = {account.id for account in accounts if account.limits}
        words: dict[tuple[str, str], Finding] = {}
        if snapshot.findings:
            contents = [content for content in snapshot.contents if content.account_id in known]
            again = self._desk.rules.check(contents, check_context(accounts))
            words = {(finding.rule, finding.where): finding for finding in again}
        for frozen in snapshot.findings:
            found = words.get((frozen["rule"], frozen["where"]))
            title = found.title if found else str(frozen["rule"]).replace(".", ": ").replace("-", " ").capitalize()
            yield Seen(frozen["severity"], title, found.reason if found else "")


def _revisions(session: Session, post_id: str) -> Sequence[Revision]:
    return session.exec(select(Revision).where(Revision.post_id == post_id).order_by(col(Revision.number))).all()


def _holders(charter: VerifiedCharter, subject: Subject, now: datetime) -> dict[str, tuple[str, ...]]:
    """Who may still sign each stage: its people and their deputies, no contributor, none who signed another stage."""
    used = {statement.signer["id"] for stage in subject.stages for statement in stage.given}
    used.update(subject.snapshot.contributors)
    return {
        each.stage.name: tuple(member.name for member in signers_for(each.stage, charter.charter, used, now))
        for each in subject.stages
    }


def _history(
    session: Session, charter: VerifiedCharter, post_id: str, rows: Sequence[Revision], subject: Subject
) -> list[Happened]:
    numbers = {row.id: row.number for row in rows}
    names = {person.id: person.name for person in session.exec(select(Person)).all()}
    found = [
        Happened(Event.FROZEN, row.number, row.frozen_at, names.get(row.frozen_by, "somebody"), snapshot_in(row).title)
        for row in rows
    ]
    counting = {statement.salt for stage in subject.stages for statement in stage.given}
    found += [
        Happened(
            Event.SIGNED,
            statement.number,
            statement.signed_at,
            statement.signer["name"],
            Role(statement.signer["role"]).label.lower(),
            ended=statement.salt not in counting,
        )
        for statement in valid_statements(envelopes_of(session, post_id), charter)
    ]
    found += [_requested(said, numbers) for said in subject.comments if said.kind == "request"]
    return sorted(found, key=lambda each: each.at)[::-1]


def _requested(said: Said, numbers: Mapping[str, int]) -> Happened:
    return Happened(Event.REQUESTED, numbers.get(said.revision_id, 0), said.at, said.name, said.text)
