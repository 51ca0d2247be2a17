"""Every icon of the design exists, is drawn sharp at any ratio, and takes its colour from tone and state."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage, QPixmap

from desktop.look import Appearance
from desktop.look.icons import IconSource, stroke_width


def strongest(pixmap: QPixmap) -> str:
    """Return the colour of the most opaque pixel."""
    image = pixmap.toImage().convertToFormat(QImage.Format.Format_ARGB32)
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    best: QColor = max(pixels, key=lambda pixel: pixel.alpha())
    assert best.alpha() > 200
    return QColor(best.red(), best.green(), best.blue()).name()


def near(one: str, other: QColor) -> bool:
    """Say whether two colours are the same up to the rounding of transparency."""
    first = QColor(one)
    return all(
        abs(a - b) <= 6
        for a, b in (
            (first.red(), other.red()),
            (first.green(), other.green()),
            (first.blue(), other.blue()),
        )
    )


def test_every_icon_of_the_design_exists(appearance: Appearance) -> None:
    source = IconSource(appearance.tokens.icons)
    assert len(appearance.tokens.icons) > 130
    assert [name for name in appearance.tokens.icons if "<svg" not in source.svg(name)] == []


def test_every_icon_that_tokens_name_is_in_the_list(appearance: Appearance) -> None:
    theme = appearance.theme
    named = {known.icon for known in (*theme.states.values(), *theme.severities.values())}
    assert named <= set(appearance.tokens.icons)


def test_an_unknown_icon_is_an_error_and_not_an_empty_picture() -> None:
    with pytest.raises(KeyError):
        IconSource(("check",)).svg("no-such-icon")


@pytest.mark.parametrize(("mode", "tone"), [("Normal", "secondary"), ("Disabled", "disabled"), ("Selected", "accent")])
def test_the_tint_follows_the_state(appearance: Appearance, mode: str, tone: str) -> None:
    picture = appearance.icon("octagon-pause").pixmap(QSize(32, 32), QIcon.Mode[mode], QIcon.State.Off)
    assert near(strongest(picture), appearance.theme.tone(tone))


def test_an_icon_made_before_follows_the_theme(appearance: Appearance) -> None:
    icon = appearance.icon("check", "danger")
    light = strongest(icon.pixmap(32, 32))
    appearance.configure(mode="dark")
    dark = strongest(icon.pixmap(32, 32))
    assert near(light, appearance.tokens.light.group("danger").text)
    assert near(dark, appearance.tokens.dark.group("danger").text)


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
def test_pixels_are_drawn_for_the_ratio(appearance: Appearance, ratio: float) -> None:
    picture = appearance.icon_pixmap("send", 16, "primary", ratio)
    assert picture.width() == round(16 * ratio)
    assert picture.deviceIndependentSize().width() == pytest.approx(16)


def test_strokes_are_thicker_when_small_and_thinner_when_large() -> None:
    assert [stroke_width(size) for size in (12, 14, 16, 20, 28, 32)] == [2.0, 2.0, 1.75, 1.75, 1.5, 1.5]


def test_an_icon_is_drawn_once(appearance: Appearance) -> None:
    one = appearance.icon_pixmap("send", 16, "primary", 1.0)
    assert appearance.icon_pixmap("send", 16, "primary", 1.0).cacheKey() == one.cacheKey()


def test_a_copy_of_an_icon_is_the_same_icon(appearance: Appearance) -> None:
    icon = appearance.icon("eye", "accent")
    copy = QIcon(icon)
    assert copy.name() == "eye"
    assert not copy.isNull()
