"""Colour profiles: kept where they fit the picture, without the device details that some programs write into them."""

import io
import struct

from PIL import Image, ImageCms

_LARGEST = 4 * 1024 * 1024
_RGB, _GREY = (b"RGB ", "RGB"), (b"GRAY", "L")
_SPACES = {
    "RGB": _RGB, "RGBA": _RGB, "P": _RGB, "L": _GREY, "LA": _GREY, "I;16": _GREY, "CMYK": (b"CMYK", "CMYK"),
}  # fmt: skip

# The tags that describe colour, and the description and copyright that every profile must have. Others name the device:
# Apple's `mmod` holds a screen's serial number, `meta` the computer, `targ` and `calt` a measuring session.
_KEPT = {
    b"A2B0", b"A2B1", b"A2B2", b"B2A0", b"B2A1", b"B2A2", b"B2D0", b"B2D1", b"B2D2", b"B2D3", b"D2B0", b"D2B1", b"D2B2",
    b"D2B3", b"bTRC", b"bXYZ", b"bkpt", b"chad", b"chrm", b"cicp", b"clot", b"clro", b"clrt", b"cprt", b"desc", b"dmdd",
    b"dmnd", b"gTRC", b"gXYZ", b"gamt", b"kTRC", b"lumi", b"meas", b"pre0", b"pre1", b"pre2", b"rTRC", b"rXYZ", b"rig0",
    b"rig2", b"tech", b"view", b"vued", b"wtpt",
}  # fmt: skip
_HEADER = 128
_MOST_TAGS = 100


def _tags(profile: bytes) -> list[tuple[bytes, int, int]]:
    (number,) = struct.unpack_from(">I", profile, _HEADER)
    if number > _MOST_TAGS:
        raise ValueError("too many tags")
    tags = [struct.unpack_from(">4sII", profile, _HEADER + 4 + 12 * place) for place in range(number)]
    if any(start + size > len(profile) for _, start, size in tags):
        raise ValueError("a tag outside the profile")
    return tags


def _is_plain(profile: bytes, tags: list[tuple[bytes, int, int]]) -> bool:
    """Whether there is nothing in the profile but kept tags and padding."""
    rest = bytearray(profile)
    for start, size in [(0, _HEADER + 4 + 12 * len(tags)), *((start, size) for _, start, size in tags)]:
        rest[start : start + size] = b"\0" * size
    return all(name in _KEPT for name, _, _ in tags) and not any(rest)


def _rebuilt(profile: bytes, tags: list[tuple[bytes, int, int]]) -> bytes:
    """The profile with its kept tags only. Its ID, a checksum, is cleared as ICC.1 section 7.2.18 allows."""
    kept = [tag for tag in tags if tag[0] in _KEPT]
    table, body = b"", b""
    placed: dict[tuple[int, int], int] = {}  # tags may share their content, as the three curves often do
    for name, start, size in kept:
        if (start, size) not in placed:
            placed[start, size] = _HEADER + 4 + 12 * len(kept) + len(body)
            body += profile[start : start + size] + b"\0" * (-size % 4)
        table += struct.pack(">4sII", name, placed[start, size], size)
    whole = profile[4:84] + b"\0" * 16 + profile[100:_HEADER] + struct.pack(">I", len(kept)) + table + body
    return struct.pack(">I", len(whole) + 4) + whole


def _to_screen(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform:
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), mode, "RGB")


def clean_profile(profile: bytes | None, mode: str) -> bytes | None:
    """The profile without tags that name a device, byte for byte the same where it has none.

    None for a profile that is damaged, or that cannot show pictures of this mode.
    """
    space, plain_mode = _SPACES.get(mode, (b"", ""))
    if not profile or len(profile) > _LARGEST or profile[16:20] != space:
        return None
    try:
        tags = _tags(profile)
        clean = profile if _is_plain(profile, tags) else _rebuilt(profile, tags)
        _to_screen(clean, plain_mode)
    except (struct.error, ValueError, OSError, ImageCms.PyCMSError):
        return None
    return clean


def to_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The picture as RGB or RGBA in the colours that screens expect, for whoever does not follow profiles."""
    if image.mode == "RGBA":
        opaque = to_srgb(image.convert("RGB"), profile)
        opaque.putalpha(image.getchannel("A"))
        return opaque
    clean = clean_profile(profile, image.mode) if image.mode in ("RGB", "CMYK") else None
    return _to_screen(clean, image.mode).apply(image) if clean else image.convert("RGB")
