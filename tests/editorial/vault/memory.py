"""A keyring back end in memory, as strict as the strictest real one, that can die at any of its calls."""

from dataclasses import dataclass, field

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError


class Crash(BaseException):
    """The process ends here; nothing after it runs."""


@dataclass
class Store:
    """What survives a crash. `protected` is the prefix of entries that nobody may touch."""

    entries: dict[str, str] = field(default_factory=dict)
    protected: str = ""
    calls: list[tuple[str, str]] = field(default_factory=list)


class MemoryKeyring(KeyringBackend):
    """Refuses what would be unsafe somewhere: an entry written twice (macOS deletes it first), a long or odd text."""

    priority = -1  # keyring must not pick it by itself

    def __init__(self, store: Store | None = None, crash_at: int | None = None) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.store = Store() if store is None else store
        self._left = crash_at

    def _call(self, kind: str, service: str, username: str) -> None:
        assert username == "signpost"
        if self._left is not None:
            if self._left == 0:
                raise Crash
            self._left -= 1
        self.store.calls.append((kind, service))

    def get_password(self, service: str, username: str) -> str | None:
        self._call("get", service, username)
        return self.store.entries.get(service)

    def set_password(self, service: str, username: str, password: str) -> None:
        self._call("set", service, username)
        assert service not in self.store.entries, "an entry is written once"
        assert password.isascii()
        assert 0 < len(password) <= 1000
        self.store.entries[service] = password

    def delete_password(self, service: str, username: str) -> None:
        self._call("delete", service, username)
        assert not self.store.protected or not service.startswith(self.store.protected), "the current one stays"
        if service not in self.store.entries:
            raise PasswordDeleteError("not there")
        del self.store.entries[service]
