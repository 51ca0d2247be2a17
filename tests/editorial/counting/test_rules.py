"""Lengths by each network's rule, against known values and against properties that must always hold."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.counting import RULES, count
from editorial.counting.rules import units

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466"
HEALTH_WORKER = "\U0001f469\U0001f3fd\u200d\u2695\ufe0f"
ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
GERMANY, FRANCE = "\U0001f1e9\U0001f1ea", "\U0001f1eb\U0001f1f7"

# text: characters, graphemes, bytes, x, mastodon
KNOWN = {
    "": (0, 0, 0, 0, 0),
    "Hand hygiene": (12, 12, 12, 12, 12),
    "e\u0301": (2, 1, 3, 1, 1),
    "\u00e9": (1, 1, 2, 1, 1),
    "\ufb2c": (1, 1, 3, 3, 1),  # composed form excluded from NFC: three Hebrew code points
    FAMILY: (7, 1, 25, 2, 1),
    HEALTH_WORKER: (5, 1, 17, 2, 1),
    ENGLAND: (7, 1, 28, 2, 1),
    GERMANY + FRANCE: (4, 2, 16, 4, 2),
    "\U0001f64b\U0001f3fd": (2, 1, 8, 2, 1),
    "1\ufe0f\u20e3": (3, 1, 7, 2, 1),
    "\u00a9": (1, 1, 2, 1, 1),
    "\u00a9\ufe0f": (2, 1, 5, 2, 1),
    "\u263a\ufe0e": (2, 1, 6, 4, 1),  # text presentation is asked for: no emoji
    "\u0600\U0001f600": (2, 1, 6, 3, 1),  # a prepended mark shares the cluster, not the emoji
    "\U0001f600\u0303": (2, 1, 6, 3, 1),
    "手洗い": (3, 3, 9, 6, 3),
    "각": (1, 1, 3, 2, 1),
    "\u1100\u1161\u11a8": (3, 1, 9, 2, 1),
    "“–”": (3, 3, 9, 3, 3),
    "\u2011\u2028€": (3, 3, 9, 5, 3),
    "\r\n": (2, 1, 2, 2, 1),
    "नि": (2, 1, 6, 2, 1),
    "\ud800": (1, 1, 3, 2, 1),  # a lone surrogate can be typed nowhere, but must not stop the screen
}

# Weighted lengths that X publishes as conformance tests for its configuration version 3.
PUBLISHED = {
    "Hi http://test.co": 26,
    "http://test.co": 23,
    "285 chars-" + "xxxxxxxxxx-" * 25: 285,
    "285 chars- http://www.twitter.com/jack " + "xxxxxxxxxx-" * 24: 299,
    "https://www.twitter.com/aloha " * 10: 240,
    "故人西辞黄鹤楼，烟花三月下扬州。" * 10: 320,
    "\U0001f637" * 160: 320,
    "A\u0301B": 2,
    "A\ufb2c": 4,
    "H\U0001f431\u263a" + FAMILY: 7,
    "\U0001f64b\U0001f3fd\U0001f468\u200d\U0001f3a4": 4,
    "randomurl" * 7 + "s.com": 68,  # a label of 64 characters is no domain name
    "あいうえおかきくけこ" * 12 + " http://" + "あいうえおかきくけこ" * 5 + "あいう.com": 358,
    "あいうえおかきくけこ" * 12 + " http://" + "あいうえおかきくけこ" * 5 + "い.com": 264,
    "Test https://test.com test https://test.com test.com test": 86,
}


@pytest.mark.parametrize("text", KNOWN)
def test_known_lengths(text: str) -> None:
    found = tuple(count(text, rule) for rule in ("characters", "graphemes", "bytes", "x", "mastodon"))
    assert found == KNOWN[text]


@pytest.mark.parametrize("text", PUBLISHED)
def test_what_x_publishes(text: str) -> None:
    assert count(text, "x") == PUBLISHED[text]


def test_x_weighs_general_punctuation_light() -> None:
    spaces = "".join(map(chr, range(0x2000, 0x200C)))
    rest = " ‐ ‑ ‒ – — ― ‖  ‗ ‘ ’ ‚ ‛ “ ” „ ‟ ′ ″ ‴ ‵ ‶ ‷"
    assert count(f"This is a tweet with general punctuation characters: {spaces}{rest}", "x") == 110


def test_an_unknown_rule_is_an_error() -> None:
    with pytest.raises(ValueError, match="morse"):
        count("text", "morse")


texts = st.text(st.characters(), max_size=80)
rules = st.sampled_from(sorted(RULES))


@given(texts, rules)
def test_a_length_is_never_negative_and_the_units_cover_the_text(text: str, rule: str) -> None:
    pieces = list(units(text, rule))
    assert all(cost > 0 for _, _, cost in pieces)
    assert sum(cost for _, _, cost in pieces) == count(text, rule)
    assert "".join(text[start:end] for start, end, _ in pieces) == text


@given(texts, texts)
def test_joining_texts_never_makes_more_graphemes(one: str, two: str) -> None:
    assert count(one + two, "graphemes") <= count(one, "graphemes") + count(two, "graphemes")


@given(texts, texts, st.sampled_from(["characters", "bytes"]))
def test_characters_and_bytes_add_up(one: str, two: str, rule: str) -> None:
    assert count(one + two, rule) == count(one, rule) + count(two, rule)


@given(texts)
def test_the_rules_stay_in_order(text: str) -> None:
    assert count(text, "graphemes") <= count(text, "characters") == len(text) <= count(text, "bytes") <= 4 * len(text)


@given(st.text(st.characters(exclude_characters=".@:", exclude_categories=["Cs"]), max_size=60))
def test_x_counts_composed_and_decomposed_text_alike(text: str) -> None:
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    assert count(text, "x") == count(composed, "x") == count(decomposed, "x")


@given(st.text(st.characters(exclude_characters="@:"), max_size=60))
def test_mastodon_counts_plain_text_in_graphemes(text: str) -> None:
    assert count(text, "mastodon") == count(text, "graphemes")


@given(st.text("abcdefghijklmnopqrstuvwxyz ", max_size=60))
def test_plain_english_counts_the_same_everywhere(text: str) -> None:
    assert {count(text, rule) for rule in RULES} == {len(text)}


HOSTILE = [
    "x" * 50_000, "あ" * 50_000, "a." * 25_000, "@a" * 25_000, "http://" * 7_000, "http://a." * 5_000, "(" * 50_000,
    "http://a.com/" + "(" * 50_000, "http://a.com/" + "." * 50_000, "a-" * 25_000, "@" + "a." * 25_000,
    "@a@b " * 10_000 + "http://a.co " * 4_000, "あ.あ" * 15_000, ("a" * 60 + ".") * 800, "\u0301" * 50_000,
    "\U0001f1e9" * 20_000, "\U0001f468\u200d" * 15_000,
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("rule", sorted(RULES))
def test_no_text_makes_counting_slow(text: str, rule: str) -> None:
    before = time.process_time()
    count(text, rule)
    assert time.process_time() - before < 5  # quadratic work would take minutes
