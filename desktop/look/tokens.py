"""The design's values, read once from `resources/tokens.json` into frozen, typed themes.

Colours are `QColor`, sizes are device-independent pixels at text size 100 %. Nothing else in the desktop names a
colour.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from PySide6.QtGui import QColor

import resources

RESOURCES = Path(resources.__path__[0])


@dataclass(frozen=True)
class Surface:
    """Backgrounds, from the window's edge to the paper in front."""

    window: QColor
    app: QColor
    panel: QColor
    sunken: QColor
    raised: QColor
    hover: QColor
    selected: QColor
    tooltip: QColor


@dataclass(frozen=True)
class Ink:
    """Text colours."""

    primary: QColor
    secondary: QColor
    tertiary: QColor
    disabled: QColor
    link: QColor
    on_tooltip: QColor


@dataclass(frozen=True)
class Border:
    """Lines: hairlines (subtle, default), edges of controls, the focus ring."""

    subtle: QColor
    default: QColor
    control: QColor
    focus: QColor


@dataclass(frozen=True)
class Group:
    """One meaning in colour: text and tint for words, solid with `on` for filled parts, line for edges of tints."""

    text: QColor
    bg: QColor
    solid: QColor
    on: QColor
    line: QColor


@dataclass(frozen=True)
class Accent(Group):
    """The petrol accent; `bg` is its tint."""

    hover: QColor
    pressed: QColor


@dataclass(frozen=True)
class Tile:
    """A network mark or avatar: the tile and what is drawn on it."""

    tile: QColor
    glyph: QColor


@dataclass(frozen=True)
class State:
    """A state as people see it: colour group, Lucide icon, word."""

    group: str
    icon: str
    label: str


@dataclass(frozen=True)
class Severity(State):
    """A finding's severity; `line` is how its text is underlined: wave, dash, dots or nothing."""

    line: str


@dataclass(frozen=True)
class TypeRole:
    """A step of the type scale: pixel size, line height and weight at text size 100 %."""

    px: int
    line: int
    weight: int


@dataclass(frozen=True)
class Theme:
    """Every colour of one scheme, with the words and icons of states and severities."""

    dark: bool
    surface: Surface
    text: Ink
    border: Border
    accent: Accent
    groups: Mapping[str, Group]
    networks: Mapping[str, Tile]
    avatars: tuple[Tile, ...]
    states: Mapping[str, State]
    severities: Mapping[str, Severity]

    def group(self, name: str) -> Group:
        """Return a colour group: accent, success, warning, danger, info, neutral or hold."""
        return self.accent if name == "accent" else self.groups[name]

    def state(self, name: str) -> State:
        """Return the state of a post or delivery, such as `inReview` or `held`."""
        return self.states[name]

    def severity(self, name: str) -> Severity:
        """Return a severity: block, review, warning, suggestion or pass."""
        return self.severities[name]

    def tone(self, name: str) -> QColor:
        """Return a text colour: a text role (primary ...), a group (danger ...) or `on:GROUP` for text on its solid."""
        if name.startswith("on:"):
            return self.group(name[3:]).on
        if name in ("primary", "secondary", "tertiary", "disabled", "link"):
            colour: QColor = getattr(self.text, name)
            return colour
        return self.group(name).text

    def high_contrast(self) -> Theme:
        """Return this theme with strong edges instead of hairlines and no tints."""
        plain = self.surface.panel
        groups = {name: replace(group, bg=plain, line=group.text) for name, group in self.groups.items()}
        edge = self.border.control
        return replace(
            self,
            border=replace(self.border, subtle=edge, default=edge),
            accent=replace(self.accent, bg=plain, line=self.accent.text),
            groups=groups,
            surface=replace(self.surface, selected=self.surface.hover),
        )


@dataclass(frozen=True)
class Tokens:
    """Both themes and what they share."""

    light: Theme
    dark: Theme
    type: Mapping[str, TypeRole]
    icons: tuple[str, ...]
    network_names: Mapping[str, str]
    family: str
    fallback: tuple[str, ...]
    mono: str
    radius: Mapping[str, int]
    size: Mapping[str, Any]
    breakpoint: Mapping[str, Any]
    motion_ms: int


GROUPS = ("success", "warning", "danger", "info", "neutral", "hold")


def _colours(values: Mapping[str, str], **names: str) -> dict[str, QColor]:
    return {names.get(key, key): QColor(value) for key, value in values.items()}


def _theme(raw: Mapping[str, Any], scheme: str) -> Theme:
    colour = raw["color"][scheme]
    return Theme(
        dark=scheme == "dark",
        surface=Surface(**_colours(colour["surface"])),
        text=Ink(**_colours(colour["text"], onTooltip="on_tooltip")),
        border=Border(**_colours(colour["border"])),
        accent=Accent(**_colours(colour["accent"], subtle="bg")),
        groups={name: Group(**_colours(colour[name])) for name in GROUPS},
        networks={name: Tile(**_colours(value[scheme])) for name, value in raw["network"].items()},
        avatars=tuple(Tile(QColor(pair["bg"]), QColor(pair["text"])) for pair in raw["avatar"][scheme]),
        states={name: State(**value) for name, value in raw["status"].items()},
        severities={name: Severity(**value) for name, value in raw["severity"].items()},
    )


def load_tokens() -> Tokens:
    """Read the tokens file: about a millisecond; call it once per application."""
    raw = json.loads((RESOURCES / "tokens.json").read_text(encoding="utf-8"))
    return Tokens(
        light=_theme(raw, "light"),
        dark=_theme(raw, "dark"),
        type={name: TypeRole(**value) for name, value in raw["type"].items()},
        icons=tuple(raw["icon"]["used"]),
        network_names={name: value["name"] for name, value in raw["network"].items()},
        family=raw["font"]["family"],
        fallback=tuple(raw["font"]["fallback"]),
        mono=raw["font"]["mono"],
        radius=raw["radius"],
        size=raw["size"],
        breakpoint=raw["breakpoint"],
        motion_ms=raw["motion"]["base_ms"],
    )
