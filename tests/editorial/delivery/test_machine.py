"""The record under every order of claims, answers, crashes, holds, look-ups and decisions of people (I3, I8).

A model of the network knows what is really public. Whatever happens, a post is public at most once, and what is public
is either known as published, being sent, or in front of a person: never queued, failed, missed or cancelled.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from editorial.audit.auditing import Auditing
from editorial.delivery.holds import Reason
from editorial.delivery.outbox import Outbox, Resolution
from editorial.delivery.record import Deliveries
from editorial.delivery.states import FINAL, LIVES, DeliveryState
from editorial.delivery.stopping import Holds
from editorial.errors import DeskError
from editorial.outcomes import Again, Pending, Published, Refused, StepResult, Uncertain
from editorial.people.desk_people import Signer
from editorial.when import Choice, When
from tests.editorial.delivery.recording import attempts, row_of
from tests.fakes.desks import HELEN, JONAS, Staff, staffed
from tests.fakes.posts import scheduled

S = DeliveryState
REFUSALS = st.sampled_from(
    [
        Refused("Busy", "", again=Again.LATER),
        Refused("No", "", again=Again.NEVER),
        Refused("Out", "", again=Again.SIGN_IN),
    ]
)


@dataclass
class Call:
    """A public step on its way. `stored`: what the network did; None until the request left."""

    attempt_id: str
    stored: bool | None = None
    refused: Refused | None = None


class DeliveryMachine(RuleBasedStateMachine):
    """One delivery; the workspace is shared by all runs, the clock only goes forward."""

    staff: Staff

    def __init__(self) -> None:
        super().__init__()
        self.record = Deliveries(self.staff.desk)
        self.outbox = Outbox(self.staff.desk)
        self.shown = 0
        self.call: Call | None = None
        self.lost: list[Call] = []  # calls of processes that died: their answers may still arrive
        self.holding: int | None = None
        self.begun_at_hold = 0
        self.before = self.state = S.WAITING

    @initialize(keyed=st.booleans(), early=st.booleans())
    def write(self, keyed: bool, early: bool) -> None:
        """`keyed`: the network knows a repeated call by its key and shows the post once. `early`: it is not due yet."""
        self.keyed = keyed
        past = timedelta(microseconds=self.staff.clock.now().microsecond)
        self.staff.clock.forward(timedelta(seconds=1) - past)  # as every run: what is planned knows whole seconds only
        handle = f"desk{len(self.staff.accounts)}"
        account = self.staff.connect_practice(handle)  # its own: an account remembers that it was refused
        wall = (self.staff.clock.now() + timedelta(seconds=1)).replace(tzinfo=None)
        when = When(Choice.SET, wall, "UTC")
        _, self.delivery = scheduled(self.staff, "A post", when=when, account=account)
        self.staff.clock.forward(timedelta(seconds=0 if early else 1))

    # --- the engine ---

    @rule(seconds=st.sampled_from([0.2, 5, 10, 20, 40, 400]))
    def time_passes(self, seconds: float) -> None:
        self.staff.clock.forward(timedelta(seconds=seconds))

    @precondition(lambda self: self.state is not S.PUBLISHED)
    @rule()
    def claim(self) -> None:
        started = self.record.claim(self.delivery, "post", public=True)
        if started is not None:
            assert self.call is None
            assert self.shown == 0, "about to publish what is public already"
            self.call = Call(started.attempt_id)

    @precondition(lambda self: self.keyed and self.state is S.UNCERTAIN)
    @rule()
    def repeat(self) -> None:
        started = self.record.repeat(self.delivery, "post")
        if started is not None:
            self.call = Call(started.attempt_id)

    @precondition(lambda self: self.call is not None and self.call.stored is None)
    @rule(refused=st.none() | REFUSALS)
    def network_takes_it(self, refused: Refused | None) -> None:
        assert self.call is not None
        self.call.refused, self.call.stored = refused, refused is None
        if self.call.stored:
            self.shown = 1 if self.keyed else self.shown + 1

    @precondition(lambda self: self.call is not None and self.call.stored is not None)
    @rule(pending=st.booleans())
    def answer(self, pending: bool) -> None:
        assert self.call is not None
        result: StepResult = Published("r-1") if self.call.stored else self.call.refused or Uncertain("?", "")
        if pending and self.call.stored:
            result = Pending("token")
        self.record.finish(self.call.attempt_id, result, chance=0.5)
        self.call = None

    @precondition(lambda self: self.call is not None)
    @rule()
    def answer_is_lost(self) -> None:
        assert self.call is not None
        self.record.finish(self.call.attempt_id, Uncertain("Lost", "Look."), chance=0.5)
        self.call = None

    @precondition(lambda self: self.call is not None or self.state is S.SENDING)
    @rule()
    def crash(self) -> None:
        if self.call is not None:
            self.lost.append(self.call)
        self.call = None
        self.record = Deliveries(self.staff.desk)
        self.record.recover()

    @precondition(lambda self: self.lost)
    @rule()
    def an_answer_arrives_after_all(self) -> None:
        call = self.lost.pop()
        if call.stored:
            self.record.finish(call.attempt_id, Published("r-1"), chance=0.5)
        elif call.refused:
            self.record.finish(call.attempt_id, call.refused, chance=0.5)

    @rule()
    def expire(self) -> None:
        self.record.expire()

    @precondition(lambda self: self.state is S.UNCERTAIN)
    @rule(seen=st.booleans())
    def look(self, seen: bool) -> None:
        if self.shown and seen:
            self.record.adopt(self.delivery, Published("r-1"), {})
        else:
            self.record.note_lookup(self.delivery, [], "Not seen.")

    @precondition(lambda self: self.state is S.PENDING)
    @rule(done=st.booleans())
    def poll(self, done: bool) -> None:
        if done:
            self.record.polled(self.delivery, Published("r-1"))

    # --- people ---

    @precondition(lambda self: self.holding is None)
    @rule()
    def hold(self) -> None:
        self.holding, _ = Holds(self.staff.desk).hold(self.staff.mira.actor, Reason.INCIDENT)
        self.begun_at_hold = len(attempts(self.staff, self.delivery))

    @precondition(lambda self: self.holding is not None)
    @rule()
    def lift(self) -> None:
        assert self.holding is not None
        both = [Signer(self.staff.jonas.person_id, JONAS), Signer(self.staff.helen.person_id, HELEN)]
        Holds(self.staff.desk).lift(self.staff.jonas.actor, self.holding, both)
        self.holding = None
        row = row_of(self.staff, self.delivery)
        assert row.state not in (S.WAITING, S.RETRYING) or row.due_at > self.staff.clock.now()

    @precondition(lambda self: self.state not in FINAL)
    @rule()
    def send_now(self) -> None:
        with suppress(DeskError):  # the table of states may say no
            self.outbox.send_now(self.staff.jonas.actor, self.delivery)

    @precondition(lambda self: self.state in (S.SENDING, S.PENDING, S.UNCERTAIN, S.RETRYING, S.MISSED))
    @rule()
    def cancel(self) -> None:
        with suppress(DeskError):
            self.outbox.cancel(self.staff.jonas.actor, self.delivery)

    @precondition(lambda self: self.state is S.UNCERTAIN and not any(call.stored is None for call in self.lost))
    @rule()
    def person_looks(self) -> None:
        if self.shown:
            self.outbox.resolve(self.staff.jonas.actor, self.delivery, Resolution.LIVE, "https://practice.example/1")
        else:
            self.outbox.resolve(self.staff.jonas.actor, self.delivery, Resolution.SEND_AGAIN)

    # --- what always holds ---

    @invariant()
    def always(self) -> None:
        """Reads the state once after every rule: the preconditions of the next one look at it, too."""
        self.state = after = DeliveryState(row_of(self.staff, self.delivery).state)
        assert self.shown <= 1, "posted twice"
        if after is S.PUBLISHED:
            assert self.shown == 1, "said to be published, and is not there"
        if self.shown:
            assert after in (S.PUBLISHED, S.UNCERTAIN, S.SENDING, S.PENDING), "public, and nobody is told"
        if after is S.SENDING:
            assert self.call is not None, "being sent, and nobody sends it"
        direct = LIVES[self.before].follows | {self.before}
        assert after in direct | {last for between in direct for last in LIVES[between].follows}
        self.before = after
        if self.holding is not None:
            assert len(attempts(self.staff, self.delivery)) == self.begun_at_hold, "begun on hold"

    def teardown(self) -> None:
        if self.holding is not None:
            self.lift()


@contextmanager
def shared_workspace() -> Iterator[Staff]:
    with TemporaryDirectory() as folder, staffed(Path(folder) / "workspace") as staff:
        yield staff


def run(examples: int, steps: int) -> None:
    with shared_workspace() as staff:
        machine = type("Machine", (DeliveryMachine,), {"staff": staff})
        options = settings(max_examples=examples, stateful_step_count=steps, deadline=None)
        run_state_machine_as_test(machine, settings=options)
        assert Auditing(staff.desk).check().problem is None


def test_never_twice_and_never_silently_none() -> None:
    run(30, 25)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_never_twice_and_never_silently_none_at_length() -> None:
    run(300, 50)
