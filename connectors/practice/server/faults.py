"""The switchboard of faults: what can go wrong on purpose, how often, for whom. What is armed survives a restart."""

import os
import socket
import struct
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from connectors.practice.server.settings import ApiError
from connectors.practice.server.store import Account, Store

_MOST = 1_000_000
_LONGEST = 3_600.0


class Kind(StrEnum):
    """Every fault strikes publishing a post, except cut_upload (a picture) and lose_removal (taking a post down)."""

    LOSE_RESPONSE = "lose_response"
    TWICE = "twice"
    BUSY = "429"
    BROKEN = "500"
    EXPIRE_TOKEN = "expire_token"  # noqa: S105 - a fault, not a password
    SLOW = "slow"
    CUT_UPLOAD = "cut_upload"
    LOSE_REMOVAL = "lose_removal"

    @property
    def words(self) -> str:
        """What it does, for people."""
        return _WORDS[self]

    @property
    def target(self) -> str:
        """Which calls it strikes."""
        return {Kind.CUT_UPLOAD: "media", Kind.LOSE_REMOVAL: "removals"}.get(self, "posts")


_WORDS = {
    Kind.LOSE_RESPONSE: "The post is stored, then the connection is reset without an answer.",
    Kind.TWICE: "The request is processed twice, as if a proxy had sent it again; the second answer is given.",
    Kind.BUSY: "429 with Retry-After; nothing is stored.",
    Kind.BROKEN: "500; nothing is stored.",
    Kind.EXPIRE_TOKEN: "The access token expires: 401, nothing is stored, a refresh helps.",
    Kind.SLOW: "The post is stored at once, the answer comes after the given seconds.",
    Kind.CUT_UPLOAD: "The connection is reset in the middle of an upload; nothing is stored.",
    Kind.LOSE_REMOVAL: "The post is removed, then the connection is reset without an answer.",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One that strikes now. `seconds`: the delay of `slow` and the Retry-After of `429`."""

    kind: Kind
    seconds: float


class ConnectionCutError(ConnectionResetError):
    """Ends a request without an answer. The server's connection code takes it for a client that went away."""


def cut(connection: socket.socket | None) -> ConnectionCutError:
    """Make the coming close a reset, which nobody mistakes for an empty answer. The caller raises the result."""
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("hh" if os.name == "nt" else "ii", 1, 0))
    return ConnectionCutError("the practice network cut this connection on purpose")


class Switchboard:
    """Arms, lists and takes faults."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def arm(self, wanted: Any) -> dict[str, Any]:
        """Arm {"kind", "count", "match", "seconds"}; the last three are optional. Raises ApiError in words."""
        if not isinstance(wanted, dict):
            raise ApiError(422, "bad_fault", 'Send an object such as {"kind": "lose_response", "count": 1}.')
        kind, pattern = str(wanted.get("kind", "")), wanted.get("match")
        if kind not in set(Kind):
            raise ApiError(422, "bad_fault", f"There is no fault of this kind. Known: {', '.join(Kind)}.")
        if pattern is not None and not isinstance(pattern, str):
            raise ApiError(422, "bad_fault", "match is an account or a part of the text.")
        row = (
            kind, Kind(kind).target, pattern or None,
            _number(wanted, "count", 1, 1, _MOST), _number(wanted, "seconds", 5, 0, _LONGEST),
        )  # fmt: skip
        with self._store.write() as db:
            made = db.execute(
                "INSERT INTO faults (kind, target, pattern, remaining, seconds) VALUES (?, ?, ?, ?, ?) RETURNING *", row
            ).fetchone()
        return _shown(made)

    def armed(self) -> list[dict[str, Any]]:
        """What is still to strike, oldest first."""
        with self._store.read() as db:
            return [_shown(row) for row in db.execute("SELECT * FROM faults ORDER BY id")]

    def clear(self) -> int:
        """Disarm all; how many there were."""
        with self._store.write() as db:
            return db.execute("DELETE FROM faults").rowcount

    def take(self, target: str, account: Account, text: str) -> Fault | None:
        """The oldest fault that fits this call, one use of it spent. Two calls never share one use."""
        if not self.armed():
            return None  # the usual case costs no write
        with self._store.write() as db:
            for row in db.execute("SELECT * FROM faults WHERE target = ? ORDER BY id", (target,)).fetchall():
                pattern = row["pattern"]
                if pattern is None or pattern.removeprefix("@") in (account.handle, account.name) or pattern in text:
                    db.execute("UPDATE faults SET remaining = remaining - 1 WHERE id = ?", (row["id"],))
                    db.execute("DELETE FROM faults WHERE remaining <= 0")
                    return Fault(Kind(row["kind"]), row["seconds"])
        return None


def _number(wanted: dict[str, Any], name: str, default: int, least: int, most: float) -> float:
    value = wanted.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise ApiError(422, "bad_fault", f"{name} is a number from {least} to {most:.0f}.")
    return int(value) if name == "count" else value


def _shown(row: Any) -> dict[str, Any]:
    return {
        "id": row["id"], "kind": row["kind"], "count": row["remaining"], "match": row["pattern"],
        "seconds": row["seconds"],
    }  # fmt: skip
