"""Tests reach nothing beyond this computer; those marked `live` may, when they are asked for."""

import ipaddress
import socket
from collections.abc import Callable, Generator
from typing import Any

import pytest

_PATCH = pytest.StashKey[pytest.MonkeyPatch]()
_OPEN: list[str] = []  # the live test that runs now


def is_here(host: object) -> bool:
    """Whether a host, as socket functions take it, is this computer."""
    if isinstance(host, bytes):
        host = host.decode()
    if host in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(host).partition("%")[0]).is_loopback
    except ValueError:
        return False


def _guarded(original: Callable[..., Any], where: int) -> Callable[..., Any]:
    """The socket method, refusing addresses elsewhere; `where` is the address's place among the arguments."""

    def call(this: socket.socket, *arguments: Any) -> Any:
        address = arguments[where]
        inet = this.family in (socket.AF_INET, socket.AF_INET6)
        if inet and not _OPEN and not is_here(address[0]):
            # not an Exception: code that turns network errors into outcomes must not hide it
            pytest.fail(f"tests reach no other computer, and this one wanted {address[0]!r}")
        return original(this, *arguments)

    return call


def _lookup(original: Callable[..., Any]) -> Callable[..., Any]:
    """Name lookups, which would tell a name server what the tests do."""

    def call(host: object, *arguments: Any, **options: Any) -> Any:
        if not _OPEN and not is_here(host) and not _is_address(host):
            pytest.fail(f"tests reach no other computer, and this one looked up {host!r}")
        return original(host, *arguments, **options)

    return call


def _is_address(host: object) -> bool:
    try:
        ipaddress.ip_address(str(host))
    except ValueError:
        return False
    return True


def pytest_configure(config: pytest.Config) -> None:
    patch = config.stash[_PATCH] = pytest.MonkeyPatch()
    for name, where in (("connect", 0), ("connect_ex", 0), ("sendto", -1)):
        patch.setattr(socket.socket, name, _guarded(getattr(socket.socket, name), where))
    patch.setattr(socket, "getaddrinfo", _lookup(socket.getaddrinfo))


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[_PATCH].undo()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    if item.get_closest_marker("live"):
        _OPEN.append(item.nodeid)
    try:
        return (yield)
    finally:
        _OPEN.clear()
