"""The style sheet names no colour that is not a token, and its lengths follow the text size."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import desktop
from desktop.look.sheet import make_sheet
from desktop.look.tokens import RESOURCES, load_tokens

TOKENS = load_tokens()
HEX = re.compile(r"#[0-9A-Fa-f]{3,8}\b")


def lengths(sheet: str) -> list[int]:
    return [int(found) for found in re.findall(r"font-size: (\d+)px", sheet)]


@pytest.mark.parametrize("dark", [False, True])
def test_every_colour_is_a_token(dark: bool) -> None:
    sheet = make_sheet(TOKENS, TOKENS.dark if dark else TOKENS.light, 1.0, 32)
    known = {found.lower() for found in HEX.findall((RESOURCES / "tokens.json").read_text(encoding="utf-8"))}
    used = {found.lower() for found in HEX.findall(sheet)}
    assert used
    assert used <= known
    assert "rgb" not in sheet


def test_lengths_follow_the_text_size() -> None:
    small = lengths(make_sheet(TOKENS, TOKENS.light, 1.0, 32))
    large = lengths(make_sheet(TOKENS, TOKENS.light, 1.5, 48))
    assert large == [round(value * 1.5) for value in small]


def test_widgets_and_screens_name_no_colour_of_their_own() -> None:
    texts = {path: path.read_text(encoding="utf-8") for path in Path(desktop.__path__[0]).rglob("*.py")}
    drawn = {path: text for path, text in texts.items() if "PySide6" in text}
    assert len(drawn) > 20
    assert {path.name: HEX.findall(text) for path, text in drawn.items() if HEX.findall(text)} == {}


def test_only_the_appearance_sets_a_style_sheet() -> None:
    folder = Path(desktop.__path__[0])
    setters = [path.name for path in folder.rglob("*.py") if "setStyleSheet(" in path.read_text(encoding="utf-8")]
    assert setters == ["appearance.py"]
