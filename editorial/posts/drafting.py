"""Writing: open a draft, save it, add pictures, freeze it into a version and send that to review."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import select

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.changes import Changes
from editorial.checks import Finding
from editorial.content import MediaItem
from editorial.desk import Desk
from editorial.errors import BadInputError, ChangedMeanwhileError, DeskError
from editorial.ids import new_id
from editorial.media import Imported
from editorial.people.permissions import May, must
from editorial.people.session import roles_of
from editorial.policy import need_acknowledgement
from editorial.posts.answers import note_answers
from editorial.posts.checking import check_context
from editorial.posts.crisis import note_crisis
from editorial.posts.draft import DraftBody, Target
from editorial.posts.freezing import carry_over, checked, freeze
from editorial.posts.pictures import fit_pictures
from editorial.posts.records import UNCHECKED, draft_of, next_number, post_of, targets
from editorial.posts.schedule import begun, cancel_open, refuse_while_going_on, schedule_if_ready
from editorial.posts.states import PostState, move
from editorial.store.models import Account, Draft, Media, Post
from editorial.store.unit import Unit
from editorial.tasks import TaskKind, finish_tasks

EDITABLE = frozenset(
    {PostState.DRAFT, PostState.CHANGES_REQUESTED, PostState.IN_REVIEW, PostState.APPROVED, PostState.SCHEDULED}
)


class OpenFindingsError(DeskError):
    """Findings that must be fixed are open; nothing was sent to review."""

    code = "E-FINDINGS"

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        """`findings`: everything that was found; the title counts what must be fixed."""
        blocks = [finding for finding in findings if finding.must_fix]
        words = "; ".join(finding.title for finding in blocks[:3])
        super().__init__(f"Fix {len(blocks)} first", f"{words}.", "Your text is saved.")
        self.findings = findings


@dataclass(frozen=True, slots=True)
class Working:
    """A draft as the editor shows it. `saves` goes back into `save`, so that two editors notice each other."""

    post_id: str
    number: int
    state: PostState
    revision: int
    author_id: str
    body: DraftBody
    saves: int


class Drafting:
    """The author's commands. Each takes who acts and returns what changed."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def open(self, actor: Actor, body: DraftBody | None = None) -> tuple[str, Changes]:
        """A new post with an empty draft (or `body`); returns its id. Raises NotAllowedError for other than writers."""
        body = (body or DraftBody()).storable()
        with self._desk.writing(actor) as unit:
            must(roles_of(self._desk, unit.session, actor), May.WRITE)
            post = new_post(unit, actor, body)
            unit.record(Action.POST_OPENED, "post", post.id, body={"number": post.number})
        return post.id, unit.changes

    def read(self, post_id: str) -> Working:
        """The working draft."""
        with self._desk.reading() as session:
            post = post_of(session, post_id)
            row, body = draft_of(session, post_id)
            return Working(post.id, post.number, PostState(post.state), post.revision, post.author_id, body, row.saves)

    def save(self, actor: Actor, post_id: str, body: DraftBody, saves: int) -> int:
        """Keeps what was typed and returns the new count of saves, the old one where nothing differs.

        Raises ChangedMeanwhileError, keeping the other's text, when somebody saved since `saves` was read; the caller
        still has this text and shows both. Needs no passphrase check: drafting works without a keyring. Raises
        NotAllowedError for other than writers.
        """
        typed = body.storable().to_json()
        with self._desk.writing(actor) as unit:
            must(roles_of(self._desk, unit.session, actor), May.WRITE)
            post = post_of(unit.session, post_id)
            if post.state not in EDITABLE:
                raise ChangedMeanwhileError(
                    "This post is finished", "It cannot be edited any more.", "Open a new post."
                )
            row, _ = draft_of(unit.session, post_id)
            _same_save(row, saves)
            if row.body == typed:
                return row.saves  # whoever changes nothing becomes no contributor
            row.body = typed
            row.saves += 1
            row.saved_by, row.saved_at = actor.id, unit.now
            row.editors = sorted({*row.editors, *_typist(actor)})
            unit.session.add(row)
            return row.saves

    def add_picture(self, actor: Actor, data: bytes, name: str) -> tuple[Imported, MediaItem, Changes]:
        """Imports a picture: stripped, re-encoded, kept by digest. Takes a moment: not for the UI thread.

        Raises MediaRefusedError in words, and NotAllowedError for other than writers.
        """
        with self._desk.reading() as session:
            must(roles_of(self._desk, session, actor), May.WRITE)
        imported = self._desk.media.add(data, name)
        with self._desk.writing(actor) as unit:
            if unit.session.get(Media, imported.sha256) is None:
                unit.session.add(
                    Media(
                        sha256=imported.sha256,
                        mime=imported.mime,
                        size=imported.size,
                        width=imported.width,
                        height=imported.height,
                        name=imported.name,
                        removed=list(imported.removed),
                        added_by=actor.id,
                        added_at=unit.now,
                    )
                )
            unit.record(Action.MEDIA_ADDED, "media", imported.sha256, body={"name": imported.name})
        item = MediaItem(imported.sha256, imported.mime, imported.size, imported.width, imported.height)
        return imported, item, unit.changes

    def targets(self) -> tuple[Target, ...]:
        """The accounts that a draft can choose."""
        with self._desk.reading() as session:
            return targets(session)

    def check(self, post_id: str, body: DraftBody) -> tuple[Finding, ...]:
        """What the rules find in a draft as typed, whether it is saved or not."""
        with self._desk.reading() as session:
            context = check_context(session.exec(select(Account)).all())
            contents = body.contents(post_id, targets(session))
        return self._desk.rules.check(contents, context)

    def submit(self, actor: Actor, post_id: str, *, saves: int | None = None) -> Changes:
        """Freezes the draft into a version and sends it to review; with `saves`, only if nobody saved since.

        Raises OpenFindingsError, BadInputError, ChangedMeanwhileError and PolicyNotAcknowledgedError before anything
        changes. An edit ends the signatures of exactly the accounts whose content it changed, and whatever waited to go
        out is cancelled. A version whose content and time are signed already is scheduled at once. Pictures are made to
        what each account takes: not for the UI thread.
        """
        actor.must_be_verified()
        pictures = fit_pictures(self._desk, self.read(post_id).body)  # takes its time: before the transaction
        with self._desk.writing(actor) as unit:
            must(roles_of(self._desk, unit.session, actor), May.WRITE)
            post = post_of(unit.session, post_id)
            row, body = draft_of(unit.session, post_id)
            if saves is not None:
                _same_save(row, saves)
            state = move(post.state, PostState.IN_REVIEW)
            _complete(body)
            found = checked(self._desk, unit.session, post.id, body, pictures)
            if any(finding.must_fix for finding in found.findings):
                raise OpenFindingsError(found.findings)
            need_acknowledgement(self._desk, unit.session, actor.id)
            revision = freeze(self._desk, unit, post, row, body, found)
            carry_over(self._desk, unit, post, revision)
            note_answers(unit, revision)
            post.state, post.title, post.changed_at = state, body.title, unit.now
            unit.session.add(post)
            unit.record(Action.POST_SUBMITTED, "post", post.id, revision=post.revision, body={"title": body.title})
            note_crisis(unit, post, revision)
            schedule_if_ready(self._desk, unit, post, revision)
        return unit.changes

    def withdraw(self, actor: Actor, post_id: str) -> Changes:
        """Takes a post back into the drafts; whatever waited to go out is cancelled.

        A post that is live on some account is published, and stays so. Raises ChangedMeanwhileError while one is being
        sent or in doubt.
        """
        with self._desk.writing(actor.must_be_verified()) as unit:
            post = self._own(unit, actor, post_id)
            refuse_while_going_on(unit, post.id)
            target = PostState.PUBLISHED if begun(unit, post.id) else PostState.DRAFT
            post.state, post.changed_at = move(post.state, target), unit.now
            unit.session.add(post)
            unit.record(Action.POST_WITHDRAWN, "post", post.id, revision=post.revision)
            finish_tasks(unit, TaskKind.CHANGES, post.id)
            cancel_open(unit, post.id, f"{actor.name} took the post back", "withdrawn")
        return unit.changes

    def discard(self, actor: Actor, post_id: str) -> Changes:
        """Ends a draft that is live nowhere. Frozen versions and their entries stay, and so do pictures."""
        with self._desk.writing(actor) as unit:
            post = self._own(unit, actor, post_id)
            if post.revision:
                actor.must_be_verified()
            if begun(unit, post.id):
                raise ChangedMeanwhileError("It is live already", "It cannot be discarded.", "Take the post back.")
            post.state, post.changed_at = move(post.state, PostState.DISCARDED), unit.now
            unit.session.add(post)
            unit.record(Action.POST_DISCARDED, "post", post.id, body={"title": post.title})
            finish_tasks(unit, TaskKind.CHANGES, post.id)
        return unit.changes

    def _own(self, unit: Unit, actor: Actor, post_id: str) -> Post:
        post = post_of(unit.session, post_id)
        roles = roles_of(self._desk, unit.session, actor)
        if post.author_id != actor.id:
            actor.must_be_verified()
            must(roles, May.REQUEST_CHANGES)
        return post


def new_post(unit: Unit, actor: Actor, body: DraftBody, earlier: Iterable[str] = ()) -> Post:
    """A post with its draft, in the caller's unit of work, which records it. `earlier`: who wrote what it holds."""
    post = Post(
        id=new_id("post"), number=next_number(unit.session), title=body.title, author_id=actor.id,
        state=PostState.DRAFT, created_at=unit.now, changed_at=unit.now,
    )  # fmt: skip
    unit.session.add(post)
    unit.session.flush()
    editors = sorted({*earlier, *_typist(actor)})
    row = Draft(
        post_id=post.id, body=body.to_json(), editors=editors, saved_by=actor.id, saved_at=unit.now, saves=1
    )  # fmt: skip
    unit.session.add(row)
    return post


def _typist(actor: Actor) -> set[str]:
    """Who goes among the editors for what this person types."""
    return {actor.id} if actor.verified else {actor.id, UNCHECKED}


def _same_save(row: Draft, saves: int) -> None:
    if row.saves != saves:
        raise ChangedMeanwhileError(
            "Somebody else changed this text too", "Yours is not lost.", "Compare the two and keep one."
        )


def _complete(body: DraftBody) -> None:
    if not body.title.strip():
        raise BadInputError("The post has no title", "Reviewers find it by its title.", "Write one.", field="title")
    if not body.accounts:
        raise BadInputError(
            "No account is chosen", "The post would go nowhere.", "Choose at least one.", field="accounts"
        )
