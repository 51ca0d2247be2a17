"""What speaks for and against a time for some accounts, in words, from what is known of the workspace's other posts."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from editorial.errors import BadInputError
from editorial.planning.times import Blackout, QuietHours, Slot
from editorial.wall import local_now
from editorial.when import resolve

CLOSE = timedelta(minutes=15)
"""Two posts of one account that are nearer to each other than this get in each other's way."""

AHEAD = 62
"""How many days a free time is looked for."""

BEST_WITHIN = 7
"""How many days are compared for the best time: in that many, every usual time comes round once."""

_TOLD = 2  # posts that are named; the others are counted


@dataclass(frozen=True, slots=True)
class Taken:
    """Another post that goes, or is meant to go, to an account at an instant."""

    account_id: str
    due: datetime
    number: int
    title: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A free time: its instant, the wall time in the workspace's zone, and the accounts whose usual time it is."""

    due: datetime
    wall: datetime
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """The rules and the other posts, as read at one moment. `taken` is sorted by time for each account."""

    zone: str
    blackouts: tuple[Blackout, ...] = ()
    quiet: QuietHours | None = None
    slots: Mapping[str, tuple[Slot, ...]] = field(default_factory=dict)
    taken: Mapping[str, tuple[Taken, ...]] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)  # of the accounts

    def blackout_at(self, moment: datetime) -> Blackout | None:
        """The blackout in which an instant lies."""
        return next((each for each in self.blackouts if each.holds(moment)), None)

    def blackout_on(self, day: date) -> Blackout | None:
        """A blackout that touches a day."""
        return next((each for each in self.blackouts if each.touches(day)), None)

    def refusal(self, due: datetime, accounts: Iterable[str], now: datetime) -> BadInputError | None:
        """Why nothing can be scheduled at an instant: a blackout, who set it, and the next free time. Else None."""
        blackout = self.blackout_at(due)
        if blackout is None:
            return None
        wall = local_now(due, self.zone)
        named = _day(wall) if blackout.covers(wall.date()) else f"{_day(wall)}, {wall:%H:%M}"
        free = self.next_free(max(due, now), accounts, wall.time())
        until = local_now(blackout.ends, self.zone)
        return BadInputError(
            f"{named} is {'a blackout' if blackout.covers(wall.date()) else 'in a blackout'}",
            f"{blackout.name}, set by {blackout.set_by}, ends on {_day(until)} at {until:%H:%M}.",
            f"Free next: {_day(free.wall)}, {free.wall:%H:%M}." if free else "Choose a time after it.",
            field="time",
        )

    def warnings(self, due: datetime, accounts: Iterable[str], *, crisis: bool = False) -> tuple[str, ...]:
        """What to think about before choosing an instant: quiet hours, and posts of the same accounts nearby.

        For a crisis post also the blackout, which does not stop it.
        """
        found = []
        blackout = self.blackout_at(due) if crisis else None
        if blackout is not None:
            found.append(f"It is in a blackout ({blackout.name}, set by {blackout.set_by}). A crisis post goes out.")
        wall = local_now(due, self.zone)
        if self.quiet is not None and self.quiet.holds(wall.time()):
            found.append(f"{wall:%H:%M} is in the quiet hours, {self.quiet.words()}.")
        return (*found, *self._conflicts(due, accounts))

    def _conflicts(self, due: datetime, accounts: Iterable[str]) -> Iterator[str]:
        others: dict[int, list[Taken]] = {}
        for account in accounts:
            for taken in self._near(due, account):
                others.setdefault(taken.number, []).append(taken)
        for number in list(others)[:_TOLD]:
            yield self._conflict(due, others[number])
        if len(others) > _TOLD:
            yield f"{len(others) - _TOLD} more posts go to the same accounts about then."

    def _conflict(self, due: datetime, same: list[Taken]) -> str:
        """`P-12 “Kidney Day” goes to Bluesky 5 minutes before.`."""
        other, label = same[0], self.labels.get(same[0].account_id, "an account")
        more = f" and {len(same) - 1} more" if len(same) > 1 else ""
        away = round((other.due - due).total_seconds() / 60)
        when = f"{abs(away)} {'minute' if abs(away) == 1 else 'minutes'} {'before' if away < 0 else 'after'}"
        name = f" “{other.title}”" if other.title else ""
        return f"P-{other.number}{name} goes to {label}{more} {when if away else 'at the same time'}."

    def _near(self, due: datetime, account: str) -> Iterator[Taken]:
        taken = self.taken.get(account, ())
        place = bisect_left(taken, due - CLOSE, key=lambda each: each.due)
        while place < len(taken) and taken[place].due < due + CLOSE:
            if taken[place].due > due - CLOSE:
                yield taken[place]
            place += 1

    def offers_on(self, day: date, accounts: Iterable[str], now: datetime) -> tuple[Offer, ...]:
        """The usual times of the accounts on a day that are ahead and that nothing speaks against, earliest first."""
        chosen = tuple(accounts)
        meant: dict[time, list[str]] = {}
        for account in chosen:
            for slot in self.slots.get(account, ()):
                if day.weekday() in slot.days:
                    meant.setdefault(slot.at, []).append(account)
        found = (self._offer(datetime.combine(day, at), chosen, now, tuple(meant[at])) for at in sorted(meant))
        return tuple(each for each in found if each is not None)

    def next_free(self, after: datetime, accounts: Iterable[str], at: time) -> Offer | None:
        """The first usual time after an instant that nothing speaks against, or None within `AHEAD` days.

        Where the accounts have no usual times, `at` on the first good day.
        """
        chosen = tuple(accounts)
        usual = any(self.slots.get(each) for each in chosen)
        today = local_now(after, self.zone).date()
        for day in (today + timedelta(days=step) for step in range(AHEAD)):
            if usual:
                offers = self.offers_on(day, chosen, after)
            else:
                one = self._offer(datetime.combine(day, at), chosen, after, ())
                offers = (one,) if one else ()
            if offers:
                return offers[0]
        return None

    def best(
        self, accounts: Iterable[str], now: datetime, fits: Callable[[datetime], bool] = lambda _: True
    ) -> Offer | None:
        """Of the free usual times of the coming days, the one that most of the accounts share, the earliest of equals.

        `fits` says which instants may be chosen at all. None where there is none.
        """
        chosen, today = tuple(accounts), local_now(now, self.zone).date()
        days = (today + timedelta(days=step) for step in range(BEST_WITHIN + 1))
        found = [each for day in days for each in self.offers_on(day, chosen, now) if fits(each.due)]
        return max(found, key=lambda each: (len(each.accounts), -each.due.timestamp()), default=None)

    def _offer(self, wall: datetime, chosen: tuple[str, ...], now: datetime, usual: tuple[str, ...]) -> Offer | None:
        try:
            due = resolve(wall, self.zone)
        except BadInputError:  # it does not exist, or a person would have to say which
            return None
        if due <= now or self.blackout_at(due) or self.warnings(due, chosen):
            return None
        return Offer(due, wall, usual)


def _day(wall: datetime) -> str:
    return f"{wall:%a} {wall.day} {wall:%B}"
