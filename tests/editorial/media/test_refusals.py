"""Whatever is not a sound picture is refused in words, before anything is written."""

import random
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from editorial.media import LARGEST, MediaFolder, MediaRefusedError, prepare
from editorial.media.anatomy import MalformedError, TruncatedError, examine
from editorial.media.clean import MOST_PIXELS
from tests.editorial.media import pictures as p

PICTURES = {
    "a.jpg": p.encoded(p.photo(), "JPEG"),
    "a.png": p.encoded(p.photo(), "PNG"),
    "a.gif": p.encoded(p.photo(), "GIF", save_all=True, append_images=[p.photo().rotate(90)], duration=100),
    "a.webp": p.encoded(p.photo(), "WEBP", save_all=True, append_images=[p.photo().rotate(90)], duration=100),
}


@pytest.fixture
def folder(tmp_path: Path) -> MediaFolder:
    return MediaFolder(tmp_path / "media")


def refusal(folder: MediaFolder, data: bytes, name: str) -> MediaRefusedError:
    """The error, after making sure that nothing was written and that it tells the three things that it must."""
    root = folder.path("0" * 64).parent
    with pytest.raises(MediaRefusedError) as caught:
        folder.add(data, name)
    assert not root.exists()
    error = caught.value
    assert error.title
    assert "Nothing was added" in error.what
    assert error.advice.endswith(".")
    return error


def png(width: int, height: int, *chunks: bytes) -> bytes:
    header = p.chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + p.chunk(b"IEND", b"")


def gif(frame: tuple[int, int, int, int] = (0, 0, 1, 1), frames: int = 1, screen: tuple[int, int] = (1, 1)) -> bytes:
    image = b"," + struct.pack("<HHHH", *frame) + b"\0\x02\x02\x4c\x01\0"
    return b"GIF89a" + struct.pack("<HH", *screen) + b"\x80\0\0" + b"\0" * 6 + image * frames + b";"


def mp4(brand: bytes) -> bytes:
    return struct.pack(">I", 24) + b"ftyp" + brand + b"\0" * 12


OTHERS = {
    "ct.jpg": (b"\0" * 128 + b"DICM" + b"\x02\0\0\0UL", "medical image file (DICOM)"),
    "disguised.jpg": (PICTURES["a.jpg"][:128] + b"DICM" + PICTURES["a.jpg"][132:], "DICOM"),
    "ct.dcm": (b"old form without a mark", "DICOM"),
    "CT.DICOM": (PICTURES["a.png"], "DICOM"),
    "DICOMDIR": (b"x", "DICOM"),
    "a.svg": (b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>', "drawing (SVG)"),
    "picture": (b'<SVG viewBox="0 0 1 1"/>', "drawing (SVG)"),
    "coded.svgz": (zlib.compress(b"<svg/>"), "drawing (SVG)"),
    "a.pdf": (b"%PDF-1.7\n", "PDF"),
    "b.jpg": (b"%PDF-1.7\n", "PDF"),
    "a.heic": (mp4(b"heic"), "HEIC"),
    "c.jpg": (mp4(b"mif1"), "HEIC"),
    "a.avif": (mp4(b"avif"), "HEIC or AVIF"),
    "a.mp4": (mp4(b"isom"), "video"),
    "a.mov": (mp4(b"qt  "), "video"),
    "a.webm": (b"\x1a\x45\xdf\xa3....", "video"),
    "a.avi": (b"RIFF\x10\0\0\0AVI LIST", "video"),
    "a.tif": (b"II*\0....", "TIFF"),
    "a.bmp": (b"BM......", "BMP"),
    "a.psd": (b"8BPS....", "Photoshop"),
    "a.docx": (b"PK\3\4....", "document or an archive"),
    "a.txt": (b"hello", "not a picture that Signpost can read"),
    "hello.jpg": (b"hello", "not a picture that Signpost can read"),
    "empty.jpg": (b"", "empty"),
    "a.png.jpg": (PICTURES["a.png"], "name says JPEG, the content is PNG"),
    "jpeg.png": (PICTURES["a.jpg"], "name says PNG, the content is JPEG"),
    "note.txt": (PICTURES["a.jpg"], "name says “.txt”, the content is JPEG"),
    "photo\u202egnp.exe": (PICTURES["a.png"], "name says “.exe”"),
    "short.jpg": (PICTURES["a.jpg"][:-2], "incomplete"),
    "half.png": (PICTURES["a.png"][: len(PICTURES["a.png"]) // 2], "incomplete"),
    "less.gif": (PICTURES["a.gif"][:-1], "incomplete"),
    "less.webp": (PICTURES["a.webp"][:-1], "incomplete"),
    "only-end.jpg": (b"\xff\xd8\xff\xd9", "incomplete"),
    "nothing.png": (png(0, 0), "damaged"),
    "no-pixels.png": (png(2, 2), "damaged"),
    "bomb.png": (png(60_000, 60_000, p.chunk(b"IDAT", zlib.compress(b"\0" * 10**6))), "too many pixels"),
    "wide.gif": (gif((0, 0, 65_535, 65_535)), "too many pixels"),
    "many.gif": (gif(frames=2_001), "too many pixels"),
    "flip.gif": (gif(frames=2_000, screen=(1_000, 1_000)), "too many pixels"),
    "unread-frame.gif": (gif()[:-1] + b"!\xff\0" + gif()[19:], "damaged"),  # an empty block hides it from the decoder
    "odd.gif": (gif()[:-1] + b"?;", "damaged"),
    "wide.jpg": (
        b"\xff\xd8" + p.segment(0xC0, b"\x08" + struct.pack(">HH", 65_000, 65_000) + b"\x01\x01\x11\0")
        + p.segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\0\xff\xd9", "too many pixels",
    ),
    "wide.webp": (
        b"RIFF" + struct.pack("<I", 22) + b"WEBP" + p.riff_chunk(b"VP8X", b"\0" * 4 + b"\xff\x3f\0\xff\x3f\0"),
        "too many pixels",
    ),
    "lossless-header.webp": (
        b"RIFF" + struct.pack("<I", 18) + b"WEBP" + p.riff_chunk(b"VP8L", b"\x2f\xff\xff\xff\x0f\0"),
        "too many pixels",
    ),
    "empty.webp": (b"RIFF" + struct.pack("<I", 4) + b"WEBP", "damaged"),
}  # fmt: skip


@pytest.mark.parametrize("name", OTHERS)
def test_refused_in_words(folder: MediaFolder, name: str) -> None:
    data, words = OTHERS[name]
    error = refusal(folder, data, name)
    assert words in error.title
    assert "Nowak" not in str(refusal(folder, data, f"Nowak {name}"))  # file names often name patients


def test_medical_images_have_a_code_and_a_way_out(folder: MediaFolder) -> None:
    error = refusal(folder, *(OTHERS["ct.jpg"][0], "ct.jpg"))
    assert error.code == "E-MEDIA-DICOM"
    assert "privacy officer" in error.advice


def test_pillows_own_limit_is_set_and_its_warning_refuses(folder: MediaFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Image.MAX_IMAGE_PIXELS == MOST_PIXELS == 100_000_000
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 60 * 40 - 1)  # between once and twice the limit Pillow only warns
    for name, data in PICTURES.items():
        assert isinstance(refusal(folder, data, name).__cause__, Image.DecompressionBombWarning)


def test_an_animated_png_is_refused(folder: MediaFolder) -> None:
    data = p.encoded(p.photo(), "PNG", save_all=True, append_images=[p.photo().rotate(90)], duration=100)
    assert "animated" in refusal(folder, data, "a.png").title


def test_a_file_over_the_limit_is_refused_and_one_at_the_limit_is_read(folder: MediaFolder) -> None:
    picture = PICTURES["a.jpg"]
    padding = b"\0" * (LARGEST - len(picture))
    error = refusal(folder, picture + padding + b"\0", "a.jpg")
    assert "too large" in error.title
    assert "51 MB" in error.what
    assert prepare(picture + padding, "a.jpg")[0].removed == ("data behind the picture",)


def test_a_name_without_an_ending_is_taken_for_its_content() -> None:
    for data in PICTURES.values():
        assert prepare(data, "pasted")[0].name == "pasted"


@pytest.mark.parametrize("name", ["a.JPG", "a.jpeg", "a.jpe", "a.jfif", "Dr. Weber 3.5.jpg"])
def test_every_usual_ending_of_a_jpeg_is_taken(name: str) -> None:
    assert prepare(PICTURES["a.jpg"], name)[0].mime == "image/jpeg"


@pytest.mark.parametrize("name", PICTURES)
def test_a_file_cut_anywhere_is_refused(name: str) -> None:
    data = PICTURES[name]
    for end in range(len(data)):
        with pytest.raises(MediaRefusedError):
            prepare(data[:end], name)


def test_a_jpeg_with_far_too_many_scans_is_refused(folder: MediaFolder) -> None:
    data = p.encoded(p.photo(), "JPEG", progressive=True)
    scan = data.rindex(b"\xff\xda")
    assert prepare(data, "a.jpg")
    error = refusal(folder, data[:scan] + data[scan:-2] * 101 + b"\xff\xd9", "a.jpg")
    assert "damaged" in error.title


def test_stray_and_fill_bytes_between_jpeg_segments_are_tolerated_as_decoders_do() -> None:
    data = PICTURES["a.jpg"]
    assert prepare(data[:2] + b"\xff\xff" + data[2:], "a.jpg")[0].sha256 == prepare(data, "a.jpg")[0].sha256
    assert examine(data[:2] + b"\xff\x01\0\0" + data[2:], "JPEG").width == 60


def test_endless_parts_are_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("editorial.media.anatomy._MOST_PARTS", 1000)
    with pytest.raises(MalformedError, match="too many"):
        examine(gif()[:-1] + b"!\xfe" + b"\x01x" * 2000 + b"\0;", "GIF")


def test_the_walk_tells_a_cut_file_from_a_wrong_one() -> None:
    with pytest.raises(TruncatedError):
        examine(PICTURES["a.png"][:50], "PNG")
    with pytest.raises(MalformedError):
        examine(PICTURES["a.png"].replace(b"IDAT", b"IDAX"), "PNG")


quick = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
names = st.sampled_from(sorted(PICTURES))


def files(root: Path) -> set[str]:
    return {path.name for path in root.iterdir()} if root.exists() else set()


def accepts_or_refuses(folder: MediaFolder, data: bytes, name: str) -> None:
    root = folder.path("0" * 64).parent
    before = files(root)
    try:
        imported = folder.add(data, name)
    except MediaRefusedError:
        assert files(root) == before
    else:
        assert files(root) == before | {imported.sha256}
        with folder.open_checked(imported.sha256, imported.size) as stream:
            assert p.leaks(stream.read()) == []


@quick
@given(data=st.binary(max_size=400), name=st.text(max_size=20))
def test_random_bytes_are_refused_and_nothing_else_happens(folder: MediaFolder, data: bytes, name: str) -> None:
    accepts_or_refuses(folder, data, name)


@quick
@given(name=names, seed=st.randoms(use_true_random=False))
def test_damaged_pictures_are_refused_or_taken_and_nothing_else_happens(
    folder: MediaFolder, name: str, seed: random.Random
) -> None:
    data = bytearray(PICTURES[name])
    for _ in range(seed.randint(1, 8)):
        at = seed.randrange(len(data))
        what = seed.randrange(4)
        if what == 0:
            data[at] = seed.randrange(256)
        elif what == 1:
            del data[at : at + seed.randint(1, 40)]
        elif what == 2:
            data[at:at] = seed.randbytes(seed.randint(1, 40))
        else:
            data[at : at + 4] = seed.choice([b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff"])
    accepts_or_refuses(folder, bytes(data), name)
