"""Reading the rules for times and the other posts from the store. Nothing here writes."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime

from sqlmodel import Session, col, select

from editorial.delivery.states import DeliveryState
from editorial.errors import BadInputError
from editorial.planning.plan import CLOSE, Plan, Taken
from editorial.planning.times import Blackout, QuietHours, Slot, clock
from editorial.posts.states import PostState
from editorial.store.models import Account, Delivery, Draft, Person, Post, UsualTimes, Workspace
from editorial.store.models import Blackout as BlackoutRow
from editorial.store.models import QuietHours as QuietRow
from editorial.when import Choice, When

MOST_TAKEN = 5_000
"""Deliveries that are looked at for conflicts, the next ones first: later ones are too far away to plan for."""

_MEANT = (PostState.DRAFT, PostState.CHANGES_REQUESTED, PostState.IN_REVIEW, PostState.APPROVED)


def blackouts_in(session: Session, now: datetime) -> tuple[Blackout, ...]:
    """The blackouts that are not over, the first one first."""
    names = select(BlackoutRow, Person.name).join(Person, col(Person.id) == col(BlackoutRow.set_by), isouter=True)
    found = [
        Blackout(
            row.id, row.name, datetime.fromisoformat(row.first), datetime.fromisoformat(row.last), row.zone,
            name or "somebody",
        )
        for row, name in session.exec(names).all()
    ]  # fmt: skip
    return tuple(sorted((each for each in found if each.ends > now), key=lambda each: (each.starts, each.id)))


def quiet_in(session: Session) -> QuietHours | None:
    """The workspace's quiet hours, if it has any."""
    row = session.get(QuietRow, 1)
    return QuietHours(clock(row.starts), clock(row.ends)) if row is not None else None


def slots_in(session: Session) -> dict[str, tuple[Slot, ...]]:
    """The usual times of every account that has some, by its id."""
    rows = session.exec(select(UsualTimes)).all()
    return {row.account_id: tuple(Slot.from_json(each) for each in row.slots) for row in rows if row.slots}


def plan_in(session: Session, now: datetime, accounts: Collection[str], besides: Collection[str] = ()) -> Plan:
    """Everything that speaks for and against times for these accounts; the posts `besides` are in nobody's way."""
    taken: dict[str, list[Taken]] = defaultdict(list)
    for each in (*_scheduled(session, now, accounts, besides), *_meant(session, now, accounts, besides)):
        taken[each.account_id].append(each)
    labels = session.exec(select(Account.id, Account.label).where(col(Account.id).in_(accounts))).all()
    slots = slots_in(session)
    return Plan(
        zone=session.exec(select(Workspace.zone)).one(),
        blackouts=blackouts_in(session, now),
        quiet=quiet_in(session),
        slots={key: slots[key] for key in accounts if key in slots},
        taken={key: tuple(sorted(all_, key=lambda each: each.due)) for key, all_ in taken.items()},
        labels={key: label for key, label in labels},  # noqa: C416 - rows
    )


def _scheduled(session: Session, now: datetime, accounts: Collection[str], besides: Collection[str]) -> Iterator[Taken]:
    statement = (
        select(Delivery.account_id, Delivery.due_at, Post.number, Post.title)
        .join(Post, col(Post.id) == col(Delivery.post_id))
        .where(
            col(Delivery.account_id).in_(accounts),
            Delivery.due_at > now - CLOSE,
            col(Delivery.post_id).not_in(besides),
            Delivery.state != DeliveryState.CANCELLED,
        )
        .order_by(col(Delivery.due_at))
        .limit(MOST_TAKEN)
    )
    return (Taken(*row) for row in session.exec(statement).all())


def _meant(session: Session, now: datetime, accounts: Collection[str], besides: Collection[str]) -> Iterator[Taken]:
    """What drafts with a set time are meant for: they have no delivery yet."""
    both = select(Post, Draft).join(Draft, col(Draft.post_id) == col(Post.id))
    for post, draft in session.exec(both.where(col(Post.state).in_(_MEANT), col(Post.id).not_in(besides))).all():
        due = _due(When.from_json(draft.body["when"]), now)
        if due is not None and due > now - CLOSE:
            for account in draft.body["accounts"]:
                if account in accounts:
                    yield Taken(account, due, post.number, draft.body["title"])


def _due(when: When, now: datetime) -> datetime | None:
    try:
        return when.due(now) if when.choice is Choice.SET else None
    except BadInputError:  # its author still has to decide
        return None


def in_blackout(session: Session, due: datetime, now: datetime) -> bool:
    """Whether an instant lies in a blackout."""
    return any(each.holds(due) for each in blackouts_in(session, now))


def refuse_blackout(session: Session, due: datetime, now: datetime, accounts: Collection[str], post_id: str) -> None:
    """Raises BadInputError, with the next free time, for an instant in a blackout."""
    if in_blackout(session, due, now):
        refusal = plan_in(session, now, accounts, (post_id,)).refusal(due, accounts, now)
        if refusal is not None:
            raise refusal
