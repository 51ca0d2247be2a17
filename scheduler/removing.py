"""Taking posts down: asked for by people, done here before anything else in the account's lane. Never guessed."""

import logging

from connectors.base import Reads, Session, Withdraws
from editorial.delivery.showing import Shown
from editorial.delivery.takedown import Answer, Takedowns
from editorial.outcomes import Again, Published, Refused, Uncertain
from editorial.vault import VaultError
from scheduler.access import Access, Ticket
from scheduler.parts import Parts
from scheduler.reading import read_parts
from scheduler.sending import Ears

_log = logging.getLogger(__name__)

_CANNOT = Refused("Signpost cannot delete posts on this network", "", "not_offered", Again.NEVER)
_AWAY = Refused("The account is not connected, so Signpost cannot delete there", "", "signed_out", Again.SIGN_IN)
_BUG = Uncertain("Signpost failed while the network was removing it", "", "bug")


class Removing:
    """One call for each part of a post, on disk before it is made. What has no certain answer is left to people."""

    def __init__(self, parts: Parts, access: Access, ears: Ears) -> None:
        self._parts = parts
        self._access = access
        self._ears = ears
        self._takedowns = Takedowns(parts.desk)

    def recover(self) -> None:
        """What an earlier process, or this one at its end, left without an answer."""
        self._takedowns.recover()

    def notice(self) -> None:
        """Queues what people want removed, before everything that waits in its lane."""
        for account_id, delivery_id in self._takedowns.open(self._parts.desk.clock.now()):
            self._offer(account_id, delivery_id)

    def _offer(self, account_id: str, delivery_id: str) -> None:
        def work() -> None:
            self.turn(account_id, delivery_id)

        self._parts.lanes.offer(account_id, f"remove {delivery_id}", work, first=True)

    def turn(self, account_id: str, delivery_id: str) -> None:
        """Takes one post down, in the account's lane. A keyring that is closed for now is waited for."""
        if self._parts.stopping.is_set():
            return
        account = self._parts.accounts.one(account_id)
        connector = self._parts.outside.connector(account.network)
        if not isinstance(connector, Withdraws):
            self._without_call(delivery_id, _CANNOT)
        elif account.state != "connected":
            self._without_call(delivery_id, _AWAY)
        else:
            with self._parts.outside.session() as http:
                try:
                    ticket = self._access.open(account, http)
                    if isinstance(ticket, Refused):
                        self._without_call(delivery_id, ticket)
                    else:
                        self._remove(delivery_id, ticket, connector)
                except VaultError as error:
                    self._ears.keyring(error)

    def _without_call(self, delivery_id: str, why: Refused) -> None:
        if self._takedowns.begin(delivery_id):
            self._end(delivery_id, why)

    def _remove(self, delivery_id: str, ticket: Ticket, connector: Withdraws) -> None:
        published = self._takedowns.parts(delivery_id)
        seen = self._evidence(delivery_id, ticket, published)
        if not self._takedowns.begin(delivery_id, seen):
            return
        answer: Answer = None
        try:
            for part in reversed(published):  # the answers of a thread before what they answer
                answer = self._withdraw(ticket, connector, part)
                if answer is not None:
                    break
        except VaultError as error:
            self._ears.keyring(error)
            answer = Refused(error.title, error.advice, error.code, Again.LATER)
        except Exception:
            _log.exception("The connector failed.")
            answer = _BUG
        self._end(delivery_id, answer)

    def _withdraw(self, ticket: Ticket, connector: Withdraws, part: Published) -> Answer:
        def ask(session: Session) -> Answer:
            return connector.withdraw(part, session)

        return self._access.asked(ticket, ask)

    def _evidence(self, delivery_id: str, ticket: Ticket, published: tuple[Published, ...]) -> Shown | None:
        """What is there, where that was never kept. It is worth one look, and no failure of it stops the removal."""
        connector = ticket.connector
        if not isinstance(connector, Reads) or self._takedowns.has_record(delivery_id):
            return None
        try:
            found = read_parts(self._access, ticket, connector, published)
        except Exception:
            _log.exception("Reading back failed.")
            return None
        return found if isinstance(found, Shown) else None

    def _end(self, delivery_id: str, answer: Answer) -> None:
        stage = self._parts.surely(lambda: self._takedowns.end(delivery_id, answer))
        _log.info("%s is to be taken down: %s", delivery_id, stage)
