"""From what is selected on screen to a passage of the new text."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from desktop.screens.review.texts import DiffText, places
from editorial.posts.differences import Kind, Span, compare_texts
from tests.desktop.conftest import Show

TEXTS = st.lists(st.sampled_from(["we", "open", "🏥", "é", "the garden", "\n", ".", "at 9"]), max_size=12).map(" ".join)


@given(TEXTS, TEXTS)
def test_every_code_point_of_the_new_text_has_its_place(old: str, new: str) -> None:
    found = [place for place in places(compare_texts(old, new)) if place is not None]
    assert found == sorted(found)
    assert list(dict.fromkeys(found)) == list(range(len(new)))
    assert len(found) == len(new.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("start", "length", "told"),
    [
        (0, 3, (0, "Our")),
        (4, 2, (4, "🏥")),  # two units for one character
        (7, 2, (6, "is")),
        (10, 4, None),  # removed
        (10, 9, (9, "open")),  # removed, a gap, added
        (19, 6, (14, "now.")),
    ],
)
def test_what_is_selected_is_found_in_the_new_text(
    show: Show, start: int, length: int, told: tuple[int, str] | None
) -> None:
    spans = (
        Span(Kind.SAME, "Our 🏥 is "),
        Span(Kind.REMOVED, "shut"),
        Span(Kind.ADDED, "open"),
        Span(Kind.SAME, " now.\nYes"),
    )
    text = DiffText(spans)
    show(text, width=400)
    text.setSelection(start, length)
    assert text.selected() == told
