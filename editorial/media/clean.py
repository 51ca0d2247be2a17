"""Decoding a picture and encoding it anew: what comes out holds the picture and nothing else.

Everything about the original that is not pixels ends here: EXIF with GPS, serial numbers and thumbnails, XMP, IPTC,
comments, text chunks, embedded second pictures, data behind the picture. The orientation is applied to the pixels. Of
the colour profile only what describes colour stays. Colours hidden under full transparency are blanked.
"""

import hashlib
import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import ExifTags, Image, ImageSequence

from editorial.media.anatomy import ALLOWED_PARTS, Anatomy, MalformedError, TruncatedError, examine
from editorial.media.colour import clean_profile, to_srgb
from editorial.media.errors import MediaRefusedError
from editorial.media.kinds import GIF, JPEG, PNG, WEBP, Kind, kind_of
from editorial.media.metadata import metadata_words
from editorial.media.names import display_name

MOST_PIXELS = 100_000_000  # width x height x frames
MOST_FRAMES = 2_000

# For the whole process, on purpose: nothing here decodes more, and nothing else should.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS

_QUALITY = 92
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_270, 7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}  # fmt: skip
_SEE_THROUGH = 255  # the palette index that GIF frames keep for "nothing here"
_decoding = threading.Lock()  # the filters of `warnings` belong to the whole process


@dataclass(frozen=True, slots=True)
class Imported:
    """A picture that was taken in. `sha256`, `mime`, `size` (bytes) and dimensions are those of the stored master."""

    sha256: str
    mime: str
    size: int
    width: int
    height: int
    name: str  # for people; never part of a path
    removed: tuple[str, ...]  # what the file said besides the picture, in words
    animated: bool


@contextmanager
def strictly() -> Iterator[None]:
    """Pillow's bomb warning becomes an error; its others are about metadata, which is dropped anyway."""
    with _decoding, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        yield


def _damaged() -> MediaRefusedError:
    return MediaRefusedError(
        "This picture is damaged",
        "It cannot be read to its end. Nothing was added.",
        "Save, copy or download it again, then add it.",
    )


def _check_dimensions(anatomy: Anatomy) -> None:
    if anatomy.frames > MOST_FRAMES or anatomy.width * anatomy.height * anatomy.frames > MOST_PIXELS:
        frames = f" in {anatomy.frames:,} frames" if anatomy.frames > 1 else ""
        raise MediaRefusedError(
            "This picture has too many pixels",
            f"It claims {anatomy.width:,} × {anatomy.height:,}{frames}; the limit is 100 million pixels and "
            f"{MOST_FRAMES:,} frames in all. Nothing was added.",
            "Save a smaller copy of the picture and add that.",
        )


def _anatomy_of(data: bytes, kind: Kind) -> Anatomy:
    """The walk through the file, and the refusals that need no decoder."""
    try:
        anatomy = examine(data, kind.form)
    except TruncatedError as error:
        raise MediaRefusedError(
            "This picture is incomplete",
            "The file ends too early. Nothing was added.",
            "Copy or download it again, then add it.",
        ) from error
    except MalformedError as error:
        raise _damaged() from error
    _check_dimensions(anatomy)
    if kind is PNG and "acTL" in anatomy.parts:
        raise MediaRefusedError(
            "This PNG is animated",
            "Networks show only its first frame. Nothing was added.",
            "Save it as GIF or WebP, or as a PNG with one frame, and add that.",
        )
    return anatomy


def _blanked(image: Image.Image) -> Image.Image:
    """The picture with nothing under its fully transparent parts: who erased something there meant it to be gone."""
    if image.mode not in ("RGBA", "LA"):
        return image
    seen = image.getchannel("A").point([0, *(255,) * 255])
    blank = Image.new(image.mode, image.size)
    blank.paste(image, mask=seen)
    return blank


def _frame(image: Image.Image, turn: Image.Transpose | None) -> Image.Image:
    """One decoded frame, upright, without anything that Pillow would carry over into the next file."""
    frame = image.transpose(turn) if turn is not None else image.copy()
    if "transparency" in frame.info and frame.mode != "I;16":  # Pillow has no 16-bit grey with transparency
        frame = frame.convert("LA" if frame.mode in ("1", "L") else "RGBA")
    frame.info = {}
    return _blanked(frame)


def _as_jpeg(frame: Image.Image, profile: bytes | None) -> bytes:
    out = io.BytesIO()
    if frame.mode not in ("L", "RGB"):
        frame, profile = to_srgb(frame, profile), None  # print colours: browsers disagree about them
    # Not with `optimize`: Pillow then guesses how much room the result needs, too little for a picture full of detail.
    frame.save(out, "JPEG", quality=_QUALITY, subsampling=0, icc_profile=clean_profile(profile, frame.mode))
    return out.getvalue()


def _as_png(frame: Image.Image, profile: bytes | None) -> bytes:
    out = io.BytesIO()
    frame.save(out, "PNG", icc_profile=clean_profile(profile, frame.mode))
    return out.getvalue()


def _gif_frame(frame: Image.Image, see_through: bool) -> Image.Image:
    """The frame with a palette of its own: exact up to 256 colours, 255 where some of it is transparent."""
    if not see_through:
        return frame.convert("RGB").quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    hidden = frame.getchannel("A").point([255, *(0,) * 255])
    flat = frame.convert("RGB").quantize(_SEE_THROUGH, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    palette = flat.getpalette() or []
    flat.putpalette([*palette, *(0,) * (768 - len(palette))])
    flat.paste(_SEE_THROUGH, mask=hidden)
    flat.info = {"transparency": _SEE_THROUGH}
    return flat


def _as_gif(frames: list[Image.Image], durations: list[int], loop: int | None) -> bytes:
    see_through = any(frame.getchannel("A").getextrema()[0] == 0 for frame in frames)
    flat = [_gif_frame(frame, see_through) for frame in frames]
    out = io.BytesIO()
    flat[0].save(
        out, "GIF", save_all=True, append_images=flat[1:], duration=durations, optimize=False,
        disposal=2 if see_through else 0, **({} if loop is None else {"loop": loop}),
    )  # fmt: skip
    return out.getvalue()


def _as_webp(
    frames: list[Image.Image], durations: list[int], loop: int | None, profile: bytes | None, lossless: bool
) -> bytes:
    out = io.BytesIO()
    frames[0].save(
        out, "WEBP", save_all=True, append_images=frames[1:], duration=durations, loop=loop or 0, lossless=lossless,
        quality=80 if lossless else _QUALITY, icc_profile=clean_profile(profile, frames[0].mode),
    )  # fmt: skip
    return out.getvalue()


def _encoded(image: Image.Image, kind: Kind, anatomy: Anatomy) -> bytes:
    profile = image.info.get("icc_profile")
    if kind in (JPEG, PNG):
        frame = _frame(image, _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1)))
        return _as_jpeg(frame, profile) if kind is JPEG else _as_png(frame, profile)
    frames, durations = [], []
    turn = _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1)) if kind is WEBP else None
    for shown in ImageSequence.Iterator(image):
        shown.load()
        frames.append(_frame(shown.convert("RGBA") if kind is GIF else shown, turn))
        durations.append(int(shown.info.get("duration", 0)))
    if len(frames) != anatomy.frames:
        raise MalformedError("some frames cannot be read")
    loop = image.info.get("loop")
    if kind is GIF:
        return _as_gif(frames, durations, loop)
    return _as_webp(frames, durations, loop, profile, anatomy.lossless)


def _check_clean(master: bytes, kind: Kind) -> Anatomy:
    """The master's own anatomy. A part that should not be there stops the import: a new Pillow may add one some day."""
    anatomy = examine(master, kind.form)
    if anatomy.parts - ALLOWED_PARTS[kind.form]:
        raise MediaRefusedError(
            "This picture could not be cleaned",
            "After removing its hidden data something was still left. Nothing was added.",
            "Tell IT, with the code and the kind of picture.",
            code="E-MEDIA-UNCLEAN",
        )
    return anatomy


def prepare(data: bytes, name: str) -> tuple[Imported, bytes]:
    """What would be stored for this file, and the bytes of it; nothing is written.

    Raises MediaRefusedError, in words, for whatever is not a sound JPEG, PNG, GIF or WebP of a reasonable size.
    """
    kind = kind_of(data, name)
    anatomy = _anatomy_of(data, kind)
    try:
        with strictly(), Image.open(io.BytesIO(data), formats=(kind.form,)) as image:
            image.load()
            removed = metadata_words(image, anatomy, kind.form)
            master = _encoded(image, kind, anatomy)
    except Exception as error:  # a decoder may raise anything that hostile bytes provoke, MemoryError included
        raise _damaged() from error
    made = _check_clean(master, kind)
    imported = Imported(
        sha256=hashlib.sha256(master).hexdigest(),
        mime=kind.mime,
        size=len(master),
        width=made.width,
        height=made.height,
        name=display_name(name),
        removed=removed,
        animated=made.frames > 1,
    )
    return imported, master
