"""Deliveries in doubt: repeated where that is harmless, looked for, else a person's."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from connectors.base import Candidate, Found
from editorial.accounts.register import Accounts
from editorial.delivery.holds import Reason
from editorial.delivery.outbox import Outbox
from editorial.delivery.states import DeliveryState
from editorial.delivery.stopping import Holds
from editorial.outcomes import Again, Published, Refused, Uncertain
from editorial.store.models import Delivery
from tests.fakes.scripted import Finding, Scripted, parts, script, tokens
from tests.scheduler.conftest import Bench, BreakableKeyring, Build, Told

S = DeliveryState
LOST = Uncertain("No answer", "Look.")
OUT = Refused("Signed out", "Sign in.", "out", Again.SIGN_IN)
NOTHING = Found(())
DAY = timedelta(hours=24)
SERVER = "http://127.0.0.1:1"


def row(bench: Bench, delivery: str) -> Delivery:
    with bench.staff.desk.reading() as session:
        return session.get_one(Delivery, delivery)


def candidate(number: int = 1, *, exact: bool = True, at: datetime | None = None) -> Candidate:
    return Candidate(Published(f"r-{number}", f"https://x.example/{number}"), "Flu vaccination", at, exact)


def in_doubt(bench: Bench, text: str = "Flu vaccination starts on Monday.", account: str | None = None) -> str:
    """A delivery whose first answer was lost, with the first turn planned."""
    delivery = bench.due(text, account)
    bench.sender.send(delivery)
    assert row(bench, delivery).state == S.UNCERTAIN
    bench.looking.begin(row(bench, delivery).account_id, delivery)
    return delivery


def turn(bench: Bench, delivery: str, number: int = 0) -> str:
    """Lets the time of a turn come, and makes it."""
    bench.passes(bench.turns()[f"doubt {delivery}"])
    bench.parts.timetable.drop(f"doubt {delivery}")
    bench.looking.turn(row(bench, delivery).account_id, delivery, number)
    return row(bench, delivery).state


def test_found_on_the_network_it_is_published(bench: Build) -> None:
    desk = bench(Finding(answers=script(post=[LOST]), found=[Found((candidate(2, exact=False), candidate(1)))]))
    delivery = in_doubt(desk)
    assert turn(desk, delivery) == S.PUBLISHED
    assert row(desk, delivery).remote_id == "r-1"
    assert Outbox(desk.staff.desk).candidates(delivery) == ()
    desk.looking.turn(row(desk, delivery).account_id, delivery, 1)
    assert isinstance(desk.network, Finding)
    assert desk.network.looks == 1


def test_looked_for_at_the_given_times_then_a_persons(bench: Build) -> None:
    network = Finding(answers=script(post=[LOST]), found=[NOTHING])
    desk = bench(network)
    delivery = in_doubt(desk)
    waits = []
    for number in range(3):
        waits.append(desk.turns()[f"doubt {delivery}"])
        assert turn(desk, delivery, number) == S.UNCERTAIN
    assert waits == pytest.approx([2, 13, 45])
    assert network.looks == 3
    assert len(network.calls) == 1
    found = row(desk, delivery)
    assert "no proof" in found.advice
    desk.looking.notice()
    assert f"doubt {delivery}" not in desk.turns(), "no further turn is planned"


def test_a_person_may_have_it_looked_for_again(bench: Build) -> None:
    network = Finding(answers=script(post=[LOST]), found=[NOTHING])
    desk = bench(network)
    delivery = in_doubt(desk)
    for number in range(3):
        turn(desk, delivery, number)
    Outbox(desk.staff.desk).look_again(desk.staff.mira.actor, delivery)
    desk.looking.notice()
    assert desk.turns()[f"doubt {delivery}"] == pytest.approx(2)
    network.found = [Found((candidate(),))]
    assert turn(desk, delivery, 0) == S.PUBLISHED
    desk.looking.notice()
    assert f"doubt {delivery}" not in desk.turns(), "one wish, one series"


def test_seen_late_it_is_still_found(bench: Build) -> None:
    network = Finding(answers=script(post=[LOST]), found=[NOTHING, NOTHING, Found((candidate(),))])
    desk = bench(network)
    delivery = in_doubt(desk)
    assert [turn(desk, delivery, number) for number in range(3)] == [S.UNCERTAIN, S.UNCERTAIN, S.PUBLISHED]


def test_similar_posts_are_evidence_and_no_more(bench: Build) -> None:
    desk = bench(
        Finding(answers=script(post=[LOST]), found=[Found(tuple(candidate(n, exact=False) for n in range(9)))])
    )
    delivery = in_doubt(desk)
    assert turn(desk, delivery) == S.UNCERTAIN
    shown = Outbox(desk.staff.desk).candidates(delivery)
    assert len(shown) == 5
    assert shown[0] == {
        "remote_id": "r-0", "permalink": "https://x.example/0", "text": "Flu vaccination", "created_at": "",
        "exact": "no",
    }  # fmt: skip
    assert "resembles" in row(desk, delivery).advice


def test_the_oldest_exact_one_is_taken(bench: Build) -> None:
    network = Finding(answers=script(post=[LOST]))
    desk = bench(network)
    now = desk.staff.clock.now()
    network.found = [Found((candidate(3), candidate(2, at=now + timedelta(seconds=1)), candidate(1, at=now)))]
    delivery = in_doubt(desk)
    assert turn(desk, delivery) == S.PUBLISHED
    assert row(desk, delivery).remote_id == "r-1"


def test_another_deliverys_post_is_left_out(bench: Build) -> None:
    network = Finding(answers=script(post=[Published("r-1"), LOST]), found=[Found((candidate(1),))])
    desk = bench(network)
    account = desk.account()
    desk.sender.send(desk.due("Same", account))
    delivery = in_doubt(desk, "Same", account)
    assert turn(desk, delivery) == S.UNCERTAIN
    assert Outbox(desk.staff.desk).candidates(delivery) == ()


def test_one_post_that_fits_two_doubts_is_for_a_person(bench: Build) -> None:
    network = Finding(answers=script(post=[LOST]), found=[Found((candidate(1),))])
    desk = bench(network)
    account = desk.account()
    first, second = in_doubt(desk, "Same", account), in_doubt(desk, "Same", account)
    assert turn(desk, first) == S.UNCERTAIN
    assert row(desk, second).state == S.UNCERTAIN
    assert "more than one delivery" in row(desk, first).advice


@pytest.mark.parametrize(("again", "looks"), [(Again.NEVER, 1), (Again.LATER, 3)])
def test_a_network_that_cannot_be_looked_at(bench: Build, again: Again, looks: int) -> None:
    network = Finding(answers=script(post=[LOST]), found=[Refused("It lists nothing", "Look yourself.", "x", again)])
    desk = bench(network)
    delivery = in_doubt(desk)
    for number in range(3):
        if f"doubt {delivery}" in desk.turns():
            assert turn(desk, delivery, number) == S.UNCERTAIN
    assert network.looks == looks
    assert row(desk, delivery).advice == "It lists nothing. Look yourself."


def test_a_network_that_finds_nothing_at_all_is_a_persons_at_once(bench: Build) -> None:
    desk = bench(Scripted(answers=script(post=[LOST])))
    delivery = in_doubt(desk)
    assert turn(desk, delivery) == S.UNCERTAIN
    assert "cannot look" in row(desk, delivery).advice
    assert f"doubt {delivery}" not in desk.turns()


def test_a_post_of_several_parts_is_a_persons(bench: Build) -> None:
    network = Finding(parts("part:0", "part:1"), script(**{"part:1": [LOST]}), found=[Found((candidate(1),))])
    desk = bench(network)
    delivery = in_doubt(desk)
    assert turn(desk, delivery) == S.UNCERTAIN
    assert network.looks == 0


def test_signed_out_while_looking_is_renewed(bench: Build) -> None:
    network = Finding(answers=script(post=[LOST]), found=[OUT, Found((candidate(1),))], renewals=[tokens("two")])
    desk = bench(network)
    delivery = in_doubt(desk)
    assert turn(desk, delivery) == S.PUBLISHED
    assert network.renewed == ["one"]


def test_while_nobody_can_look_the_turn_waits(bench: Build, keyring: BreakableKeyring) -> None:
    network = Finding(answers=script(post=[LOST]), found=[Found((candidate(1),))])
    desk = bench(network)
    delivery = in_doubt(desk)
    keyring.broken = PermissionError("locked")
    assert turn(desk, delivery) == S.UNCERTAIN
    assert len(desk.keyring) == 1
    keyring.broken = None
    Accounts(desk.staff.desk).mark_signed_out(desk.staff.desk.system(), row(desk, delivery).account_id, "revoked")
    assert turn(desk, delivery) == S.UNCERTAIN
    assert network.looks == 0
    desk.account(credential=tokens("new"))
    assert turn(desk, delivery) == S.PUBLISHED


def test_at_the_end_nobody_looks(bench: Build) -> None:
    network = Finding(answers=script(post=[LOST]), found=[NOTHING])
    desk = bench(network)
    delivery = in_doubt(desk)
    desk.parts.stopping.set()
    assert turn(desk, delivery) == S.UNCERTAIN
    assert network.looks == 0


def test_every_doubt_of_an_earlier_process_is_taken_up_once(bench: Build) -> None:
    desk = bench(Finding(answers=script(post=[LOST]), found=[NOTHING]))
    delivery = desk.due()
    desk.sender.send(delivery)
    desk.looking.notice()
    assert desk.turns() == {f"doubt {delivery}": pytest.approx(2)}
    desk.passes(1)
    desk.looking.notice()
    assert desk.turns() == {f"doubt {delivery}": pytest.approx(1)}


# --- the harmless repeat ---


def test_a_live_key_repeats_once_with_the_same_key(bench: Build) -> None:
    network = Finding(answers=script(post=[LOST, Published("p-1")]), harmless_for=DAY, found=[NOTHING])
    desk = bench(network)
    delivery = in_doubt(desk)
    assert turn(desk, delivery) == S.PUBLISHED
    assert len(network.calls) == 2
    assert len(set(network.keys)) == 1
    assert network.looks == 0


def test_lost_again_it_is_looked_for(bench: Build) -> None:
    network = Finding(answers=script(post=[LOST]), harmless_for=DAY, found=[Found((candidate(),))])
    desk = bench(network)
    delivery = in_doubt(desk)
    desk.doubts.clear()
    assert turn(desk, delivery) == S.UNCERTAIN
    assert desk.doubts == [delivery], "the engine begins a new series"
    desk.looking.begin(row(desk, delivery).account_id, delivery)
    assert turn(desk, delivery) == S.PUBLISHED
    assert len(network.calls) == 2
    assert network.looks == 1


def test_a_repeat_that_a_hold_stops_is_looked_for_instead(bench: Build) -> None:
    network = Finding(answers=script(post=[LOST]), harmless_for=DAY, found=[NOTHING, Found((candidate(),))])
    desk = bench(network)
    delivery = in_doubt(desk)
    Holds(desk.staff.desk).hold(desk.staff.mira.actor, Reason.INCIDENT)
    assert turn(desk, delivery, 0) == S.UNCERTAIN
    assert turn(desk, delivery, 1) == S.PUBLISHED, "looking is no sending"
    assert len(network.calls) == 1


def test_a_repeat_that_a_hold_stops_where_nobody_can_look(bench: Build) -> None:
    network = Scripted(answers=script(post=[LOST]), harmless_for=DAY)
    desk = bench(network)
    delivery = in_doubt(desk)
    Holds(desk.staff.desk).hold(desk.staff.mira.actor, Reason.INCIDENT)
    for number in range(3):
        assert turn(desk, delivery, number) == S.UNCERTAIN
    assert len(network.calls) == 1
    assert "cannot look" in row(desk, delivery).advice


@pytest.mark.parametrize("refusal", [Again.LATER, Again.NEVER, Again.SIGN_IN])
def test_a_refused_repeat_leaves_the_doubt(bench: Build, refusal: Again, expect_log: Callable[[str], None]) -> None:
    if refusal is Again.SIGN_IN:
        expect_log("is signed out")
    network = Scripted(answers=script(post=[LOST, Refused("No", "", "no", refusal, 900.0)]), harmless_for=DAY)
    desk = bench(network)
    delivery = in_doubt(desk)
    assert turn(desk, delivery) == S.UNCERTAIN
    desk.passes(1_000)
    desk.sender.send(delivery)
    assert len(network.calls) == 2
    assert row(desk, delivery).state == S.UNCERTAIN


@pytest.mark.parametrize(
    ("harmless", "wall", "monotonic"),
    [
        (timedelta(seconds=60), 2.0, 2.0),  # a short memory is no memory
        (timedelta(minutes=10), 301.0, 301.0),  # the first half is over
        (timedelta(minutes=10), 2.0, 301.0),  # only by one clock
        (timedelta(minutes=10), 55.0, 310.0),  # the wall clock was set back
    ],
)
def test_when_in_doubt_about_the_key_it_looks_instead(
    bench: Build, harmless: timedelta, wall: float, monotonic: float
) -> None:
    network = Finding(answers=script(post=[LOST]), harmless_for=harmless, found=[NOTHING])
    desk = bench(network)
    delivery = in_doubt(desk)
    desk.staff.clock.at += timedelta(seconds=wall)
    desk.staff.clock.ticks += monotonic
    desk.looking.turn(row(desk, delivery).account_id, delivery, 0)
    assert len(network.calls) == 1


@pytest.mark.parametrize(("off", "repeats"), [(0, True), (30, True), (3_600, False), (None, False)])
def test_after_a_restart_a_server_has_to_confirm_the_time(bench: Build, off: int | None, repeats: bool) -> None:
    """The first attempt was another process's: nobody knows how long ago by the monotonic clock."""
    network = Finding(answers=script(post=[LOST, Published("p-1")]), harmless_for=DAY, found=[NOTHING])
    earlier = bench(network)
    delivery = in_doubt(earlier)
    earlier.passes(2)
    restarted = bench(network)
    if off is not None:
        restarted.times[SERVER] = Told(restarted.staff.clock.now() + timedelta(seconds=off))
    restarted.looking.turn(row(restarted, delivery).account_id, delivery, 0)
    assert (row(restarted, delivery).state == S.PUBLISHED) is repeats
    assert len(network.calls) == (2 if repeats else 1)


def test_an_upload_that_is_too_old_to_repeat_the_same_call_with(bench: Build) -> None:
    network = Finding(parts("media:0", "post"), script(post=[LOST]), harmless_for=DAY, found=[NOTHING])
    desk = bench(network)
    delivery = in_doubt(desk)
    desk.passes(3_700)
    desk.looking.turn(row(desk, delivery).account_id, delivery, 0)
    assert [name for name, _ in network.calls] == ["media:0", "post"]
    assert network.looks == 1
