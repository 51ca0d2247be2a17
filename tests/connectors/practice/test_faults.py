"""The switchboard of faults: arming, matching, and what each fault does to a request."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from connectors.base import Session
from connectors.practice.profiles import Profile
from tests.fakes.practice import Network, practice_network
from tests.fakes.sendable import picture


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with practice_network(tmp_path) as running:
        yield running


@pytest.fixture
def session(network: Network) -> Session:
    return network.session("Clinic", Profile.LIST)


def post(network: Network, session: Session, text: str = "Hello", key: str = "k") -> requests.Response:
    return network.api("POST", "/api/v1/posts", session, json={"text": text}, headers={"Idempotency-Key": key})


def armed(network: Network) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = network.api("GET", "/api/faults").json()["armed"]
    return found


def test_the_kinds_are_listed_in_words(network: Network) -> None:
    kinds = network.api("GET", "/api/faults").json()["kinds"]
    assert {kind["kind"] for kind in kinds} == {
        "lose_response", "twice", "429", "500", "expire_token", "slow", "cut_upload", "lose_removal",
    }  # fmt: skip
    assert all(kind["what"].endswith(".") for kind in kinds)
    assert [kind["kind"] for kind in kinds if kind["strikes"] == "media"] == ["cut_upload"]


def test_arming_showing_and_clearing(network: Network) -> None:
    answer = network.api("POST", "/api/faults", json={"kind": "500"})
    assert answer.status_code == 201
    assert answer.json() == {"id": 1, "kind": "500", "count": 1, "match": None, "seconds": 5.0}
    network.arm("429", 3, match="flu", seconds=0.5)
    assert [(fault["kind"], fault["count"], fault["match"]) for fault in armed(network)] == [
        ("500", 1, None), ("429", 3, "flu"),
    ]  # fmt: skip
    assert network.api("DELETE", "/api/faults").json() == {"removed": 2}
    assert armed(network) == []


def test_a_kind_may_come_as_a_number(network: Network) -> None:
    assert network.api("POST", "/api/faults", json={"kind": 429, "count": 2.0}).json()["kind"] == "429"


@pytest.mark.parametrize(
    "wanted",
    [
        {"kind": "meteor"}, {}, [], "500", {"kind": "500", "count": 0}, {"kind": "500", "count": "many"},
        {"kind": "500", "count": True}, {"kind": "500", "match": 7}, {"kind": "slow", "seconds": -1},
        {"kind": "slow", "seconds": 1e9},
    ],
)  # fmt: skip
def test_what_cannot_be_armed_is_said_in_words(wanted: Any, network: Network) -> None:
    answer = network.api("POST", "/api/faults", json=wanted)
    assert answer.status_code == 422
    assert answer.json()["error_description"].endswith(".")
    assert armed(network) == []


def test_a_count_is_used_up(network: Network, session: Session) -> None:
    network.arm("500", 2)
    assert [post(network, session).status_code for _ in range(3)] == [500, 500, 201]
    assert len(network.posts()) == 1


def test_two_requests_at_once_never_share_one_use(network: Network, session: Session) -> None:
    network.arm("500", 4)
    codes: list[int] = []

    def send() -> None:
        header = {"Authorization": f"Bearer {session.access.reveal()}"}
        answer = requests.post(f"{network.url}/api/v1/posts", json={"text": "x"}, headers=header, timeout=20)
        codes.append(answer.status_code)

    threads = [threading.Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(codes) == [201] * 6 + [500] * 4


@pytest.mark.parametrize("match", ["clinic", "@clinic", "Clinic", "flu shots"])
def test_matching_by_account_or_text(match: str, network: Network, session: Session) -> None:
    other = network.session("Other", Profile.LIST)
    network.arm("500", 1, match=match)
    assert post(network, other, "nothing of the kind").status_code == 201
    assert post(network, session, "Get your flu shots").status_code == 500


def test_other_texts_and_accounts_are_left_alone(network: Network, session: Session) -> None:
    network.arm("500", 1, match="clini")
    assert post(network, session).status_code == 201
    assert len(armed(network)) == 1


def test_faults_strike_publishing_alone(network: Network, session: Session) -> None:
    network.arm("500")
    assert network.api("GET", "/api/v1/me", session).status_code == 200
    assert network.api("GET", "/api/v1/posts", session).status_code == 200
    _, data = picture()
    assert network.api("POST", "/api/v1/media", session, files={"file": data}).status_code == 201
    assert network.api("DELETE", "/api/v1/posts/1", session).status_code == 404
    assert len(armed(network)) == 1


def test_lose_response_stores_and_says_nothing(network: Network, session: Session) -> None:
    network.arm("lose_response")
    with pytest.raises(requests.ConnectionError):
        post(network, session)
    assert [found["text"] for found in network.posts()] == ["Hello"]


@pytest.mark.parametrize(
    ("profile", "stored", "status"),
    [
        (Profile.KEYED, 1, 200), (Profile.KEYED_60S, 1, 200), (Profile.LIST, 2, 201), (Profile.LATE_LIST, 2, 201),
        (Profile.NO_DUPLICATES, 1, 409), (Profile.BLIND, 2, 201),
    ],
)  # fmt: skip
def test_twice_goes_through_the_same_logic_twice(profile: Profile, stored: int, status: int, network: Network) -> None:
    session = network.session(f"Twice {profile}", profile)
    network.arm("twice")
    assert post(network, session).status_code == status
    assert len(network.posts()) == stored


def test_429_names_the_wait_and_stores_nothing(network: Network, session: Session) -> None:
    network.arm("429", seconds=7)
    answer = post(network, session)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert network.posts() == []


def test_expire_token_lasts_until_a_refresh(network: Network, session: Session) -> None:
    network.arm("expire_token")
    assert [post(network, session).status_code for _ in range(2)] == [401, 401]
    assert network.posts() == []
    assert post(network, network.session("Clinic", Profile.LIST)).status_code == 201


def test_slow_stores_at_once_and_answers_later(network: Network, session: Session) -> None:
    network.arm("slow", seconds=0.4)
    header = {"Authorization": f"Bearer {session.access.reveal()}"}
    with pytest.raises(requests.ReadTimeout):
        requests.post(f"{network.url}/api/v1/posts", json={"text": "x"}, headers=header, timeout=0.2)
    assert len(network.posts()) == 1
    network.arm("slow", seconds=0.2)
    assert post(network, session).status_code == 201


def test_a_slow_answer_does_not_hold_the_end(tmp_path: Path) -> None:
    with practice_network(tmp_path) as network:
        session = network.session("Clinic", Profile.LIST)
        network.arm("slow", seconds=3_000)
        codes: list[int] = []
        thread = threading.Thread(target=lambda: codes.append(post(network, session).status_code))
        thread.start()
        while not network.posts():
            assert thread.is_alive()
    thread.join(10)
    assert codes == [201]


@pytest.mark.parametrize("size", [2_000, 3_000_000])
def test_cut_upload_ends_in_the_middle(size: int, network: Network, session: Session) -> None:
    _, data = picture(size=size)
    network.arm("cut_upload", match="clinic")
    with pytest.raises(requests.ConnectionError):
        network.api("POST", "/api/v1/media", session, files={"file": data})
    answer = network.api("POST", "/api/v1/media", session, files={"file": data})
    assert (answer.status_code, answer.json()["id"]) == (201, "1")  # so nothing was stored before
