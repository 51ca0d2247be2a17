"""Which post corrects which. Reads only."""

from dataclasses import dataclass

from sqlalchemy import String, type_coerce
from sqlmodel import Session, col, select

from editorial.posts.draft import DraftBody
from editorial.posts.states import PostState
from editorial.store.models import Draft, Post


@dataclass(frozen=True, slots=True)
class Link:
    """Another post, as a link shows it."""

    post_id: str
    number: int
    title: str
    state: PostState


@dataclass(frozen=True, slots=True)
class Related:
    """What a post corrects, if it is a correction, and the posts that correct it, oldest first."""

    corrects: Link | None = None
    corrected_by: tuple[Link, ...] = ()


def related(session: Session, post_id: str, corrects: str) -> Related:
    """The posts that stand in relation to this one; `corrects` is the id that its draft or version names."""
    named = session.get(Post, corrects) if corrects else None
    return Related(_link(named) if named else None, corrections_of(session, post_id))


def corrections_of(session: Session, post_id: str) -> tuple[Link, ...]:
    """The posts that correct this one and were not discarded, oldest first."""
    statement = (
        select(Post, Draft)
        .join(Draft, col(Draft.post_id) == col(Post.id))
        .where(type_coerce(Draft.body, String).contains(post_id), Post.state != PostState.DISCARDED)
        .order_by(col(Post.number))
    )
    return tuple(
        _link(post)
        for post, draft in session.exec(statement).all()
        if DraftBody.from_json(draft.body).corrects == post_id
    )


def _link(post: Post) -> Link:
    return Link(post.id, post.number, post.title, PostState(post.state))
