"""What the Review screen reads about one post: the version with its differences, its stages and its history.

Reads only; every rule used here lives elsewhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from editorial.actors import Actor
from editorial.authorizations.catalogue import Linked, linked_in
from editorial.charter.chain import VerifiedCharter
from editorial.charter.document import Member, Role, Stage
from editorial.checks import Finding
from editorial.desk import Desk
from editorial.posts.accepting import Accepted, accepted_in
from editorial.posts.checking import check_context
from editorial.posts.differences import Comparison, Differences, compared
from editorial.posts.history import Happened, Record, Returned, happened, record_of, returned, signed_before
from editorial.posts.mentions import unread_in
from editorial.posts.records import revision_of
from editorial.posts.review import Review, Subject, waits_since
from editorial.posts.revision import Snapshot
from editorial.posts.seats import Seat, seat_for, writers
from editorial.posts.settling import Settled, settlements, to_settle
from editorial.posts.states import PostState
from editorial.signoff.approval import open_stages, waits_for
from editorial.signoff.routing import deputies_of, signers_for, stands_for
from editorial.signoff.timing import RISKS, Risk, times_of
from editorial.store.models import Account, Authorization


@dataclass(frozen=True, slots=True)
class Seen:
    """A finding that stood when the version was made, in words as far as the rules still say them.

    `settled`: what was signed of it, where it could be about a patient. `kept`: why its author keeps a warning;
    `accepted`: who accepted it, and why.
    """

    severity: str
    title: str
    reason: str
    kept: str = ""
    settled: tuple[Settled, ...] = ()
    accepted: Accepted | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """When a stage that waits is due, and the deputies who are asked too, once it is time for that."""

    due: datetime
    deputies: tuple[str, ...] = ()  # names
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A post under review with everything that stands around it. `seat` is None for who cannot sign now."""

    subject: Subject
    labels: Mapping[str, str]  # account id to its name
    comparison: Comparison | None  # with the version that this person signed before, else the one before; None: none
    signed_before: int  # the newest earlier version that this person signed; 0 for none
    findings: tuple[Seen, ...]
    holders: Mapping[str, tuple[str, ...]]  # stage name to the people who may still sign it
    returned: Mapping[str, Returned]  # stage name to why it waits again
    asked: Mapping[str, Asked]  # stage name to its times, for those that wait
    history: tuple[Happened, ...]  # newest first
    versions: tuple[int, ...]  # every number, oldest first
    authorization_names: Mapping[str, str]  # `id@digest` to what people say
    people: tuple[str, ...]  # the names of the active staff, for mentioning them
    risk: Risk
    why_not: str
    seat: Seat | None
    authorizations: tuple[Linked, ...] = ()
    settlers: tuple[str, ...] = ()  # the privacy officers who may still sign
    instead_of: str = ""  # the name of the person in whose place this one would sign
    unread: frozenset[str] = frozenset()  # the comments that name this person and wait for them

    @property
    def to_settle(self) -> tuple[int, ...]:
        """The places of the findings that this person settles by signing; empty for who is no privacy officer here."""
        return to_settle(self.subject.snapshot) if self.signs_as is Role.PRIVACY_OFFICER else ()

    @property
    def accepted(self) -> frozenset[str]:
        """The ids of the acceptances that stand at its warnings."""
        return frozenset(each.accepted.id for each in self.findings if each.accepted is not None)

    @property
    def differences(self) -> Differences | None:
        """What the newest version changed; None for the first."""
        return self.comparison.differences if self.comparison else None

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
    accepted: frozenset[str] = frozenset()  # the ids of the acceptances of its warnings


class Reading:
    """Reads for reviewing. Nothing here changes anything."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._review = Review(desk)

    def page(self, actor: Actor, post_id: str, number: int | None = None) -> Page:
        """A version of a post (the newest, unless `number` names another) as this person sees it.

        Raises NotFoundError. An older version can be read and not signed.
        """
        subject = self._review.subject(post_id, number)
        why_not = self._review.why_not(actor, post_id)
        if subject.state is not PostState.IN_REVIEW:
            why_not = "This post is not in review."
        with self._desk.reading() as session:
            charter, now = self._desk.charter(session), self._desk.clock.now()
            accounts = session.exec(select(Account)).all()
            record, wrote = record_of(session, charter, post_id), writers(session, post_id, subject.snapshot)
            mine = subject.snapshot.number
            if mine != record.rows[-1].number:
                why_not = f"Version {record.rows[-1].number} is the newest; only that one can be signed."
            signed = signed_before(record, actor.id, mine)
            base = record.snapshots.get(signed or mine - 1)
            seat = None if why_not else seat_for(charter.charter, subject.stages, actor.id, wrote, now)
            return Page(
                subject=subject,
                labels={account.id: account.label for account in accounts},
                comparison=compared(base, subject.snapshot) if base else None,
                signed_before=signed,
                findings=tuple(self._findings(subject, accounts, accepted_in(session, subject.snapshot))),
                holders=_holders(charter, subject, now),
                returned=_returned(record, subject),
                asked=_asked(charter, subject, now),
                history=happened(record, subject.stages, subject.comments),
                versions=tuple(row.number for row in record.rows),
                authorization_names=_authorizations(session, record.snapshots.values()),
                people=tuple(member.name for member in charter.charter.members if member.active),
                risk=RISKS[charter.known_route(subject.snapshot.route).kind],
                why_not=why_not,
                seat=seat,
                authorizations=linked_in(session, subject.snapshot.authorizations, subject.snapshot.contents, now),
                settlers=_settlers(charter, subject, now),
                instead_of=_instead_of(charter, seat),
                unread=unread_in(session, post_id, actor.id),
            )

    def differences(self, post_id: str, old: int, new: int) -> Comparison:
        """Two versions of a post and what the second has otherwise than the first. Raises NotFoundError."""
        with self._desk.reading() as session:
            return compared(revision_of(session, post_id, old)[1], revision_of(session, post_id, new)[1])

    def deputy_of(self, actor: Actor) -> tuple[str, datetime] | None:
        """Who may sign in this person's place now, and until when; None for nobody."""
        with self._desk.reading() as session:
            charter, now = self._desk.charter(session).charter, self._desk.clock.now()
            for each in charter.deputies:
                deputy = charter.member(each.deputy)
                if each.person == actor.id and each.stands_in(now) and deputy is not None and deputy.active:
                    return deputy.name, each.until
        return None

    def newest(self, post_id: str) -> Newest:
        """How the post stands now. Raises NotFoundError."""
        subject = self._review.subject(post_id)
        waiting = waits_for(subject.stages)
        snapshot = subject.snapshot
        stage = waiting.stage.name if waiting else ""
        with self._desk.reading() as session:
            accepted = frozenset(each.id for each in accepted_in(session, snapshot).values())
        return Newest(snapshot.number, subject.frozen_at, subject.state, snapshot.due, stage, accepted)

    def _findings(
        self, subject: Subject, accounts: Sequence[Account], accepted: Mapping[int, Accepted]
    ) -> Iterable[Seen]:
        """The frozen findings; their words come from running the same rules on the same content."""
        snapshot = subject.snapshot
        signed = settlements(snapshot, subject.digest, subject.stages)
        known = {account.id for account in accounts if account.limits}
        again: Sequence[Finding] = ()
        if snapshot.findings:
            contents = [content for content in snapshot.contents if content.account_id in known]
            again = self._desk.rules.check(contents, check_context(accounts))
        for place, frozen in enumerate(snapshot.findings):
            found = _same(again, snapshot.findings, place)
            title = found.title if found else str(frozen["rule"]).replace(".", ": ").replace("-", " ").capitalize()
            reason = found.reason if found else ""
            yield Seen(frozen["severity"], title, reason, frozen["settled"], signed.get(place, ()), accepted.get(place))


def _same(again: Sequence[Finding], frozen: Sequence[Mapping[str, str]], place: int) -> Finding | None:
    """The finding that is the frozen one at a place; None where the rules find other ones by now."""
    rule, where = frozen[place]["rule"], frozen[place]["where"]
    found = [each for each in again if (each.rule, each.where) == (rule, where)]
    then = [index for index, each in enumerate(frozen) if (each["rule"], each["where"]) == (rule, where)]
    return found[then.index(place)] if len(found) == len(then) else None


def _returned(record: Record, subject: Subject) -> dict[str, Returned]:
    """Why the stages that wait do so again, for those that were signed before."""
    waiting = (each.stage for each in subject.stages if not each.done)
    found = ((stage.name, returned(record, stage, subject.snapshot.number)) for stage in waiting)
    return {name: why for name, why in found if why is not None}


def _instead_of(charter: VerifiedCharter, seat: Seat | None) -> str:
    principal = charter.member(seat.deputy_for) if seat is not None else None
    return principal.name if principal is not None else ""


def _settlers(charter: VerifiedCharter, subject: Subject, now: datetime) -> tuple[str, ...]:
    """The privacy officers, and their deputies, who may still sign a stage as such."""
    wrote = subject.snapshot.contributors
    found = (
        member.name
        for stage in (each.stage for each in subject.stages if not each.done)
        for member in _left_for(stage, charter, subject, now)
        if (holder := stands_for(stage, charter.charter, member, wrote, now)) is not None
        and stage.role_of(holder) is Role.PRIVACY_OFFICER
    )
    return tuple(dict.fromkeys(found))


def _holders(charter: VerifiedCharter, subject: Subject, now: datetime) -> dict[str, tuple[str, ...]]:
    """Who may still sign each stage: its people and their deputies, no contributor, none who signed another stage."""
    return {
        each.stage.name: tuple(member.name for member in _left_for(each.stage, charter, subject, now))
        for each in subject.stages
    }


def _left_for(stage: Stage, charter: VerifiedCharter, subject: Subject, now: datetime) -> Iterable[Member]:
    signed = {statement.signer["id"] for each in subject.stages for statement in each.given}
    able = signers_for(stage, charter.charter, subject.snapshot.contributors, now)
    return (member for member in able if member.id not in signed)


def _asked(charter: VerifiedCharter, subject: Subject, now: datetime) -> dict[str, Asked]:
    """The times of the open stages; empty for a post without a time of its own."""
    due = subject.snapshot.due
    if due is None or subject.state is not PostState.IN_REVIEW:
        return {}
    found, wrote = {}, subject.snapshot.contributors
    for each in open_stages(subject.stages):
        times = times_of(each.stage, due, waits_since(subject.frozen_at, subject.stages))
        late = times.deputies is not None and times.deputies <= now
        names = tuple(member.name for member in deputies_of(each.stage, charter.charter, wrote, now)) if late else ()
        found[each.stage.name] = Asked(times.due, names, times.deputies if names else None)
    return found


def _authorizations(session: Session, snapshots: Iterable[Snapshot]) -> dict[str, str]:
    """Each `id@digest` that a version rests on, as people say it."""
    named = {name for snapshot in snapshots for name in snapshot.authorizations}
    rows = {name: session.get(Authorization, name.partition("@")[0]) for name in named}
    return {name: f"A-{row.number}" if row else "one that is gone" for name, row in rows.items()}
