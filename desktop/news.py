"""What other processes changed: the publisher, commands, and this desktop's own services alike."""

import sqlite3
import threading
from pathlib import Path

from editorial.audit.actions import ABOUT, Action
from editorial.changes import Changes, Kind


class News:
    """Looks at a workspace's database and tells which kinds of things its new entries are about.

    A look costs one pragma while nothing happened. Any thread may look; looks are serial.
    """

    def __init__(self, database: Path) -> None:
        self._guard = threading.Lock()
        self._connection = sqlite3.connect(database, check_same_thread=False, isolation_level=None, timeout=1.0)
        self._connection.execute("PRAGMA query_only=ON")
        self._version = self._data_version()
        self._size = self._count()

    def look(self) -> Changes:
        """What happened since the last look; empty when nothing did, or while the database is busy."""
        with self._guard:
            try:
                version = self._data_version()
                if version == self._version:
                    return Changes()
                changes = self._read()
            except sqlite3.OperationalError:  # busy or being replaced: the next look comes soon
                return Changes()
            self._version = version
            return changes

    def close(self) -> None:
        """Lets go of the database."""
        with self._guard:
            self._connection.close()

    def _read(self) -> Changes:
        rows = self._connection.execute(
            "SELECT seq, action, object_id FROM audit_entry WHERE seq >= ? ORDER BY seq", (self._size,)
        ).fetchall()
        if not rows:
            return Changes()
        self._size = rows[-1][0] + 1
        kinds: set[Kind] = set()
        for _, action, _ in rows:
            kinds |= kinds_of(action)
        return Changes(frozenset(kinds), frozenset(row[2] for row in rows), self._size - 1)

    def _data_version(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def _count(self) -> int:
        return int(self._connection.execute("SELECT COALESCE(MAX(seq) + 1, 0) FROM audit_entry").fetchone()[0])


def kinds_of(action: str) -> frozenset[Kind]:
    """The kinds that an entry's action is about; all of them for one that a newer Signpost wrote."""
    try:
        return ABOUT[Action(action)].kinds
    except ValueError:
        return frozenset(Kind)
