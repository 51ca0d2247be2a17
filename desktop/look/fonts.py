"""Inter and JetBrains Mono from `resources/fonts`, and the type scale as `QFont`s in pixels times the text size."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtGui import QFont, QFontDatabase

from desktop.look.tokens import RESOURCES, Tokens, TypeRole

FILES = (
    "Inter-Regular.otf",
    "Inter-Medium.otf",
    "Inter-SemiBold.otf",
    "Inter-Bold.otf",
    "JetBrainsMono-Regular.ttf",
)


def load_fonts() -> tuple[str, ...]:
    """Add the shipped fonts to the application and return the families found. Missing files raise `OSError`."""
    families: list[str] = []
    for name in FILES:
        number = QFontDatabase.addApplicationFont(str(RESOURCES / "fonts" / name))
        if number < 0:
            raise OSError(f"The font file {name} cannot be loaded")
        families += QFontDatabase.applicationFontFamilies(number)
    return tuple(dict.fromkeys(families))


def tabular(font: QFont) -> QFont:
    """Return the font with figures of equal width, for tables, meters and clocks."""
    figures = QFont(font)
    if hasattr(QFont, "Tag"):  # Qt 6.7 and newer
        figures.setFeature(QFont.Tag("tnum"), 1)
    return figures


class Fonts:
    """The type scale at one text size; every font is made once."""

    def __init__(self, tokens: Tokens, scale: float) -> None:
        self._tokens = tokens
        self._roles: Mapping[str, TypeRole] = tokens.type
        self._scale = scale
        self._made: dict[tuple[str, int, bool], QFont] = {}

    def font(self, role: str, weight: int = 0, figures: bool = False) -> QFont:
        """Return the font of a role (caption ... mono); `weight` 0 keeps the role's own weight."""
        key = (role, weight, figures)
        made = self._made.get(key)
        if made is None:
            made = self._made[key] = self._make(role, weight, figures)
        return QFont(made)

    def pixels(self, role: str) -> int:
        """Return the pixel size of a role at this text size."""
        return round(self._roles[role].px * self._scale)

    def line(self, role: str) -> int:
        """Return the line height of a role at this text size."""
        return round(self._roles[role].line * self._scale)

    def _make(self, role: str, weight: int, figures: bool) -> QFont:
        step = self._roles[role]
        family = self._tokens.mono if role == "mono" else self._tokens.family
        font = QFont([family, *self._tokens.fallback])
        font.setPixelSize(self.pixels(role))
        font.setWeight(QFont.Weight(weight or step.weight))
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        return tabular(font) if figures else font
