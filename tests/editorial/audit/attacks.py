"""A workspace with checkpoints, and hands that change its log as an attacker would."""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass

from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.audit.checkpoints import Checkpoints
from editorial.audit.leaf import Leaf
from editorial.audit.log import rows
from editorial.audit.merkle import leaf_hash
from editorial.audit.tree import Frontier
from editorial.desk import DATABASE
from tests.fakes.desks import Staff


@dataclass
class Signed:
    """A workspace with checkpoints, and hands that change it as an attacker would."""

    staff: Staff
    checkpoints: Checkpoints

    def news(self, count: int = 1) -> None:
        for _ in range(count):
            with self.staff.desk.writing(self.staff.desk.system()) as unit:
                unit.record(Action.LOG_VERIFIED, "log", self.staff.desk.workspace.id)

    def make(self) -> bool:
        return self.checkpoints.make(self.staff.secret)

    def problem(self) -> str:
        found = Auditing(self.staff.desk).check().problem
        return "" if found is None else found.title

    def notes(self) -> list[bytes]:
        with self.staff.desk.reading() as session:
            return [each.note for each in self.checkpoints.all(session)]

    def run(self, statement: str, **values: object) -> None:
        with closing(sqlite3.connect(self.staff.desk.folder / DATABASE)) as database, database:
            for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
                database.execute(f"DROP TRIGGER {name}")
            database.execute(statement, values)

    def rewrite(self, place: int) -> None:
        """Changes one entry and everything after it, as whoever has the database but no key can: all of it fits."""
        with self.staff.desk.reading() as session:
            leaves = [row.leaf for row in rows(session)]
        frontier, prev = Frontier.empty(), ""
        for seq, encoded in enumerate(leaves):
            leaf = Leaf.decode(encoded)
            fields = {name: getattr(leaf, name) for name in leaf.__slots__}
            changed = Leaf(**{**fields, "prev": prev, **({"reason": "nothing"} if seq == place else {})})
            data = changed.encode()
            prev = leaf_hash(data).hex()
            frontier = frontier.append(leaf_hash(data))
            self.run(
                "UPDATE audit_entry SET leaf = :a, leaf_hash = :b WHERE seq = :c", a=data, b=leaf_hash(data), c=seq
            )
        self.head(frontier, bytes.fromhex(prev))

    def head(self, frontier: Frontier, last: bytes) -> None:
        """The head as if the log had always been so."""
        values = {"size": frontier.size, "root": frontier.root(), "peaks": json.dumps(frontier.to_json()), "last": last}
        self.run("UPDATE audit_head SET size = :size, root = :root, frontier = :peaks, last = :last", **values)
