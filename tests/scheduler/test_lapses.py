"""The engine notes authorizations that have expired, and leaves them alone while its clock is in doubt."""

from contextlib import closing
from datetime import date, timedelta

from editorial.authorizations.register import Register
from editorial.posts.drafting import Drafting
from editorial.posts.states import PostState
from scheduler.engine import Engine
from tests.fakes.authorizations import recorded, story
from tests.fakes.desks import Staff


def test_what_has_expired_is_noted_once(staff: Staff) -> None:
    post_id = story(staff, [recorded(staff, expires_on=date(2027, 3, 12))], staff.connect_practice())
    engine = Engine(staff.desk)
    engine.note_lapses()
    assert Drafting(staff.desk).read(post_id).state is PostState.IN_REVIEW
    staff.clock.forward(timedelta(days=3))
    engine.note_lapses()
    assert Drafting(staff.desk).read(post_id).state is PostState.DRAFT
    (row,) = Register(staff.desk).rows()
    assert row.standing.words == "Authorization A-1 has expired."


def test_a_clock_that_jumped_ends_nothing(staff: Staff) -> None:
    post_id = story(staff, [recorded(staff)], staff.connect_practice())
    engine = Engine(staff.desk)
    staff.clock.at += timedelta(days=900)  # the wall clock alone
    assert engine._parts.guard.jumped()
    engine.note_lapses()
    assert Drafting(staff.desk).read(post_id).state is PostState.IN_REVIEW


def test_it_comes_by_once_a_minute(staff: Staff) -> None:
    engine = Engine(staff.desk)
    engine.start()
    with closing(_Stopping(engine)):
        assert "lapses" in engine._parts.timetable.planned()


class _Stopping:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def close(self) -> None:
        self._engine.stop(5.0)
