"""kill -9 of the publisher at random moments: no post twice, none silently lost, and the log verifies."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from connectors.practice.process import PracticeProcess
from connectors.practice.profiles import Profile
from editorial.audit.auditing import Auditing
from editorial.delivery.outbox import Outbox
from editorial.delivery.states import NEEDS_PERSON, DeliveryState
from editorial.vault.private import PrivateSecretService
from scheduler.status import is_running
from tests.end_to_end.processes import Network, Publisher, chances, pause, publisher, until
from tests.fakes.offices import Office, office_at

PROFILES = {"keys": Profile.KEYED, "lists": Profile.LIST, "blind": Profile.BLIND}
SLOW = 0.25  # seconds between storing a post and answering: the moment in which a kill hurts most


@pytest.fixture
def office(tmp_path: Path, secret_service: PrivateSecretService) -> Iterator[Office]:
    """A workspace on a real keyring, with an account of each profile on a network of its own process."""
    assert secret_service.environment
    with PracticeProcess(tmp_path / "practice") as network, office_at(tmp_path / "desk", network.url) as made:
        for handle, profile in PROFILES.items():
            made.connect(handle, profile)
        yield made


def write(office: Office, count: int, seconds: float) -> None:
    """So many posts to every account, due soon."""
    when = office.in_seconds(seconds)
    for number in range(count):
        office.signed(f"Post {number}: the car park is closed.", list(office.accounts.values()), when)


def kill_while_publishing(office: Office, kills: int, random: Random) -> Counter[str]:
    """Starts publishers and kills each at a random moment of its work; counts in how many a call was under way."""
    hit: Counter[str] = Counter()
    for number in range(kills):
        process = Publisher(office.desk.folder)
        until(lambda: is_running(office.desk.folder), what="the publisher's start")
        if number % 3 < 2:  # most in the middle of a call, the others anywhere, the start included
            until(lambda: bool(states(office)[DeliveryState.SENDING]), 10, what="a call")
        pause(random.uniform(0.0, 1.5 * SLOW))
        process.kill()
        hit["in a call" if states(office)[DeliveryState.SENDING] else "between calls"] += 1
        assert not is_running(office.desk.folder), "a killed publisher left its lock"
    return hit


def states(office: Office) -> Counter[DeliveryState]:
    return Counter(row.state for row in Outbox(office.desk).rows())


def settle(office: Office, seconds: float) -> None:
    """A last publisher that is left alone, until every delivery is out or waits for a person."""
    ends = NEEDS_PERSON | {DeliveryState.PUBLISHED}
    with publisher(office.desk.folder):
        until(lambda: set(states(office)) <= ends, seconds, what="settling")
        until(lambda: not clearable(office), seconds, what="clearing doubts")


def clearable(office: Office) -> list[str]:
    """Doubts that need no person: keys make a repeat harmless, and a list shows what is there."""
    there = {(post["account"].removeprefix("@"), post["text"]) for post in Network(office.url).posts()}
    blind = {(handle, text) for handle, text in there if handle == "blind"}
    handles = {account: handle for handle, account in office.accounts.items()}
    in_doubt = [row for row in Outbox(office.desk).rows() if row.state is DeliveryState.UNCERTAIN]
    named = [(handles[row.account_id], row.title) for row in in_doubt]
    return [f"{handle}: {text}" for handle, text in named if handle == "keys" or (handle, text) in there - blind]


def check(office: Office, count: int) -> None:
    """What must hold however often it was killed."""
    posts = Network(office.url).posts()
    times = Counter((post["account"].removeprefix("@"), post["text"]) for post in posts)
    twice = {key: number for key, number in times.items() if number > 1}
    assert not twice, f"posted twice: {twice}"
    rows = Outbox(office.desk).rows()
    assert len(rows) == count * len(PROFILES)
    handles = {account: handle for handle, account in office.accounts.items()}
    for row in rows:
        there = times[handles[row.account_id], row.title]
        if row.state is DeliveryState.PUBLISHED:
            assert there == 1, f"called published, but not on the network: {row}"
        else:
            assert row.state in NEEDS_PERSON, f"lost silently: {row}"
            assert there == 0 or row.state is DeliveryState.UNCERTAIN, f"on the network, but told otherwise: {row}"
    verdict = Auditing(office.desk).check()
    assert verdict.problem is None, verdict.problem


def kill_and_check(office: Office, posts: int, kills: int, random: Random) -> None:
    """The whole story, and what it left behind."""
    write(office, posts, 2.0 + posts / 8)  # signing them takes its time
    network = Network(office.url)
    network.arm("slow", 10_000, seconds=SLOW)
    hit = kill_while_publishing(office, kills, random)
    network.calm()
    settle(office, 60)
    check(office, posts)
    assert hit["in a call"], "no kill hit a call: the test showed nothing"
    published = states(office)[DeliveryState.PUBLISHED]
    assert published >= 3 * posts - kills, f"a kill cost more than the call it cut off: {states(office)}, {hit}"


@pytest.mark.slow
def test_killed_while_publishing(office: Office) -> None:
    kill_and_check(office, 4, 3, chances("kill while publishing"))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_killed_over_and_over(office: Office) -> None:
    kill_and_check(office, 20, 15, chances("kill over and over"))


@pytest.mark.slow
def test_killed_while_answers_are_lost(office: Office) -> None:
    random = chances("kill while answers are lost")
    write(office, 3, 2.0)
    network = Network(office.url)
    network.arm("lose_response", 3)
    network.arm("500", 2)
    network.arm("slow", 1_000, seconds=SLOW)
    kill_while_publishing(office, 2, random)
    network.calm()
    settle(office, 60)
    check(office, 3)
