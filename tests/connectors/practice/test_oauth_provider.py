"""The provider side: what it asks of a client, and what it does with codes and tokens that come back."""

import base64
import hashlib
import http.client
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
import requests

from tests.fakes.desks import HandClock
from tests.fakes.practice import Network, practice_network

VERIFIER = "v" * 43
CALLBACK = "http://127.0.0.1:4711/callback"


def challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with practice_network(tmp_path, HandClock()) as running:
        yield running


def wait(network: Network, **span: float) -> None:
    assert isinstance(network.clock, HandClock)
    network.clock.forward(timedelta(**span))


def request(**changes: str | None) -> dict[str, str]:
    """The query of an authorization request; None leaves one out."""
    query = {
        "response_type": "code", "client_id": "signpost-desk", "redirect_uri": CALLBACK, "state": "s&t",
        "code_challenge": challenge(VERIFIER), "code_challenge_method": "S256", "scope": "read write", **changes,
    }  # fmt: skip
    return {name: value for name, value in query.items() if value is not None}


@dataclass
class Form(HTMLParser):
    """The inputs of a page."""

    page: str
    inputs: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden":
            self.inputs[str(given["name"])] = given["value"] or ""


def decide(network: Network, decision: str = "allow", **changes: str | None) -> dict[str, str]:
    """Open the page, press a button; what the browser would bring back."""
    query = request(**changes)
    form = Form(network.api("GET", "/oauth/authorize", params=query).text).inputs
    choice = {**form, "account": "*new*", "name": "Clinic", "profile": "keyed", "decision": decision}
    answer = network.api("POST", "/oauth/authorize", params=query, data=choice)
    assert answer.status_code == 303, answer.text
    assert answer.headers["Location"].startswith(CALLBACK)
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def exchange(network: Network, code: str, **changes: str) -> requests.Response:
    form = {
        "grant_type": "authorization_code", "code": code, "client_id": "signpost-desk", "redirect_uri": CALLBACK,
        "code_verifier": VERIFIER, **changes,
    }  # fmt: skip
    return network.api("POST", "/oauth/token", data=form)


def tokens(network: Network) -> dict[str, Any]:
    found: dict[str, Any] = exchange(network, decide(network)["code"]).json()
    assert found["token_type"] == "Bearer"
    return found


def refresh(network: Network, token: str, **changes: str) -> requests.Response:
    form = {"grant_type": "refresh_token", "refresh_token": token, "client_id": "signpost-desk", **changes}
    return network.api("POST", "/oauth/token", data=form)


def works(network: Network, access: str) -> bool:
    status = network.api("GET", "/api/v1/me", headers={"Authorization": f"Bearer {access}"}).status_code
    assert status in (200, 401)
    return status == 200


# --- asking for access ---


def test_metadata_names_the_endpoints_and_s256_alone(network: Network) -> None:
    found = network.api("GET", "/.well-known/oauth-authorization-server").json()
    assert found["issuer"] == network.url
    assert found["authorization_endpoint"] == f"{network.url}/oauth/authorize"
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert found["authorization_response_iss_parameter_supported"] is True


def test_allowing_brings_a_code_the_state_and_the_issuer(network: Network) -> None:
    back = decide(network)
    assert back.keys() == {"code", "state", "iss"}
    assert (back["state"], back["iss"]) == ("s&t", network.url)


def test_denying_brings_an_error_the_state_and_the_issuer(network: Network) -> None:
    back = decide(network, "deny")
    assert (back["error"], back["state"], back["iss"]) == ("access_denied", "s&t", network.url)
    assert "state" not in decide(network, "deny", state=None)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "none"}, "unauthorized_client"),
        ({"scope": "read write admin"}, "invalid_scope"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_request_against_the_rules_goes_back_with_the_error(
    method: str, changes: dict[str, str | None], error: str, network: Network
) -> None:
    answer = network.api(method, "/oauth/authorize", params=request(**changes))
    assert answer.status_code == 303
    back = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
    assert (back["error"], back["state"], back["iss"]) == (error, "s&t", network.url)


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "http://evil.example/callback"},
        {"redirect_uri": "https://127.0.0.1:4711/callback"},
        {"redirect_uri": "http://localhost:4711/callback"},
        {"redirect_uri": "http://127.0.0.1.evil.example/callback"},
        {"redirect_uri": "http://me@127.0.0.1:4711/callback"},
        {"redirect_uri": "http://127.0.0.1:4711/other"},
        {"redirect_uri": "http://127.0.0.1:4711/callback?x=1"},
        {"redirect_uri": None},
        {"client_id": "somebody-else"},
        {"client_id": None},
    ],
)
def test_a_stranger_is_sent_nowhere(changes: dict[str, str | None], network: Network) -> None:
    answer = network.api("GET", "/oauth/authorize", params=request(**changes))
    assert answer.status_code == 400
    assert "not known" in answer.text
    assert "Location" not in answer.headers


def test_a_state_of_any_characters_comes_back(network: Network) -> None:
    state = "{[<%zz>]}|^ü\\ +&="
    assert decide(network, state=state)["state"] == state


def test_an_address_that_is_none_is_sent_nowhere(network: Network) -> None:
    raw = http.client.HTTPConnection(network.url.removeprefix("http://"), timeout=10)
    raw.request("GET", f"/oauth/authorize?{urlencode(request())}&x={{[<>]}}")  # which requests would encode
    answer = raw.getresponse()
    assert (answer.status, answer.getheader("Location")) == (400, None)
    raw.close()


def test_any_port_and_both_loopback_addresses(network: Network) -> None:
    for uri in ("http://127.0.0.1:1/callback", "http://127.0.0.1:65000/callback", "http://[::1]:5/callback"):
        assert network.api("GET", "/oauth/authorize", params=request(redirect_uri=uri)).status_code == 200


def test_the_form_needs_the_ticket_of_its_own_page(network: Network) -> None:
    other = Form(network.api("GET", "/oauth/authorize", params=request(state="other")).text).inputs["ticket"]
    for ticket in ("", "x", other):
        form = {"ticket": ticket, "name": "Clinic", "profile": "keyed", "decision": "allow"}
        assert network.api("POST", "/oauth/authorize", params=request(), data=form).status_code == 403


# --- codes ---


def test_a_code_gives_tokens_that_work(network: Network) -> None:
    found = tokens(network)
    assert works(network, found["access_token"])
    assert found["expires_in"] == 3600
    assert set(found["scope"].split()) == {"read", "write"}


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "w" * 43},
        {"code_verifier": ""},
        {"redirect_uri": "http://127.0.0.1:4712/callback"},
        {"client_id": "somebody-else"},
        {"code": "made-up"},
        {"grant_type": "password"},
    ],
)
def test_a_code_with_something_wrong_gives_nothing(changes: dict[str, str], network: Network) -> None:
    code = decide(network)["code"]
    answer = exchange(network, **{"code": code, **changes})
    assert answer.status_code in (400, 401)
    assert "access_token" not in answer.text


def test_a_wrong_verifier_uses_the_code_up(network: Network) -> None:
    code = decide(network)["code"]
    assert exchange(network, code, code_verifier="w" * 43).json()["error"] == "invalid_grant"
    assert exchange(network, code).json()["error"] == "invalid_grant"


def test_a_replayed_code_ends_what_it_gave(network: Network) -> None:
    code = decide(network)["code"]
    found = exchange(network, code).json()
    assert works(network, found["access_token"])
    assert exchange(network, code).json()["error"] == "invalid_grant"
    assert not works(network, found["access_token"])
    assert refresh(network, found["refresh_token"]).status_code == 400


def test_a_code_is_good_for_a_minute(network: Network) -> None:
    code = decide(network)["code"]
    wait(network, seconds=60)
    assert exchange(network, code).json()["error"] == "invalid_grant"


# --- tokens ---


def test_an_access_token_expires(network: Network) -> None:
    found = tokens(network)
    wait(network, seconds=3_599)
    assert works(network, found["access_token"])
    wait(network, seconds=1)
    assert not works(network, found["access_token"])


def test_refreshing_rotates(network: Network) -> None:
    first = tokens(network)
    second = refresh(network, first["refresh_token"]).json()
    assert second["access_token"] != first["access_token"]
    assert second["refresh_token"] != first["refresh_token"]
    assert works(network, second["access_token"])
    assert refresh(network, second["refresh_token"]).status_code == 200


def test_a_rotated_token_that_comes_back_ends_the_sign_in(network: Network) -> None:
    first = tokens(network)
    second = refresh(network, first["refresh_token"]).json()
    assert works(network, second["access_token"])  # so the answer had arrived
    assert refresh(network, first["refresh_token"]).json()["error"] == "invalid_grant"
    assert not works(network, second["access_token"])
    assert refresh(network, second["refresh_token"]).json()["error"] == "invalid_grant"


def test_after_a_lost_answer_the_old_token_is_taken_once_more(network: Network) -> None:
    first = tokens(network)
    lost = refresh(network, first["refresh_token"]).json()
    wait(network, seconds=119)
    second = refresh(network, first["refresh_token"]).json()
    assert works(network, second["access_token"])
    assert not works(network, lost["access_token"])
    assert refresh(network, lost["refresh_token"]).status_code == 400


def test_but_not_for_long(network: Network) -> None:
    first = tokens(network)
    refresh(network, first["refresh_token"])
    wait(network, seconds=121)
    assert refresh(network, first["refresh_token"]).json()["error"] == "invalid_grant"
    assert not works(network, first["access_token"])


def test_a_refresh_token_lasts_ninety_days(network: Network) -> None:
    first = tokens(network)
    wait(network, days=90)
    assert refresh(network, first["refresh_token"]).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("changes", [{"client_id": "somebody-else"}, {"scope": "read write admin"}])
def test_a_refresh_against_the_rules(changes: dict[str, str], network: Network) -> None:
    assert refresh(network, tokens(network)["refresh_token"], **changes).status_code in (400, 401)


def test_an_access_token_is_no_refresh_token_and_the_other_way_round(network: Network) -> None:
    found = tokens(network)
    assert refresh(network, found["access_token"]).status_code == 400
    assert not works(network, found["refresh_token"])


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_revoking_either_ends_the_sign_in(kind: str, network: Network) -> None:
    found = tokens(network)
    form = {"token": found[kind], "client_id": "signpost-desk"}
    assert network.api("POST", "/oauth/revoke", data=form).status_code == 200
    assert not works(network, found["access_token"])
    assert refresh(network, found["refresh_token"]).status_code == 400
    assert network.api("POST", "/oauth/revoke", data=form).status_code == 200
    assert network.api("POST", "/oauth/revoke", data={"client_id": "signpost-desk"}).status_code == 400


def test_a_token_for_reading_does_not_write(network: Network) -> None:
    access = exchange(network, decide(network, scope="read")["code"]).json()["access_token"]
    header = {"Authorization": f"Bearer {access}"}
    assert network.api("GET", "/api/v1/posts", headers=header).status_code == 200
    assert network.api("POST", "/api/v1/posts", headers=header, json={"text": "x"}).status_code == 401


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer"}, {"Authorization": "Basic eDp5"}])
def test_without_a_token_nobody_is_let_in(header: dict[str, str], network: Network) -> None:
    answer = network.api("GET", "/api/v1/me", headers=header)
    assert answer.status_code == 401
    assert "invalid_token" in answer.headers["WWW-Authenticate"]


def test_a_token_in_the_address_does_not_count(network: Network) -> None:
    access = tokens(network)["access_token"]
    assert network.api("GET", "/api/v1/me", params={"access_token": access}).status_code == 401


def test_no_token_stands_in_the_file(network: Network, tmp_path: Path) -> None:
    found = tokens(network)
    data = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert hashlib.sha256(found["access_token"].encode()).hexdigest().encode() in data
    for kind in ("access_token", "refresh_token"):
        assert found[kind].encode() not in data
