"""A crisis post passes a hold on everything where the charter says so, and everybody who asks gets the same answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from editorial.charter.document import Charter
from editorial.delivery.holds import Scope
from editorial.delivery.outbox import Outbox
from editorial.delivery.passing import stopping
from editorial.delivery.record import Deliveries
from editorial.delivery.states import DeliveryState
from editorial.delivery.stopping import Holds
from editorial.gate import StoppedError
from editorial.people.desk_people import Signer
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.review import Review
from editorial.when import LATE_BY, Choice, When
from tests.editorial.delivery.recording import attempts, hold, lift, row_of, tampered
from tests.editorial.delivery.scenes import scene
from tests.fakes.desks import HELEN, JONAS, Staff
from tests.fakes.posts import deliveries_of

S = DeliveryState
REASON = "Water in the operating theatres"
FOUR = pytest.mark.parametrize(
    ("crisis", "allowed"), [(True, True), (True, False), (False, True), (False, False)],
    ids=["crisis-allowed", "crisis-not-allowed", "ordinary-allowed", "ordinary-not-allowed"],
)  # fmt: skip


def allow(staff: Staff) -> None:
    """Two officers sign that crisis posts pass a hold on everything."""

    def change(charter: Charter) -> Charter:
        return replace(charter, crisis_passes_hold=True)

    both = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    staff.people.amend(staff.jonas.actor, change, both)


def ready(staff: Staff, *, crisis: bool, allowed: bool) -> str:
    """A signed post that is due now; returns its delivery."""
    if allowed:
        allow(staff)
    account = staff.connect_practice()
    drafting = Drafting(staff.desk)
    body = DraftBody("Closed", "The emergency room is closed.", accounts=(account,), when=When(Choice.SOON))
    post, _ = drafting.open(staff.mira.actor, replace(body, crisis=REASON if crisis else ""))
    drafting.submit(staff.mira.actor, post)
    Review(staff.desk).sign_off(staff.helen.actor, post, 1, HELEN)
    return deliveries_of(staff.desk, post)[account]


@contextmanager
def stopped(*, expected: bool) -> Iterator[None]:
    if not expected:
        yield
        return
    with pytest.raises(StoppedError) as why:
        yield
    assert why.value.hold is not None


@FOUR
def test_at_the_gate(staff: Staff, crisis: bool, allowed: bool) -> None:
    delivery = ready(staff, crisis=crisis, allowed=allowed)
    hold(staff)
    with scene(staff, delivery) as found, stopped(expected=not (crisis and allowed)):
        found.clear()


@FOUR
def test_the_engine_claims_what_the_gate_lets_through(staff: Staff, crisis: bool, allowed: bool) -> None:
    delivery = ready(staff, crisis=crisis, allowed=allowed)
    hold(staff)
    passes = crisis and allowed
    (row,) = Outbox(staff.desk).rows()
    assert (row.hold is None) == passes
    assert (Deliveries(staff.desk).claim(delivery, "post", public=True) is not None) == passes
    assert row_of(staff, delivery).state == (S.SENDING if passes else S.WAITING)
    assert len(attempts(staff, delivery)) == passes


@FOUR
def test_what_a_hold_does_not_stop_is_missed_in_time(staff: Staff, crisis: bool, allowed: bool) -> None:
    delivery = ready(staff, crisis=crisis, allowed=allowed)
    hold(staff)
    staff.clock.forward(LATE_BY + timedelta(seconds=1))
    missed = Deliveries(staff.desk).expire()
    assert missed == ((delivery,) if crisis and allowed else ())


@FOUR
def test_lifting_decides_about_what_was_stopped_alone(staff: Staff, crisis: bool, allowed: bool) -> None:
    delivery = ready(staff, crisis=crisis, allowed=allowed)
    number = hold(staff)
    lift(staff, number)
    assert row_of(staff, delivery).state == (S.WAITING if crisis and allowed else S.MISSED)


@pytest.mark.parametrize("scope", [Scope.ACCOUNT, Scope.POST])
@pytest.mark.parametrize("first", [True, False], ids=["everything-first", "everything-after"])
def test_it_passes_no_other_hold_whichever_came_first(staff: Staff, scope: Scope, first: bool) -> None:
    delivery = ready(staff, crisis=True, allowed=True)
    row = row_of(staff, delivery)
    if first:
        hold(staff)
    hold(staff, scope, row.account_id if scope is Scope.ACCOUNT else row.post_id)
    if not first:
        hold(staff)
    assert Deliveries(staff.desk).claim(delivery, "post", public=True) is None
    with scene(staff, delivery) as found, pytest.raises(StoppedError) as why:
        found.clear()
    assert why.value.hold is not None
    assert why.value.hold.scope is scope


def test_it_passes_no_hold_that_somebody_changed(staff: Staff) -> None:
    delivery = ready(staff, crisis=True, allowed=True)
    hold(staff)
    tampered(
        staff,
        "UPDATE audit_entry SET leaf = CAST(replace(CAST(leaf AS TEXT), '\"reason\":\"incident\"', '') AS BLOB)"
        " WHERE action = 'hold.set'",
    )
    assert Deliveries(staff.desk).claim(delivery, "post", public=True) is None


def test_in_doubt_it_waits(staff: Staff) -> None:
    """A version that cannot be read any more is no crisis."""
    delivery = ready(staff, crisis=True, allowed=True)
    hold(staff)
    with scene(staff, delivery) as found:
        row = found.revision
        row.content = b"[]"
        found.save(row)
        assert stopping(found.session, found.delivery, staff.desk.charter) is not None


def test_undoing_a_hold_is_not_kept_back_by_what_it_never_stopped(staff: Staff) -> None:
    ready(staff, crisis=True, allowed=True)
    number = hold(staff)
    Holds(staff.desk).undo(staff.mira.actor, number)
    assert Holds(staff.desk).on() == ()
