"""What people see stays: pixels, transparency, frames and their durations, colours."""

import io
import random
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageCms

from editorial.media import prepare
from editorial.media.colour import clean_profile, to_srgb
from tests.editorial.media import pictures as p


def rgba(image: Image.Image) -> Image.Image:
    return image.convert("RGBA")


def seen_difference(one: Image.Image, two: Image.Image) -> int:
    """The largest difference of any channel, outside full transparency, which must be in the same places."""
    one, two = rgba(one), rgba(two)
    assert one.size == two.size
    masks = [image.getchannel("A").point([0, *(255,) * 255]) for image in (one, two)]
    assert masks[0].tobytes() == masks[1].tobytes()
    blank = Image.new("RGBA", one.size)
    difference = ImageChops.difference(Image.composite(one, blank, masks[0]), Image.composite(two, blank, masks[0]))
    return max(max(band.tobytes()) for band in difference.split())


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_png_is_lossless_in_every_mode(mode: str) -> None:
    image = p.photo(mode=mode)
    stored = p.opened(prepare(p.encoded(image, "PNG"), "a.png")[1])
    assert seen_difference(image, stored) == 0


def test_sixteen_bit_grey_keeps_its_depth() -> None:
    image = Image.frombytes("I;16", (4, 4), struct.pack("<16H", *range(0, 64_000, 4_000)))
    for options in ({}, {"transparency": 4_000}):
        stored = p.opened(prepare(p.encoded(image, "PNG", **options), "a.png")[1])
        assert stored.mode == "I;16"
        assert stored.tobytes() == image.tobytes()


@pytest.mark.parametrize(
    ("mode", "transparency"), [("1", 0), ("L", 255), ("RGB", (255, 0, 0)), ("P", 0), ("P", bytes([0, 128, 255]))]
)
def test_simple_transparency_becomes_an_alpha_channel(mode: str, transparency: object) -> None:
    data = p.encoded(p.photo(mode=mode), "PNG", transparency=transparency)
    stored = p.opened(prepare(data, "a.png")[1])
    assert stored.mode == ("LA" if mode in ("1", "L") else "RGBA")
    assert seen_difference(p.opened(data), stored) == 0


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF"])
def test_what_was_erased_to_transparency_is_gone(form: str) -> None:
    image = p.photo(mode="RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size).point([0] * 128 + [255] * 128))
    options = {"WEBP": {"lossless": True, "exact": True}}.get(form, {})
    stored = rgba(p.opened(prepare(p.encoded(image, form, **options), f"a.{form.lower()}")[1]))
    hidden = stored.getchannel("A").point([255, *(0,) * 255])
    assert hidden.getbbox() is not None
    colours = Image.composite(stored.convert("RGB"), Image.new("RGB", stored.size), hidden).getcolors()
    assert colours == [(image.width * image.height, (0, 0, 0))]


def test_jpeg_loses_little_and_keeps_full_colour_resolution() -> None:
    image = p.photo(256, 160)
    stored = p.opened(prepare(p.encoded(image, "JPEG", quality=100, subsampling=0), "a.jpg")[1])
    assert seen_difference(image, stored) < 40
    frame = next(
        body for kind, body in p.jpeg_parts(p.encoded(stored, "JPEG", quality=92, subsampling=0)) if kind == "c0"
    )
    mine = next(body for kind, body in p.jpeg_parts(prepare(p.dirty_jpeg(), "a.jpg")[1]) if kind == "c0")
    assert frame[7] == mine[7] == 0x11  # sampling 1 x 1 of the first component: 4:4:4


def test_a_jpeg_full_of_detail_is_taken() -> None:
    noise = Image.effect_noise((640, 480), 120).convert("RGB")
    imported, _ = prepare(p.encoded(noise, "JPEG", quality=100, subsampling=0), "a.jpg")
    assert (imported.width, imported.height) == (640, 480)


def test_a_grey_profile_stays_with_a_grey_picture() -> None:
    curve = b"curv" + b"\0" * 4 + struct.pack(">IH", 1, 0x0233)
    white = b"XYZ " + b"\0" * 4 + struct.pack(">iii", 0xF6D6, 0x10000, 0xD32D)
    table = struct.pack(">I4sII4sII", 2, b"wtpt", 156, 20, b"kTRC", 176, 14)
    body = p.srgb()[4:12] + b"mntrGRAYXYZ " + p.srgb()[24:128] + table + white + curve + b"\0\0"
    profile = struct.pack(">I", len(body) + 4) + body
    assert clean_profile(profile, "L") == profile
    stored = prepare(p.encoded(p.photo(mode="L"), "PNG", icc_profile=profile), "a.png")[1]
    assert p.opened(stored).info["icc_profile"] == profile


def test_print_colours_become_screen_colours() -> None:
    stored = p.opened(prepare(p.encoded(p.photo(mode="CMYK"), "JPEG", quality=95), "a.jpg")[1])
    assert stored.mode == "RGB"
    assert seen_difference(p.photo(), stored) < 60


def frames_of(data: bytes) -> tuple[list[Image.Image], list[int]]:
    image = p.opened(data)
    frames, durations = [], []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        image.load()
        frames.append(rgba(image))
        durations.append(image.info.get("duration", 0))
    return frames, durations


def animation(see_through: bool) -> list[Image.Image]:
    frames = [rgba(p.photo().rotate(90 * turn)) for turn in range(4)]
    if see_through:
        for number, frame in enumerate(frames):
            frame.paste((0, 0, 0, 0), (5 * number, 5, 20 + 5 * number, 30))
    return frames


@pytest.mark.parametrize("see_through", [False, True])
@pytest.mark.parametrize(
    ("form", "options"), [("GIF", {"disposal": 2}), ("WEBP", {"lossless": True}), ("WEBP", {"quality": 95})]
)
def test_animations_keep_frames_and_durations(see_through: bool, form: str, options: dict[str, object]) -> None:
    frames = animation(see_through)
    data = p.encoded(
        frames[0], form, save_all=True, append_images=frames[1:], duration=[100, 250, 30, 1000], loop=3, **options
    )
    imported, master = prepare(data, f"a.{form.lower()}")
    assert imported.animated
    was, durations = frames_of(data)
    now, kept = frames_of(master)
    assert kept == durations == [100, 250, 30, 1000]
    assert p.opened(master).info["loop"] == 3
    allowed = 90 if options == {"quality": 95} else 0  # the lossy form is encoded a second time
    assert [seen_difference(one, two) <= allowed for one, two in zip(was, now, strict=True)] == [True] * 4


def test_a_gif_that_plays_once_plays_once() -> None:
    frames = animation(False)
    data = p.encoded(frames[0], "GIF", save_all=True, append_images=frames[1:], duration=100)
    assert "loop" not in p.opened(prepare(data, "a.gif")[1]).info


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 256), st.booleans(), st.integers(0, 10**6))
def test_gif_palettes_stay_exact(colours: int, see_through: bool, seed: int) -> None:
    number = random.Random(seed)
    palette = [number.randrange(256) for _ in range(768)]
    image = Image.new("P", (32, 32))
    image.putpalette(palette)
    image.putdata([number.randrange(colours) for _ in range(1024)])
    data = p.encoded(image, "GIF", **({"transparency": 1} if see_through else {}))
    assert seen_difference(p.opened(data), p.opened(prepare(data, "a.gif")[1])) == 0


def profile_with(tag: bytes, content: bytes, gap: bytes = b"") -> bytes:
    """The sRGB profile with one more tag, and bytes that no tag claims."""
    base = p.srgb()
    (number,) = struct.unpack_from(">I", base, 128)
    table = base[132 : 132 + 12 * number]
    moved = b""
    for place in range(number):
        name, start, size = struct.unpack_from(">4sII", table, 12 * place)
        moved += struct.pack(">4sII", name, start + 12, size)
    body = base[132 + 12 * number :] + gap
    end = 132 + 12 * (number + 1) + len(body)
    moved += struct.pack(">4sII", tag, end, len(content))
    whole = base[4:128] + struct.pack(">I", number + 1) + moved + body + content
    return struct.pack(">I", len(whole) + 4) + whole


def same_colours(one: bytes, two: bytes) -> bool:
    image = p.photo()
    target = ImageCms.createProfile("sRGB")
    results = [
        ImageCms.profileToProfile(image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), target)
        for profile in (one, two)
    ]
    assert results[0] is not None
    assert results[1] is not None
    return results[0].tobytes() == results[1].tobytes()


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_profile_loses_what_names_the_device(form: str) -> None:
    device = b"mmod\0\0\0\0" + p.SERIAL.encode()
    data = p.encoded(p.photo(), form, icc_profile=profile_with(b"mmod", device))
    assert p.SERIAL.encode() in p.opened(data).info["icc_profile"]
    master = prepare(data, f"a.{'jpg' if form == 'JPEG' else form.lower()}")[1]
    kept = p.opened(master).info["icc_profile"]
    assert p.SERIAL.encode() not in kept
    assert same_colours(kept, p.srgb())


def test_bytes_that_no_tag_claims_are_dropped_too() -> None:
    dirty = profile_with(b"tech", b"sig \0\0\0\0vidm", gap=p.OWNER.encode())
    clean = clean_profile(dirty, "RGB")
    assert clean is not None
    assert p.OWNER.encode() not in clean
    assert same_colours(clean, p.srgb())
    assert clean_profile(clean, "RGB") == clean


@pytest.mark.parametrize(
    "profile",
    [
        b"", b"short", p.srgb()[:100], p.srgb()[:140], p.srgb()[:36] + b"xxxx" + p.srgb()[40:],
        p.srgb()[:128] + b"\xff\xff\xff\xff" + p.srgb()[132:], p.srgb() + b"\0" * (5 * 1024 * 1024), b"\0" * 200,
        p.srgb()[:136] + b"\xff\xff\xff\xff" + p.srgb()[140:], p.srgb()[:16] + b"CMYK" + p.srgb()[20:],
    ],
    ids=lambda profile: f"{len(profile)} bytes",  # a profile holds the second in which it was made
)  # fmt: skip
def test_damaged_or_foreign_profiles_are_dropped(profile: bytes) -> None:
    assert clean_profile(profile, "RGB") is None


def test_a_profile_for_another_kind_of_picture_is_dropped() -> None:
    assert clean_profile(p.srgb(), "L") is None
    assert clean_profile(p.srgb(), "1") is None
    assert clean_profile(None, "RGB") is None
    grey = prepare(p.encoded(p.photo(mode="L"), "JPEG", icc_profile=p.srgb()), "a.jpg")[1]
    assert "icc_profile" not in p.opened(grey).info


def test_to_srgb_follows_the_profile_and_keeps_transparency() -> None:
    swapped = bytearray(p.srgb())
    for place in range(struct.unpack_from(">I", swapped, 128)[0]):
        at = 132 + 12 * place
        swapped[at : at + 4] = {b"rXYZ": b"gXYZ", b"gXYZ": b"rXYZ"}.get(
            bytes(swapped[at : at + 4]), swapped[at : at + 4]
        )
    image = Image.new("RGBA", (1, 1), (255, 0, 0, 90))
    pixel = to_srgb(image, bytes(swapped)).getpixel((0, 0))
    assert isinstance(pixel, tuple)
    assert pixel[1] > 200 > 60 > pixel[0]
    assert pixel[3] == 90
    assert to_srgb(image, None).getpixel((0, 0)) == (255, 0, 0, 90)


def test_a_profile_that_cannot_show_pictures_is_dropped() -> None:
    without_curves = p.srgb().replace(b"rTRC", b"tech").replace(b"gTRC", b"dmnd").replace(b"bTRC", b"dmdd")
    assert clean_profile(without_curves, "RGB") is None
    assert to_srgb(p.photo(), without_curves).tobytes() == p.photo().tobytes()
