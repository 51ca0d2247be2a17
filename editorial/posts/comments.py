"""What people say about a post: comments on the whole or on a passage, answers, suggestions, and what became of them.

Saying something makes nobody a contributor. Whoever takes a suggestion over does: they change the text.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.changes import Changes
from editorial.charter.document import Member, Role
from editorial.desk import Desk
from editorial.errors import BadInputError, ChangedMeanwhileError, NotAllowedError, NotFoundError
from editorial.ids import new_id
from editorial.people.permissions import May, must
from editorial.people.session import roles_of
from editorial.plain import plain
from editorial.posts.drafting import EDITABLE
from editorial.posts.passages import Passage, passage_of, stands_in, taken_over, text_in
from editorial.posts.records import draft_of, post_of, revision_of, snapshot_in, targets
from editorial.posts.revision import Snapshot
from editorial.store.models import Draft, Person, Post, Revision, Task
from editorial.store.remarks import Comment, Mention
from editorial.store.unit import Unit
from editorial.tasks import TaskKind


@dataclass(frozen=True, slots=True)
class Said:
    """One comment, as people read it.

    `number` is the version it was said about and `answered_in` the first later one whose text in that place is another
    (0: none yet); `added` tells that this version says what the suggestion asked for.
    """

    id: str
    person_id: str
    name: str
    at: datetime
    text: str
    kind: str  # comment, request or suggestion
    revision_id: str
    number: int = 0
    parent_id: str = ""
    passage: Passage | None = None
    replacement: str | None = None
    mentions: tuple[str, ...] = ()  # names
    taken_at: datetime | None = None
    resolved_at: datetime | None = None
    resolved_by: str = ""  # a name
    answered_in: int = 0
    added: bool = False
    asks_by: datetime | None = None  # until when changes are asked for

    @property
    def open(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.resolved_at is None


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody says: words, perhaps about a passage, perhaps with what that should become, perhaps an answer."""

    text: str
    passage: Passage | None = None
    replacement: str | None = None
    answers: str = ""  # the id of a comment

    @property
    def kind(self) -> str:
        """The code that is stored."""
        return "comment" if self.replacement is None else "suggestion"


def mentioned(text: str, members: Iterable[Member]) -> tuple[str, ...]:
    """The ids of the active people whom a text names as `@Name` or `@sign-in name`, in the order of the charter.

    The longest name counts: “@Ana Maria Lopes” does not mean Ana.
    """
    names: list[tuple[str, str]] = []
    for member in members:
        if member.active:
            names += [(member.name.casefold(), member.id), (member.sign_in.casefold(), member.id)]
    names.sort(key=lambda each: -len(each[0]))
    found, rest = set(), text.casefold()
    for name, key in names:
        place = rest.find(f"@{name}")
        while place >= 0:
            end = place + 1 + len(name)
            if rest[end : end + 1].isalnum():
                place = rest.find(f"@{name}", end)
                continue
            found.add(key)
            rest = f"{rest[:place]} {rest[end:]}"
            place = rest.find(f"@{name}")
    return tuple(member.id for member in members if member.id in found)


class Comments:
    """Commands about comments. Each takes who acts and returns what changed."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def say(self, actor: Actor, post_id: str, remark: Remark | str) -> Changes:
        """Says something about the newest version; a text alone is about the post as a whole.

        Raises BadInputError for one that says nothing, or whose passage is not in the version; NotFoundError for an
        answer to nothing; NotAllowedError for a duty manager, who may only hold.
        """
        remark = Remark(remark) if isinstance(remark, str) else remark
        with self._taking_part(actor) as unit:
            say(self._desk, unit, post_of(unit.session, post_id), remark)
        return unit.changes

    def resolve(self, actor: Actor, comment_id: str) -> Changes:
        """Marks a comment as settled. Raises ChangedMeanwhileError where it is."""
        return self._settle(actor, comment_id, resolved=True)

    def reopen(self, actor: Actor, comment_id: str) -> Changes:
        """Opens a comment again. Raises ChangedMeanwhileError where it is open."""
        return self._settle(actor, comment_id, resolved=False)

    def take(self, actor: Actor, comment_id: str) -> Changes:
        """Takes a suggestion over into the working draft, which makes `actor` an editor and its giver nothing.

        Raises NotAllowedError for other than those who wrote or edited the post, and ChangedMeanwhileError where the
        passage is not in the text any more, the suggestion is settled, or the post is finished.
        """
        with self._desk.writing(actor.must_be_verified()) as unit:
            must(roles_of(self._desk, unit.session, actor), May.WRITE)
            comment = _comment(unit.session, comment_id)
            post = post_of(unit.session, comment.post_id)
            draft, body = draft_of(unit.session, post.id)
            _may_take(unit.session, post, draft, actor)
            passage = passage_of(comment)
            if passage is None or comment.replacement is None:
                raise BadInputError("This comment suggests no text", "Nothing was changed.", "Change the text by hand.")
            if comment.resolved_at is not None or post.state not in EDITABLE:
                raise ChangedMeanwhileError("This suggestion is settled, or its post finished", "Nothing was changed.")
            new = taken_over(body, targets(unit.session, only=body.accounts), passage, comment.replacement)
            draft.body, draft.saves = new.to_json(), draft.saves + 1
            draft.saved_by, draft.saved_at = actor.id, unit.now
            draft.editors = sorted({*draft.editors, actor.id})
            comment.taken_at = comment.resolved_at = unit.now
            comment.resolved_by = actor.id
            unit.session.add_all((draft, comment))
            told = {"comment": comment.id, "by": comment.person_id, "from": passage.quote, "to": comment.replacement}
            unit.record(Action.SUGGESTION_TAKEN, "post", post.id, revision=post.revision, body=told)
        return unit.changes

    def _settle(self, actor: Actor, comment_id: str, *, resolved: bool) -> Changes:
        with self._taking_part(actor) as unit:
            comment = _comment(unit.session, comment_id)
            if (comment.resolved_at is not None) == resolved:
                word = "resolved" if resolved else "open"
                raise ChangedMeanwhileError(f"This comment is {word} already", "Nothing was changed.")
            comment.resolved_at, comment.resolved_by = (unit.now, actor.id) if resolved else (None, "")
            unit.session.add(comment)
            action = Action.COMMENT_RESOLVED if resolved else Action.COMMENT_REOPENED
            unit.record(action, "post", comment.post_id, body={"comment": comment.id})
        return unit.changes

    @contextmanager
    def _taking_part(self, actor: Actor) -> Iterator[Unit]:
        """A unit of work by somebody who is on the staff and may do more than hold."""
        actor.must_be_verified()
        with self._desk.writing(actor) as unit:
            if not roles_of(self._desk, unit.session, actor) - {Role.DUTY_MANAGER}:
                raise NotAllowedError("A duty manager holds publishing, and nothing else", "Nothing was said.")
            yield unit


def say(desk: Desk, unit: Unit, post: Post, remark: Remark, *, kind: str = "") -> Comment:
    """Keeps a remark about the newest version and records it, in the caller's unit of work. Raises as `Comments.say`.

    With `kind` "request" the caller records what it means.
    """
    text, passage = plain(remark.text.strip()), remark.passage
    if not text and remark.replacement is None:
        raise BadInputError("There is no comment", "Say what should change.", "Write a sentence.", field="comment")
    row, snapshot = revision_of(unit.session, post.id, post.revision)
    _check(unit.session, post, snapshot, remark)
    members = desk.charter(unit.session).charter.members
    comment = Comment(
        id=new_id("say"), post_id=post.id, revision_id=row.id, person_id=unit.actor.id, kind=kind or remark.kind,
        text=text, at=unit.now, parent_id=remark.answers,
        replacement=None if remark.replacement is None else plain(remark.replacement),
        account_id=passage.account_id if passage else "", quote=passage.quote if passage else "",
        start=passage.start if passage else 0,
    )  # fmt: skip
    unit.session.add(comment)
    unit.session.flush()
    mentions = [each for each in mentioned(text, members) if each != unit.actor.id]
    unit.session.add_all(Mention(comment_id=comment.id, person_id=each) for each in mentions)
    if kind != "request":
        said: dict[str, Any] = {
            "comment": comment.id,
            "text": text,
            "quote": comment.quote,
            "answers": comment.parent_id,
        }
        said |= {"replacement": comment.replacement or "", "mentions": mentions}
        unit.record(Action.COMMENTED, "post", post.id, revision=post.revision, body=said)
    return comment


def _check(session: Session, post: Post, snapshot: Snapshot, remark: Remark) -> None:
    if remark.answers and _comment(session, remark.answers).post_id != post.id:
        raise NotFoundError("That comment belongs to another post")
    passage = remark.passage
    if passage is not None and text_in(snapshot, passage) is None:
        raise ChangedMeanwhileError(
            "The passage is not in the newest version",
            f"Version {snapshot.number} does not say “{passage.quote}” there. Nothing was kept.",
            "Look at the newest version and choose the words again.",
        )
    if remark.replacement is not None and (passage is None or remark.replacement == passage.quote):
        raise BadInputError(
            "The suggestion changes nothing", "Choose words and say what they should become.", field="replacement"
        )


def _comment(session: Session, comment_id: str) -> Comment:
    comment = session.get(Comment, comment_id)
    if comment is None:
        raise NotFoundError("This comment is not here")
    return comment


def _may_take(session: Session, post: Post, draft: Draft, actor: Actor) -> None:
    """Taking over is editing: nobody becomes an editor by a click meant as agreement."""
    wrote = {post.author_id, *draft.editors}
    if post.revision:
        wrote |= set(revision_of(session, post.id, post.revision)[1].contributors)
    if actor.id not in wrote:
        raise NotAllowedError(
            "The author takes suggestions over",
            "Who does it edits the post and cannot sign it. Nothing was changed.",
            "Answer the suggestion, or edit the post.",
        )


def comments_of(session: Session, post_id: str) -> tuple[Said, ...]:
    """Everything that was said about a post, oldest first."""
    rows = session.exec(select(Comment).where(Comment.post_id == post_id).order_by(col(Comment.at), col(Comment.id)))
    names = dict(session.exec(select(Person.id, Person.name)).all())
    versions = session.exec(select(Revision).where(Revision.post_id == post_id)).all()
    asked = session.exec(
        select(Task.made_at, Task.due_at).where(Task.post_id == post_id, Task.kind == TaskKind.CHANGES)
    )
    until = dict(asked.all())
    mentions = session.exec(
        select(Mention.comment_id, Mention.person_id).join(Comment).where(Comment.post_id == post_id)
    ).all()
    named = [(comment, names.get(person, "somebody")) for comment, person in mentions]
    found = (_said(row, names, versions, [name for comment, name in named if comment == row.id]) for row in rows)
    return tuple(replace(each, asks_by=until.get(each.at)) if each.kind == "request" else each for each in found)


def _said(row: Comment, names: Mapping[str, str], versions: Sequence[Revision], mentions: Sequence[str]) -> Said:
    answer = next((each for each in versions if each.number == row.answered_in), None)
    added = answer is not None and stands_in(snapshot_in(answer), row.account_id, row.replacement or "")
    return Said(
        id=row.id, person_id=row.person_id, name=names.get(row.person_id, "somebody"), at=row.at, text=row.text,
        kind=row.kind, revision_id=row.revision_id,
        number=next((each.number for each in versions if each.id == row.revision_id), 0), parent_id=row.parent_id,
        passage=passage_of(row), replacement=row.replacement,
        mentions=tuple(mentions), taken_at=row.taken_at,
        resolved_at=row.resolved_at, resolved_by=names.get(row.resolved_by, "") if row.resolved_by else "",
        answered_in=row.answered_in, added=added,
    )  # fmt: skip
