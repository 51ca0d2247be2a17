"""Pictures on disk: complete or absent, private, and never served when they have changed."""

import contextlib
import errno
import hashlib
import http.client
import http.server
import os
import queue
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests.utils
from PIL import Image

from editorial.errors import NotFoundError
from editorial.media import LARGEST, MediaDamagedError, MediaFolder, MediaRefusedError, MediaStoreError
from tests.editorial.media import pictures as p

PICTURE = p.encoded(p.photo(300, 200), "PNG")
LARGE = p.encoded(Image.effect_noise((500, 400), 90), "PNG")
posix = pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")


@pytest.fixture
def folder(tmp_path: Path) -> MediaFolder:
    return MediaFolder(tmp_path / "workspace" / "media")


def root_of(folder: MediaFolder) -> Path:
    return folder.path("0" * 64).parent


def test_the_master_lies_under_its_digest(folder: MediaFolder) -> None:
    imported = folder.add(PICTURE, "ward.png")
    stored = folder.path(imported.sha256).read_bytes()
    assert hashlib.sha256(stored).hexdigest() == imported.sha256
    assert len(stored) == imported.size
    assert (imported.mime, imported.width, imported.height, imported.name) == ("image/png", 300, 200, "ward.png")
    assert os.listdir(root_of(folder)) == [imported.sha256]


@posix
def test_only_the_owner_may_read(folder: MediaFolder) -> None:
    root_of(folder).mkdir(mode=0o755, parents=True)
    before = os.umask(0)
    try:
        imported = folder.add(PICTURE, "ward.png")
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.path(imported.sha256).stat().st_mode) == 0o600
    assert stat.S_IMODE(root_of(folder).stat().st_mode) == 0o700


def test_adding_twice_writes_once(folder: MediaFolder) -> None:
    first = folder.add(PICTURE, "ward.png")
    os.utime(folder.path(first.sha256), (1, 1))
    assert folder.add(PICTURE, "again.png").sha256 == first.sha256
    assert folder.path(first.sha256).stat().st_mtime == 1


def test_adding_again_mends_a_damaged_file(folder: MediaFolder) -> None:
    imported = folder.add(PICTURE, "ward.png")
    folder.path(imported.sha256).write_bytes(b"damaged")
    folder.add(PICTURE, "ward.png")
    with folder.open_checked(imported.sha256, imported.size) as stream:
        assert len(stream.read()) == imported.size


def test_many_at_once_leave_one_whole_file(folder: MediaFolder) -> None:
    with ThreadPoolExecutor(8) as pool:
        digests = set(pool.map(lambda _: folder.add(PICTURE, "ward.png").sha256, range(16)))
    assert os.listdir(root_of(folder)) == list(digests)


def test_two_processes_leave_one_whole_file(folder: MediaFolder, tmp_path: Path) -> None:
    source = tmp_path / "ward.png"
    source.write_bytes(PICTURE)
    code = "import sys, pathlib; from editorial.media import MediaFolder; "
    code += "print(MediaFolder(pathlib.Path(sys.argv[1])).add_file(pathlib.Path(sys.argv[2])).sha256)"
    command = [sys.executable, "-c", code, str(root_of(folder)), str(source)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    digests = {process.communicate(timeout=60)[0].strip() for process in running}
    assert len(digests) == 1
    assert os.listdir(root_of(folder)) == list(digests)


@pytest.mark.parametrize("digest", ["", "a" * 63, "A" * 64, "g" * 64, "a" * 64 + "\n", "../" + "a" * 61, "a" * 65])
def test_only_digests_name_files(folder: MediaFolder, digest: str) -> None:
    with pytest.raises(ValueError, match="digest"):
        folder.path(digest)
    with pytest.raises(ValueError, match="digest"):
        folder.open_checked(digest)
    with pytest.raises(ValueError, match="digest"):
        folder.thumbnail(digest, 10, 10)


def test_add_file_takes_the_name_and_leaves_the_file(folder: MediaFolder, tmp_path: Path) -> None:
    source = tmp_path / "ward.png"
    source.write_bytes(PICTURE)
    assert folder.add_file(source).name == "ward.png"
    assert source.read_bytes() == PICTURE


def test_add_file_does_not_read_what_is_too_large(folder: MediaFolder, tmp_path: Path) -> None:
    source = tmp_path / "ward.png"
    with source.open("wb") as file:
        file.truncate(LARGEST * 1000)  # reading it would not end
    with pytest.raises(MediaRefusedError, match="too large"):
        folder.add_file(source)


def test_add_file_says_when_there_is_nothing_to_read(folder: MediaFolder, tmp_path: Path) -> None:
    for source in (tmp_path / "missing.png", tmp_path):
        with pytest.raises(MediaRefusedError, match="cannot be read"):
            folder.add_file(source)


# Reading.


def change(path: Path, how: str) -> None:
    data = path.read_bytes()
    changed = {"flip": data[:-1] + bytes([data[-1] ^ 1]), "cut": data[:-1], "grow": data + b"x", "empty": b""}[how]
    path.write_bytes(changed)


@pytest.mark.parametrize("how", ["flip", "cut", "grow", "empty"])
@pytest.mark.parametrize("step", [1000, 10**9, -1])
def test_a_changed_file_never_gives_its_last_piece(folder: MediaFolder, how: str, step: int) -> None:
    imported = folder.add(PICTURE, "ward.png")
    change(folder.path(imported.sha256), how)
    size = folder.path(imported.sha256).stat().st_size
    pieces: list[bytes] = []
    with folder.open_checked(imported.sha256) as stream, pytest.raises(MediaDamagedError, match="has changed"):
        pieces.extend(iter(lambda: stream.read(step), b""))
    assert sum(map(len, pieces)) < max(size, 1)
    with pytest.raises(MediaDamagedError):
        folder.thumbnail(imported.sha256, 10, 10)


@pytest.mark.parametrize("how", ["cut", "grow", "empty"])
def test_another_size_is_refused_before_anything_is_read(folder: MediaFolder, how: str) -> None:
    imported = folder.add(PICTURE, "ward.png")
    change(folder.path(imported.sha256), how)
    with pytest.raises(MediaDamagedError):
        folder.open_checked(imported.sha256, imported.size)


def test_a_file_that_shrinks_while_it_is_read_is_refused(folder: MediaFolder) -> None:
    imported = folder.add(LARGE, "ward.png")
    assert imported.size > 100_000
    with folder.open_checked(imported.sha256) as stream:
        stream.read(10)
        os.truncate(folder.path(imported.sha256), 20_000)
        with pytest.raises(MediaDamagedError):
            stream.read()


def test_a_missing_file_is_said(folder: MediaFolder) -> None:
    with pytest.raises(NotFoundError, match="missing"):
        folder.open_checked("a" * 64)


def test_a_file_that_cannot_be_opened_is_said(folder: MediaFolder) -> None:
    folder.path("a" * 64).mkdir(parents=True)
    with pytest.raises(MediaStoreError, match="cannot be read"):
        folder.open_checked("a" * 64)


def test_the_stream_is_what_an_http_client_needs(folder: MediaFolder) -> None:
    imported = folder.add(PICTURE, "ward.png")
    with folder.open_checked(imported.sha256, imported.size) as stream:
        assert stream.readable()
        assert not stream.writable()
        assert not stream.seekable()
        assert length_of(stream) == imported.size
        first = stream.read(7)
        assert stream.tell() == 7
        assert length_of(stream) == imported.size - 7
        rest = stream.read()
        assert stream.read() == b""
    assert hashlib.sha256(first + rest).hexdigest() == imported.sha256
    assert stream.closed


def length_of(stream: object) -> int:
    """What requests takes for the length of a body."""
    return int(requests.utils.super_len(stream))  # type: ignore[no-untyped-call]


class _Receiver(http.server.BaseHTTPRequestHandler):
    received: "queue.Queue[bytes]"

    def do_POST(self) -> None:
        self.received.put(self.rfile.read(int(self.headers["Content-Length"])))
        with contextlib.suppress(OSError):
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

    def log_message(self, *args: object) -> None:
        """Keeps the test output clean."""


@pytest.fixture
def receiver() -> Iterator[tuple[int, "queue.Queue[bytes]"]]:
    """A server's port, and the bodies that it got, as far as they came."""
    received: queue.Queue[bytes] = queue.Queue()
    handler = type("Receiver", (_Receiver,), {"received": received})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server.server_port, received
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("changed", [False, True])
def test_a_server_never_gets_all_bytes_of_a_changed_picture(
    folder: MediaFolder, receiver: tuple[int, "queue.Queue[bytes]"], changed: bool
) -> None:
    port, received = receiver
    imported = folder.add(LARGE, "ward.png")
    if changed:
        change(folder.path(imported.sha256), "flip")
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    headers = {"Content-Length": str(imported.size)}
    expected = pytest.raises(MediaDamagedError) if changed else contextlib.nullcontext()
    with folder.open_checked(imported.sha256, imported.size) as stream, expected:
        connection.request("POST", "/", stream, headers)
        connection.getresponse().read()
    connection.close()
    body = received.get(timeout=10)
    assert (len(body) < imported.size) is changed


# When the computer does not let us.


def failing(number: int) -> Callable[..., None]:
    def fail(*args: object, **kwargs: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize(
    ("number", "title"),
    [(errno.ENOSPC, "disk is full"), (errno.EDQUOT, "disk is full"), (errno.EACCES, "could not be saved"),
     (errno.EIO, "could not be saved")],
)  # fmt: skip
def test_a_failing_disk_is_said_and_leaves_nothing(
    folder: MediaFolder, monkeypatch: pytest.MonkeyPatch, call: str, number: int, title: str
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(os, call, failing(number))
        with pytest.raises(MediaStoreError, match=title) as caught:
            folder.add(PICTURE, "ward.png")
    assert "not added" in caught.value.what or "Nothing was added" in caught.value.what
    assert os.listdir(root_of(folder)) == []
    assert folder.add(PICTURE, "ward.png").size


@posix
def test_the_file_and_then_its_folder_are_flushed(folder: MediaFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    flushed = []
    really = os.fsync

    def fsync(handle: int) -> None:
        flushed.append((stat.S_ISDIR(os.fstat(handle).st_mode), len(os.listdir(root_of(folder)))))
        really(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    imported = folder.add(PICTURE, "ward.png")
    assert flushed == [(False, 1), (True, 1)]
    assert folder.path(imported.sha256).exists()


def test_an_interrupted_import_leaves_nothing(folder: MediaFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        folder.add(PICTURE, "ward.png")
    assert os.listdir(root_of(folder)) == []


def test_an_error_without_a_number_is_said(folder: MediaFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise OSError

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(MediaStoreError, match="OSError"):
        folder.add(PICTURE, "ward.png")


@posix
def test_a_file_size_limit_of_the_system_is_a_full_disk(tmp_path: Path) -> None:
    code = (
        "import resource, signal, sys, pathlib; from editorial.media import MediaFolder, MediaStoreError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "before = resource.getrlimit(resource.RLIMIT_FSIZE)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))\n"
        "try: MediaFolder(pathlib.Path(sys.argv[1]) / 'media').add_file(pathlib.Path(sys.argv[2]))\n"
        "except MediaStoreError as error: print(error.title)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, before)\n"  # whatever measures this process writes files, too
    )
    source = tmp_path / "ward.png"
    source.write_bytes(PICTURE)
    command = [sys.executable, "-B", "-c", code, str(tmp_path), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "The disk is full"
    assert os.listdir(tmp_path / "media") == []


def test_a_picture_that_another_process_has_just_added_is_no_error(
    folder: MediaFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def beaten(temporary: str, target: Path) -> None:
        target.write_bytes(Path(temporary).read_bytes())
        raise PermissionError(errno.EACCES, "in use")  # what Windows says while somebody reads the target

    monkeypatch.setattr(os, "replace", beaten)
    imported = folder.add(PICTURE, "ward.png")
    assert os.listdir(root_of(folder)) == [imported.sha256]


def test_without_folder_handles_the_rename_is_enough(folder: MediaFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "O_DIRECTORY", raising=False)
    assert folder.add(PICTURE, "ward.png").size
