"""Setting the rules for times, and what they do to posts: a blackout refuses in words, everything else only warns."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.changes import Changes, Kind
from editorial.delivery.outbox import Outbox, Resolution
from editorial.delivery.states import DeliveryState
from editorial.errors import BadInputError, NotAllowedError, NotFoundError
from editorial.planning.setting import Times
from editorial.planning.times import WEEKDAYS, QuietHours, Slot
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.review import Review
from editorial.posts.states import PostState
from editorial.when import Choice, When, resolve
from tests.editorial.planning.test_times import NEW_YORK, wall
from tests.fakes.desks import HELEN, Staff
from tests.fakes.posts import SOON, deliveries_of, scheduled

NIGHT = QuietHours(time(21), time(7))
VISIT = "Accreditation visit"


def visit(staff: Staff, first: datetime | None = None, last: datetime | None = None) -> str:
    found, _ = Times(staff.desk).set_blackout(staff.jonas.actor, VISIT, first or wall(22, 8), last or wall(23, 18))
    return found


def written(staff: Staff, when: When, crisis: str = "") -> str:
    account = staff.accounts[0] if staff.accounts else staff.connect_practice()
    body = DraftBody("The garden", "Come in.", accounts=(account,), when=when, crisis=crisis)
    return Drafting(staff.desk).open(staff.mira.actor, body)[0]


def set_for(day: int, hour: int, minute: int = 0) -> When:
    return When(Choice.SET, wall(day, hour, minute), NEW_YORK)


def state_of(staff: Staff, post: str) -> PostState:
    return Drafting(staff.desk).read(post).state


# ---- setting ---------------------------------------------------------------------------------------------------------


def test_what_is_set_is_in_force_with_who_set_it(staff: Staff) -> None:
    times, account = Times(staff.desk), staff.connect_practice()
    visit(staff)
    times.set_quiet(staff.jonas.actor, NIGHT)
    times.set_slots(staff.jonas.actor, account, [Slot(time(12, 10)), Slot(time(9, 30), WEEKDAYS)])
    rules = times.rules()
    (found,) = rules.blackouts
    assert (found.name, found.set_by, found.zone) == (VISIT, "Jonas Lindqvist", NEW_YORK)
    assert rules.quiet == NIGHT
    assert rules.slots == {account: (Slot(time(9, 30), WEEKDAYS), Slot(time(12, 10)))}
    assert [each.id for each in rules.accounts] == [account]


def test_everything_can_be_ended(staff: Staff) -> None:
    times, account = Times(staff.desk), staff.connect_practice()
    key = visit(staff)
    times.set_quiet(staff.jonas.actor, NIGHT)
    times.set_slots(staff.jonas.actor, account, [Slot(time(9))])
    times.end_blackout(staff.jonas.actor, key)
    times.set_quiet(staff.jonas.actor, None)
    times.set_slots(staff.jonas.actor, account, [])
    rules = times.rules()
    assert (rules.blackouts, rules.quiet, rules.slots) == ((), None, {})
    with pytest.raises(NotFoundError):
        times.end_blackout(staff.jonas.actor, key)


def test_a_blackout_that_is_over_is_not_shown(staff: Staff) -> None:
    visit(staff)
    staff.clock.forward(timedelta(days=14))
    assert Times(staff.desk).rules().blackouts == ()


COMMANDS: dict[str, Callable[[Times, Actor, str], object]] = {
    "blackout": lambda times, who, _: times.set_blackout(who, VISIT, wall(22), wall(23)),
    "quiet": lambda times, who, _: times.set_quiet(who, NIGHT),
    "slots": lambda times, who, account: times.set_slots(who, account, [Slot(time(9))]),
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_authors_and_officers_do_not_set_times(staff: Staff, command: Callable[[Times, Actor, str], object]) -> None:
    account, key = staff.connect_practice(), visit(staff)
    before = Auditing(staff.desk).size()
    for who in (staff.mira.actor, staff.helen.actor, replace(staff.jonas.actor, verified=False)):
        with pytest.raises(NotAllowedError):
            command(Times(staff.desk), who, account)
        with pytest.raises(NotAllowedError):
            Times(staff.desk).end_blackout(who, key)
    assert Auditing(staff.desk).size() == before


def test_each_change_has_its_entry_and_no_change_has_none(staff: Staff) -> None:
    times, account, jonas = Times(staff.desk), staff.connect_practice(), staff.jonas.actor
    key = visit(staff)
    for _ in range(2):
        times.set_quiet(jonas, NIGHT)
        times.set_slots(jonas, account, [Slot(time(9))])
    times.end_blackout(jonas, key)
    found = Auditing(staff.desk).entries(limit=4)
    actions = [entry.action for entry in found]
    assert actions == [Action.BLACKOUT_ENDED, Action.USUAL_TIMES_SET, Action.QUIET_HOURS_SET, Action.BLACKOUT_SET]
    for entry in (found[0], found[3]):
        assert entry.body["name"] == VISIT
        assert (entry.body["first"], entry.body["last"]) == ("2027-03-22T08:00:00", "2027-03-23T18:00:00")
    changes: Changes = times.set_quiet(jonas, None)
    assert Kind.TIMES in changes.kinds


def test_what_is_scheduled_already_is_told_before_a_blackout_is_set(staff: Staff) -> None:
    post, _ = scheduled(staff, when=set_for(22, 9))
    times = Times(staff.desk)
    (found,) = times.scheduled_within(wall(22, 8), wall(23, 18))
    assert found.number == Drafting(staff.desk).read(post).number
    assert times.scheduled_within(wall(22, 9, 1), wall(23, 18)) == ()
    visit(staff)
    assert Outbox(staff.desk).rows()[0].state is DeliveryState.WAITING, "a blackout is no hold"


# ---- what a blackout does to posts -----------------------------------------------------------------------------------


def test_nothing_is_sent_to_review_for_a_time_in_a_blackout(staff: Staff) -> None:
    visit(staff)
    post = written(staff, set_for(22, 9))
    with pytest.raises(BadInputError, match=r"in a blackout\. Accreditation visit, set by Jonas Lindqvist") as caught:
        Drafting(staff.desk).submit(staff.mira.actor, post)
    assert caught.value.field == "time"
    assert "Free next: Wed 24 March, 09:00." in str(caught.value)
    assert state_of(staff, post) is PostState.DRAFT
    assert Drafting(staff.desk).read(post).revision == 0


@pytest.mark.parametrize(("when", "first"), [(set_for(22, 9), 21), (SOON, 10)], ids=["set", "soon"])
def test_what_is_signed_for_a_blackout_that_came_meanwhile_waits_for_a_person(
    staff: Staff, when: When, first: int
) -> None:
    post = written(staff, when)
    Drafting(staff.desk).submit(staff.mira.actor, post)
    visit(staff, wall(first), wall(first + 3))
    Review(staff.desk).sign_off(staff.helen.actor, post, 1, HELEN)
    assert state_of(staff, post) is PostState.APPROVED
    assert Outbox(staff.desk).rows() == ()
    (entry,) = Auditing(staff.desk).entries(object_id=post, prefixes=(Action.POST_STATE,))
    assert entry.reason == "blackout"
    with pytest.raises(BadInputError, match="is a blackout"):
        Outbox(staff.desk).schedule(staff.mira.actor, post, set_for(first + 2, 9))
    Outbox(staff.desk).schedule(staff.mira.actor, post, set_for(first + 3, 9))
    assert state_of(staff, post) is PostState.SCHEDULED


def test_a_delivery_is_not_moved_or_sent_into_a_blackout(staff: Staff) -> None:
    _, delivery = scheduled(staff, when=set_for(21, 9))
    outbox, mira = Outbox(staff.desk), staff.mira.actor
    visit(staff)
    with pytest.raises(BadInputError, match="in a blackout"):
        outbox.reschedule(mira, delivery, set_for(22, 9))
    staff.clock.at = resolve(wall(22, 10), NEW_YORK)
    with pytest.raises(BadInputError, match="in a blackout"):
        outbox.send_now(mira, delivery)
    assert outbox.rows()[0].due_at == resolve(wall(21, 9), NEW_YORK)
    outbox.reschedule(mira, delivery, set_for(23, 18))


def test_a_crisis_post_goes_out_in_a_blackout(staff: Staff) -> None:
    visit(staff, wall(10), wall(24))
    post = written(staff, SOON, crisis="The water is not safe to drink")
    Drafting(staff.desk).submit(staff.mira.actor, post)
    Review(staff.desk).sign_off(staff.jonas.actor, post, 1, staff.passphrase_of(staff.jonas))
    assert state_of(staff, post) is PostState.SCHEDULED
    (delivery,) = deliveries_of(staff.desk, post).values()
    Outbox(staff.desk).send_now(staff.mira.actor, delivery)


def test_the_end_of_a_blackout_frees_its_times(staff: Staff) -> None:
    key, post = visit(staff), written(staff, set_for(22, 9))
    Times(staff.desk).end_blackout(staff.jonas.actor, key)
    Drafting(staff.desk).submit(staff.mira.actor, post)


def test_an_answer_to_was_it_posted_sends_nothing_into_a_blackout(staff: Staff) -> None:
    _, delivery = scheduled(staff, when=set_for(21, 9))
    with staff.desk.writing(staff.desk.system()) as unit:
        unit.session.connection().exec_driver_sql("UPDATE delivery SET state = 'uncertain'")
        unit.record(Action.DELIVERY_UNCERTAIN, "delivery", delivery)
    visit(staff)
    staff.clock.at = resolve(wall(22, 10), NEW_YORK)
    with pytest.raises(BadInputError, match="in a blackout"):
        Outbox(staff.desk).resolve(staff.mira.actor, delivery, Resolution.SEND_AGAIN)
    assert Outbox(staff.desk).rows()[0].state is DeliveryState.UNCERTAIN


# ---- what a plan knows -----------------------------------------------------------------------------------------------


def test_a_plan_knows_scheduled_posts_and_drafts_with_a_time(staff: Staff) -> None:
    account, other = staff.connect_practice(), staff.connect_practice("alderbay2")
    first, _ = scheduled(staff, when=set_for(12, 9), account=account)
    second = written(staff, set_for(12, 9, 5))
    written(staff, When())
    written(staff, When(Choice.SET, wall(14, 2, 30), NEW_YORK))  # its author still has to decide
    times, due = Times(staff.desk), resolve(wall(12, 9), NEW_YORK)
    assert len(times.plan([account]).warnings(due, [account])) == 2
    assert len(times.plan([account], first).warnings(due, [account])) == 1
    assert times.plan([account], second).warnings(due, [account])[0].endswith("at the same time.")
    assert times.plan([account, other]).warnings(due, [other]) == ()
    assert times.plan([]).taken == {}


def test_a_cancelled_delivery_and_a_time_long_past_are_in_nobodys_way(staff: Staff) -> None:
    account = staff.connect_practice()
    _, delivery = scheduled(staff, when=set_for(12, 9), account=account)
    due = resolve(wall(12, 9), NEW_YORK)
    Outbox(staff.desk).cancel(staff.mira.actor, delivery)
    post = written(staff, set_for(12, 9))
    Drafting(staff.desk).discard(staff.mira.actor, post)
    assert Times(staff.desk).plan([account]).warnings(due, [account])  # approved again, and still meant for then
    staff.clock.at = datetime(2027, 3, 13, tzinfo=UTC)
    assert Times(staff.desk).plan([account]).taken == {}
