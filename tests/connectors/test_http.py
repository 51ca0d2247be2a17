"""The border to HTTP: what each kind of failure means, and what never happens."""

import gzip
import io
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from connectors.http import (
    USER_AGENT,
    Answer,
    Call,
    Patience,
    ask,
    is_loopback,
    new_session,
    send,
    unreadable,
    unreadable_public,
)
from connectors.transport import Upload
from editorial.outcomes import Again, Refused, Uncertain
from editorial.secret import Secret
from tests.fakes import wire
from tests.fakes.sendable import picture
from tests.fakes.wire import Wire, answer, own_certificate

PATIENT = Patience(connect=5.0, read=5.0, total=10.0)


@pytest.fixture
def http() -> Iterator[requests.Session]:
    with new_session() as session:
        yield session


def to(url: str, **parts: Any) -> Call:
    return Call("POST", url, "The network", **{"patience": PATIENT, **parts})


def test_a_good_answer_is_data_with_its_headers(http: requests.Session) -> None:
    with Wire(lambda request: answer({"id": "ü"}, 201, {"X-Note": "1"})) as network:
        found = ask(http, to(f"{network.url}/a", params={"q": "1 2"}, body={"x": "ß"}, headers={"X-Mine": "2"}))
    assert isinstance(found, Answer)
    assert (found.status, found.headers["x-note"], found.data) == (201, "1", {"id": "ü"})
    request = network.requests[0]
    assert (request.path, request.json(), request.headers["x-mine"]) == ("/a?q=1+2", {"x": "ß"}, "2")
    assert (request.headers["user-agent"], request.headers["connection"]) == (USER_AGENT, "close")
    assert "authorization" not in request.headers


def test_a_call_without_a_token_takes_no_password_from_elsewhere(
    http: requests.Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else\n", encoding="ascii")
    monkeypatch.setenv("NETRC", str(netrc))
    with Wire() as network:
        ask(http, to(network.url))
    assert "authorization" not in network.requests[0].headers


def test_a_form_goes_out_as_one(http: requests.Session) -> None:
    with Wire() as network:
        ask(http, to(network.url, form={"a": "1&2"}))
    assert network.requests[0].body == b"a=1%262"


def test_every_call_has_its_own_connection(http: requests.Session) -> None:
    keep_alive = wire.raw(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: keep-alive\r\n\r\n{}")
    with Wire(lambda request: keep_alive) as network:
        for _ in range(3):
            assert isinstance(send(http, to(network.url)), Answer)
    assert len(network.requests) == 3


@pytest.mark.parametrize(
    "url", ["http://example.org/x", "http://localhost:1/", "http://127.0.0.1@example.org/", "ftp://x/"]
)
def test_nothing_goes_unencrypted_beyond_this_computer(url: str, http: requests.Session) -> None:
    for result in (ask(http, to(url)), send(http, to(url))):
        assert isinstance(result, Refused)
        assert (result.again, result.code) == (Again.NEVER, "insecure")


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:80/x", True),
        ("http://127.9.9.9/", True),
        ("https://[::1]:8/", True),
        ("http://localhost/", False),
        ("http://127.0.0.1.example.org/", False),
        ("http://user@example.org/127.0.0.1", False),
        ("http://2130706433/", False),
        ("http://[::1", False),
        ("", False),
    ],
)
def test_loopback_is_an_address_not_a_name(url: str, here: bool) -> None:
    assert is_loopback(url) is here


def test_an_address_that_is_none(http: requests.Session) -> None:
    result = send(http, to("https://"))
    assert isinstance(result, Refused)
    assert result.code == "unreachable"


@pytest.mark.parametrize("unsafe", [False, True])
def test_a_certificate_is_always_checked(unsafe: bool, http: requests.Session, tmp_path: Path) -> None:
    http.verify = not unsafe  # asking the session for less safety changes nothing
    with Wire(tls=own_certificate(tmp_path)) as network:
        result = send(http, to(network.url, access=Secret("a-token-to-keep")))
    assert isinstance(result, Refused)
    assert (result.again, result.code) == (Again.LATER, "untrusted")
    assert network.requests == []


def test_a_certificate_that_it_administration_vouches_for(
    http: requests.Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = own_certificate(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "server.pem"))
    with Wire(tls=context) as network:
        assert isinstance(send(http, to(network.url)), Answer)
    with Wire(lambda request: wire.DRIP_BODY, tls=context) as network:
        assert isinstance(send(http, to(network.url, patience=Patience(total=0.4))), Uncertain)


def test_a_handshake_that_breaks_off_sent_nothing(http: requests.Session) -> None:
    with Wire(slam=True) as network:
        result = send(http, to(network.url.replace("http:", "https:")))
    assert isinstance(result, Refused)
    assert (result.again, result.code) == (Again.LATER, "unreachable")


@pytest.mark.parametrize("proxy", ["closed", "refusing"])
def test_a_proxy_that_fails_sent_nothing(proxy: str, http: requests.Session, monkeypatch: pytest.MonkeyPatch) -> None:
    with wire.closed_port() as closed, Wire(lambda request: answer(b"", 407)) as refusing:
        monkeypatch.setenv("https_proxy", closed if proxy == "closed" else refusing.url)
        result = send(http, to("https://network.invalid/post"))
    assert isinstance(result, Refused)
    assert (result.again, result.code) == (Again.LATER, "unreachable" if proxy == "closed" else "proxy")


def test_a_picture_that_nobody_takes_ends_in_time(http: requests.Session) -> None:
    item, data = picture(size=30_000_000)
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        upload = Upload({}, "picture", item.mime, _File(data), item.size)
        result = ask(http, to(url, upload=upload, patience=Patience(read=30.0, total=0.3)))
    assert isinstance(result, Refused)
    assert (result.again, result.code) == (Again.LATER, "lost")


class _File(io.BytesIO):
    """A file that is read piece by piece and never whole."""

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None
        assert 0 < size <= 100_000
        return super().read(size)


def test_the_limit_for_silence_also_holds_for_sending(http: requests.Session) -> None:
    """urllib3 alone would end a pause in taking the body after the seconds that are meant for connecting."""
    item, data = picture(size=20_000_000)
    ended = threading.Event()

    def takes_its_time(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            ended.wait(0.5)
            left = len(Upload({}, "picture", item.mime, _File(data), item.size))
            while left > 0:
                left -= len(connection.recv(1_000_000)) or left
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=takes_its_time, args=(listener,), daemon=True)
        thread.start()
        upload = Upload({}, "picture", item.mime, _File(data), item.size)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        result = ask(http, to(url, upload=upload, patience=Patience(connect=0.1, read=10.0, total=30.0)))
        ended.set()
        thread.join(10)
    assert isinstance(result, Answer)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "120"}, 120.0),
        ({"Retry-After": " 0 "}, 0.0),
        ({"Retry-After": "999999"}, 86_400.0),
        ({"Retry-After": "Sat, 21 Nov 2026 10:00:30 GMT", "Date": "Sat, 21 Nov 2026 10:00:00 GMT"}, 30.0),
        ({"Retry-After": "Sat, 21 Nov 2026 09:00:00 GMT", "Date": "Sat, 21 Nov 2026 10:00:00 GMT"}, 0.0),
        ({"Retry-After": "Sat, 21 Nov 2026 10:00:30 GMT"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-3"}, None),
        ({"Retry-After": "1.5e3"}, None),
        ({"Retry-After": "٣"}, None),
        ({"RateLimit-Reset": "1795251630", "Date": "Sat, 21 Nov 2026 09:00:00 GMT"}, 30.0),
        ({"RateLimit-Reset": "1795251630", "Retry-After": "5", "Date": "Sat, 21 Nov 2026 09:00:00 GMT"}, 5.0),
        ({"RateLimit-Reset": "1795251630"}, None),
        ({"RateLimit-Reset": "30", "Date": "Sat, 21 Nov 2026 09:00:00 GMT"}, None),
        ({}, None),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None, http: requests.Session) -> None:
    sent = {name: value.encode().decode("latin-1") for name, value in headers.items()}
    with Wire(lambda request: answer({}, 429, sent)) as network:
        result = send(http, to(network.url))
    assert isinstance(result, Refused)
    assert (result.again, result.retry_after) == (Again.LATER, seconds)


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        ({"error": "text_too_long", "error_description": "Too long."}, "text_too_long", "Too long."),
        ({"error": "Record not found"}, "HTTP 422", "Record not found"),
        ({"error": {"message": "Bad page", "code": 100}}, "HTTP 422", "Bad page"),
        ({"title": "x", "detail": "One\ntwo\u202e"}, "HTTP 422", "One two"),
        ({"message": "w" * 400}, "HTTP 422", "w" * 299 + "…"),
        ({"error": 7, "message": ["no"]}, "HTTP 422", ""),
        (["no", "object"], "HTTP 422", ""),
        (b"<html>", "HTTP 422", ""),
    ],
)
def test_the_networks_own_words(data: Any, code: str, words: str, http: requests.Session) -> None:
    with Wire(lambda request: answer(data, 422)) as network:
        result = ask(http, to(network.url))
    assert isinstance(result, Refused)
    assert result.code == code
    assert result.advice == (f"The network says: {words}" if words else "Change the post or the account.")


def test_an_answer_may_be_as_long_as_the_limit_and_no_longer(http: requests.Session) -> None:
    exact = b'"' + b"x" * 998 + b'"'
    for body, kind in ((exact, Answer), (exact + b" ", Refused)):
        with Wire(lambda request, body=body: answer(body)) as network:  # type: ignore[misc]
            assert isinstance(ask(http, to(network.url, patience=Patience(answer=1_000))), kind)


def test_a_compressed_bomb_is_not_unpacked(http: requests.Session) -> None:

    packed = gzip.compress(b" " * 50_000_000)
    with Wire(lambda request: answer(packed, headers={"Content-Encoding": "gzip"})) as network:
        assert isinstance(send(http, to(network.url)), Uncertain)
    assert network.requests[0].headers["accept-encoding"] == "identity"


def test_cookies_of_a_network_are_not_kept_for_another_account(http: requests.Session) -> None:
    with Wire(lambda request: answer({}, headers={"Set-Cookie": "session=abc; Path=/"})) as network:
        ask(http, to(network.url))
        ask(http, to(network.url))
    assert "cookie" not in network.requests[1].headers


def test_unreadable_answers_have_words() -> None:
    assert unreadable("Bluesky").again is Again.LATER
    assert "may be live" in unreadable_public("Bluesky").advice
    assert "Bluesky" in unreadable_public("Bluesky").title


@pytest.mark.parametrize("token", ["good-start\r\nX-Evil: 1", "größe-größe", "two words here", ""])
def test_what_is_no_token_goes_nowhere(token: str, http: requests.Session) -> None:
    with Wire() as network:
        result = send(http, to(network.url, access=Secret(token)))
    assert isinstance(result, Refused)
    assert (result.again, network.requests) == (Again.SIGN_IN, [])
