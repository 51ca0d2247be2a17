"""What follows when an authorization ends: nothing that rests on it goes out, what is live becomes tasks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import select

from editorial.audit.auditing import Auditing
from editorial.authorizations.catalogue import Row, linked_in
from editorial.authorizations.elements import SignedBy
from editorial.authorizations.lapse import lapse
from editorial.authorizations.register import How, Register
from editorial.content import AccountContent, MediaItem
from editorial.delivery.states import DeliveryState
from editorial.posts.drafting import Drafting
from editorial.posts.listing import Listing
from editorial.posts.reading import Reading
from editorial.posts.states import PostState
from editorial.store.database import StorageError
from editorial.store.models import Account, Authorization, Delivery, Post
from editorial.tasks import Open, TaskKind, Tasks
from editorial.when import Choice, When
from tests.fakes.authorizations import COMPLETE, recorded, sign, story, tamper
from tests.fakes.desks import Staff
from tests.fakes.posts import deliveries_of

S = DeliveryState


def revoke(staff: Staff, key: str) -> None:
    Register(staff.desk).revoke(staff.helen.actor, key, How.LETTER, date(2027, 3, 9))


def event(staff: Staff, key: str) -> None:
    Register(staff.desk).note_event(staff.helen.actor, key)


def expire(staff: Staff, key: str) -> None:
    """The last day ends, and the engine's sweep comes by."""
    staff.clock.at = Register(staff.desk).rows()[-1].elements.ends_at() or staff.clock.at
    lapse(staff.desk)


ENDS = [revoke, event, expire]


def states(staff: Staff, post_id: str) -> dict[str, str]:
    with staff.desk.reading() as session:
        return {row.account_id: row.state for row in session.exec(select(Delivery).where(Delivery.post_id == post_id))}


def state(staff: Staff, post_id: str) -> PostState:
    with staff.desk.reading() as session:
        return PostState(session.get_one(Post, post_id).state)


def set_state(staff: Staff, post_id: str, account: str, delivery_state: DeliveryState) -> None:
    tamper(
        staff, "UPDATE delivery SET state = ? WHERE post_id = ? AND account_id = ?", delivery_state, post_id, account
    )


def scheduled_story(staff: Staff) -> tuple[str, str, str]:
    """(authorization, post, account) of a signed post that waits for tomorrow."""
    key = recorded(staff, expires_with="The project ends")
    account = staff.connect_practice(f"account{len(staff.accounts)}")
    when = When(Choice.SET, (staff.clock.now() + timedelta(days=1)).replace(tzinfo=None, microsecond=0), "UTC")
    post_id = story(staff, [key], account, when=when)
    sign(staff, post_id)
    assert states(staff, post_id) == {account: "waiting"}
    return key, post_id, account


def row_of(staff: Staff, key: str) -> Row:
    return next(row for row in Register(staff.desk).rows() if row.id == key)


def tasks(staff: Staff) -> tuple[Open, ...]:
    return Tasks(staff.desk).open()


@pytest.mark.parametrize("end", ENDS)
def test_what_waits_is_cancelled_and_the_post_goes_back(staff: Staff, end: Callable[[Staff, str], None]) -> None:
    key, post_id, account = scheduled_story(staff)
    end(staff, key)
    assert states(staff, post_id) == {account: "cancelled"}
    assert state(staff, post_id) is PostState.DRAFT
    assert tasks(staff) == ()
    with staff.desk.reading() as session:
        (row,) = session.exec(select(Delivery).where(Delivery.post_id == post_id)).all()
    assert row.reason.startswith("Authorization A-1 ")
    (use,) = row_of(staff, key).uses
    assert (use.post_id, use.newest, use.revisions) == (post_id, True, (1,))


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("live", [S.PUBLISHED, S.SENDING, S.PENDING, S.UNCERTAIN])
def test_what_is_live_or_may_be_becomes_a_task(
    staff: Staff, end: Callable[[Staff, str], None], live: DeliveryState
) -> None:
    key, post_id, account = scheduled_story(staff)
    set_state(staff, post_id, account, live)
    end(staff, key)
    assert states(staff, post_id) == {account: live}
    assert state(staff, post_id) is (PostState.PUBLISHED if live is S.PUBLISHED else PostState.SCHEDULED)
    (task,) = tasks(staff)
    assert (task.kind, task.post_id, task.authorization_id) == (TaskKind.TAKE_DOWN, post_id, key)
    assert task.delivery_id == deliveries_of(staff.desk, post_id)[account]
    assert task.due_at == staff.clock.now() + timedelta(days=1)
    assert row_of(staff, key).tasks == (task,)


@pytest.mark.parametrize("end", ENDS)
def test_some_live_and_some_waiting(staff: Staff, end: Callable[[Staff, str], None]) -> None:
    key, first, second = recorded(staff, expires_with="The end"), staff.connect_practice(), staff.connect_practice("b")
    when = When(Choice.SET, (staff.clock.now() + timedelta(days=1)).replace(tzinfo=None, microsecond=0), "UTC")
    post_id = story(staff, [key], first, when=when)
    drafting = Drafting(staff.desk)
    working = drafting.read(post_id)
    drafting.save(staff.mira.actor, post_id, replace(working.body, accounts=(first, second)), working.saves)
    drafting.submit(staff.mira.actor, post_id)
    sign(staff, post_id)
    set_state(staff, post_id, first, S.PUBLISHED)
    end(staff, key)
    assert states(staff, post_id) == {first: "published", second: "cancelled"}
    assert state(staff, post_id) is PostState.PUBLISHED
    assert [task.kind for task in tasks(staff)] == [TaskKind.TAKE_DOWN]
    assert row_of(staff, key).uses[0].revisions == (1, 2)


@pytest.mark.parametrize("end", ENDS)
def test_a_version_in_review_goes_back(staff: Staff, end: Callable[[Staff, str], None]) -> None:
    key = recorded(staff, expires_with="The end")
    post_id = story(staff, [key], staff.connect_practice())
    end(staff, key)
    assert state(staff, post_id) is PostState.DRAFT


@pytest.mark.parametrize("end", ENDS)
def test_other_posts_are_left_alone(staff: Staff, end: Callable[[Staff, str], None]) -> None:
    other = recorded(staff, "Ahmed K.", expires_on=date(2030, 1, 1))
    account = staff.connect_practice("other")
    post_id = story(staff, [other], account)
    sign(staff, post_id)
    key, _, _ = scheduled_story(staff)
    if end is expire:
        staff.clock.at = COMPLETE.ends_at() or staff.clock.at
        staff.clock.forward(timedelta(hours=6))
        lapse(staff.desk)
    else:
        end(staff, key)
    assert states(staff, post_id) == {account: "waiting"}
    assert state(staff, post_id) is PostState.SCHEDULED
    assert row_of(staff, other).uses[0].deliveries[0].begun is False


def test_a_title_that_looks_like_a_list_is_none(staff: Staff) -> None:
    key = recorded(staff)
    text = f'"authorizations":["{key}@sha256:0"]'
    post_id = story(staff, [recorded(staff, "Ahmed K.")], staff.connect_practice(), text)
    assert row_of(staff, key).uses == ()
    revoke(staff, key)
    assert state(staff, post_id) is PostState.IN_REVIEW


def test_all_of_it_is_one_transaction(staff: Staff) -> None:
    key, post_id, account = scheduled_story(staff)
    tamper(staff, "CREATE TRIGGER no BEFORE INSERT ON audit_entry WHEN NEW.action = 'delivery.cancelled'"
                  " BEGIN SELECT RAISE(ABORT, 'no'); END")  # fmt: skip
    with pytest.raises(StorageError):
        revoke(staff, key)
    assert states(staff, post_id) == {account: "waiting"}
    assert row_of(staff, key).standing.words == ""


# ---- the sweep -------------------------------------------------------------------------------------------------------


def test_the_sweep_writes_once_and_only_when_due(staff: Staff) -> None:
    key, post_id, account = scheduled_story(staff)
    newest = Auditing(staff.desk).entries(limit=1)[0].seq
    assert not lapse(staff.desk)
    assert Auditing(staff.desk).entries(limit=1)[0].seq == newest
    set_state(staff, post_id, account, S.PUBLISHED)
    expire(staff, key)
    assert [entry.action for entry in Auditing(staff.desk).entries(limit=20)].count("authorization.expired") == 1
    after = Auditing(staff.desk).entries(limit=1)[0].seq
    for _ in range(3):
        staff.clock.forward(timedelta(days=1))
        assert not lapse(staff.desk)
    assert Auditing(staff.desk).entries(limit=1)[0].seq == after
    assert len(tasks(staff)) == 1


def test_the_last_moment_of_the_last_day_is_not_over(staff: Staff) -> None:
    recorded(staff, expires_on=date(2027, 3, 10))
    (row,) = Register(staff.desk).rows()
    ends_at = row.elements.ends_at()
    assert ends_at is not None
    staff.clock.at = ends_at - timedelta(milliseconds=1)
    assert not lapse(staff.desk)
    staff.clock.at = ends_at
    assert lapse(staff.desk)


def test_a_revoked_one_does_not_expire_as_well(staff: Staff) -> None:
    key, _, _ = scheduled_story(staff)
    revoke(staff, key)
    staff.clock.forward(timedelta(days=400))
    assert not lapse(staff.desk)


def test_a_minor_who_comes_of_age_is_a_task_once(staff: Staff) -> None:
    key = recorded(
        staff, signed_by=SignedBy.REPRESENTATIVE, authority="Mother", minor=True, majority_on=date(2027, 5, 4),
    )  # fmt: skip
    staff.clock.at = staff.clock.at.replace(month=4, day=3)
    assert not lapse(staff.desk)
    staff.clock.forward(timedelta(days=1))
    assert lapse(staff.desk)
    (task,) = tasks(staff)
    assert (task.kind, task.authorization_id, task.due_at.isoformat()) == (
        TaskKind.COMING_OF_AGE, key, "2027-05-04T04:00:00+00:00",
    )  # fmt: skip
    assert not lapse(staff.desk)
    assert row_of(staff, key).standing.words == ""  # what a parent signed stays valid


# ---- what Compose and Review read ------------------------------------------------------------------------------------


def test_compose_offers_what_holds_now_and_shows_what_is_linked(staff: Staff) -> None:
    key, later = recorded(staff), recorded(staff, "Ahmed K.")
    post_id = story(staff, [key], staff.connect_practice())
    listing = Listing(staff.desk)
    assert [each.id for each in listing.opened(post_id).authorizations] == [later, key]
    revoke(staff, key)
    revoke(staff, later)
    (linked,) = listing.opened(post_id).authorizations
    assert (linked.name, linked.label, linked.problem) == ("A-1", "Rosa M.", "Authorization A-1 was revoked.")
    assert linked.covers == "first name, photo"


def test_review_names_what_a_version_rests_on_and_what_is_wrong(staff: Staff) -> None:
    key = recorded(staff)
    post_id = story(staff, [key], staff.connect_practice())
    reading = Reading(staff.desk)
    (linked,) = reading.page(staff.helen.actor, post_id).authorizations
    assert (linked.name, linked.problem, linked.networks) == ("A-1", "", ("practice",))
    revoke(staff, key)
    (linked,) = reading.page(staff.helen.actor, post_id).authorizations
    assert linked.problem == "Authorization A-1 was revoked."
    tamper(staff, "UPDATE authorization SET digest = 'sha256:0'")
    assert "not the one" in reading.page(staff.helen.actor, post_id).authorizations[0].problem
    tamper(staff, "DELETE FROM authorization")
    assert "not in the register" in reading.page(staff.helen.actor, post_id).authorizations[0].problem


def test_review_says_that_a_picture_is_not_covered(staff: Staff) -> None:
    key = recorded(staff, media=("1" * 64,))
    with staff.desk.reading() as session:
        named = f"{key}@{session.get_one(Authorization, key).digest}"
        media = (MediaItem("2" * 64, "image/png", 9, 3, 3),)
        (linked,) = linked_in(session, [named], [AccountContent("p", "a", "practice", "", media)], staff.clock.now())
    assert "other pictures" in linked.problem


def test_accounts_are_named_in_uses(staff: Staff) -> None:
    key, _, account = scheduled_story(staff)
    with staff.desk.reading() as session:
        label = session.get_one(Account, account).label
    assert [each.account for each in row_of(staff, key).uses[0].deliveries] == [label]
