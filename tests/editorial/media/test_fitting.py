"""Renditions: pictures made to what an account takes, the same ones for ever, or a refusal in words."""

import io
import random
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from editorial.content import MediaItem
from editorial.media import MediaFolder, MediaRefusedError
from editorial.media.errors import MediaDamagedError
from editorial.media.fitting import SMALLEST_SIDE, Takes, fitted
from tests.editorial.media.pictures import encoded, photo

JPEG, PNG, GIF, WEBP = "image/jpeg", "image/png", "image/gif", "image/webp"
ANY = Takes(0, 10_000_000, (JPEG, PNG, GIF, WEBP))


@pytest.fixture
def folder(tmp_path: Path) -> MediaFolder:
    return MediaFolder(tmp_path / "media")


def add(folder: MediaFolder, data: bytes, name: str) -> MediaItem:
    found = folder.add(data, name)
    return MediaItem(found.sha256, found.mime, found.size, found.width, found.height, "A nurse at a desk")


def noise(width: int, height: int) -> Image.Image:
    """A picture that no form makes small."""
    return Image.frombytes("RGB", (width, height), random.Random(7).randbytes(width * height * 3))


def shown(folder: MediaFolder, item: MediaItem) -> Image.Image:
    with folder.open_checked(item.sha256, item.size) as stream:
        image = Image.open(io.BytesIO(stream.read()))
    image.load()
    assert (image.width, image.height) == (item.width, item.height)
    assert Image.MIME[image.format or ""] == item.mime
    return image


def test_what_fits_goes_out_as_it_is(folder: MediaFolder) -> None:
    item = add(folder, encoded(photo(), "PNG"), "a.png")
    assert fitted(folder, item, ANY) is item


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_it_is_made_as_large_as_may_be_and_says_the_same(folder: MediaFolder, form: str) -> None:
    item = add(folder, encoded(photo(900, 600), form), f"a.{form.lower()}")
    made = fitted(folder, item, replace(ANY, longest_side=450))
    assert (made.width, made.height, made.mime) == (450, 300, item.mime)
    assert made.alt == item.alt
    assert made.sha256 != item.sha256
    picture = shown(folder, made).convert("RGB")
    red, green, blue = picture.getpixel((5, 5))  # type: ignore[misc]
    assert red > 200
    assert max(green, blue) < 60


def test_only_the_accepted_kinds_come_out(folder: MediaFolder) -> None:
    item = add(folder, encoded(photo(), "WEBP"), "a.webp")
    assert fitted(folder, item, replace(ANY, mimes=(PNG, JPEG))).mime == JPEG
    assert fitted(folder, item, replace(ANY, mimes=(PNG,))).mime == PNG
    see_through = photo(mode="RGBA")
    see_through.putalpha(Image.linear_gradient("L").resize(see_through.size))
    item = add(folder, encoded(see_through, "WEBP"), "b.webp")
    assert fitted(folder, item, replace(ANY, mimes=(JPEG, PNG))).mime == PNG
    on_white = shown(folder, fitted(folder, item, replace(ANY, mimes=(JPEG,))))
    assert on_white.mode == "RGB"
    assert min(on_white.getpixel((30, 0))) > 200  # type: ignore[arg-type]  # nothing there: white, not black


def test_it_stays_below_the_bytes(folder: MediaFolder) -> None:
    item = add(folder, encoded(noise(800, 600), "PNG"), "a.png")
    made = fitted(folder, item, Takes(0, 200_000, (PNG, JPEG)))
    assert made.size <= 200_000
    assert made.mime == JPEG
    smaller = fitted(folder, item, Takes(0, 60_000, (JPEG,)))
    assert smaller.size <= 60_000
    assert max(smaller.width, smaller.height) < 800
    shown(folder, smaller)


def test_the_same_again_is_the_same_and_is_not_made_again(folder: MediaFolder, tmp_path: Path) -> None:
    item = add(folder, encoded(photo(900, 600), "JPEG"), "a.jpg")
    takes = replace(ANY, longest_side=450)
    made = fitted(folder, item, takes)
    times = folder.path(made.sha256).stat().st_mtime_ns
    other = replace(item, alt="Other words")
    assert fitted(folder, other, takes) == replace(made, alt="Other words")
    assert folder.path(made.sha256).stat().st_mtime_ns == times
    elsewhere = MediaFolder(tmp_path / "elsewhere")
    again = fitted(elsewhere, add(elsewhere, encoded(photo(900, 600), "JPEG"), "a.jpg"), takes)
    assert again.sha256 == made.sha256


def test_a_note_or_a_rendition_that_was_spoiled_is_made_again(folder: MediaFolder) -> None:
    item = add(folder, encoded(photo(900, 600), "JPEG"), "a.jpg")
    takes = replace(ANY, longest_side=450)
    made = fitted(folder, item, takes)
    (note,) = (folder.root / "renditions").iterdir()
    for spoiled in (b"", b"[]", b'{"sha256": 3}', note.read_bytes().replace(b"450", b"900")):
        note.write_bytes(spoiled)
        assert fitted(folder, item, takes) == made
    folder.path(made.sha256).write_bytes(b"something else")
    assert fitted(folder, item, takes) == made
    shown(folder, made)


def test_what_cannot_be_made_to_fit_is_said(folder: MediaFolder) -> None:
    moving = encoded(photo(), "GIF", save_all=True, append_images=[photo(60, 40).rotate(90)], duration=80)
    item = add(folder, moving, "a.gif")
    assert fitted(folder, item, ANY) is item
    with pytest.raises(MediaRefusedError, match="It moves"):
        fitted(folder, item, replace(ANY, longest_side=20))
    still = add(folder, encoded(noise(400, 400), "PNG"), "b.png")
    for takes in (Takes(0, 500, (JPEG, PNG)), Takes(0, 10_000_000, ()), Takes(0, 10_000_000, ("image/avif",))):
        with pytest.raises(MediaRefusedError, match="small enough"):
            fitted(folder, still, takes)
    assert fitted(folder, still, replace(ANY, longest_side=SMALLEST_SIDE)).width == SMALLEST_SIDE


def test_a_stored_picture_that_changed_is_not_used(folder: MediaFolder) -> None:
    item = add(folder, encoded(photo(900, 600), "JPEG"), "a.jpg")
    folder.path(item.sha256).write_bytes(b"x" * item.size)
    with pytest.raises(MediaDamagedError):
        fitted(folder, item, replace(ANY, longest_side=450))
