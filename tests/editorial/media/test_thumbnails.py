"""Small pictures for the screen."""

import struct
from pathlib import Path

import pytest
from PIL import Image

from editorial.media import MediaFolder
from editorial.media.thumbnails import thumbnail_of
from tests.editorial.media import pictures as p


@pytest.fixture
def folder(tmp_path: Path) -> MediaFolder:
    return MediaFolder(tmp_path)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_a_cropped_thumbnail_has_exactly_the_size(folder: MediaFolder, mode: str) -> None:
    sha256 = folder.add(p.encoded(p.photo(600, 400, mode), "PNG", icc_profile=p.srgb()), "a.png").sha256
    small = p.opened(folder.thumbnail(sha256, 112, 72))
    assert (small.format, small.size) == ("PNG", (112, 72))
    assert small.mode in ("RGB", "RGBA")
    assert small.info == {}


def test_a_whole_thumbnail_fits_within_and_is_never_enlarged(folder: MediaFolder) -> None:
    sha256 = folder.add(p.encoded(p.photo(600, 200), "JPEG"), "a.jpg").sha256
    assert p.opened(folder.thumbnail(sha256, 100, 100, cover=False)).size == (100, 33)
    assert p.opened(folder.thumbnail(sha256, 4000, 4000, cover=False)).size == (600, 200)
    line = folder.add(p.encoded(Image.new("RGB", (2000, 1)), "PNG"), "a.png").sha256
    assert p.opened(folder.thumbnail(line, 50, 50, cover=False)).size == (50, 1)


def test_an_animation_shows_its_first_frame(folder: MediaFolder) -> None:
    sha256 = folder.add(p.dirty_gif(), "a.gif").sha256
    pixel = p.opened(folder.thumbnail(sha256, 60, 40)).convert("RGB").getpixel((3, 3))
    assert isinstance(pixel, tuple)
    assert pixel[0] > 200 > 60 > pixel[1]


def test_deep_grey_is_not_blown_out() -> None:
    image = Image.frombytes("I;16", (8, 8), struct.pack("<64H", *[0x8000] * 64))
    assert p.opened(thumbnail_of(p.encoded(image, "PNG"), 4, 4)).getpixel((0, 0)) == (128, 128, 128)


@pytest.mark.parametrize("size", [(0, 10), (10, 0), (-1, 10), (5000, 10)])
def test_useless_sizes_are_an_error(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="size"):
        thumbnail_of(p.encoded(p.photo(), "PNG"), *size)
