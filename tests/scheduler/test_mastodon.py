"""The engine and the Mastodon connector together: uploads that take their time, and an answer that is lost."""

import pytest
from sqlmodel import select

from connectors.base import Tokens
from connectors.mastodon import MastodonConnector
from editorial.accounts.register import Accounts, NewAccount
from editorial.delivery.states import DeliveryState
from editorial.secret import Secret
from editorial.store.models import Attempt, Delivery
from tests.connectors.mastodon.server import MEDIA, OWN, STATUSES, behaves, status
from tests.fakes import wire
from tests.fakes.posts import scheduled
from tests.fakes.wire import Behave, Request, Wire, answer
from tests.scheduler.conftest import Bench, Build

S = DeliveryState


class Server:
    """The strict server with a memory: keys and posts. It loses the answer to as many posts as are in `lose`."""

    def __init__(self) -> None:
        self.posts: dict[str, str] = {}  # key to text
        self.working = 0  # how often a picture is still being processed
        self.lose = 0

    def __call__(self, request: Request) -> Behave:
        path = request.path.partition("?")[0]
        if path.startswith("/api/v1/media/") and self.working:
            self.working -= 1
            return answer({"id": path.rpartition("/")[2], "url": None}, 206)
        if path == OWN:
            texts = [f"<p>{text}</p>" for text in self.posts.values()]
            return answer([status("17", text, created_at="2036-01-01T00:00:00.000Z") for text in texts])
        if path == STATUSES:
            self.posts.setdefault(request.headers["idempotency-key"], request.json()["status"])
            if self.lose:
                self.lose -= 1
                return wire.reset
        return behaves(request)


def account(bench: Bench, url: str, version: str = "4.3.1") -> str:
    new = NewAccount(
        "mastodon", url, "desk@social.example", "Alder Bay", {"remote_id": "42", "version": version},
        MastodonConnector.spec.limits,
    )  # fmt: skip
    credential = Tokens(Secret("access-token-1"), None, None, client_id="client-1", client_secret=Secret("c-secret-1"))
    return Accounts(bench.staff.desk).connect(bench.staff.jonas.actor, new, credential.dumps())[0]


def row(bench: Bench, delivery: str) -> Delivery:
    with bench.staff.desk.reading() as session:
        return session.get_one(Delivery, delivery)


def steps(bench: Bench, delivery: str) -> list[tuple[str, str]]:
    with bench.staff.desk.reading() as session:
        found = session.exec(select(Attempt).where(Attempt.delivery_id == delivery)).all()
    return [(each.step, each.outcome) for each in sorted(found, key=lambda each: each.number)]


def test_a_picture_that_takes_its_time_is_uploaded_once(bench: Build) -> None:
    server = Server()
    server.working = 1
    with Wire(server) as network:
        desk = bench(MastodonConnector())
        account_id = account(desk, network.url)
        delivery = scheduled(desk.staff, pictures=1, account=account_id)[1]
        desk.sender.send(delivery)
        assert row(desk, delivery).state == S.RETRYING
        assert Accounts(desk.staff.desk).one(account_id).not_before is None, "others of the account need not wait"
        desk.passes(10)
        desk.sender.send(delivery)
    assert row(desk, delivery).state == S.PUBLISHED
    assert steps(desk, delivery) == [
        ("media:0", "made"), ("ready:0", "refused"), ("ready:0", "made"), ("post", "published")
    ]  # fmt: skip
    assert [request.path for request in network.requests].count(MEDIA) == 1


@pytest.mark.parametrize(("version", "calls"), [("4.3.1", 2), ("4.2.1 (compatible; Akkoma 3.15.2)", 1)])
def test_a_lost_answer_makes_no_second_post(version: str, calls: int, bench: Build) -> None:
    server = Server()
    server.lose = 1
    with Wire(server) as network:
        desk = bench(MastodonConnector())
        delivery = scheduled(desk.staff, account=account(desk, network.url, version))[1]
        desk.sender.send(delivery)
        assert row(desk, delivery).state == S.UNCERTAIN
        desk.looking.begin(row(desk, delivery).account_id, delivery)
        desk.passes(desk.turns()[f"doubt {delivery}"])
        desk.parts.timetable.drop(f"doubt {delivery}")
        desk.looking.turn(row(desk, delivery).account_id, delivery, 0)
    assert row(desk, delivery).state == S.PUBLISHED
    assert len(server.posts) == 1
    assert [request.path for request in network.requests].count(STATUSES) == calls
