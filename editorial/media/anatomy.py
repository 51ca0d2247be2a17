"""How a picture file is built, read from its bytes alone, before any decoder sees it and again after encoding.

The walk tells the size that the header claims, how many frames there are, every part that is not pixels, whether the
file ends where it should, and whether something hangs on behind. It never decodes.
"""

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field

_MOST_PARTS = 2_000_000  # more is an attack on whoever reads the file, not a picture
_MOST_SCANS = 100  # a progressive JPEG has about ten


class TruncatedError(ValueError):
    """The file ends before it should."""


class MalformedError(ValueError):
    """The bytes do not follow the format."""


@dataclass(slots=True)
class Anatomy:
    """What the walk saw. `parts` names everything besides the pixels, in the words of the format."""

    width: int = 0
    height: int = 0
    frames: int = 1
    lossless: bool = True
    parts: set[str] = field(default_factory=set)


class _Bytes:
    """A place in the data. Reading past the end means that the file is cut off."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data = data
        self.at = at
        self._taken = 0

    def take(self, length: int) -> bytes:
        self._taken += 1
        if self._taken > _MOST_PARTS:
            raise MalformedError("too many parts")
        end = self.at + length
        if end > len(self.data):
            raise TruncatedError
        piece = self.data[self.at : end]
        self.at = end
        return piece

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self, layout: str) -> int:
        value: int = struct.unpack(layout, self.take(struct.calcsize(layout)))[0]
        return value

    def rest(self) -> int:
        return len(self.data) - self.at


# JPEG: ISO/IEC 10918-1 Annex B.
_JPEG_STANDALONE = {0x01, *range(0xD0, 0xD8)}
_JPEG_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_NAMES = (
    (0xE0, b"JFIF\0", "JFIF"), (0xE1, b"Exif\0", "Exif"), (0xE1, b"http://ns.adobe.com/", "XMP"),
    (0xE2, b"ICC_PROFILE\0", "ICC"), (0xE2, b"MPF\0", "MPF"), (0xED, b"Photoshop", "IPTC"), (0xEE, b"Adobe", "Adobe"),
)  # fmt: skip
_JPEG_AFTER_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")


def _jpeg_part(marker: int, body: bytes) -> str:
    if marker == 0xFE:
        return "COM"
    for number, start, name in _JPEG_NAMES:
        if number == marker and body.startswith(start):
            return name
    return f"APP{marker - 0xE0}"


def _jpeg_scan_end(data: bytes, start: int, scans: int) -> int:
    if scans > _MOST_SCANS:
        raise MalformedError("too many scans")
    end = _JPEG_AFTER_SCAN.search(data, start)
    if end is None:
        raise TruncatedError
    return end.start()


def _jpeg(data: bytes) -> Anatomy:
    found, at, scans = Anatomy(lossless=False), _Bytes(data, 2), 0
    while True:
        at.at = data.find(b"\xff", at.at)  # decoders skip stray bytes between segments, so must this
        if at.at < 0:
            raise TruncatedError
        at.take(1)
        marker = at.byte()
        if marker == 0xFF:
            at.at -= 1
        elif marker == 0xD9:
            break
        elif marker and marker not in _JPEG_STANDALONE:
            body = at.take(max(at.number(">H") - 2, 0))
            if marker in _JPEG_FRAMES and len(body) >= 5:
                found.height, found.width = struct.unpack(">HH", body[1:5])
            elif marker == 0xDA:
                scans += 1
                at.at = _jpeg_scan_end(data, at.at, scans)
            elif marker >= 0xE0:
                found.parts.add(_jpeg_part(marker, body))
    if not scans:
        raise TruncatedError
    return _with_trailer(found, at)


# PNG: ISO/IEC 15948, and its eXIf and animation chunks.
_PNG_PIXELS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}


def _png(data: bytes) -> Anatomy:
    found, at = Anatomy(), _Bytes(data, 8)
    while True:
        length = at.number(">I")
        kind = at.take(4)
        body = at.take(length)
        check = at.number(">I")
        if kind[:1].isupper() and zlib.crc32(kind + body) != check:
            raise MalformedError("a chunk does not match its checksum")
        if kind == b"IHDR" and length == 13:
            found.width, found.height = struct.unpack(">II", body[:8])
        elif kind == b"acTL" and length == 8:
            found.frames = max(1, struct.unpack(">I", body[:4])[0])
        if kind not in _PNG_PIXELS:
            found.parts.add(kind.decode("latin-1"))
        if kind == b"IEND":
            return _with_trailer(found, at)


# GIF: GIF89a specification.
def _gif_blocks(at: _Bytes) -> None:
    while length := at.byte():
        at.take(length)


def _gif_extension(at: _Bytes) -> str | None:
    label = at.byte()
    first = at.take(at.byte())
    if first:
        _gif_blocks(at)
    if label == 0xFF:
        return f"application {first[:11].decode('latin-1')}"
    return {0xF9: None, 0xFE: "comment", 0x01: "plain text"}.get(label, f"extension {label}")


def _gif(data: bytes) -> Anatomy:
    at = _Bytes(data, 6)
    found = Anatomy(at.number("<H"), at.number("<H"), frames=0)
    flags = at.take(3)[0]
    at.take(3 << (flags & 7) + 1 if flags & 128 else 0)
    while (introducer := at.byte()) != 0x3B:
        if introducer == 0x21:
            if part := _gif_extension(at):
                found.parts.add(part)
        elif introducer == 0x2C:
            left, top, width, height, flags = struct.unpack("<HHHHB", at.take(9))
            found.width, found.height = max(found.width, left + width), max(found.height, top + height)
            at.take(3 << (flags & 7) + 1 if flags & 128 else 0)
            at.byte()
            _gif_blocks(at)
            found.frames += 1
        else:
            raise MalformedError("an unknown block")
    return _with_trailer(found, at)


# WebP: RFC 9649.
_WEBP_PIXELS = {b"VP8X", b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF"}


def _webp_size(kind: bytes, body: bytes) -> tuple[int, int]:
    if kind == b"VP8X" and len(body) >= 10:
        width, height = int.from_bytes(body[4:7], "little"), int.from_bytes(body[7:10], "little")
        return width + 1, height + 1
    if kind == b"VP8L" and len(body) >= 5:
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and len(body) >= 10:
        width, height = struct.unpack("<HH", body[6:10])
        return width & 0x3FFF, height & 0x3FFF
    return 0, 0


def _webp_chunks(at: _Bytes, end: int, found: Anatomy, inside_frame: bool = False) -> None:
    while at.at < end:
        kind = at.take(4)
        length = at.number("<I")
        body = at.take(length)
        at.take(length & 1)
        found.width, found.height = map(max, (found.width, found.height), _webp_size(kind, body))
        found.lossless = found.lossless and kind != b"VP8 "
        if kind == b"ANMF" and not inside_frame:
            found.frames += 1
            _webp_chunks(_Bytes(body, 16), length, found, inside_frame=True)
        elif kind not in _WEBP_PIXELS:
            found.parts.add(kind.decode("latin-1"))


def _webp(data: bytes) -> Anatomy:
    found, at = Anatomy(frames=0), _Bytes(data, 4)
    end = at.number("<I") + 8
    if end > len(data):
        raise TruncatedError
    at.take(4)
    _webp_chunks(at, end, found)
    found.frames = max(1, found.frames)
    return _with_trailer(found, at)


def _with_trailer(found: Anatomy, at: _Bytes) -> Anatomy:
    if at.rest() > 0:
        found.parts.add("trailer")
    return found


_WALKS: dict[str, Callable[[bytes], Anatomy]] = {"JPEG": _jpeg, "PNG": _png, "GIF": _gif, "WEBP": _webp}

# What an encoded master may hold besides pixels: the colour profile, and how often an animation plays.
ALLOWED_PARTS = {
    "JPEG": {"JFIF", "ICC"},
    "PNG": {"iCCP"},
    "GIF": {"application NETSCAPE2.0"},
    "WEBP": {"ICCP"},
}


def examine(data: bytes, form: str) -> Anatomy:
    """The anatomy of a JPEG, PNG, GIF or WEBP (`form`). Raises TruncatedError or MalformedError."""
    found = _WALKS[form](data)
    if not found.width or not found.height or not found.frames:
        raise MalformedError("no picture inside")
    return found
