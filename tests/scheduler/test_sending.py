"""One delivery step by step: each on disk before its call, each outcome told to whoever has to act."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from connectors.base import Connector
from editorial.accounts.register import Accounts
from editorial.delivery.holds import Reason
from editorial.delivery.jobs import jobs_of
from editorial.delivery.states import DeliveryState
from editorial.delivery.stopping import Holds
from editorial.errors import DeskError, NotFoundError
from editorial.outcomes import Again, Made, Pending, Published, Refused, StepResult, Uncertain
from editorial.store.database import StorageError
from editorial.store.models import Attempt, Delivery
from scheduler.parts import Outside
from tests.fakes.scripted import Processing, Renewing, Scripted, parts, script, tokens
from tests.scheduler.conftest import Bench, BreakableKeyring, Build, Told

S = DeliveryState
BUSY = Refused("Busy", "Wait.", "busy", Again.LATER, 7.0)
DOWN = Refused("Down", "Wait.", "down", Again.LATER)
OUT = Refused("Signed out", "Sign in.", "out", Again.SIGN_IN)
LOST = Uncertain("No answer", "Look.")


def row(bench: Bench, delivery: str) -> Delivery:
    with bench.staff.desk.reading() as session:
        return session.get_one(Delivery, delivery)


def outcomes(bench: Bench, delivery: str) -> list[tuple[str, str]]:
    with bench.staff.desk.reading() as session:
        found = session.exec(select(Attempt).where(Attempt.delivery_id == delivery)).all()
    return [(each.step, each.outcome) for each in sorted(found, key=lambda each: each.id)]


def sent(bench: Bench, delivery: str) -> str:
    bench.sender.send(delivery)
    return row(bench, delivery).state


def test_steps_in_order_each_with_what_the_earlier_gave(bench: Build) -> None:
    network = Scripted(parts("media:0", "media:1", "post"), script(post=[Published("p-1", "https://x.example/1")]))
    desk = bench(network)
    delivery = desk.due()
    assert sent(desk, delivery) == S.PUBLISHED
    assert [name for name, _ in network.calls] == ["media:0", "media:1", "post"]
    assert sorted(network.dones[2]) == ["media:0", "media:1"]
    assert outcomes(desk, delivery) == [("media:0", "made"), ("media:1", "made"), ("post", "published")]
    assert row(desk, delivery).permalink == "https://x.example/1"
    assert sent(desk, delivery) == S.PUBLISHED
    assert len(network.calls) == 3


def test_an_attempt_is_on_disk_before_its_call(bench: Build) -> None:
    seen: list[list[tuple[str, str]]] = []
    network = Scripted(parts("media:0", "post"))
    desk = bench(network)
    delivery = desk.due()

    def look(result: StepResult) -> Callable[[], StepResult]:
        def answer() -> StepResult:
            seen.append(outcomes(desk, delivery))
            return result

        return answer

    network.answers = {"media:0": [look(Made("m"))], "post": [look(Published("p"))]}
    assert sent(desk, delivery) == S.PUBLISHED
    assert seen == [[("media:0", "")], [("media:0", "made"), ("post", "")]]


def test_a_refused_upload_is_tried_again_and_done_ones_are_not(bench: Build) -> None:
    network = Scripted(parts("media:0", "media:1", "post"), {"media:1": [DOWN, Made("m-1")]})
    desk = bench(network)
    delivery = desk.due()
    assert sent(desk, delivery) == S.RETRYING
    assert sent(desk, delivery) == S.RETRYING, "not before its time"
    desk.passes(5)
    assert sent(desk, delivery) == S.PUBLISHED
    assert [name for name, _ in network.calls] == ["media:0", "media:1", "media:1", "post"]
    assert len(set(network.keys)) == 1


def test_several_public_parts(bench: Build) -> None:
    network = Scripted(parts("part:0", "part:1"), {"part:1": [DOWN, Published("p-1")]})
    desk = bench(network)
    delivery = desk.due()
    assert sent(desk, delivery) == S.RETRYING
    desk.passes(5)
    assert sent(desk, delivery) == S.PUBLISHED
    assert [name for name, _ in network.calls] == ["part:0", "part:1", "part:1"]
    assert network.dones[-1]["part:0"]


def test_a_network_that_asks_to_wait_is_left_alone_by_all_deliveries_of_the_account(bench: Build) -> None:
    network = Scripted(answers=script(post=[BUSY, Published("p-1"), Published("p-2")]))
    desk = bench(network)
    account = desk.account()
    first, second = desk.due("One", account), desk.due("Two", account)
    assert sent(desk, first) == S.RETRYING
    assert sent(desk, second) == S.WAITING
    assert len(network.calls) == 1
    desk.passes(7)
    assert (sent(desk, first), sent(desk, second)) == (S.PUBLISHED, S.PUBLISHED)


@pytest.mark.parametrize(
    ("result", "state", "doubt"),
    [
        (LOST, S.UNCERTAIN, True),
        (Refused("No", "Change it."), S.REFUSED, False),
        (DOWN, S.RETRYING, False),
        (Made("a public step must not say so"), S.UNCERTAIN, True),
    ],
    ids=["lost", "refused", "down", "made"],
)
def test_what_follows_each_answer(
    bench: Build, result: StepResult, state: DeliveryState, doubt: bool, expect_log: Callable[[str], None]
) -> None:
    if isinstance(result, Made):
        expect_log("which it must not")
    desk = bench(Scripted(answers=script(post=[result])))
    delivery = desk.due()
    assert sent(desk, delivery) == state
    assert desk.doubts == ([delivery] if doubt else [])


def test_processing_is_told_with_the_wait(bench: Build) -> None:
    desk = bench(Processing(answers=script(post=[Pending("t", 9.0)])))
    delivery = desk.due()
    assert sent(desk, delivery) == S.PENDING
    assert desk.pending == [(delivery, 9.0)]


# --- signing in again ---


def test_one_renewal_then_the_same_step(bench: Build) -> None:
    network = Renewing(answers=script(post=[OUT, Published("p-1")]), renewals=[tokens("two")])
    desk = bench(network)
    delivery = desk.due()
    assert sent(desk, delivery) == S.PUBLISHED
    assert network.calls == [("post", "one"), ("post", "two")]
    assert outcomes(desk, delivery) == [("post", "refused"), ("post", "published")]
    assert row(desk, delivery).tries == 1
    account = Accounts(desk.staff.desk).all()[0]
    assert (account.state, account.generation) == ("connected", 2)


def test_a_fresh_credential_that_is_turned_down_asks_a_person(bench: Build, expect_log: Callable[[str], None]) -> None:
    expect_log("is signed out")
    network = Renewing(answers=script(post=[OUT]), renewals=[tokens("two")])
    desk = bench(network)
    delivery = desk.due()
    assert sent(desk, delivery) == S.SIGN_IN
    assert len(network.calls) == 2
    assert Accounts(desk.staff.desk).all()[0].state == "signed_out"


def test_revoked_asks_a_person_and_other_deliveries_wait_for_the_same(
    bench: Build, expect_log: Callable[[str], None]
) -> None:
    expect_log("is signed out")
    revoked = Refused("Signed out", "Sign in.", "invalid_grant", Again.SIGN_IN)
    network = Renewing(answers=script(post=[OUT]), renewals=[revoked])
    desk = bench(network)
    account = desk.account()
    first, second = desk.due("One", account), desk.due("Two", account)
    assert (sent(desk, first), sent(desk, second)) == (S.SIGN_IN, S.SIGN_IN)
    assert len(network.calls) == 1
    network.answers = {}
    assert desk.account(credential=tokens("new")) == account
    assert (sent(desk, first), sent(desk, second)) == (S.PUBLISHED, S.PUBLISHED)


@pytest.mark.parametrize("answer", [DOWN, LOST], ids=["transient", "lost"])
def test_a_renewal_that_cannot_be_told_is_tried_later_with_the_old_credential(
    bench: Build, answer: Refused | Uncertain
) -> None:
    network = Renewing(answers=script(post=[OUT, OUT, Published("p-1")]), renewals=[answer, tokens("two")])
    desk = bench(network)
    delivery = desk.due()
    assert sent(desk, delivery) == S.RETRYING
    assert Accounts(desk.staff.desk).all()[0].state == "connected"
    desk.passes(10)
    assert sent(desk, delivery) == S.PUBLISHED
    assert network.renewed == ["one", "one"]
    assert [name for _, name in network.calls] == ["one", "one", "two"]


def test_a_network_without_renewal_asks_a_person(bench: Build, expect_log: Callable[[str], None]) -> None:
    expect_log("is signed out")
    desk = bench(Scripted(answers=script(post=[OUT])))
    delivery = desk.due()
    assert sent(desk, delivery) == S.SIGN_IN
    assert Accounts(desk.staff.desk).all()[0].state == "signed_out"


def test_a_keyring_that_closes_during_the_renewal(bench: Build, keyring: BreakableKeyring) -> None:
    network = Renewing(renewals=[tokens("two")])
    desk = bench(network)
    delivery = desk.due()

    def out() -> StepResult:
        keyring.writing = PermissionError("closed")
        return OUT

    network.answers = {"post": [out, Published("p-1")]}
    assert sent(desk, delivery) == S.RETRYING
    assert [type(error).__name__ for error in desk.keyring] == ["VaultError"]
    keyring.writing = None
    desk.passes(5)
    assert sent(desk, delivery) == S.PUBLISHED
    assert network.renewed == ["one"], "what the network gave is not lost"
    assert network.calls[-1] == ("post", "two")


# --- before the first step ---


def test_without_a_keyring_deliveries_wait(bench: Build, keyring: BreakableKeyring) -> None:
    network = Scripted()
    desk = bench(network)
    delivery = desk.due()
    keyring.broken = PermissionError("locked")
    assert sent(desk, delivery) == S.WAITING
    assert len(desk.keyring) == 1
    assert network.calls == []
    keyring.broken = None
    assert sent(desk, delivery) == S.PUBLISHED


def test_a_clock_in_doubt_claims_nothing(bench: Build) -> None:
    network = Scripted()
    desk = bench(network)
    delivery = desk.due()
    desk.staff.clock.at += timedelta(minutes=2)
    assert sent(desk, delivery) == S.WAITING
    assert network.calls == []
    desk.times["http://127.0.0.1:1"] = Told(desk.staff.clock.now())
    assert desk.parts.guard.allows("http://127.0.0.1:1")
    assert sent(desk, delivery) == S.PUBLISHED


def test_a_hold_claims_nothing_and_stops_between_steps(bench: Build) -> None:
    network = Scripted(parts("media:0", "post"))
    desk = bench(network)
    delivery, other = desk.due("One"), desk.due("Two", desk.account("other"))

    def held() -> StepResult:
        Holds(desk.staff.desk).hold(desk.staff.mira.actor, Reason.INCIDENT)
        return Made("m")

    network.answers = {"media:0": [held]}
    assert sent(desk, delivery) == S.HELD
    assert sent(desk, other) == S.WAITING
    assert [name for name, _ in network.calls] == ["media:0"]


def test_an_unknown_network_is_stopped_in_words(bench: Build) -> None:
    desk = bench(Scripted())
    delivery = desk.due()

    def unknown(name: str) -> Connector:
        raise NotFoundError("This network is not known here", "", "Bring Signpost up to date.")

    object.__setattr__(desk.parts, "outside", Outside(unknown))
    assert sent(desk, delivery) == S.STOPPED
    assert row(desk, delivery).reason == "This network is not known here"


def test_a_credential_that_cannot_be_read_asks_a_person(bench: Build, expect_log: Callable[[str], None]) -> None:
    expect_log("is signed out")
    desk = bench(Scripted())
    account = desk.staff.connect_practice()  # its credential is no document of ours
    delivery = desk.due(account=account)
    assert sent(desk, delivery) == S.SIGN_IN


def test_a_disconnected_account_is_stopped(bench: Build) -> None:
    network = Scripted()
    desk = bench(network)
    account = desk.account()
    delivery = desk.due(account=account)
    Accounts(desk.staff.desk).disconnect(desk.staff.jonas.actor, account)
    assert sent(desk, delivery) == S.STOPPED
    assert network.calls == []


def test_a_post_whose_parts_are_all_out_is_not_sent_again(bench: Build) -> None:
    network = Scripted(parts("part:0", "part:1"), {"part:1": [DOWN]})
    desk = bench(network)
    delivery = desk.due()
    assert sent(desk, delivery) == S.RETRYING
    network.steps_of = parts("part:0")  # a newer version of the connector makes one part of it
    desk.passes(5)
    assert sent(desk, delivery) == S.STOPPED
    assert len(network.calls) == 2


# --- our own faults ---


@pytest.mark.parametrize(
    ("step", "error", "state"),
    [
        ("media:0", DeskError("A picture has changed", "It is not what was signed."), S.REFUSED),
        ("post", DeskError("A picture has changed", "It is not what was signed."), S.REFUSED),
        ("media:0", ZeroDivisionError("a bug"), S.RETRYING),
        ("post", ZeroDivisionError("a bug"), S.UNCERTAIN),
    ],
    ids=["picture, upload", "picture, post", "bug, upload", "bug, post"],
)
def test_a_connector_that_raises(
    bench: Build, step: str, error: Exception, state: DeliveryState, expect_log: Callable[[str], None]
) -> None:
    if not isinstance(error, DeskError):
        expect_log("The connector failed")

    def fail() -> StepResult:
        raise error

    desk = bench(Scripted(parts("media:0", "post"), {step: [fail]}))
    delivery = desk.due()
    assert sent(desk, delivery) == state
    assert desk.doubts == ([delivery] if state is S.UNCERTAIN else [])


def test_a_full_disk_after_the_call_loses_nothing(bench: Build, expect_log: Callable[[str], None]) -> None:
    expect_log("cannot be written down")
    network = Scripted()
    desk = bench(network)
    delivery = desk.due()
    finish, left = desk.parts.deliveries.finish, iter([True, True])

    def full(*given: object, **named: object) -> DeliveryState:
        for _ in left:
            raise StorageError("The disk is full")
        return finish(*given, **named)  # type: ignore[arg-type]

    desk.parts.deliveries.finish = full  # type: ignore[method-assign]
    desk.parts.stopping.wait = lambda seconds: False  # type: ignore[method-assign, assignment, misc]
    assert sent(desk, delivery) == S.PUBLISHED
    assert len(network.calls) == 1


def test_an_end_while_the_disk_is_full_leaves_it_in_doubt(bench: Build, expect_log: Callable[[str], None]) -> None:
    expect_log("cannot be written down")
    desk = bench(Scripted())
    delivery = desk.due()

    def full(*given: object, **named: object) -> DeliveryState:
        desk.parts.stopping.set()
        raise StorageError("The disk is full")

    desk.parts.deliveries.finish = full  # type: ignore[method-assign]
    with pytest.raises(StorageError):
        desk.sender.send(delivery)
    assert row(desk, delivery).state == S.UNCERTAIN
    assert desk.doubts == [delivery]


def test_at_the_end_no_further_step_begins(bench: Build) -> None:
    network = Scripted(parts("media:0", "post"))
    desk = bench(network)
    delivery = desk.due()

    def end() -> StepResult:
        desk.parts.stopping.set()
        return Made("m-0")

    network.answers = {"media:0": [end]}
    assert sent(desk, delivery) == S.SENDING
    desk.parts.deliveries.recover()
    assert row(desk, delivery).state == S.RETRYING
    assert desk.parts.deliveries.job(delivery).done == {"media:0": "m-0"}


def test_late_ones_are_sent_a_minute_apart(bench: Build) -> None:
    network = Scripted()
    desk = bench(network)
    account = desk.account()
    first, second, normal = (desk.due(text, account) for text in ("One", "Two", "Three"))
    desk.passes(61)
    for each in (first, second):
        desk.sender.send(each, late=True)
    assert (row(desk, first).state, row(desk, second).state) == (S.PUBLISHED, S.WAITING)
    desk.sender.send(normal)
    assert row(desk, normal).state == S.PUBLISHED
    desk.passes(60)
    desk.sender.send(second, late=True)
    assert row(desk, second).state == S.PUBLISHED


def test_an_account_signed_in_anew_while_its_post_waited_in_the_lane(bench: Build) -> None:
    network = Scripted(answers=script(post=[Published("p-1")]))
    desk = bench(network)
    delivery = desk.due()
    with desk.staff.desk.reading() as session:
        read = jobs_of(session, [delivery], desk.staff.clock.now())[delivery]
    desk.account(credential=tokens("two"))
    desk.sender.send(delivery, read=read)
    assert (network.calls, row(desk, delivery).state) == ([], S.WAITING), "it was read with the credential before"
    desk.sender.send(delivery)
    assert network.calls == [("post", "two")]
