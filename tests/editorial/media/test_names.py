"""File names for people."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.media import display_name
from editorial.media.names import ending_of

NAMES = {
    "ward.jpg": "ward.jpg",
    "pictures/anna/ward.jpg": "ward.jpg",
    "D:\\pictures\\anna\\ward.jpg": "ward.jpg",
    "../../etc/passwd": "passwd",
    "a\x00b\x1b[31m.jpg": "ab[31m.jpg",
    "photo\u202egpj.exe": "photogpj.exe",
    "\u2066iso\u2069late\u200b.png": "isolate.png",
    "two\nlines\tand  spaces.png": "two lines and spaces.png",
    "e\u0301.png": "é.png",
    "bad\udcff.png": "bad.png",
    "": "Picture",
    "..": "Picture",
    "folder/": "Picture",
    "\u202e": "Picture",
    "手洗い.webp": "手洗い.webp",
}


@pytest.mark.parametrize("name", NAMES)
def test_known_names(name: str) -> None:
    assert display_name(name) == NAMES[name]


def test_a_long_name_keeps_its_ending() -> None:
    assert display_name("x" * 200 + ".jpeg") == "x" * 74 + "…" + ".jpeg"
    assert display_name("x" * 200) == "x" * 79 + "…"
    assert display_name("x." + "y" * 200) == "x." + "y" * 77 + "…"


@given(st.text(max_size=200))
def test_a_name_is_short_visible_and_no_path(name: str) -> None:
    shown = display_name(name)
    assert 1 <= len(shown) <= 80
    assert not set("/\\\n\r\t\x00") & set(shown)
    assert all(unicodedata.category(character)[0] != "C" for character in shown)
    assert shown == display_name(shown)


@pytest.mark.parametrize(
    ("name", "ending"),
    [("a.JPG", "jpg"), ("a", ""), (".hidden", ""), ("Dr. Weber", ""), ("a.b.png", "png"), ("a.", "")],
)
def test_endings(name: str, ending: str) -> None:
    assert ending_of(name) == ending
