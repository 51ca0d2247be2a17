"""A stream that is encrypted in segments, each bound to its place and the last one to being the last.

The construction is the published one of Tink, AES256-GCM-HKDF with segments of 1 MiB (streaming AEAD after Hoang,
Reyhanitabar, Rogaway and Vizár, 2015): https://developers.google.com/tink/streaming-aead/aes_gcm_hkdf_streaming.
A segment that was changed, moved, dropped or added makes reading fail, and so does a stream that was cut off.
"""

import io
import secrets
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SEGMENT = 1 << 20
_KEY = 32
_PREFIX = 7
_TAG = 16
HEADER = 1 + _KEY + _PREFIX
_MOST = (1 << 32) - 1  # segments


class SealError(ValueError):
    """The stream is not the one that was written with this key and these associated data, or not all of it."""


class _Segments:
    """The key of one stream and the nonces of its segments."""

    def __init__(self, key: bytes, header: bytes, associated: bytes) -> None:
        if len(header) != HEADER or header[0] != HEADER:
            raise SealError("no header of a sealed stream")
        salt, self._prefix = header[1 : 1 + _KEY], header[1 + _KEY :]
        self._cipher = AESGCM(HKDF(SHA256(), _KEY, salt=salt, info=associated).derive(key))
        self._number = 0

    def _nonce(self, *, last: bool) -> bytes:
        if self._number >= _MOST:
            raise SealError("too long")
        nonce = self._prefix + self._number.to_bytes(4, "big") + bytes([last])
        self._number += 1
        return nonce

    def seal(self, data: bytes, *, last: bool) -> bytes:
        return self._cipher.encrypt(self._nonce(last=last), data, None)

    def open(self, data: bytes, *, last: bool) -> bytes:
        try:
            return self._cipher.decrypt(self._nonce(last=last), data, None)
        except InvalidTag:
            raise SealError("a segment does not open") from None


class SealedWriter(io.RawIOBase):
    """Encrypts what is written to it into `target`. `finish` ends the stream; without it nobody can read it."""

    def __init__(self, target: BinaryIO, key: bytes, associated: bytes) -> None:
        super().__init__()
        header = bytes([HEADER]) + secrets.token_bytes(_KEY + _PREFIX)
        self._target = target
        self._segments = _Segments(key, header, associated)
        self._room = SEGMENT - HEADER - _TAG
        self._pending = bytearray()
        target.write(header)

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: "bytes | bytearray | memoryview") -> int:  # type: ignore[override]
        """Takes all of it; full segments go on at once."""
        self._pending += data
        while len(self._pending) > self._room:  # a full one is kept: it may be the last
            piece, self._pending = bytes(self._pending[: self._room]), self._pending[self._room :]
            self._target.write(self._segments.seal(piece, last=False))
            self._room = SEGMENT - _TAG
        return len(data)

    def finish(self) -> None:
        """Writes the last segment."""
        self._target.write(self._segments.seal(bytes(self._pending), last=True))
        self._pending.clear()


class SealedReader(io.RawIOBase):
    """Reads what `SealedWriter` wrote. Every read raises SealError as soon as a segment does not fit."""

    def __init__(self, source: BinaryIO, key: bytes, associated: bytes) -> None:
        super().__init__()
        self._source = source
        self._segments = _Segments(key, source.read(HEADER), associated)
        self._next = source.read(SEGMENT - HEADER)
        self._plain = memoryview(b"")
        self._ended = False

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """As any raw stream. Raises SealError."""
        while not self._plain and not self._ended:
            self._advance()
        view = memoryview(buffer).cast("B")
        taken = min(len(view), len(self._plain))
        view[:taken] = self._plain[:taken]
        self._plain = self._plain[taken:]
        return taken

    def _advance(self) -> None:
        piece, self._next = self._next, self._source.read(SEGMENT)
        self._ended = not self._next
        self._plain = memoryview(self._segments.open(piece, last=self._ended))

    def drain(self) -> None:
        """Reads to the end: only then it is known that nothing was cut off."""
        while self.read(SEGMENT):
            pass
