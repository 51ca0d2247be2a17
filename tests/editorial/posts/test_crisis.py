"""The short route for a crisis: its entry, its signature, and the second look that it owes."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.charter.document import RouteKind
from editorial.delivery.outbox import Outbox
from editorial.posts.crisis import REVIEW_WITHIN
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.review import Review
from editorial.tasks import TaskKind, Tasks
from editorial.when import Choice, When
from tests.fakes.desks import HELEN, JONAS, Staff

REASON = "A fire in the east wing"


def submitted(staff: Staff, when: When | None = None, crisis: str = f" {REASON} ") -> str:
    drafting = Drafting(staff.desk)
    body = DraftBody("Closed", "The emergency room is closed.", accounts=(staff.connect_practice(),), crisis=crisis)
    post, _ = drafting.open(staff.mira.actor, replace(body, when=when or When(Choice.SOON)))
    drafting.submit(staff.mira.actor, post)
    return post


def entries(staff: Staff, action: Action) -> list[dict[str, object]]:
    auditing = Auditing(staff.desk)
    found = [each for each in auditing.entries(limit=50) if each.action == action]
    return [dict(each.body or {}) for each in found]


def test_the_entry_says_that_it_takes_the_short_route_and_why(staff: Staff) -> None:
    post = submitted(staff)
    assert entries(staff, Action.CRISIS_CHOSEN) == [{"actor": "Mira Okafor", "reason": REASON, "route": "Crisis"}]
    assert Review(staff.desk).subject(post).snapshot.route_kind() is RouteKind.CRISIS
    assert Tasks(staff.desk).open() == ()  # nothing is approved yet


def test_an_ordinary_post_leaves_no_such_entry_and_owes_nothing(staff: Staff) -> None:
    post = submitted(staff, crisis="   ")
    Review(staff.desk).sign_off(staff.helen.actor, post, 1, HELEN)
    assert entries(staff, Action.CRISIS_CHOSEN) == []
    assert Tasks(staff.desk).open() == ()


@pytest.mark.parametrize(
    "when", [When(Choice.SOON), When(), When(Choice.SET, datetime(2027, 3, 12, 9), "America/New_York")],  # noqa: DTZ001
    ids=["soon", "no-date", "at-a-time"],
)  # fmt: skip
def test_once_approved_somebody_looks_again_within_a_day(staff: Staff, when: When) -> None:
    post = submitted(staff, when)
    staff.clock.forward(timedelta(minutes=3))
    Review(staff.desk).sign_off(staff.helen.actor, post, 1, HELEN)
    (task,) = Tasks(staff.desk).open()
    assert (task.kind, task.post_id, task.title) == (TaskKind.CRISIS_REVIEW, post, "Closed")
    assert task.due_at == staff.clock.now() + REVIEW_WITHIN


def test_a_post_owes_one_second_look_however_often_it_is_signed(staff: Staff) -> None:
    at = When(Choice.SET, datetime(2027, 3, 12, 9), "America/New_York")  # noqa: DTZ001  a wall time
    post = submitted(staff, at)
    drafting, review = Drafting(staff.desk), Review(staff.desk)
    review.sign_off(staff.helen.actor, post, 1, HELEN)
    now = drafting.read(post)
    drafting.save(staff.mira.actor, post, replace(now.body, text="The emergency room is open."), now.saves)
    drafting.submit(staff.mira.actor, post)
    review.sign_off(staff.jonas.actor, post, 2, JONAS)
    tasks = Tasks(staff.desk)
    (task,) = tasks.open()
    tasks.done(staff.helen.actor, task.id, "Text and timing were right.")
    for row in Outbox(staff.desk).rows():
        if row.life.remedies:
            Outbox(staff.desk).cancel(staff.mira.actor, row.delivery_id)
    Outbox(staff.desk).schedule(staff.mira.actor, post, at)
    assert tasks.open() == ()


def test_what_could_be_about_a_patient_stays_off_the_short_route(staff: Staff) -> None:
    """A finding that a privacy officer has to settle goes before the hurry; no entry says otherwise."""
    drafting = Drafting(staff.desk)
    body = DraftBody("A", "Text", accounts=(staff.connect_practice(),), crisis=REASON, when=When(Choice.SOON))
    post, _ = drafting.open(staff.mira.actor, body)
    drafting.submit(staff.mira.actor, post)
    snapshot = Review(staff.desk).subject(post).snapshot
    assert replace(snapshot, authorizations=("auth_1@sha256:0",)).route_kind() is RouteKind.STORY
