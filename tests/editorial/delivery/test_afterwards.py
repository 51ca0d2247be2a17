"""What is noted after publishing changes nothing about the delivery; people are told of what differs."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.audit.auditing import Auditing
from editorial.delivery.afterwards import LOOKS, Afterwards, next_look
from editorial.delivery.outbox import Outbox, Resolution
from editorial.delivery.record import Deliveries
from editorial.delivery.showing import Shown, Verdict
from editorial.outcomes import Again, Published, Refused
from editorial.tasks import TaskKind, Tasks
from tests.editorial.delivery.recording import LIVE, LOST, NEVER, S, row_of, said, started
from tests.fakes.desks import Staff
from tests.fakes.posts import scheduled

TEXT = "Flu vaccination starts on Monday."
AWAY = Refused("Busy", "Later.", "busy", Again.LATER)
NOW = datetime(2027, 3, 10, 15, 42, tzinfo=UTC)


@pytest.fixture
def sent(staff: Staff, record: Deliveries) -> str:
    """A published delivery whose first look is due."""
    delivery = scheduled(staff, TEXT)[1]
    record.finish(started(record, delivery).attempt_id, LIVE, chance=0.0)
    staff.clock.forward(timedelta(seconds=10))
    return delivery


def due(staff: Staff) -> list[str]:
    return [delivery for _, delivery in Afterwards(staff.desk).due(staff.clock.now())]


def test_what_was_published_is_read_back_once_and_kept(staff: Staff, sent: str) -> None:
    after, before = Afterwards(staff.desk), row_of(staff, sent)
    assert due(staff) == [sent]
    assert after.parts(sent) == (LIVE,)
    assert after.note(sent, Shown(TEXT)) is Verdict.SAME
    found = after.record(sent)
    assert found is not None
    assert (found.verdict, found.shown, found.differences, found.seen_at) == (
        Verdict.SAME, Shown(TEXT), (), staff.clock.now(),
    )  # fmt: skip
    assert found.digest.startswith("sha256:")
    now = row_of(staff, sent)
    assert (now.state, now.remote_id, now.permalink, now.sent_at, now.tries) == (
        before.state, before.remote_id, before.permalink, before.sent_at, before.tries,
    )  # fmt: skip
    assert (due(staff), after.parts(sent), after.note(sent, None)) == ([], (), None)
    assert said(staff, sent).count("delivery.read_back") == 1
    assert Tasks(staff.desk).open() == ()
    assert Auditing(staff.desk).check().problem is None


@pytest.mark.parametrize(
    ("shown", "verdict", "what"),
    [(Shown("Flu vaccination is off."), Verdict.DIFFERS, ["text"]), (None, Verdict.GONE, [])],
    ids=["differs", "gone"],
)
def test_what_differs_becomes_a_task_and_no_other_state(
    staff: Staff, sent: str, shown: Shown | None, verdict: Verdict, what: list[str]
) -> None:
    after = Afterwards(staff.desk)
    staff.clock.forward(LOOKS[-1])
    assert after.note(sent, shown) is verdict
    found = after.record(sent)
    assert found is not None
    assert [each.what for each in found.differences] == what
    assert row_of(staff, sent).state == S.PUBLISHED
    (task,) = Tasks(staff.desk).open()
    assert (task.kind, task.delivery_id) == (TaskKind.SHOWN_DIFFERENTLY, sent)


@pytest.mark.parametrize("answer", [None, AWAY, Refused("Out", "Sign in.", "out", Again.SIGN_IN)])
def test_an_answer_for_now_is_asked_again_for_a_while_and_not_for_ever(
    staff: Staff, sent: str, answer: Refused | None
) -> None:
    after, looks = Afterwards(staff.desk), 0
    while (next_ := row_of(staff, sent).read_back_at) is not None:
        assert next_ >= staff.clock.now()
        staff.clock.forward(next_ - staff.clock.now())
        assert due(staff) == [sent]
        looks += 1
        after.note(sent, answer)
    assert looks == len(LOOKS)
    assert row_of(staff, sent).state == S.PUBLISHED
    assert (after.record(sent) is None) == isinstance(answer, Refused)


def test_a_network_that_cannot_be_read_is_asked_once(staff: Staff, sent: str) -> None:
    assert Afterwards(staff.desk).note(sent, NEVER) is Verdict.UNREAD
    assert due(staff) == []
    assert Tasks(staff.desk).open() == ()


def test_what_a_person_found_by_a_pasted_link_cannot_be_read(staff: Staff, record: Deliveries) -> None:
    delivery = scheduled(staff, TEXT)[1]
    record.finish(started(record, delivery).attempt_id, LOST, chance=0.0)
    Outbox(staff.desk).resolve(staff.mira.actor, delivery, Resolution.LIVE, "https://practice.example/9")
    staff.clock.forward(LOOKS[-1])
    assert due(staff) == []


def test_what_a_person_found_among_what_was_seen_is_known_by_its_name(staff: Staff, record: Deliveries) -> None:
    delivery = scheduled(staff, TEXT)[1]
    record.finish(started(record, delivery).attempt_id, LOST, chance=0.0)
    seen = {"remote_id": "r-9", "permalink": "https://practice.example/9", "text": TEXT, "exact": "no"}
    record.note_lookup(delivery, [seen], "Compare.")
    Outbox(staff.desk).resolve(staff.mira.actor, delivery, Resolution.LIVE, seen["permalink"])
    staff.clock.forward(LOOKS[0])
    assert due(staff) == [delivery]
    assert Afterwards(staff.desk).parts(delivery) == (Published("r-9", seen["permalink"]),)


@given(st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=3)))
def test_the_next_look_is_later_and_there_is_an_end(age: timedelta) -> None:
    found = next_look(NOW, NOW + age)
    assert found is None or NOW + age < found <= NOW + LOOKS[-1]
    assert (found is None) == (age >= LOOKS[-1])
