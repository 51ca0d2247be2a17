"""Taking the texts out of rows, and leaving what others rest on: ids, numbers, times, digests, verdicts, envelopes."""

from collections.abc import Sequence

from sqlmodel import col, select

from editorial.audit.actions import Action
from editorial.posts.records import erased_content
from editorial.posts.states import PostState
from editorial.posts.states import move as move_post
from editorial.store.models import (
    AsPublished,
    Attempt,
    Authorization,
    Concern,
    Delivery,
    Draft,
    Media,
    Post,
    Revision,
    Takedown,
    Task,
)
from editorial.store.remarks import Acceptance, Comment
from editorial.store.unit import Unit


def erase_post(unit: Unit, post_id: str) -> None:
    """The texts of a post: draft, versions, comments, what networks showed of it, and what people noted about it."""
    session = unit.session
    post = session.get_one(Post, post_id)
    post.title = f"Erased on {unit.now:%Y-%m-%d} by {unit.actor.name}"
    if post.state == PostState.DRAFT:
        post.state = move_post(post.state, PostState.DISCARDED)
    session.add(post)
    if (draft := session.get(Draft, post_id)) is not None:
        session.delete(draft)
    for version in session.exec(select(Revision).where(Revision.post_id == post_id)).all():
        version.content = erased_content(unit.now, unit.actor.name)
        session.add(version)
    for comment in session.exec(select(Comment).where(Comment.post_id == post_id)).all():
        comment.text = comment.quote = ""
        comment.replacement = None if comment.replacement is None else ""
        session.add(comment)
    for accepted in session.exec(select(Acceptance).where(Acceptance.post_id == post_id)).all():
        accepted.reason = ""
        session.add(accepted)
    for task in session.exec(select(Task).where(Task.post_id == post_id)).all():
        task.note = ""
        session.add(task)
    for concern in session.exec(select(Concern).where(Concern.post_id == post_id)).all():
        concern.text, concern.evidence, concern.told, concern.outcome = "", {}, [], ""
        session.add(concern)
    _erase_deliveries(unit, post_id)
    unit.record(Action.POST_ERASED, "post", post_id, revision=post.revision, body={"number": post.number})


def _erase_deliveries(unit: Unit, post_id: str) -> None:
    session = unit.session
    rows = session.exec(select(Delivery).where(Delivery.post_id == post_id)).all()
    for row in rows:
        row.reason = row.advice = ""
    ids = [row.id for row in rows]
    shown = session.exec(select(AsPublished).where(col(AsPublished.delivery_id).in_(ids))).all()
    for seen in shown:
        seen.shown = {}
    attempts = session.exec(select(Attempt).where(col(Attempt.delivery_id).in_(ids))).all()
    for attempt in attempts:
        attempt.detail = ""
    takedowns = session.exec(select(Takedown).where(col(Takedown.delivery_id).in_(ids))).all()
    for takedown in takedowns:
        takedown.note = takedown.answer = ""
    session.add_all([*rows, *shown, *attempts, *takedowns])


def erase_authorization(unit: Unit, authorization_id: str) -> str:
    """What an authorization says, and the name of its scan, which is returned: its file goes after the commit."""
    row = unit.session.get_one(Authorization, authorization_id)
    scan = row.scan
    row.label, row.elements, row.scan = "", {}, ""
    unit.session.add(row)
    for task in unit.session.exec(select(Task).where(Task.authorization_id == authorization_id)).all():
        task.note = ""
        unit.session.add(task)
    unit.record(Action.AUTHORIZATION_ERASED, "authorization", row.id, body={"number": row.number})
    return scan


def erase_pictures(unit: Unit, digests: Sequence[str]) -> None:
    """The rows of pictures; their files go after the commit. The caller records it."""
    for sha256 in digests:
        if (row := unit.session.get(Media, sha256)) is not None:
            unit.session.delete(row)
