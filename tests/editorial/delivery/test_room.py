"""What a new time of deliveries has to fit into: the signed windows, blackouts, and each other."""

from datetime import datetime, time

import pytest

from editorial.delivery.outbox import Outbox
from editorial.delivery.room import Room
from editorial.errors import BadInputError
from editorial.planning.setting import Times
from editorial.planning.times import QuietHours, Slot
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.when import Choice, When, resolve
from tests.fakes.desks import Staff
from tests.fakes.posts import deliveries_of, scheduled, signed_post

ZONE = "America/New_York"


def wall(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 3, day, hour, minute)  # noqa: DTZ001


def at(day: int, hour: int, minute: int = 0) -> When:
    return When(Choice.SET, wall(day, hour, minute), ZONE)


def instant(day: int, hour: int, minute: int = 0) -> datetime:
    return resolve(wall(day, hour, minute), ZONE)


def visit(staff: Staff) -> None:
    Times(staff.desk).set_blackout(staff.jonas.actor, "Accreditation visit", wall(11, 8), wall(11, 18))


def room(staff: Staff, *deliveries: str) -> Room:
    return Outbox(staff.desk).room(deliveries)


def test_what_the_room_refuses_the_command_refuses_with_the_same_words(staff: Staff) -> None:
    _, delivery = scheduled(staff)
    visit(staff)
    now = staff.clock.now()
    for when in (at(10, 9), at(11, 9), at(29, 9)):  # past, in a blackout, after the signed window
        due = when.due(now)
        assert due is not None
        said = room(staff, delivery).refusal(due, now)
        with pytest.raises(BadInputError) as refused:
            Outbox(staff.desk).reschedule(staff.mira.actor, delivery, when)
        assert str(refused.value) == str(said)
    assert room(staff, delivery).refusal(instant(11, 19), now) is None
    Outbox(staff.desk).reschedule(staff.mira.actor, delivery, at(11, 19))


def test_a_blackout_says_who_set_it_and_what_is_free_next(staff: Staff) -> None:
    account = staff.connect_practice()
    _, delivery = scheduled(staff, account=account)
    visit(staff)
    Times(staff.desk).set_slots(staff.jonas.actor, account, [Slot(time(9))])
    found, now = room(staff, delivery), staff.clock.now()
    assert "set by Jonas Lindqvist" in str(found.refusal(instant(11, 9), now))
    free = found.free_after(instant(11, 9), now, wall(11, 9))
    assert free is not None
    assert free.wall == wall(12, 9)


def test_warned_of_quiet_hours_other_posts_and_each_other(staff: Staff) -> None:
    account = staff.connect_practice()
    _, first = scheduled(staff, "Parking level 2", account=account)
    _, second = scheduled(staff, "Job fair", account=account)
    Times(staff.desk).set_quiet(staff.jonas.actor, QuietHours(time(21), time(7)))
    Drafting(staff.desk).open(
        staff.mira.actor, DraftBody("Kidney Day", "Five signs.", accounts=(account,), when=at(11, 21, 35))
    )
    assert room(staff, first).warnings(instant(11, 21, 30)) == (
        "21:30 is in the quiet hours, 21:00 to 07:00.",
        "P-3 “Kidney Day” goes to Practice alderbay 5 minutes after.",
    )
    assert room(staff, first, second).warnings(instant(11, 12)) == (
        "2 of these go to Practice alderbay at the same time.",
    )
    assert room(staff, first).warnings(staff.clock.now()) == (
        "P-2 “Job fair” goes to Practice alderbay at the same time.",
    )


def test_only_what_was_signed_is_offered(staff: Staff) -> None:
    account = staff.connect_practice()
    post = signed_post(staff.desk, staff.mira, staff.helen, "Parking", [account], at(12, 12))
    delivery = deliveries_of(staff.desk, post)[account]
    Times(staff.desk).set_slots(staff.jonas.actor, account, [Slot(time(9))])
    found, now = room(staff, delivery), staff.clock.now()
    assert found.offers_on(wall(12, 9).date(), now) == (), "before the signed window"
    assert [each.wall for each in found.offers_on(wall(13, 9).date(), now)] == [wall(13, 9)]
    best = found.best(now)
    assert best is not None
    assert best.wall == wall(13, 9)


def test_a_crisis_post_is_warned_of_a_blackout_and_not_stopped(staff: Staff) -> None:
    account = staff.connect_practice()
    post = signed_post(
        staff.desk, staff.mira, staff.helen, "The ER is closed", [account], crisis="The ER is closed by a fire."
    )
    visit(staff)
    found = room(staff, deliveries_of(staff.desk, post)[account])
    assert found.refusal(instant(11, 9), staff.clock.now()) is None
    assert found.warnings(instant(11, 9)) == (
        "It is in a blackout (Accreditation visit, set by Jonas Lindqvist). A crisis post goes out.",
    )
