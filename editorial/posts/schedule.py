"""From signed to scheduled: deliveries are made here, once, and a post's state follows from theirs."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam
from sqlalchemy import select as sa_select
from sqlmodel import col, select

from editorial.audit.actions import Action
from editorial.charter.document import RouteKind
from editorial.clock import stamp
from editorial.delivery.attempts import attempts_of, part_is_live
from editorial.delivery.states import FINAL, LIVES, WENT_OUT, DeliveryState, move
from editorial.desk import Desk
from editorial.errors import BadInputError, ChangedMeanwhileError
from editorial.ids import new_id
from editorial.planning.reading import in_blackout, refuse_blackout
from editorial.posts.crisis import open_review
from editorial.posts.progress import approved
from editorial.posts.records import revision_of
from editorial.posts.revision import Snapshot
from editorial.posts.states import PostState
from editorial.posts.states import move as move_post
from editorial.store.database import columns
from editorial.store.models import Account, Delivery, Post
from editorial.store.unit import Unit
from editorial.when import LATE_BY, Choice, When, means, tzdata_version

GOING_ON = frozenset({DeliveryState.SENDING, DeliveryState.PENDING, DeliveryState.UNCERTAIN})
BEGUN = GOING_ON | WENT_OUT
"""The states in which a delivery went out, or may have."""


def schedule_if_ready(desk: Desk, unit: Unit, post: Post, snapshot: Snapshot) -> None:
    """Makes the deliveries when the route is complete and nothing speaks against the time by now.

    Approved too late never publishes at once: the post is approved, and a person chooses a new time. So it is where an
    update of the zone rules moved the time since it was signed, and in a blackout.
    """
    set_ = snapshot.when.choice is Choice.SET
    due = snapshot.due if set_ else snapshot.when.due(unit.now)
    if not approved(unit.session, desk.charter(unit.session), post, snapshot, at=due):
        return
    open_review(unit, post, snapshot)
    if due is None:
        _to_state(unit, post, PostState.APPROVED, "no_date")
    elif set_ and due <= unit.now:
        _to_state(unit, post, PostState.APPROVED, "approved_late")
    elif set_ and not means(snapshot.when, due):
        _to_state(unit, post, PostState.APPROVED, "zone_rules")
    elif snapshot.route_kind() is not RouteKind.CRISIS and in_blackout(unit.session, due, unit.now):
        _to_state(unit, post, PostState.APPROVED, "blackout")
    else:
        make_deliveries(unit, post, snapshot, snapshot.when, due)


def schedule_approved(desk: Desk, unit: Unit, post: Post, when: When) -> None:
    """Gives an approved post the time that a person chose, inside what was signed.

    Raises ChangedMeanwhileError for a post that is not approved, and BadInputError for the time, also in a blackout.
    """
    if post.state != PostState.APPROVED:
        raise ChangedMeanwhileError(
            "This post is not approved",
            f"It is {post.state.replace('_', ' ')} now. Nothing was scheduled.",
            "Look at it again.",
        )
    due = when.due(unit.now)
    if due is None or due < unit.now:
        raise BadInputError("There is no time ahead", "Nothing was scheduled.", "Choose a later time.", field="time")
    _, snapshot = revision_of(unit.session, post.id, post.revision)
    if not approved(unit.session, desk.charter(unit.session), post, snapshot, at=due):
        raise outside_window()
    refuse_in_blackout(unit, snapshot, due)
    make_deliveries(unit, post, snapshot, when, due)


def refuse_in_blackout(unit: Unit, snapshot: Snapshot, due: datetime) -> None:
    """Raises BadInputError, saying who set it, for a time in a blackout. A crisis post is not stopped by one."""
    if snapshot.route_kind() is not RouteKind.CRISIS:
        accounts = [content.account_id for content in snapshot.contents]
        refuse_blackout(unit.session, due, unit.now, accounts, snapshot.post_id)


def outside_window() -> BadInputError:
    """The words for a time that nobody signed."""
    return BadInputError(
        "That time is outside the signed window",
        "Nothing was changed.",
        "Send the post to review to have a new window signed.",
        field="time",
    )


def make_deliveries(unit: Unit, post: Post, snapshot: Snapshot, when: When, due: datetime) -> None:
    """One delivery for each account of the version that has none under way. Raises as the post's table of states."""
    if not snapshot.window.holds(max(due, unit.now)):
        raise outside_window()
    revision, _ = revision_of(unit.session, post.id, snapshot.number)
    for content in snapshot.contents:
        rounds = unit.session.exec(
            select(Delivery).where(Delivery.post_id == post.id, Delivery.account_id == content.account_id)
        ).all()
        if any(row.state != DeliveryState.CANCELLED for row in rounds):
            continue
        delivery = Delivery(
            id=new_id("dlv"),
            post_id=post.id,
            revision_id=revision.id,
            account_id=content.account_id,
            round=len(rounds) + 1,
            state=DeliveryState.WAITING,
            due_at=due,
            latest_at=due + LATE_BY,
            digest=content.digest(),
            key=new_id("key"),
            created_for=due,
        )
        note_meant(delivery, when)
        unit.session.add(delivery)
    unit.session.flush()
    post.state, post.changed_at = move_post(post.state, PostState.SCHEDULED), unit.now
    unit.session.add(post)
    unit.record(Action.POST_SCHEDULED, "post", post.id, revision=snapshot.number, body={"due": stamp(due)})
    settle_post(unit, post.id)


def note_meant(delivery: Delivery, when: When) -> None:
    """Keeps what the person meant beside the instant that it was resolved to, and by which edition of the rules."""
    wall = when.wall if when.choice is Choice.SET else None
    delivery.wall = wall.isoformat(timespec="seconds") if wall else ""
    delivery.zone, delivery.fold = (when.zone, when.fold) if wall else ("", None)
    delivery.tzdata = tzdata_version() if wall else ""


def cancel_open(unit: Unit, post_id: str, words: str, code: str) -> None:
    """Cancels every delivery of the post that has not gone out for certain. Those in doubt stay for a person."""
    for row in unit.session.exec(select(Delivery).where(Delivery.post_id == post_id)).all():
        if DeliveryState.CANCELLED in LIVES[DeliveryState(row.state)].follows:
            row.state = move(row.state, DeliveryState.CANCELLED)
            row.reason, row.advice, row.next_at = words, "", None
            unit.session.add(row)
            unit.record(Action.DELIVERY_CANCELLED, "delivery", row.id, reason=code)


@dataclass(frozen=True, slots=True)
class Begun:
    """An account to which the post went, or may have, and the exact content that did."""

    account_id: str
    label: str
    state: DeliveryState
    digest: str


def begun(unit: Unit, post_id: str) -> tuple[Begun, ...]:
    """The accounts to which the post went or may have gone, in part or whole; also where it was taken down since."""
    statement = (
        select(Delivery, Account.label)
        .join(Account, col(Account.id) == col(Delivery.account_id))
        .where(Delivery.post_id == post_id)
        .order_by(col(Account.label))
    )
    return tuple(
        Begun(row.account_id, label, DeliveryState(row.state), row.digest)
        for row, label in unit.session.exec(statement)
        if row.state in BEGUN or part_is_live(attempts_of(unit.session, row.id))
    )


def refuse_while_going_on(unit: Unit, post_id: str) -> None:
    """Raises ChangedMeanwhileError while a delivery of the post is on its way or in doubt: first that one settles."""
    going_on = [each for each in begun(unit, post_id) if each.state in GOING_ON]
    if not going_on:
        return
    doubtful = any(each.state is DeliveryState.UNCERTAIN for each in going_on)
    raise ChangedMeanwhileError(
        f"It is on its way to {', '.join(each.label for each in going_on)}",
        "Nothing was changed. Your text is saved.",
        "Settle “Was it posted?” in the Outbox first." if doubtful else "Wait until it is there, then try again.",
    )


_STATES = sa_select(col(Delivery.state)).where(col(Delivery.post_id) == bindparam("post")).distinct()


def settle_post(unit: Unit, post_id: str) -> None:
    """Moves a scheduled post on when its deliveries are all final: published if one went out, else approved again."""
    states = {DeliveryState(state) for state in columns(unit.session, _STATES, post=post_id).scalars()}
    if not states <= FINAL:
        return
    post = unit.session.get(Post, post_id)
    if post is None or post.state != PostState.SCHEDULED:
        return
    target = PostState.PUBLISHED if states & WENT_OUT else PostState.APPROVED
    _to_state(unit, post, target, str(target))


def _to_state(unit: Unit, post: Post, target: PostState, reason: str) -> None:
    post.state, post.changed_at = move_post(post.state, target), unit.now
    unit.session.add(post)
    unit.record(Action.POST_STATE, "post", post.id, revision=post.revision, reason=reason)
