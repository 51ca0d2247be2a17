"""Doubt, crashes and holds: what a look-up may change, what a new start finds, what lifting releases."""

from datetime import timedelta

import pytest

from editorial.accounts.register import Accounts
from editorial.audit.actions import Action
from editorial.delivery.holds import Scope
from editorial.delivery.outbox import Outbox, Resolution
from editorial.delivery.record import Deliveries
from editorial.delivery.stopping import Holds
from editorial.errors import DeskError
from editorial.outcomes import Made, Published, StepResult
from editorial.when import Choice, When
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
from tests.fakes.posts import deliveries_of, scheduled, signed_post

# --- doubt ---


def doubtful(staff: Staff, record: Deliveries, text: str = "Lost", account: str | None = None) -> str:
    _, delivery = scheduled(staff, text, account=account)
    record.finish(started(record, delivery).attempt_id, LOST, chance=0.0)
    return delivery


def test_a_harmless_repeat_that_publishes_settles_the_doubt(staff: Staff, record: Deliveries) -> None:
    delivery = doubtful(staff, record)
    key = record.job(delivery).prepared
    again = record.repeat(delivery, "post")
    assert again is not None
    assert again.cleared.prepared == key
    assert record.finish(again.attempt_id, LIVE, chance=0.0) is S.PUBLISHED


@pytest.mark.parametrize("result", [LATER, NEVER, SIGN_IN, LOST], ids=["later", "never", "sign in", "lost"])
def test_a_refused_repeat_says_nothing_about_the_first_try(
    staff: Staff, record: Deliveries, result: StepResult
) -> None:
    delivery = doubtful(staff, record)
    again = record.repeat(delivery, "post")
    assert again is not None
    assert record.finish(again.attempt_id, result, chance=0.0) is S.UNCERTAIN
    row = row_of(staff, delivery)
    assert (row.state, row.next_at) == (S.UNCERTAIN, None)
    assert record.due(staff.clock.now() + timedelta(days=1)) == ()


@pytest.mark.parametrize("why", ["hold", "disconnected", "signed out"])
def test_a_repeat_that_the_gate_stops_stays_in_doubt(staff: Staff, record: Deliveries, why: str) -> None:
    delivery = doubtful(staff, record)
    account = row_of(staff, delivery).account_id
    if why == "hold":
        number = hold(staff)
    elif why == "disconnected":
        Accounts(staff.desk).disconnect(staff.jonas.actor, account)
    else:
        Accounts(staff.desk).mark_signed_out(staff.desk.system(), account, "revoked")
    assert record.repeat(delivery, "post") is None
    row = row_of(staff, delivery)
    assert (row.state, row.reason) == (S.UNCERTAIN, LOST.title)
    if why == "hold":
        lift(staff, number)
        assert row_of(staff, delivery).state == S.UNCERTAIN


def test_a_look_up_adopts_and_tells_what_it_saw(staff: Staff, record: Deliveries) -> None:
    delivery = doubtful(staff, record)
    assert record.adopt(delivery, LIVE, {"text": "Lost"}) is True
    row = row_of(staff, delivery)
    assert (row.state, row.remote_id, row.reason) == (S.PUBLISHED, "r-1", "")
    assert said(staff, delivery)[-2:] == [Action.DELIVERY_LOOKED_UP, Action.DELIVERY_PUBLISHED]


def test_a_look_up_that_finds_nothing_changes_nothing_but_the_advice(staff: Staff, record: Deliveries) -> None:
    delivery = doubtful(staff, record)
    record.note_lookup(delivery, [{"text": "similar"}], "Not seen.")
    row = row_of(staff, delivery)
    assert (row.state, row.reason, row.advice) == (S.UNCERTAIN, LOST.title, "Not seen.")
    assert Outbox(staff.desk).candidates(delivery) == ({"text": "similar"},)
    Outbox(staff.desk).resolve(staff.jonas.actor, delivery, Resolution.LIVE, "https://practice.example/9")
    record.note_lookup(delivery, [], "Too late.")
    assert row_of(staff, delivery).advice != "Too late."


def test_another_deliverys_post_is_never_adopted(staff: Staff, record: Deliveries) -> None:
    account = staff.connect_practice()
    _, first = scheduled(staff, "Same text", account=account)
    record.finish(started(record, first).attempt_id, LIVE, chance=0.0)
    second = doubtful(staff, record, "Same text", account)
    assert record.known_remote_ids(account, besides=second) == {"r-1"}
    assert record.adopt(second, LIVE, {}) is False
    assert row_of(staff, second).state == S.UNCERTAIN


def test_two_doubts_with_one_content_are_left_to_a_person(staff: Staff, record: Deliveries) -> None:
    account, elsewhere = staff.connect_practice("a"), staff.connect_practice("b")
    first, twin = doubtful(staff, record, "Same", account), doubtful(staff, record, "Same", account)
    other = doubtful(staff, record, "Different", account)
    far = doubtful(staff, record, "Same", elsewhere)
    assert record.adopt(first, LIVE, {}) is record.adopt(twin, LIVE, {}) is False
    assert record.adopt(other, Published("r-2"), {}) is True
    assert record.adopt(far, LIVE, {}) is True
    Outbox(staff.desk).resolve(staff.jonas.actor, twin, Resolution.SEND_AGAIN)
    assert record.adopt(first, LIVE, {}) is True


def test_doubts_are_not_cancelled(staff: Staff, record: Deliveries) -> None:
    delivery = doubtful(staff, record)
    with pytest.raises(DeskError, match="moved on"):
        Outbox(staff.desk).cancel(staff.jonas.actor, delivery)


def test_a_person_who_looked_has_it_sent_again_with_the_same_key(staff: Staff, record: Deliveries) -> None:
    delivery = doubtful(staff, record)
    key = record.job(delivery).prepared
    Outbox(staff.desk).resolve(staff.jonas.actor, delivery, Resolution.SEND_AGAIN)
    again = started(record, delivery)
    assert again.cleared.prepared == key
    assert record.finish(again.attempt_id, LATER, chance=0.0) is S.RETRYING, "that doubt is settled"


# --- a crash ---


def test_after_a_crash_in_a_public_step_it_is_in_doubt(staff: Staff, record: Deliveries) -> None:
    _, delivery = scheduled(staff)
    attempt = started(record, delivery).attempt_id
    assert record.recover() == (delivery,)
    row = row_of(staff, delivery)
    assert row.state == S.UNCERTAIN
    assert attempts(staff, delivery)[0].outcome == "uncertain"
    assert record.recover() == ()
    assert record.job(delivery).doubts == 1
    assert record.finish(attempt, LATER, chance=0.0) is S.UNCERTAIN, "a late refusal settles nothing"
    assert record.finish(attempt, LIVE, chance=0.0) is S.PUBLISHED, "a late certainty does"
    assert row_of(staff, delivery).remote_id == "r-1"


def test_after_a_crash_in_a_private_step_it_is_tried_again(staff: Staff, record: Deliveries) -> None:
    _, delivery = scheduled(staff)
    started(record, delivery, "media:0", public=False)
    assert record.recover() == ()
    row = row_of(staff, delivery)
    assert (row.state, row.next_at) == (S.RETRYING, staff.clock.now())
    assert attempts(staff, delivery)[0].outcome == "cut"
    assert record.job(delivery).done == {}
    assert started(record, delivery, "media:0", public=False)


def test_after_a_crash_between_two_steps_the_done_one_counts(staff: Staff, record: Deliveries) -> None:
    _, delivery = scheduled(staff)
    record.finish(started(record, delivery, "media:0", public=False).attempt_id, Made("m-1"), chance=0.0)
    assert record.recover() == ()
    assert record.job(delivery).done == {"media:0": "m-1"}
    assert started(record, delivery)


def test_an_old_doubt_that_a_person_settled_does_not_come_back(staff: Staff, record: Deliveries) -> None:
    _, delivery = scheduled(staff)
    started(record, delivery)
    record.recover()
    Outbox(staff.desk).resolve(staff.jonas.actor, delivery, Resolution.SEND_AGAIN)
    started(record, delivery, "media:0", public=False)
    assert record.recover() == ()
    assert row_of(staff, delivery).state == S.RETRYING


def test_after_a_crash_in_a_repeat_it_is_still_in_doubt(staff: Staff, record: Deliveries) -> None:
    delivery = doubtful(staff, record)
    assert record.repeat(delivery, "post") is not None
    assert record.recover() == (delivery,)
    assert record.job(delivery).doubts == 2


def test_interrupted_by_our_own_fault_waits_a_little(staff: Staff, record: Deliveries) -> None:
    _, delivery = scheduled(staff)
    started(record, delivery, "media:0", public=False)
    assert record.interrupted(delivery, 5.0) is False
    assert row_of(staff, delivery).next_at == staff.clock.now() + timedelta(seconds=5)


def test_a_cancelled_round_that_may_be_live_blocks_the_next_one(staff: Staff, record: Deliveries) -> None:
    post, delivery = scheduled(staff)
    record.finish(started(record, delivery, "part:0").attempt_id, Published("p-0"), chance=0.0, going_on=True)
    record.recover()
    Outbox(staff.desk).cancel(staff.jonas.actor, delivery)
    Outbox(staff.desk).schedule(staff.jonas.actor, post, When(Choice.SOON))
    second = next(each for _, each in record.due(staff.clock.now()))
    assert second != delivery
    assert record.claim(second, "part:0", public=True) is None
    row = row_of(staff, second)
    assert row.state == S.STOPPED
    assert "already" in row.reason


# --- holds (I8) ---


def test_lifting_one_of_two_holds_releases_only_what_no_other_stops(staff: Staff, record: Deliveries) -> None:
    one, two = staff.connect_practice("a"), staff.connect_practice("b")
    post = signed_post(staff.desk, staff.mira, staff.helen, "Two pages", [one, two])
    found = deliveries_of(staff.desk, post)
    first, second = hold(staff, Scope.ACCOUNT, one), hold(staff, Scope.ACCOUNT, two)
    staff.clock.forward(timedelta(minutes=3))
    lift(staff, first)
    assert row_of(staff, found[one]).state == S.MISSED, "overdue, although another hold is still on"
    assert row_of(staff, found[two]).state == S.WAITING
    assert record.claim(found[two], "post", public=True) is None
    everything = hold(staff)
    lift(staff, second)
    assert row_of(staff, found[two]).state == S.WAITING
    lift(staff, everything)
    assert row_of(staff, found[two]).state == S.MISSED


def test_lifting_leaves_what_no_hold_stopped(staff: Staff, record: Deliveries) -> None:
    one, two = staff.connect_practice("a"), staff.connect_practice("b")
    post = signed_post(staff.desk, staff.mira, staff.helen, "Two pages", [one, two])
    number = hold(staff, Scope.ACCOUNT, one)
    lift(staff, number)
    assert started(record, deliveries_of(staff.desk, post)[two])


def test_undo_is_refused_when_something_was_stopped_between_steps(staff: Staff, record: Deliveries) -> None:
    _, delivery = scheduled(staff)
    record.finish(started(record, delivery, "media:0", public=False).attempt_id, Made("m-1"), chance=0.0)
    number = hold(staff)
    assert record.start_step(delivery, "post", public=True) is None
    with pytest.raises(DeskError, match="fell due"):
        Holds(staff.desk).undo(staff.mira.actor, number)


def test_undo_goes_on_as_if_nothing_had_been(staff: Staff, record: Deliveries) -> None:
    _, delivery = scheduled(staff, when=in_(staff, 90))
    number = hold(staff)
    staff.clock.forward(timedelta(seconds=60))
    Holds(staff.desk).undo(staff.mira.actor, number)
    staff.clock.forward(timedelta(seconds=30))
    assert started(record, delivery)
