"""Work of several threads in one transaction: a commit waits for the disk, and while it does others queue up.

Whoever comes to a free place takes what waits, does all of it in one unit of work and commits once. Each piece has its
own entries. Where one fails nothing of it happened, and each piece is done in a unit of its own.
"""

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Generic, TypeVar

from editorial.store.database import StorageError
from editorial.store.unit import Unit

T = TypeVar("T")


class _Piece(Generic[T]):
    """Somebody's work, and what came of it."""

    def __init__(self, work: Callable[[Unit], T]) -> None:
        self.work = work
        self.done = False
        self.result: T | None = None
        self.error: BaseException | None = None


class Together:
    """Any thread may call `run`."""

    def __init__(self, writing: Callable[[], AbstractContextManager[Unit]]) -> None:
        self._writing = writing
        self._guard = threading.Lock()
        self._turn = threading.Lock()
        self._waiting: list[_Piece[Any]] = []

    def run(self, work: Callable[[Unit], T]) -> T:
        """What `work` gives, once it is committed. Raises what it raises, and StorageError."""
        piece = _Piece(work)
        with self._guard:
            self._waiting.append(piece)
        with self._turn:
            if not piece.done:
                with self._guard:
                    pieces, self._waiting = self._waiting, []
                self._serve(pieces)
        if piece.error is not None:
            raise piece.error
        return piece.result  # type: ignore[return-value]  # without an error it is there

    def _serve(self, pieces: list[_Piece[Any]]) -> None:
        if len(pieces) == 1 or not self._at_once(pieces):
            for piece in pieces:
                self._alone(piece)

    def _at_once(self, pieces: list[_Piece[Any]]) -> bool:
        """False where one of them failed and nothing happened."""
        results = []
        try:
            with self._writing() as unit:
                for piece in pieces:
                    results.append(piece.work(unit))
                    unit.end_piece()
        except StorageError as error:
            for piece in pieces:
                piece.error, piece.done = error, True
            return True
        except Exception:
            return False
        for piece, result in zip(pieces, results, strict=True):
            piece.result, piece.done = result, True
        return True

    def _alone(self, piece: _Piece[Any]) -> None:
        try:
            with self._writing() as unit:
                piece.result = piece.work(unit)
        except BaseException as error:
            piece.error = error
        piece.done = True
