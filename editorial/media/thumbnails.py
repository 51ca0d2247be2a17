"""Small pictures for the screen."""

import io

from PIL import Image, ImageOps

from editorial.media.colour import to_srgb

_LARGEST = 4096


def simple(image: Image.Image) -> Image.Image:
    """In a mode that can be scaled smoothly."""
    if image.mode == "I;16":
        return image.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    return image.convert("RGBA") if image.mode in ("P", "LA", "1") else image.copy()


def thumbnail_of(master: bytes, width: int, height: int, *, cover: bool = True) -> bytes:
    """A PNG of the first frame of a stored master, in the screen's colours.

    `cover`: exactly `width` x `height` pixels, cropped around the middle; else whole, within them and never enlarged.
    Raises ValueError for sizes outside 1-4096.
    """
    if not (1 <= width <= _LARGEST and 1 <= height <= _LARGEST):
        raise ValueError("a thumbnail of no useful size")
    with Image.open(io.BytesIO(master), formats=("JPEG", "PNG", "GIF", "WEBP")) as image:
        image.draft("RGB", (width * 2, height * 2))  # JPEG decodes to an eighth, a quarter or half at no cost
        profile = image.info.get("icc_profile")
        small = simple(image)
    if cover:
        small = ImageOps.fit(small, (width, height), Image.Resampling.LANCZOS)
    else:
        small.thumbnail((width, height), Image.Resampling.LANCZOS)
    small = to_srgb(small, profile)
    small.info = {}
    out = io.BytesIO()
    small.save(out, "PNG")
    return out.getvalue()
