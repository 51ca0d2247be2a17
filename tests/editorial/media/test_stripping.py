"""Nothing but the picture survives: looked for by readers that share no code with the product."""

import io
import struct
from collections.abc import Callable

import pytest
from PIL import ExifTags, Image

from editorial.media import clean, prepare
from editorial.media.errors import MediaRefusedError
from editorial.media.kinds import JPEG
from tests.editorial.media import pictures as p

DIRTY = {
    "photo.jpg": p.dirty_jpeg(), "scan.png": p.dirty_png(), "moving.gif": p.dirty_gif(), "web.webp": p.dirty_webp(),
    "exact.webp": p.dirty_webp(lossless=True), "grey.jpg": p.dirty_jpeg(mode="L"), "still.gif": p.dirty_gif(1),
}  # fmt: skip

ALLOWED = {
    "image/jpeg": {"e0", "e2", "db", "c0", "c4", "da", "end"},
    "image/png": {"IHDR", "PLTE", "iCCP", "IDAT", "IEND"},
    "image/webp": {"VP8X", "ICCP", "VP8 ", "VP8L", "ALPH", "ANIM", "ANMF"},
    "image/gif": {"extension f9", "extension ff", "frame", "end"},
}


@pytest.mark.parametrize("name", DIRTY)
def test_the_fixture_is_as_dirty_as_it_should_be(name: str) -> None:
    found = p.leaks(DIRTY[name])
    assert b"TRAILER-CANARY" in found
    assert p.SERIAL.encode() in found or name == "still.gif"
    assert len(found) >= 4


@pytest.mark.parametrize("name", DIRTY)
def test_nothing_planted_and_no_metadata_survives(name: str) -> None:
    imported, master = prepare(DIRTY[name], name)
    assert p.leaks(master) == []
    parts = list(p.WALKERS[imported.mime](master))
    assert {kind for kind, _ in parts} <= ALLOWED[imported.mime]
    for kind, body in parts:
        if kind == "e0":
            assert body[:5] == b"JFIF\0"
            assert body[-2:] == b"\0\0"  # no thumbnail of JFIF's own
        if kind == "e2":
            assert body[:12] == b"ICC_PROFILE\0"
        if kind == "extension ff":
            assert body[:11] == b"NETSCAPE2.0"
        if kind == "end":
            assert body == b""
    assert len(Image.open(io.BytesIO(master)).getexif()) == 0


def test_what_was_removed_is_said() -> None:
    removed = {name: prepare(data, name)[0].removed for name, data in DIRTY.items()}
    assert removed["photo.jpg"] == (
        "location", "camera details", "thumbnail", "description and rights (XMP)", "caption and keywords (IPTC)",
        "comments", "second picture in the file", "data behind the picture", "other hidden data",
    )  # fmt: skip
    assert removed["scan.png"] == (
        "location", "camera details", "thumbnail", "text notes", "data behind the picture", "other hidden data",
    )  # fmt: skip
    assert removed["web.webp"] == (
        "location", "camera details", "thumbnail", "description and rights (XMP)", "data behind the picture",
        "other hidden data",
    )  # fmt: skip
    assert removed["moving.gif"] == (
        "description and rights (XMP)", "comments", "text notes", "data behind the picture", "other hidden data",
    )  # fmt: skip


def test_a_picture_with_nothing_to_remove_says_so() -> None:
    for form, name in (("JPEG", "a.jpg"), ("PNG", "a.png"), ("GIF", "a.gif"), ("WEBP", "a.webp")):
        imported, master = prepare(p.encoded(p.photo(), form), name)
        assert imported.removed == ()
        assert prepare(master, name)[0].removed == ()


def test_broken_exif_is_removed_without_complaint() -> None:
    data = p.encoded(p.photo(), "JPEG")
    for body in (b"Exif\0\0II*\0\xff\xff\xff\x7f", b"Exif\0\0garbage", b"Exif\0\0", p.exif()[:60] + b"\xff" * 40):
        imported, master = prepare(data[:2] + p.segment(0xE1, body) + data[2:], "a.jpg")
        assert "camera details" in imported.removed
        assert p.leaks(master) == []


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["jpg", "png", "webp"])
def test_the_orientation_is_baked_in(orientation: int, form: str) -> None:
    makers: dict[str, Callable[[int], bytes]] = {"jpg": p.dirty_jpeg, "png": p.dirty_png, "webp": p.dirty_webp}
    imported, master = prepare(makers[form](orientation), f"a.{form}")
    shown = p.opened(master).convert("RGB")
    assert (imported.width, imported.height) == shown.size == ((60, 40) if orientation < 5 else (40, 60))
    corners = ["red", "green", "blue", "white"]  # as stored, clockwise from top left
    turned = {
        1: "red green blue white", 2: "green red white blue", 3: "blue white red green", 4: "white blue green red",
        5: "red white blue green", 6: "white red green blue", 7: "blue green red white", 8: "green blue white red",
    }[orientation].split()  # fmt: skip
    colours = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}
    assert set(turned) == set(corners)
    width, height = shown.size
    for name, place in zip(turned, [(3, 3), (width - 4, 3), (width - 4, height - 4), (3, height - 4)], strict=True):
        pixel = shown.getpixel(place)
        assert isinstance(pixel, tuple)
        assert all(abs(is_ - should) < 40 for is_, should in zip(pixel, colours[name], strict=True)), name


@pytest.mark.parametrize("name", ["photo.jpg", "scan.png", "web.webp"])
def test_the_colour_profile_is_kept_byte_for_byte(name: str) -> None:
    assert p.opened(prepare(DIRTY[name], name)[1]).info["icc_profile"] == p.srgb()


def test_of_a_two_picture_file_only_the_first_stays() -> None:
    second = p.photo().rotate(180)
    data = p.encoded(p.photo(), "MPO", save_all=True, append_images=[second], exif=p.exif())
    imported, master = prepare(data, "a.jpg")
    assert "second picture in the file" in imported.removed
    assert master.count(b"\xff\xd8\xff") == 1
    assert p.leaks(master) == []
    assert not imported.animated


def test_the_same_file_gives_the_same_digest_again() -> None:
    for name, data in DIRTY.items():
        first, master = prepare(data, name)
        assert prepare(data, "other-" + name)[0].sha256 == first.sha256
        assert first.size == len(master)


def test_an_encoder_that_writes_metadata_is_caught() -> None:
    with pytest.raises(MediaRefusedError, match="could not be cleaned") as caught:
        clean._check_clean(p.dirty_jpeg(), JPEG)
    assert caught.value.code == "E-MEDIA-UNCLEAN"


def test_the_readers_of_these_tests_see_what_is_there() -> None:
    kinds = {kind for kind, _ in p.jpeg_parts(p.dirty_jpeg())}
    assert {"e1", "ed", "fe", "e2", "ec"} <= kinds
    assert {"tEXt", "zTXt", "iTXt", "eXIf"} <= {kind for kind, _ in p.png_parts(p.dirty_png()[: -len(p.TRAILER)])}
    exif = p.opened(p.encoded(p.photo(), "JPEG", exif=p.exif())).getexif()
    assert exif.get_ifd(ExifTags.IFD.GPSInfo)
    assert exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.BodySerialNumber] == p.SERIAL
    assert exif.get_ifd(ExifTags.IFD.IFD1)
    assert struct.unpack(">II", p.GPS_BYTES)[0] == 5230
