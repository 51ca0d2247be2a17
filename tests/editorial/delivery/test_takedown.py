"""Taking down: one person asks, only a certain answer or a person ends it, and what was there is kept."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.delivery.afterwards import Afterwards
from editorial.delivery.outbox import Outbox, Resolution, Row
from editorial.delivery.record import Deliveries
from editorial.delivery.showing import Shown
from editorial.delivery.states import DeliveryState, Remedy
from editorial.delivery.takedown import LONGEST_WAIT, MOST_TRIES, Answer, Stage, Takedowns, Why
from editorial.errors import ChangedMeanwhileError, NotAllowedError
from editorial.outcomes import Again, Refused
from editorial.posts.states import PostState
from editorial.store.models import AuditEntry, Delivery, Post, Takedown
from editorial.tasks import TaskKind, Tasks, open_task
from tests.editorial.delivery.recording import LIVE, LOST, row_of, said, started
from tests.fakes.desks import Staff
from tests.fakes.posts import scheduled

S = DeliveryState
NO = Refused("The network refused this", "It says: too old.", "no", Again.NEVER)
BUSY = Refused("Busy", "Later.", "busy", Again.LATER, 7.0)
ANSWERS: list[Answer] = [None, NO, BUSY, LOST, Refused("Out", "Sign in.", "out", Again.SIGN_IN)]


@pytest.fixture
def sent(staff: Staff, record: Deliveries) -> str:
    delivery = scheduled(staff)[1]
    record.finish(started(record, delivery).attempt_id, LIVE, chance=0.0)
    return delivery


@pytest.fixture
def takedowns(staff: Staff) -> Takedowns:
    return Takedowns(staff.desk)


def shown(staff: Staff, delivery: str) -> Row:
    return next(row for row in Outbox(staff.desk).rows() if row.delivery_id == delivery)


def stage(staff: Staff, delivery: str) -> Stage:
    removal = shown(staff, delivery).removal
    assert removal is not None
    return removal.stage


def test_the_network_removes_it_and_everything_about_it_is_closed(
    staff: Staff, sent: str, takedowns: Takedowns
) -> None:
    staff.clock.forward(timedelta(seconds=10))
    Afterwards(staff.desk).note(sent, Shown("Something else"))
    with staff.desk.writing(staff.desk.system()) as unit:
        open_task(unit, TaskKind.TAKE_DOWN, unit.now, delivery_id=sent)
    assert len(Tasks(staff.desk).open()) == 2
    takedowns.ask(staff.mira.actor, sent, Why.PRIVACY, " A face ")
    row = shown(staff, sent)
    assert (row.state, row.life.word) == (S.PUBLISHED, "Taking down")
    assert takedowns.open(staff.clock.now()) == ((row.account_id, sent),)
    assert takedowns.begin(sent)
    assert takedowns.open(staff.clock.now()) == ()
    assert takedowns.end(sent, None) is Stage.DONE
    row = shown(staff, sent)
    assert (row.state, row.life.word, row.permalink) == (S.TAKEN_DOWN, "Taken down", LIVE.permalink)
    assert row.removal is not None
    assert (row.removal.why, row.removal.note, row.removal.asked_by) == (Why.PRIVACY, "A face", staff.mira.actor.id)
    assert Tasks(staff.desk).open() == ()
    last = Outbox(staff.desk).happenings(sent)[-1]
    record = Afterwards(staff.desk).record(sent)
    assert record is not None
    assert (last.action, last.reason, last.body["permalink"]) == ("delivery.taken_down", "network", LIVE.permalink)
    assert last.body["record"] == record.digest
    with staff.desk.reading() as session:
        assert session.get_one(Post, row.post_id).state == PostState.PUBLISHED
    assert Auditing(staff.desk).check().problem is None


@pytest.mark.parametrize(
    ("answer", "code"),
    [(NO, "refused"), (LOST, "lost_answer"), (ANSWERS[4], "refused")],
    ids=["refused", "lost", "signed out"],
)
def test_without_a_certain_answer_a_person_removes_it(
    staff: Staff, sent: str, takedowns: Takedowns, answer: Answer, code: str
) -> None:
    takedowns.ask(staff.mira.actor, sent, Why.WRONG)
    takedowns.begin(sent)
    assert takedowns.end(sent, answer) is Stage.BY_HAND
    row = shown(staff, sent)
    assert (row.state, row.life.group, row.life.remedies[0]) == (S.PUBLISHED, "Needs you", Remedy.REMOVED)
    assert row.removal is not None
    assert row.removal.answer
    assert Outbox(staff.desk).happenings(sent)[-1].reason == code
    takedowns.removed(staff.jonas.actor, sent)
    row = shown(staff, sent)
    assert (row.state, row.removal and row.removal.ended_by) == (S.TAKEN_DOWN, staff.jonas.actor.id)
    assert Outbox(staff.desk).happenings(sent)[-1].reason == "by_hand"
    with pytest.raises(ChangedMeanwhileError):
        takedowns.removed(staff.jonas.actor, sent)


def test_a_call_that_was_cut_off_is_never_done(staff: Staff, sent: str, takedowns: Takedowns) -> None:
    takedowns.ask(staff.mira.actor, sent, Why.WRONG)
    takedowns.recover()
    assert stage(staff, sent) is Stage.ASKED, "nothing was begun"
    takedowns.begin(sent)
    takedowns.recover()
    assert (stage(staff, sent), row_of(staff, sent).state) == (Stage.BY_HAND, S.PUBLISHED)
    assert not takedowns.begin(sent)
    assert takedowns.end(sent, LOST) is Stage.BY_HAND, "an answer that comes late says nothing new"
    assert takedowns.end(sent, None) is Stage.DONE, "but this one is certain"
    assert takedowns.end(sent, None) is Stage.DONE
    assert said(staff, sent).count("delivery.taken_down") == 1


def test_a_network_that_is_busy_is_asked_again_and_not_for_ever(staff: Staff, sent: str, takedowns: Takedowns) -> None:
    takedowns.ask(staff.mira.actor, sent, Why.WRONG)
    waits = []
    for _ in range(MOST_TRIES - 1):
        takedowns.begin(sent)
        assert takedowns.end(sent, BUSY) is Stage.ASKED
        removal = shown(staff, sent).removal
        assert removal is not None
        assert removal.next_at is not None
        waits.append((removal.next_at - staff.clock.now()).total_seconds())
        assert takedowns.open(staff.clock.now()) == ()
        staff.clock.forward(removal.next_at - staff.clock.now())
        assert len(takedowns.open(staff.clock.now())) == 1
    assert waits == [7.0, 10.0, 20.0]
    takedowns.begin(sent)
    assert takedowns.end(sent, BUSY) is Stage.BY_HAND


def test_a_network_that_asks_to_wait_long_leaves_it_to_people(staff: Staff, sent: str, takedowns: Takedowns) -> None:
    takedowns.ask(staff.mira.actor, sent, Why.WRONG)
    takedowns.begin(sent)
    long = Refused("Busy", "", "busy", Again.LATER, LONGEST_WAIT.total_seconds() + 1)
    assert takedowns.end(sent, long) is Stage.BY_HAND


def test_it_may_be_tried_once_more_but_not_asked_for_twice(staff: Staff, sent: str, takedowns: Takedowns) -> None:
    takedowns.ask(staff.mira.actor, sent, Why.WRONG)
    with pytest.raises(ChangedMeanwhileError, match="already"):
        takedowns.ask(staff.jonas.actor, sent, Why.OTHER)
    takedowns.begin(sent)
    takedowns.end(sent, NO)
    takedowns.ask(staff.jonas.actor, sent, Why.OTHER)
    assert stage(staff, sent) is Stage.ASKED
    takedowns.begin(sent)
    assert takedowns.end(sent, None) is Stage.DONE


def test_a_post_without_a_name_is_removed_by_hand_at_once(
    staff: Staff, record: Deliveries, takedowns: Takedowns
) -> None:
    delivery = scheduled(staff)[1]
    record.finish(started(record, delivery).attempt_id, LOST, chance=0.0)
    Outbox(staff.desk).resolve(staff.mira.actor, delivery, Resolution.LIVE, "https://practice.example/9")
    takedowns.ask(staff.mira.actor, delivery, Why.WRONG)
    assert stage(staff, delivery) is Stage.BY_HAND
    assert takedowns.open(staff.clock.now()) == ()


def test_only_what_is_published_and_only_by_people_who_may(
    staff: Staff, record: Deliveries, takedowns: Takedowns
) -> None:
    waiting = scheduled(staff)[1]
    with pytest.raises(ChangedMeanwhileError):
        takedowns.ask(staff.mira.actor, waiting, Why.WRONG)
    with pytest.raises(ChangedMeanwhileError):
        takedowns.removed(staff.mira.actor, waiting)
    with pytest.raises(NotAllowedError):
        takedowns.ask(staff.desk.operator(), waiting, Why.WRONG)


def test_what_was_taken_down_is_not_sent_again(staff: Staff, sent: str, takedowns: Takedowns) -> None:
    takedowns.ask(staff.mira.actor, sent, Why.WRONG)
    takedowns.removed(staff.mira.actor, sent)
    outbox = Outbox(staff.desk)
    for act in (outbox.send_now, outbox.cancel):
        with pytest.raises(ChangedMeanwhileError):
            act(staff.mira.actor, sent)
    assert Deliveries(staff.desk).due(staff.clock.now() + timedelta(days=1)) == ()
    assert not shown(staff, sent).life.remedies


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=st.lists(st.sampled_from(["ask", "begin", "cut", "removed", *range(len(ANSWERS))]), max_size=12))
def test_whatever_happens_only_certainty_takes_a_post_down(
    staff: Staff, sent: str, takedowns: Takedowns, moves: list[str | int]
) -> None:
    with staff.desk.writing(staff.desk.system()) as unit:  # as it was before the last example
        row = unit.session.get_one(Delivery, sent)
        row.state = S.PUBLISHED
        asked = unit.session.get(Takedown, sent)
        if asked is not None:
            unit.session.delete(asked)
        first = unit.record(Action.TASK_DONE, "task", "example")
    certain = calling = False
    for each in moves:
        certain, calling = _happens(staff, sent, takedowns, each, certain=certain, calling=calling)
        row = row_of(staff, sent)
        assert (row.state == S.TAKEN_DOWN) == certain
        assert row.state in (S.PUBLISHED, S.TAKEN_DOWN)
        with staff.desk.reading() as session:
            asked = session.get(Takedown, sent)
            done = session.exec(
                select(AuditEntry).where(AuditEntry.action == "delivery.taken_down", AuditEntry.seq >= first)
            )
            assert len(done.all()) == certain
        assert (asked is not None and asked.state == Stage.DONE) == certain


def _happens(
    staff: Staff, sent: str, takedowns: Takedowns, what: str | int, *, certain: bool, calling: bool
) -> tuple[bool, bool]:
    """One thing; whether the post is gone for certain after it, and whether a call is on its way."""
    wanted = shown(staff, sent).removal is not None
    if what in ("ask", "removed"):
        try:
            takedowns.ask(staff.mira.actor, sent, Why.WRONG) if what == "ask" else takedowns.removed(
                staff.mira.actor, sent
            )
        except ChangedMeanwhileError:
            return certain, calling
        return certain or what == "removed", calling
    if what == "begin":
        return certain, takedowns.begin(sent) or calling
    if what == "cut":
        takedowns.recover()
    elif isinstance(what, int) and wanted and calling:
        takedowns.end(sent, ANSWERS[what])
        return certain or ANSWERS[what] is None, False
    return certain, calling
