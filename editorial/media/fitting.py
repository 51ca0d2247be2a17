"""Renditions: a picture made to what one account takes. The same picture and limits give the same bytes, for good.

What was made is kept in the media folder under its own digest, and a note beside it says what it was made from: a later
version of Pillow encodes differently, and that must not end a signature.
"""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image

from editorial.canonical import digest_of
from editorial.content import MediaItem
from editorial.errors import DeskError
from editorial.media.clean import strictly
from editorial.media.colour import to_srgb
from editorial.media.errors import MediaRefusedError
from editorial.media.folder import MediaFolder
from editorial.media.kinds import JPEG, PNG, WEBP
from editorial.media.thumbnails import simple

SMALLEST_SIDE = 320
"""Pixels of the longer side; a picture is not made smaller than that, because nobody could see what it shows."""

_STEP = 0.8  # from one size to the next smaller one
_QUALITIES = {JPEG.mime: (92, 84, 76, 68), WEBP.mime: (90, 80, 70), PNG.mime: (0,)}
_NOTES = "renditions"


@dataclass(frozen=True, slots=True)
class Takes:
    """What an account takes of one picture. `longest_side` in pixels, 0 for any; `mimes` as the network names them."""

    longest_side: int
    most_bytes: int
    mimes: tuple[str, ...]

    def fit(self, item: MediaItem) -> bool:
        """Whether the picture can be sent as it is."""
        side_fits = not self.longest_side or max(item.width, item.height) <= self.longest_side
        return side_fits and item.size <= self.most_bytes and item.mime in self.mimes


@dataclass(frozen=True, slots=True)
class Made:
    """A picture made anew: its bytes, and what they are."""

    data: bytes
    mime: str
    width: int
    height: int


def fitted(folder: MediaFolder, item: MediaItem, takes: Takes) -> MediaItem:
    """The picture as this account gets it, kept in the folder: itself where it fits, else one made from it.

    Words go over as they are. Takes a moment: not in a transaction and not for the UI thread. Raises MediaRefusedError
    where it cannot be made to fit, and as `MediaFolder.open_checked`.
    """
    if takes.fit(item):
        return item
    note = folder.root / _NOTES / _name(item, takes)
    known = _noted(note, item)
    if known is not None and takes.fit(known) and folder.is_intact(known.sha256):
        return known
    with folder.open_checked(item.sha256) as stream:
        made = make(stream.read(), item.mime, takes)
    sha256 = folder.keep(made.data)
    found = replace(
        item, sha256=sha256, mime=made.mime, size=len(made.data), width=made.width, height=made.height
    )  # fmt: skip
    wordless = replace(found, alt="", decorative=False)  # the words belong to the post, and may be erased with it
    folder.keep_note(note, json.dumps(wordless.manifest(), sort_keys=True).encode())
    return found


def forget(folder: MediaFolder, sha256: str) -> None:
    """Removes a picture from the folder, and the notes that name it. Raises OSError."""
    notes = folder.root / _NOTES
    for note in notes.iterdir() if notes.is_dir() else ():
        if sha256.encode() in note.read_bytes():
            note.unlink(missing_ok=True)
    folder.path(sha256).unlink(missing_ok=True)


def _name(item: MediaItem, takes: Takes) -> str:
    data = {
        "v": 1, "of": item.sha256, "side": takes.longest_side, "bytes": takes.most_bytes, "mimes": sorted(takes.mimes)
    }  # fmt: skip
    return digest_of(data).partition(":")[2]


def _noted(note: Path, item: MediaItem) -> MediaItem | None:
    """The rendition that the note names, with the words that the picture has now."""
    try:
        known = MediaItem(**json.loads(note.read_bytes()))
        return replace(known, alt=item.alt, decorative=item.decorative)
    except (OSError, ValueError, TypeError):
        return None


def make(master: bytes, mime: str, takes: Takes) -> Made:
    """The largest and best picture that fits, made from the master. Raises MediaRefusedError where none does."""
    try:
        with strictly(), Image.open(io.BytesIO(master), formats=("JPEG", "PNG", "GIF", "WEBP")) as image:
            if getattr(image, "n_frames", 1) > 1:
                raise MediaRefusedError(
                    "It moves, and a moving picture is not made smaller",
                    "Nothing was sent.",
                    "Use a smaller animation, or a picture that stands still.",
                )
            flat = to_srgb(simple(image), image.info.get("icc_profile"))
            flat.info = {}
            for form, data, size in _tries(flat, mime, takes):
                if len(data) <= takes.most_bytes:
                    return Made(data, form, *size)
    except DeskError:
        raise
    except Exception as error:  # a decoder may raise anything, MemoryError included
        raise MediaRefusedError(
            "It cannot be read", "Nothing was sent.", "Add the picture again to use it in this post."
        ) from error
    raise MediaRefusedError(
        "It cannot be made small enough",
        f"The account takes {takes.most_bytes:,} bytes of {', '.join(takes.mimes) or 'no kind of picture'}.",
        "Use another picture, or leave this account out.",
    )


def _tries(flat: Image.Image, mime: str, takes: Takes) -> Iterator[tuple[str, bytes, tuple[int, int]]]:
    """Every way to make it, the best first: as large as may be, in a form that keeps what the picture has."""
    forms = _forms(flat, mime, takes)
    side = max(flat.size)
    largest = min(side, takes.longest_side or side)
    while True:
        small = flat.copy()
        small.thumbnail((largest, largest), Image.Resampling.LANCZOS)
        for form in forms:
            for quality in _QUALITIES[form]:
                yield form, _encoded(small, form, quality), small.size
        if largest <= SMALLEST_SIDE:
            return
        largest = max(SMALLEST_SIDE, int(largest * _STEP))


def _forms(flat: Image.Image, mime: str, takes: Takes) -> list[str]:
    """The accepted forms in order: its own, JPEG where nothing is see-through, those that keep it, JPEG on white."""
    see_through = "A" in flat.getbands() and flat.getchannel("A").getextrema() != (255, 255)
    wanted = [mime, *([] if see_through else [JPEG.mime]), PNG.mime, WEBP.mime, JPEG.mime]
    return [form for form in dict.fromkeys(wanted) if form in takes.mimes and form in _QUALITIES]


def _encoded(image: Image.Image, mime: str, quality: int) -> bytes:
    out = io.BytesIO()
    if mime == PNG.mime:
        image.save(out, "PNG")
    elif mime == WEBP.mime:
        image.save(out, "WEBP", quality=quality, method=4)
    else:
        on_white = Image.new("RGB", image.size, (255, 255, 255))
        on_white.paste(image, mask=image.getchannel("A") if "A" in image.getbands() else None)
        on_white.save(out, "JPEG", quality=quality, subsampling=0)
    return out.getvalue()
