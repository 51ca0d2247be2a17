"""Holds are read from the hashed entries alone, quickly, and in doubt they hold."""

import sqlite3
from datetime import timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, given, settings

from editorial.audit.actions import Action
from editorial.delivery.holds import EVERYTHING, Hold, Reason, Scope, holds_on, record_hold, record_lift
from editorial.delivery.stopping import Holds
from tests.editorial.delivery.recording import tampered
from tests.fakes.desks import Staff


def on(staff: Staff) -> tuple[Hold, ...]:
    with staff.desk.reading() as session:
        return holds_on(session)


def test_what_a_hold_stops(staff: Staff) -> None:
    holds = Holds(staff.desk)
    assert on(staff) == ()
    everything, _ = holds.hold(staff.mira.actor, Reason.INCIDENT, " Water in the cellar ")
    (hold,) = holds.on()
    assert (hold.id, hold.scope, hold.by, hold.reason) == (everything, Scope.ALL, staff.mira.person_id, "incident")
    assert hold.since == staff.clock.now()
    assert hold.stops("acct_1", "post_1")
    holds.hold(staff.mira.actor, Reason.OTHER, scope=Scope.ACCOUNT, target="acct_2")
    holds.hold(staff.mira.actor, Reason.OTHER, scope=Scope.POST, target="post_3")
    assert [each.stops("acct_2", "post_1") for each in on(staff)] == [True, True, False]
    assert [each.stops("acct_1", "post_3") for each in on(staff)] == [True, False, True]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET action = 'post.commented' WHERE action = 'hold.set'",
        "UPDATE audit_entry SET object_type = 'post', object_id = 'x', ts = '2000-01-01T00:00:00.000Z'",
        "UPDATE audit_entry SET leaf = CAST(replace(CAST(leaf AS TEXT), '\"reason\":\"incident\"', '') AS BLOB)"
        " WHERE action = 'hold.set'",
        "UPDATE audit_entry SET leaf = CAST(leaf AS TEXT) WHERE action = 'hold.set'",
        "UPDATE audit_entry SET leaf = CAST(replace(CAST(leaf AS TEXT), 'hold.all', 'hold.region') AS BLOB)"
        " WHERE action = 'hold.set'",
    ],
)
def test_no_change_to_the_database_hides_a_hold(staff: Staff, statement: str) -> None:
    number, _ = Holds(staff.desk).hold(staff.desk.operator(), Reason.INCIDENT)
    tampered(staff, statement)
    (hold,) = on(staff)
    assert (hold.id, hold.stops("acct_1", "post_1")) == (number, True)


def test_an_unreadable_lift_lifts_nothing_and_holds_itself(staff: Staff) -> None:
    holds = Holds(staff.desk)
    number, _ = holds.hold(staff.mira.actor, Reason.INCIDENT)
    holds.undo(staff.mira.actor, number)
    assert on(staff) == ()
    tampered(
        staff, "UPDATE audit_entry SET leaf = CAST('\"action\":\"hold.lifted\"' AS BLOB) WHERE action = 'hold.lifted'"
    )
    assert [(hold.id, hold.reason) for hold in on(staff)] == [(number, "incident"), (number + 1, "unreadable")]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_entry",
        "DELETE FROM audit_entry WHERE action = 'hold.set'",
        "DELETE FROM audit_entry WHERE seq = 2",
        "UPDATE audit_head SET size = size + 1",
        "UPDATE audit_head SET last = zeroblob(32)",
    ],
)
def test_a_log_that_lacks_an_entry_holds_everything(staff: Staff, statement: str) -> None:
    Holds(staff.desk).hold(staff.mira.actor, Reason.INCIDENT, scope=Scope.POST, target="post_1")
    with staff.desk.writing(staff.mira.actor) as unit:
        unit.record(Action.COMMENTED, "post", "post_x")
    tampered(staff, statement)
    (hold,) = on(staff)
    assert (hold.reason, hold.stops("acct_2", "post_2")) == ("unreadable", True)


def test_what_was_rolled_back_is_forgotten(staff: Staff) -> None:
    """The fold is kept with the connection: a lift that never happened must not stay in it."""
    number, _ = Holds(staff.desk).hold(staff.mira.actor, Reason.INCIDENT)
    (hold,) = on(staff)

    def lift_and_fail() -> None:
        with staff.desk.writing(staff.mira.actor) as unit:
            record_lift(unit, hold, "agreed", (staff.mira.actor,))
            assert holds_on(unit.session) == ()
            raise RuntimeError("the disk went away")

    with pytest.raises(RuntimeError):
        lift_and_fail()
    assert [each.id for each in on(staff)] == [number]
    with staff.desk.writing(staff.mira.actor) as unit:  # another entry takes the number of the lift
        unit.record(Action.COMMENTED, "post", "post_x")
        assert [each.id for each in holds_on(unit.session)] == [number]


MOVES = st.tuples(st.sampled_from(["hold", "lift", "other", "look"]), st.booleans(), st.integers(0, 5))


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["hold", "lift", "other", "look"]), st.booleans(), st.integers(0, 5)), max_size=12
    )
)
def test_the_kept_fold_equals_a_fresh_one(lasting: Staff, moves: list[tuple[str, bool, int]]) -> None:
    """Any order of holding, lifting, failing and looking; `committed` False rolls the move back."""
    staff = lasting

    class UndoneError(Exception):
        pass

    for what, committed, pick in moves:
        present = on(staff)
        try:
            with staff.desk.writing(staff.mira.actor) as unit:
                if what == "hold":
                    record_hold(unit, Scope.POST, f"post_{pick}", Reason.OTHER, "")
                elif what == "lift" and present:
                    record_lift(unit, present[pick % len(present)], "agreed", ())
                elif what == "other":
                    unit.record(Action.COMMENTED, "post", "post_x")
                holds_on(unit.session)
                if not committed:
                    raise UndoneError
        except UndoneError:
            assert on(staff) == present
    kept = on(staff)
    staff.desk.engine.dispose()
    assert on(staff) == kept


def test_a_look_at_a_long_log_is_quick_the_second_time(staff: Staff) -> None:
    Holds(staff.desk).hold(staff.mira.actor, Reason.INCIDENT)
    staff.clock.forward(timedelta(minutes=1))
    with staff.desk.writing(staff.mira.actor) as unit:
        for _ in range(300):
            unit.record(Action.COMMENTED, "post", "post_x")
    statements: list[str] = []
    with staff.desk.reading() as session:
        holds_on(session)
    with staff.desk.reading() as session:
        connection = session.connection().connection.driver_connection
        assert isinstance(connection, sqlite3.Connection)
        connection.set_trace_callback(statements.append)
        assert len(holds_on(session)) == 1
        assert len(holds_on(session)) == 1
        connection.set_trace_callback(None)
    assert len(statements) == 1
    assert "LIMIT" in statements[0]


def test_a_session_sees_its_own_hold_and_lift(staff: Staff) -> None:
    with staff.desk.writing(staff.mira.actor) as unit:
        assert holds_on(unit.session) == ()
        record_hold(unit, Scope.ALL, EVERYTHING, Reason.OTHER, "")
        unit.record(Action.COMMENTED, "post", "post_x")
        (hold,) = holds_on(unit.session)
        record_lift(unit, hold, "agreed", ())
        assert holds_on(unit.session) == ()
