"""What follows when an authorization ends: nothing that rests on it goes out, and what is live is to be taken down."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from editorial.audit.actions import Action
from editorial.authorizations.elements import Elements
from editorial.authorizations.standing import State, standing_of
from editorial.authorizations.told import told_of
from editorial.authorizations.uses import Use, uses_of
from editorial.changes import Changes
from editorial.delivery.states import LIVES, DeliveryState
from editorial.desk import Desk
from editorial.posts.schedule import GOING_ON, cancel_open, settle_post
from editorial.posts.states import MOVES, PostState
from editorial.posts.states import move as move_post
from editorial.store.models import Authorization, Post, Task
from editorial.store.unit import Unit
from editorial.tasks import TaskKind, open_task

TAKE_DOWN_WITHIN = timedelta(days=1)
AGE_AHEAD = timedelta(days=30)
"""How long before a minor comes of age somebody is told to ask for an authorization of their own."""

_SENT = frozenset({PostState.IN_REVIEW, PostState.APPROVED, PostState.SCHEDULED})


def end_uses(unit: Unit, row: Authorization, code: str, words: str) -> None:
    """Cancels what waits and rests on the authorization, gives the posts back, and opens a task for what is live.

    In the caller's unit of work; doing it again changes nothing. `code` stands in the log, `words` in the Outbox.
    """
    unit.session.flush()
    for use in uses_of(unit.session, row.id):
        for each in use.deliveries:
            if each.online and not _has_task(unit.session, TaskKind.TAKE_DOWN, row.id, each.delivery_id):
                open_task(
                    unit, TaskKind.TAKE_DOWN, unit.now + TAKE_DOWN_WITHIN,
                    post_id=use.post_id, delivery_id=each.delivery_id, authorization_id=row.id,
                )  # fmt: skip
        _give_back(unit, use, code, words)


def _give_back(unit: Unit, use: Use, code: str, words: str) -> None:
    waits = any(DeliveryState.CANCELLED in LIVES[each.state].follows for each in use.deliveries)
    if waits:
        cancel_open(unit, use.post_id, words, code)
    if not use.newest or use.state not in _SENT:
        return
    if any(each.state in GOING_ON for each in use.deliveries):  # the gate stops it; the rest follows from its outcome
        return
    if use.state is PostState.SCHEDULED and any(each.begun for each in use.deliveries):
        settle_post(unit, use.post_id)
        return
    target = PostState.PUBLISHED if any(each.begun for each in use.deliveries) else PostState.DRAFT
    if target in MOVES[use.state]:
        post = unit.session.get_one(Post, use.post_id)
        post.state, post.changed_at = move_post(post.state, target), unit.now
        unit.session.add(post)
        unit.record(Action.POST_STATE, "post", post.id, revision=post.revision, reason=code)


def _has_task(session: Session, kind: TaskKind, authorization_id: str, delivery_id: str = "") -> bool:
    statement = select(Task.id).where(
        Task.kind == kind, Task.authorization_id == authorization_id, Task.delivery_id == delivery_id
    )
    return session.exec(statement).first() is not None


def lapse(desk: Desk) -> Changes:
    """Acts on every authorization whose last day is over, once, and on minors who come of age soon.

    Nothing is written where nothing is due. The gate does not wait for this: it looks at the clock itself.
    """
    with desk.reading() as session:
        if not _due(session, desk.clock.now()):
            return Changes()
    with desk.writing(desk.system()) as unit:
        for row, elements, expired in _due(unit.session, unit.now):
            if expired:
                unit.record(Action.AUTHORIZATION_EXPIRED, "authorization", row.id)
                end_uses(unit, row, "authorization_expired", f"Authorization A-{row.number} has expired")
            else:
                due = elements.of_age_at() or unit.now
                open_task(unit, TaskKind.COMING_OF_AGE, max(due, unit.now), authorization_id=row.id)
    return unit.changes


def _due(session: Session, now: datetime) -> list[tuple[Authorization, Elements, bool]]:
    """Authorizations to act on: (row, elements, whether it has expired; else its minor comes of age)."""
    found: list[tuple[Authorization, Elements, bool]] = []
    for row in session.exec(select(Authorization).order_by(col(Authorization.number))).all():
        standing, told = standing_of(session, row, now), told_of(session, row.id)
        if standing.elements is None or told is None or told.expired_at is not None:
            continue
        if standing.state is State.EXPIRED:
            found.append((row, standing.elements, True))
        elif standing.state is State.VALID and _comes_of_age(session, row, standing.elements, now):
            found.append((row, standing.elements, False))
    return found


def _comes_of_age(session: Session, row: Authorization, elements: Elements, now: datetime) -> bool:
    """Soon, and nobody was told yet. What a parent signed stays valid: the task is to ask the person."""
    at = elements.of_age_at()
    return at is not None and at - AGE_AHEAD <= now and not _has_task(session, TaskKind.COMING_OF_AGE, row.id)
