"""A gap in the log stops publishing in the engine and at the gate itself; two officers let it go on."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.practice.profiles import Profile
from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.audit.checkpoints import sign_log
from editorial.audit.clearing import Clearing
from editorial.audit.marks import Mark, Marks, Place
from editorial.delivery.holds import Reason
from editorial.delivery.outbox import Outbox
from editorial.delivery.states import DeliveryState
from editorial.delivery.stopping import Holds
from editorial.gate import StoppedError, clear_to_send
from editorial.people.desk_people import Signer
from editorial.store.models import Delivery
from editorial.upkeep import Upkeep
from scheduler.clock_guard import Doubt
from scheduler.engine import Condition
from tests.fakes.desks import HELEN, JONAS, Staff
from tests.fakes.offices import Office, both, office_at
from tests.fakes.practice import Network, practice_network
from tests.fakes.scripted import Scripted
from tests.fakes.waiting import until
from tests.scheduler.conftest import BreakableKeyring, Build
from tests.scheduler.test_engine import JumpyClock, running

S = DeliveryState


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with practice_network(tmp_path_factory.mktemp("network")) as found:
        yield found


@pytest.fixture
def clock() -> JumpyClock:
    return JumpyClock()


@pytest.fixture
def office(tmp_path: Path, network: Network, clock: JumpyClock) -> Iterator[Office]:
    with office_at(tmp_path / "workspace", network.url, BreakableKeyring(), clock) as found:
        yield found


def break_marks(office: Office) -> None:
    """The keyring saw more entries than there are."""
    sign_log(office.desk)
    Marks(office.desk).write(Place.KEYRING, Mark(office.desk.workspace.origin, 50_000, bytes(32)))


def state_of(staff: Staff, delivery: str) -> S:
    return next(row.state for row in Outbox(staff.desk).rows() if row.delivery_id == delivery)


def test_nothing_is_sent_until_two_signed(office: Office, network: Network, expect_log: Callable[[str], None]) -> None:
    expect_log("missing from the audit log")
    account = office.connect("broken-marks")
    break_marks(office)
    post = office.signed("While it is red.", [account])
    with running(office) as engine:
        until(lambda: engine.condition()[0] is Condition.GAP)
        assert "two officers" in engine.condition()[1]
        (entry,) = Auditing(office.desk).entries(prefixes=("gap.",))
        assert (entry.action, entry.body["marks"]["keyring"]["size"]) == (Action.GAP_MARK, 50_000)
        engine.sweep()
        assert office.row(office.delivery(post)).state is S.WAITING
        Clearing(office.desk).sign(office.jonas.actor, both(office))
        until(lambda: engine.condition()[0] is Condition.RUNNING)
        later = office.signed("After they signed.", [account])
        until(lambda: office.row(office.delivery(later)).state is S.PUBLISHED)
    assert office.row(office.delivery(post)).state is S.MISSED, "its time passed: a person decides"
    assert [each["text"] for each in network.posts() if each["account"] == "broken-marks"] == ["After they signed."]


def test_one_mark_missing_stops_nothing(office: Office, expect_log: Callable[[str], None]) -> None:
    expect_log("unanchored")
    sign_log(office.desk)
    Marks(office.desk).path.unlink()
    post = office.signed("Amber.", [office.connect("amber")])
    with running(office):
        until(lambda: office.row(office.delivery(post)).state is S.PUBLISHED)


def test_the_gate_itself_says_no_and_a_crisis_post_does_not_pass(staff: Staff, bench: Build) -> None:
    made = bench(Scripted())
    delivery = made.due()
    with staff.desk.writing(staff.desk.system()) as unit:
        unit.record(Action.GAP_MARK, "log", staff.desk.workspace.id)
    made.sender.send(delivery)
    assert state_of(staff, delivery) is S.WAITING
    assert made.network.calls == []  # type: ignore[attr-defined]
    with staff.desk.reading() as session:
        row = session.get_one(Delivery, delivery)
        row.state = S.SENDING
        with pytest.raises(StoppedError, match="Publishing is on hold") as stopped, session.no_autoflush:
            clear_to_send(
                session, row, charter=staff.desk.charter(session), now=staff.clock.now(), media=staff.desk.media
            )
        session.rollback()
    assert stopped.value.hold is not None
    assert not stopped.value.hold.on_everything, "what lets a crisis post pass"


def test_lifting_a_hold_does_not_end_a_gap(staff: Staff, bench: Build) -> None:
    made = bench(Scripted())
    delivery = made.due()
    number, _ = Holds(staff.desk).hold(staff.mira.actor, Reason.OTHER)
    with staff.desk.writing(staff.desk.system()) as unit:
        unit.record(Action.GAP_MARK, "log", staff.desk.workspace.id)
    both_sign = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    Holds(staff.desk).lift(staff.jonas.actor, number, both_sign)
    assert Holds(staff.desk).on() == ()
    made.sender.send(delivery)
    assert (state_of(staff, delivery), made.network.calls) == (S.WAITING, [])  # type: ignore[attr-defined]


def test_a_clock_that_jumped_stands_in_the_log_once(
    office: Office, clock: JumpyClock, expect_log: Callable[[str], None]
) -> None:
    expect_log("The wall clock jumped")
    office.connect("jumped", Profile.KEYED)
    with running(office) as engine:
        until(lambda: engine.condition()[0] is Condition.RUNNING)
        clock.off = -timedelta(hours=1)
        until(lambda: bool(Auditing(office.desk).entries(prefixes=("gap.",))))
        engine.poke()
        until(lambda: engine.condition()[0] is Condition.CLOCK)
    (entry,) = Auditing(office.desk).entries(prefixes=("gap.",))
    assert (entry.action, entry.reason) in [(Action.GAP_CLOCK, Doubt.BACK), (Action.GAP_CLOCK, Doubt.BEFORE_LOG)]


def test_the_publisher_makes_the_daily_backup(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    Upkeep(backups=folder).keep(office.desk.folder)
    with running(office) as engine:
        until(lambda: engine.condition()[0] is Condition.RUNNING)
        engine.back_up()
        until(lambda: [path.suffix for path in folder.iterdir()] == [".signpost-backup"], 20)
        until(lambda: bool(Auditing(office.desk).entries(prefixes=("backup.made",))))


def test_a_backup_that_fails_is_told_once_a_day(
    office: Office, tmp_path: Path, expect_log: Callable[[str], None]
) -> None:
    expect_log("The folder for backups is not there")
    Upkeep(backups=tmp_path / "away").keep(office.desk.folder)
    with running(office) as engine:
        until(lambda: engine.condition()[0] is Condition.RUNNING)
        engine.back_up()
        until(lambda: bool(Auditing(office.desk).entries(prefixes=("backup.failed",))))
        until(lambda: not engine._backing_up._busy.locked())
        engine.back_up()
        until(lambda: not engine._backing_up._busy.locked())
    assert len(Auditing(office.desk).entries(prefixes=("backup.failed",))) == 1
