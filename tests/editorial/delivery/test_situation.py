"""The words that make a waiting post worth reading again."""

import pytest

from editorial.delivery.situation import crisis_words, crisis_words_in


def test_the_list_is_in_order_and_says_nothing_twice() -> None:
    words = crisis_words()
    assert len(words) > 50
    assert list(words) == sorted(set(words))
    assert all(each == each.lower() for each in words)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Meet the night shift: ICU team", ("night shift", "ICU")),
        ("A Fire drill on Monday. The fire is not real.", ("Fire",)),
        ("Our firefighters partying in Killarney", ()),
        ("Intensive\n care, explained", ("Intensive\n care",)),
        ("The closed-door meeting", ("closed",)),
        ("Kidney Day: five signs worth a check", ()),
        ("", ()),
    ],
)
def test_whole_words_are_found_whatever_their_case(text: str, found: tuple[str, ...]) -> None:
    assert crisis_words_in([text]) == found


def test_every_word_is_found_and_is_part_of_no_other() -> None:
    for word in crisis_words():
        assert word in crisis_words_in([word.upper().lower()])
        assert crisis_words_in([f"x{word}x"]) == ()
