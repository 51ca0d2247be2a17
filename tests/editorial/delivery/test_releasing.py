"""What goes out later than it was meant goes out with a distance on its account, after a hold only as decided."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.delivery.kept import Kept
from editorial.delivery.moving import OVERDUE, SPACING
from editorial.delivery.outbox import Outbox
from editorial.delivery.record import Deliveries
from editorial.delivery.stopping import Decision, Fate, Holds
from editorial.errors import BadInputError
from editorial.store.models import Delivery
from tests.editorial.delivery.recording import LIVE, NEVER, S, hold, in_, row_of, started
from tests.editorial.delivery.test_stopping import both
from tests.fakes.desks import Staff
from tests.fakes.posts import scheduled

MINUTE = timedelta(minutes=1)


def some(staff: Staff, count: int, account: str | None = None) -> list[str]:
    """Deliveries that are due now, on one account."""
    first = scheduled(staff, "Post 0", account=account)[1]
    where = row_of(staff, first).account_id
    return [first, *(scheduled(staff, f"Post {n}", account=where)[1] for n in range(1, count))]


def publish(record: Deliveries, delivery: str, *, late: bool) -> bool:
    found = record.claim(delivery, "post", public=True, late=late)
    if found is not None:
        record.finish(found.attempt_id, LIVE, chance=0.0)
    return found is not None


# --- overdue ---


def test_overdue_ones_keep_their_distance_on_their_account(staff: Staff, record: Deliveries) -> None:
    first, second, third = some(staff, 3)
    elsewhere = scheduled(staff, "Elsewhere", account=staff.connect_practice("other"))[1]
    staff.clock.forward(OVERDUE + timedelta(seconds=1))
    assert record.late(staff.clock.now()) == {first, second, third, elsewhere}
    assert [publish(record, each, late=True) for each in (first, second, elsewhere)] == [True, False, True]
    staff.clock.forward(SPACING - timedelta(seconds=1))
    assert not publish(record, second, late=True)
    staff.clock.forward(timedelta(seconds=1))
    assert [publish(record, each, late=True) for each in (second, third)] == [True, False]
    assert row_of(staff, third).state == S.WAITING


def test_normal_due_times_are_not_spaced(staff: Staff, record: Deliveries) -> None:
    every = some(staff, 4)
    assert record.late(staff.clock.now()) == frozenset()
    assert all(publish(record, each, late=False) for each in every)


def test_what_was_refused_takes_no_place(staff: Staff, record: Deliveries) -> None:
    first, second = some(staff, 2)
    staff.clock.forward(OVERDUE + timedelta(seconds=1))
    found = record.claim(first, "post", public=True, late=True)
    assert found is not None
    record.finish(found.attempt_id, NEVER, chance=0.0)
    assert publish(record, second, late=True)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 4), min_size=1, max_size=8, unique=False), st.integers(1, 90))
def test_missed_ones_that_are_sent_now_get_times_with_a_distance(
    staff: Staff, record: Deliveries, picks: list[int], wait: int
) -> None:
    account = staff.connect_practice(f"account-{staff.clock.now().timestamp()}")
    every = some(staff, 5, account)
    staff.clock.forward(timedelta(hours=1))
    record.expire()
    due = []
    for pick in dict.fromkeys(picks):
        Outbox(staff.desk).send_now(staff.mira.actor, every[pick])
        row = row_of(staff, every[pick])
        assert row.due_at >= staff.clock.now()
        assert row.latest_at > row.due_at
        due.append(row.due_at)
        staff.clock.forward(timedelta(seconds=wait))
    assert all(later - sooner >= SPACING for sooner, later in pairwise(due))


# --- after a hold ---


def decided(staff: Staff, number: int, decisions: dict[str, Decision]) -> None:
    Holds(staff.desk).lift(staff.jonas.actor, number, both(staff), decisions)


def test_each_overdue_post_is_decided_about(staff: Staff) -> None:
    sent, moved, dropped, also = some(staff, 4)
    number = hold(staff)
    staff.clock.forward(MINUTE)
    planned = scheduled(staff, "Planned", when=in_(staff, 3600), account=row_of(staff, sent).account_id)[1]
    assert Holds(staff.desk).kept(number).overdue == tuple(sorted((sent, moved, dropped, also)))
    when = in_(staff, 7200)
    decisions = {
        sent: Decision(Fate.SEND),
        moved: Decision(Fate.MOVE, when),
        dropped: Decision(Fate.DROP),
        also: Decision(Fate.SEND),
    }
    decided(staff, number, decisions)
    now = staff.clock.now()
    assert [row_of(staff, each).state for each in decisions] == [S.WAITING, S.WAITING, S.CANCELLED, S.WAITING]
    assert [row_of(staff, each).due_at - now for each in (sent, also, moved)] == [
        timedelta(0), SPACING, timedelta(hours=2),
    ]  # fmt: skip
    assert row_of(staff, planned).due_at - now == timedelta(hours=1), "normal due times stay"
    entry = next(each for each in Auditing(staff.desk).entries(limit=50) if each.action == Action.HOLD_LIFTED)
    assert entry.body["decided"] == {sent: "send", moved: "move", dropped: "drop", also: "send"}
    assert Holds(staff.desk).kept(number).overdue == ()


def test_a_decision_that_is_missing_or_impossible_leaves_the_hold(staff: Staff) -> None:
    first, second = some(staff, 2)
    number = hold(staff)
    staff.clock.forward(MINUTE)
    wrong: list[tuple[dict[str, Decision], str]] = [
        ({}, first),
        ({first: Decision(Fate.SEND)}, second),
        ({first: Decision(Fate.SEND), second: Decision(Fate.MOVE)}, second),
        ({first: Decision(Fate.SEND), second: Decision(Fate.MOVE, in_(staff, -5))}, second),
        ({first: Decision(Fate.MOVE, in_(staff, 90 * 86400)), second: Decision(Fate.SEND)}, first),
    ]
    before = [row_of(staff, each) for each in (first, second)]
    for decisions, field in wrong:
        with pytest.raises(BadInputError) as caught:
            decided(staff, number, decisions)
        assert caught.value.field == field
        assert [row_of(staff, each) for each in (first, second)] == before
        assert len(Holds(staff.desk).on()) == 1


def test_what_may_not_fit_is_read_again_before_the_hold_ends(staff: Staff) -> None:
    account = staff.connect_practice()
    when = in_(staff, 3600)
    quiet, closed, later = (
        scheduled(staff, text, when=at, account=account)[1]
        for text, at in (
            ("Kidney Day: five signs worth a check", when),
            ("The ICU party: celebrate with us", when),
            ("The summer party", in_(staff, 15 * 86400)),
        )
    )
    number = hold(staff)
    kept = Holds(staff.desk).kept(number)
    assert [(each.delivery_id, each.words) for each in kept.doubtful] == [(closed, ("ICU", "party", "celebrate"))]
    assert kept.doubtful[0].text == "The ICU party: celebrate with us"
    assert (kept.overdue, kept.coming) == ((), (quiet,)), "what is far ahead is another situation"
    for decisions in ({}, {closed: Decision(Fate.SEND)}, {quiet: Decision(Fate.DROP)}):
        with pytest.raises(BadInputError) as caught:
            decided(staff, number, decisions)
        assert caught.value.field == closed
        assert row_of(staff, quiet).state == S.WAITING
    decided(staff, number, {closed: Decision(Fate.KEEP), quiet: Decision(Fate.MOVE, in_(staff, 7200))})
    assert [row_of(staff, each).state for each in (quiet, closed, later)] == [S.WAITING] * 3
    assert row_of(staff, quiet).due_at - row_of(staff, closed).due_at == timedelta(hours=1)


def test_what_is_past_its_time_cannot_be_kept(staff: Staff) -> None:
    (delivery,) = some(staff, 1)
    number = hold(staff)
    staff.clock.forward(MINUTE)
    with pytest.raises(BadInputError, match="whose time has passed"):
        decided(staff, number, {delivery: Decision(Fate.KEEP)})


def test_moving_an_overdue_post_with_a_word_of_the_list_asks_once(staff: Staff) -> None:
    delivery = scheduled(staff, "The party is on")[1]
    number = hold(staff)
    staff.clock.forward(MINUTE)
    decided(staff, number, {delivery: Decision(Fate.MOVE, in_(staff, 3600))})
    assert row_of(staff, delivery).state == S.WAITING


def test_what_another_hold_keeps_is_not_asked_about(staff: Staff) -> None:
    (delivery,) = some(staff, 1)
    number = hold(staff)
    hold(staff)
    staff.clock.forward(MINUTE)
    assert Holds(staff.desk).kept(number).overdue == ()
    decided(staff, number, {})
    assert row_of(staff, delivery).state == S.WAITING
    assert Holds(staff.desk).kept(-5) == Kept()


def test_one_that_was_stopped_midway_and_is_not_overdue_goes_on(staff: Staff, record: Deliveries) -> None:
    delivery = scheduled(staff, pictures=1)[1]
    begun = started(record, delivery, "media:0", public=False)
    number = hold(staff)
    record.finish(begun.attempt_id, NEVER, chance=0.0, going_on=True)
    assert record.start_step(delivery, "post", public=True) is None
    assert row_of(staff, delivery).state == S.HELD
    decided(staff, number, {delivery: Decision(Fate.SEND)})
    assert row_of(staff, delivery).state == S.WAITING
    assert isinstance(row_of(staff, delivery), Delivery)
