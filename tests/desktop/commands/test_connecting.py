"""Connecting, testing and disconnecting an account through the practice network's front door."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest

from connectors.base import AccountInfo, Connector, Tokens
from connectors.oauth import SignInError
from connectors.practice.headless import approve, deny
from connectors.registry import connector
from desktop.connecting import ConnectError, Connecting, canonical_server, end_access, identify, try_access
from editorial.accounts.register import Accounts
from editorial.delivery.outbox import Outbox
from editorial.errors import NotAllowedError
from editorial.secret import Secret
from tests.fakes.desks import Staff, staffed
from tests.fakes.practice import Network, practice_network


@pytest.fixture
def staff(tmp_path: Path) -> Iterator[Staff]:
    with staffed(tmp_path / "w") as found:
        yield found


@pytest.fixture
def network(tmp_path: Path) -> Iterator[Network]:
    with practice_network(tmp_path / "practice") as found:
        yield found


def allowing(name: str) -> Callable[[str], bool]:
    def open_browser(url: str) -> bool:
        approve(url, name, "keyless+list")
        return True

    return open_browser


def connect(staff: Staff, network: Network, name: str = "alderbay") -> str:
    flow = Connecting(staff.desk, "practice", network.url + "/", allowing(name))
    account, changes = flow.run(staff.jonas.actor)
    assert account in changes.ids
    return account


def test_an_account_is_connected_with_what_the_network_says_of_it(staff: Staff, network: Network) -> None:
    account = Accounts(staff.desk).one(connect(staff, network))
    assert (account.network, account.server, account.handle, account.state) == (
        "practice",
        network.url,
        "alderbay",
        "connected",
    )
    assert account.settings["profile"] == "keyless+list"
    assert account.settings["remote_id"]
    assert connect(staff, network) == account.id, "the same identity"
    assert connect(staff, network, "alderbay-news") != account.id
    tokens = Tokens.loads(Accounts(staff.desk).token(Accounts(staff.desk).one(account.id)))
    assert Accounts(staff.desk).one(account.id).expires_at == tokens.expires_at


def test_access_is_tested_where_it_is_used(staff: Staff, network: Network) -> None:
    account = connect(staff, network)
    said, changes = try_access(staff.desk, staff.jonas.actor, account)
    assert (said, account in changes.ids) == ("", True)
    accounts = Accounts(staff.desk)
    tokens = Tokens.loads(accounts.token(accounts.one(account)))
    other = Tokens(Secret("nobody-knows-this-token"), tokens.refresh, tokens.expires_at, tokens.scope)
    accounts.renew(accounts.one(account), other.dumps())
    said, changes = try_access(staff.desk, staff.jonas.actor, account)
    assert said
    assert not changes


def test_disconnecting_ends_the_access_there_and_here(staff: Staff, network: Network) -> None:
    account = connect(staff, network)
    accounts = Accounts(staff.desk)
    access = Tokens.loads(accounts.token(accounts.one(account))).access.reveal()
    me = {"Authorization": f"Bearer {access}"}
    assert network.api("GET", "/api/v1/me", headers=me).status_code == 200
    end_access(staff.desk, staff.jonas.actor, account)
    assert network.api("GET", "/api/v1/me", headers=me).status_code == 401
    assert accounts.one(account).state == "disconnected"
    end_access(staff.desk, staff.jonas.actor, account)  # again: harmless
    assert Outbox(staff.desk).rows() == ()


def test_disconnecting_works_where_the_network_is_gone(staff: Staff, tmp_path: Path) -> None:
    with practice_network(tmp_path / "gone") as network:
        account = connect(staff, network)
    end_access(staff.desk, staff.jonas.actor, account)
    assert Accounts(staff.desk).one(account).state == "disconnected"


def test_nothing_is_connected_by_a_denial_or_without_the_role(staff: Staff, network: Network) -> None:
    def denying(url: str) -> bool:
        deny(url)
        return True

    with pytest.raises(SignInError):
        Connecting(staff.desk, "practice", network.url, denying).run(staff.jonas.actor)

    def never(url: str) -> bool:
        raise AssertionError("a browser was opened for somebody without the role")

    with pytest.raises(NotAllowedError):
        Connecting(staff.desk, "practice", network.url, never).run(staff.helen.actor)
    assert Accounts(staff.desk).all() == ()


def test_a_flow_can_be_stopped(staff: Staff, network: Network) -> None:
    flow = Connecting(staff.desk, "practice", network.url, lambda url: True)
    flow.cancel()
    with pytest.raises(SignInError):
        flow.run(staff.jonas.actor)


def test_what_the_network_answers_instead_is_told(staff: Staff, network: Network) -> None:
    info = AccountInfo("", "practice", network.url, "")
    with pytest.raises(ConnectError):
        identify(connector("practice"), info, Tokens(Secret("nobody-knows-this-token"), None, None, ""))

    class CannotSay:
        spec = connector("practice").spec

    with pytest.raises(ConnectError, match="cannot say whose account"):
        identify(cast(Connector, CannotSay()), info, Tokens(Secret("nobody-knows-this-token"), None, None, ""))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("https://Practice.Example/", "https://practice.example"),
        ("https://practice.example:443", "https://practice.example"),
        ("HTTP://127.0.0.1:8080", "http://127.0.0.1:8080"),
        (" https://bücher.example ", "https://xn--bcher-kva.example"),
        ("social.example", "https://social.example"),
        ("https://social.example/@desk", "https://social.example"),
        ("@desk@social.example", "https://social.example"),
        ("social.example:8443/blog/", "https://social.example:8443/blog"),
    ],
)
def test_one_server_has_one_spelling(typed: str, meant: str) -> None:
    assert canonical_server(typed) == meant


@pytest.mark.parametrize("typed", ["", "   ", "https://", "http://[::1", "https://social.example:port", "https://a..b"])
def test_what_names_no_server_is_told(typed: str) -> None:
    with pytest.raises(ConnectError, match="not the address of a server"):
        canonical_server(typed)
