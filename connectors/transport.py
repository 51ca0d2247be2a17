"""Below `http.py`: connections that a deadline can end, and an upload that is streamed from an open file."""

import contextlib
import secrets
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextvars import ContextVar, Token
from http.client import HTTPException
from types import TracebackType
from typing import BinaryIO, Self

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError, NewConnectionError

from editorial.errors import DeskError

_CHUNK = 65_536


class Deadline:
    """Ends every connection opened inside it when its seconds are over, whatever the other side does.

    A socket's time-out only bounds each silence: one byte every few seconds would hold a lane for hours. A timer shuts
    the socket down instead, which wakes the waiting read. `passed` then tells why it woke.
    """

    def __init__(self, seconds: float, silence: float) -> None:
        self.silence = silence
        self.passed = False
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True
        self._outer: Token[Deadline | None] | None = None

    def __enter__(self) -> Self:
        self._outer = _deadline.set(self)
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._outer is not None:
            _deadline.reset(self._outer)
        with self._lock:
            self._sockets.clear()

    def guard(self, connected: socket.socket) -> None:
        """End this one too. Its silence limit holds for sending as well: urllib3 would use the limit for connecting."""
        connected.settimeout(self.silence)
        with self._lock:
            self._sockets.append(connected)
            if self.passed:
                _shut(connected)

    def _end(self) -> None:
        with self._lock:
            self.passed = True
            for connected in self._sockets:
                _shut(connected)


def _shut(connected: socket.socket) -> None:
    with contextlib.suppress(OSError):  # closed in the same moment
        # Not SSLSocket's own shutdown: that one takes the TLS object away under the reading thread.
        socket.socket.shutdown(connected, socket.SHUT_RDWR)


_deadline: ContextVar[Deadline | None] = ContextVar("deadline", default=None)


class NeverConnectedError(NewConnectionError):
    """Name, address, proxy or TLS: it failed before the first byte of the request left."""

    def __init__(self, connection: HTTPConnection, cause: BaseException) -> None:
        super().__init__(connection, type(cause).__name__)
        links = (cause, cause.__cause__, *cause.args)
        self.untrusted = any(isinstance(link, ssl.SSLCertVerificationError) for link in links)
        self.by_proxy = any("Tunnel connection failed: 407" in str(link) for link in links)  # http.client has no type


class _Guarded:
    """Connecting, with every failure of it told apart from a failure later on."""

    def connect(self) -> None:
        try:
            super().connect()  # type: ignore[misc]
        except (OSError, HTTPError, HTTPException, ValueError) as error:
            raise NeverConnectedError(self, error) from error  # type: ignore[arg-type]
        deadline = _deadline.get()
        if deadline is not None:
            deadline.guard(self.sock)  # type: ignore[attr-defined]


class GuardedConnection(_Guarded, HTTPConnection):
    """Plain, for loopback."""


class GuardedTlsConnection(_Guarded, HTTPSConnection):
    """With TLS."""


class Upload:
    """A form with one file in it (multipart/form-data), read piece by piece and never held in memory whole."""

    def __init__(self, fields: Mapping[str, str], name: str, mime: str, source: BinaryIO, size: int) -> None:
        boundary = secrets.token_hex(16)
        self.content_type = f"multipart/form-data; boundary={boundary}"
        parts = [_part(boundary, f'name="{key}"', "text/plain; charset=utf-8", value) for key, value in fields.items()]
        parts.append(_part(boundary, f'name="file"; filename="{name}"', mime, "")[:-2])
        self._head = b"".join(parts)
        self._tail = f"\r\n--{boundary}--\r\n".encode()
        self._size = size
        self._source = source
        self._pieces: Iterator[bytes] | None = None
        self._rest = b""

    def __len__(self) -> int:
        return len(self._head) + self._size + len(self._tail)

    def __iter__(self) -> Iterator[bytes]:
        """All of it. Raises DeskError where the file is not as long as was said: it is not what was signed off."""
        if self._head:
            yield self._head
        seen = 0
        while piece := self._source.read(_CHUNK):
            seen += len(piece)
            if seen > self._size:
                break
            yield piece
        if seen != self._size:
            raise DeskError(
                "A picture on this computer has changed",
                "Its size differs from what was signed off. Nothing was made public.",
                "Add the picture again and have the post signed off again.",
                code="E-MEDIA-CHANGED",
            )
        if self._tail:
            yield self._tail

    def read(self, size: int = -1) -> bytes:
        """The next bytes, at most `size` of them; what urllib3 asks for."""
        if self._pieces is None:
            self._pieces = iter(self)
        while size < 0 or len(self._rest) < size:
            piece = next(self._pieces, b"")
            if not piece:
                break
            self._rest += piece
        taken, self._rest = (self._rest, b"") if size < 0 else (self._rest[:size], self._rest[size:])
        return taken


class BareUpload(Upload):
    """A file that is the whole body of its request, for networks that take no form around it."""

    def __init__(self, mime: str, source: BinaryIO, size: int) -> None:
        super().__init__({}, "", mime, source, size)
        self.content_type = mime
        self._head = self._tail = b""


def _part(boundary: str, disposition: str, mime: str, value: str) -> bytes:
    head = f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\nContent-Type: {mime}\r\n\r\n"
    return f"{head}{value}\r\n".encode()
