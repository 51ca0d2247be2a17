"""What the Compose screen reads: the posts in work order, one post opened for writing, the accounts to choose from.

Reads only; every rule used here lives elsewhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from editorial.actors import Actor
from editorial.authorizations.catalogue import Linked, choices
from editorial.charter.chain import VerifiedCharter
from editorial.checks import CheckContext, Finding
from editorial.counting import Limits
from editorial.desk import Desk
from editorial.errors import BadInputError
from editorial.posts.checking import check_context
from editorial.posts.draft import DraftBody, Target
from editorial.posts.drafting import EDITABLE, Working
from editorial.posts.path import Path, contributors_of, path_of
from editorial.posts.progress import stages_of
from editorial.posts.records import as_body, draft_of, post_of, revision_of, targets
from editorial.posts.related import Related, related
from editorial.posts.states import PostState
from editorial.signoff.approval import waits_for
from editorial.store.models import Account, Draft, Person, Post
from editorial.store.remarks import Comment
from editorial.when import Choice, When

PUBLISHED_SHOWN = 200
"""How many published posts a list holds, the newest ones; the others are found by searching."""

_WRITING = frozenset({PostState.DRAFT, PostState.CHANGES_REQUESTED})


@dataclass(frozen=True, slots=True)
class Listed:
    """One row of the list of posts."""

    post_id: str
    number: int
    title: str
    state: PostState
    author_id: str
    author: str
    when: When
    due: datetime | None  # of a set time that exists
    networks: tuple[str, ...]
    must_fix: int  # open findings of a post that is still being written
    stage: str = ""  # what a post in review waits for
    asked_by: str = ""  # who asked for changes, and for how many
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Shelf:
    """All rows, and how many published posts there are in all."""

    rows: tuple[Listed, ...]
    published: int


@dataclass(frozen=True, slots=True)
class Place:
    """An account that a draft can choose, with what it takes. `problem` says why it cannot be sent to, if so."""

    target: Target
    limits: Limits
    handle: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request for changes: who asked, and for what."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A post opened in the editor. `final` shows the last version of a post that cannot be edited any more."""

    working: Working
    author: str
    path: Path  # the way to approval that it takes as it is now
    related: Related
    asked: tuple[Asked, ...]
    places: tuple[Place, ...]
    saved_at: datetime
    authorizations: tuple[Linked, ...] = ()  # that it can rest on now, and that it rests on

    @property
    def final(self) -> bool:
        """Whether the post cannot be edited any more."""
        return self.working.state not in EDITABLE


@dataclass(frozen=True, slots=True)
class Saved:
    """Who saved a draft last, and when."""

    person_id: str
    name: str
    at: datetime


class Listing:
    """Reads for writing. Nothing here changes anything."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def shelf(self) -> Shelf:
        """Every post that is not discarded: earliest time first, undated last; published ones newest first."""
        with self._desk.reading() as session:
            accounts = session.exec(select(Account)).all()
            networks = {account.id: account.network for account in accounts}
            context, charter = check_context(accounts), self._desk.charter(session)
            names = _names(session)
            rows = [
                self._row(session, charter, post, draft, networks, names, context)
                for post, draft in _posts_and_drafts(session)
            ]
            count = select(func.count(col(Post.id))).where(Post.state == PostState.PUBLISHED)
            published = session.exec(count).one()
        return Shelf(tuple(sorted(rows, key=_early_first)), published)

    def _row(
        self,
        session: Session,
        charter: VerifiedCharter,
        post: Post,
        draft: Draft,
        networks: Mapping[str, str],
        names: Mapping[str, str],
        context: CheckContext,
    ) -> Listed:
        body, state = DraftBody.from_json(draft.body), PostState(post.state)
        asked = _requests(session, post) if state is PostState.CHANGES_REQUESTED else ()
        return Listed(
            post_id=post.id,
            number=post.number,
            title=body.title if state in EDITABLE else post.title,
            state=state,
            author_id=post.author_id,
            author=names.get(post.author_id, "somebody"),
            when=body.when,
            due=due_of(body.when),
            networks=tuple(dict.fromkeys(networks[each] for each in body.accounts if each in networks)),
            must_fix=self._must_fix(post, body, networks, context) if state in _WRITING else 0,
            stage=_stage(session, charter, post) if state is PostState.IN_REVIEW else "",
            asked_by=names.get(asked[-1].person_id, "Somebody") if asked else "",
            asked=len(asked),
        )

    def _must_fix(self, post: Post, body: DraftBody, networks: Mapping[str, str], context: CheckContext) -> int:
        known = [Target(key, network, "") for key, network in networks.items() if key in context.limits]
        findings = self._desk.rules.check(body.contents(post.id, known), context)
        return sum(finding.must_fix for finding in findings)

    def opened(self, post_id: str) -> Opened:
        """One post for the editor. Raises NotFoundError."""
        with self._desk.reading() as session:
            post = post_of(session, post_id)
            draft, body = draft_of(session, post_id)
            state = PostState(post.state)
            names = _names(session)
            if state not in EDITABLE and post.revision:
                body = as_body(revision_of(session, post.id, post.revision)[1])
            asked = _requests(session, post) if state is PostState.CHANGES_REQUESTED else ()
            return Opened(
                working=Working(post.id, post.number, state, post.revision, post.author_id, body, draft.saves),
                author=names.get(post.author_id, "somebody"),
                path=self._path(session, post, draft, body, post.author_id),
                related=related(session, post.id, body.corrects),
                asked=tuple(Asked(names.get(each.person_id, "Somebody"), each.text) for each in asked),
                places=_places(session, body),
                saved_at=draft.saved_at,
                authorizations=choices(session, self._desk.clock.now(), body.authorizations),
            )

    def path(self, actor: Actor, post_id: str, body: DraftBody, findings: Sequence[Finding]) -> Path:
        """The way to approval that a post would take with `body` as it is typed, whose findings are known.

        Whoever typed something that is not saved yet counts as having written it.
        """
        with self._desk.reading() as session:
            draft, saved = draft_of(session, post_id)
            wrote = contributors_of(session, post_of(session, post_id), draft, actor.id)
            if body != saved:
                wrote |= {actor.id}
            return path_of(self._desk.charter(session).charter, body, findings, wrote, self._desk.clock.now())

    def _path(self, session: Session, post: Post, draft: Draft, body: DraftBody, actor_id: str) -> Path:
        """The same for what is saved, as far as its accounts can be checked now."""
        context = check_context(session.exec(select(Account)).all())
        known = [each for each in targets(session, only=body.accounts) if each.id in context.limits]
        findings = self._desk.rules.check(body.contents(post.id, known), context)
        wrote = contributors_of(session, post, draft, actor_id)
        return path_of(self._desk.charter(session).charter, body, findings, wrote, self._desk.clock.now())

    def last_saved(self, post_id: str) -> Saved:
        """Who saved the working draft last."""
        with self._desk.reading() as session:
            draft, _ = draft_of(session, post_id)
            return Saved(draft.saved_by, _names(session).get(draft.saved_by, "somebody"), draft.saved_at)


def _posts_and_drafts(session: Session) -> list[tuple[Post, Draft]]:
    both = select(Post, Draft).join(Draft, col(Draft.post_id) == col(Post.id))
    ended = (PostState.PUBLISHED, PostState.DISCARDED)
    rows = list(session.exec(both.where(col(Post.state).not_in(ended))).all())
    newest = both.where(Post.state == PostState.PUBLISHED).order_by(col(Post.changed_at).desc()).limit(PUBLISHED_SHOWN)
    return [*rows, *session.exec(newest).all()]


def _early_first(row: Listed) -> tuple[bool, float, int]:
    if row.state is PostState.PUBLISHED:
        return False, -(row.due.timestamp() if row.due else 0.0), -row.number
    return row.due is None, row.due.timestamp() if row.due else 0.0, row.number


def due_of(when: When) -> datetime | None:
    """The instant of a set time; None where the stored wall time is one that a person still has to decide."""
    if when.choice is not Choice.SET or when.wall is None:
        return None
    try:
        return when.due(when.wall)
    except BadInputError:
        return None


def _names(session: Session) -> dict[str, str]:
    return {key: name for key, name in session.exec(select(Person.id, Person.name)).all()}  # noqa: C416 - rows


def _requests(session: Session, post: Post) -> Sequence[Comment]:
    """The requests for changes of the newest version, oldest first."""
    newest = select(Comment).where(Comment.post_id == post.id, Comment.kind == "request").order_by(col(Comment.at))
    requests = session.exec(newest).all()
    last = requests[-1].revision_id if requests else ""
    return [each for each in requests if each.revision_id == last]


def _stage(session: Session, charter: VerifiedCharter, post: Post) -> str:
    _, snapshot = revision_of(session, post.id, post.revision)
    waiting = waits_for(stages_of(session, charter, post, snapshot))
    return waiting.stage.name if waiting else ""


def _places(session: Session, body: DraftBody) -> tuple[Place, ...]:
    """What can be chosen, and whatever is chosen already even if it cannot be any more."""
    accounts = {account.id: account for account in session.exec(select(Account)).all()}
    can = targets(session)
    gone = targets(session, only=[each for each in body.accounts if each not in {target.id for target in can}])
    return tuple(_place(target, accounts[target.id]) for target in (*can, *gone) if accounts[target.id].limits)


def _place(target: Target, account: Account) -> Place:
    problem = "" if account.state == "connected" else account.problem or "signed out"
    return Place(target, Limits.from_json(account.limits), account.handle, problem)
