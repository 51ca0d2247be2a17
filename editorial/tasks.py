"""What people have to do by a time: opened by other services in their own unit of work, shown until it is done."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import Session, col, select

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.changes import Changes
from editorial.desk import Desk
from editorial.errors import ChangedMeanwhileError, NotFoundError
from editorial.ids import new_id
from editorial.people.session import roles_of
from editorial.store.models import Post, Task
from editorial.store.unit import Unit


class TaskKind(StrEnum):
    """The codes; they stand in the log."""

    TAKE_DOWN = "take_down"  # a live post whose authorization was revoked or has expired
    CRISIS_REVIEW = "crisis_review"  # a post that went down the short route is looked at again within a day
    CHANGES = "changes"  # a reviewer asked the author for changes by a time
    SHOWN_DIFFERENTLY = "shown_differently"  # the network shows something else than was signed
    COMING_OF_AGE = "coming_of_age"  # a minor's authorization has to be given again by the person


@dataclass(frozen=True, slots=True)
class Open:
    """A task that is not done, and what it is about."""

    id: str
    kind: TaskKind
    post_id: str
    number: int  # of the post; 0 where it is about none
    title: str
    delivery_id: str
    authorization_id: str
    due_at: datetime


def open_task(
    unit: Unit,
    kind: TaskKind,
    due_at: datetime,
    *,
    post_id: str = "",
    delivery_id: str = "",
    authorization_id: str = "",
) -> str:
    """Opens a task in the caller's unit of work and returns its id."""
    task = Task(
        id=new_id("task"), kind=kind, post_id=post_id, delivery_id=delivery_id, authorization_id=authorization_id,
        made_at=unit.now, due_at=due_at,
    )  # fmt: skip
    unit.session.add(task)
    unit.record(Action.TASK_OPENED, "task", task.id, reason=str(kind), body={"post": post_id, "delivery": delivery_id})
    return task.id


def finish_tasks(unit: Unit, kind: TaskKind, post_id: str) -> None:
    """Marks a post's open tasks of a kind as done, in the caller's unit of work: what they asked for has happened."""
    _finish(unit, Task.post_id == post_id, Task.kind == kind)


def finish_delivery_tasks(unit: Unit, delivery_id: str) -> None:
    """Marks every open task about one delivery as done: it is not there any more."""
    _finish(unit, Task.delivery_id == delivery_id)


def _finish(unit: Unit, *which: bool) -> None:
    for task in unit.session.exec(select(Task).where(*which, col(Task.done_at).is_(None))).all():
        task.done_at, task.done_by = unit.now, unit.actor.id
        unit.session.add(task)
        unit.record(Action.TASK_DONE, "task", task.id, reason=task.kind)


class Tasks:
    """Commands about tasks."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def open(self) -> tuple[Open, ...]:
        """Everything that is not done, the earliest due first."""
        with self._desk.reading() as session:
            return open_tasks(session)

    def done(self, actor: Actor, task_id: str, note: str = "") -> Changes:
        """Marks a task as done. Raises NotFoundError, and ChangedMeanwhileError where somebody else did."""
        with self._desk.writing(actor.must_be_verified()) as unit:
            roles_of(self._desk, unit.session, actor)  # raises for somebody who left the staff
            task = unit.session.get(Task, task_id)
            if task is None:
                raise NotFoundError("This task is not here")
            if task.done_at is not None:
                raise ChangedMeanwhileError("This task is done already", "Nothing was changed.")
            task.done_at, task.done_by, task.note = unit.now, actor.id, note.strip()
            unit.session.add(task)
            unit.record(Action.TASK_DONE, "task", task.id, reason=task.kind, body={"note": note.strip()})
        return unit.changes


def open_tasks(session: Session) -> tuple[Open, ...]:
    """Everything that is not done, the earliest due first."""
    rows = session.exec(
        select(Task, Post)
        .join(Post, col(Post.id) == col(Task.post_id), isouter=True)
        .where(col(Task.done_at).is_(None))
        .order_by(col(Task.due_at), col(Task.id))
    ).all()
    return tuple(
        Open(
            task.id, TaskKind(task.kind), task.post_id, post.number if post else 0, post.title if post else "",
            task.delivery_id, task.authorization_id, task.due_at,
        )
        for task, post in rows
    )  # fmt: skip
