"""Leaving the staff: what hangs on a person, who takes it over, and then their key and sign-in end with one version."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.changes import Changes
from editorial.charter.chain import VerifiedCharter
from editorial.charter.document import Charter, Deputy, Member
from editorial.desk import Desk
from editorial.errors import BadInputError, NotFoundError
from editorial.people.amending import leave_staff, stranded
from editorial.people.desk_people import People, Signer
from editorial.people.permissions import May, may
from editorial.posts.progress import approved
from editorial.posts.records import revision_of
from editorial.posts.schedule import begun, cancel_open
from editorial.posts.states import PostState, move
from editorial.store.models import Account, Post, SignOff
from editorial.store.unit import Unit
from editorial.tasks import Open, open_tasks

_OVER = (PostState.PUBLISHED, PostState.DISCARDED)


@dataclass(frozen=True, slots=True)
class OpenPost:
    """A draft, or a post that is not finished."""

    id: str
    number: int
    title: str
    state: PostState


@dataclass(frozen=True, slots=True)
class Hanging:
    """What hangs on a person.

    `posts`: those they are the author of and that are not finished; `signed`: unfinished ones that carry a signature of
    theirs, which stops counting; `accounts`: labels of those they connected; `alone` and `named`: (route, stage) names
    of stages that nobody else could sign, and that name them; `deputyships`: those for them, and in which they stand
    for others; `tasks`: open ones about their posts; `last_officer`: fewer than two officers would remain.
    """

    person: Member
    posts: tuple[OpenPost, ...]
    signed: tuple[OpenPost, ...]
    accounts: tuple[str, ...]
    alone: tuple[tuple[str, str], ...]
    named: tuple[tuple[str, str], ...]
    deputyships: tuple[Deputy, ...]
    tasks: tuple[Open, ...]
    last_officer: bool


def hangs_on(session: Session, charter: Charter, person_id: str) -> Hanging:
    """Everything that somebody has to take over, or has to know. Raises NotFoundError for a stranger."""
    person = charter.member(person_id)
    if person is None:
        raise NotFoundError("The charter does not name this person")
    theirs = {post.id for post in _posts(session, person_id, over=())}
    accounts = session.exec(
        select(Account.label)
        .where(Account.connected_by == person_id, Account.state != "disconnected")
        .order_by(col(Account.label))
    ).all()
    others = tuple(member for member in charter.officers() if member.id != person_id)
    return Hanging(
        person,
        _posts(session, person_id),
        _signed(session, person_id),
        tuple(accounts),
        _alone(charter, person) if others else (),
        tuple(
            (route.name, stage.name)
            for route in charter.routes
            for stage in route.stages
            if person_id in stage.people
        ),
        tuple(each for each in charter.deputies if person_id in (each.person, each.deputy)),
        tuple(task for task in open_tasks(session) if task.post_id in theirs),
        person.is_officer and len(others) < 2,
    )  # fmt: skip


def _alone(charter: Charter, person: Member) -> tuple[tuple[str, str], ...]:
    """Stages that would lack people, with everything else as it is."""
    members = tuple(replace(each, active=False) if each.id == person.id else each for each in charter.members)
    return tuple((route.name, stage.name) for route, stage in stranded(charter, replace(charter, members=members)))


def _posts(session: Session, person_id: str, over: Iterable[PostState] = _OVER) -> tuple[OpenPost, ...]:
    rows = session.exec(
        select(Post).where(Post.author_id == person_id, col(Post.state).not_in([*over])).order_by(col(Post.number))
    ).all()
    return tuple(OpenPost(row.id, row.number, row.title, PostState(row.state)) for row in rows)


def _signed(session: Session, person_id: str) -> tuple[OpenPost, ...]:
    theirs = select(SignOff.post_id).where(SignOff.person_id == person_id)
    rows = session.exec(
        select(Post).where(col(Post.id).in_(theirs), col(Post.state).not_in([*_OVER])).order_by(col(Post.number))
    ).all()
    return tuple(OpenPost(row.id, row.number, row.title, PostState(row.state)) for row in rows)


@dataclass(frozen=True, slots=True)
class Successors:
    """Who takes over: `posts` becomes the author of what is open, `places` stands in named stages and deputyships.

    Both are member ids; empty where nothing of the kind is to be taken over.
    """

    posts: str = ""
    places: str = ""


class Leaving:
    """The commands with which somebody leaves the staff."""

    def __init__(self, people: People, desk: Desk) -> None:
        self._people, self._desk = people, desk

    def hangs_on(self, person_id: str) -> Hanging:
        """What hangs on the person now."""
        with self._desk.reading() as session:
            return hangs_on(session, self._desk.charter(session).charter, person_id)

    def leave(self, actor: Actor, person_id: str, to: Successors, signers: Iterable[Signer]) -> Changes:
        """Hands their posts over and signs the version without them, in one transaction: both happen or neither.

        Posts that are not complete without their signature go back to review. Raises BadInputError where somebody has
        to take over and nobody does, and the errors of `leave_staff` and `People.amend`; then nothing changed.
        """

        def also(unit: Unit, charter: VerifiedCharter) -> None:
            _hand_over(unit, charter.charter, person_id, to)
            _back_to_review(unit, charter, person_id)

        return self._people.amend(actor, leave_staff(person_id, to.places), signers, also)


def _hand_over(unit: Unit, charter: Charter, person_id: str, to: Successors) -> None:
    """Whoever wrote stays a contributor: of every version frozen so far, and among the draft's editors."""
    posts = _posts(unit.session, person_id)
    if not posts:
        return
    taker = charter.member(to.posts)
    if taker is None or not taker.active or not may(taker.roles, May.WRITE):
        raise BadInputError(
            f"{len(posts)} open {'post needs' if len(posts) == 1 else 'posts need'} an author",
            "It has to be somebody who works here and may write. Nothing was changed.",
            "Choose who takes over.",
            field="posts",
        )
    for post in posts:
        row = unit.session.get_one(Post, post.id)
        row.author_id, row.changed_at = taker.id, unit.now
        unit.session.add(row)
        unit.record(
            Action.POST_HANDED_OVER, "post", post.id, revision=row.revision, body={"from": person_id, "to": taker.id}
        )


def _back_to_review(unit: Unit, charter: VerifiedCharter, person_id: str) -> None:
    """What waits and is not complete without the signature waits for a person, not for the gate to stop it.

    A post that is live somewhere, or may be, stays where it is: the gate stops what is left of it.
    """
    person = charter.member(person_id)
    name = person.name if person is not None else "Somebody"
    for each in _signed(unit.session, person_id):
        if each.state not in (PostState.APPROVED, PostState.SCHEDULED) or begun(unit, each.id):
            continue
        row = unit.session.get_one(Post, each.id)
        _, snapshot = revision_of(unit.session, row.id, row.revision)
        if approved(unit.session, charter, row, snapshot):
            continue
        row.state, row.changed_at = move(row.state, PostState.IN_REVIEW), unit.now
        unit.session.add(row)
        unit.record(Action.POST_STATE, "post", row.id, revision=row.revision, reason="signer_left")
        cancel_open(unit, row.id, f"{name} left, and their signature stopped counting", "signer_left")
