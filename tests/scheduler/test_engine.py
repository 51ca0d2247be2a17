"""The engine as a whole, with its threads, against the practice network on the wire."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from keyring.errors import NoKeyringError
from sqlmodel import select

from connectors.http import Patience
from connectors.practice.connector import PracticeConnector
from connectors.practice.profiles import Profile
from connectors.registry import connector
from editorial.accounts.register import Accounts
from editorial.audit.auditing import Auditing
from editorial.clock import SystemClock
from editorial.delivery.afterwards import Afterwards
from editorial.delivery.clockword import confirm_clock
from editorial.delivery.holds import Reason
from editorial.delivery.showing import Verdict
from editorial.delivery.states import BY_HAND, DeliveryState
from editorial.delivery.stopping import Holds
from editorial.delivery.takedown import Takedowns, Why
from editorial.desk import DATABASE
from editorial.secret import Secret
from editorial.store.models import Attempt
from scheduler.clock_guard import Witness
from scheduler.engine import Condition, Engine
from scheduler.parts import Outside, Timing
from tests.fakes.desks import MemoryKeyring
from tests.fakes.offices import Office, both, office_at
from tests.fakes.practice import Network, practice_network
from tests.fakes.waiting import until
from tests.scheduler.conftest import BreakableKeyring, Told

S = DeliveryState
QUICK = Timing(watch=0.05, sweep=0.5, lookups=(0.1, 0.4), keyring_again=0.1)


class JumpyClock(SystemClock):
    """The computer's clocks, with a wall clock that is set by hand."""

    off = timedelta(0)
    passed = timedelta(0)
    """Time that passed on all clocks."""

    def now(self) -> datetime:
        return super().now() + self.off + self.passed

    def monotonic(self) -> float:
        return super().monotonic() + self.passed.total_seconds()


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    with practice_network(tmp_path_factory.mktemp("network")) as found:
        yield found


@pytest.fixture
def clock() -> JumpyClock:
    return JumpyClock()


@pytest.fixture
def keys() -> BreakableKeyring:
    return BreakableKeyring()


@pytest.fixture
def office(tmp_path: Path, network: Network, keys: MemoryKeyring, clock: JumpyClock) -> Iterator[Office]:
    with office_at(tmp_path / "workspace", network.url, keys, clock) as found:
        yield found


@contextmanager
def running(office: Office, timing: Timing = QUICK, outside: Outside | None = None) -> Iterator[Engine]:
    engine = Engine(office.desk, timing=timing, outside=outside, chance=lambda: 0.0)
    engine.start()
    try:
        yield engine
    finally:
        engine.stop(10)


def state(office: Office, delivery: str) -> DeliveryState:
    return office.row(delivery).state


def on_network(network: Network, text: str) -> list[str]:
    return [post["account"] for post in network.posts() if post["text"] == text]


def test_published_on_time(office: Office, network: Network) -> None:
    post = office.signed("On time, please.", [office.connect("on-time")], office.in_seconds(2), pictures=1)
    delivery = office.delivery(post)
    with running(office, Timing()) as engine:
        until(lambda: engine.next_at == office.row(delivery).due_at or state(office, delivery) is S.PUBLISHED)
        until(lambda: state(office, delivery) is S.PUBLISHED)
        until(lambda: engine.condition()[0] is Condition.RUNNING)
    with office.desk.reading() as session:
        attempts = session.exec(select(Attempt).where(Attempt.delivery_id == delivery)).all()
    first = min(each.started_at for each in attempts) - office.row(delivery).due_at
    assert timedelta(0) <= first < timedelta(seconds=1)
    (found,) = [each for each in network.posts() if each["text"] == "On time, please."]
    assert [item["alt"] for item in found["media"]] == ["A nurse at desk 0 answers the telephone"]
    assert Auditing(office.desk).check().problem is None


def test_new_work_of_another_process_is_noticed_at_once(office: Office, network: Network) -> None:
    account = office.connect("noticed")
    with running(office, Timing(sweep=60.0, watch=0.05)):
        post = office.signed("As soon as approved.", [account])
        until(lambda: state(office, office.delivery(post)) is S.PUBLISHED, 5)


def test_a_slow_network_delays_no_other_account(office: Office, network: Network) -> None:
    slow, quick = office.connect("slow-one"), office.connect("quick-one")
    network.arm("slow", match="slow-one", seconds=3)
    post = office.signed("Slow and quick.", [slow, quick])
    with running(office):
        until(lambda: office.rows()["quick-one"].state is S.PUBLISHED, 10)
        assert office.rows()["slow-one"].state is S.SENDING
        until(lambda: office.rows()["slow-one"].state is S.PUBLISHED)
    assert len(on_network(network, "Slow and quick.")) == 2
    assert post


def test_a_lost_answer_is_found_and_a_second_post_is_never_made(office: Office, network: Network) -> None:
    for profile in (Profile.KEYED, Profile.LIST):
        handle = f"lost-{profile.value}".replace("+", "-")
        network.arm("lose_response", match=handle)
        post = office.signed(f"Lost by {handle}.", [office.connect(handle, profile)])
        with running(office):
            until(lambda post=post: state(office, office.delivery(post)) is S.PUBLISHED)  # type: ignore[misc]
        assert len(on_network(network, f"Lost by {handle}.")) == 1


def test_a_hold_stops_and_lifting_sends_nothing_overdue(office: Office, network: Network) -> None:
    account = office.connect("held")
    number, _ = Holds(office.desk).hold(office.mira.actor, Reason.INCIDENT)
    post = office.signed("Held.", [account])
    with running(office):
        office.signed("Another, so that a sweep has seen both.", [account])
        until(lambda: state(office, office.delivery(post)) is S.WAITING)
        Holds(office.desk).lift(office.jonas.actor, number, both(office))
        assert state(office, office.delivery(post)) is S.MISSED
        later = office.signed("After the hold.", [account])
        until(lambda: state(office, office.delivery(later)) is S.PUBLISHED)
    assert on_network(network, "Held.") == []


# --- after publishing ---


def test_taken_down_for_certain_or_left_to_a_person(office: Office, network: Network) -> None:
    network.arm("lose_removal", match="gone-lost")
    takedowns = Takedowns(office.desk)
    posts = {handle: office.signed(f"By {handle}.", [office.connect(handle)]) for handle in ("gone-sure", "gone-lost")}
    with running(office):
        for post in posts.values():
            until(lambda post=post: state(office, office.delivery(post)) is S.PUBLISHED)  # type: ignore[misc]
            takedowns.ask(office.mira.actor, office.delivery(post), Why.WRONG)
        sure, lost = (office.delivery(post) for post in posts.values())
        until(lambda: state(office, sure) is S.TAKEN_DOWN)
        until(lambda: office.rows()["gone-lost"].life is BY_HAND)
    assert state(office, lost) is S.PUBLISHED, "a lost answer is never done"
    assert (on_network(network, "By gone-sure."), on_network(network, "By gone-lost.")) == ([], [])
    for delivery in (sure, lost):
        record = Afterwards(office.desk).record(delivery)
        assert record is not None
        assert record.verdict is Verdict.SAME
    takedowns.removed(office.mira.actor, lost)
    assert Auditing(office.desk).check().problem is None


# --- the keyring ---


def test_without_a_keyring_it_says_so_and_goes_on_when_it_is_back(
    office: Office, keys: BreakableKeyring, expect_log: Callable[[str], None]
) -> None:
    expect_log("No keyring was found")
    post = office.signed("Later.", [office.connect("no-keyring")])
    keys.broken = NoKeyringError()
    with running(office) as engine:
        until(lambda: engine.condition()[0] is Condition.NO_KEYRING)
        assert "keyring" in engine.condition()[1]
        assert state(office, office.delivery(post)) is S.WAITING
        keys.broken = None
        until(lambda: state(office, office.delivery(post)) is S.PUBLISHED)
        assert engine.condition() == (Condition.RUNNING, "")


def test_what_waits_too_long_for_a_keyring_is_missed(
    office: Office, keys: BreakableKeyring, clock: JumpyClock, expect_log: Callable[[str], None]
) -> None:
    expect_log("No keyring was found")
    post = office.signed("Too late.", [office.connect("missed")])
    keys.broken = NoKeyringError()
    clock.off = timedelta(minutes=16)
    with running(office, outside=Outside(time=lambda server: Told(clock.now()))):
        until(lambda: state(office, office.delivery(post)) is S.MISSED)


def test_a_charter_older_than_the_keyring_knows_publishes_nothing(office: Office) -> None:
    pin = office.desk.pin
    assert pin is not None
    office.desk.vault.put("charter-pin", Secret(f"{pin.version + 1} sha256:{'0' * 64}"))
    post = office.signed("Rolled back.", [office.connect("rolled-back")])
    with running(office):
        until(lambda: state(office, office.delivery(post)) is S.STOPPED)


# --- the clock ---


def test_after_sleep_the_practice_network_vouches_for_itself(
    office: Office, clock: JumpyClock, expect_log: Callable[[str], None]
) -> None:
    """Wall time gains on the monotonic clock. The loopback server has our own clock: it is asked, and believed."""
    expect_log("jumped")
    account = office.connect("sleeper")
    told = {office.url: Told(clock.now(), same_computer=True)}
    with running(office, outside=Outside(time=told.get)) as engine:
        until(lambda: engine.condition()[0] is Condition.RUNNING)
        clock.off = timedelta(hours=2)
        until(lambda: engine.condition()[0] is Condition.CLOCK)
        post = office.signed("Good morning.", [account])
        until(lambda: "clock" in engine.condition()[1].lower())
        assert state(office, office.delivery(post)) is S.WAITING
        told[office.url] = Told(clock.now(), same_computer=True)
        clock.off += timedelta(seconds=5)  # another small step: it may be asked again
        until(lambda: state(office, office.delivery(post)) is S.PUBLISHED)
        until(lambda: engine.condition()[0] is Condition.RUNNING)


def test_a_clock_before_the_log_claims_nothing(office: Office, clock: JumpyClock, network: Network) -> None:
    post = office.signed("Yesterday.", [office.connect("yesterday")])
    clock.off = timedelta(days=-1)

    def nobody(server: str) -> Witness | None:
        return None

    with running(office, outside=Outside(time=nobody)) as engine:
        until(lambda: engine.condition()[0] is Condition.CLOCK)
        assert "before the newest entry" in engine.condition()[1]
        assert on_network(network, "Yesterday.") == []
    assert state(office, office.delivery(post)) is S.WAITING


def test_what_was_to_wait_by_a_wrong_clock_waits_no_longer(office: Office, clock: JumpyClock, network: Network) -> None:
    account = office.connect("rested")
    office.signed("Rested.", [account])
    clock.off = timedelta(hours=1)
    Accounts(office.desk).rest(account, clock.now() + timedelta(minutes=1))
    clock.off = timedelta(0)
    with running(office):
        until(lambda: len(on_network(network, "Rested.")) == 1)


@pytest.mark.parametrize(("written", "started"), [(0, 1), (-2, -1)], ids=["ahead", "behind"])
def test_a_start_with_a_wrong_clock_misses_and_sends_nothing(
    office: Office, clock: JumpyClock, network: Network, expect_log: Callable[[str], None], written: int, started: int
) -> None:
    """By the clock at the start both posts are long past their time; the network's own clock says otherwise."""
    expect_log("jumped")
    clock.off = timedelta(hours=written)
    account = office.connect(f"wrong-clock{started}")
    post = office.signed(f"By which clock, {started}?", [account])
    clock.off = timedelta(hours=started)
    with running(office) as engine:
        until(lambda: engine.condition()[0] is Condition.CLOCK)
        assert "more than a minute apart" in engine.condition()[1]
        engine.sweep()
        assert state(office, office.delivery(post)) is S.WAITING
        clock.off = timedelta(0)
        until(lambda: state(office, office.delivery(post)) is (S.MISSED if written else S.PUBLISHED))
        until(lambda: engine.condition()[0] is Condition.RUNNING)
    assert len(on_network(network, f"By which clock, {started}?")) == (0 if written else 1)


def test_without_a_network_what_is_late_waits_until_a_person_says_that_the_clock_is_right(
    office: Office, clock: JumpyClock
) -> None:
    post = office.signed("Offline at the start.", [office.connect("offline")])
    clock.off = timedelta(minutes=16)
    with running(office, outside=Outside(time=lambda server: None)) as engine:
        until(lambda: engine.condition()[0] is Condition.CLOCK)
        assert "No network has said the time" in engine.condition()[1]
        engine.sweep()
        assert state(office, office.delivery(post)) is S.WAITING
        confirm_clock(office.desk, office.jonas.actor)
        until(lambda: state(office, office.delivery(post)) is S.MISSED)
        assert engine.condition()[0] is Condition.RUNNING


def test_an_old_word_about_the_clock_counts_no_more(office: Office, clock: JumpyClock) -> None:
    post = office.signed("An old word.", [office.connect("old-word")])
    confirm_clock(office.desk, office.jonas.actor)
    clock.off = timedelta(minutes=16)
    with running(office, outside=Outside(time=lambda server: None)) as engine:
        until(lambda: engine.condition()[0] is Condition.CLOCK)
        engine.sweep()
    assert state(office, office.delivery(post)) is S.WAITING


def test_a_clock_that_is_set_back_to_the_time_of_a_word_is_not_meant_by_it(
    office: Office, clock: JumpyClock, expect_log: Callable[[str], None]
) -> None:
    expect_log("jumped")
    office.connect("set-back")
    with running(office, outside=Outside(time=lambda server: None)) as engine:
        until(lambda: engine.condition()[0] is Condition.CLOCK)
        confirm_clock(office.desk, office.jonas.actor)
        until(lambda: engine.condition()[0] is Condition.RUNNING)
        clock.passed = timedelta(minutes=30)
        clock.off = timedelta(minutes=-30)
        engine.sweep()
        assert engine.condition()[0] is Condition.CLOCK
        assert "set back" in engine.condition()[1]
        confirm_clock(office.desk, office.jonas.actor)
        until(lambda: engine.condition()[0] is Condition.RUNNING)


# --- ends and starts ---


def test_an_end_in_the_middle_of_a_call_leaves_a_doubt_that_the_next_start_settles(
    office: Office, network: Network
) -> None:
    network.arm("slow", match="cut-off", seconds=4)
    post = office.signed("Cut off.", [office.connect("cut-off", Profile.LIST)])
    delivery = office.delivery(post)
    engine = Engine(office.desk, timing=QUICK)
    engine.start()
    until(lambda: on_network(network, "Cut off.") == ["cut-off"])
    assert engine.stop(0.1) is False
    assert state(office, delivery) is S.UNCERTAIN
    assert engine.condition()[0] is Condition.STOPPING
    with running(office):
        until(lambda: state(office, delivery) is S.PUBLISHED)
    assert on_network(network, "Cut off.") == ["cut-off"]


def test_a_time_out_is_a_doubt_and_the_account_goes_on(office: Office, network: Network) -> None:
    network.arm("slow", match="patience", seconds=2)
    account = office.connect("patience", Profile.LIST)
    first = office.signed("Takes too long.", [account])
    hasty = PracticeConnector(Patience(connect=2.0, read=0.3, total=1.0))
    with running(office, outside=Outside(connector=lambda name: hasty)):
        until(lambda: state(office, office.delivery(first)) is S.PUBLISHED)
        second = office.signed("The next one.", [account])
        until(lambda: state(office, office.delivery(second)) is S.PUBLISHED)
    assert on_network(network, "Takes too long.") == ["patience"]


def test_renewed_ahead_while_something_waits(office: Office, clock: JumpyClock) -> None:
    waiting, idle = office.connect("waiting"), office.connect("idle")
    office.signed("Tomorrow.", [waiting], office.in_seconds(86_400))
    clock.off = timedelta(minutes=59, seconds=30)
    with running(office, outside=Outside(connector=connector, time=lambda server: Told(clock.now()))) as engine:
        until(lambda: engine.condition()[0] is Condition.RUNNING)
        engine.renew_ahead()
        until(lambda: office.account(waiting).generation == 2)
    assert office.account(idle).generation == 1


def test_a_database_that_refuses_is_said_and_gone_over_when_it_works(
    office: Office, expect_log: Callable[[str], None]
) -> None:
    expect_log("could not be changed")
    with running(office) as engine:
        until(lambda: engine.condition()[0] is Condition.RUNNING)
        with closing(sqlite3.connect(office.desk.folder / DATABASE)) as other:
            other.execute("ALTER TABLE delivery RENAME TO away")
            until(lambda: engine.condition()[0] is Condition.STORAGE)
            other.execute("ALTER TABLE away RENAME TO delivery")
        until(lambda: engine.condition()[0] is Condition.RUNNING)


def test_the_beat_goes_on(office: Office) -> None:
    with running(office) as engine:
        before = engine.beat
        until(lambda: engine.beat > before)
        engine.poke()
    assert not [thread for thread in threading.enumerate() if thread.name == "conductor"]
