"""Deliveries that the network took and is still working on: asked about until it is done."""

import logging
import threading

from connectors.base import Polls
from editorial.delivery.states import DeliveryState
from editorial.outcomes import Again, Outcome, Pending, Published, Refused, Uncertain
from editorial.vault import VaultError
from scheduler.access import Access, Ticket
from scheduler.parts import Parts
from scheduler.sending import Ears

_log = logging.getLogger(__name__)

_NEVER_DONE = Uncertain("The network has not finished", "Look at the page before you send again.", "pending_too_long")
_FIRST = 2.0


class Polling:
    """Asks in the account's lane, ever more seldom, and not for ever."""

    def __init__(self, parts: Parts, access: Access, ears: Ears) -> None:
        self._parts = parts
        self._access = access
        self._ears = ears
        self._guard = threading.Lock()
        self._since: dict[str, float] = {}

    def begin(self, account_id: str, delivery_id: str, seconds: float) -> None:
        """First asks after so many seconds."""
        with self._guard:
            self._since.setdefault(delivery_id, self._parts.desk.clock.monotonic())
        self._plan(account_id, delivery_id, seconds)

    def notice(self) -> None:
        """Takes up what an earlier process left, and forgets what is settled."""
        found = self._parts.deliveries.in_state(DeliveryState.PENDING)
        with self._guard:
            new = [(account, delivery) for account, delivery in found if delivery not in self._since]
            pending = {delivery for _, delivery in found}
            self._since = {delivery: since for delivery, since in self._since.items() if delivery in pending}
        for account_id, delivery_id in new:
            self.begin(account_id, delivery_id, _FIRST)

    def _plan(self, account_id: str, delivery_id: str, seconds: float) -> None:
        name = f"poll {delivery_id}"
        wait = min(max(seconds, 0.1), self._parts.timing.poll_most)

        def offer() -> None:
            self._parts.lanes.offer(account_id, name, lambda: self.turn(account_id, delivery_id, wait))

        self._parts.timetable.after(name, wait, offer)

    def turn(self, account_id: str, delivery_id: str, waited: float) -> None:
        """Asks once, in the account's lane."""
        if self._parts.deliveries.job(delivery_id).state is not DeliveryState.PENDING:
            return
        outcome = self._ask(delivery_id)
        over = self._parts.desk.clock.monotonic() - self._since.get(delivery_id, 0.0) > self._parts.timing.poll_for
        settles = isinstance(outcome, Published) or (isinstance(outcome, Refused) and outcome.again is Again.NEVER)
        if settles or over:
            final = outcome if settles and outcome is not None else _NEVER_DONE
            state = self._parts.surely(lambda: self._parts.deliveries.polled(delivery_id, final))
            if state is DeliveryState.UNCERTAIN:
                self._ears.doubt(account_id, delivery_id)
            return
        if isinstance(outcome, Pending):
            token = outcome.token
            if token != self._parts.deliveries.job(delivery_id).token:
                self._parts.surely(lambda: self._parts.deliveries.polled(delivery_id, outcome))
            self._plan(account_id, delivery_id, max(outcome.poll_after, waited))
        else:  # the question failed, not the post
            self._plan(account_id, delivery_id, waited * 2)

    def _ask(self, delivery_id: str) -> Outcome | None:
        """None: nobody could be asked now."""
        job = self._parts.deliveries.job(delivery_id)
        account = job.account
        connector = self._parts.outside.connector(account.network)
        if not isinstance(connector, Polls):
            _log.error("%s answers Pending and cannot be asked.", account.network)
            return None
        if account.state != "connected":
            return None
        with self._parts.outside.session() as http:
            try:
                ticket = self._access.open(account, http)
                if not isinstance(ticket, Ticket):
                    return None
                return self._access.asked(ticket, lambda session: connector.poll(job.token, session))
            except VaultError as error:
                self._ears.keyring(error)
                return None
