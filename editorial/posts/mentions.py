"""Comments that name somebody: a notice tells them, until they read it or the matter is resolved."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.changes import Changes
from editorial.desk import Desk
from editorial.errors import DeskError
from editorial.people.session import roles_of
from editorial.posts.records import revision_of
from editorial.posts.states import PostState
from editorial.store.models import Person, Post
from editorial.store.remarks import Comment, Mention


@dataclass(frozen=True, slots=True)
class Notice:
    """Somebody named this person in a comment. `title` is empty where the post may be about a patient."""

    comment_id: str
    post_id: str
    number: int  # of the post
    title: str
    by: str  # a name
    at: datetime


class Mentions:
    """What names a person, and their reading of it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def open(self, actor: Actor) -> tuple[Notice, ...]:
        """The comments that name this person and wait for them, the newest first."""
        with self._desk.reading() as session:
            found = session.exec(
                select(Comment, Post, Person.name)
                .join(Mention, col(Mention.comment_id) == col(Comment.id))
                .join(Post, col(Post.id) == col(Comment.post_id))
                .join(Person, col(Person.id) == col(Comment.person_id))
                .where(Mention.person_id == actor.id, col(Mention.read_at).is_(None), Post.state != PostState.DISCARDED)
                .order_by(col(Comment.at).desc(), col(Comment.id))
            ).all()
            return tuple(
                Notice(comment.id, post.id, post.number, _title(session, post), by, comment.at)
                for comment, post, by in found
                if not _resolved(session, comment)
            )

    def read(self, actor: Actor, comment_ids: Collection[str]) -> Changes:
        """Notes that this person read comments that name them. Those that they read before change nothing."""
        with self._desk.writing(actor.must_be_verified()) as unit:
            roles_of(self._desk, unit.session, actor)  # raises for somebody who left the staff
            rows = unit.session.exec(
                select(Mention, Comment.post_id)
                .join(Comment, col(Comment.id) == col(Mention.comment_id))
                .where(
                    Mention.person_id == actor.id,
                    col(Mention.read_at).is_(None),
                    col(Mention.comment_id).in_(comment_ids),
                )
            ).all()
            for row, post_id in rows:
                row.read_at = unit.now
                unit.session.add(row)
                unit.record(Action.MENTION_READ, "post", post_id, body={"comment": row.comment_id})
        return unit.changes


def unread_in(session: Session, post_id: str, person_id: str) -> frozenset[str]:
    """The comments about a post that name this person and were not read by them."""
    found = session.exec(
        select(Mention.comment_id)
        .join(Comment, col(Comment.id) == col(Mention.comment_id))
        .where(Comment.post_id == post_id, Mention.person_id == person_id, col(Mention.read_at).is_(None))
    )
    return frozenset(found)


def _resolved(session: Session, comment: Comment) -> bool:
    """Whether it, or what it answers, is settled."""
    each: Comment | None = comment
    while each is not None:
        if each.resolved_at is not None:
            return True
        each = session.get(Comment, each.parent_id) if each.parent_id else None
    return False


def _title(session: Session, post: Post) -> str:
    try:
        _, snapshot = revision_of(session, post.id, post.revision)
    except DeskError:  # what cannot be read is told of no further
        return ""
    return "" if snapshot.near_a_patient else snapshot.title
