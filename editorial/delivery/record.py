"""What the engine writes down: every step before it is made, every outcome after. One transaction each.

The engine decides when and what; these functions keep the record true and refuse what the table of states forbids.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from editorial.audit.actions import Action
from editorial.canonical import digest_of
from editorial.charter.chain import CharterError
from editorial.clock import as_stored
from editorial.delivery import jobs, queue
from editorial.delivery.attempts import CUT, REPEAT, UNCERTAIN, attempts_of, code_of
from editorial.delivery.jobs import Job, Started, has_twin, held_since_begun, known_ids
from editorial.delivery.moving import OVERDUE, too_close
from editorial.delivery.passing import stopping
from editorial.delivery.retry import Plan, plan
from editorial.delivery.states import QUEUED, DeliveryState, move
from editorial.desk import Desk
from editorial.errors import DeskError, NotFoundError
from editorial.gate import StoppedError, clear_to_send
from editorial.ids import new_id
from editorial.outcomes import Made, Outcome, Pending, Published, Refused, StepResult, Uncertain
from editorial.posts.schedule import settle_post
from editorial.store.models import Account, Attempt, Delivery
from editorial.store.together import Together
from editorial.store.unit import Unit

_S = DeliveryState
MISSED = "Its time passed before it could be sent"
_MISSED_ADVICE = "Choose a new time, send it now, or cancel it."
_CUT = "Sending was interrupted"
_CUT_ADVICE = "The post may be live. Look at the page before you send again."
_SIGNED_OUT = "The account is signed out"

FIRST_LOOK = timedelta(seconds=10)
"""How long after publishing the network is first asked what it shows."""


def delivery_of(session: Session, delivery_id: str) -> Delivery:
    """The delivery, or NotFoundError."""
    row = session.get(Delivery, delivery_id)
    if row is None:
        raise NotFoundError("This delivery is not here")
    return row


class Deliveries:
    """The engine's record of deliveries. Only those of this desk: another one's keyring holds its own credentials."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._together = Together(lambda: desk.writing(desk.system()))

    # --- reading ---

    def due(self, now: datetime) -> tuple[tuple[str, str], ...]:
        """(account id, delivery id) of everything queued whose time has come, in the order of their times.

        Accounts that the network asked to rest are left out until then.
        """
        with self._desk.reading() as session:
            return queue.due(session, self._desk.desk_id, now)

    def late(self, now: datetime) -> frozenset[str]:
        """Ids of queued deliveries for which nobody was there at their time."""
        statement = select(Delivery.id).where(col(Delivery.state).in_(QUEUED), Delivery.due_at < now - OVERDUE)
        with self._desk.reading() as session:
            return frozenset(session.exec(statement).all())

    def in_state(self, *states: DeliveryState) -> tuple[tuple[str, str], ...]:
        """(account id, delivery id) of deliveries in any of these states."""
        with self._desk.reading() as session:
            return queue.in_state(session, self._desk.desk_id, states)

    def next_time(self, now: datetime) -> datetime | None:
        """The next moment after `now` at which a queued delivery becomes due, may be tried again, or is missed.

        It may come a little early: where an account rests until after that.
        """
        with self._desk.reading() as session:
            return queue.next_time(session, self._desk.desk_id, now)

    def waits(self, account_id: str) -> bool:
        """Whether anything is queued for the account."""
        queued = select(Delivery.id).where(Delivery.account_id == account_id, col(Delivery.state).in_(QUEUED))
        with self._desk.reading() as session:
            return session.exec(queued.limit(1)).first() is not None

    def job(self, delivery_id: str) -> Job:
        """The delivery with its content and the steps that are done.

        Raises StoppedError where the version cannot be read or does not name the account, and NotFoundError.
        """
        with self._desk.reading() as session:
            return jobs.job_of(session, delivery_id, self._desk.clock.now())

    def known_remote_ids(self, account_id: str, *, besides: str = "") -> frozenset[str]:
        """The network's ids of everything known as published on the account, by deliveries other than `besides`."""
        with self._desk.reading() as session:
            return known_ids(session, account_id, besides)

    # --- before a step ---

    def expire(self) -> tuple[str, ...]:
        """Marks as missed what could not start in time and is not on hold; returns their ids."""
        with self._desk.reading() as session:
            if not self._late(session, self._desk.clock.now()):
                return ()
        with self._desk.writing(self._desk.system()) as unit:
            rows = self._late(unit.session, unit.now)
            for row in rows:
                _miss(unit, row)
            return tuple(row.id for row in rows)

    def _late(self, session: Session, now: datetime) -> list[Delivery]:
        rows = queue.late(session, self._desk.desk_id, now)
        return [row for row in rows if stopping(session, row, self._desk.charter) is None]

    def claim(
        self, delivery_id: str, step: str, *, public: bool, late: bool = False, generation: int | None = None
    ) -> Started | None:
        """Takes a due delivery and starts its first open step, in one transaction; None when it may not start now.

        `late`: nobody was there at its time; it keeps its distance from what went out on its account. `generation`: of
        the account's sign-in that the step will be made with; not now where somebody signed it in anew.
        """

        def work(unit: Unit) -> Started | None:
            row, account, begun = jobs.with_account(unit.session, delivery_id)
            if row.state not in QUEUED or row.due_at > unit.now or (row.next_at and row.next_at > unit.now):
                return None
            if stopping(unit.session, row, self._desk.charter) is not None:
                return None
            if unit.now > row.latest_at:
                _miss(unit, row)
                return None
            if late and too_close(unit.session, row, unit.now):
                return None
            if account.not_before and account.not_before > unit.now:
                return None
            if generation not in (None, account.generation):
                return None
            if not begun:
                row.created_for = as_stored(unit.now)  # from here on it stays as it is, like the key
            row.state = move(row.state, _S.SENDING)
            row.tries += 1
            row.next_at, row.reason, row.advice = None, "", ""
            unit.session.add(row)
            unit.record(Action.DELIVERY_STARTED, "delivery", row.id, revision=row.tries)
            return self._start(unit, row, step, public=public)

        return self._together.run(work)

    def repeat(self, delivery_id: str, step: str) -> Started | None:
        """Starts the public step of an uncertain delivery once more, where the network makes that harmless.

        None when the gate says no, when it is too late, and when a hold was on meanwhile, lifted or not: then, and
        after any refusal, the delivery stays as uncertain as it was.
        """
        with self._desk.writing(self._desk.system()) as unit:
            row = delivery_of(unit.session, delivery_id)
            if row.state != _S.UNCERTAIN or unit.now > row.latest_at or held_since_begun(unit.session, row):
                return None
            row.state = move(row.state, _S.SENDING)
            row.tries += 1
            unit.session.add(row)
            unit.record(Action.DELIVERY_STARTED, "delivery", row.id, revision=row.tries, reason="harmless_repeat")
            return self._start(unit, row, step, public=True, doubted=True)

    def start_step(self, delivery_id: str, step: str, *, public: bool) -> Started | None:
        """Starts a later step of a delivery that is being sent; None when the gate stops it between two steps."""
        with self._desk.writing(self._desk.system()) as unit:
            row = delivery_of(unit.session, delivery_id)
            if row.state != _S.SENDING:
                return None
            return self._start(unit, row, step, public=public)

    def _start(self, unit: Unit, row: Delivery, step: str, *, public: bool, doubted: bool = False) -> Started | None:
        if not doubted and self._turned_away(unit, row, public=public):
            return None
        try:
            with unit.session.no_autoflush:  # the gate asks about other rows; this one is written with its attempt
                charter, media = self._desk.charter(unit.session), self._desk.media
                cleared = clear_to_send(unit.session, row, charter=charter, now=unit.now, media=media)
        except (StoppedError, CharterError) as stop:
            held = isinstance(stop, StoppedError) and stop.hold is not None
            if doubted:
                _settle(unit, row, _S.UNCERTAIN, Action.DELIVERY_UNCERTAIN, row.reason, row.advice, "gate")
            else:
                target = _S.HELD if held else _S.STOPPED
                _settle(unit, row, target, Action.DELIVERY_STOPPED, stop.title, f"{stop.what} {stop.advice}", "gate")
            return None
        attempt = Attempt(
            id=new_id("try"),
            delivery_id=row.id,
            number=row.tries,
            step=step,
            public=public,
            request_digest=digest_of({"content": row.digest, "step": step, "key": row.key}),
            started_at=unit.now,
            detail=REPEAT if doubted else "",
        )
        unit.session.add(attempt)
        unit.session.flush()
        kind = "public" if public else "private"
        unit.record(Action.STEP_STARTED, "delivery", row.id, revision=row.tries, reason=kind, body={"step": step})
        return Started(attempt.id, cleared)

    def _turned_away(self, unit: Unit, row: Delivery, *, public: bool) -> bool:
        """What stands before the gate: an account that waits for a person, and a public step that comes too late."""
        if unit.session.get_one(Account, row.account_id).state == "signed_out":
            advice = "Sign the account in again in Accounts."
            _settle(unit, row, _S.SIGN_IN, Action.DELIVERY_REFUSED, _SIGNED_OUT, advice, "sign_in")
            return True
        if public and unit.now > row.latest_at and not any(each.public for each in attempts_of(unit.session, row.id)):
            _miss(unit, row)
            return True
        return False

    def stop(self, delivery_id: str, why: DeskError) -> None:
        """Takes a queued delivery off the road before its first step: it cannot even be prepared."""
        with self._desk.writing(self._desk.system()) as unit:
            row = delivery_of(unit.session, delivery_id)
            if row.state in QUEUED:
                advice = f"{why.what} {why.advice}"
                _settle(unit, row, _S.STOPPED, Action.DELIVERY_STOPPED, why.title, advice, "unprepared")

    # --- after a step ---

    def finish(self, attempt_id: str, result: StepResult, *, chance: float, going_on: bool = False) -> DeliveryState:
        """Writes what a step came to and moves the delivery. `chance` in [0, 1) spreads retries.

        With `going_on` the engine makes another step at once (the next part, or this one with a renewed sign-in) and
        the delivery stays sending, as it does after `Made`. A refusal of a harmless repeat says nothing about the
        first try: the delivery stays uncertain. Nothing turns Published back; an answer to a step that was already
        given up as interrupted is noted, and only a certain Published still counts.
        """

        def work(unit: Unit) -> DeliveryState:
            attempt, row = jobs.attempt_of(unit.session, attempt_id)
            doubted, late = attempt.detail == REPEAT, bool(attempt.outcome)
            if not late or isinstance(result, Published):
                _close(unit, attempt, result)
            self._note_step(unit, row, attempt, code_of(result), "late" if late else "")
            if isinstance(result, Published) and not row.remote_id:
                row.remote_id, row.permalink = result.remote_id, result.permalink or ""
                unit.session.add(row)
            if late and not (row.state == _S.UNCERTAIN and isinstance(result, Published)):
                return _S(row.state)
            if not (going_on or isinstance(result, Made)):
                self._conclude(unit, row, result, chance, doubted=doubted)
            return _S(row.state)

        return self._together.run(work)

    def conclude(self, delivery_id: str, result: Outcome, *, chance: float) -> DeliveryState:
        """Ends a try whose last step was written with `going_on` and that does not go on after all."""
        with self._desk.writing(self._desk.system()) as unit:
            row = delivery_of(unit.session, delivery_id)
            if row.state == _S.SENDING:
                self._conclude(unit, row, result, chance)
            return _S(row.state)

    def polled(self, delivery_id: str, result: Outcome) -> DeliveryState:
        """What the network says of a post that it was processing. A refusal here means that it failed there."""
        with self._desk.writing(self._desk.system()) as unit:
            row = delivery_of(unit.session, delivery_id)
            if row.state == _S.PENDING:
                self._conclude(unit, row, result, 0.0, polled=True)
            return _S(row.state)

    def _note_step(self, unit: Unit, row: Delivery, attempt: Attempt, outcome: str, code: str) -> None:
        body = {"step": attempt.step, "remote_id": attempt.remote_id, "detail": attempt.detail}
        unit.record(
            Action.STEP_ENDED, "delivery", row.id, revision=attempt.number, result=outcome, reason=code, body=body
        )

    def _conclude(
        self,
        unit: Unit,
        row: Delivery,
        result: StepResult,
        chance: float,
        *,
        doubted: bool = False,
        polled: bool = False,
    ) -> None:
        if isinstance(result, Published):
            row.remote_id = row.remote_id or result.remote_id
            row.permalink = row.permalink or result.permalink or ""
            row.sent_at = unit.now
            _settle(unit, row, _S.PUBLISHED, Action.DELIVERY_PUBLISHED, "", "", "")
        elif isinstance(result, Pending):
            row.token = result.token
            _settle(unit, row, _S.PENDING, Action.DELIVERY_PENDING, "", "", "")
        elif isinstance(result, Refused) and not doubted:
            planned = Plan(_S.REFUSED) if polled else plan(result, row.tries, unit.now, row.latest_at, chance)
            row.next_at = planned.next_at
            action = Action.DELIVERY_MISSED if planned.state is _S.MISSED else Action.DELIVERY_REFUSED
            _settle(unit, row, planned.state, action, result.title, result.advice, str(result.again))
        elif isinstance(result, Refused | Uncertain):
            advice = _CUT_ADVICE if isinstance(result, Refused) else result.advice
            _settle(unit, row, _S.UNCERTAIN, Action.DELIVERY_UNCERTAIN, result.title, advice, "lost_answer")

    # --- afterwards ---

    def recover(self) -> tuple[str, ...]:
        """For a new holder of the lock, and for an end that could not wait: looks at everything that was being sent.

        Where a public step was begun and has no outcome, the post may be live: uncertain. Everywhere else nothing
        public can have happened, because a step is on disk before it is made: it is tried again while there is time.
        Returns the ids of those in doubt.
        """
        sending = self.in_state(_S.SENDING)
        return tuple(delivery_id for _, delivery_id in sending if self.interrupted(delivery_id))

    def interrupted(self, delivery_id: str, wait: float = 0.0) -> bool:
        """The same for one delivery, tried again after `wait` seconds; whether it is in doubt now."""
        with self._desk.writing(self._desk.system()) as unit:
            row = delivery_of(unit.session, delivery_id)
            if row.state != _S.SENDING:
                return False
            cut = [each for each in attempts_of(unit.session, row.id) if not each.outcome]
            for each in cut:
                each.outcome, each.detail = (UNCERTAIN if each.public else CUT), _CUT
                unit.session.add(each)
                self._note_step(unit, row, each, each.outcome, "interrupted")
            doubtful = any(each.public for each in cut)
            if doubtful:
                _settle(unit, row, _S.UNCERTAIN, Action.DELIVERY_UNCERTAIN, _CUT, _CUT_ADVICE, "interrupted")
            else:
                row.next_at = unit.now + timedelta(seconds=wait)
                _settle(unit, row, _S.RETRYING, Action.DELIVERY_RELEASED, _CUT, "It is tried again.", "interrupted")
            return doubtful

    def adopt(self, delivery_id: str, found: Published, evidence: Mapping[str, str]) -> bool:
        """A look-up found an uncertain delivery on the network: it is published. Never the other way round.

        False, changing nothing, where it is no longer uncertain, where the post is known as another delivery's, or
        where another delivery with the same content is in doubt on the account: then a person has to tell them apart.
        """
        with self._desk.writing(self._desk.system()) as unit:
            row = delivery_of(unit.session, delivery_id)
            known = known_ids(unit.session, row.account_id, row.id)
            if row.state != _S.UNCERTAIN or found.remote_id in known or has_twin(unit.session, row):
                return False
            unit.record(Action.DELIVERY_LOOKED_UP, "delivery", row.id, result="found", body=dict(evidence))
            row.remote_id, row.permalink, row.sent_at = found.remote_id, found.permalink or "", unit.now
            _settle(unit, row, _S.PUBLISHED, Action.DELIVERY_PUBLISHED, "", "", "found_there")
            return True

    def note_lookup(self, delivery_id: str, candidates: Sequence[Mapping[str, str]], why: str) -> None:
        """A look-up that settled nothing: what was seen is kept as evidence for the person who decides."""
        with self._desk.writing(self._desk.system()) as unit:
            row = delivery_of(unit.session, delivery_id)
            if row.state != _S.UNCERTAIN:
                return
            row.advice = why
            unit.session.add(row)
            body = {"candidates": [dict(each) for each in candidates], "why": why}
            unit.record(Action.DELIVERY_LOOKED_UP, "delivery", row.id, result="open", body=body)


def _close(unit: Unit, attempt: Attempt, result: StepResult) -> None:
    attempt.finished_at = unit.now
    attempt.outcome = code_of(result)
    attempt.remote_id = result.remote_id if isinstance(result, Made | Published) else ""
    attempt.detail = result.title if isinstance(result, Refused | Uncertain) else ""
    unit.session.add(attempt)


def _miss(unit: Unit, row: Delivery) -> None:
    advice = f"Last: {row.reason}. {_MISSED_ADVICE}" if row.reason else _MISSED_ADVICE
    _settle(unit, row, _S.MISSED, Action.DELIVERY_MISSED, MISSED, advice, "late")


def _settle(
    unit: Unit, row: Delivery, state: DeliveryState, action: Action, reason: str, advice: str, code: str
) -> None:
    row.state = move(row.state, state)
    row.reason, row.advice = reason, advice.strip()
    row.read_back_at = unit.now + FIRST_LOOK if state is _S.PUBLISHED and row.remote_id else None
    unit.session.add(row)
    unit.session.flush()
    body = {"reason": reason, "permalink": row.permalink, "remote_id": row.remote_id, "account": row.account_id}
    unit.record(action, "delivery", row.id, revision=row.tries, reason=code, body=body)
    settle_post(unit, row.post_id)
