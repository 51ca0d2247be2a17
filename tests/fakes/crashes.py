"""Crashes at chosen moments: the process is gone at once, as with kill -9, and nothing of it is tidied up."""

import http.client
import os
import threading
from collections import Counter
from typing import Any

from sqlalchemy import event
from urllib3.connection import HTTPConnection

from editorial.desk import Desk

KINDS = ("commit", "committed", "connect", "sent", "answered", "keyring")
"""Before a commit; after one; before a connection; after a request left; after its answer came; before a keyring write.
"""
CODE = 137


class Moments:
    """Counts moments of each kind, and ends the process at the chosen one."""

    def __init__(self, kind: str, number: int) -> None:
        self._chosen = (kind, number)
        self._guard = threading.Lock()
        self.seen: Counter[str] = Counter()

    def come(self, kind: str) -> None:
        """One of this kind is here."""
        with self._guard:
            self.seen[kind] += 1
            if (kind, self.seen[kind]) == self._chosen:
                os._exit(CODE)


def crash_at(desk: Desk, kind: str, number: int) -> Moments:
    """Arms a crash in this process: at the `number`-th moment of its kind, counted from now. 0: only counts."""
    moments, written = Moments(kind, number), threading.local()

    def committing(connection: Any) -> None:
        if connection.get_execution_options().get("signpost_unit") is not None:
            written.here = True
            moments.come("commit")

    def returned(connection: Any, record: Any) -> None:
        if getattr(written, "here", False):
            written.here = False
            moments.come("committed")

    event.listen(desk.engine, "commit", committing)
    event.listen(desk.engine, "checkin", returned)
    _on_the_wire(moments)
    backend: Any = desk.vault._given
    if backend is not None:
        write = backend.set_password

        def writing(service: str, username: str, password: str) -> None:
            moments.come("keyring")
            write(service, username, password)

        backend.set_password = writing
    return moments


def _on_the_wire(moments: Moments) -> None:
    connect, getresponse = HTTPConnection.connect, http.client.HTTPConnection.getresponse

    def connecting(self: HTTPConnection) -> None:
        moments.come("connect")
        connect(self)

    def answering(self: http.client.HTTPConnection) -> http.client.HTTPResponse:
        moments.come("sent")
        found = getresponse(self)
        found.peek(1)  # the answer has come, not only its first line
        moments.come("answered")
        return found

    HTTPConnection.connect = connecting  # type: ignore[method-assign]
    http.client.HTTPConnection.getresponse = answering  # type: ignore[method-assign]
