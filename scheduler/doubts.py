"""Deliveries of which nobody knows whether they went out: looked for, repeated where that is harmless, else a person's.

A look-up may turn "uncertain" into "published", never into "not sent": absence is no proof.
"""

import logging
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta

import requests

from connectors.base import Candidate, Connector, Finds
from editorial.clock import stamp
from editorial.delivery.jobs import Job, looks_asked
from editorial.delivery.states import DeliveryState
from editorial.outcomes import Again, Refused
from editorial.store.models import Account
from editorial.vault import VaultError
from scheduler.access import Access, Ticket
from scheduler.failpoints import Point
from scheduler.parts import Parts, info_of
from scheduler.policy import Facts, Move, Policy, age_of
from scheduler.sending import Ears, Sender, open_steps

_log = logging.getLogger(__name__)

_MOST_CANDIDATES = 5
_CLOSED_WAIT = 30.0  # seconds until it is tried again to look at an account that cannot be opened now
_ABSENT = "Signpost looked and did not see it. That is no proof: it may appear later. Look at the page yourself."
_SIMILAR = "Signpost found a post that resembles it. Compare the two."
_TWINS = "Signpost found a post that fits more than one delivery. Compare them."
_CANNOT = "Signpost cannot look for it on this network. Look at the page."


class Doubts:
    """One series of turns for each delivery in doubt, at the times of `Timing.lookups`, in the account's lane."""

    def __init__(self, parts: Parts, access: Access, sender: Sender, ears: Ears, policy: Policy) -> None:
        self._parts = parts
        self._access = access
        self._sender = sender
        self._ears = ears
        self._policy = policy
        self._guard = threading.Lock()
        self._known: set[str] = set()
        self._heard = -1  # the newest wish to look again that was followed

    def begin(self, account_id: str, delivery_id: str) -> None:
        """Starts the series, from the beginning where one runs already."""
        with self._guard:
            self._known.add(delivery_id)
        self._plan(account_id, delivery_id, 0)

    def notice(self) -> None:
        """Starts a series for every delivery in doubt that had none since this process began, and for every wish of a
        person to look again; forgets settled ones.
        """
        found = self._parts.deliveries.in_state(DeliveryState.UNCERTAIN)
        asked = self._wishes() if found else frozenset()
        with self._guard:
            known = self._known - asked
            new = [(account, delivery) for account, delivery in found if delivery not in known]
            self._known &= {delivery for _, delivery in found}
        for account_id, delivery_id in new:
            self.begin(account_id, delivery_id)

    def _wishes(self) -> frozenset[str]:
        """Deliveries that people asked to look for since the last time."""
        with self._parts.desk.reading() as session:
            wishes = looks_asked(session, self._heard)
        self._heard = max((number for number, _ in wishes), default=self._heard)
        return frozenset(delivery_id for _, delivery_id in wishes)

    def _plan(self, account_id: str, delivery_id: str, turn: int, seconds: float | None = None) -> None:
        """Plans a turn after so many seconds, or when its time has come."""
        waits = self._parts.timing.lookups
        if turn >= len(waits):
            return
        name = f"doubt {delivery_id}"
        if seconds is None:
            seconds = waits[turn] - (waits[turn - 1] if turn else 0.0)

        def offer() -> None:
            self._parts.lanes.offer(account_id, name, lambda: self.turn(account_id, delivery_id, turn))

        self._parts.timetable.after(name, seconds, offer)

    def turn(self, account_id: str, delivery_id: str, turn: int) -> None:
        """One turn, in the account's lane."""
        job = self._parts.deliveries.job(delivery_id)
        if job.state is not DeliveryState.UNCERTAIN or self._parts.stopping.is_set():
            return
        with self._parts.outside.session() as http:
            ticket = self._ticket(job.account, http)
            if ticket is None:
                self._plan(account_id, delivery_id, turn, _CLOSED_WAIT)
            elif not self._act(job, ticket):
                self._plan(account_id, delivery_id, turn + 1)

    def _ticket(self, account: Account, http: requests.Session) -> Ticket | None:
        """None while nobody can look: the account is signed out, or the keyring closed."""
        if account.state != "connected":
            return None
        try:
            ticket = self._access.open(account, http)
        except VaultError as error:
            self._ears.keyring(error)
            return None
        return None if isinstance(ticket, Refused) else ticket

    def _act(self, job: Job, ticket: Ticket) -> bool:
        """What the policy says. True: no further turn of this series is needed."""
        connector, steps = ticket.connector, open_steps(self._parts, job)
        facts = self._facts(job, connector)
        move = self._policy(facts)
        _log.info("%s is in doubt: %s", job.delivery_id, move)
        if move is Move.REPEAT and steps[0].public and self._sender.again(job, ticket, steps):
            return True
        if move is not Move.PERSON and facts.finds and isinstance(connector, Finds):
            return self._look(job, connector, ticket)
        self._parts.deliveries.note_lookup(job.delivery_id, (), _CANNOT)
        return move is not Move.REPEAT

    def _facts(self, job: Job, connector: Connector) -> Facts:
        parts = sum(step.public for step in connector.steps(job.content))
        repeat = connector.spec.repeats(info_of(job.account))
        finds = isinstance(connector, Finds) and parts == 1
        return Facts(repeat.harmless_for, self._age(job), job.doubts, finds)

    def _age(self, job: Job) -> timedelta | None:
        """Of the first public attempt. One that an earlier process made has no monotonic time: a server has to say
        that our wall clock is right.
        """
        if job.first_public_at is None:
            return None
        wall = self._parts.desk.clock.now() - job.first_public_at
        begun = self._sender.begun(job.delivery_id)
        if begun is not None:
            return age_of(wall, timedelta(seconds=self._parts.desk.clock.monotonic() - begun))
        return age_of(wall, wall) if self._parts.guard.confirms(job.account.server) else None

    def _look(self, job: Job, connector: Finds, ticket: Ticket) -> bool:
        found = self._access.asked(ticket, lambda session: connector.find(job.content, job.prepared, session))
        if isinstance(found, Refused):
            self._parts.deliveries.note_lookup(job.delivery_id, (), f"{found.title}. {found.advice}")
            return found.again is Again.NEVER
        others = self._parts.deliveries.known_remote_ids(job.account_id, besides=job.delivery_id)
        seen = [each for each in found.candidates if each.published.remote_id not in others]
        exact = sorted((each for each in seen if each.exact), key=_age_on_network)
        evidence = [_evidence(each) for each in seen[:_MOST_CANDIDATES]]
        self._parts.reached(Point.ADOPT)
        if exact and self._parts.deliveries.adopt(job.delivery_id, exact[0].published, _evidence(exact[0])):
            _log.info("%s was found on the network.", job.delivery_id)
            return True
        self._parts.deliveries.note_lookup(
            job.delivery_id, evidence, _TWINS if exact else _SIMILAR if seen else _ABSENT
        )
        return False


def _age_on_network(candidate: Candidate) -> tuple[bool, datetime | None]:
    return (candidate.created_at is None, candidate.created_at)


def _evidence(candidate: Candidate) -> Mapping[str, str]:
    """What a person compares."""
    return {
        "remote_id": candidate.published.remote_id,
        "permalink": candidate.published.permalink or "",
        "text": candidate.text,
        "created_at": stamp(candidate.created_at) if candidate.created_at else "",
        "exact": "yes" if candidate.exact else "no",
    }
