"""A hospital's network: its proxies, its proxy script, its own certificates, its web filter."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from connectors.http import Answer, Call, Patience, new_session, send
from connectors.looking import look
from connectors.surroundings import PAC, proxy_for, system_trust
from editorial.outcomes import Again, Refused, Uncertain
from tests.fakes.wire import Wire, answer, own_certificate

PATIENT = Patience(connect=5.0, read=5.0, total=10.0)
TO = "https://network.invalid/post"
HTML = {"Content-Type": "text/html; charset=utf-8"}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", PAC):
        monkeypatch.delenv(name, raising=False)
    system_trust.cache_clear()
    yield
    system_trust.cache_clear()


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with new_session() as session:
        yield session


def call(url: str) -> Call:
    return Call("POST", url, "The network", patience=PATIENT)


def script(body: str) -> Wire:
    data = f"function FindProxyForURL(url, host) {{ {body} }}".encode()
    return Wire(lambda request: answer(data, headers={"Content-Type": "application/x-ns-proxy-autoconfig"}))


# --- proxies ---


def test_the_environments_proxy_and_its_exceptions(monkeypatch: pytest.MonkeyPatch) -> None:
    assert proxy_for(TO) is None
    monkeypatch.setenv("https_proxy", "http://proxy.invalid:3128")
    monkeypatch.setenv("no_proxy", "inside.invalid")
    assert proxy_for(TO) == "http://proxy.invalid:3128"
    assert proxy_for("https://inside.invalid/") is None
    monkeypatch.delenv("https_proxy")
    monkeypatch.setenv("all_proxy", "http://all.invalid:80")
    assert proxy_for(TO) == "http://all.invalid:80"


@pytest.mark.parametrize(
    ("body", "proxy"),
    [
        ('return "PROXY p.invalid:8080; PROXY q.invalid:8080; DIRECT";', "http://p.invalid:8080"),
        ('return "DIRECT";', None),
        ('return dnsDomainIs(host, "network.invalid") ? "PROXY p.invalid:1" : "DIRECT";', "http://p.invalid:1"),
        ("return nothingOfTheKind(host);", None),
        ("this is no script", None),
    ],
)
def test_a_script_names_the_proxy(
    body: str, proxy: str | None, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[[str], None]
) -> None:
    if proxy is None and "DIRECT" not in body:
        expect_log("The proxy script could not be used")
    with script(body) as wire:
        monkeypatch.setenv(PAC, f"{wire.url}/proxy.pac")
        assert (proxy_for(TO), proxy_for(TO)) == (proxy, proxy)


def test_a_script_is_fetched_once_and_asked_again_where_it_was_not_there(
    monkeypatch: pytest.MonkeyPatch, expect_log: Callable[[str], None]
) -> None:
    expect_log("The proxy script could not be used")
    there = [False]
    body = b'function FindProxyForURL(url, host) { return "PROXY p.invalid:1"; }'
    with Wire(lambda request: answer(body if there[0] else b"", 200 if there[0] else 404)) as wire:
        monkeypatch.setenv(PAC, f"{wire.url}/late.pac")
        assert proxy_for(TO) is None
        there[0] = True
        assert proxy_for(TO) == proxy_for(TO) == "http://p.invalid:1"
    assert len(wire.requests) == 2


def test_the_environment_goes_before_the_script(monkeypatch: pytest.MonkeyPatch) -> None:
    with script('return "PROXY script.invalid:1";') as wire:
        monkeypatch.setenv(PAC, f"{wire.url}/proxy.pac")
        monkeypatch.setenv("https_proxy", "http://environment.invalid:1")
        assert proxy_for(TO) == "http://environment.invalid:1"


def test_a_proxy_that_wants_another_sign_in_sent_nothing_on(
    http: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Wire(lambda request: answer(b"", 407)) as proxy:
        address = proxy.url.replace("http://", "http://clinic:secret@")
        monkeypatch.setenv("https_proxy", address)
        result = send(http, call(TO))
    assert isinstance(result, Refused)
    assert (result.code, result.again) == ("proxy", Again.LATER)
    (asked,) = proxy.requests
    assert (asked.method, asked.path) == ("CONNECT", "network.invalid:443")
    assert asked.headers["proxy-authorization"] == "Basic Y2xpbmljOnNlY3JldA=="
    assert "secret" not in f"{result.title} {result.advice}"


def test_loopback_goes_past_every_proxy(http: requests.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    with Wire() as network, Wire(lambda request: answer(b"", 502)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("all_proxy", proxy.url)
        assert isinstance(send(http, call(network.url)), Answer)
    assert proxy.requests == []


# --- certificates ---


def test_the_computers_own_authorities_count(
    http: requests.Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Wire(tls=own_certificate(tmp_path)) as network:
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "server.pem"))
        with new_session() as session:
            assert isinstance(send(session, call(network.url)), Answer)


def test_the_way_through_a_proxy_that_wants_a_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    with Wire(lambda request: answer(b"", 407)) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        way = look("https://network.invalid")
    assert (way.proxy, way.issuer, way.fine) == (proxy.url.removeprefix("http://"), "", False)
    assert way.verdict == "cannot be reached (the proxy asks for a sign-in)"


@pytest.mark.parametrize(("server", "fine"), [("http://127.0.0.1:9", True), ("http://network.invalid", False)])
def test_the_way_to_a_plain_server(server: str, fine: bool) -> None:
    assert look(server).fine is fine


def test_the_way_to_a_server_that_is_not_there() -> None:
    way = look("https://127.0.0.1:9")
    assert (way.verdict, way.fine) == ("cannot be reached (ConnectionRefusedError)", False)


# --- web filters ---


@pytest.mark.parametrize(
    ("body", "status", "headers", "kind"),
    [
        (b"<h1>Blocked</h1>", 403, {}, "blocked"),
        (b"<h1>Zscaler: this site is not allowed</h1>", 200, {}, "blocked"),
        (b"<p>URL category: social networking</p>", 200, {}, "blocked"),
        (b"<p>Not allowed</p>", 200, {"Server": "squid/6.1"}, "blocked"),
        (b"<h1>It works</h1>", 200, {}, None),
        (b"<h1>Gateway time-out</h1> squid", 504, {}, None),
    ],
)
def test_a_filter_that_names_itself_sent_nothing_on(
    body: bytes, status: int, headers: dict[str, str], kind: str | None, http: requests.Session
) -> None:
    with Wire(lambda request: answer(body, status, {**HTML, **headers})) as network:
        result = send(http, call(network.url))
    if kind is None:
        assert isinstance(result, Uncertain), "it may have been sent on"
    else:
        assert isinstance(result, Refused)
        assert (result.code, result.again) == (kind, Again.LATER)
