"""Whether the computer's wall clock may be believed: compared with the monotonic clock, the log and a server's date.

A clock that jumps ahead would send everything at once, and one set back makes keys look younger than they are. While
there is a doubt nothing is claimed, except for accounts whose own server confirms the time, and nothing is missed.

A process that has just started doubts its clock: nobody can say what happened to it before. Without a network nothing
could be sent anyway, so what is late then waits until one says the time, or a person says that the clock is right.
"""

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from editorial.clock import Clock

LIMIT = timedelta(seconds=60)
"""How far two clocks may be apart before one of them is doubted."""

STEP = timedelta(seconds=1)
"""A difference between two looks that is no drift any more: what waits by the wall clock is planned anew."""

ASK_AGAIN = 10.0
"""Seconds before the same server is asked for its time again."""


class Witness(Protocol):
    """What a server says of the time."""

    @property
    def at(self) -> datetime:
        """Its date, to the second."""
        ...

    @property
    def same_computer(self) -> bool:
        """Whether it reads our own clock: then it vouches for itself alone."""
        ...


class Doubt(StrEnum):
    """Why the wall clock is not believed."""

    AHEAD = "ahead"  # it gained on the monotonic clock; also after the computer slept
    BACK = "back"  # it lost
    BEFORE_LOG = "before_log"  # it stands before the newest entry of the log
    UNCHECKED = "unchecked"  # this process has not asked anybody yet
    UNANSWERED = "unanswered"  # it asked, and no server said the time
    APART = "apart"  # a server said another time


@dataclass(frozen=True, slots=True)
class Reading:
    """Both clocks in one moment."""

    wall: datetime
    monotonic: float

    @classmethod
    def of(cls, clock: Clock) -> "Reading":
        """Now."""
        return cls(clock.now(), clock.monotonic())


def gained(since: Reading, now: Reading) -> timedelta:
    """How much more time passed on the wall clock than on the monotonic one; negative when it was set back."""
    return (now.wall - since.wall) - timedelta(seconds=now.monotonic - since.monotonic)


def doubt_at(now: Reading, anchor: Reading, newest: datetime | None) -> Doubt | None:
    """What speaks against the wall clock: `anchor` was believed, `newest` is the time of the newest entry."""
    if newest is not None and now.wall < newest - LIMIT:
        return Doubt.BEFORE_LOG
    difference = gained(anchor, now)
    if difference > LIMIT:
        return Doubt.AHEAD
    return Doubt.BACK if difference < -LIMIT else None


def agrees(date: datetime, wall: datetime) -> bool:
    """Whether a server's date and ours are one time, as far as seconds and the way of the answer allow."""
    return abs(date - wall) <= LIMIT


class ClockGuard:
    """The doubt about this process's clock. `newest`: the time of the log's newest entry at the start."""

    def __init__(self, clock: Clock, newest: datetime | None, ask: Callable[[str], Witness | None]) -> None:
        self._clock = clock
        self._ask = ask
        self._guard = threading.Lock()
        self._newest = newest
        self._anchor = self._last = Reading.of(clock)
        self._unsettled: Doubt | None = Doubt.UNCHECKED
        self._vouched: set[str] = set()
        self._asked: dict[str, float] = {}

    def doubt(self) -> Doubt | None:
        """What speaks against the wall clock now."""
        with self._guard:
            return doubt_at(Reading.of(self._clock), self._anchor, self._newest) or self._unsettled

    def jumped(self) -> bool:
        """Whether the wall clock stepped since the last look. After a step servers are asked anew."""
        with self._guard:
            now = Reading.of(self._clock)
            step = abs(gained(self._last, now)) > STEP
            self._last = now
            if step:
                self._vouched.clear()
                self._asked.clear()
            return step

    def trusts(self, server: str) -> bool:
        """Whether an account of this server may be served now, by what is known: there is no doubt, or it vouched."""
        if self.doubt() is None:
            return True
        with self._guard:
            return server in self._vouched

    def allows(self, server: str) -> bool:
        """Whether an account of this server may be served now; asks the server where there is a doubt.

        A network call, at most one in ten seconds for each server.
        """
        if self.trusts(server):
            return True
        with self._guard:
            now = self._clock.monotonic()
            if now - self._asked.get(server, -ASK_AGAIN) < ASK_AGAIN:
                return False
            self._asked[server] = now
        return self.confirms(server)

    def settle(self, servers: Collection[str]) -> frozenset[str]:
        """Which of these, all that this desk uses, have not confirmed the time. Where none is left the doubt ends.

        Without any server nobody could end it.
        """
        with self._guard:
            open_ = frozenset(servers) - self._vouched
            if servers and not open_:
                self._believe(Reading.of(self._clock))
            return open_

    def confirms(self, server: str) -> bool:
        """Asks the server, whether there is a doubt or not. One elsewhere that agrees ends the doubt for everybody."""
        witness = self._ask(server)
        with self._guard:
            now = Reading.of(self._clock)
            if witness is None or not agrees(witness.at, now.wall):
                if self._unsettled is not None:
                    self._unsettled = Doubt.UNANSWERED if witness is None else Doubt.APART
                return False
            self._vouched.add(server)
            if not witness.same_computer:
                self._believe(now)
            return True

    def believe(self) -> None:
        """A person said that the clock is right: the doubt ends for everybody."""
        with self._guard:
            self._believe(Reading.of(self._clock))

    def _believe(self, now: Reading) -> None:
        self._anchor, self._newest, self._unsettled = now, None, None
