"""The hashes of a whole tree in scratch files, so that proofs over a million entries take no memory."""

import tempfile
from contextlib import ExitStack
from types import TracebackType
from typing import IO

from editorial.audit.merkle import HASH_SIZE, node_hash
from editorial.audit.tree import fold, split


class Nodes:
    """Takes leaf hashes in order, then gives the root over any stretch of them. Use it in a `with`.

    The files hold 64 bytes an entry and have no names: nothing stays behind, however the process ends.
    """

    def __init__(self) -> None:
        self._open = ExitStack()
        self._levels: list[IO[bytes]] = []  # level n holds the roots over 2**n entries each, in order
        self._waiting: list[bytes | None] = []  # at each level, a left sibling whose right one has not come yet
        self.size = 0

    def __enter__(self) -> "Nodes":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.close()

    def append(self, hashed: bytes) -> None:
        """One more entry. Raises OSError where the disk takes no more."""
        level = 0
        while True:
            self._write(level, hashed)
            left, self._waiting[level] = self._waiting[level], None
            if left is None:
                break
            hashed = node_hash(left, hashed)
            level += 1
        self._waiting[level] = hashed
        self.size += 1

    def root_between(self, low: int, high: int) -> bytes:
        """The root over the entries from `low` to before `high`, where `low` begins a subtree of the size's tree."""
        peaks = []
        while low < high:
            size = high - low
            step = size if size & (size - 1) == 0 else split(size)
            peaks.append(self._read(step.bit_length() - 1, low // step))
            low += step
        return fold(peaks)

    def _write(self, level: int, hashed: bytes) -> None:
        if level == len(self._levels):
            scratch = tempfile.TemporaryFile()  # noqa: SIM115  closed with the stack
            self._levels.append(self._open.enter_context(scratch))
            self._waiting.append(None)
        self._levels[level].write(hashed)

    def _read(self, level: int, place: int) -> bytes:
        file = self._levels[level]
        file.seek(place * HASH_SIZE)  # flushes what was written
        hashed = file.read(HASH_SIZE)
        file.seek(0, 2)
        return hashed
