"""One value as several small keyring entries, written so that a crash leaves it whole or not there at all.

Windows keeps about 1,280 characters per entry, and macOS deletes before it adds. So a value goes, as base64 text, into
numbered parts under a slot that was empty, and a header, written last, makes it count: number, parts and digest.
Removing takes the header first and the parts from the last to the first. Whatever the moment of a crash, the parts of a
slot are those from 0 upward without a gap, and a slot is empty exactly if it has neither header nor part 0.
"""

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from editorial.secret import Secret
from editorial.vault.state import damaged
from editorial.vault.worker import Task

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

PART = 1_000  # characters, all ASCII: one UTF-16 unit each
_USER = "signpost"
_HEADER = "header"


class Calls:
    """The back end's three calls, each stopped before it starts where nobody waits for the task any more."""

    def __init__(self, backend: "KeyringBackend", task: Task[Any]) -> None:
        self._backend = backend
        self._task = task

    def get(self, service: str) -> str | None:
        """The entry's text, or None."""
        self._task.checkpoint()
        return self._backend.get_password(service, _USER)

    def add(self, service: str, text: str) -> None:
        """Writes an entry that does not exist yet."""
        self._task.checkpoint()
        self._backend.set_password(service, _USER, text)

    def remove(self, service: str) -> None:
        """Deletes an entry that exists."""
        self._task.checkpoint()
        self._backend.delete_password(service, _USER)


@dataclass(frozen=True, slots=True)
class Header:
    """What makes the parts of a slot one value."""

    number: int
    parts: int
    sha256: str

    def dumps(self) -> str:
        """The header entry's text."""
        return json.dumps({"v": 1, **asdict(self)}, separators=(",", ":"))

    @classmethod
    def loads(cls, text: str) -> "Header | None":
        """None where the text is not a header of ours: the slot then counts as incomplete."""
        try:
            data = json.loads(text)
            if data.pop("v") != 1 or not isinstance(data["number"], int) or not isinstance(data["parts"], int):
                return None
            return cls(**data)
        except (ValueError, TypeError, KeyError, AttributeError):
            return None


@dataclass(frozen=True, slots=True)
class Stored:
    """A complete value and its number."""

    number: int
    value: Secret


class Entries:
    """The slots of one name. Raises whatever the back end raises."""

    def __init__(self, calls: Calls, workspace_id: str, name: str) -> None:
        self._calls = calls
        self._prefix = f"signpost/{workspace_id}/{name}"

    def _service(self, slot: str, part: int | str) -> str:
        return f"{self._prefix}/{slot}/{part}"

    def _parts(self, slot: str) -> Iterator[str]:
        part = 0
        while (text := self._calls.get(self._service(slot, part))) is not None:
            yield text
            part += 1

    def started(self, slot: str) -> bool:
        """Whether anything lies in the slot, complete or not."""
        return any(self._calls.get(self._service(slot, part)) is not None for part in (_HEADER, 0))

    def has_header(self, slot: str) -> bool:
        """Whether somebody finished writing the slot; `read` says whether it is whole."""
        return self._calls.get(self._service(slot, _HEADER)) is not None

    def read(self, slot: str) -> Stored | None:
        """The slot's value, or None where it is empty, unfinished or not what was written."""
        text = self._calls.get(self._service(slot, _HEADER))
        header = Header.loads(text) if text is not None else None
        if header is None:
            return None
        parts = [self._calls.get(self._service(slot, part)) or "" for part in range(header.parts)]
        try:
            data = base64.b64decode("".join(parts), validate=True)
            if hashlib.sha256(data).hexdigest() != header.sha256:
                return None
            return Stored(header.number, Secret(data.decode("utf-8", "surrogatepass")))
        except ValueError:
            return None

    def write(self, slot: str, number: int, value: Secret) -> None:
        """Fills the slot, from which leftovers of a crash are taken first, and reads it back.

        Raises VaultError REFUSED where the value read back is another.
        """
        self.erase(slot)
        data = value.reveal().encode("utf-8", "surrogatepass")
        text = base64.b64encode(data).decode("ascii")
        parts = [text[start : start + PART] for start in range(0, len(text), PART)]
        for part, piece in enumerate(parts):
            self._calls.add(self._service(slot, part), piece)
        header = Header(number, len(parts), hashlib.sha256(data).hexdigest())
        self._calls.add(self._service(slot, _HEADER), header.dumps())
        if self.read(slot) != Stored(number, value):
            raise damaged()

    def erase(self, slot: str) -> None:
        """Empties the slot; harmless where it is empty."""
        text = self._calls.get(self._service(slot, _HEADER))
        header = Header.loads(text) if text is not None else None
        if text is not None:
            self._calls.remove(self._service(slot, _HEADER))
        count = sum(1 for _ in self._parts(slot))
        for part in range(max(count, header.parts if header else 0) - 1, -1, -1):
            if part < count or self._calls.get(self._service(slot, part)) is not None:
                self._calls.remove(self._service(slot, part))
