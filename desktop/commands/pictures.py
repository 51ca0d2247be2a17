"""Sample pictures for demo and tour, painted here: no photograph of anybody, and a place in the metadata to remove."""

import io
from dataclasses import dataclass

from PIL import Image, ImageDraw

_GPS = 0x8825
_SIZE = (1200, 800)


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG as a camera would give it, and what it shows."""

    name: str
    data: bytes
    alt: str


def garden() -> Picture:
    """A garden under the sun."""
    image, draw = _canvas("#CFE8EC")
    draw.ellipse((900, 80, 1080, 260), fill="#F4CF7A")
    draw.ellipse((-300, 380, 800, 1200), fill="#9CC28A")
    draw.ellipse((400, 430, 1600, 1300), fill="#7FAE6E")
    draw.rectangle((0, 690, 1200, 800), fill="#7A5540")
    for place in range(60, 1200, 110):
        draw.line((place, 690, place, 620), fill="#3E6B35", width=8)
        draw.ellipse((place - 24, 580, place + 24, 628), fill="#D9634C" if place % 220 else "#F0B54A")
    return Picture("garden.jpg", _as_camera(image), "A vegetable garden with red and yellow flowers under a low sun.")


def poster() -> Picture:
    """A poster without words: what it announces stands in the post."""
    image, draw = _canvas("#17515C")
    draw.ellipse((820, 70, 1080, 330), fill="#F4CF7A")
    draw.chord((-200, 480, 900, 1200), 180, 360, fill="#8FC2C8")
    draw.chord((300, 520, 1500, 1300), 180, 360, fill="#5E9AA3")
    return Picture("evening.jpg", _as_camera(image), "Poster in petrol and light blue with a sun over two waves.")


def corridor() -> Picture:
    """A bright corridor."""
    image, draw = _canvas("#F3EEE4")
    draw.rectangle((0, 560, 1200, 800), fill="#C9B79C")
    for place in (120, 480, 840):
        draw.rectangle((place, 120, place + 240, 400), fill="#CFE8EC", outline="#A9A294", width=6)
        draw.line((place + 120, 120, place + 120, 400), fill="#A9A294", width=6)
    draw.rectangle((60, 520, 1140, 536), fill="#8C8577")
    return Picture("corridor.jpg", _as_camera(image), "A bright hospital corridor with three windows and a handrail.")


def _canvas(colour: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", _SIZE, colour)
    return image, ImageDraw.Draw(image)


def _as_camera(image: Image.Image) -> bytes:
    exif = image.getexif()
    exif[0x010F] = "Sample camera"
    exif.get_ifd(_GPS).update({1: "N", 2: (40.0, 42.0, 46.0), 3: "W", 4: (74.0, 0.0, 21.0)})
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90, exif=exif)
    return buffer.getvalue()
