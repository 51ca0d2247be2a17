"""Posts and pictures on the practice network, and what each profile makes of a repetition."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.base import Session
from connectors.practice.profiles import Profile
from tests.fakes.desks import HandClock
from tests.fakes.practice import Network, practice_network
from tests.fakes.sendable import picture

MAGIC = {
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff\xe0",
    "image/gif": b"GIF89a",
    "image/webp": b"RIFF\x00\x00\x00\x00WEBP",
}


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def network(tmp_path: Path, clock: HandClock) -> Iterator[Network]:
    with practice_network(tmp_path, clock, rate=20) as running:
        yield running


def post(network: Network, session: Session, text: str = "Hello", key: str | None = None, **parts: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return network.api("POST", "/api/v1/posts", session, json={"text": text, **parts}, headers=headers)


def upload(network: Network, session: Session, data: bytes = MAGIC["image/png"], alt: str = "") -> Any:
    return network.api("POST", "/api/v1/media", session, files={"file": ("x", data)}, data={"alt": alt})


def listed(network: Network, session: Session, **params: Any) -> list[str]:
    return [found["text"] for found in network.api("GET", "/api/v1/posts", session, params=params).json()]


# --- what is stored ---


def test_a_post_is_shown_to_its_account_and_to_tools(network: Network) -> None:
    session = network.session("Clinic")
    item, data = picture(alt="Two nurses, “smiling”")
    media = upload(network, session, data, item.alt).json()
    assert media["sha256"] == hashlib.sha256(data).hexdigest()
    first = post(network, session, "One 🙂").json()
    made = post(network, session, "Zwei", "key-2", media_ids=[media["id"]], reply_to=first["id"], language="de")
    assert made.status_code == 201
    one, two = network.posts()
    assert (one["text"], one["reply_to"], one["idempotency_key"], one["media"]) == ("One 🙂", None, None, [])
    assert two == {
        "id": made.json()["id"], "account": "clinic", "text": "Zwei", "language": "de", "reply_to": first["id"],
        "idempotency_key": "key-2", "created_at": "2027-03-10T15:42:00.000Z",
        "url": f"{network.url}/@clinic#post-{made.json()['id']}",
        "media": [
            {
                "id": media["id"], "alt": item.alt, "sha256": item.sha256, "mime": "image/png", "size": item.size,
                "url": f"{network.url}/media/{media['id']}",
            }
        ],
    }  # fmt: skip
    assert listed(network, session) == ["Zwei", "One 🙂"]
    shown = network.http.get(two["media"][0]["url"], timeout=10)
    assert (shown.content, shown.headers["Content-Type"]) == (data, "image/png")


def test_me(network: Network) -> None:
    found = network.api("GET", "/api/v1/me", network.session("St. Mary’s  Clinic", Profile.BLIND)).json()
    assert (found["handle"], found["name"]) == ("st-mary-s-clinic", "St. Mary’s Clinic")
    assert found["profile"] == Profile.BLIND
    assert found["limits"]["text"] == 500


@pytest.mark.parametrize("mime", MAGIC)
def test_pictures_are_known_by_their_bytes(mime: str, network: Network) -> None:
    answer = upload(network, network.session("Clinic"), MAGIC[mime] + b"rest")
    assert (answer.status_code, answer.json()["mime"]) == (201, mime)


def test_pictures_that_are_refused(network: Network) -> None:
    session = network.session("Clinic")
    png = MAGIC["image/png"]
    assert upload(network, session, b"<svg>").status_code == 422
    assert upload(network, session, png, "a" * 1_501).status_code == 422
    assert upload(network, session, png, "a" * 1_500).status_code == 201
    assert upload(network, session, png.ljust(8_000_001)).status_code == 413
    assert upload(network, session, png.ljust(8_000_000)).status_code == 201
    assert upload(network, session, png.ljust(9_000_000)).status_code == 413  # before it is even read
    assert network.api("POST", "/api/v1/media", session, data={"alt": "x"}).json()["error"] == "no_file"


def test_posts_that_are_refused(network: Network) -> None:
    session, other = network.session("Clinic"), network.session("Other")
    theirs = upload(network, other).json()["id"]
    mine = [upload(network, session).json()["id"] for _ in range(5)]
    assert post(network, session, "ä" * 500).status_code == 201
    too_long = post(network, session, "ä" * 501)
    assert (too_long.status_code, too_long.json()["error"]) == (422, "text_too_long")
    assert too_long.json()["error_description"] == "The text has 501 characters; 500 fit."
    wrong: list[dict[str, Any]] = [
        {"text": " \n"},
        {"text": 7},
        {"media_ids": mine},
        {"media_ids": [theirs]},
        {"media_ids": ["x"]},
        {"media_ids": 5},
        {"reply_to": "999"},
        {"reply_to": [1]},
    ]
    for parts in wrong:
        assert post(network, session, **{"text": "x", **parts}).status_code == 422, parts
    assert network.api("POST", "/api/v1/posts", session, data="no json").status_code == 422
    assert len(network.posts()) == 1


def test_taking_down(network: Network) -> None:
    session, other = network.session("Clinic"), network.session("Other")
    made = post(network, session, media_ids=[upload(network, session).json()["id"]]).json()["id"]
    assert network.api("DELETE", f"/api/v1/posts/{made}", other).status_code == 404
    assert network.api("DELETE", f"/api/v1/posts/{made}", session).status_code == 204
    assert network.api("DELETE", f"/api/v1/posts/{made}", session).json()["error"] == "no_such_post"
    assert network.posts() == []
    assert post(network, session).json()["id"] != made  # an id never means another post


def test_the_list_comes_in_pages(network: Network) -> None:
    session = network.session("Clinic")
    for number in range(5):
        post(network, session, f"Post {number}")
    assert listed(network, session, limit=2) == ["Post 4", "Post 3"]
    third = network.api("GET", "/api/v1/posts", session, params={"limit": 3}).json()[-1]
    assert listed(network, session, before=third["id"]) == ["Post 1", "Post 0"]
    assert listed(network, session, limit=0) == ["Post 4"]
    assert len(listed(network, session, limit=10_000)) == 5


def test_the_rate_limit_asks_to_wait(network: Network, clock: HandClock) -> None:
    session, other = network.session("Clinic"), network.session("Other")
    clock.forward(timedelta(seconds=100))
    for _ in range(20):
        assert post(network, session).status_code == 201
    clock.forward(timedelta(seconds=20))
    answer = post(network, session)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "41")
    assert post(network, other).status_code == 201
    clock.forward(timedelta(seconds=41))
    assert post(network, session).status_code == 201


# --- what a repetition comes to ---


def twice(network: Network, profile: Profile, second_key: str = "k") -> tuple[Any, Any, Session]:
    session = network.session(f"Clinic {profile}", profile)
    return post(network, session, key="k"), post(network, session, key=second_key), session


@pytest.mark.parametrize("profile", [Profile.KEYED, Profile.KEYED_60S])
def test_keyed_gives_the_same_post_again(profile: Profile, network: Network) -> None:
    first, second, session = twice(network, profile)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert len(network.posts()) == 1
    other = network.session("Other", profile)
    assert post(network, other, key="k").status_code == 201  # keys belong to an account
    assert post(network, session, key="k2").status_code == 201
    assert post(network, session).status_code == post(network, session).status_code == 201  # without a key


def test_keyed_never_forgets(network: Network, clock: HandClock) -> None:
    _, _, session = twice(network, Profile.KEYED)
    clock.forward(timedelta(seconds=3_000))
    assert post(network, session, key="k").status_code == 200


def test_keyed_60s_forgets(network: Network, clock: HandClock) -> None:
    first, _, session = twice(network, Profile.KEYED_60S)
    clock.forward(timedelta(seconds=59.9))
    assert post(network, session, key="k").json()["id"] == first.json()["id"]
    clock.forward(timedelta(seconds=0.1))
    again = post(network, session, key="k")
    assert (again.status_code, again.json()["id"] != first.json()["id"]) == (201, True)
    assert post(network, session, key="k").json()["id"] == again.json()["id"]


@pytest.mark.parametrize("profile", [Profile.LIST, Profile.LATE_LIST, Profile.BLIND])
def test_keyless_stores_every_repeat(profile: Profile, network: Network) -> None:
    first, second, _ = twice(network, profile)
    assert (first.status_code, second.status_code) == (201, 201)
    assert [found["idempotency_key"] for found in network.posts()] == ["k", "k"]


def test_refusing_duplicates_does_not_say_which_post(network: Network) -> None:
    first, second, session = twice(network, Profile.NO_DUPLICATES, "another key")
    assert (first.status_code, second.status_code) == (201, 409)
    assert second.json().keys() == {"error", "error_description"}
    assert first.json()["id"] not in second.text
    assert post(network, session, " Hello\n ").status_code == 409
    assert post(network, session, "Hello!").status_code == 201
    assert listed(network, session) == ["Hello!", "Hello"]


def test_the_late_list_is_late(network: Network, clock: HandClock) -> None:
    session = network.session("Late", Profile.LATE_LIST)
    post(network, session)
    assert listed(network, session) == []
    clock.forward(timedelta(seconds=29))
    assert listed(network, session) == []
    clock.forward(timedelta(seconds=1))
    assert listed(network, session) == ["Hello"]


def test_a_blind_account_has_no_list(network: Network) -> None:
    session = network.session("Blind", Profile.BLIND)
    post(network, session)
    answer = network.api("GET", "/api/v1/posts", session)
    assert (answer.status_code, answer.json()["error"]) == (404, "not_offered")
