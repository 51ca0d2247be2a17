"""One delivery, step by step: claimed, each step on disk before its call, each outcome after it."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import requests

from connectors.base import Renews, Step
from editorial.delivery.jobs import Job, Started
from editorial.delivery.states import QUEUED, DeliveryState
from editorial.errors import DeskError
from editorial.outcomes import Again, Made, Pending, Published, Refused, StepResult, Uncertain
from editorial.store.database import StorageError
from editorial.store.models import Account
from editorial.vault import VaultError
from scheduler.access import Access, Ticket
from scheduler.failpoints import Point
from scheduler.parts import Parts

_log = logging.getLogger(__name__)

_BUG_WAIT = 5.0
_BUG_PUBLIC = Uncertain("Signpost failed while it was sending", "Look at the page before you send again.", "bug")
_BUG_PRIVATE = Refused("Signpost failed while it was preparing the post", "It is tried again.", "bug", Again.LATER)
_SENT_BEFORE = DeskError(
    "This post may have gone to this account already",
    "It was sent after the copy was made from which this workspace was restored. Nothing was sent again.",
    "Look at the page. To say it again, open a new post.",
)
_MEANWHILE = Refused("The account has changed meanwhile", "It is tried again.", "changed", Again.LATER)


@dataclass(frozen=True, slots=True)
class Ears:
    """Who is told: of a keyring that cannot be used, of a delivery in doubt, of one that the network processes."""

    keyring: Callable[[VaultError], None]
    doubt: Callable[[str, str], None]
    pending: Callable[[str, str, float], None]


@dataclass(slots=True)
class _Run:
    """A delivery that is being sent. `steps` are those still to make, in order."""

    job: Job
    ticket: Ticket
    steps: list[Step]
    done: dict[str, str]
    may_renew: bool = True


def open_steps(parts: Parts, job: Job) -> list[Step]:
    """The steps that are not done. Raises DeskError for an unknown network, and where nothing is left to do."""
    steps = parts.outside.connector(job.account.network).steps(job.content)
    left = [step for step in steps if step.name not in job.done]
    if not left:
        raise DeskError("All of it was published already", "Nothing was sent again.", "Look at the page.")
    return left


class Sender:
    """Sends. Every method runs in the account's lane."""

    def __init__(self, parts: Parts, access: Access, ears: Ears) -> None:
        self._parts = parts
        self._access = access
        self._ears = ears
        self._since: dict[str, float] = {}

    def begun(self, delivery_id: str) -> float | None:
        """When the first public step of a delivery began on the monotonic clock, if this process began it."""
        return self._since.get(delivery_id)

    def send(self, delivery_id: str, *, late: bool = False, read: Job | None = None) -> None:
        """Sends a delivery whose time has come; nothing happens where it may not start now. `late`: as for a claim.

        `read`: the job as it was when it came into the lane. Only its account can have changed since, and the claim
        looks at that.

        What cannot even be prepared is stopped in words: an unknown network, a version that cannot be read, a charter
        that was rolled back, an account that is not the one it was.
        """
        try:
            job = read or self._parts.deliveries.job(delivery_id)
            if (job.content.post_id, job.account_id) in self._parts.sent_before:
                raise _SENT_BEFORE
            steps = open_steps(self._parts, job)
            if job.state in QUEUED:
                with self._parts.outside.session() as http:
                    self._start(job, self._ticket(job.account, http), steps, late=late)
        except StorageError:
            raise
        except DeskError as error:
            self._parts.deliveries.stop(delivery_id, error)

    def _start(self, job: Job, ticket: Ticket | Refused | None, steps: list[Step], *, late: bool) -> None:
        if ticket is None:
            return
        self._parts.reached(Point.CLAIM)
        step, account = steps[0], ticket.account if isinstance(ticket, Ticket) else job.account
        started = self._parts.deliveries.claim(
            job.delivery_id, step.name, public=step.public, late=late, generation=account.generation
        )
        if started is None:
            return
        if isinstance(ticket, Refused):  # the gate saw an account that was not there a moment ago
            self._parts.deliveries.finish(started.attempt_id, _MEANWHILE, chance=self._parts.chance())
        else:
            self._guarded(_Run(job, ticket, steps, dict(job.done)), started)

    def again(self, job: Job, ticket: Ticket, steps: list[Step]) -> bool:
        """Makes the public step of a delivery in doubt once more. False where the gate does not let it."""
        self._parts.reached(Point.REPEAT)
        started = self._parts.deliveries.repeat(job.delivery_id, steps[0].name)
        if started is None:
            return False
        self._guarded(_Run(job, ticket, steps, dict(job.done), may_renew=False), started)
        return True

    def _ticket(self, account: Account, http: requests.Session) -> Ticket | Refused | None:
        """None: not now. `Refused`: the claim will tell people why nothing can be sent."""
        if account.state != "connected":
            return _MEANWHILE
        if not self._parts.guard.trusts(account.server):
            return None
        try:
            return self._access.open(account, http, recent=True)
        except VaultError as error:
            self._ears.keyring(error)
            return None

    def _guarded(self, run: _Run, started: Started) -> None:
        """Whatever fails on our side, the delivery does not stay as being sent."""
        try:
            self._through(run, started)
        except Exception:
            if self._parts.deliveries.interrupted(run.job.delivery_id, _BUG_WAIT):
                self._ears.doubt(run.job.account_id, run.job.delivery_id)
            raise

    def _through(self, run: _Run, first: Started) -> None:
        started: Started | None = first
        while started is not None:
            step = run.steps[0]
            result = self._call(run, step, started)
            if isinstance(result, Made | Published) and len(run.steps) > 1:
                self._write(started, result, going_on=True)
                run.done[step.name] = result.remote_id
                del run.steps[0]
            elif self._worth_renewing(run, result):
                self._write(started, result, going_on=True)
                if not self._renew(run):
                    return
            else:
                self._end(run, started, result)
                return
            if self._parts.stopping.is_set():
                return  # nothing is open: the end of the engine puts it back into the queue
            following = run.steps[0]
            started = self._parts.deliveries.start_step(run.job.delivery_id, following.name, public=following.public)

    def _call(self, run: _Run, step: Step, started: Started) -> StepResult:
        if step.public:
            clock = self._parts.desk.clock
            self._since.setdefault(run.job.delivery_id, clock.monotonic())
            try:
                self._parts.ledger.note(started, step.name, clock.now())
            except StorageError as error:
                return Refused(error.title, f"Nothing was sent. {error.advice}", error.code, Again.LATER)
        self._parts.reached(Point.CALL)
        try:
            result = run.ticket.connector.run(started.cleared, step, run.ticket.session, run.done)
        except DeskError as error:  # a picture that is not the signed one; nothing became public
            return Refused(error.title, f"{error.what} {error.advice}", error.code)
        except Exception:
            _log.exception("The connector failed.")
            return _BUG_PUBLIC if step.public else _BUG_PRIVATE
        _log.info("%s, step %s: %s", run.job.delivery_id, step.name, type(result).__name__.lower())
        if isinstance(result, Refused) or isinstance(result, Made) is not step.public:
            return result
        _log.error("The connector answered a %s step so, which it must not.", "public" if step.public else "private")
        return _BUG_PUBLIC if step.public else _BUG_PRIVATE

    def _write(self, started: Started, result: StepResult, *, going_on: bool = False) -> DeliveryState:
        chance = self._parts.chance()
        finish = self._parts.deliveries.finish
        self._parts.reached(Point.ANSWER)
        state = self._parts.surely(lambda: finish(started.attempt_id, result, chance=chance, going_on=going_on))
        self._parts.reached(Point.RECORD)
        return state

    def _worth_renewing(self, run: _Run, result: StepResult) -> bool:
        signed_out = isinstance(result, Refused) and result.again is Again.SIGN_IN
        return signed_out and run.may_renew and isinstance(run.ticket.connector, Renews)

    def _renew(self, run: _Run) -> bool:
        """Renews the sign-in once in a run. False: the delivery was concluded instead."""
        run.may_renew = False
        try:
            renewed = self._access.renew(run.ticket)
        except VaultError as error:
            self._ears.keyring(error)
            renewed = Refused(error.title, error.advice, error.code, Again.LATER)
        if isinstance(renewed, Refused):
            self._parts.deliveries.conclude(run.job.delivery_id, renewed, chance=self._parts.chance())
            return False
        run.ticket = renewed
        return True

    def _end(self, run: _Run, started: Started, result: StepResult) -> None:
        delivery_id, account_id = run.job.delivery_id, run.job.account_id
        state = self._write(started, result)
        if isinstance(result, Refused) and result.again is Again.SIGN_IN:
            self._access.turned_down(run.ticket, result)
        elif isinstance(result, Refused) and result.again is Again.LATER and result.retry_after:
            until = self._parts.desk.clock.now() + timedelta(seconds=result.retry_after)
            self._parts.accounts.rest(account_id, until)
        if state is DeliveryState.UNCERTAIN:
            self._ears.doubt(account_id, delivery_id)
        elif isinstance(result, Pending) and state is DeliveryState.PENDING:
            self._ears.pending(account_id, delivery_id, result.poll_after)
        if state not in (DeliveryState.UNCERTAIN, DeliveryState.RETRYING):
            self._since.pop(delivery_id, None)
