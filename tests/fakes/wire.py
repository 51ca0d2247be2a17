"""A network on the wire that does as it is told: by raw sockets, so that answers can be cut, dripped or absent."""

import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from ipaddress import IPv4Address
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec


@dataclass(frozen=True)
class Request:
    """One request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    def parts(self) -> dict[str, bytes]:
        """The parts of a multipart form by name."""
        head = b"Content-Type: " + self.headers["content-type"].encode() + b"\r\n\r\n"
        message = message_from_bytes(head + self.body, policy=policy.HTTP)
        found = {}
        for part in message.iter_parts():
            name = part.get_param("name", header="content-disposition")
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            found[str(name)] = content
        return found


Behave = Callable[[socket.socket, Request, threading.Event], None]


def answer(data: Any = None, status: int = 200, headers: Mapping[str, str] | None = None) -> Behave:
    """A whole answer; bytes go out as they are, anything else as JSON."""
    body = data if isinstance(data, bytes) else json.dumps(data).encode()

    def behave(connection: socket.socket, request: Request, ended: threading.Event) -> None:
        lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in {"Content-Type": "application/json", **(headers or {})}.items()]
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)

    return behave


def raw(data: bytes = b"") -> Behave:
    """These bytes, then the end of the connection."""

    def behave(connection: socket.socket, request: Request, ended: threading.Event) -> None:
        connection.sendall(data)

    return behave


def drip(head: bytes, byte: bytes = b"a") -> Behave:
    """The head, then one byte after the other without end."""

    def behave(connection: socket.socket, request: Request, ended: threading.Event) -> None:
        connection.sendall(head)
        while not ended.wait(0.05):
            connection.sendall(byte)

    return behave


def reset(connection: socket.socket, request: Request, ended: threading.Event) -> None:
    """No answer: the connection is reset after the request was read."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def silence(connection: socket.socket, request: Request, ended: threading.Event) -> None:
    """No answer, and the connection stays open."""
    ended.wait()


CUT = raw(b'HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 400\r\n\r\n{"id": "7"')
CUT_CHUNKED = raw(b'HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{"id": 7\r\n')
DRIP_HEAD = drip(b"HTTP/1.1 200 OK\r\nX-Slow: ")
ENDLESS = drip(b'HTTP/1.1 200 OK\r\n\r\n{"id": "17", "url": ""}', b" ")  # readable, if it only ended
DRIP_BODY = drip(b"HTTP/1.1 200 OK\r\nContent-Length: 900000\r\n\r\n")
HUGE = answer(b"[" + b" " * 2_000_000 + b"]")
DEEP = answer(b"[" * 90_000)
PAGE = answer(b"<html>Welcome to the guest network</html>", headers={"Content-Type": "text/html"})


@dataclass
class Wire:
    """The fake network. Each request is kept in `requests` and answered by what `script` gives for it."""

    script: Callable[[Request], Behave] = lambda request: answer({})
    tls: ssl.SSLContext | None = None
    slam: bool = False  # True: each connection is reset after its first bytes
    requests: list[Request] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._ended = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"{'https' if self.tls else 'http'}://127.0.0.1:{self._listener.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)
            assert not thread.is_alive()

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        with suppress(OSError):
            if self.slam:
                connection.recv(1)
                reset(connection, Request("", "", {}, b""), self._ended)
            else:
                if self.tls is not None:
                    connection = self.tls.wrap_socket(connection, server_side=True)
                request = _read(connection)
                if request is not None:
                    self.requests.append(request)
                    self.script(request)(connection, request, self._ended)
        connection.close()


def _read(connection: socket.socket) -> Request | None:
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65_536)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    while len(body) < int(headers.get("content-length", "0")):
        piece = connection.recv(65_536)
        if not piece:
            return None
        body += piece
    method, path, _ = first.split(" ")
    return Request(method, path, headers, body)


@contextmanager
def closed_port() -> Iterator[str]:
    """An address on which nobody listens, kept so while inside."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{holder.getsockname()[1]}"


def own_certificate(folder: Path) -> ssl.SSLContext:
    """A server context with a certificate of its own making, kept in `server.pem`."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now, day = datetime.now(UTC), timedelta(days=1)
    built = x509.CertificateBuilder(
        subject, subject, key.public_key(), x509.random_serial_number(), now - day, now + day
    ).add_extension(x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False)
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
        + built.sign(key, hashes.SHA256()).public_bytes(pem)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
