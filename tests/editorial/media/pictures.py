"""Pictures full of things that must not survive, and readers of their own that look for what did.

The readers share no code with the product: they are the second tool that looks at the result.
"""

import functools
import io
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Any

from PIL import ExifTags, Image, ImageCms, ImageDraw

# Planted strings; none may be found in anything that is stored.
SERIAL = "SERIAL-4711-0815"
MAKER = "MAKERNOTE-CANARY"
COMMENT = "COMMENT-CANARY Ms Nowak, room 12"
XMP_NAME = "XMP-CANARY"
IPTC_NAME = "IPTC-CANARY"
TRAILER = b"TRAILER-CANARY" * 3
OWNER = "OWNER-CANARY"
THUMBNAIL = b"THUMBNAIL-CANARY"
CANARIES = tuple(
    word.encode() for word in (SERIAL, MAKER, COMMENT, XMP_NAME, IPTC_NAME, OWNER, "TRAILER-CANARY", "THUMBNAIL-CANARY")
)
GPS_BYTES = struct.pack(">II", 5230, 100)  # the latitude's minutes, as EXIF writes them
SIGNATURES = (
    b"Exif",
    b"ns.adobe.com",
    b"x:xmpmeta",
    b"Photoshop 3.0",
    b"8BIM",
    b"MPF\0",
    b"GPSL",
    b"hdrgm",
    b"ftypmp4",
)

XMP = (
    f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description dc:creator="{XMP_NAME}" '
    'exif:GPSLatitude="52,52.30N" /></rdf:RDF></x:xmpmeta>'
).encode()


@functools.cache  # a profile holds the second in which it was made
def srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def photo(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    """A picture whose four corners differ, so that a turn shows: red, green, blue, white clockwise from top left."""
    image = Image.new("RGB", (width, height), (90, 120, 150))
    draw = ImageDraw.Draw(image)
    w, h = width // 3, height // 3
    draw.rectangle((0, 0, w, h), (255, 0, 0))
    draw.rectangle((width - w, 0, width, h), (0, 255, 0))
    draw.rectangle((width - w, height - h, width, height), (0, 0, 255))
    draw.rectangle((0, height - h, w, height), (255, 255, 255))
    return image.convert(mode)


def exif(orientation: int = 1) -> bytes:
    """EXIF with everything that tells on somebody: place, serial numbers, owner, maker note, and a thumbnail."""
    data = Image.Exif()
    data[ExifTags.Base.Orientation] = orientation
    data[ExifTags.Base.Make] = "Canon"
    data[ExifTags.Base.Artist] = OWNER
    data[ExifTags.Base.DateTime] = "2026:01:02 10:11:12"
    data._ifds[ExifTags.IFD.Exif] = {
        ExifTags.Base.BodySerialNumber: SERIAL, ExifTags.Base.CameraOwnerName: OWNER,
        ExifTags.Base.MakerNote: MAKER.encode(),
    }  # fmt: skip
    data._ifds[ExifTags.IFD.GPSInfo] = {
        ExifTags.GPS.GPSLatitudeRef: "N", ExifTags.GPS.GPSLatitude: (52.0, 52.3, 0.0),
        ExifTags.GPS.GPSLongitudeRef: "E", ExifTags.GPS.GPSLongitude: (13.0, 24.0, 0.0),
    }  # fmt: skip
    return with_thumbnail(data.tobytes())


def with_thumbnail(block: bytes) -> bytes:
    """The EXIF block with a second directory (the thumbnail's) added behind it."""
    tiff = bytearray(block.removeprefix(b"Exif\0\0"))
    order = ">" if tiff[:2] == b"MM" else "<"
    (first,) = struct.unpack_from(order + "I", tiff, 4)
    (entries,) = struct.unpack_from(order + "H", tiff, first)
    link = first + 2 + 12 * entries
    start = len(tiff)
    struct.pack_into(order + "I", tiff, link, start)
    image = b"\xff\xd8" + THUMBNAIL + b"\xff\xd9"
    at = start + 2 + 2 * 12 + 4
    tiff += struct.pack(order + "H", 2)
    tiff += struct.pack(order + "HHII", 0x0201, 4, 1, at) + struct.pack(order + "HHII", 0x0202, 4, 1, len(image))
    tiff += struct.pack(order + "I", 0) + image
    return b"Exif\0\0" + bytes(tiff)


def encoded(image: Image.Image, form: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def dirty_jpeg(orientation: int = 1, mode: str = "RGB", size: tuple[int, int] = (60, 40)) -> bytes:
    """A JPEG with EXIF, XMP, extended XMP, IPTC, a multi-picture index, comments, and data behind its end."""
    clean = encoded(
        photo(*size, mode=mode), "JPEG", quality=95, subsampling=0, icc_profile=srgb(), exif=exif(orientation)
    )
    iptc = b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0e\x1c\x02\x05\0\x0b" + IPTC_NAME.encode() + b"\0"
    extra = (
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0" + XMP)
        + segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + XMP_NAME.encode())
        + segment(0xE2, b"MPF\0" + SERIAL.encode())
        + segment(0xED, iptc)
        + segment(0xEC, b"Ducky" + OWNER.encode())
        + segment(0xFE, COMMENT.encode())
    )
    return clean[:2] + extra + clean[2:] + TRAILER


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def dirty_png(orientation: int = 1, mode: str = "RGB") -> bytes:
    """A PNG with every kind of text, a time, EXIF, a private chunk, and data behind its end."""
    clean = encoded(photo(mode=mode), "PNG", icc_profile=srgb())
    head, rest = clean[:33], clean[33:]
    texts = (
        chunk(b"tEXt", b"Comment\0" + COMMENT.encode())
        + chunk(b"zTXt", b"Author\0\0" + zlib.compress(OWNER.encode()))
        + chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)
        + chunk(b"tIME", struct.pack(">HBBBBB", 2026, 1, 2, 10, 11, 12))
        + chunk(b"pHYs", struct.pack(">IIB", 2835, 2835, 1))
        + chunk(b"eXIf", exif(orientation)[6:])
        + chunk(b"prVt", SERIAL.encode())
    )
    return head + texts + rest + TRAILER


def riff_chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def dirty_webp(orientation: int = 1, **options: Any) -> bytes:
    """A WebP with EXIF, XMP, an unknown chunk, and data behind its end."""
    clean = encoded(photo(), "WEBP", icc_profile=srgb(), exif=exif(orientation), xmp=XMP, **options)
    body = clean[8:] + riff_chunk(b"ABCD", SERIAL.encode())
    return b"RIFF" + struct.pack("<I", len(body)) + body + TRAILER


def dirty_gif(frames: int = 3) -> bytes:
    """An animated GIF with a comment, a text block, XMP and an unknown application block."""
    pictures = [photo().rotate(90 * number) for number in range(frames)]
    clean = encoded(
        pictures[0], "GIF", save_all=True, append_images=pictures[1:], comment=COMMENT.encode(), loop=2,
        duration=[100, 200, 300][:frames],
    )  # fmt: skip
    at = 13 + (3 << (clean[10] & 7) + 1)

    def blocks(data: bytes) -> bytes:
        parts = (data[at : at + 255] for at in range(0, len(data), 255))
        return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"

    extra = (
        b"!\xff\x0bXMP DataXMP" + blocks(XMP)
        + b"!\xff\x0bOTHERAPP1.0" + blocks(SERIAL.encode())
        + b"!\x01\x0c" + b"\0" * 12 + blocks(OWNER.encode())
        + b"!\xfe" + blocks(COMMENT.encode())
    )  # fmt: skip
    return clean[:at] + extra + clean[at:] + TRAILER


# What is in a stored file, read without Pillow and without the product.


def jpeg_parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    assert data[:2] == b"\xff\xd8"
    at = 2
    while data[at : at + 2] != b"\xff\xd9":
        assert data[at] == 0xFF
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        yield f"{marker:02x}", data[at + 4 : at + 2 + length]
        at += 2 + length
        if marker == 0xDA:
            while data[at] != 0xFF or data[at + 1] == 0 or 0xD0 <= data[at + 1] <= 0xD7:
                at += 1
    yield "end", data[at + 2 :]


def png_parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    at = 8
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        yield data[at + 4 : at + 8].decode("ascii"), data[at + 8 : at + 8 + length]
        at += 12 + length


def webp_parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    assert int.from_bytes(data[4:8], "little") + 8 == len(data)
    at = 12
    while at < len(data):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        yield data[at : at + 4].decode("ascii"), data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def gif_parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    at = 13 + (3 << (data[10] & 7) + 1 if data[10] & 0x80 else 0)

    def sub_blocks(at: int) -> tuple[bytes, int]:
        content = b""
        while data[at]:
            content += data[at + 1 : at + 1 + data[at]]
            at += 1 + data[at]
        return content, at + 1

    while data[at] != 0x3B:
        if data[at] == 0x21:
            label = data[at + 1]
            content, at = sub_blocks(at + 2)
            yield f"extension {label:02x}", content
        else:
            assert data[at] == 0x2C
            flags = data[at + 9]
            content, at = sub_blocks(at + 11 + (3 << (flags & 7) + 1 if flags & 0x80 else 0))
            yield "frame", content
    yield "end", data[at + 1 :]


WALKERS: dict[str, Callable[[bytes], Iterator[tuple[str, bytes]]]] = {
    "image/jpeg": jpeg_parts, "image/png": png_parts, "image/webp": webp_parts, "image/gif": gif_parts,
}  # fmt: skip


def leaks(data: bytes) -> list[bytes]:
    """Planted strings and the marks of metadata that are found in the bytes, also inside compressed PNG chunks."""
    haystack = data
    if data.startswith(b"\x89PNG"):
        for _, body in png_parts(data):
            for start in range(min(len(body), 90)):
                try:
                    haystack += zlib.decompress(body[start:])
                except zlib.error:
                    continue
    return [needle for needle in (*CANARIES, *SIGNATURES, GPS_BYTES) if needle in haystack]
