"""Signing in through browser and loopback, refreshing, revoking: against the practice network, and against a liar."""

import logging
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from connectors.base import Provider, Session, Tokens
from connectors.http import new_session
from connectors.oauth import LoopbackFlow, SignInError, SignInFailure, refresh, revoke
from connectors.practice.connector import PracticeConnector, provider
from connectors.practice.headless import approve, deny
from connectors.practice.process import PracticeProcess
from editorial.clock import SystemClock
from editorial.outcomes import Again, Refused, Uncertain
from editorial.secret import Secret
from tests.fakes import wire
from tests.fakes.practice import Network
from tests.fakes.wire import Behave, Wire, answer

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
SOON = timedelta(seconds=20)
GOOD = {"access_token": "new-access", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "new-refresh"}


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with new_session() as session:
        yield session


def flow(found: Provider, browser: Callable[[str], Any], limit: timedelta = SOON) -> LoopbackFlow:
    return LoopbackFlow(found, browser, SystemClock(), limit=limit)


def failure(of: LoopbackFlow) -> SignInFailure:
    with pytest.raises(SignInError) as caught:
        of.run()
    return caught.value.kind


def asked(url: str) -> dict[str, str]:
    """The query of the address that the browser is sent to."""
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


def liar(url: str, **parts: Any) -> Provider:
    """The provider data of a fake network."""
    return replace(provider(url), **parts)


def comes_back(**query: str) -> Callable[[str], None]:
    """A browser that comes straight back with this; `state` and `iss` are right unless they are given."""

    def browser(url: str) -> None:
        was = asked(url)
        issuer = url.partition("/oauth")[0]
        sent = {"state": was["state"], "iss": issuer, **query}
        page = requests.get(was["redirect_uri"], {name: text for name, text in sent.items() if text}, timeout=10)
        assert page.status_code == 200

    return browser


# --- signing in ---


def test_signs_in(shared_network: Network) -> None:
    before = datetime.now(UTC)
    tokens = shared_network.tokens("signs-in")
    assert tokens.refresh is not None
    assert tokens.expires_at is not None
    assert before + timedelta(minutes=59) < tokens.expires_at <= datetime.now(UTC) + timedelta(hours=1)
    assert set(tokens.scope.split()) == {"read", "write"}
    session = Session(shared_network.account("signs-in"), shared_network.http, tokens.access)
    assert PracticeConnector().whoami(session)


def test_asks_as_the_rules_for_desktop_programs_say(shared_network: Network) -> None:
    urls: list[str] = []
    for _ in range(2):
        failure(flow(provider(shared_network.url), lambda url: urls.append(url), timedelta(0)))
    first, second = map(asked, urls)
    assert first["code_challenge_method"] == "S256"
    assert len(first["code_challenge"]) == 43
    assert (first["response_type"], first["client_id"], first["scope"]) == ("code", "signpost-desk", "read write")
    assert urlsplit(first["redirect_uri"]).hostname == "127.0.0.1"
    assert len(first["state"]) >= 32
    assert first["state"] != second["state"]
    assert first["code_challenge"] != second["code_challenge"]


def test_the_person_says_no(shared_network: Network) -> None:
    pages: list[str] = []

    def browser(url: str) -> None:
        deny(url)
        pages.append("denied")

    assert failure(flow(provider(shared_network.url), browser)) is SignInFailure.DENIED
    assert pages == ["denied"]


def test_nobody_answers_in_time(shared_network: Network) -> None:
    assert failure(flow(provider(shared_network.url), lambda url: None, timedelta(seconds=0.1))) is (
        SignInFailure.TIMED_OUT
    )


def test_no_browser(shared_network: Network) -> None:
    assert failure(flow(provider(shared_network.url), lambda url: False)) is SignInFailure.NO_BROWSER


def test_stopped_from_another_thread(shared_network: Network) -> None:
    opened = threading.Event()
    signing = flow(provider(shared_network.url), lambda url: opened.set(), timedelta(seconds=60))
    found: list[SignInFailure] = []
    thread = threading.Thread(target=lambda: found.append(failure(signing)))
    thread.start()
    assert opened.wait(10)
    signing.cancel()
    thread.join(5)  # far less than the minute
    assert found == [SignInFailure.CANCELLED]


def test_stopped_before_it_began(shared_network: Network) -> None:
    opened: list[str] = []
    signing = flow(provider(shared_network.url), opened.append)
    signing.cancel()
    assert failure(signing) is SignInFailure.CANCELLED
    assert opened == []


def test_stopped_when_the_tokens_are_already_there(http: requests.Session) -> None:
    """They are given back, so that nothing stays connected that nobody sees."""
    with Wire() as network:
        signing = flow(liar(network.url), comes_back(code="c"))

        def script(request: wire.Request) -> Behave:
            signing.cancel()
            return answer(GOOD)

        network.script = script
        assert failure(signing) is SignInFailure.CANCELLED
    assert [request.path for request in network.requests] == ["/oauth/token", "/oauth/revoke"]
    assert b"token=new-refresh" in network.requests[1].body


@pytest.mark.parametrize("query", [{"state": "x" * 43}, {"state": ""}, {"iss": "https://evil.example"}, {"iss": ""}])
def test_an_answer_that_is_not_ours(query: dict[str, str]) -> None:
    with Wire() as network:
        signing = flow(liar(network.url), comes_back(code="stolen", **query))
        assert failure(signing) is SignInFailure.MISMATCHED
    assert network.requests == []  # the code was not used


def test_an_issuer_that_was_not_named_is_not_compared() -> None:
    with Wire(lambda request: answer(GOOD)) as network:
        tokens = flow(liar(network.url, issuer=None), comes_back(code="c", iss="")).run()
    assert tokens.access.reveal() == "new-access"


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ({"error": "access_denied"}, SignInFailure.DENIED),
        ({"error": "server_error"}, SignInFailure.FAILED),
        ({"error": "access_denied", "code": "c"}, SignInFailure.DENIED),
        ({}, SignInFailure.FAILED),
    ],
)
def test_an_answer_without_a_code(query: dict[str, str], kind: SignInFailure) -> None:
    with Wire() as network:
        assert failure(flow(liar(network.url), comes_back(**query))) is kind
    assert network.requests == []


def test_the_code_goes_with_the_verifier(http: requests.Session) -> None:
    with Wire(lambda request: answer(GOOD)) as network:
        flow(liar(network.url), comes_back(code="the-code")).run()
    form = parse_qs(network.requests[0].body.decode())
    assert form["code"] == ["the-code"]
    assert len(form["code_verifier"][0]) == 43
    assert form["client_id"] == ["signpost-desk"]
    assert form["redirect_uri"][0].startswith("http://127.0.0.1:")


@pytest.mark.parametrize(
    "behave",
    [
        answer({"error": "invalid_grant"}, 400),
        answer({}, 500),
        wire.reset,
        wire.HUGE,
        answer({}),
        answer({**GOOD, "token_type": "mac"}),
        answer({**GOOD, "access_token": "two words"}),
        answer({**GOOD, "access_token": 7}),
    ],
)
def test_a_code_that_gets_no_tokens(behave: Behave) -> None:
    with Wire(lambda request: behave) as network:
        assert failure(flow(liar(network.url), comes_back(code="c"))) is SignInFailure.FAILED


def test_less_than_asked_for_is_given_back() -> None:
    with Wire(lambda request: answer({**GOOD, "scope": "read"})) as network:
        assert failure(flow(liar(network.url), comes_back(code="c"))) is SignInFailure.NOT_GRANTED
    assert network.requests[-1].path == "/oauth/revoke"


def test_more_or_other_order_is_fine() -> None:
    with Wire(lambda request: answer({**GOOD, "scope": "write follow read"})) as network:
        assert flow(liar(network.url), comes_back(code="c")).run().scope == "write follow read"


def test_plain_http_stays_allowed_for_loopback_alone() -> None:
    with Wire(lambda request: answer(GOOD)) as network:
        flow(liar(network.url), comes_back(code="c")).run()
        elsewhere = replace(liar(network.url), token_url="http://network.example/token")
        assert failure(flow(elsewhere, comes_back(code="c"))) is SignInFailure.FAILED
    assert "OAUTHLIB_INSECURE_TRANSPORT" not in os.environ


# --- refreshing ---


def old(**parts: Any) -> Tokens:
    return replace(Tokens(Secret("old-access"), Secret("old-refresh"), NOW, "read write"), **parts)


def renewed(behave: Behave, http: requests.Session, tokens: Tokens | None = None) -> Tokens | Refused | Uncertain:
    with Wire(lambda request: behave) as network:
        return refresh(liar(network.url), tokens or old(), http, NOW)


def test_refreshes(http: requests.Session) -> None:
    with Wire(lambda request: answer(GOOD)) as network:
        found = refresh(liar(network.url), old(), http, NOW)
    assert found == Tokens(Secret("new-access"), Secret("new-refresh"), NOW + timedelta(hours=1), "read write")
    form = parse_qs(network.requests[0].body.decode())
    assert form == {
        "grant_type": ["refresh_token"], "refresh_token": ["old-refresh"], "client_id": ["signpost-desk"],
    }  # fmt: skip


@pytest.mark.parametrize("kept", [{}, {"refresh_token": ""}, {"refresh_token": None}])
def test_a_refresh_token_is_never_replaced_by_nothing(kept: dict[str, Any], http: requests.Session) -> None:
    data = {name: value for name, value in GOOD.items() if name != "refresh_token"} | kept
    found = renewed(answer(data), http)
    assert isinstance(found, Tokens)
    assert found.refresh == Secret("old-refresh")


@pytest.mark.parametrize("lifetime", [None, 0, -1, "soon", True, 1e300])
def test_a_lifetime_that_is_none(lifetime: Any, http: requests.Session) -> None:
    found = renewed(answer({**GOOD, "expires_in": lifetime}), http)
    assert isinstance(found, Tokens)
    assert found.expires_at is None


@pytest.mark.parametrize(
    ("behave", "again"),
    [
        (answer({"error": "invalid_grant", "error_description": "Revoked"}, 400), Again.SIGN_IN),
        (answer({"error": "invalid_grant"}, 401), Again.SIGN_IN),
        (answer({"error": "invalid_client"}, 401), Again.NEVER),
        (answer({"error": "invalid_request"}, 400), Again.NEVER),
        (answer({"error": "temporarily_unavailable"}, 503), Again.LATER),
        (answer(b"<html>", 502), Again.LATER),
        (answer({}, 429, {"Retry-After": "4"}), Again.LATER),
    ],
)
def test_a_refresh_that_is_refused(behave: Behave, again: Again, http: requests.Session) -> None:
    found = renewed(behave, http)
    assert isinstance(found, Refused)
    assert found.again is again


def test_nobody_at_the_token_endpoint(http: requests.Session) -> None:
    with wire.closed_port() as url:
        found = refresh(liar(url), old(), http, NOW)
    assert isinstance(found, Refused)
    assert found.again is Again.LATER


@pytest.mark.parametrize("behave", [wire.reset, wire.CUT, wire.PAGE, wire.HUGE, answer({}), answer([GOOD])])
def test_a_refresh_whose_answer_is_lost_is_uncertain(behave: Behave, http: requests.Session) -> None:
    assert isinstance(renewed(behave, http), Uncertain)


def test_without_a_refresh_token_a_person_signs_in(http: requests.Session) -> None:
    found = refresh(liar("http://127.0.0.1:1"), old(refresh=None), http, NOW)
    assert isinstance(found, Refused)
    assert found.again is Again.SIGN_IN


# --- revoking ---


def test_revokes_the_refresh_token_and_with_it_the_rest(http: requests.Session) -> None:
    with Wire(lambda request: answer(b"")) as network:
        assert revoke(liar(network.url), old(), http) is None
        assert revoke(liar(network.url), old(refresh=None), http) is None
    first, second = (parse_qs(request.body.decode()) for request in network.requests)
    assert (first["token"], first["token_type_hint"]) == (["old-refresh"], ["refresh_token"])
    assert (second["token"], second["token_type_hint"]) == (["old-access"], ["access_token"])


def test_a_revocation_that_cannot_be_done_says_so(http: requests.Session) -> None:
    assert isinstance(revoke(liar("http://127.0.0.1:1", revoke_url=None), old(), http), Refused)
    with wire.closed_port() as url:
        assert isinstance(revoke(liar(url), old(), http), Refused)


# --- secrets ---


def test_no_secret_in_logs_errors_or_output(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str], http: requests.Session
) -> None:
    caplog.set_level(logging.DEBUG)
    told: list[str] = []
    seen: list[str] = []

    def browser(url: str) -> None:
        seen.append(asked(url)["state"])
        approve(url, "canary")

    with PracticeProcess(tmp_path) as process:
        network = Network(process.url, http, SystemClock())
        tokens = flow(provider(network.url), browser).run()
        newer = refresh(provider(network.url), tokens, http, NOW)
        assert isinstance(newer, Tokens)
        told += [repr(tokens), str(newer), repr(tokens.dumps())]
        for token in (tokens.access, newer.access):
            PracticeConnector().whoami(Session(network.account("canary"), http, token))
        told += [repr(refresh(provider(network.url), tokens, http, NOW))]  # rotated already
        revoke(provider(network.url), newer, http)
    for held in (tokens, newer):
        assert held.refresh is not None
        seen += [held.access.reveal(), held.refresh.reveal()]
    written = "".join(capfd.readouterr()) + "".join(told)
    written += "".join(f"{record.getMessage()} {record.args!r} {record.exc_info}" for record in caplog.records)
    assert [secret for secret in seen[1:] if secret in written] == []
