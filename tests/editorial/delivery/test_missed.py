"""Why a delivery was missed, as far as the log tells."""

from datetime import UTC, datetime, timedelta

import pytest

from editorial.audit.actions import Action
from editorial.delivery.missed import Run, why_missed
from editorial.delivery.outbox import Outbox
from editorial.delivery.record import MISSED, Deliveries
from tests.fakes.desks import Staff
from tests.fakes.posts import scheduled

DUE = datetime(2027, 3, 10, 15, 0, tzinfo=UTC)
LATEST = DUE + timedelta(minutes=15)


def run(started: int, ended: int | None, computer: str = "COMMS-02") -> Run:
    """Minutes after the due time."""
    end = None if ended is None else DUE + timedelta(minutes=ended)
    return Run(computer, DUE + timedelta(minutes=started), end)


@pytest.mark.parametrize(
    ("runs", "why"),
    [
        ((), "Publishing was off"),
        ((run(-60, -30),), "Publishing was off on COMMS-02"),
        ((run(-60, -30), run(20, None, "COMMS-03")), "Publishing was off on COMMS-02"),
        ((run(20, None),), "Publishing was off on COMMS-02"),
        ((run(-60, -30, ""),), "Publishing was off"),
        ((run(-60, 5),), ""),
        ((run(-60, None),), ""),
        ((run(-60, -30), run(10, None)), ""),
    ],
)
def test_it_was_off_where_none_ran_in_that_time(runs: tuple[Run, ...], why: str) -> None:
    assert why_missed(runs, DUE, LATEST) == why


def test_the_outbox_says_so(staff: Staff) -> None:
    _, delivery = scheduled(staff)
    with staff.desk.writing(staff.desk.system()) as unit:
        unit.record(Action.PUBLISHER_STARTED, "publisher", staff.desk.desk_id, body={"computer": "COMMS-02"})
    with staff.desk.writing(staff.desk.system()) as unit:
        unit.record(Action.PUBLISHER_STOPPED, "publisher", staff.desk.desk_id, body={"computer": "COMMS-02"})
    staff.clock.forward(timedelta(minutes=20))
    Deliveries(staff.desk).expire()
    (row,) = Outbox(staff.desk).rows()
    assert row.delivery_id == delivery
    assert row.reason == MISSED, "it stopped in the very moment: nobody knows"
    staff.clock.forward(timedelta(minutes=1))
    scheduled(staff, "Later", account=row.account_id)
    staff.clock.forward(timedelta(minutes=20))
    Deliveries(staff.desk).expire()
    assert [each.reason for each in Outbox(staff.desk).rows()] == [MISSED, "Publishing was off on COMMS-02"]
