"""Bluesky in the engine's hands, on a strict server: an ended token and lost answers, and never a second post."""

from collections.abc import Iterator

import pytest

from connectors.base import Tokens
from connectors.bluesky import BlueskyConnector
from desktop.connecting import connect_typed
from editorial.delivery.states import DeliveryState
from editorial.secret import Secret
from scheduler.policy import Move
from tests.fakes import wire
from tests.fakes.pds import HANDLE, PASSWORD, Pds
from tests.fakes.wire import Wire
from tests.scheduler.conftest import Bench, Build
from tests.scheduler.test_sending import row

S = DeliveryState
TEXT = "Flu vaccination starts on Monday: https://alderbay.example/flu #Grippe"


@pytest.fixture
def pds() -> Pds:
    return Pds()


@pytest.fixture
def server(pds: Pds) -> Iterator[Wire]:
    with Wire(pds.script) as found:
        yield found


@pytest.fixture
def desk(bench: Build) -> Bench:
    return bench(BlueskyConnector())


@pytest.fixture
def account(desk: Bench, server: Wire) -> str:
    typed = {"handle": HANDLE, "server": server.url}
    return connect_typed(desk.staff.desk, desk.staff.jonas.actor, "bluesky", typed, Secret(PASSWORD))[0]


def test_an_ended_token_is_renewed_and_the_post_goes_out(desk: Bench, pds: Pds, account: str) -> None:
    pds.sessions += 1  # the server has forgotten the token before its time
    accounts = desk.parts.accounts
    kept = Tokens.loads(accounts.token(accounts.one(account)))
    fresh = Tokens(kept.access, Secret(pds.refresh), kept.expires_at, kept.scope)
    accounts.renew(accounts.one(account), fresh.dumps(), kept.expires_at)
    delivery = desk.due(TEXT, account)
    desk.sender.send(delivery)
    assert row(desk, delivery).state == S.PUBLISHED
    assert [record["text"] for record in pds.records.values()] == [TEXT]
    assert Tokens.loads(accounts.token(accounts.one(account))).refresh == Secret(pds.refresh)


@pytest.mark.parametrize("move", [Move.REPEAT, Move.LOOK])
@pytest.mark.parametrize("lost", [wire.reset, wire.CUT, wire.answer({"error": "UpstreamFailure"}, 502)])
def test_a_lost_answer_is_settled_without_a_second_post(
    desk: Bench, pds: Pds, account: str, lost: wire.Behave, move: Move
) -> None:
    pds.broken["repo.putRecord"] = lost
    delivery = desk.due(TEXT, account)
    desk.sender.send(delivery)
    assert row(desk, delivery).state == S.UNCERTAIN
    assert desk.doubts == [delivery]
    pds.broken.clear()
    desk.policy = lambda facts: move
    desk.passes(5)
    desk.looking.turn(account, delivery, 0)
    found = row(desk, delivery)
    assert found.state == S.PUBLISHED
    assert found.remote_id.endswith(next(iter(pds.records)))
    assert len(pds.records) == 1
