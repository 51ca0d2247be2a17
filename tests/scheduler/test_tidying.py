"""The publisher erases drafts past their time, finishes what was cut off, and does neither by a clock in doubt."""

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from enum import StrEnum

import pytest

from editorial.audit.auditing import Auditing
from editorial.desk import DATABASE
from editorial.retention.erasing import Erasing, Step
from scheduler.engine import Engine
from tests.editorial.retention.records import draft, live, planned
from tests.fakes.desks import Staff
from tests.fakes.waiting import until
from tests.scheduler.test_lapses import _Stopping


def erased(staff: Staff) -> int:
    return len(Auditing(staff.desk).entries(prefixes=("retention.erased",)))


def tidied(engine: Engine) -> None:
    engine.tidy()
    until(lambda: not engine._tidying._busy.locked())


def test_drafts_past_their_time_go(staff: Staff) -> None:
    post = draft(staff, "A thought")
    staff.clock.forward(timedelta(days=100))
    live(staff)
    engine = Engine(staff.desk)
    tidied(engine)
    assert erased(staff) == 1
    assert post not in {each.id for each in planned(staff.desk).items}
    tidied(engine)
    assert erased(staff) == 1


def test_a_clock_that_jumped_erases_nothing_and_leftovers_go(staff: Staff) -> None:
    draft(staff, "A thought about zebrafish")
    staff.clock.forward(timedelta(days=100))
    live(staff)

    class KilledError(Exception):
        pass

    def reached(step: StrEnum) -> None:
        if step is Step.RECORDED:
            raise KilledError

    with pytest.raises(KilledError):
        Erasing(staff.desk, reached=reached).erase_unattended()
    draft(staff, "Another thought")
    engine = Engine(staff.desk)
    staff.clock.at += timedelta(days=900)  # the wall clock alone
    tidied(engine)
    assert erased(staff) == 1
    beside = [path for path in staff.desk.folder.iterdir() if path.name.startswith(DATABASE)]
    assert b"zebrafish" not in b"".join(path.read_bytes() for path in beside)


def test_a_log_that_does_not_verify_is_told(staff: Staff, expect_log: Callable[[str], None]) -> None:
    expect_log("Nothing was erased")
    draft(staff, "A thought")
    staff.clock.forward(timedelta(days=100))
    live(staff)
    with staff.desk.engine.connect().execution_options(signpost_unit=[]) as connection:
        connection.exec_driver_sql("UPDATE audit_head SET root = zeroblob(32)")
        connection.commit()
    tidied(Engine(staff.desk))
    assert erased(staff) == 0


def test_it_comes_by_once_a_day(staff: Staff) -> None:
    engine = Engine(staff.desk)
    engine.start()
    with closing(_Stopping(engine)):
        assert {"tidy", "tidying"} <= engine._parts.timetable.planned().keys()
