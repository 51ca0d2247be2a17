"""Limits as data, what remains, and where a text starts to be too long."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.counting import RULES, Limits, bytes_over, count, overflow_start, remaining

LIMITS = st.builds(Limits, text=st.integers(0, 40), rule=st.sampled_from(sorted(RULES)))


@given(LIMITS, st.text(max_size=60))
def test_the_overflow_starts_where_the_text_stops_fitting(limits: Limits, text: str) -> None:
    start = overflow_start(text, limits)
    assert (start is None) == (remaining(text, limits) >= 0) == (count(text, limits.rule) <= limits.text)
    if start is not None:
        assert 0 <= start < len(text)


def test_a_link_is_over_the_limit_as_a_whole() -> None:
    text = "Read https://example.com/hands now"
    assert overflow_start(text, Limits(20, "x")) == 5
    assert overflow_start(text, Limits(28, "x")) == 5 + len("https://example.com/hands")
    assert remaining(text, Limits(280, "x")) == 280 - 5 - 23 - 4


def test_an_emoji_is_over_the_limit_as_a_whole() -> None:
    assert overflow_start("ab\U0001f468\u200d\U0001f469\u200d\U0001f467", Limits(2, "graphemes")) == 2


def test_a_text_may_have_too_many_bytes_alone() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"  # one grapheme of 18 bytes
    limits = Limits(10, "graphemes", text_bytes=40)
    assert (remaining(family * 2, limits), bytes_over(family * 2, limits), overflow_start(family * 2, limits)) == (
        8,
        0,
        None,
    )
    assert (remaining(family * 3, limits), bytes_over(family * 3, limits)) == (-14, 14)
    assert overflow_start(family * 3, limits) == 2 * len(family)
    assert overflow_start("a" * 11, limits) == 10
    assert bytes_over(family * 3, Limits(10, "graphemes")) == 0


@given(
    st.builds(
        Limits,
        text=st.integers(0, 10**6),
        rule=st.sampled_from(sorted(RULES)),
        media=st.integers(0, 20),
        alt=st.integers(0, 10**4),
        media_bytes=st.integers(0, 10**9),
        mimes=st.lists(st.text()).map(tuple),
        longest_side=st.integers(0, 10**5),
        text_required=st.booleans(),
        text_bytes=st.integers(0, 10**5),
    )
)
def test_limits_survive_json(limits: Limits) -> None:
    assert Limits.from_json(limits.to_json()) == limits


@pytest.mark.parametrize(
    "change",
    [
        {"rule": "morse"}, {"rule": 3}, {"text": -1}, {"text": "280"}, {"text": True}, {"media": 4.0}, {"alt": None},
        {"media_bytes": -5}, {"longest_side": -1}, {"text_bytes": "3"}, {"text_bytes": -1}, {"longest_side": "1080"},
        {"mimes": "image/png"}, {"mimes": [1]}, {"text_required": 1}, {"more": 1},
    ],
)  # fmt: skip
def test_limits_refuse_other_json(change: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"limit|rule"):
        Limits.from_json(Limits(280, "x").to_json() | change)


def test_limits_refuse_missing_fields() -> None:
    with pytest.raises(ValueError, match="other fields"):
        Limits.from_json({"text": 280, "rule": "x"})


def test_limits_of_an_earlier_signpost_say_nothing_of_pixels() -> None:
    earlier = Limits(280, "x").to_json()
    del earlier["longest_side"]
    assert Limits.from_json(earlier) == Limits(280, "x")
