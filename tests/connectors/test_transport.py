"""Uploads piece by piece, and deadlines that end a connection."""

import io
import socket
import threading

import pytest

from connectors.transport import BareUpload, Deadline, Upload
from editorial.errors import DeskError
from tests.fakes.wire import Request


def upload(data: bytes, size: int | None = None, **fields: str) -> Upload:
    return Upload(fields, "picture", "image/png", io.BytesIO(data), len(data) if size is None else size)


@pytest.mark.parametrize("step", [1, 7, 1_000, 1_000_000, -1])
def test_reads_the_same_whatever_the_steps(step: int) -> None:
    data = bytes(range(256)) * 700
    form = upload(data, alt='Größe 日本 "quoted"\r\n🙂')
    read = b""
    while piece := form.read(step if step > 1 or not read[:50] else 997):
        read += piece
    assert len(read) == len(form)
    parts = Request("POST", "/", {"content-type": form.content_type}, read).parts()
    assert parts == {"alt": 'Größe 日本 "quoted"\r\n🙂'.encode(), "file": data}


@pytest.mark.parametrize("step", [1, 1_000, 1_000_000, -1])
def test_a_bare_upload_is_the_file_alone(step: int) -> None:
    data = bytes(range(256)) * 300
    bare = BareUpload("image/png", io.BytesIO(data), len(data))
    assert (bare.content_type, len(bare)) == ("image/png", len(data))
    read = b""
    while piece := bare.read(step if step > 1 else 997):
        read += piece
    assert read == data
    for size in (len(data) - 1, len(data) + 1):
        with pytest.raises(DeskError, match="changed"):
            BareUpload("image/png", io.BytesIO(data), size).read()


def test_an_empty_file_is_a_file() -> None:
    form = upload(b"")
    assert len(form) == len(form.read())


@pytest.mark.parametrize("size", [99, 101, 0])
def test_another_size_than_signed_is_noticed(size: int) -> None:
    form = upload(b"x" * 100, size)
    with pytest.raises(DeskError, match="changed"):
        form.read()


def test_a_deadline_ends_what_was_opened_before_and_after_it_passed() -> None:
    left, right = socket.socketpair()
    late, other = socket.socketpair()
    with left, right, late, other, Deadline(0.05, 30.0) as deadline:
        deadline.guard(left)
        assert left.recv(1) == b""  # woken by the deadline; nobody wrote
        assert deadline.passed
        deadline.guard(late)
        assert late.recv(1) == b""


def test_a_deadline_in_time_touches_nothing() -> None:
    left, right = socket.socketpair()
    with left, right:
        with Deadline(30.0, 30.0) as deadline:
            deadline.guard(left)
        right.sendall(b"x")
        assert left.recv(1) == b"x"
        assert not deadline.passed
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.join(10)  # cancelled, so it ends now and not after thirty seconds
            assert not thread.is_alive()


def test_a_socket_closed_before_does_not_disturb_a_deadline() -> None:
    left, right = socket.socketpair()
    with left, right, Deadline(0.05, 30.0) as deadline:
        closed = socket.socket()
        closed.close()
        deadline.guard(left)
        deadline._sockets.insert(0, closed)  # closed while it was guarded
        assert left.recv(1) == b""
