"""What servers say of an account's home and its tokens."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.atproto import Seen, claims_of, home_of, tokens_of
from editorial.secret import Secret
from tests.fakes.pds import jwt

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)


def doc(end: Any, name: str = "#atproto_pds") -> dict[str, Any]:
    return {"didDoc": {"service": [{"id": "#other", "serviceEndpoint": "https://x.example"}, {
        "id": name, "type": "AtprotoPersonalDataServer", "serviceEndpoint": end}]}}  # fmt: skip


@pytest.mark.parametrize(
    ("data", "home"),
    [
        (doc("https://morel.us-east.host.bsky.network"), "https://morel.us-east.host.bsky.network"),
        (doc("https://PDS.example:8443/"), "https://pds.example:8443"),
        (doc("https://pds.example", "did:plc:abc#atproto_pds"), "https://pds.example"),
        ({}, "https://bsky.social"), ({"didDoc": 7}, "https://bsky.social"),
        ({"didDoc": {"service": 7}}, "https://bsky.social"), (doc("https://pds.example", "#else"), "https://bsky.social"),
        (doc("http://pds.example"), None), (doc("https://127.0.0.1:8080"), None), (doc(7), None),
        (doc("https://user:word@pds.example"), None), (doc("https://pds.example/path"), None),
        (doc("ftp://pds.example"), None),
    ],
)  # fmt: skip
def test_where_an_account_lives(data: Any, home: str | None) -> None:
    assert home_of(data, "https://bsky.social") == home


def test_a_server_on_this_computer_is_its_own_home() -> None:
    assert home_of(doc("https://pds.example"), "http://127.0.0.1:2583") == "http://127.0.0.1:2583"


@pytest.mark.parametrize("token", ["", "a", "a.b.c", "a..c", "a.W10.c", "a.////.c", "a." + "W1tb" * 9_000 + ".c"])
def test_a_token_that_says_nothing(token: str) -> None:
    assert claims_of(Secret(token)) == {}


@pytest.mark.parametrize(("lives", "known"), [(7_200, True), (0, False), (-5, False), (10**12, False)])
def test_when_a_session_ends(lives: int, known: bool) -> None:
    tokens = tokens_of({"accessJwt": jwt("com.atproto.appPass", lives), "refreshJwt": "later"}, NOW)
    assert tokens is not None
    assert tokens.expires_at == (NOW + timedelta(seconds=lives) if known else None)


@pytest.mark.parametrize("data", [{}, [], {"accessJwt": "a b", "refreshJwt": "c"}, {"accessJwt": 7, "refreshJwt": "c"}])
def test_what_is_no_session(data: Any) -> None:
    assert tokens_of(data, NOW) is None


@pytest.mark.parametrize(
    "value", [{}, {"text": 7}, {"createdAt": "soon"}, {"embed": None}, {"embed": {"$type": "x", "external": {}}}]
)
def test_a_record_of_another_kind_is_read_as_far_as_it_goes(value: Any) -> None:
    seen = Seen.all_in([{"uri": "at://did/app.bsky.feed.post/3k", "value": value}])
    assert seen == [Seen("3k", "", (), None)]


@pytest.mark.parametrize("data", [None, 7, [7], [{}], [{"uri": 7, "value": {}}], [{"uri": "a", "value": []}]])
def test_what_is_no_list_of_records(data: Any) -> None:
    assert Seen.all_in(data) is None
