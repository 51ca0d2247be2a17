"""The difference of two versions: properties of the word comparison, and pictures, times and accounts case by case."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import hypothesis.strategies as st
import pytest
from hypothesis import given

from editorial.content import AccountContent, MediaItem
from editorial.posts.differences import Kind, Span, compare, compare_texts, groups
from editorial.posts.revision import Snapshot
from editorial.when import Choice, When, Window

WORDS = st.lists(
    st.sampled_from(["walk", "a", "don't", "911", " ", "  ", ",", ".", "\n", "é", "👍🏽", "…"]), max_size=25
)
TEXTS = st.one_of(st.text(max_size=60), WORDS.map("".join))
DAY = datetime(2027, 3, 12, 14, 30, tzinfo=UTC)


def joined(spans: tuple[Span, ...], *kinds: Kind) -> str:
    return "".join(span.text for span in spans if span.kind in kinds)


@given(TEXTS, TEXTS)
def test_same_and_added_are_the_new_text_same_and_removed_the_old(old: str, new: str) -> None:
    spans = compare_texts(old, new)
    assert joined(spans, Kind.SAME, Kind.ADDED) == new
    assert joined(spans, Kind.SAME, Kind.REMOVED) == old


@given(TEXTS, TEXTS)
def test_spans_are_never_empty_and_neighbours_differ(old: str, new: str) -> None:
    spans = compare_texts(old, new)
    assert all(span.text for span in spans)
    assert all(one.kind is not two.kind for one, two in pairwise(spans))


@given(TEXTS)
def test_a_text_that_stayed_is_one_piece(text: str) -> None:
    assert compare_texts(text, text) == ((Span(Kind.SAME, text),) if text else ())


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("he walked twelve metres", "he walked twenty metres", "he walked [-twelve][+twenty] metres"),
        ("Ahmed Karimi, a teacher, could", "Ahmed could", "Ahmed [-Karimi, a teacher, ]could"),
        ("he says.", "he says. Call 911.", "he says.[+ Call 911.]"),
        ("one. two. three.", "one. three.", "one. [-two. ]three."),
        ("red, blue", "green, black", "[-red, blue][+green, black]"),
        ("don't go", "do go", "[-don't][+do] go"),
        ("", "new", "[+new]"),
    ],
)
def test_words_are_told_as_people_read_them(old: str, new: str, told: str) -> None:
    marks = {Kind.SAME: "{}", Kind.REMOVED: "[-{}]", Kind.ADDED: "[+{}]"}
    assert "".join(marks[span.kind].format(span.text) for span in compare_texts(old, new)) == told


@pytest.mark.timeout(10)
def test_long_texts_that_repeat_themselves_take_no_time() -> None:
    old, new = "word and " * 8000, "and word, " * 8000
    spans = compare_texts(old, new)
    assert joined(spans, Kind.SAME, Kind.ADDED) == new


def content(account: str, text: str = "Hello", media: tuple[MediaItem, ...] = ()) -> AccountContent:
    return AccountContent("post-1", account, "practice", text, media)


def picture(letter: str, alt: str = "A garden") -> MediaItem:
    return MediaItem(letter * 64, "image/png", 1000, 40, 30, alt)


def snapshot(number: int, *contents: AccountContent, title: str = "Title", when: When | None = None) -> Snapshot:
    return Snapshot(
        post_id="post-1",
        number=number,
        title=title,
        contents=contents,
        when=when or When(),
        due=None,
        window=Window(None, DAY + timedelta(days=number)),
        contributors=("person-1",),
        findings=(),
        rules="sha256:" + "0" * 64,
        route="Standard",
        tzdata="2026a",
    )


def test_nothing_changed() -> None:
    found = compare(snapshot(1, content("a"), content("b")), snapshot(2, content("a"), content("b")))
    assert found.count == 0
    assert [(change.accounts, change.changed) for change in found.texts] == [(("a", "b"), False)]
    assert (found.before, found.after, found.times, found.languages, found.title) == (1, 2, None, None, ())


def test_texts_are_told_once_and_by_what_became_of_them() -> None:
    before = snapshot(1, content("a", "one"), content("b", "one"), content("c", "own"), content("d", "bye"))
    after = snapshot(2, content("a", "two"), content("b", "two"), content("c", "two"), content("e", "new"))
    told = {change.accounts: change for change in compare(before, after).texts}
    assert set(told) == {("a", "b"), ("c",), ("e",), ("d",)}
    assert told[("a", "b")].spans == (Span(Kind.REMOVED, "one"), Span(Kind.ADDED, "two"))
    assert told[("c",)].spans == (Span(Kind.REMOVED, "own"), Span(Kind.ADDED, "two"))
    assert told[("e",)].joined
    assert told[("e",)].spans == (Span(Kind.ADDED, "new"),)
    assert told[("d",)].left
    assert told[("d",)].spans == (Span(Kind.REMOVED, "bye"),)


def test_an_account_that_joins_with_an_empty_text_is_a_change() -> None:
    found = compare(snapshot(1, content("a", "")), snapshot(2, content("a", ""), content("b", "")))
    assert [(change.accounts, change.changed) for change in found.texts] == [(("a",), False), (("b",), True)]


def test_the_shared_text_comes_first() -> None:
    found = groups([content("a", "own"), content("b", "shared"), content("c", "shared")])
    assert [[each.account_id for each in group] for group in found] == [["b", "c"], ["a"]]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ((picture("a"),), (picture("b"),), [(1, "a", "b")]),
        ((picture("a"), picture("b")), (picture("b"),), [(1, "b", "b"), (1, "a", "")]),
        ((picture("a"),), (picture("c"), picture("a")), [(1, "", "c"), (2, "a", "a")]),
        ((), (picture("a"),), [(1, "", "a")]),
        ((picture("a"),), (), [(1, "a", "")]),
    ],
)
def test_pictures_are_added_removed_and_replaced(
    old: tuple[MediaItem, ...], new: tuple[MediaItem, ...], told: list[tuple[int, str, str]]
) -> None:
    found = compare(snapshot(1, content("a", media=old)), snapshot(2, content("a", media=new))).pictures
    seen = [(e.number, e.old.sha256[0] if e.old else "", e.new.sha256[0] if e.new else "") for e in found]
    assert seen == told
    assert [each.changed for each in found] == [one != two for _, one, two in told]


def test_another_alternative_text_is_a_change() -> None:
    old, new = picture("a", "A garden"), picture("a", "A rose garden")
    (change,) = compare(snapshot(1, content("a", media=(old,))), snapshot(2, content("a", media=(new,)))).pictures
    assert change.changed
    assert joined(change.alt, Kind.ADDED).strip() == "rose"
    decorative = replace(old, decorative=True)
    (change,) = compare(
        snapshot(1, content("a", media=(old,))), snapshot(2, content("a", media=(decorative,)))
    ).pictures
    assert joined(change.alt, Kind.ADDED) == "Decorative"


def test_another_order_of_pictures_is_a_change() -> None:
    one, two = picture("a"), picture("b")
    found = compare(snapshot(1, content("a", media=(one, two))), snapshot(2, content("a", media=(two, one))))
    assert found.count == 2
    assert all(change.moved for change in found.pictures)


def test_pictures_that_differ_between_accounts_say_whose() -> None:
    before = snapshot(1, content("a"), content("b"))
    after = snapshot(2, content("a", media=(picture("a"),)), content("b"))
    assert [change.accounts for change in compare(before, after).pictures] == [("a",)]


def test_time_language_and_title_are_compared() -> None:
    wall = datetime.fromisoformat("2027-03-12T09:30:00")
    spanish = replace(content("a"), language="es")
    before = snapshot(1, content("a"))
    found = compare(before, snapshot(2, spanish, title="A title", when=When(Choice.SET, wall, "America/New_York")))
    assert found.times is not None
    assert found.times[1][0].wall == wall
    assert found.languages == (("en",), ("es",))
    assert joined(found.title, Kind.SAME, Kind.ADDED) == "A title"
    assert found.count == 3


def test_a_new_window_alone_is_no_change_of_the_time() -> None:
    assert compare(snapshot(1, content("a")), snapshot(9, content("a"))).times is None
