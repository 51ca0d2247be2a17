"""The table of states: closed, nothing follows Published, and no state is a dead end that nobody is told of."""

import pytest

from editorial.delivery.states import FINAL, LIVES, NEEDS_PERSON, QUEUED, DeliveryState, Remedy, move
from editorial.errors import ChangedMeanwhileError

S = DeliveryState


def test_every_state_has_a_life_and_only_known_ones_follow() -> None:
    assert set(LIVES) == set(S)
    assert {after for life in LIVES.values() for after in life.follows} <= set(S)


def test_nothing_follows_a_final_state_but_that_a_person_takes_it_down() -> None:
    assert frozenset({S.PUBLISHED, S.CANCELLED, S.TAKEN_DOWN}) == FINAL
    assert {state: LIVES[state].follows for state in FINAL} == {
        S.PUBLISHED: {S.TAKEN_DOWN},
        S.CANCELLED: set(),
        S.TAKEN_DOWN: set(),
    }
    assert [state for state in S if S.TAKEN_DOWN in LIVES[state].follows] == [S.PUBLISHED]


def test_every_state_is_reached_from_waiting_and_leads_to_an_end() -> None:
    def reach(state: S) -> set[S]:
        found, todo = {state}, [state]
        while todo:
            new = LIVES[todo.pop()].follows - found
            found |= new
            todo += new
        return found

    assert reach(S.WAITING) == set(S)
    assert all(reach(state) & FINAL for state in S)


def test_what_may_be_live_is_neither_cancelled_nor_forgotten() -> None:
    assert S.CANCELLED not in LIVES[S.UNCERTAIN].follows
    assert LIVES[S.UNCERTAIN].follows == {S.PUBLISHED, S.WAITING, S.SENDING}
    for state in (S.SENDING, S.PENDING):
        assert S.CANCELLED not in LIVES[state].follows
        assert S.WAITING not in LIVES[state].follows


def test_a_try_can_end_in_every_way_that_the_engine_knows() -> None:
    ends = {S.PUBLISHED, S.PENDING, S.RETRYING, S.SIGN_IN, S.REFUSED, S.MISSED, S.UNCERTAIN, S.HELD, S.STOPPED}
    assert LIVES[S.SENDING].follows == ends


def test_people_can_do_something_wherever_they_are_needed_and_nothing_while_it_is_sent() -> None:
    assert all(LIVES[state].remedies for state in NEEDS_PERSON)
    assert not LIVES[S.SENDING].remedies
    assert not LIVES[S.PENDING].remedies
    for state, life in LIVES.items():
        if Remedy.CANCEL in life.remedies:
            assert S.CANCELLED in life.follows, state
        if {Remedy.SEND_NOW, Remedy.RESCHEDULE} & set(life.remedies):
            assert S.WAITING in life.follows, state


def test_the_engine_claims_from_queued_states_only() -> None:
    assert {state for state, life in LIVES.items() if S.SENDING in life.follows} == QUEUED | {S.UNCERTAIN, S.PENDING}


@pytest.mark.parametrize("current", list(S))
@pytest.mark.parametrize("target", list(S))
def test_move_is_the_table(current: S, target: S) -> None:
    if target in LIVES[current].follows:
        assert move(str(current), target) is target
    else:
        with pytest.raises(ChangedMeanwhileError, match="moved on"):
            move(str(current), target)
