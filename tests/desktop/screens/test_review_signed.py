"""What is said after a signature: what comes next, or why the post was not scheduled."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QLocale

from desktop.moments import Moments
from desktop.screens.review.words import signed
from editorial.posts.reading import Newest
from editorial.posts.states import PostState
from tests.fakes.desks import HandClock

NOW = datetime(2027, 3, 10, 15, 42, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("state", "due", "words"),
    [
        (PostState.SCHEDULED, NOW + DAY, "It goes out Tomorrow, 10:42."),
        (PostState.SCHEDULED, None, "It goes out now."),
        (PostState.APPROVED, NOW - DAY, "Its time has passed"),
        (PostState.APPROVED, NOW + DAY, "Its time is in a blackout or moved with the clocks, so it is not scheduled"),
        (PostState.APPROVED, None, "It waits for a date."),
    ],
)
def test_a_signature_is_followed_by_what_comes_next(state: PostState, due: datetime | None, words: str) -> None:
    newest = Newest(1, NOW, state, due, "")
    found = signed(1, newest, Moments("America/New_York", HandClock(NOW), QLocale.c()))
    assert found.startswith("You signed version 1. ")
    assert words in found
