"""Texts from outside can always be stored."""

import json
from typing import Any

import hypothesis.strategies as st
from hypothesis import given

from editorial.plain import plain

TEXT = st.text(st.characters(), max_size=20)  # half characters too
DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


@given(DATA)
def test_everything_can_be_written_as_utf_8(data: Any) -> None:
    json.dumps(plain(data), ensure_ascii=False).encode("utf-8")


@given(st.text(max_size=40))
def test_whole_texts_stay_as_they_are(text: str) -> None:
    assert plain(text) == text


@given(DATA)
def test_doing_it_again_changes_nothing(data: Any) -> None:
    assert plain(plain(data)) == plain(data)


def test_halves_are_joined_or_replaced() -> None:
    assert plain("\ud83d\ude00") == "😀"
    odd: Any = {"a\ud800": ("\udc00", 1, None)}
    assert plain(odd) == {"a�": ["�", 1, None]}
