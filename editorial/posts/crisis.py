"""The short route for a crisis: what is written down when a version takes it, and the second look that it owes."""

from datetime import timedelta

from sqlmodel import select

from editorial.audit.actions import Action
from editorial.charter.document import RouteKind
from editorial.posts.revision import Snapshot
from editorial.store.models import Post, Task
from editorial.store.unit import Unit
from editorial.tasks import TaskKind, open_task

REVIEW_WITHIN = timedelta(hours=24)
"""From the approval to the moment by which somebody has looked again at a post that took the short route."""


def note_crisis(unit: Unit, post: Post, snapshot: Snapshot) -> None:
    """The entry that a version takes the short route, and why; none where its content keeps it off that route."""
    if snapshot.route_kind() is RouteKind.CRISIS:
        body = {"reason": snapshot.crisis, "route": snapshot.route}
        unit.record(Action.CRISIS_CHOSEN, "post", post.id, revision=snapshot.number, body=body)


def open_review(unit: Unit, post: Post, snapshot: Snapshot) -> None:
    """Opens the task to look again at a crisis post that is approved: once for a post, however often it is signed."""
    if snapshot.route_kind() is not RouteKind.CRISIS:
        return
    known = select(Task.id).where(Task.post_id == post.id, Task.kind == TaskKind.CRISIS_REVIEW)
    if unit.session.exec(known).first() is None:
        open_task(unit, TaskKind.CRISIS_REVIEW, unit.now + REVIEW_WITHIN, post_id=post.id)
