"""What a network shows against what was signed: every change of words is seen, none of white space."""

import unicodedata
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from editorial.content import AccountContent, MediaItem
from editorial.delivery.showing import Shown, ShownPicture, differences

WORDS = st.lists(st.text(st.characters(exclude_categories=["Cs", "Zs", "Zl", "Zp", "Cc"]), min_size=1), min_size=1)
SPACES = st.sampled_from([" ", "\n", "\r\n", "  ", "\t", "\u00a0"])


def content(text: str, *alts: str) -> AccountContent:
    media = tuple(MediaItem(f"{n:064x}", "image/png", 9, 1, 1, alt) for n, alt in enumerate(alts))
    return AccountContent("post_1", "account_1", "practice", text, media)


def mirrored(signed: AccountContent) -> Shown:
    return Shown(signed.text, tuple(ShownPicture(each.alt, each.sha256) for each in signed.media))


@given(st.text(), st.lists(st.text(), max_size=4))
def test_the_same_is_the_same(text: str, alts: list[str]) -> None:
    signed = content(text, *alts)
    assert differences(signed, mirrored(signed)) == ()


@given(WORDS, st.data())
def test_white_space_and_spelling_of_letters_count_for_nothing(words: list[str], data: st.DataObject) -> None:
    shown = "".join(word + data.draw(SPACES) for word in words)
    assert differences(content(" ".join(words)), Shown(unicodedata.normalize("NFD", shown))) == ()


@given(WORDS, st.integers(min_value=0), st.sampled_from(["", "Extra", "ə"]))
def test_a_word_that_is_missing_or_another_is_seen(words: list[str], place: int, other: str) -> None:
    changed = list(words)
    changed[place % len(words)] = words[place % len(words)] + other if other else ""
    found = differences(content(" ".join(words)), Shown(" ".join(changed)))
    assert [each.what for each in found] == ["text"]


@given(st.lists(st.text("ab", min_size=1), min_size=1, max_size=4), st.integers(min_value=0))
def test_each_alternative_text_and_picture_is_compared_in_its_place(alts: list[str], place: int) -> None:
    signed = content("Hello", *alts)
    number = place % len(alts)
    shown = list(mirrored(signed).pictures)
    shown[number] = replace(shown[number], alt="dropped")
    assert [each.what for each in differences(signed, Shown("Hello", tuple(shown)))] == [f"alt:{number + 1}"]
    shown[number] = ShownPicture(alts[number], "f" * 64)
    assert [each.what for each in differences(signed, Shown("Hello", tuple(shown)))] == [f"picture:{number + 1}"]
    shown[number] = ShownPicture(None, None)  # the network does not tell: nothing can be said
    assert differences(signed, Shown("Hello", tuple(shown))) == ()
    del shown[number]
    assert [each.what for each in differences(signed, Shown("Hello", tuple(shown)))] == ["pictures"]


def test_parts_are_compared_as_one_and_a_record_is_kept_whole() -> None:
    signed = content("One two", "A")
    shown = Shown.joined([Shown("One"), Shown("two", (ShownPicture("A"),))])
    assert differences(signed, shown) == ()
    assert Shown.from_json(shown.to_json()) == shown
    assert Shown.from_json({}) is None
