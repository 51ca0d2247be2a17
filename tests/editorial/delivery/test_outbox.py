"""What people decide about deliveries: only what the table of states offers, only inside what was signed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from editorial.delivery.holds import Reason
from editorial.delivery.outbox import Outbox, Resolution, Row
from editorial.delivery.record import Deliveries
from editorial.delivery.states import LIVES, DeliveryState, Remedy
from editorial.delivery.stopping import Holds
from editorial.delivery.takedown import Takedowns, Why
from editorial.errors import BadInputError, ChangedMeanwhileError, NotAllowedError, NotFoundError
from editorial.outcomes import Again, Outcome, Pending, Published, Refused, Uncertain
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.review import Review
from editorial.posts.states import PostState
from editorial.when import Choice, When
from tests.fakes.desks import HELEN, Staff
from tests.fakes.posts import scheduled

S = DeliveryState
LINK = "http://127.0.0.1:1/posts/1"
ENDS: dict[DeliveryState, Outcome] = {
    S.PUBLISHED: Published("remote-1", LINK),
    S.PENDING: Pending("token"),
    S.RETRYING: Refused("Busy", "Wait.", again=Again.LATER),
    S.SIGN_IN: Refused("Signed out", "Sign in.", again=Again.SIGN_IN),
    S.REFUSED: Refused("No", "Change it.", again=Again.NEVER),
    S.UNCERTAIN: Uncertain("No answer", "Look."),
    S.TAKEN_DOWN: Published("remote-1", LINK),
}


def inside(minutes: int = 60) -> When:
    return When(Choice.SET, (datetime(2027, 3, 10, 15, 42) + timedelta(minutes=minutes)), "UTC")  # noqa: DTZ001


def row_of(staff: Staff, delivery_id: str) -> Row:
    return next(row for row in Outbox(staff.desk).rows() if row.delivery_id == delivery_id)


def delivery_in(staff: Staff, state: DeliveryState) -> str:
    """A signed delivery that got into the state as it does in life."""
    _, delivery = scheduled(staff)
    deliveries, outbox, holds = Deliveries(staff.desk), Outbox(staff.desk), Holds(staff.desk)
    if state is S.CANCELLED:
        outbox.cancel(staff.mira.actor, delivery)
    elif state is S.MISSED:
        staff.clock.forward(timedelta(hours=1))
        deliveries.expire()
    elif state is not S.WAITING:
        started = deliveries.claim(delivery, "part:0", public=state is not S.HELD)
        assert started is not None
        if state is S.HELD:
            holds.hold(staff.mira.actor, Reason.OTHER)
            assert deliveries.start_step(delivery, "part:1", public=True) is None
        elif state is S.STOPPED:
            from editorial.accounts.register import Accounts

            Accounts(staff.desk).disconnect(staff.jonas.actor, staff.accounts[0])
            assert deliveries.start_step(delivery, "part:1", public=True) is None
        elif state is not S.SENDING:
            deliveries.finish(started.attempt_id, ENDS[state], chance=0.0)
    if state is S.TAKEN_DOWN:
        Takedowns(staff.desk).ask(staff.mira.actor, delivery, Why.WRONG)
        Takedowns(staff.desk).removed(staff.mira.actor, delivery)
    assert row_of(staff, delivery).state is state
    return delivery


COMMANDS: dict[Remedy, Callable[[Outbox, Staff, str], object]] = {
    Remedy.CANCEL: lambda outbox, staff, key: outbox.cancel(staff.mira.actor, key),
    Remedy.SEND_NOW: lambda outbox, staff, key: outbox.send_now(staff.mira.actor, key),
    Remedy.RESCHEDULE: lambda outbox, staff, key: outbox.reschedule(staff.mira.actor, key, inside(180)),
    Remedy.RESOLVE: lambda outbox, staff, key: outbox.resolve(staff.mira.actor, key, Resolution.LIVE, LINK),
}


@pytest.mark.parametrize("state", list(S))
def test_people_can_do_what_the_table_offers_and_nothing_else(staff: Staff, state: DeliveryState) -> None:
    delivery = delivery_in(staff, state)
    before = row_of(staff, delivery)
    for remedy, command in COMMANDS.items():
        if remedy not in LIVES[state].remedies:
            with pytest.raises(ChangedMeanwhileError, match="moved on"):
                command(Outbox(staff.desk), staff, delivery)
            assert row_of(staff, delivery) == before
    staff.clock.forward(timedelta(seconds=1))
    for remedy in LIVES[state].remedies:
        if remedy in COMMANDS:
            COMMANDS[remedy](Outbox(staff.desk), staff, delivery)
            assert row_of(staff, delivery) != before
            break


def test_only_people_with_the_role_decide(staff: Staff) -> None:
    delivery = delivery_in(staff, S.WAITING)
    outbox = Outbox(staff.desk)
    with pytest.raises(NotAllowedError):
        outbox.cancel(staff.desk.operator(), delivery)
    with pytest.raises(NotFoundError):
        outbox.cancel(staff.mira.actor, "dlv_unknown")


def test_a_lost_delivery_is_live_where_the_person_says(staff: Staff) -> None:
    delivery = delivery_in(staff, S.UNCERTAIN)
    outbox = Outbox(staff.desk)
    for no_link in ("", "   ", "javascript:alert(1)", "file:secret.txt", "http://", "yes"):
        with pytest.raises(BadInputError) as caught:
            outbox.resolve(staff.mira.actor, delivery, Resolution.LIVE, no_link)
        assert caught.value.field == "link"
    assert row_of(staff, delivery).state is S.UNCERTAIN
    outbox.resolve(staff.mira.actor, delivery, Resolution.LIVE, f" {LINK} ")
    row = row_of(staff, delivery)
    assert (row.state, row.permalink, row.reason, row.sent_at) == (S.PUBLISHED, LINK, "", staff.clock.now())
    assert Drafting(staff.desk).read(row.post_id).state is PostState.PUBLISHED
    reasons = [each.reason for each in outbox.happenings(delivery) if each.action == "delivery.resolved"]
    assert reasons == ["live"]


def test_a_lost_delivery_is_sent_again_only_after_somebody_looked(staff: Staff) -> None:
    delivery = delivery_in(staff, S.UNCERTAIN)
    outbox = Outbox(staff.desk)
    outbox.resolve(staff.mira.actor, delivery, Resolution.SEND_AGAIN)
    row = row_of(staff, delivery)
    assert (row.state, row.due_at, row.tries, row.reason) == (S.WAITING, staff.clock.now(), 0, "")


def test_a_lost_delivery_outside_its_window_can_still_be_given_up(staff: Staff) -> None:
    delivery = delivery_in(staff, S.UNCERTAIN)
    outbox = Outbox(staff.desk)
    staff.clock.forward(timedelta(days=30))
    with pytest.raises(BadInputError, match="signed window"):
        outbox.resolve(staff.mira.actor, delivery, Resolution.SEND_AGAIN)
    assert row_of(staff, delivery).state is S.UNCERTAIN
    outbox.resolve(staff.mira.actor, delivery, Resolution.GIVE_UP)
    row = row_of(staff, delivery)
    assert (row.state, row.reason) == (S.CANCELLED, "Cancelled by Mira Okafor")
    assert Drafting(staff.desk).read(row.post_id).state is PostState.APPROVED


def test_times_stay_inside_what_was_signed(staff: Staff) -> None:
    _, delivery = scheduled(staff, when=inside(60))
    outbox = Outbox(staff.desk)
    with pytest.raises(BadInputError, match="signed window"):
        outbox.send_now(staff.mira.actor, delivery)
    for outside in (inside(59), inside(60 * 24 * 15)):
        with pytest.raises(BadInputError, match="signed window"):
            outbox.reschedule(staff.mira.actor, delivery, outside)
    for never in (inside(-1), inside(0)):
        with pytest.raises(BadInputError, match="has passed"):
            outbox.reschedule(staff.mira.actor, delivery, never)
    with pytest.raises(BadInputError):
        outbox.reschedule(staff.mira.actor, delivery, When(Choice.OPEN))
    outbox.reschedule(staff.mira.actor, delivery, inside(90))
    row = row_of(staff, delivery)
    assert row.due_at == datetime(2027, 3, 10, 17, 12, tzinfo=UTC)
    staff.clock.forward(timedelta(minutes=61))
    outbox.send_now(staff.mira.actor, delivery)
    assert row_of(staff, delivery).due_at == staff.clock.now()


def test_only_approved_posts_are_scheduled(staff: Staff) -> None:
    account = staff.connect_practice()
    drafting, outbox = Drafting(staff.desk), Outbox(staff.desk)
    post, _ = drafting.open(staff.mira.actor, DraftBody("A", "B", accounts=(account,), when=When(Choice.OPEN)))
    for bring in (lambda: None, lambda: drafting.submit(staff.mira.actor, post)):
        bring()
        with pytest.raises(ChangedMeanwhileError, match="not approved"):
            outbox.schedule(staff.mira.actor, post, inside())
    Review(staff.desk).sign_off(staff.helen.actor, post, 1, HELEN)
    for never in (When(Choice.OPEN), inside(-1)):
        with pytest.raises(BadInputError):
            outbox.schedule(staff.mira.actor, post, never)
    with pytest.raises(BadInputError, match="signed window"):
        outbox.schedule(staff.mira.actor, post, inside(60 * 24 * 31))
    outbox.schedule(staff.mira.actor, post, When(Choice.SOON))
    assert [row.due_at for row in outbox.rows()] == [staff.clock.now()]


def test_a_signer_who_left_takes_the_signed_window_along(staff: Staff) -> None:
    from editorial.charter.document import Role
    from editorial.people.desk_people import Signer, with_member
    from tests.fakes.desks import JONAS

    delivery = delivery_in(staff, S.MISSED)
    with staff.desk.reading() as session:
        helen = staff.desk.charter(session).member(staff.helen.person_id)
    assert helen is not None
    officers = [Signer(staff.jonas.person_id, JONAS), Signer(helen.id, HELEN)]
    staff.people.amend(staff.jonas.actor, with_member(helen, {Role.ADMINISTRATOR}), officers)
    with pytest.raises(BadInputError, match="signed window"):
        Outbox(staff.desk).send_now(staff.mira.actor, delivery)


def test_what_a_hold_stops_is_shown_as_held(staff: Staff) -> None:
    delivery = delivery_in(staff, S.WAITING)
    assert (row_of(staff, delivery).life, row_of(staff, delivery).hold) == (LIVES[S.WAITING], None)
    number, _ = Holds(staff.desk).hold(staff.mira.actor, Reason.OTHER)
    row = row_of(staff, delivery)
    assert row.hold is not None
    assert (row.state, row.life, row.hold.id) == (S.WAITING, LIVES[S.HELD], number)


def test_evidence_is_that_of_the_last_look(staff: Staff) -> None:
    delivery = delivery_in(staff, S.UNCERTAIN)
    outbox, deliveries = Outbox(staff.desk), Deliveries(staff.desk)
    assert outbox.candidates(delivery) == ()
    deliveries.note_lookup(delivery, [{"text": "Flu"}], "Two look alike.")
    deliveries.note_lookup(delivery, [{"text": "Flu vaccination"}], "One looks alike.")
    assert outbox.candidates(delivery) == ({"text": "Flu vaccination"},)
    assert row_of(staff, delivery).advice == "One looks alike."
    assert outbox.happenings(delivery)[0].action == "delivery.started"
