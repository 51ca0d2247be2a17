"""Every pair of colours that meet on screen keeps the contrast that WCAG 2.2 asks for, computed from the tokens."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtGui import QColor

from desktop.look.tokens import Theme, load_tokens

TOKENS = load_tokens()
PAIRS: list[list[str | float]] = json.loads((Path(__file__).parent / "contrast_pairs.json").read_text(encoding="utf-8"))
THEMES = {"light": TOKENS.light, "dark": TOKENS.dark}


def luminance(colour: QColor) -> float:
    """Return the relative luminance of WCAG 2.2."""
    parts = (value / 255 for value in (colour.red(), colour.green(), colour.blue()))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def ratio(one: QColor, other: QColor) -> float:
    """Return the contrast ratio of two colours, truncated to two digits and never rounded up."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return int((high + 0.05) / (low + 0.05) * 100) / 100


def colour(theme: Theme, name: str) -> QColor:
    """Return the colour that a pair names, such as `danger.text` or `network.x.tile`."""
    if name == "focus on hold banner":
        return theme.group("hold").on
    parts = name.split(".")
    if parts[0] == "network":
        tile = theme.networks[parts[1]]
        return tile.tile if parts[2] == "tile" else tile.glyph
    if parts[0] == "avatar":
        pair = theme.avatars[int(parts[1])]
        return pair.tile if parts[2] == "bg" else pair.glyph
    attribute = {"subtle": "bg", "onTooltip": "on_tooltip"}.get(parts[1], parts[1])
    if name == "border.subtle":
        attribute = "subtle"
    owner = getattr(theme, parts[0]) if parts[0] in ("surface", "text", "border", "accent") else theme.group(parts[0])
    found: QColor = getattr(owner, attribute)
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_pair_keeps_its_floor(scheme: str) -> None:
    pairs = [pair for pair in PAIRS if pair[0] == scheme]
    assert len(pairs) > 150
    misses = []
    for _, front, back, stated, floor in pairs:
        measured = ratio(colour(THEMES[scheme], str(front)), colour(THEMES[scheme], str(back)))
        if measured < float(floor) or abs(measured - float(stated)) > 0.011:
            misses.append((front, back, measured, stated, floor))
    assert misses == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_practice_mark_and_floors_of_text(scheme: str) -> None:
    theme = THEMES[scheme]
    assert ratio(theme.group("warning").text, theme.group("warning").bg) >= 4.5
    lowest = min(ratio(theme.tone(name), theme.surface.panel) for name in ("primary", "secondary", "tertiary", "link"))
    assert lowest >= 4.5


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_high_contrast_has_no_tints_and_strong_edges(theme: Theme) -> None:
    strong = theme.high_contrast()
    assert strong.border.subtle == theme.border.control
    assert {group.bg.name() for group in strong.groups.values()} == {theme.surface.panel.name()}
    assert ratio(strong.border.subtle, strong.surface.panel) >= 3


def test_a_pair_below_its_floor_would_be_seen() -> None:
    assert ratio(QColor("#777777"), QColor("#FFFFFF")) == 4.47
    assert ratio(QColor("#000000"), QColor("#FFFFFF")) == 21
