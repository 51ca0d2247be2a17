"""Deliveries that the network works on: asked about, ever more seldom, and not for ever."""

from collections.abc import Callable

import pytest

from editorial.accounts.register import Accounts
from editorial.delivery.states import DeliveryState
from editorial.outcomes import Again, Outcome, Pending, Published, Refused, Uncertain
from editorial.store.models import Delivery
from tests.fakes.scripted import Processing, Scripted, script, tokens
from tests.scheduler.conftest import Bench, BreakableKeyring, Build

S = DeliveryState
DOWN = Refused("Down", "Wait.", "down", Again.LATER)
OUT = Refused("Signed out", "Sign in.", "out", Again.SIGN_IN)


def row(bench: Bench, delivery: str) -> Delivery:
    with bench.staff.desk.reading() as session:
        return session.get_one(Delivery, delivery)


def pending(bench: Bench) -> str:
    """A delivery that the network works on, with the first question planned."""
    delivery = bench.due()
    bench.sender.send(delivery)
    ((found, seconds),) = bench.pending
    assert found == delivery
    bench.polling.begin(row(bench, delivery).account_id, delivery, seconds)
    return delivery


def turn(bench: Bench, delivery: str) -> str:
    wait = bench.turns()[f"poll {delivery}"]
    bench.passes(wait)
    bench.polling.turn(row(bench, delivery).account_id, delivery, wait)
    return row(bench, delivery).state


def network(*polls: Outcome) -> Processing:
    return Processing(answers=script(post=[Pending("t-1", 3.0)]), polls=list(polls), renewals=[tokens("two")])


def test_asked_until_it_is_published(bench: Build) -> None:
    found = network(Pending("t-1", 3.0), Pending("t-2", 1.0), Published("p-1"))
    desk = bench(found)
    delivery = pending(desk)
    assert [turn(desk, delivery) for _ in range(3)] == [S.PENDING, S.PENDING, S.PUBLISHED]
    assert found.asked == ["t-1", "t-1", "t-2"]
    assert row(desk, delivery).remote_id == "p-1"
    desk.polling.turn(row(desk, delivery).account_id, delivery, 1.0)
    assert len(found.asked) == 3


def test_failed_on_the_network(bench: Build) -> None:
    desk = bench(network(Refused("The video cannot be read", "Add another.")))
    assert turn(desk, pending(desk)) == S.REFUSED


def test_a_question_that_fails_is_asked_ever_more_seldom(bench: Build) -> None:
    desk = bench(network(DOWN, Uncertain("Lost", ""), DOWN, Published("p-1")))
    delivery = pending(desk)
    waits = []
    for _ in range(3):
        waits.append(desk.turns()[f"poll {delivery}"])
        assert turn(desk, delivery) == S.PENDING
    assert waits == pytest.approx([3, 6, 12])
    assert turn(desk, delivery) == S.PUBLISHED


def test_waits_have_a_ceiling(bench: Build) -> None:
    desk = bench(network(Pending("t-1", 100_000.0)))
    delivery = pending(desk)
    turn(desk, delivery)
    assert desk.turns()[f"poll {delivery}"] == pytest.approx(desk.parts.timing.poll_most)


def test_after_a_day_a_person_looks(bench: Build) -> None:
    desk = bench(network(Pending("t-1", 3.0)))
    delivery = pending(desk)
    desk.passes(desk.parts.timing.poll_for + 1)
    assert turn(desk, delivery) == S.UNCERTAIN
    assert desk.doubts == [delivery]


def test_signed_out_while_asking_is_renewed(bench: Build) -> None:
    found = network(OUT, Published("p-1"))
    desk = bench(found)
    assert turn(desk, pending(desk)) == S.PUBLISHED
    assert found.renewed == ["one"]


def test_while_nobody_can_ask_it_stays(
    bench: Build, keyring: BreakableKeyring, expect_log: Callable[[str], None]
) -> None:
    found = network(Published("p-1"))
    desk = bench(found)
    delivery = pending(desk)
    keyring.broken = PermissionError("locked")
    assert turn(desk, delivery) == S.PENDING
    assert len(desk.keyring) == 1
    keyring.broken = None
    account = row(desk, delivery).account_id
    Accounts(desk.staff.desk).mark_signed_out(desk.staff.desk.system(), account, "revoked")
    assert turn(desk, delivery) == S.PENDING
    desk.account(credential=tokens("new"))
    assert desk.parts.accounts.one(account).state == "connected"
    desk.network = Scripted()
    expect_log("cannot be asked")
    assert turn(desk, delivery) == S.PENDING
    desk.network = found
    assert turn(desk, delivery) == S.PUBLISHED


def test_a_credential_that_is_gone_asks_a_person_and_the_post_stays(
    bench: Build, keyring: BreakableKeyring, expect_log: Callable[[str], None]
) -> None:
    desk = bench(network(Published("p-1")))
    delivery = pending(desk)
    account = row(desk, delivery).account_id
    for key in [key for key in keyring.entries if account in key[0]]:
        del keyring.entries[key]
    expect_log("is signed out")
    assert turn(desk, delivery) == S.PENDING


def test_what_an_earlier_process_left_is_taken_up_once(bench: Build) -> None:
    desk = bench(network(Published("p-1")))
    delivery = desk.due()
    desk.sender.send(delivery)
    desk.polling.notice()
    assert desk.turns() == {f"poll {delivery}": pytest.approx(2)}
    desk.passes(1)
    desk.polling.notice()
    assert desk.turns() == {f"poll {delivery}": pytest.approx(1)}
    assert turn(desk, delivery) == S.PUBLISHED
    desk.polling.notice()
