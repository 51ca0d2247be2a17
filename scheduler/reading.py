"""Reading back what was published: side work in the account's lane, whenever nothing waits to be sent there."""

import logging
from collections.abc import Collection

from connectors.base import Reads, Session
from editorial.delivery.afterwards import Afterwards
from editorial.delivery.showing import Shown
from editorial.outcomes import Again, Published, Refused
from editorial.vault import VaultError
from scheduler.access import Access, Ticket
from scheduler.parts import Parts
from scheduler.sending import Ears

_log = logging.getLogger(__name__)

_NOT_OFFERED = Refused("This network cannot be read back", "Look at the page yourself.", "not_offered", Again.NEVER)
_AWAY = Refused("The account is not connected", "It is looked at later.", "signed_out", Again.SIGN_IN)
_BUG = Refused("Signpost failed while it was reading", "It is looked at later.", "bug", Again.LATER)


class Reading:
    """What is to be read stands in the database: nothing is lost when the engine ends, and nothing is done twice."""

    def __init__(self, parts: Parts, access: Access, ears: Ears) -> None:
        self._parts = parts
        self._access = access
        self._ears = ears
        self._afterwards = Afterwards(parts.desk)

    def notice(self, busy: Collection[str]) -> None:
        """Queues what is to be read now, except on accounts that have something to send."""
        for account_id, delivery_id in self._afterwards.due(self._parts.desk.clock.now()):
            if account_id not in busy:
                self._offer(account_id, delivery_id)

    def _offer(self, account_id: str, delivery_id: str) -> None:
        self._parts.lanes.offer(account_id, f"read {delivery_id}", lambda: self.turn(account_id, delivery_id))

    def turn(self, account_id: str, delivery_id: str) -> None:
        """Reads one post, in the account's lane. Whatever fails here, the delivery stays published."""
        published = self._afterwards.parts(delivery_id)
        if not published or self._parts.stopping.is_set():
            return
        try:
            found = self._ask(account_id, published)
        except VaultError as error:
            self._ears.keyring(error)
            return
        except Exception:  # a connector's mistake: it is looked at again, and not for ever
            _log.exception("Reading back failed.")
            found = _BUG
        verdict = self._afterwards.note(delivery_id, found)
        _log.info("%s was read back: %s", delivery_id, verdict or "later")

    def _ask(self, account_id: str, published: tuple[Published, ...]) -> Shown | Refused | None:
        account = self._parts.accounts.one(account_id)
        connector = self._parts.outside.connector(account.network)
        if not isinstance(connector, Reads):
            return _NOT_OFFERED
        if account.state != "connected":
            return _AWAY
        with self._parts.outside.session() as http:
            ticket = self._access.open(account, http)
            if isinstance(ticket, Refused):
                return ticket
            return read_parts(self._access, ticket, connector, published)


def read_parts(
    access: Access, ticket: Ticket, connector: Reads, published: tuple[Published, ...]
) -> Shown | Refused | None:
    """Everything that the network shows of a post. None where a part of it is not there. Raises VaultError."""
    shown = []
    for part in published:

        def ask(session: Session, part: Published = part) -> Shown | Refused | None:
            return connector.read(part, session)

        found = access.asked(ticket, ask)
        if not isinstance(found, Shown):
            return found
        shown.append(found)
    return Shown.joined(shown)
