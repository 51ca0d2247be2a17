"""The vault: sign-ins and secrets of one workspace in the operating system's keyring.

Two kinds of values. Tokens change often and their newest one is all that counts, so they have numbered generations:
`stage` writes the next one beside the current, the caller commits its number with an entry, `settle` removes the older
ones. `load` takes over a complete generation that is newer than the number committed: a crash fell between. Single
values (`put`, `get`) have two slots and no number outside the keyring.

Every method asks the keyring, takes milliseconds to `timeout` seconds, and is never called from the UI thread.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from editorial.secret import Secret
from editorial.vault import backends
from editorial.vault.entries import Calls, Entries, Stored
from editorial.vault.state import VaultError, VaultState, slow
from editorial.vault.worker import Task, Worker

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")
_GAP = 2  # generations in a row that may hold nothing before the search ends; written ones stand without gaps
_FAR = 64  # how far to look where the committed generation is gone: a restored backup names an old number
_SLOTS = ("a", "b")


@dataclass(frozen=True, slots=True)
class Loaded:
    """A token and its generation. Where it is newer than the one asked for, commit the number with an entry."""

    generation: int
    value: Secret


class Vault:
    """The keyring entries of one workspace; `signpost/<workspace>/<name>/<generation>/<part>`.

    `backend` None: the one allowed on this computer, chosen anew until there is one. `lock`: a file through which
    processes that write take turns; give it where more than one process may write the same name.
    """

    def __init__(
        self,
        workspace_id: str,
        backend: "KeyringBackend | None" = None,
        *,
        timeout: float = 10.0,
        lock: Path | None = None,
    ) -> None:
        self._workspace_id = workspace_id
        self._given = backend
        self._backend: KeyringBackend | None = None
        self._worker = Worker(timeout)
        self._lock = lock

    def state(self) -> VaultState:
        """Whether the keyring can be used now. Never prompts, never raises. Not for the UI thread."""
        try:
            self.check()
        except VaultError as error:
            return error.state
        return VaultState.READY

    def check(self) -> None:
        """Raises the VaultError that names why the keyring cannot be used now, with advice. Not for the UI thread."""

        def job(_: Task[None]) -> None:
            look = getattr(self._open(), "check", None)
            if look is not None:
                look()

        self._ask(job)

    def backend_name(self) -> str:
        """The keyring's name for people, such as "GNOME Keyring (Secret Service)". Not for the UI thread.

        Raises VaultError where there is none.
        """
        return self._ask(lambda _: backends.title(self._open()))

    def get(self, name: str) -> Secret | None:
        """A single value, or None. Raises VaultError. Not for the UI thread."""

        def job(entries: Entries) -> Secret | None:
            for _ in range(2):  # another process may have changed slots between our looks at the two
                newest = max(_singles(entries), default=None, key=lambda found: found[1].number)
                if newest is not None:
                    return newest[1].value
            return None

        return self._run(name, job)

    def put(self, name: str, value: Secret) -> None:
        """Stores a single value: beside the old one, read back, then the old one goes. Not for the UI thread.

        Raises VaultError; `get` then gives the old value or, where only the answer was lost, the new one.
        """

        def job(entries: Entries) -> None:
            found = sorted(_singles(entries), key=lambda pair: pair[1].number)
            slot, number = (found[-1][0], found[-1][1].number) if found else (_SLOTS[1], 0)
            other = _SLOTS[1 - _SLOTS.index(slot)]
            entries.write(other, number + 1, value)
            entries.erase(slot)

        self._run(name, job, writes=True)

    def delete(self, name: str) -> None:
        """Removes a single value; harmless where there is none. Raises VaultError. Not for the UI thread."""

        def job(entries: Entries) -> None:
            for slot, _ in sorted(_singles(entries), key=lambda pair: pair[1].number):
                entries.erase(slot)  # the newest last: a crash must not bring an older value back
            for slot in _SLOTS:
                entries.erase(slot)

        self._run(name, job, writes=True)

    def load(self, name: str, generation: int) -> Loaded | None:
        """The token of the committed generation, or of a complete newer one. Not for the UI thread.

        None where neither is there and whole: the account has to be signed in again. Raises VaultError.
        """

        def job(entries: Entries) -> Loaded | None:
            found = _newest(entries, generation)
            return Loaded(found.number, found.value) if found else None

        return self._run(name, job)

    def stage(self, name: str, current: int, value: Secret) -> int:
        """Writes the token as a new generation, reads it back and returns its number, usually current + 1.

        The current generation stays as it is: commit the number with an entry, then `settle`. So does a complete one
        that nobody committed. Raises VaultError. Not for the UI thread.
        """

        def job(entries: Entries) -> int:
            found = _newest(entries, current)
            number = max(current, found.number if found else 0) + 1
            entries.write(str(number), number, value)
            return number

        return self._run(name, job, writes=True)

    def settle(self, name: str, generation: int) -> None:
        """Deletes the generations before the committed one, unless that one is not whole. Not for the UI thread.

        What a crash leaves here is deleted by the next call. Raises VaultError.
        """

        def job(entries: Entries) -> None:
            if entries.read(str(generation)) is not None:
                for number in reversed(list(_started(entries, range(generation - 1, 0, -1)))):
                    entries.erase(str(number))

        self._run(name, job, writes=True)

    def forget(self, name: str, generation: int) -> None:
        """Deletes every generation around the committed one, the oldest first. Not for the UI thread.

        Raises VaultError; calling again goes on.
        """

        def job(entries: Entries) -> None:
            older = list(_started(entries, range(generation, 0, -1)))
            newer = list(_started(entries, range(generation + 1, generation + _FAR)))
            for number in [*reversed(older), *newer]:
                entries.erase(str(number))

        self._run(name, job, writes=True)

    def _open(self) -> "KeyringBackend":
        if self._backend is None:
            self._backend = backends.given(self._given) if self._given is not None else backends.allowed_backend()
        return self._backend

    def _run(self, name: str, job: Callable[[Entries], T], *, writes: bool = False) -> T:
        def guarded(task: Task[T]) -> T:
            with self._take_turns() if writes else nullcontext():
                return job(Entries(Calls(self._open(), task), self._workspace_id, name))

        return self._ask(guarded, writes=writes)

    def _ask(self, job: Callable[[Task[T]], T], *, writes: bool = False) -> T:
        try:
            return self._worker.run(job, writes=writes)
        except VaultError as error:
            if error.state is VaultState.SLOW:
                self._backend = None  # the thread left behind still uses it
            raise

    def _take_turns(self) -> AbstractContextManager[object]:
        if self._lock is None:
            return nullcontext()
        from filelock import FileLock, Timeout

        try:
            return FileLock(self._lock, timeout=self._worker.timeout, mode=0o600).acquire()
        except Timeout:
            raise slow(self._worker.timeout) from None


def _singles(entries: Entries) -> Iterator[tuple[str, Stored]]:
    for slot in _SLOTS:
        if (stored := entries.read(slot)) is not None:
            yield slot, stored


def _started(entries: Entries, numbers: range) -> Iterator[int]:
    """The numbers, in their order, whose generation holds anything, until too many in a row hold nothing."""
    empty = 0
    for number in numbers:
        if entries.started(str(number)):
            yield number
            empty = 0
        elif (empty := empty + 1) > _GAP:
            return


def _newest(entries: Entries, generation: int) -> Stored | None:
    """The highest complete generation from `generation` up. Looked for twice: another process may settle meanwhile."""
    for _ in range(2):
        headers = _headers(entries, generation)
        for number in reversed(headers):
            if (stored := entries.read(str(number))) is not None and stored.number == number:
                return stored
        if not headers:
            break
    return None


def _headers(entries: Entries, generation: int) -> list[int]:
    found: list[int] = []
    number = max(generation, 1)
    last = number + _GAP
    while number <= last:
        if entries.has_header(str(number)):
            found.append(number)
            last = number + _GAP + 1
        elif number == generation:
            last = generation + _FAR
        number += 1
    return found
