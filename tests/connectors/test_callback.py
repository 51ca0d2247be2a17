"""The listener for the browser: one request, the right one, and nothing of it in a log."""

import logging
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pytest
import requests

from connectors.callback import Callback, Words


class Receiver:
    """Keeps what arrives."""

    def __init__(self) -> None:
        self.queries: list[Mapping[str, str]] = []

    def __call__(self, query: Mapping[str, str]) -> Words:
        self.queries.append(query)
        return "Done <b>", "All & well"


@contextmanager
def listening() -> Iterator[tuple[Callback, Receiver]]:
    receiver = Receiver()
    with Callback("/callback", receiver) as callback:
        yield callback, receiver


def get(url: str, **headers: str) -> requests.Response:
    return requests.get(url, headers=headers, timeout=10)


def test_the_first_request_counts_and_the_page_is_harmless() -> None:
    with listening() as (callback, receiver):
        page = get(f"{callback.redirect_uri}?code=abc&state=x%20y&empty=")
        again = get(f"{callback.redirect_uri}?code=other")
    assert receiver.queries == [{"code": "abc", "state": "x y", "empty": ""}]
    assert (page.status_code, again.status_code) == (200, 410)
    assert "Done &lt;b&gt;" in page.text
    assert "All &amp; well" in page.text
    assert "<script" not in page.text
    assert "abc" not in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert page.headers["Server"].strip() == "Signpost"


def test_only_the_loopback_address_listens_and_only_meanwhile() -> None:
    with listening() as (callback, _):
        host, port = callback.host.split(":")
        assert host == "127.0.0.1"
        assert callback.redirect_uri == f"http://127.0.0.1:{port}/callback"
        with socket.socket(socket.AF_INET6) as other, pytest.raises(OSError, match=r"refused|assign|unreachable"):
            other.connect(("::1", int(port)))
    with pytest.raises(requests.ConnectionError):
        get(callback.redirect_uri)


@pytest.mark.parametrize("path", ["/", "/callback/", "/favicon.ico", "/callback2?code=x"])
def test_another_path_is_not_it(path: str) -> None:
    with listening() as (callback, receiver):
        assert get(f"http://{callback.host}{path}").status_code == 404
        assert receiver.queries == []
        assert get(callback.redirect_uri).status_code == 200  # and does not use the listener up


@pytest.mark.parametrize("host", ["evil.example", "localhost", "127.0.0.1", "127.0.0.1:1", ""])
def test_another_host_name_is_refused(host: str) -> None:
    with listening() as (callback, receiver):
        assert get(f"{callback.redirect_uri}?code=x", Host=host).status_code == 403
        assert receiver.queries == []


def test_two_host_headers_are_refused() -> None:
    with listening() as (callback, receiver), socket.create_connection(("127.0.0.1", _port(callback))) as raw:
        raw.sendall(f"GET /callback?code=x HTTP/1.1\r\nHost: {callback.host}\r\nHost: evil.example\r\n\r\n".encode())
        assert raw.recv(20).startswith(b"HTTP/1.0 403")
        assert receiver.queries == []


@pytest.mark.parametrize("method", ["POST", "HEAD", "PUT", "OPTIONS"])
def test_another_method_is_refused(method: str) -> None:
    with listening() as (callback, receiver):
        assert requests.request(method, f"{callback.redirect_uri}?code=x", timeout=10).status_code == 501
        assert receiver.queries == []


@pytest.mark.parametrize("query", ["code=a&code=b", "code=a&state=1&state=1", "code=" + "a" * 9_000])
def test_a_query_that_nobody_honest_sends_is_empty(query: str) -> None:
    with listening() as (callback, receiver):
        get(f"{callback.redirect_uri}?{query}")
    assert receiver.queries == [{}]


def test_a_spare_connection_does_not_block_the_real_one() -> None:
    with listening() as (callback, receiver):
        spare = socket.create_connection(("127.0.0.1", _port(callback)))
        assert get(f"{callback.redirect_uri}?code=x").status_code == 200
        start = time.monotonic()
    assert time.monotonic() - start < 3  # nor its end, which would otherwise wait five seconds for it
    spare.close()
    assert receiver.queries == [{"code": "x"}]


def test_the_end_waits_for_the_page_to_get_out() -> None:
    entered, leaving = threading.Event(), threading.Event()
    pages: list[str] = []

    def receive(query: Mapping[str, str]) -> Words:
        entered.set()
        assert leaving.wait(10)
        return "Done", ""

    with Callback("/callback", receive) as callback:
        thread = threading.Thread(target=lambda: pages.append(get(callback.redirect_uri).text))
        thread.start()
        assert entered.wait(10)
        threading.Timer(0.2, leaving.set).start()
    assert callback.answered.is_set()
    thread.join(10)
    assert "Done" in pages[0]


def test_of_many_at_once_one_is_taken() -> None:
    with listening() as (callback, receiver):
        codes: list[int] = []
        threads = [
            threading.Thread(target=lambda: codes.append(get(callback.redirect_uri).status_code)) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    assert sorted(codes) == [200] + [410] * 7
    assert len(receiver.queries) == 1


def test_a_window_that_closes_at_once_still_counts(capfd: pytest.CaptureFixture[str]) -> None:
    arrived = threading.Event()

    def receive(query: Mapping[str, str]) -> Words:
        arrived.set()
        return "x" * 5_000_000, ""  # too long for the socket's buffers: writing it meets the closed window

    with Callback("/callback", receive) as callback, socket.create_connection(("127.0.0.1", _port(callback))) as raw:
        raw.sendall(f"GET /callback?code=secret-code HTTP/1.1\r\nHost: {callback.host}\r\n\r\n".encode())
        assert arrived.wait(10)
    assert capfd.readouterr() == ("", "")


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    caplog.set_level(logging.DEBUG)
    with listening() as (callback, _), socket.create_connection(("127.0.0.1", _port(callback))) as raw:
        raw.sendall(f"GET /callback?code=secret-code HTTP/1.1\r\nHost: {callback.host}\r\n\r\n".encode())
        assert raw.recv(15).startswith(b"HTTP/1.0 200")
    with listening() as (callback, _), socket.create_connection(("127.0.0.1", _port(callback))) as raw:
        raw.sendall(b"secret-code nonsense here and there\r\n\r\n")
        raw.recv(1)
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def _port(callback: Callback) -> int:
    return int(callback.host.rpartition(":")[2])
