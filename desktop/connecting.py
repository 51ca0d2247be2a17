"""Connecting an account: the sign-in (registered first, where a server wants that), who we are there, and the entry in
the register, in that order.
"""

import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from urllib.parse import urlsplit

from connectors.base import (
    AccountInfo,
    Connector,
    Identifies,
    Identity,
    Provider,
    Registers,
    Renews,
    Revokes,
    Session,
    SignsIn,
    Spec,
    Tokens,
)
from connectors.oauth import LoopbackFlow
from connectors.registry import connector, names, open_session
from editorial.accounts.register import Accounts, NewAccount
from editorial.actors import Actor
from editorial.changes import Changes
from editorial.desk import Desk
from editorial.errors import DeskError
from editorial.outcomes import Refused
from editorial.secret import Secret
from editorial.store.models import Account


class ConnectError(DeskError):
    """The account could not be connected or tested; nothing was changed."""

    code = "E-CONNECT"


def canonical_server(address: str) -> str:
    """One spelling for one server: scheme and host in lower case, no default port, no slash at the end.

    As people type it: a bare name means https, and of somebody's page or handle there the server is taken. Raises
    ConnectError where no server is named.
    """
    text = address.strip()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, number = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except ValueError:  # also what is no name by the rules of IDNA
        host, number = "", None
    if not host:
        raise ConnectError("This is not the address of a server", "Nothing was connected.", "Type it once more.")
    default = {"https": 443, "http": 80}.get(parts.scheme.lower())
    port = f":{number}" if number and number != default else ""
    path = "" if parts.path.startswith("/@") else parts.path.rstrip("/")
    return f"{parts.scheme.lower()}://{host}{port}{path}"


class Connecting:
    """One connect flow. `run` blocks until the browser came back, at most five minutes; `cancel` from any thread."""

    def __init__(self, desk: Desk, network: str, server: str, open_browser: Callable[[str], bool | None]) -> None:
        self._desk = desk
        self._server = canonical_server(server)
        self._connector = connector(network)
        self._open_browser = open_browser
        self._flow: LoopbackFlow | None = None
        self._cancelled = threading.Event()

    def cancel(self) -> None:
        """Stops waiting for the browser."""
        self._cancelled.set()
        if self._flow is not None:
            self._flow.cancel()

    def run(self, actor: Actor) -> tuple[str, Changes]:
        """Returns the account's id. Raises NotAllowedError before a browser opens, SignInError, ConnectError."""
        accounts = Accounts(self._desk)
        accounts.may_connect(actor, self._connector.spec.name)
        self._flow = LoopbackFlow(self._provider(), self._open_browser, self._desk.clock)
        if self._cancelled.is_set():  # before there was anything to cancel
            self._flow.cancel()
        tokens = self._flow.run()
        info = AccountInfo("", self._connector.spec.name, self._server, "")
        identity = identify(self._connector, info, tokens)
        return accounts.connect(actor, _new(self._connector.spec, self._server, identity, tokens), tokens.dumps())

    def _provider(self) -> Provider:
        """Where to sign in. Raises ConnectError, where a server refused it in its words."""
        if isinstance(self._connector, Registers):
            with open_session() as http:
                answer = self._connector.register(self._server, http)
            if isinstance(answer, Refused):
                raise ConnectError(answer.title, "Nothing was connected.", answer.advice)
            return answer
        if self._connector.spec.sign_in is None:
            raise ConnectError(f"{self._connector.spec.label} has no browser sign-in", "Nothing was connected.")
        return self._connector.spec.sign_in(self._server)


def typed_networks() -> tuple[Spec, ...]:
    """The networks that are connected by what a person types, without a browser."""
    found = (connector(name) for name in names())
    return tuple(each.spec for each in found if isinstance(each, SignsIn))


def connect_typed(
    desk: Desk, actor: Actor, network: str, typed: Mapping[str, str], password: Secret
) -> tuple[str, Changes]:
    """Connects an account with what was typed into its network's form; returns the account's id.

    Raises NotAllowedError before anything is sent, ConnectError in the network's words.
    """
    accounts, found = Accounts(desk), connector(network)
    accounts.may_connect(actor, network)
    if not isinstance(found, SignsIn):
        raise ConnectError(f"{found.spec.label} has no sign-in by a form", "Nothing was connected.")
    with open_session() as http:
        signed = found.sign_in(typed, password, http, desk.clock.now())
    if isinstance(signed, Refused):
        raise ConnectError(signed.title, "Nothing was connected.", signed.advice)
    new = _new(found.spec, canonical_server(signed.server), signed.identity, signed.tokens)
    return accounts.connect(actor, new, signed.tokens.dumps())


def _new(spec: Spec, server: str, identity: Identity, tokens: Tokens) -> NewAccount:
    return NewAccount(
        network=spec.name,
        server=server,
        handle=identity.handle,
        label=identity.label or identity.handle,
        settings={**identity.settings, "remote_id": identity.remote_id},
        limits=identity.limits or spec.limits,
        expires_at=tokens.expires_at,
    )


def identify(found: Connector, info: AccountInfo, tokens: Tokens) -> Identity:
    """Asks the network whose access this is. Raises ConnectError in its words."""
    if not isinstance(found, Identifies):
        raise ConnectError(f"{found.spec.label} cannot say whose account it is", "Nothing was connected.")
    with open_session() as http:
        answer = found.whoami(Session(info, http, tokens.access))
    if isinstance(answer, Refused):
        raise ConnectError(answer.title, "Nothing was connected.", answer.advice)
    return answer


def account_info(row: Account) -> AccountInfo:
    """A stored account as connectors know it."""
    return AccountInfo(row.id, row.network, row.server, row.handle, dict(row.settings))


def try_access(desk: Desk, actor: Actor, account_id: str) -> tuple[str, Changes]:
    """Asks the network whether our access still works, notes it, and returns what it said, empty when all is well."""
    accounts = Accounts(desk)
    row = accounts.one(account_id)
    tokens = Tokens.loads(accounts.token(row))
    found = connector(row.network)
    if isinstance(found, Renews) and tokens.expires_at is not None and tokens.expires_at <= desk.clock.now():
        # Only the publisher renews: a second one who does would use up the refresh token under its hands.
        return (
            f"The access to {row.label} ran out while nothing was sent. It is renewed before the next post.",
            Changes(),
        )
    try:
        identify(found, account_info(row), tokens)
    except ConnectError as error:
        return str(error), Changes()
    return "", accounts.tested(actor, account_id)


def end_access(desk: Desk, actor: Actor, account_id: str) -> Changes:
    """Disconnects: ends the sign-in on the network's side where it can be reached, and forgets the key in any case."""
    accounts = Accounts(desk)
    row = accounts.one(account_id)
    found = connector(row.network)
    if isinstance(found, Revokes) and row.state == "connected":
        with suppress(DeskError, ValueError), open_session() as http:  # no key here, or none that can be read
            found.revoke(account_info(row), Tokens.loads(accounts.token(row)), http)
    return accounts.disconnect(actor, account_id)
