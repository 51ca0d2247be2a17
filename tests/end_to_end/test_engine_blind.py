"""The tests have teeth: an engine that repeats blindly posts twice where the network knows no keys, and is caught."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.practice.profiles import Profile
from editorial.delivery.states import DeliveryState
from scheduler.engine import Engine
from scheduler.parts import Timing
from scheduler.policy import Facts, Move, Policy, careful
from tests.fakes.desks import MemoryKeyring
from tests.fakes.offices import Office, office_at
from tests.fakes.practice import Network, practice_network
from tests.fakes.waiting import until

KEYLESS = (Profile.LIST, Profile.LATE_LIST, Profile.BLIND)
TIMING = Timing(watch=0.05, lookups=(0.1, 0.8))
S = DeliveryState


def blind(facts: Facts) -> Move:
    """What must never be: it timed out, so try again."""
    return Move.REPEAT


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with practice_network(tmp_path / "network", late_list=0.5) as found:
        yield found


@pytest.fixture
def office(tmp_path: Path, network: Network) -> Iterator[Office]:
    with office_at(tmp_path / "workspace", network.url, MemoryKeyring()) as found:
        yield found


def lose_every_first_answer(office: Office, network: Network, policy: Policy) -> Counter[str]:
    """How often each account's post is on the network after the engine has done what the policy says."""
    for profile in KEYLESS:
        name = profile.value.replace("+", "-")
        office.connect(name, profile)
        network.arm("lose_response", match=name)
    office.signed("Once, please.", list(office.accounts.values()))
    engine = Engine(office.desk, timing=TIMING, policy=policy)
    engine.start()
    blind_one = "keyless-blind"
    until(lambda: all(row.state is S.PUBLISHED for name, row in office.rows().items() if name != blind_one))
    until(lambda: office.rows()[blind_one].state in (S.UNCERTAIN, S.PUBLISHED))
    until(lambda: office.rows()[blind_one].state is S.PUBLISHED or "does not list" in office.rows()[blind_one].advice)
    engine.stop(10)
    return Counter(post["account"] for post in network.posts())


def never_twice(shown: Counter[str]) -> None:
    """The detector."""
    assert set(shown.values()) == {1}, f"posted twice: {shown}"


def test_the_careful_engine_posts_once(office: Office, network: Network) -> None:
    shown = lose_every_first_answer(office, network, careful)
    never_twice(shown)
    assert len(shown) == len(KEYLESS)
    assert office.rows()["keyless-blind"].state is S.UNCERTAIN


def test_a_blind_engine_is_caught(office: Office, network: Network) -> None:
    shown = lose_every_first_answer(office, network, blind)
    assert set(shown.values()) == {2}
    with pytest.raises(AssertionError, match="posted twice"):
        never_twice(shown)
