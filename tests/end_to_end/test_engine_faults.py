"""Every profile of the practice network with every fault, in one run of the publisher's process.

Never two posts for one post and account through anything we do, and never silently none: what is not known as
published is in front of a person, with words.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from sqlmodel import select

from connectors.practice.process import PracticeProcess
from connectors.practice.profiles import Profile
from editorial.audit.auditing import Auditing
from editorial.delivery.outbox import Row
from editorial.delivery.states import NEEDS_PERSON, DeliveryState
from editorial.store.models import Attempt
from tests.fakes.offices import FileKeyring, Office, office_at
from tests.fakes.publishers import publisher
from tests.fakes.waiting import until

pytestmark = pytest.mark.slow  # minutes in all; the default tier has to stay short

S = DeliveryState
P = Profile
TEXT = "Flu vaccination starts on Monday."
FAULTS = ("none", "lose_response", "twice", "429", "500", "expire_token", "slow", "cut_upload")
PATIENCE, SLOW = 5.0, 8.0  # seconds: an answer that comes after the patience is over is lost
TIMING = {"watch": 0.05, "sweep": 0.5, "lookups": (0.3, 1.5, 4.5)}
LOST = ("lose_response", "slow")
BUSY = (S.WAITING, S.SENDING, S.RETRYING, S.PENDING)


@dataclass
class World:
    """What came of it: rows, posts on the network and our own public calls, each by account."""

    rows: dict[str, Row]
    shown: Counter[str]
    posts: list[dict[str, Any]]
    calls: Counter[str]
    intact: bool


def handle(profile: Profile, fault: str) -> str:
    return f"{profile.value}-{fault}".replace("+", "-").replace("_", "-")


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("faults")
    keyring = folder / "keyring.json"
    options = ("--late-list", "2")
    with (
        PracticeProcess(folder / "network", options=options) as network,
        office_at(folder / "workspace", network.url, FileKeyring(keyring)) as office,
    ):
        for profile in Profile:
            for fault in FAULTS:
                office.connect(handle(profile, fault), profile)
                arm(network.url, profile, fault)
        office.signed(TEXT, list(office.accounts.values()), pictures=1)
        with publisher(office.desk.folder, keyring=str(keyring), timing=TIMING, patience=PATIENCE) as process:
            until(lambda: not any(row.state in BUSY for row in office.rows().values()), 60, "every first try")
            until(lambda: decided(office), 30, "every look-up")
            assert process.end()[0] == 0
        yield outcome(office, network.url)


def arm(url: str, profile: Profile, fault: str) -> None:
    if fault != "none":
        wanted = {"kind": fault, "match": handle(profile, fault), "seconds": SLOW if fault == "slow" else 1}
        assert requests.post(f"{url}/api/faults", json=wanted, timeout=10).status_code == 201


def decided(office: Office) -> bool:
    """Whether nothing is in doubt but what the table below leaves to a person."""
    open_ = {name for name, row in office.rows().items() if row.state is S.UNCERTAIN}
    return open_ <= {handle(profile, fault) for profile in Profile for fault in FAULTS if expected(profile, fault)[1]}


def outcome(office: Office, url: str) -> World:
    posts = requests.get(f"{url}/api/posts", timeout=10).json()
    handles = {row.delivery_id: name for name, row in office.rows().items()}
    with office.desk.reading() as session:
        attempts = session.exec(select(Attempt)).all()
    calls = Counter(handles[each.delivery_id] for each in attempts if each.public)
    shown = Counter(post["account"] for post in posts)
    return World(office.rows(), shown, posts, calls, Auditing(office.desk).check().problem is None)


def expected(profile: Profile, fault: str) -> tuple[int, bool]:
    """(posts on the network, whether a person has to decide)."""
    if fault == "500":
        return (1, False) if profile is P.KEYED else (0, True)
    if fault in LOST:
        return 1, profile is P.BLIND
    if fault == "twice":  # the network itself processed our one call twice
        return (2 if profile in (P.LIST, P.LATE_LIST, P.BLIND) else 1), False
    return 1, False


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("profile", list(Profile))
def test_never_two_and_never_silently_none(world: World, profile: Profile, fault: str) -> None:
    name = handle(profile, fault)
    row, (posts, person) = world.rows[name], expected(profile, fault)
    assert world.shown[name[:40]] == posts
    assert row.state is (S.UNCERTAIN if person else S.PUBLISHED)
    if person:
        assert row.state in NEEDS_PERSON
        assert row.reason
        assert row.advice
    else:
        assert row.permalink in {post["url"] for post in world.posts if post["account"] == name[:40]}
    repeats = profile is P.KEYED and fault in (*LOST, "500")
    tries = 2 if repeats or fault in ("429", "expire_token") else 1
    assert world.calls[name] == tries, "our own public calls"


def test_the_log_tells_it_all_and_verifies(world: World) -> None:
    assert world.intact
    assert len(world.rows) == len(FAULTS) * len(Profile)


def test_every_post_is_exactly_what_was_signed(world: World) -> None:
    assert {post["text"] for post in world.posts} == {TEXT}
    assert {len(post["media"]) for post in world.posts} == {1}
    assert {item["alt"] for post in world.posts for item in post["media"]} == {
        "A nurse at desk 0 answers the telephone"
    }
    keys: dict[str, set[str]] = {}
    for post in world.posts:
        keys.setdefault(post["account"], set()).add(post["idempotency_key"])
    assert all(len(found) == 1 for found in keys.values()), "one key for a delivery, on every try"
