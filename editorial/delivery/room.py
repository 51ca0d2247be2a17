"""What a new time of deliveries has to fit into: the signed windows, and what speaks against a time."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from editorial.charter.document import RouteKind
from editorial.errors import BadInputError
from editorial.planning.plan import Offer, Plan
from editorial.planning.reading import plan_in
from editorial.posts.records import snapshot_in
from editorial.posts.schedule import outside_window
from editorial.store.models import Delivery, Revision
from editorial.when import Window


@dataclass(frozen=True)
class Room:
    """For deliveries that get one time together. `accounts` has one for each; `crisis`: no blackout stops them."""

    plan: Plan
    accounts: tuple[str, ...]
    windows: tuple[Window, ...]
    crisis: bool

    def refusal(self, due: datetime, now: datetime) -> BadInputError | None:
        """Why they cannot go out then: it is past, nobody signed it, or it is in a blackout. Else None."""
        if due <= now:
            return BadInputError("That time has passed", "Nothing was moved.", "Choose a later time.", field="time")
        if not self._signed(due):
            return outside_window()
        return None if self.crisis else self.plan.refusal(due, self.accounts, now)

    def warnings(self, due: datetime) -> tuple[str, ...]:
        """What to think about before choosing it: as for a post that is scheduled, and of each other."""
        return (*self.plan.warnings(due, self.accounts, crisis=self.crisis), *self._together())

    def _together(self) -> Iterator[str]:
        for account, count in Counter(self.accounts).items():
            if count > 1:
                yield f"{count} of these go to {self.plan.labels.get(account, 'an account')} at the same time."

    def offers_on(self, day: date, now: datetime) -> tuple[Offer, ...]:
        """The free usual times of a day that were signed."""
        return tuple(each for each in self.plan.offers_on(day, self.accounts, now) if self._signed(each.due))

    def best(self, now: datetime) -> Offer | None:
        """The best of the free usual times that were signed."""
        return self.plan.best(self.accounts, now, self._signed)

    def free_after(self, due: datetime, now: datetime, wall: datetime) -> Offer | None:
        """The next free time after one that was refused, if it was signed; `wall` is what was asked for."""
        free = self.plan.next_free(max(due, now), self.accounts, wall.time())
        return free if free is not None and self._signed(free.due) else None

    def _signed(self, due: datetime) -> bool:
        return all(each.holds(due) for each in self.windows)


def room_for(session: Session, delivery_ids: Iterable[str], now: datetime) -> Room:
    """Reads it. Deliveries that are gone are left out. Raises DamagedError where a version cannot be read."""
    statement = select(Delivery, Revision).join(Revision, col(Revision.id) == col(Delivery.revision_id))
    found = session.exec(statement.where(col(Delivery.id).in_(list(delivery_ids)))).all()
    snapshots = [snapshot_in(revision) for _, revision in found]
    accounts = tuple(delivery.account_id for delivery, _ in found)
    return Room(
        plan_in(session, now, accounts, {delivery.post_id for delivery, _ in found}),
        accounts,
        tuple(snapshot.window for snapshot in snapshots),
        all(snapshot.route_kind() is RouteKind.CRISIS for snapshot in snapshots),
    )
