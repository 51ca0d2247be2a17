"""A log with very many entries, written by plain SQL with the right hashes: what years of work would leave behind."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta

from editorial.audit.checkpoint import Checkpoint, checkpoint_signer
from editorial.audit.leaf import Leaf, commitment
from editorial.audit.merkle import leaf_hash
from editorial.audit.tree import Frontier, push
from editorial.canonical import canonical
from editorial.clock import stamp
from editorial.desk import DATABASE
from tests.fakes.desks import Staff

SALT = bytes(32)
CHECKPOINT_EVERY = 1_000
_CHUNK = 10_000
_KINDS = (
    ("delivery.step_started", "delivery"), ("delivery.step_ended", "delivery"), ("delivery.published", "delivery"),
    ("post.opened", "post"), ("post.frozen", "post"), ("post.submitted", "post"), ("person.signed_in", "person"),
)  # fmt: skip
_ADDED = {
    "audit_entry": "INSERT INTO audit_entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "audit_body": "INSERT INTO audit_body VALUES (?, ?, ?)",
    "audit_checkpoint": "INSERT INTO audit_checkpoint (size, note, frontier, at) VALUES (?, ?, ?, ?)",
}


def lengthen(staff: Staff, count: int, *, days: int = 30, things: Sequence[str] = ()) -> None:
    """Adds `count` entries, spread over the `days` before now, and a checkpoint at every thousandth.

    They are by Mira and Helen in turn and about each of `things`, or about posts that nobody knows.
    """
    with closing(sqlite3.connect(staff.desk.folder / DATABASE)) as connection, _unhindered(connection):
        size, frontier, last = connection.execute("SELECT size, frontier, last FROM audit_head").fetchone()
        pen = _Pen(staff, count, days, things, size, [bytes.fromhex(peak) for peak in json.loads(frontier)], last.hex())
        for first in range(size, size + count, _CHUNK):
            entries = [pen.write(seq) for seq in range(first, min(first + _CHUNK, size + count))]
            connection.executemany(_ADDED["audit_entry"], entries)
            connection.executemany(_ADDED["audit_body"], [(entry[0], SALT, pen.body) for entry in entries])
        connection.executemany(_ADDED["audit_checkpoint"], pen.checkpoints)
        tree = Frontier(size + count, tuple(pen.peaks))
        head = (tree.size, tree.root(), canonical(tree.to_json()).decode(), bytes.fromhex(pen.last))
        connection.execute("UPDATE audit_head SET size = ?, root = ?, frontier = ?, last = ?", head)


class _Pen:
    """Writes one entry after the other, each as `Leaf` does: one is encoded and the others filled into its form."""

    def __init__(
        self, staff: Staff, count: int, days: int, things: Sequence[str], size: int, peaks: list[bytes], last: str
    ) -> None:
        self._origin = staff.desk.workspace.origin
        self._signer = checkpoint_signer(staff.secret, self._origin, staff.desk.desk_id)
        self._actors = ((staff.mira.person_id, "author"), (staff.helen.person_id, "privacy_officer"))
        self._things = things or [f"post_{number:04}" for number in range(5_000)]
        self._begun, self._step = staff.clock.now() - timedelta(days=days), timedelta(days=days) / count
        self._first = size
        self.body = canonical({"actor": "Mira Okafor"})
        self._digest = commitment(SALT, self.body)
        self._boot, self._app = staff.desk.boot, staff.desk.app
        self.peaks, self.last = peaks, last
        self.checkpoints: list[tuple[int, bytes, str, str]] = []

    def write(self, seq: int) -> tuple[object, ...]:
        """The row of the entry with this number."""
        action, kind = _KINDS[seq % len(_KINDS)]
        actor, role = self._actors[seq // 3 % 2]
        thing, at = self._things[seq // 7 % len(self._things)], self._begun + (seq - self._first) * self._step
        ts = stamp(at)
        leaf = (
            f'{{"action":"{action}","actor":{{"id":"{actor}","key":"","role":"{role}"}},"app":"{self._app}",'
            f'"boot":"{self._boot}","digest":"{self._digest}","log":"{self._origin}",'
            f'"object":{{"id":"{thing}","rev":"","type":"{kind}"}},"prev":"{self.last}","reason":"","result":"ok",'
            f'"seq":"{seq}","ts":"{ts}","v":1}}'
        ).encode()
        if seq == self._first:
            assert Leaf.decode(leaf).encode() == leaf, "not as the product writes it"
        hashed = leaf_hash(leaf)
        push(self.peaks, seq, hashed)
        self.last = hashed.hex()
        if (seq + 1) % CHECKPOINT_EVERY == 0:
            self._checkpoint(seq + 1, at)
        return (seq, leaf, hashed, ts, action, kind, thing, actor)

    def _checkpoint(self, size: int, at: datetime) -> None:
        tree = Frontier(size, tuple(self.peaks))
        note = self._signer.sign(Checkpoint(self._origin, size, tree.root()).to_text())
        self.checkpoints.append((size, note, canonical(tree.to_json()).decode(), stamp(at)))


@contextmanager
def _unhindered(connection: sqlite3.Connection) -> Iterator[None]:
    """One transaction without the triggers and indexes of the log, which are made anew at its end."""
    made = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE tbl_name IN ('audit_entry', 'audit_body', 'audit_checkpoint')"
        " AND type IN ('trigger', 'index') AND sql IS NOT NULL"
    ).fetchall()
    connection.execute("PRAGMA synchronous=OFF")
    with connection:
        connection.execute("BEGIN IMMEDIATE")
        for kind, name, _ in made:
            connection.execute(f"DROP {kind} {name}")
        yield
        for _, _, sql in made:
            connection.execute(sql)
