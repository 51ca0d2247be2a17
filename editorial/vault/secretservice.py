"""keyring's Secret Service back end with two habits changed: it never prompts, and it keeps its connection.

keyring unlocks, or creates, a collection whenever it meets a closed or missing one. Both open a window that nobody may
ever answer, and the call waits for it. Here every access looks first and raises.

keyring also connects anew for every call. GNOME Keyring registers a new client a moment after its first message came; a
request that is served before that is answered with "no such object", or ends the daemon, which comes back locked (known
of 42.1 and 50.0, as soon as two clients connect at once). So one connection is kept, and it starts with two messages
that need no registration.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import finalize

import secretstorage
from jeepney import DBusErrorResponse  # type: ignore[import-untyped]
from jeepney.bus_messages import message_bus  # type: ignore[import-untyped]
from jeepney.io.blocking import Proxy, open_dbus_connection  # type: ignore[import-untyped]
from keyring.backends import SecretService
from secretstorage.defines import SS_PATH
from secretstorage.exceptions import ItemNotFoundException
from secretstorage.util import BUS_NAME, DBusAddressWrapper, open_session

from editorial.vault.state import VaultError, locked, missing, no_collection

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")
_SESSION_BUS = "DBUS_SESSION_BUS_ADDRESS"
_TRIES = 3  # for the default collection, which the daemon may not find while other clients connect
_PROVIDERS = {
    "gnome-keyring-d": "GNOME Keyring",  # the kernel keeps fifteen letters
    "kwalletd5": "KDE Wallet",
    "kwalletd6": "KDE Wallet",
    "ksecretd": "KDE Wallet",
    "keepassxc": "KeePassXC",
}


class _Link:
    """One connection with its encrypted session and the collection to use."""

    def __init__(self, address: str, preferred: str | None) -> None:
        self.address = address
        self._session: Any = None
        try:
            self.bus = open_dbus_connection(address)
        except TimeoutError:
            raise
        except (OSError, ValueError, RuntimeError):  # nobody there, not an address, or of a kind that is not spoken
            raise missing() from None
        try:
            self._greet()
            self._owner = self._answering()
            self.collection = self._find(preferred)
        except BaseException:
            self.bus.close()
            raise

    def _greet(self) -> None:
        if not secretstorage.check_service_availability(self.bus):
            raise missing()
        with suppress(ItemNotFoundException):  # a service may not answer to this; it has then seen the client as well
            DBusAddressWrapper(SS_PATH, "org.freedesktop.DBus.Peer", self.bus).call("Ping", "")

    def _answering(self) -> str:
        """The bus's name for the process that answers now."""
        (owner,) = Proxy(message_bus, self.bus).GetNameOwner(BUS_NAME)
        return str(owner)

    def holds(self) -> bool:
        """Whether the connection stands and the service is the one that it began with."""
        try:
            return self._answering() == self._owner
        except (OSError, DBusErrorResponse):
            return False

    def _find(self, preferred: str | None) -> secretstorage.Collection:
        for _ in range(_TRIES):
            with suppress(ItemNotFoundException):
                if preferred is not None:
                    return secretstorage.Collection(self.bus, preferred)
                return secretstorage.get_collection_by_alias(self.bus, "default")
        raise no_collection()

    def opened(self) -> secretstorage.Collection:
        """The collection, with a session for the secrets. Raises VaultError LOCKED where a person has to open it."""
        if self.collection.is_locked():
            raise locked()
        if self.collection.session is None:
            self.collection.session = open_session(self.bus)
        return self.collection


class QuietSecretService(SecretService.Keyring):
    """The Secret Service; raises VaultError LOCKED or MISSING where keyring would prompt. For one thread at a time."""

    priority = -1  # keyring must not pick this class by itself
    address: str | None = None  # of another bus than the session's
    _link: _Link | None = None
    _closing: "finalize[..., QuietSecretService] | None" = None

    @classmethod
    def like(cls, backend: "KeyringBackend") -> "QuietSecretService":
        """One with the same settings (scheme, preferred collection), and no connection yet."""
        quiet = cls()
        vars(quiet).update({name: value for name, value in vars(backend).items() if not name.startswith("_")})
        return quiet

    @classmethod
    def at(cls, address: str) -> "QuietSecretService":
        """One on the bus at this address."""
        quiet = cls()
        quiet.address = address
        return quiet

    def close(self) -> None:
        """Ends the connection; the next call makes a new one."""
        if self._closing is not None:
            self._closing()
        self._link = self._closing = None

    def _linked(self) -> _Link:
        address = self.address or os.environ.get(_SESSION_BUS, "")
        if self._link is not None and not (self._link.address == address and self._link.holds()):
            self.close()
        if self._link is None:
            self._link = _Link(address, getattr(self, "preferred_collection", None))
            self._closing = finalize(self, self._link.bus.close)
        return self._link

    def _on(self, job: Callable[[_Link], T]) -> T:
        """Runs the job; a connection on which it failed in an unknown way is not used again."""
        link = self._linked()
        try:
            try:
                return job(link)
            except ItemNotFoundException:  # another process deleted it at this moment: now it is not even found
                return job(link)
        except VaultError:
            raise
        except Exception:
            self.close()
            raise

    def check(self) -> None:
        """Raises VaultError where the collection cannot be used now."""
        self._on(lambda link: link.opened())

    def _find(self, link: _Link, service: str, username: str) -> secretstorage.Item | None:
        for item in link.opened().search_items(self._query(service, username)):
            if item.is_locked():  # some services lock single items
                raise locked()
            return item
        return None

    def get_password(self, service: str, username: str) -> str | None:
        """The entry, or None."""

        def job(link: _Link) -> str | None:
            item = self._find(link, service, username)
            return item.get_secret().decode() if item else None

        return self._on(job)

    def set_password(self, service: str, username: str, password: str) -> None:
        """Writes the entry, over one of the same name."""

        def job(link: _Link) -> None:
            attributes = self._query(service, username, application=self.appid)
            label = f"Password for '{username}' on '{service}'"  # as keyring writes it
            link.opened().create_item(label, attributes, password.encode(), replace=True)

        self._on(job)

    def delete_password(self, service: str, username: str) -> None:
        """Deletes the entry; harmless where it is gone already."""

        def job(link: _Link) -> None:
            if (item := self._find(link, service, username)) is not None:
                item.delete()

        self._on(job)

    def provider(self) -> str:
        """Which program answers, for people; "Another keyring" where the system does not tell."""
        (process,) = Proxy(message_bus, self._linked().bus).GetConnectionUnixProcessID(BUS_NAME)
        try:
            name = Path(f"/proc/{process}/comm").read_text(encoding="utf-8").strip()
        except OSError:
            name = ""
        return _PROVIDERS.get(name, "Another keyring")
