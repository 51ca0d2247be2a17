"""Passages: found again in a text that moved on, changed by a newer version or not, and replaced in a draft."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from editorial.errors import ChangedMeanwhileError
from editorial.posts.draft import DraftBody, Target
from editorial.posts.passages import Passage, changed_between, find, stands_in, taken_over
from tests.editorial.posts.test_differences import content, snapshot

ONE, TWO = Target("one", "practice", "One"), Target("two", "facebook", "Two")
WORDS = st.lists(st.sampled_from(["the", "garden", "is", "open", "to", "all", "é", "🏥", ",", "."]), max_size=14).map(
    " ".join
)


def test_the_nearest_place_counts() -> None:
    text = "open and open and open"
    assert [find(text, Passage("open", start)) for start in (0, 8, 99)] == [0, 9, 18]
    assert find(text, Passage("shut")) is None
    assert find(text, Passage("")) is None


@pytest.mark.parametrize(
    ("old", "new", "quote", "changed"),
    [
        ("Ahmed Karimi walks.", "Ahmed walks.", "Karimi", True),
        ("Ahmed Karimi walks.", "Ahmed Karimi runs.", "Karimi", False),
        ("It is open to all.", "It is not open to all.", "is open", True),
        ("It is open.", "Come. It is open.", "It is open", False),
        ("First this. Then that.", "Then that. First this.", "First this.", False),
        ("Nine weeks", "Ten weeks", "Nine", True),
    ],
)
def test_a_change_counts_in_the_passage_alone(old: str, new: str, quote: str, changed: bool) -> None:
    passage = Passage(quote, old.index(quote))
    assert changed_between(snapshot(1, content("a", old)), snapshot(2, content("a", new)), passage) is changed


def test_one_accounts_text_is_one_accounts_passage() -> None:
    before = snapshot(1, content("a", "shared words"), content("b", "shared words"), content("c", "own words"))
    after = snapshot(2, content("a", "shared words"), content("b", "shared words"), content("c", "others"))
    assert changed_between(before, after, Passage("words", 4, "c"))
    assert not changed_between(before, after, Passage("words", 7))
    assert not changed_between(before, after, Passage("not there"))
    gone = snapshot(2, content("a", "shared words"), content("b", "shared words"))
    assert changed_between(before, gone, Passage("words", 4, "c"))


@given(WORDS, WORDS, st.data())
def test_same_texts_change_nothing_and_lost_words_always_do(old: str, new: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, max(0, len(old) - 1)))
    quote = old[start : data.draw(st.integers(start, len(old)))]
    passage = Passage(quote, start)
    before = snapshot(1, content("a", old))
    assert not changed_between(before, snapshot(2, content("a", old)), passage)
    if quote and quote not in new:
        assert changed_between(before, snapshot(2, content("a", new)), passage)


@given(WORDS, st.text(max_size=6), st.data())
def test_taking_over_changes_the_passage_and_nothing_else(text: str, replacement: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    body = DraftBody("T", text, accounts=("one",))
    if start == end:
        with pytest.raises(ChangedMeanwhileError):
            taken_over(body, (ONE,), Passage("", start), replacement)
        return
    new = taken_over(body, (ONE,), Passage(text[start:end], start), replacement)
    assert new == body.with_text(None, text[:start] + replacement + text[end:])


def test_the_text_that_is_in_use_is_changed() -> None:
    body = DraftBody(
        "T", "shared here", network_texts={"facebook": "for facebook here"}, account_texts={"one": "own here"},
        accounts=("one", "two"),
    )  # fmt: skip
    own = taken_over(body, (ONE, TWO), Passage("here", 4, "one"), "there")
    assert own.account_texts == {"one": "own there"}
    network = taken_over(body, (ONE, TWO), Passage("here", 4, "two"), "there")
    assert network.network_texts == {"facebook": "for facebook there"}
    assert (own.text, network.text) == ("shared here", "shared here")
    with pytest.raises(ChangedMeanwhileError, match="not in the text any more"):
        taken_over(body, (ONE, TWO), Passage("shared"), "mine")  # nobody gets the shared text


def test_words_stand_in_one_account_or_in_any() -> None:
    version = snapshot(1, content("a", "call 911"), content("b", "come in"))
    assert stands_in(version, "", "911")
    assert stands_in(version, "a", "911")
    assert not stands_in(version, "b", "911")
    assert not stands_in(version, "", "")
