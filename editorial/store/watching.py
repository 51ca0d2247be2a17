"""Noticing that somebody else changed the workspace, at the price of one pragma a look."""

import sqlite3
from pathlib import Path


class Watch:
    """A connection of its own to the database in `path`, for one thread. It never makes a file and never writes."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False, isolation_level=None
        )
        self._version = self._look()

    def changed(self) -> bool:
        """Whether any other connection, of this process or another, committed since the last call."""
        before, self._version = self._version, self._look()
        return self._version != before

    def close(self) -> None:
        """Lets go of the database."""
        self._connection.close()

    def _look(self) -> int:
        try:
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])
        except sqlite3.Error:  # busy, or gone: whoever reads next is told in words
            return -1
