"""Waits on 127.0.0.1 for the one request with which the browser comes back from a sign-in."""

import contextlib
import html
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

_HOST = "127.0.0.1"  # not `localhost`, which is a name and may lead elsewhere (RFC 8252, 8.3)
_SILENCE = 5.0  # seconds that one connection may stay silent
_LONGEST_QUERY = 8_192

Words = tuple[str, str]  # title and text of the page at the end
Receive = Callable[[Mapping[str, str]], Words]


class Callback:
    """A listener on a free port that takes one request, then answers nothing any more.

    `receive` is called once, with the query of the first request that has the right path and host, and gives the words
    of the page. Everything else is refused: another path, another host name (DNS rebinding), a second request.
    Connections have threads of their own: browsers open spare ones and never use them.
    """

    def __init__(self, path: str, receive: Receive) -> None:
        self._taken = threading.Lock()  # never released: one request
        self.answered = threading.Event()
        self._server = _Server((_HOST, 0), _Handler)
        self._server.callback = self
        self.path = path
        self.receive = receive
        self.host = f"{_HOST}:{self._server.server_address[1]}"
        self.redirect_uri = f"http://{self.host}{path}"
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="sign-in", daemon=True
        )

    def take(self) -> bool:
        """True for the first one who asks."""
        return self._taken.acquire(blocking=False)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._taken.locked():
            self.answered.wait(_SILENCE)  # let the page at the end get out
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True  # a browser's spare connections must not hold up the end
    allow_reuse_address = False  # on Windows it would let another program listen on the same port
    callback: Callback

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hung up is no event; the default would print a traceback."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _SILENCE
    server_version = "Signpost"
    sys_version = ""

    def do_GET(self) -> None:
        callback = self.server.callback
        parts = urlsplit(self.path)
        if self.headers.get_all("Host") != [callback.host]:
            self._say(403, ("This address is not the one", "The sign-in goes on in the window that Signpost opened."))
        elif parts.path != callback.path:
            self._say(404, ("Nothing is here", "The sign-in goes on in the window that Signpost opened."))
        elif not callback.take():
            self._say(410, ("This sign-in is over", "Go back to Signpost."))
        else:
            try:
                self._say(200, callback.receive(_query(parts.query)))
            finally:
                callback.answered.set()

    def _say(self, status: int, words: Words) -> None:
        page = _PAGE.format(title=html.escape(words[0]), text=html.escape(words[1])).encode()
        self.send_response(status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        with contextlib.suppress(OSError):  # the window was closed; the answer counts all the same
            self.wfile.write(page)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is http.server's
        """Nothing: the default writes the request line, and the code is in its query."""


def _query(query: str) -> Mapping[str, str]:
    """The parameters; empty, so that nothing matches, where one stands twice or the query is out of proportion."""
    if len(query) > _LONGEST_QUERY:
        return {}
    pairs = parse_qsl(query, keep_blank_values=True)
    return {} if len(pairs) != len(dict(pairs)) else dict(pairs)


_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",  # the address of this page holds the code
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Connection": "close",
}
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} – Signpost</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ margin: 0; display: grid; min-height: 100vh; place-items: center; background: #f1efea; color: #1d1c19;
  font: 16px/1.5 Inter, system-ui, sans-serif; }}
main {{ max-width: 420px; margin: 16px; padding: 28px 32px; background: #fff; border: 1px solid #d5d1c8;
  border-radius: 10px; }}
h1 {{ margin: 0 0 8px; font-size: 22px; font-weight: 600; line-height: 1.3; }} p {{ margin: 0; color: #4f4d46; }}
@media (prefers-color-scheme: dark) {{ body {{ background: #16181a; color: #ecedee; }}
  main {{ background: #212427; border-color: #3b4146; }} p {{ color: #bbc0c5; }} }}
</style>
</head>
<body><main><h1>{title}</h1><p>{text}</p></main></body>
</html>
"""
