"""The workspace's pictures on disk: each stripped master once, under its digest, readable by its owner alone."""

import errno
import hashlib
import io
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NoReturn

from editorial.errors import DeskError, NotFoundError
from editorial.media.clean import Imported, prepare
from editorial.media.errors import MediaDamagedError, MediaRefusedError, MediaStoreError
from editorial.media.kinds import LARGEST, too_large
from editorial.media.thumbnails import thumbnail_of
from editorial.store.files import put_file

_DIGEST = re.compile(r"[0-9a-f]{64}")
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def _damaged() -> MediaDamagedError:
    return MediaDamagedError(
        "A stored picture has changed",
        "Its file is not the one that was added and signed. It is not shown and not sent.",
        "Do not delete anything; tell IT. Add the picture again to use it in a new version.",
    )


def _store_error(error: OSError) -> MediaStoreError:
    if error.errno in _NO_ROOM:
        return MediaStoreError(
            "The disk is full",
            "The picture was not added. Everything saved before is safe.",
            "Make room on this computer's disk and add the picture again.",
        )
    return MediaStoreError(
        "The picture could not be saved",
        f"The computer said: {os.strerror(error.errno) if error.errno else type(error).__name__}. Nothing was added.",
        "Check that you may write to the workspace folder, or ask IT, and add the picture again.",
    )


class _CheckedFile(io.RawIOBase):
    """Reads a file to its end and compares it with the digest before handing out the last piece.

    Whoever sends what it reads therefore never completes a send of other bytes.
    """

    mode = "rb"  # HTTP clients ask for it before they ask for the length

    def __init__(self, file: io.FileIO, sha256: str, size: int | None) -> None:
        super().__init__()
        self._file = file
        self._expected = sha256
        self._hash = hashlib.sha256()
        self._size = os.fstat(self._file.fileno()).st_size
        self._read = 0
        if size is not None and size != self._size:
            self._refuse()

    def _refuse(self) -> NoReturn:
        self.close()
        raise _damaged()

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._file.fileno()

    def tell(self) -> int:
        return self._read

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        view = memoryview(buffer).cast("B")
        wanted = min(len(view), self._size - self._read)
        taken = self._file.readinto(view[:wanted]) if wanted else 0
        if wanted and not taken:
            self._refuse()  # the file shrank
        self._hash.update(view[:taken])
        self._read += taken or 0
        if self._read == self._size and self._hash.hexdigest() != self._expected:
            self._refuse()
        return taken or 0

    def close(self) -> None:
        self._file.close()
        super().close()


class MediaFolder:
    """Pictures by the SHA-256 of their stripped bytes. Several processes may use one folder at once."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def add(self, data: bytes, name: str) -> Imported:
        """Cleans and stores a picture. `name` is only shown; it must agree with the content.

        Raises MediaRefusedError, with nothing written, and MediaStoreError, with nothing left behind.
        """
        imported, master = prepare(data, name)
        try:
            self._store(self.path(imported.sha256), master, imported.sha256)
        except OSError as error:
            raise _store_error(error) from error
        return imported

    def add_file(self, source: Path) -> Imported:
        """As `add`, from a file that is not read when it is too large. The file itself stays as it is."""
        try:
            size = source.stat().st_size
            if size > LARGEST:
                raise too_large(size)
            data = source.read_bytes()
        except OSError as error:
            raise MediaRefusedError(
                "This file cannot be read",
                f"The computer said: {os.strerror(error.errno) if error.errno else 'unknown'}. Nothing was added.",
                "Copy the picture to a folder of your own and add it from there.",
            ) from error
        return self.add(data, source.name)

    def path(self, sha256: str) -> Path:
        """Where the picture with this digest is kept. Raises ValueError for anything but 64 lower-case hexadecimals."""
        if not _DIGEST.fullmatch(sha256):
            raise ValueError("not a digest")
        return self.root / sha256

    def open_checked(self, sha256: str, size: int | None = None) -> BinaryIO:
        """A stream that hashes while it is read, and raises MediaDamagedError before its last piece if bytes differ.

        With `size` a file of another length is refused at once. Raises NotFoundError when there is no such picture.
        """
        try:
            file = self.path(sha256).open("rb", buffering=0)
        except FileNotFoundError as error:
            raise NotFoundError(
                "A picture is missing",
                "Its file is not in the workspace folder: lost, or erased when its time was over. Nothing was sent.",
                "Add the picture again, or restore the workspace from a backup.",
            ) from error
        except OSError as error:
            raise MediaStoreError(
                "A picture cannot be read",
                f"The computer said: {os.strerror(error.errno) if error.errno else 'unknown'}. Nothing was sent.",
                "Ask IT to check the workspace folder's permissions.",
            ) from error
        return io.BufferedReader(_CheckedFile(file, sha256, size))

    def thumbnail(self, sha256: str, width: int, height: int, *, cover: bool = True) -> bytes:
        """A PNG of the picture's first frame: exactly this size and cropped, or with `cover=False` whole and within it.

        Raises NotFoundError and MediaDamagedError as `open_checked`.
        """
        with self.open_checked(sha256) as stream:
            data = stream.read()
        return thumbnail_of(data, width, height, cover=cover)

    def files(self) -> Iterator[Path]:
        """Every picture that lies in the folder."""
        found = self.root.iterdir() if self.root.is_dir() else ()
        return (path for path in found if _DIGEST.fullmatch(path.name))

    def keep(self, data: bytes) -> str:
        """Stores a picture that was made here and returns its digest. Raises MediaStoreError."""
        sha256 = hashlib.sha256(data).hexdigest()
        try:
            self._store(self.path(sha256), data, sha256)
        except OSError as error:
            raise _store_error(error) from error
        return sha256

    def keep_note(self, place: Path, data: bytes) -> None:
        """Stores a few bytes beside the pictures, whole or not at all. Raises MediaStoreError."""
        try:
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            put_file(place, data)
        except OSError as error:
            raise _store_error(error) from error

    def is_intact(self, sha256: str) -> bool:
        """Whether the picture is there, with exactly the bytes of its digest."""
        try:
            with self.open_checked(sha256) as stream:
                while stream.read(1 << 20):
                    pass
        except DeskError:
            return False
        return True

    def _store(self, path: Path, master: bytes, sha256: str) -> None:
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.root.chmod(0o700)
        if self.is_intact(sha256):
            return
        try:
            put_file(path, master)
        except PermissionError:
            # Windows: another process has just added the same picture and is reading it.
            if not self.is_intact(sha256):
                raise
