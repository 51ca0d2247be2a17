"""The shipped fonts load with their licences beside them, and the type scale follows the text size."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFont, QFontInfo, QFontMetricsF

from desktop.look import Appearance
from desktop.look.fonts import FILES, Fonts, load_fonts
from desktop.look.tokens import RESOURCES

WEIGHTS = (QFont.Weight.Normal, QFont.Weight.Medium, QFont.Weight.DemiBold, QFont.Weight.Bold)


def test_both_families_load(appearance: Appearance) -> None:
    assert {"Inter", "JetBrains Mono"} <= set(load_fonts())


@pytest.mark.parametrize("name", FILES)
def test_each_font_has_its_licence_beside_it(name: str) -> None:
    licence = RESOURCES / "fonts" / f"OFL-{name.split('-')[0]}.txt"
    assert "SIL Open Font License, Version 1.1" in licence.read_text(encoding="utf-8")
    assert name in (RESOURCES / "LICENCES.md").read_text(encoding="utf-8") or name.startswith("Inter-")


@pytest.mark.parametrize("weight", WEIGHTS)
def test_each_weight_is_a_drawn_one(appearance: Appearance, weight: QFont.Weight) -> None:
    font = appearance.font("body", weight.value)
    assert QFontInfo(font).family() == "Inter"
    assert QFontInfo(font).weight() == weight.value


def test_roles_have_the_sizes_of_the_scale(appearance: Appearance) -> None:
    for role, step in appearance.tokens.type.items():
        font = appearance.font(role)
        assert (font.pixelSize(), font.weight()) == (step.px, step.weight)
    assert QFontInfo(appearance.font("mono")).family() == "JetBrains Mono"


def test_pixels_follow_the_text_size(appearance: Appearance) -> None:
    large = Fonts(appearance.tokens, 1.5)
    assert (large.font("body").pixelSize(), large.line("body")) == (20, 28)


def test_figures_are_of_equal_width_only_where_asked(appearance: Appearance) -> None:
    def widths(figures: bool) -> set[float]:
        metrics = QFontMetricsF(appearance.font("body", figures=figures))
        return {round(metrics.horizontalAdvance(digit * 10), 2) for digit in "0123456789"}

    assert len(widths(True)) == 1
    assert len(widths(False)) > 1


def test_a_changed_font_does_not_change_the_next_one(appearance: Appearance) -> None:
    appearance.font("body").setPixelSize(90)
    assert appearance.font("body").pixelSize() == 13
