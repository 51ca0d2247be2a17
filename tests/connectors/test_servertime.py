"""Asking a server what time it is."""

from datetime import UTC, datetime

import pytest

from connectors.registry import ask_time
from connectors.servertime import server_time
from tests.fakes import wire
from tests.fakes.wire import Behave, Wire, answer, raw

DATE = "Wed, 10 Mar 2027 15:42:07 GMT"
AT = datetime(2027, 3, 10, 15, 42, 7, tzinfo=UTC)


def dated(status: int = 200, date: str = DATE, **headers: str) -> Behave:
    lines = [f"HTTP/1.1 {status} Any", f"Date: {date}", "Content-Length: 0", *(f"{k}: {v}" for k, v in headers.items())]
    return raw("\r\n".join([*lines, "", ""]).encode())


@pytest.mark.parametrize("status", [200, 204, 301, 401, 404, 429, 500, 503])
def test_whatever_it_answers_carries_the_time(status: int) -> None:
    with Wire(lambda request: dated(status, Location="/elsewhere")) as network:
        found = server_time(network.url)
    assert found is not None
    assert (found.at, found.same_computer) == (AT, True)
    (request,) = network.requests
    assert (request.method, request.path) == ("HEAD", "/")
    assert "authorization" not in request.headers


@pytest.mark.parametrize(
    "behave",
    [wire.reset, raw(), dated(date="yesterday"), dated(date=""), answer(b"", 200), raw(b"220 mail.example ESMTP\r\n")],
    ids=["reset", "closed", "no date", "empty", "none", "not HTTP"],
)
def test_anything_else_says_nothing(behave: Behave) -> None:
    with Wire(lambda request: behave) as network:
        assert server_time(network.url) is None


def test_a_date_in_another_zone_is_one_moment() -> None:
    with Wire(lambda request: dated(date="Wed, 10 Mar 2027 16:42:07 +0100")) as network:
        found = ask_time(network.url)
    assert found is not None
    assert found.at == AT


def test_nobody_there() -> None:
    with wire.closed_port() as url:
        assert server_time(url) is None


@pytest.mark.parametrize("address", ["http://mastodon.example", "ftp://127.0.0.1", "mastodon.example", ""])
def test_elsewhere_only_with_tls(address: str) -> None:
    assert server_time(address) is None
