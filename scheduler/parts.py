"""What the engine's pieces share: the desk's services, the way to the networks, the times it waits."""

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import requests

from connectors import registry
from connectors.base import AccountInfo, Connector
from editorial.accounts.register import Accounts
from editorial.delivery.record import Deliveries
from editorial.desk import Desk
from editorial.drills import Reached, nowhere
from editorial.store.database import StorageError
from editorial.store.models import Account
from scheduler.clock_guard import ClockGuard, Witness
from scheduler.lanes import Lanes
from scheduler.ledger import Ledger
from scheduler.timetable import Timetable

_log = logging.getLogger(__name__)

T = TypeVar("T")
_WRITE_AGAIN = 1.0


@dataclass(frozen=True, slots=True)
class Outside:
    """How networks are reached."""

    connector: Callable[[str], Connector] = registry.connector
    session: Callable[[], requests.Session] = registry.open_session
    time: Callable[[str], Witness | None] = registry.ask_time


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds, all by the monotonic clock."""

    watch: float = 0.25  # between two looks at what other processes changed
    sweep: float = 5.0  # between two looks at everything
    lookups: tuple[float, ...] = (2.0, 15.0, 60.0)  # after a doubt arose or the look before
    renew_ahead: float = 60.0  # before a credential ends
    keyring_again: float = 5.0  # between two tries to open the keyring
    poll_most: float = 300.0  # the longest wait between two questions to a network that processes
    poll_for: float = 24 * 3600.0  # then a person looks
    lanes: int = 16


@dataclass(frozen=True, slots=True)
class Parts:
    """Handed to every piece of the engine. `stopping` is set when no further step may begin.

    `sent_before`: (post id, account id) of what an older copy of the database does not know as sent.
    """

    desk: Desk
    outside: Outside
    timing: Timing
    guard: ClockGuard
    lanes: Lanes
    timetable: Timetable
    deliveries: Deliveries
    accounts: Accounts
    ledger: Ledger
    stopping: threading.Event = field(default_factory=threading.Event)
    sent_before: set[tuple[str, str]] = field(default_factory=set)
    chance: Callable[[], float] = random.random
    reached: Reached = nowhere

    def surely(self, write: Callable[[], T]) -> T:
        """Writes down what has happened, and tries again while the disk is full or the database busy.

        The answer of a network is never let go of while this process lives. Raises StorageError at the end of it.
        """
        while True:
            try:
                return write()
            except StorageError:
                _log.exception("What has happened cannot be written down; it is tried again.")
                if self.stopping.wait(_WRITE_AGAIN):
                    raise


def info_of(row: Account) -> AccountInfo:
    """A stored account as connectors know it."""
    return AccountInfo(row.id, row.network, row.server, row.handle, dict(row.settings))
