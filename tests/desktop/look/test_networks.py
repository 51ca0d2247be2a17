"""Network marks: tile and glyph in the network's colours, an outline when off, a globe for a network without a mark."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from desktop.look import Appearance

NAMES = [
    "x",
    "facebook",
    "instagram",
    "threads",
    "linkedin",
    "youtube",
    "mastodon",
    "bluesky",
    "wordpress",
    "handoff",
    "practice",
    "somewhere-new",
]


def picture(appearance: Appearance, name: str, off: bool = False, size: int = 40) -> QImage:
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    appearance.draw_network(painter, QRect(0, 0, size, size), name, off)
    painter.end()
    return image


def colours(image: QImage) -> dict[str, int]:
    found: dict[str, int] = {}
    for x in range(image.width()):
        for y in range(image.height()):
            pixel = image.pixelColor(x, y)
            if pixel.alpha() == 255:
                found[pixel.name()] = found.get(pixel.name(), 0) + 1
    return found


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("name", NAMES[:10])
def test_tile_and_glyph_have_the_tokens_colours(appearance: Appearance, name: str, mode: str) -> None:
    appearance.configure(mode="dark" if mode == "dark" else "light")
    tile = appearance.theme.networks[name]
    found = colours(picture(appearance, name))
    assert found[tile.tile.name()] > 400
    assert found[tile.glyph.name()] > 20


def test_the_practice_network_is_a_flask_on_the_warning_tint(appearance: Appearance) -> None:
    found = colours(picture(appearance, "practice"))
    assert max(found, key=lambda name: found[name]) == appearance.theme.group("warning").bg.name()
    assert found[appearance.theme.group("warning").text.name()] > 20


def test_a_new_network_gets_a_neutral_globe(appearance: Appearance) -> None:
    assert appearance.theme.group("neutral").solid.name() in colours(picture(appearance, "somewhere-new"))


@pytest.mark.parametrize("name", NAMES)
def test_switched_off_is_an_outline_without_its_colour(appearance: Appearance, name: str) -> None:
    image = picture(appearance, name, off=True)
    assert image.pixelColor(6, 6).alpha() == 0
    tile = appearance.theme.networks.get(name)
    assert tile is None or tile.tile.name() not in colours(image)


def test_marks_differ_from_each_other_without_colour(appearance: Appearance) -> None:
    shapes = {bytes(picture(appearance, name, off=True).constBits()) for name in NAMES}
    assert len(shapes) == len(NAMES)


def test_names_are_words_for_people(appearance: Appearance) -> None:
    assert appearance.network_name("x") == "X"
    assert appearance.network_name("practice") == "Practice network"
    assert appearance.network_name("somewhere-new") == "somewhere-new"


def test_our_own_marks_are_drawn(appearance: Appearance) -> None:
    assert colours(appearance.mark("organization", 32).toImage())
    assert QColor("white").name() in colours(appearance.mark("signpost", 64).toImage())
    assert not appearance.app_icon().isNull()
