"""The engine's record: what may start, and what each outcome does."""

from datetime import timedelta

import pytest

from editorial.accounts.register import Accounts
from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.delivery.holds import Scope
from editorial.delivery.moving import forget_waits
from editorial.delivery.outbox import Outbox
from editorial.delivery.record import Deliveries
from editorial.delivery.retry import FIRST_WAIT
from editorial.delivery.states import DeliveryState
from editorial.errors import DeskError, NotFoundError
from editorial.gate import StoppedError
from editorial.outcomes import Again, Made, Pending, Published, Refused, StepResult, Uncertain
from editorial.posts.states import PostState
from editorial.store.models import Post, Revision
from editorial.when import LATE_BY
from tests.editorial.delivery.recording import (
    LATER,
    LIVE,
    LOST,
    NEVER,
    SIGN_IN,
    S,
    attempts,
    hold,
    in_,
    lift,
    row_of,
    said,
    started,
)
from tests.fakes.desks import Staff
from tests.fakes.posts import scheduled

# --- what is due ---


def test_due_in_the_order_of_times_and_never_early(staff: Staff, record: Deliveries) -> None:
    _, late = scheduled(staff, "Second", when=in_(staff, 20), account=staff.connect_practice("b"))
    _, early = scheduled(staff, "First", when=in_(staff, 10), account=staff.connect_practice("a"))
    assert record.due(staff.clock.now()) == ()
    assert record.next_time(staff.clock.now()) == row_of(staff, early).due_at
    staff.clock.forward(timedelta(seconds=10))
    assert [delivery for _, delivery in record.due(staff.clock.now())] == [early]
    assert record.next_time(staff.clock.now()) == row_of(staff, late).due_at
    staff.clock.forward(timedelta(seconds=10))
    assert [delivery for _, delivery in record.due(staff.clock.now())] == [early, late]


def test_waits_said_on_a_clock_that_was_ahead_are_let_go(staff: Staff, record: Deliveries) -> None:
    tried, account = scheduled(staff, "Tried")[1], staff.connect_practice("resting")
    resting = scheduled(staff, "Resting", account=account)[1]
    attempt = started(record, tried).attempt_id
    staff.clock.forward(timedelta(minutes=10))
    record.finish(attempt, LATER, chance=0.0)
    Accounts(staff.desk).rest(account, staff.clock.now() + timedelta(minutes=1))
    staff.clock.forward(timedelta(minutes=-10))
    assert record.due(staff.clock.now()) == ()
    forget_waits(staff.desk)
    assert {delivery for _, delivery in record.due(staff.clock.now())} == {tried, resting}


def test_waits_said_on_a_clock_that_is_right_are_kept(staff: Staff, record: Deliveries) -> None:
    tried, account = scheduled(staff, "Tried")[1], staff.connect_practice("resting")
    scheduled(staff, "Resting", account=account)
    record.finish(started(record, tried).attempt_id, LATER, chance=0.0)
    Accounts(staff.desk).rest(account, staff.clock.now() + timedelta(minutes=1))
    staff.clock.forward(timedelta(milliseconds=1))
    forget_waits(staff.desk)
    assert record.due(staff.clock.now()) == ()


def test_next_time_comes_to_the_moment_when_something_is_missed(staff: Staff, record: Deliveries) -> None:
    _, delivery = scheduled(staff)
    row = row_of(staff, delivery)
    assert record.next_time(staff.clock.now()) == row.latest_at
    assert record.next_time(row.latest_at) is None


def test_another_desks_deliveries_are_not_ours(staff: Staff, record: Deliveries) -> None:
    _, delivery = scheduled(staff)
    staff.clock.forward(LATE_BY * 2)
    staff.desk.workspace.desk = "desk_elsewhere"
    assert record.due(staff.clock.now()) == record.in_state(*S) == ()
    assert record.next_time(staff.clock.now() - LATE_BY * 2) is None
    assert record.expire() == record.recover() == ()
    assert row_of(staff, delivery).state == S.WAITING


def test_an_account_that_rests_is_left_alone(staff: Staff, record: Deliveries) -> None:
    _, delivery = scheduled(staff)
    account = row_of(staff, delivery).account_id
    until = staff.clock.now() + timedelta(seconds=30)
    Accounts(staff.desk).rest(account, until)
    assert record.due(staff.clock.now()) == ()
    assert record.claim(delivery, "post", public=True) is None
    assert record.next_time(staff.clock.now()) == until
    staff.clock.forward(timedelta(seconds=30))
    assert started(record, delivery)


# --- claiming ---


def test_a_claim_writes_the_attempt_before_anything_is_called(staff: Staff, record: Deliveries) -> None:
    _, delivery = scheduled(staff)
    found = started(record, delivery)
    (attempt,) = attempts(staff, delivery)
    assert (attempt.id, attempt.step, attempt.public, attempt.outcome) == (found.attempt_id, "post", True, "")
    assert row_of(staff, delivery).state == S.SENDING
    assert record.claim(delivery, "post", public=True) is None, "nobody claims it twice"
    assert said(staff, delivery)[-2:] == [Action.DELIVERY_STARTED, Action.STEP_STARTED]


def test_key_and_time_are_frozen_at_the_first_attempt(staff: Staff, record: Deliveries) -> None:
    _, delivery = scheduled(staff, when=in_(staff, 60))
    staff.clock.forward(timedelta(seconds=61.5))
    first = started(record, delivery).cleared.prepared
    assert first.created_at == staff.clock.now()
    record.finish(attempts(staff, delivery)[0].id, LATER, chance=0.0)
    staff.clock.forward(timedelta(seconds=FIRST_WAIT))
    assert started(record, delivery).cleared.prepared == first
    assert record.job(delivery).prepared == first


def test_before_its_time_and_before_its_next_try_nothing_starts(staff: Staff, record: Deliveries) -> None:
    _, delivery = scheduled(staff, when=in_(staff, 60))
    assert record.claim(delivery, "post", public=True) is None
    staff.clock.forward(timedelta(seconds=60))
    record.finish(started(record, delivery).attempt_id, LATER, chance=0.0)
    assert record.due(staff.clock.now()) == ()
    assert record.claim(delivery, "post", public=True) is None
    staff.clock.forward(timedelta(seconds=FIRST_WAIT))
    assert [each for _, each in record.due(staff.clock.now())] == [delivery]
    assert started(record, delivery)


@pytest.mark.parametrize("how", ["claim", "expire"])
def test_too_late_is_missed_and_a_person_decides(staff: Staff, record: Deliveries, how: str) -> None:
    _, delivery = scheduled(staff)
    staff.clock.forward(LATE_BY)
    assert record.expire() == ()
    staff.clock.forward(timedelta(milliseconds=1))
    if how == "claim":
        assert record.claim(delivery, "post", public=True) is None
    else:
        assert record.expire() == (delivery,)
        assert record.expire() == ()
    row = row_of(staff, delivery)
    assert row.state == S.MISSED
    assert row.reason
    assert attempts(staff, delivery) == []
    assert said(staff, delivery)[-1] == Action.DELIVERY_MISSED


def test_missed_after_refusals_says_the_last_one(staff: Staff, record: Deliveries) -> None:
    _, delivery = scheduled(staff)
    record.finish(started(record, delivery).attempt_id, LATER, chance=0.0)
    staff.clock.forward(LATE_BY * 2)
    assert record.expire() == (delivery,)
    assert LATER.title in row_of(staff, delivery).advice


@pytest.mark.parametrize("scope", list(Scope))
def test_a_hold_keeps_it_queued_however_late(staff: Staff, record: Deliveries, scope: Scope) -> None:
    post, delivery = scheduled(staff)
    account = row_of(staff, delivery).account_id
    number = hold(staff, scope, {Scope.ALL: "everything", Scope.ACCOUNT: account, Scope.POST: post}[scope])
    assert record.claim(delivery, "post", public=True) is None
    staff.clock.forward(LATE_BY * 3)
    assert record.expire() == ()
    assert record.claim(delivery, "post", public=True) is None
    assert row_of(staff, delivery).state == S.WAITING
    lift(staff, number)
    assert row_of(staff, delivery).state == S.MISSED


def test_a_signed_out_account_asks_to_sign_in_and_goes_on_after_it(staff: Staff, record: Deliveries) -> None:
    _, delivery = scheduled(staff)
    account = row_of(staff, delivery).account_id
    Accounts(staff.desk).mark_signed_out(staff.desk.system(), account, "revoked")
    assert record.claim(delivery, "post", public=True) is None
    assert row_of(staff, delivery).state == S.SIGN_IN
    assert attempts(staff, delivery) == []
    assert staff.connect_practice() == account
    assert row_of(staff, delivery).state == S.WAITING
    assert started(record, delivery)


def test_what_the_gate_stops_is_stopped_with_its_words(staff: Staff, record: Deliveries) -> None:
    _, delivery = scheduled(staff)
    Accounts(staff.desk).disconnect(staff.jonas.actor, row_of(staff, delivery).account_id)
    assert record.claim(delivery, "post", public=True) is None
    row = row_of(staff, delivery)
    assert (row.state, row.reason) == (S.STOPPED, "The account is not connected")
    assert row.advice
    assert attempts(staff, delivery) == []


def test_a_charter_that_cannot_be_believed_stops(staff: Staff, record: Deliveries) -> None:
    _, delivery = scheduled(staff)
    assert staff.desk.pin is not None
    staff.desk.pin = type(staff.desk.pin)(staff.desk.pin.version + 1, "sha256:" + "0" * 64)
    assert record.claim(delivery, "post", public=True) is None
    assert row_of(staff, delivery).state == S.STOPPED


def test_a_version_that_cannot_be_read_makes_no_job(staff: Staff, record: Deliveries) -> None:
    _, delivery = scheduled(staff)
    with staff.desk.writing(staff.desk.system()) as unit:
        revision = unit.session.get_one(Revision, row_of(staff, delivery).revision_id)
        revision.content = b"[]"
        unit.session.add(revision)
        unit.record(Action.POST_STATE, "post", revision.post_id)
    with pytest.raises(StoppedError) as stopped:
        record.job(delivery)
    record.stop(delivery, stopped.value)
    assert row_of(staff, delivery).state == S.STOPPED
    record.stop(delivery, DeskError("Again"))
    assert row_of(staff, delivery).reason == stopped.value.title, "only what is queued is stopped"


def test_unknown_deliveries_are_not_found(record: Deliveries) -> None:
    for call in (record.job, record.interrupted, lambda each: record.claim(each, "post", public=True)):
        with pytest.raises(NotFoundError):
            call("dlv_unknown")


# --- outcomes ---


@pytest.mark.parametrize(
    ("result", "state", "action"),
    [
        (LIVE, S.PUBLISHED, Action.DELIVERY_PUBLISHED),
        (Pending("token-1"), S.PENDING, Action.DELIVERY_PENDING),
        (LATER, S.RETRYING, Action.DELIVERY_REFUSED),
        (NEVER, S.REFUSED, Action.DELIVERY_REFUSED),
        (SIGN_IN, S.SIGN_IN, Action.DELIVERY_REFUSED),
        (LOST, S.UNCERTAIN, Action.DELIVERY_UNCERTAIN),
        (Refused("Wait long", "", "busy", Again.LATER, 3600.0), S.MISSED, Action.DELIVERY_MISSED),
    ],
    ids=lambda value: getattr(value, "title", type(value).__name__) if not isinstance(value, str) else "",
)
def test_each_outcome_moves_the_delivery(
    staff: Staff, record: Deliveries, result: StepResult, state: DeliveryState, action: Action
) -> None:
    _, delivery = scheduled(staff)
    assert record.finish(started(record, delivery).attempt_id, result, chance=0.0) is state
    row, (attempt,) = row_of(staff, delivery), attempts(staff, delivery)
    assert row.state == state
    assert attempt.finished_at == staff.clock.now()
    assert attempt.outcome == type(result).__name__.lower()
    assert said(staff, delivery)[-2:] == [Action.STEP_ENDED, action]
    if isinstance(result, Published):
        assert (row.remote_id, row.permalink, row.sent_at) == ("r-1", result.permalink, staff.clock.now())
    if isinstance(result, Refused | Uncertain):
        assert (row.reason, row.advice) == (result.title, result.advice)
    if isinstance(result, Pending):
        assert record.job(delivery).token == "token-1"
    assert Auditing(staff.desk).check().problem is None


def test_after_a_private_step_the_next_one_starts_and_is_remembered(staff: Staff, record: Deliveries) -> None:
    _, delivery = scheduled(staff)
    first = started(record, delivery, "media:0", public=False)
    assert record.finish(first.attempt_id, Made("m-1"), chance=0.0) is S.SENDING
    assert record.job(delivery).done == {"media:0": "m-1"}
    second = record.start_step(delivery, "post", public=True)
    assert second is not None
    assert record.finish(second.attempt_id, LIVE, chance=0.0) is S.PUBLISHED
    assert record.start_step(delivery, "post", public=True) is None


def test_an_old_upload_is_made_again_and_a_published_part_never(staff: Staff, record: Deliveries) -> None:
    _, delivery = scheduled(staff)
    upload = started(record, delivery, "media:0", public=False)
    record.finish(upload.attempt_id, Made("m-1"), chance=0.0)
    part = record.start_step(delivery, "part:0", public=True)
    assert part is not None
    record.finish(part.attempt_id, Published("p-0", "https://practice.example/p0"), chance=0.0, going_on=True)
    assert row_of(staff, delivery).state == S.SENDING
    staff.clock.forward(timedelta(minutes=59))
    assert record.job(delivery).done == {"media:0": "m-1", "part:0": "p-0"}
    staff.clock.forward(timedelta(minutes=2))
    assert record.job(delivery).done == {"part:0": "p-0"}
    last = record.start_step(delivery, "part:1", public=True)
    assert last is not None, "a part is out already: the rest may still follow"
    record.finish(last.attempt_id, Published("p-1", "https://practice.example/p1"), chance=0.0)
    row = row_of(staff, delivery)
    assert (row.state, row.remote_id, row.permalink) == (S.PUBLISHED, "p-0", "https://practice.example/p0")
    assert record.known_remote_ids(row.account_id) == {"p-0", "p-1"}
    assert record.known_remote_ids(row.account_id, besides=delivery) == frozenset()


def test_a_hold_stops_between_two_steps(staff: Staff, record: Deliveries) -> None:
    _, delivery = scheduled(staff)
    record.finish(started(record, delivery, "media:0", public=False).attempt_id, Made("m-1"), chance=0.0)
    number = hold(staff)
    assert record.start_step(delivery, "post", public=True) is None
    assert row_of(staff, delivery).state == S.HELD
    assert record.due(staff.clock.now()) == ()
    lift(staff, number)
    assert row_of(staff, delivery).state == S.MISSED, "lifting sends nothing overdue by itself"
    Outbox(staff.desk).send_now(staff.jonas.actor, delivery)
    assert record.job(delivery).done == {"media:0": "m-1"}
    assert started(record, delivery)


def test_a_public_step_that_comes_too_late_is_missed(staff: Staff, record: Deliveries) -> None:
    _, delivery = scheduled(staff)
    record.finish(started(record, delivery, "media:0", public=False).attempt_id, Made("m-1"), chance=0.0)
    staff.clock.forward(LATE_BY + timedelta(seconds=1))
    assert record.start_step(delivery, "post", public=True) is None
    assert row_of(staff, delivery).state == S.MISSED


def test_a_renewed_sign_in_goes_on_in_the_same_try(staff: Staff, record: Deliveries) -> None:
    _, delivery = scheduled(staff)
    assert record.finish(started(record, delivery).attempt_id, SIGN_IN, chance=0.0, going_on=True) is S.SENDING
    second = record.start_step(delivery, "post", public=True)
    assert second is not None
    assert record.finish(second.attempt_id, LIVE, chance=0.0) is S.PUBLISHED
    assert row_of(staff, delivery).tries == 1


def test_a_sign_in_that_cannot_be_renewed_is_concluded(staff: Staff, record: Deliveries) -> None:
    _, delivery = scheduled(staff)
    record.finish(started(record, delivery).attempt_id, SIGN_IN, chance=0.0, going_on=True)
    assert record.conclude(delivery, LATER, chance=0.0) is S.RETRYING
    assert record.conclude(delivery, NEVER, chance=0.0) is S.RETRYING, "only what is being sent is concluded"


def test_published_is_final_whatever_comes_later(staff: Staff, record: Deliveries) -> None:
    post, delivery = scheduled(staff)
    attempt = started(record, delivery).attempt_id
    record.finish(attempt, LIVE, chance=0.0)
    for late in (LOST, NEVER, LATER, Published("r-2")):
        assert record.finish(attempt, late, chance=0.0) is S.PUBLISHED
    row = row_of(staff, delivery)
    assert (row.remote_id, row.permalink) == ("r-1", LIVE.permalink)
    assert record.polled(delivery, NEVER) is S.PUBLISHED
    assert record.interrupted(delivery) is False
    assert record.adopt(delivery, Published("r-3"), {}) is False
    assert record.repeat(delivery, "post") is None
    with staff.desk.reading() as session:
        assert session.get_one(Post, post).state == PostState.PUBLISHED


def test_processing_on_the_network(staff: Staff, record: Deliveries) -> None:
    ends: list[tuple[Pending | Published | Refused | Uncertain, DeliveryState]] = [
        (LIVE, S.PUBLISHED), (NEVER, S.REFUSED), (LATER, S.REFUSED), (LOST, S.UNCERTAIN)
    ]  # fmt: skip
    for number, (result, state) in enumerate(ends):
        _, delivery = scheduled(staff, f"Post {number}", account=staff.connect_practice(f"a{number}"))
        record.finish(started(record, delivery).attempt_id, Pending("one"), chance=0.0)
        assert record.polled(delivery, Pending("two")) is S.PENDING
        assert record.job(delivery).token == "two"
        assert record.polled(delivery, result) is state
