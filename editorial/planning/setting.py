"""Setting the rules for times: a communications lead or an administrator does it, each change with its entry."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.changes import Changes
from editorial.delivery.states import QUEUED
from editorial.desk import Desk
from editorial.errors import NotFoundError
from editorial.ids import new_id
from editorial.people.permissions import May, must
from editorial.people.session import roles_of
from editorial.planning.plan import Plan, Taken
from editorial.planning.reading import blackouts_in, plan_in, quiet_in, slots_in
from editorial.planning.times import Blackout, QuietHours, Slot, checked_blackout, checked_slots
from editorial.posts.draft import Target
from editorial.posts.records import targets
from editorial.store.models import Account, Delivery, Post, UsualTimes
from editorial.store.models import Blackout as BlackoutRow
from editorial.store.models import QuietHours as QuietRow
from editorial.store.unit import Unit


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules in force, with the accounts that can have usual times."""

    zone: str
    blackouts: tuple[Blackout, ...]  # that are not over
    quiet: QuietHours | None
    slots: Mapping[str, tuple[Slot, ...]]
    accounts: tuple[Target, ...]


class Times:
    """Commands about the rules for times. A blackout is no hold: what is scheduled already goes out."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def rules(self) -> Rules:
        """What is in force now."""
        with self._desk.reading() as session:
            return Rules(
                self._desk.workspace.zone, blackouts_in(session, self._desk.clock.now()), quiet_in(session),
                slots_in(session), targets(session),
            )  # fmt: skip

    def plan(self, accounts: Collection[str], besides: str = "") -> Plan:
        """What speaks for and against times for these accounts, as it is now; `besides` is the post in question."""
        with self._desk.reading() as session:
            return plan_in(session, self._desk.clock.now(), accounts, (besides,))

    def scheduled_within(self, first: datetime, last: datetime) -> tuple[Taken, ...]:
        """The queued deliveries that a blackout over these wall times would find inside. They would still go out."""
        found = Blackout("", "", first, last, self._desk.workspace.zone, "")
        statement = (
            select(Delivery.account_id, Delivery.due_at, Post.number, Post.title)
            .join(Post, col(Post.id) == col(Delivery.post_id))
            .where(col(Delivery.state).in_(QUEUED), Delivery.due_at >= found.starts, Delivery.due_at < found.ends)
            .order_by(col(Delivery.due_at))
        )
        with self._desk.reading() as session:
            return tuple(Taken(*row) for row in session.exec(statement).all())

    def set_blackout(self, actor: Actor, name: str, first: datetime, last: datetime) -> tuple[str, Changes]:
        """A new blackout over wall times of the workspace's zone; returns its id.

        Raises BadInputError as `checked_blackout`, and NotAllowedError.
        """
        with self._setting(actor) as unit:
            found = checked_blackout(name, first, last, self._desk.workspace.zone, unit.now)
            row = BlackoutRow(
                id=new_id("blk"), name=found.name, first=found.first.isoformat(timespec="seconds"),
                last=found.last.isoformat(timespec="seconds"), zone=found.zone, set_by=actor.id, set_at=unit.now,
            )  # fmt: skip
            unit.session.add(row)
            unit.record(Action.BLACKOUT_SET, "blackout", row.id, body=_body(row))
        return row.id, unit.changes

    def end_blackout(self, actor: Actor, blackout_id: str) -> Changes:
        """Takes a blackout away, begun or not. Raises NotFoundError for one that is gone, and NotAllowedError."""
        with self._setting(actor) as unit:
            row = unit.session.get(BlackoutRow, blackout_id)
            if row is None:
                raise NotFoundError("This blackout is gone", "Somebody ended it already.")
            unit.session.delete(row)
            unit.record(Action.BLACKOUT_ENDED, "blackout", row.id, body=_body(row))
        return unit.changes

    def set_quiet(self, actor: Actor, quiet: QuietHours | None) -> Changes:
        """Other quiet hours for the workspace, or none; the same again changes nothing. Raises NotAllowedError."""
        with self._setting(actor) as unit:
            if quiet == quiet_in(unit.session):
                return unit.changes
            row = unit.session.get(QuietRow, 1)
            if quiet is None and row is not None:
                unit.session.delete(row)
            elif quiet is not None:
                row = row or QuietRow(id=1, starts="", ends="")
                row.starts, row.ends = f"{quiet.starts:%H:%M}", f"{quiet.ends:%H:%M}"
                unit.session.add(row)
            body = {"quiet": quiet.words() if quiet else ""}
            unit.record(Action.QUIET_HOURS_SET, "workspace", self._desk.workspace.id, body=body)
        return unit.changes

    def set_slots(self, actor: Actor, account_id: str, slots: Iterable[Slot]) -> Changes:
        """Other usual times for an account; none ends them, the same again changes nothing.

        Raises BadInputError for too many, NotFoundError for no account, and NotAllowedError.
        """
        kept = [slot.to_json() for slot in checked_slots(slots)]
        with self._setting(actor) as unit:
            if unit.session.get(Account, account_id) is None:
                raise NotFoundError("This account is not here")
            row = unit.session.get(UsualTimes, account_id) or UsualTimes(account_id=account_id)
            if row.slots == kept:
                return unit.changes
            row.slots = kept
            unit.session.add(row)
            unit.record(Action.USUAL_TIMES_SET, "account", account_id, body={"slots": kept})
        return unit.changes

    @contextmanager
    def _setting(self, actor: Actor) -> Iterator[Unit]:
        with self._desk.writing(actor.must_be_verified()) as unit:
            must(roles_of(self._desk, unit.session, actor), May.SET_TIMES)
            yield unit


def _body(row: BlackoutRow) -> dict[str, str]:
    return {"name": row.name, "first": row.first, "last": row.last, "zone": row.zone}
