"""Reading back and taking down in the lane: whatever goes wrong there, a published post stays as it is."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from connectors.base import Connector
from editorial.delivery.afterwards import Afterwards, Record
from editorial.delivery.outbox import Outbox
from editorial.delivery.record import FIRST_LOOK
from editorial.delivery.showing import Shown, Verdict
from editorial.delivery.states import DeliveryState
from editorial.delivery.takedown import Removal, Stage, Takedowns, Why
from editorial.outcomes import Again, Published, Refused, Uncertain
from editorial.store.database import StorageError
from scheduler.lanes import Lanes
from tests.fakes.scripted import Lasting, Scripted, parts, script, tokens
from tests.scheduler.conftest import Bench, BreakableKeyring, Build
from tests.scheduler.test_sending import row

S = DeliveryState
TEXT = "Flu vaccination starts on Monday."
OUT = Refused("Signed out", "Sign in.", "out", Again.SIGN_IN)
LATER = Refused("Busy", "Wait.", "busy", Again.LATER)
LOST = Uncertain("No answer", "Look.")
BROKEN = RuntimeError("a mistake in the connector")


def published(bench: Bench) -> tuple[str, str]:
    """(account id, delivery id) of a post that went out and is to be read back now."""
    account = bench.account()
    delivery = bench.due(TEXT, account)
    bench.sender.send(delivery)
    assert row(bench, delivery).state == S.PUBLISHED
    bench.passes(FIRST_LOOK.total_seconds())
    return account, delivery


def record(bench: Bench, delivery: str) -> Record | None:
    return Afterwards(bench.staff.desk).record(delivery)


def removal(bench: Bench, delivery: str) -> Removal:
    found = next(each.removal for each in Outbox(bench.staff.desk).rows() if each.delivery_id == delivery)
    assert found is not None
    return found


def asked(bench: Bench) -> tuple[str, str]:
    account, delivery = published(bench)
    Takedowns(bench.staff.desk).ask(bench.staff.mira.actor, delivery, Why.WRONG)
    return account, delivery


def read(bench: Bench, account: str, delivery: str) -> str:
    """Reads back, and says in which state the delivery is."""
    bench.reading.turn(account, delivery)
    return row(bench, delivery).state


# --- reading back ---


def test_it_is_read_back_and_kept(bench: Build) -> None:
    network = Lasting(reads=[Shown(TEXT)])
    desk = bench(network)
    account, delivery = published(desk)
    assert read(desk, account, delivery) == S.PUBLISHED
    found = record(desk, delivery)
    assert found is not None
    assert (found.verdict, network.asked_about) == (Verdict.SAME, [row(desk, delivery).remote_id])
    assert read(desk, account, delivery) == S.PUBLISHED
    assert (len(network.calls), len(network.asked_about)) == (1, 1)


@pytest.mark.parametrize("answer", [None, LATER, OUT, BROKEN, Shown("Another text")], ids=str)
def test_no_answer_changes_or_repeats_what_was_published(
    bench: Build, answer: Shown | Refused | Exception | None, expect_log: Callable[[str], None]
) -> None:
    if isinstance(answer, Exception):
        expect_log("Reading back failed")
    if answer is OUT:
        expect_log("is signed out")
    network = Lasting(reads=[answer], renewals=[Refused("Revoked", "Sign in.", "revoked", Again.SIGN_IN)])
    desk = bench(network)
    account, delivery = published(desk)
    before = row(desk, delivery)
    for _ in range(8):
        assert read(desk, account, delivery) == S.PUBLISHED
        desk.sender.send(delivery)
        desk.passes(900)
    after = row(desk, delivery)
    assert (after.remote_id, after.permalink, after.sent_at, after.tries) == (
        before.remote_id, before.permalink, before.sent_at, before.tries,
    )  # fmt: skip
    assert len(network.calls) == 1
    assert len(network.asked_about) <= 8
    assert after.read_back_at is None, "it comes to an end"


def test_a_post_in_parts_is_read_part_by_part(bench: Build) -> None:
    network = Lasting(
        parts("part:0", "part:1"),
        script(**{"part:0": [Published("a")], "part:1": [Published("b")]}),
        reads=[Shown("Flu vaccination"), Shown("starts on Monday.")],
    )
    desk = bench(network)
    account, delivery = published(desk)
    assert read(desk, account, delivery) == S.PUBLISHED
    assert network.asked_about == ["a", "b"]
    found = record(desk, delivery)
    assert found is not None
    assert found.verdict is Verdict.SAME


@pytest.mark.parametrize("network", [Scripted()], ids=["cannot be read"])
def test_a_network_without_the_ability_is_noted_once(bench: Build, network: Connector) -> None:
    desk = bench(network)
    account, delivery = published(desk)
    read(desk, account, delivery)
    assert row(desk, delivery).read_back_at is None
    assert record(desk, delivery) is None


def test_a_closed_keyring_is_waited_for(bench: Build, keyring: BreakableKeyring) -> None:
    network = Lasting(reads=[Shown(TEXT)])
    desk = bench(network)
    account, delivery = published(desk)
    keyring.broken = RuntimeError("locked")
    read(desk, account, delivery)
    assert desk.keyring
    assert row(desk, delivery).read_back_at is not None
    keyring.broken = None
    read(desk, account, delivery)
    assert record(desk, delivery) is not None


def test_it_waits_while_something_is_to_be_sent_there(bench: Build) -> None:
    network = Lasting(reads=[Shown(TEXT)])
    desk = bench(network)
    account, delivery = published(desk)
    desk.reading.notice({account})
    assert desk.parts.lanes.idle(0.0)
    desk.reading.notice(set())
    assert desk.parts.lanes.idle(10.0)
    assert record(desk, delivery) is not None


# --- taking down ---


def test_the_network_removes_it(bench: Build) -> None:
    network = Lasting(reads=[Shown(TEXT)])
    desk = bench(network)
    account, delivery = asked(desk)
    desk.removing.turn(account, delivery)
    assert row(desk, delivery).state == S.TAKEN_DOWN
    assert network.removed == [row(desk, delivery).remote_id]
    assert record(desk, delivery) is not None, "what was there was kept first"
    desk.removing.turn(account, delivery)
    assert len(network.removed) == 1


@pytest.mark.parametrize("answer", [LOST, Refused("No", "Too old."), BROKEN], ids=["lost", "refused", "broken"])
def test_an_answer_that_is_not_certain_is_by_hand_and_never_done(
    bench: Build, answer: Refused | Uncertain | Exception, expect_log: Callable[[str], None]
) -> None:
    if isinstance(answer, Exception):
        expect_log("The connector failed")
    network = Lasting(reads=[Shown(TEXT)], removals=[answer])
    desk = bench(network)
    account, delivery = asked(desk)
    desk.removing.turn(account, delivery)
    desk.removing.turn(account, delivery)
    assert (removal(desk, delivery).stage, row(desk, delivery).state) == (Stage.BY_HAND, S.PUBLISHED)
    assert len(network.removed) == 1, "a lost call is not repeated by itself"


def test_it_is_on_disk_before_the_call(bench: Build) -> None:
    stages = []

    class Looking(Lasting):
        def withdraw(self, *given: object) -> Refused | Uncertain | None:
            stages.append(removal(desk, delivery).stage)
            raise KeyboardInterrupt  # as if the process were killed here

    desk = bench(Looking(reads=[Shown(TEXT)]))
    account, delivery = asked(desk)
    with pytest.raises(KeyboardInterrupt):
        desk.removing.turn(account, delivery)
    assert stages == [Stage.CALLING]
    desk.removing.recover()
    assert removal(desk, delivery).stage is Stage.BY_HAND
    assert row(desk, delivery).state == S.PUBLISHED


def test_the_last_part_goes_first_and_one_that_stays_is_told(bench: Build) -> None:
    network = Lasting(
        parts("part:0", "part:1"),
        script(**{"part:0": [Published("a")], "part:1": [Published("b")]}),
        removals=[None, LOST],
    )
    desk = bench(network)
    account, delivery = asked(desk)
    desk.removing.turn(account, delivery)
    assert network.removed == ["b", "a"]
    assert removal(desk, delivery).stage is Stage.BY_HAND


def test_a_renewed_sign_in_asks_once_more(bench: Build) -> None:
    network = Lasting(reads=[Shown(TEXT)], removals=[OUT, None], renewals=[tokens("two")])
    desk = bench(network)
    account, delivery = asked(desk)
    desk.removing.turn(account, delivery)
    assert row(desk, delivery).state == S.TAKEN_DOWN


def test_what_cannot_be_asked_is_left_to_people_at_once(bench: Build) -> None:
    desk = bench(Scripted())
    account, delivery = asked(desk)
    desk.removing.turn(account, delivery)
    assert removal(desk, delivery).stage is Stage.BY_HAND
    assert "cannot delete" in removal(desk, delivery).answer


def test_an_account_that_is_signed_out_leaves_it_to_people(bench: Build) -> None:
    desk = bench(Lasting())
    account, delivery = asked(desk)
    desk.parts.accounts.mark_signed_out(desk.staff.desk.system(), account, "Revoked")
    desk.removing.turn(account, delivery)
    assert removal(desk, delivery).stage is Stage.BY_HAND


def test_a_failing_look_does_not_stop_the_removal(bench: Build, expect_log: Callable[[str], None]) -> None:
    expect_log("Reading back failed")
    desk = bench(Lasting(reads=[BROKEN]))
    account, delivery = asked(desk)
    desk.removing.turn(account, delivery)
    assert row(desk, delivery).state == S.TAKEN_DOWN


def test_a_full_disk_loses_no_answer(
    bench: Build, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[[str], None]
) -> None:
    expect_log("cannot be written down")
    desk = bench(Lasting(reads=[Shown(TEXT)]))
    account, delivery = asked(desk)
    real, tries = Takedowns.end, []

    def end(self: Takedowns, *given: object) -> Stage:
        tries.append(1)
        if len(tries) == 1:
            raise StorageError("The disk is full")
        return real(self, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(Takedowns, "end", end)
    monkeypatch.setattr("scheduler.parts._WRITE_AGAIN", 0.01)
    desk.removing.turn(account, delivery)
    assert (len(tries), row(desk, delivery).state) == (2, S.TAKEN_DOWN)


def test_a_removal_goes_before_what_waits_in_the_lane() -> None:
    lanes, done = Lanes(0), []
    for name in ("one", "two"):
        lanes.offer("account", name, lambda name=name: done.append(name))  # type: ignore[misc]
    lanes.offer("account", "remove", lambda: done.append("remove"), first=True)
    while (found := lanes._take()) is not None:
        _, key, work = found
        work()
        lanes._done("account", key)
    assert done == ["remove", "one", "two"]


def test_what_is_to_be_removed_waits_for_its_time(bench: Build) -> None:
    network = Lasting(reads=[Shown(TEXT)], removals=[LATER, None])
    desk = bench(network)
    account, delivery = asked(desk)
    desk.removing.turn(account, delivery)
    desk.removing.notice()
    assert desk.parts.lanes.idle(0.0), "not before its time"
    desk.staff.clock.forward(timedelta(seconds=5))
    desk.removing.notice()
    assert desk.parts.lanes.idle(10.0)
    assert row(desk, delivery).state == S.TAKEN_DOWN
