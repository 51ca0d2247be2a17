"""The practice network beside a workspace: used where it runs already, else started for as long as it is needed."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from threading import Lock

import requests

from connectors.http import new_session
from connectors.practice.process import PracticeProcess

STORE = "practice.sqlite3"


def practice_data(workspace: Path) -> Path:
    """Where a workspace's own practice network keeps its data."""
    return workspace / "practice"


def running_at(data: Path) -> str | None:
    """The address at which the practice network with this data answers now, or None."""
    port = _last_port(data)
    if port is None:
        return None
    url = f"http://127.0.0.1:{port}"
    with new_session() as session:
        session.trust_env = False
        try:
            answer = session.get(f"{url}/api/faults", timeout=(1.0, 3.0))
        except requests.RequestException:
            return None
    return url if answer.ok else None


def _last_port(data: Path) -> int | None:
    try:
        with closing(sqlite3.connect(f"file:{data / STORE}?mode=ro", uri=True, timeout=5)) as connection:
            row = connection.execute("SELECT value FROM meta WHERE name = 'port'").fetchone()
    except sqlite3.Error:
        return None
    return int(row[0]) if row else None


@contextmanager
def practice_network(workspace: Path) -> Iterator[str]:
    """The address of the workspace's practice network for the length of a block."""
    data = practice_data(workspace)
    url = running_at(data)
    if url is not None:
        yield url
        return
    with PracticeProcess(data) as process:
        yield process.url


class PracticeHost:
    """The practice network of a desktop that stays open: started when it is first needed, ended at the close."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self._stack = ExitStack()
        self._url: str | None = None
        self._guard = Lock()  # the desktop's start and somebody who connects an account may ask at the same time

    def url(self) -> str:
        """The address; starts the network where it does not run. Takes a moment: not for the UI thread."""
        with self._guard:
            if self._url is None:
                self._url = self._stack.enter_context(practice_network(self._workspace))
            return self._url

    def close(self) -> None:
        """Ends what this host started."""
        self._stack.close()
        self._url = None
