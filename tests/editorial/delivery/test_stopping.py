"""Stopping is one step for anybody, whatever is broken; going on is a decision of two people and sends nothing late."""

import threading
from contextlib import closing
from datetime import datetime, timedelta

import pytest

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.audit.entries import Entry
from editorial.charter.document import Role
from editorial.delivery.holds import Reason, Scope
from editorial.delivery.outbox import Outbox
from editorial.delivery.record import Deliveries
from editorial.delivery.states import DeliveryState
from editorial.delivery.stopping import ALONE_AFTER, Holds
from editorial.desk import open_desk
from editorial.errors import ChangedMeanwhileError, NotAllowedError
from editorial.outcomes import Made
from editorial.people.desk_people import People, Signer, with_member
from editorial.people.setup import NewWorkspace, create_workspace
from editorial.people.tries import WrongPassphraseAtDeskError
from editorial.vault import Vault
from editorial.when import Choice, When
from tests.fakes.desks import HELEN, JONAS, MIRA, WEAK, HandClock, LockedKeyring, MemoryKeyring, Staff
from tests.fakes.posts import deliveries_of, scheduled, signed_post

S = DeliveryState
LATER = When(Choice.SET, datetime(2027, 3, 12, 9), "America/New_York")  # noqa: DTZ001  a wall time
NEW = "winter ladder green telescope"


def both(staff: Staff) -> list[Signer]:
    return [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]


def states(staff: Staff) -> dict[str, DeliveryState]:
    return {row.delivery_id: row.state for row in Outbox(staff.desk).rows()}


# ---- holding ---------------------------------------------------------------------------------------------------------


def test_everybody_may_hold(staff: Staff) -> None:
    holds = Holds(staff.desk)
    line = staff.people.enroll(staff.jonas.actor, "Dee Manager", "dee", NEW)
    staff.people.amend(staff.jonas.actor, with_member(line, {Role.DUTY_MANAGER}), both(staff))
    duty = staff.people.sign_in(line.id, NEW).actor
    somebody = Actor("person_unknown", "Somebody", "")
    for actor in (staff.mira.actor, duty, staff.desk.operator(), staff.desk.system(), somebody):
        holds.hold(actor, Reason.INCIDENT)
    assert len(holds.on()) == 5


def test_nothing_that_is_broken_keeps_a_hold_back(staff: Staff) -> None:
    """No keyring, a charter that cannot be believed, pictures gone, half a character in the note."""
    staff.desk.close()
    with closing(
        open_desk(staff.desk.folder, vault=Vault("test", LockedKeyring()), clock=staff.clock, kdf=WEAK)
    ) as desk:
        with desk.writing(desk.system()) as unit:
            from sqlalchemy import text

            unit.session.connection().execute(text("UPDATE charter_version SET envelope = 'x'"))
            unit.record(Action.COMMENTED, "post", "post_x")
        number, changes = Holds(desk).hold(desk.operator(), Reason.INCIDENT, "caf\udce9")
        assert [hold.id for hold in Holds(desk).on()] == [number]
        assert changes.through == number
        assert Auditing(desk).entries(limit=1)[0].body["note"] == "caf�"


def test_what_had_started_is_listed(staff: Staff) -> None:
    first, one = scheduled(staff, "First")
    _, two = scheduled(staff, "Second", account=staff.accounts[0])
    assert Deliveries(staff.desk).claim(one, "post", public=True) is not None
    holds = Holds(staff.desk)
    holds.hold(staff.desk.operator(), Reason.INCIDENT)
    assert (holds.being_sent(), holds.waiting()) == ((one,), 1)
    assert Deliveries(staff.desk).claim(two, "post", public=True) is None
    assert first


def test_when_a_hold_returns_nothing_starts_any_more(staff: Staff) -> None:
    """A process that claims as fast as it can beside a hold: every start stands before the hold in the log."""
    account = staff.connect_practice()
    posts = [signed_post(staff.desk, staff.mira, staff.helen, f"Post {n}", [account]) for n in range(12)]
    waiting = [deliveries_of(staff.desk, post)[account] for post in posts]
    begun, tried = threading.Event(), threading.Event()

    def claim_all() -> None:
        with closing(open_desk(staff.desk.folder, vault=staff.desk.vault, clock=staff.clock, kdf=WEAK)) as other:
            deliveries = Deliveries(other)
            for delivery in waiting:
                deliveries.claim(delivery, "post", public=True)
                begun.set()
        tried.set()

    thread = threading.Thread(target=claim_all)
    thread.start()
    assert begun.wait(30)
    number, _ = Holds(staff.desk).hold(staff.desk.operator(), Reason.INCIDENT)
    started = {entry.object_id for entry in _started(staff)}
    assert tried.wait(30)
    thread.join(30)
    assert {entry.object_id for entry in _started(staff)} == started
    assert all(entry.seq < number for entry in _started(staff))
    assert set(Holds(staff.desk).being_sent()) == started


def _started(staff: Staff) -> list[Entry]:
    return [each for each in Auditing(staff.desk).entries(limit=2000) if each.action == Action.STEP_STARTED]


# ---- undoing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "allowed"), [(0, True), (120, True), (121, False), (-60, False)])
def test_undoing_takes_at_most_two_minutes(staff: Staff, seconds: int, allowed: bool) -> None:
    holds = Holds(staff.desk)
    scheduled(staff, when=LATER)
    number, _ = holds.hold(staff.mira.actor, Reason.OTHER)
    staff.clock.forward(timedelta(seconds=seconds))
    if allowed:
        holds.undo(staff.mira.actor, number)
        assert holds.on() == ()
    else:
        with pytest.raises(NotAllowedError, match="two minutes"):
            holds.undo(staff.mira.actor, number)


def test_undoing_is_for_the_one_who_held(staff: Staff) -> None:
    holds = Holds(staff.desk)
    number, _ = holds.hold(staff.mira.actor, Reason.OTHER)
    for other in (staff.jonas.actor, staff.desk.operator()):
        with pytest.raises(NotAllowedError, match="Somebody else"):
            holds.undo(other, number)
    holds.undo(staff.mira.actor, number)
    with pytest.raises(ChangedMeanwhileError, match="already lifted"):
        holds.undo(staff.mira.actor, number)


def test_undoing_ends_where_something_fell_due(staff: Staff) -> None:
    holds = Holds(staff.desk)
    staff.clock.at = datetime.fromisoformat("2027-03-12T13:59:30Z")
    post, delivery = _planned(staff)
    number, _ = holds.hold(staff.mira.actor, Reason.OTHER)
    staff.clock.forward(timedelta(seconds=60))
    with pytest.raises(NotAllowedError, match="fell due"):
        holds.undo(staff.mira.actor, number)
    assert states(staff) == {delivery: S.WAITING}
    elsewhere, _ = holds.hold(staff.mira.actor, Reason.OTHER, scope=Scope.ACCOUNT, target="acct_else")
    holds.undo(staff.mira.actor, elsewhere)
    assert post


def test_undoing_ends_where_something_was_stopped_midway(staff: Staff) -> None:
    holds, deliveries = Holds(staff.desk), Deliveries(staff.desk)
    _, delivery = scheduled(staff, pictures=1)
    started = deliveries.claim(delivery, "media:0", public=False)
    assert started is not None
    number, _ = holds.hold(staff.mira.actor, Reason.OTHER)
    deliveries.finish(started.attempt_id, Made("media-1"), chance=0.0)
    assert deliveries.start_step(delivery, "post", public=True) is None
    assert states(staff) == {delivery: S.HELD}
    with pytest.raises(NotAllowedError, match="fell due"):
        holds.undo(staff.mira.actor, number)


def _planned(staff: Staff) -> tuple[str, str]:
    soon = (staff.clock.now() + timedelta(seconds=30)).replace(tzinfo=None)
    return scheduled(staff, when=When(Choice.SET, soon, "UTC"))


# ---- lifting ---------------------------------------------------------------------------------------------------------


def test_lifting_takes_two_different_people_with_the_role(staff: Staff) -> None:
    holds = Holds(staff.desk)
    number, _ = holds.hold(staff.mira.actor, Reason.OTHER)
    jonas, helen = both(staff)
    mira = Signer(staff.mira.person_id, MIRA)
    for agreed in ([], [jonas], [jonas, jonas]):
        with pytest.raises(NotAllowedError, match="two different people"):
            holds.lift(staff.jonas.actor, number, agreed)
    for agreed in ([jonas, mira], [jonas, Signer("person_unknown", "x")]):
        with pytest.raises(NotAllowedError, match="may not lift"):
            holds.lift(staff.jonas.actor, number, agreed)
    with pytest.raises(WrongPassphraseAtDeskError):
        holds.lift(staff.jonas.actor, number, [jonas, Signer(staff.helen.person_id, JONAS)])
    staff.clock.forward(timedelta(seconds=2))
    holds.lift(staff.jonas.actor, number, [jonas, helen])
    assert holds.on() == ()
    body = Auditing(staff.desk).entries(limit=1)[0].body
    assert [each["name"] for each in body["agreed"]] == ["Jonas Lindqvist", "Helen Castellanos"]
    with pytest.raises(ChangedMeanwhileError, match="already lifted"):
        holds.lift(staff.jonas.actor, number, [jonas, helen])


def test_where_one_person_is_all_there_is_ten_minutes_stand_for_the_second(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    clock, folder = HandClock(), tmp_path_factory.mktemp("alone") / "w"
    new = NewWorkspace("Alder Bay", "UTC", "Jonas Lindqvist", "jonas", JONAS, kind="demo")
    desk, _ = create_workspace(folder, new, vault=Vault("test", MemoryKeyring()), clock=clock, kdf=WEAK)
    with closing(desk):
        people, holds = People(desk), Holds(desk)
        jonas = people.sign_in(people.cards()[0].id, JONAS)
        number, _ = holds.hold(desk.operator(), Reason.OTHER)
        alone = [Signer(jonas.person_id, JONAS)]
        with pytest.raises(NotAllowedError):
            holds.lift(jonas.actor, number, alone)
        clock.forward(ALONE_AFTER)
        holds.lift(jonas.actor, number, alone)
        assert holds.on() == ()


def test_lifting_sends_nothing_that_is_overdue(staff: Staff) -> None:
    holds = Holds(staff.desk)
    post, overdue = scheduled(staff, "Overdue")
    _, planned = scheduled(staff, "Planned", when=LATER, account=staff.accounts[0])
    number, _ = holds.hold(staff.mira.actor, Reason.OTHER)
    staff.clock.forward(timedelta(minutes=1))
    changes = holds.lift(staff.jonas.actor, number, both(staff))
    assert states(staff) == {overdue: S.MISSED, planned: S.WAITING}
    assert overdue in changes.ids
    row = next(row for row in Outbox(staff.desk).rows() if row.delivery_id == overdue)
    assert row.reason == "Its time passed during the hold"
    assert Deliveries(staff.desk).due(staff.clock.now()) == ()
    assert post


def test_what_another_hold_still_stops_stays_as_it_is(staff: Staff) -> None:
    holds = Holds(staff.desk)
    _, overdue = scheduled(staff, "Overdue")
    everything, _ = holds.hold(staff.mira.actor, Reason.OTHER)
    account, _ = holds.hold(staff.mira.actor, Reason.OTHER, scope=Scope.ACCOUNT, target=staff.accounts[0])
    staff.clock.forward(timedelta(minutes=1))
    holds.lift(staff.jonas.actor, everything, both(staff))
    assert states(staff) == {overdue: S.WAITING}
    assert Deliveries(staff.desk).claim(overdue, "post", public=True) is None
    holds.lift(staff.jonas.actor, account, both(staff))
    assert states(staff) == {overdue: S.MISSED}


def test_lifting_one_accounts_hold_leaves_others_alone(staff: Staff) -> None:
    holds = Holds(staff.desk)
    _, held = scheduled(staff, "Held")
    other = staff.connect_practice("other")
    _, free = scheduled(staff, "Free", account=other)
    number, _ = holds.hold(staff.mira.actor, Reason.OTHER, scope=Scope.ACCOUNT, target=staff.accounts[0])
    staff.clock.forward(timedelta(seconds=5))
    holds.lift(staff.jonas.actor, number, both(staff))
    assert states(staff) == {held: S.MISSED, free: S.WAITING}
