"""Reviewing: what waits for whom, comments, asking for changes, and signing exactly what was seen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlmodel import Session, col, select

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.authorizations.catalogue import linked_in
from editorial.changes import Changes
from editorial.charter.chain import VerifiedCharter
from editorial.clock import stamp
from editorial.desk import Desk
from editorial.errors import BadInputError, ChangedMeanwhileError, DeskError, NotAllowedError
from editorial.ids import new_id
from editorial.keys.signing import SigningKey
from editorial.people.keys import Keys
from editorial.people.permissions import May, must
from editorial.people.session import roles_of
from editorial.posts.comments import Remark, Said, comments_of, say
from editorial.posts.progress import stages_of
from editorial.posts.records import post_of, revision_of
from editorial.posts.revision import Snapshot
from editorial.posts.schedule import schedule_if_ready
from editorial.posts.seats import Seat, seat_for, takers
from editorial.posts.settling import settled_by
from editorial.posts.states import PostState, move
from editorial.signoff.approval import StageProgress, open_stages, waits_for
from editorial.signoff.routing import deputies_of
from editorial.signoff.statement import Statement, sign_statement
from editorial.signoff.timing import RISKS, Risk, times_of
from editorial.store.models import Draft, Person, Post, Revision, SignOff
from editorial.store.unit import Unit
from editorial.tasks import TaskKind, open_task
from editorial.when import Choice


@dataclass(frozen=True, slots=True)
class Waiting:
    """One row of the review queue."""

    post_id: str
    number: int
    title: str
    revision: int
    author: str
    networks: tuple[str, ...]
    due: datetime | None  # of the stage that waits: before the post's own time where the charter says so
    soon: bool  # goes out as soon as it is signed, so it has no due time
    stage: str
    step: int  # which stage, counted from 1
    steps: int
    mine: bool  # the person who asks may sign it now
    why_not: str  # in words, when not
    risk: Risk | None = None  # None where the route cannot be read
    asked: datetime | None = None  # since when deputies are asked, too


@dataclass(frozen=True, slots=True)
class Subject:
    """A post under review: the version, how far the route is, and what was said."""

    post_id: str
    number: int
    state: PostState
    author: str
    frozen_at: datetime
    digest: str
    snapshot: Snapshot
    stages: tuple[StageProgress, ...]
    comments: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """One version that a person decided to sign, and what they say with it.

    `settled`: by place in the version, for each finding that could be about a patient, what a privacy officer signs of
    it: it begins with `COVERED` or `NOT_A_PATIENT` of `editorial.signoff.statement`.
    """

    post_id: str
    number: int
    comment: str = ""
    opened: tuple[str, ...] = ()  # the accounts whose content they had before them; it stands in the entry
    settled: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Who wants to sign what, and when."""

    snapshot: Snapshot
    actor: Actor
    now: datetime


class Review:
    """The reviewer's commands."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def queue(self, actor: Actor) -> tuple[Waiting, ...]:
        """Every post in review, those with the earliest time first; `mine` marks those that this person may sign."""
        with self._desk.reading() as session:
            charter = self._desk.charter(session)
            posts = session.exec(select(Post).where(Post.state == PostState.IN_REVIEW).order_by(col(Post.number)))
            rows = [self._waiting(session, charter, actor, post) for post in posts]
        far = datetime.max.replace(tzinfo=self._desk.clock.now().tzinfo)
        return tuple(sorted(rows, key=lambda row: (row.due or far, row.number)))

    def _waiting(self, session: Session, charter: VerifiedCharter, actor: Actor, post: Post) -> Waiting:
        row = Waiting(
            post_id=post.id, number=post.number, title=post.title, revision=post.revision,
            author=_name(session, post.author_id), networks=(), due=None, soon=False, stage="", step=0, steps=0,
            mine=False, why_not="",
        )  # fmt: skip
        try:
            frozen, snapshot = revision_of(session, post.id, post.revision)
            stages = stages_of(session, charter, post, snapshot)
            risk = RISKS[charter.route(snapshot.route).kind]
        except DeskError as error:  # one changed row, or a route that is gone, must not hide what else waits
            return replace(row, why_not=str(error))
        why_not = _why_not(session, charter, post, stages, _Asked(snapshot, actor, self._desk.clock.now()))
        names = [stage.stage.name for stage in stages]
        open_stage = waits_for(stages)
        now = self._desk.clock.now()
        seat = None if why_not else seat_for(charter.charter, stages, actor.id, now)
        waiting = seat.stage if seat else open_stage.stage if open_stage else None
        stage = waiting.name if waiting else ""
        times = (
            times_of(waiting, snapshot.due, waits_since(frozen.frozen_at, stages)) if waiting and snapshot.due else None
        )
        asked = times.deputies if times else None
        stands_ready = waiting is not None and deputies_of(waiting, charter.charter, snapshot.contributors, now)
        return replace(
            row,
            networks=tuple(content.network for content in snapshot.contents),
            due=times.due if times else snapshot.due,
            soon=snapshot.when.choice is Choice.SOON,
            stage=stage,
            step=names.index(stage) + 1 if stage else len(names),
            steps=len(names),
            mine=not why_not,
            why_not=why_not,
            risk=risk,
            asked=asked if asked is not None and asked <= now and stands_ready else None,
        )

    def subject(self, post_id: str, number: int | None = None) -> Subject:
        """A version (the newest, unless `number` names another) with its signatures and comments."""
        with self._desk.reading() as session:
            post = post_of(session, post_id)
            row, snapshot = revision_of(session, post_id, number or post.revision)
            return Subject(
                post_id=post.id,
                number=post.number,
                state=PostState(post.state),
                author=_name(session, post.author_id),
                frozen_at=row.frozen_at,
                digest=row.digest,
                snapshot=snapshot,
                stages=stages_of(session, self._desk.charter(session), post, snapshot),
                comments=comments_of(session, post_id),
            )

    def why_not(self, actor: Actor, post_id: str) -> str:
        """Why this person cannot sign the newest version, in words; empty when they can."""
        with self._desk.reading() as session:
            post = post_of(session, post_id)
            _, snapshot = revision_of(session, post_id, post.revision)
            charter = self._desk.charter(session)
            stages = stages_of(session, charter, post, snapshot)
            return _why_not(session, charter, post, stages, _Asked(snapshot, actor, self._desk.clock.now()))

    def request_changes(
        self, actor: Actor, post_id: str, number: int, text: str, due: datetime | None = None
    ) -> Changes:
        """Sends version `number` back to its author with what should change, and perhaps until when.

        Raises BadInputError without a text, and for a time that has passed.
        """
        actor.must_be_verified()
        with self._desk.writing(actor) as unit:
            must(roles_of(self._desk, unit.session, actor), May.REQUEST_CHANGES)
            post = post_of(unit.session, post_id)
            _same_version(post, number)
            if due is not None and due <= unit.now:
                raise BadInputError("That time has passed", "Nothing was sent.", "Choose a later time.", field="due")
            comment = say(self._desk, unit, post, Remark(text), kind="request")
            post.state, post.changed_at = move(post.state, PostState.CHANGES_REQUESTED), unit.now
            unit.session.add(post)
            body = {"text": comment.text, "due": stamp(due) if due else ""}
            unit.record(Action.CHANGES_REQUESTED, "post", post.id, revision=number, body=body)
            if due is not None:
                open_task(unit, TaskKind.CHANGES, due, post_id=post.id)
        return unit.changes

    def sign_off(
        self,
        actor: Actor,
        post_id: str,
        number: int,
        passphrase: str,
        comment: str = "",
        opened: Sequence[str] = (),
        settled: Mapping[int, str] | None = None,
    ) -> Changes:
        """Signs version `number` for the stage that waits, with the key that the passphrase opens.

        Raises NotAllowedError (four eyes, role), ChangedMeanwhileError (a newer version exists) and the sign-in errors.
        When the route is complete the post is scheduled, or waits for a date.
        """
        decision = Decision(post_id, number, comment, tuple(opened), settled or {})
        refused, changes = self.sign_offs(actor, [decision], passphrase)
        if refused:
            raise refused[post_id]
        return changes

    def sign_offs(
        self, actor: Actor, decisions: Sequence[Decision], passphrase: str
    ) -> tuple[dict[str, DeskError], Changes]:
        """Signs several versions, each decided by itself, with one passphrase and a signature for each.

        Returns why a version was not signed, by the id of its post; all others are. Raises the sign-in errors, and then
        nothing is signed. The passphrase is not looked at where nothing can be signed.
        """
        actor.must_be_verified()
        refused, changes = self._refusals(actor, decisions), Changes()
        rest = [decision for decision in decisions if decision.post_id not in refused]
        if not rest:
            return refused, changes
        with Keys(self._desk).unsealed(actor, passphrase) as key:
            for decision in rest:
                try:
                    with self._desk.writing(actor) as unit:
                        self._decide(unit, decision, key)
                except DeskError as error:
                    refused[decision.post_id] = error
                else:
                    changes |= unit.changes
        return refused, changes

    def _refusals(self, actor: Actor, decisions: Sequence[Decision]) -> dict[str, DeskError]:
        """What this person cannot sign, before a passphrase is looked at."""
        refused: dict[str, DeskError] = {}
        for decision in decisions:
            try:
                reason = self.why_not(actor, decision.post_id)
            except DeskError as error:
                refused[decision.post_id] = error
                continue
            if reason:
                refused[decision.post_id] = NotAllowedError("You cannot sign this version", reason)
        return refused

    def _decide(self, unit: Unit, decision: Decision, key: SigningKey) -> None:
        post = post_of(unit.session, decision.post_id)
        _same_version(post, decision.number)
        if post.state != PostState.IN_REVIEW:
            raise ChangedMeanwhileError("This post is no longer in review", "Nothing was signed.")
        row, snapshot = revision_of(unit.session, post.id, decision.number)
        self._sign(unit, post, row, snapshot, key, decision)
        if decision.comment.strip():
            say(self._desk, unit, post, Remark(decision.comment))
        schedule_if_ready(self._desk, unit, post, snapshot)

    def _sign(
        self, unit: Unit, post: Post, row: Revision, snapshot: Snapshot, key: SigningKey, decision: Decision
    ) -> None:
        charter = self._desk.charter(unit.session)
        stages = stages_of(unit.session, charter, post, snapshot)
        if reason := _why_not(unit.session, charter, post, stages, _Asked(snapshot, unit.actor, unit.now)):
            raise NotAllowedError("You cannot sign this version", reason)
        seat = seat_for(charter.charter, stages, unit.actor.id, unit.now)
        if seat is None:
            raise NotAllowedError("No stage of this version is yours to sign", "Nothing was signed.")
        rests_on = linked_in(unit.session, snapshot.authorizations, snapshot.contents, unit.now)
        allowing = {each.name for each in rests_on if not each.problem}
        findings = settled_by(seat.role, snapshot, decision.settled, allowing)
        statement = _statement(unit, charter, row, snapshot, seat, findings)
        if statement.signer["key_id"] != key.key_id:
            raise NotAllowedError("The charter names another key for you", "Nothing was signed.", "Sign in again.")
        envelope = sign_statement(statement, key)
        unit.session.add(
            SignOff(
                id=new_id("sig"),
                post_id=post.id,
                revision_id=row.id,
                person_id=unit.actor.id,
                stage=statement.stage,
                envelope=envelope.to_json(),
                signed_at=unit.now,
            )
        )
        unit.session.flush()
        body = {
            "stage": statement.stage, "meaning": statement.meaning, "envelope": envelope.to_json(),
            "opened": sorted(decision.opened),
        }  # fmt: skip
        unit.record(Action.SIGNED_OFF, "post", post.id, revision=snapshot.number, body=body)


def _why_not(
    session: Session, charter: VerifiedCharter, post: Post, stages: tuple[StageProgress, ...], subject: _Asked
) -> str:
    snapshot, actor = subject.snapshot, subject.actor
    if all(route.name != snapshot.route for route in charter.charter.routes):
        return f"The route {snapshot.route} is gone from the charter. Its author sends it to review again."
    if waits_for(stages) is None:
        return "Every stage is signed."
    if not actor.verified:
        return "Your passphrase was not checked at sign-in, so nothing can be signed."
    draft = session.get(Draft, post.id)
    if actor.id in snapshot.contributors or (draft is not None and actor.id in draft.editors):
        return "You wrote or edited this post. Somebody else signs it."
    if any(statement.signer["id"] == actor.id for stage in stages for statement in stage.given):
        return "You signed another stage. One person signs one stage."
    if seat_for(charter.charter, stages, actor.id, subject.now) is None:
        waiting = open_stages(stages)
        return " ".join(f"“{each.stage.name}” is signed by {takers(charter.charter, each.stage)}." for each in waiting)
    if snapshot.window.not_after < subject.now:
        return "The time in which this version could go out has ended. Its author sends it to review again."
    return ""


def _statement(
    unit: Unit,
    charter: VerifiedCharter,
    row: Revision,
    snapshot: Snapshot,
    seat: Seat,
    findings: tuple[dict[str, str], ...],
) -> Statement:
    return Statement(
        post=snapshot.post_id,
        revision=row.digest,
        number=snapshot.number,
        accounts=tuple(snapshot.digests().items()),
        not_before=snapshot.window.not_before,
        not_after=snapshot.window.not_after,
        as_soon_as_approved=snapshot.when.choice is Choice.SOON,
        authorizations=snapshot.authorizations,
        findings=findings,
        rules=snapshot.rules,
        stage=seat.stage.name,
        signer={
            "id": seat.member.id, "name": seat.member.name, "role": str(seat.role), "key_id": seat.member.key_id,
            "deputy_for": seat.deputy_for,
        },
        meaning=seat.stage.meaning,
        signed_at=unit.now,
        charter_version=charter.version,
        charter_digest=charter.digest(),
    )  # fmt: skip


def _same_version(post: Post, number: int) -> None:
    if post.revision != number:
        raise ChangedMeanwhileError(
            f"Version {post.revision} exists",
            f"You looked at version {number}. Nothing was changed.",
            "Look at it first.",
        )


def waits_since(frozen_at: datetime, stages: Sequence[StageProgress]) -> datetime:
    """Since when the open stages wait: the version came, or the stage before them was signed."""
    signed = [statement.signed_at for stage in stages if stage.done for statement in stage.given]
    return max([frozen_at, *signed])


def _name(session: Session, person_id: str) -> str:
    person = session.get(Person, person_id)
    return person.name if person else "somebody"
