"""Runs the server: a port on 127.0.0.1, one line when it is ready, a clean end."""

import contextlib
import json
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from connectors.practice.server.app import create_app
from connectors.practice.server.settings import Settings
from connectors.practice.server.store import Store

HOST = "127.0.0.1"
_log = logging.getLogger(__name__)


class _QuietHandler(WSGIRequestHandler):
    """Writes no access log: the query of a sign-in holds a code."""

    timeout = 60  # seconds of silence after which a connection is given up

    def connection_dropped(self, error: BaseException, environ: Any = None) -> None:
        self.close_connection = True  # a cut connection would otherwise wait for its next request

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        pass

    def log_error(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is http.server's
        _log.debug("A connection ended early.")


class Server:
    """A practice network in this process. `run` blocks; `stop` may be called from any thread."""

    def __init__(self, settings: Settings, port: int = 0) -> None:
        """Port 0: the port of last time, so that connected accounts find it again; if that is taken, a free one."""
        self._settings = settings
        self._store = Store(settings.data, settings.clock)
        self._listener = self._listen(port)
        number = self._listener.getsockname()[1]
        self.url = f"http://{HOST}:{number}"
        self._store.remember("port", str(number))
        self._http: BaseWSGIServer = make_server(
            HOST, number, create_app(settings, self._store, self.url), threaded=True,
            request_handler=_QuietHandler, fd=self._listener.fileno(),
        )  # fmt: skip

    def _listen(self, port: int) -> socket.socket:
        """A listening socket. Raises OSError where there is none."""
        last = int(self._store.remembered("port") or 0)
        for number in [port] if port else [last, 0]:
            listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            if os.name == "posix":  # elsewhere the option would let two servers share a port
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind((HOST, number))
                listener.listen(128)
            except OSError as error:
                listener.close()
                taken = error
            else:
                return listener
        raise taken

    def run(self) -> None:
        """Answer until stopped."""
        try:
            self._http.serve_forever(poll_interval=0.05)
        finally:
            self._listener.close()

    def stop(self) -> None:
        """End, without waiting for slow answers."""
        self._settings.stop.set()
        self._http.shutdown()


def serve(settings: Settings, port: int = 0, *, until_stdin_ends: bool = False, ready: Callable[[str], object]) -> int:
    """Run until SIGTERM, SIGINT or, on request, until whoever holds our standard input is gone. Returns 0.

    `ready` is given one line of JSON with "url" and "pid" once requests are answered. Raises OSError where `port` is
    taken. Call it in the main thread.
    """
    server = Server(settings, port)

    def end(number: int, frame: FrameType | None) -> None:
        threading.Thread(target=server.stop, daemon=True).start()  # from here, shutdown() would wait for itself

    def watch() -> None:
        with contextlib.suppress(OSError, ValueError):
            while sys.stdin.buffer.read(1024):
                pass
        server.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    if until_stdin_ends:
        threading.Thread(target=watch, daemon=True).start()
    ready(json.dumps({"url": server.url, "pid": os.getpid()}))
    server.run()
    return 0
