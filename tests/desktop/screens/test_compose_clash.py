"""Two people in one text: both are kept, on the disk, until somebody chooses."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.screens.compose.autosave import RETRY_MS
from desktop.widgets.buttons import AppButton
from editorial.desk import DATABASE
from editorial.errors import DeskError
from editorial.posts.listing import Listing
from editorial.posts.states import PostState
from tests.desktop.screens.composing import Composing
from tests.fakes.desks import Staff
from tests.fakes.desktop import Bench, bench


@pytest.fixture
def desk(qtbot: QtBot, appearance: Appearance, staff: Staff) -> Iterator[Bench]:
    with bench(staff, qtbot, staff.mira) as found:
        yield found


@pytest.fixture
def work(desk: Bench, staff: Staff) -> Composing:
    """Mira typed " Mine." while Jonas saved "Theirs."."""
    made = Composing(desk)
    post = made.draft("Open day", "Come.")
    made.show(post)
    made.drafting.save(
        staff.jonas.actor, post, made.stored(post).body.with_text(None, "Theirs."), made.stored(post).saves
    )
    made.editor.moveCursor(made.editor.textCursor().MoveOperation.End)
    made.type(" Mine.")
    made.saved()
    return made


def titles(work: Composing) -> dict[str, str]:
    """Title and text of every draft on the disk."""
    rows = Listing(work.staff.desk).shelf().rows
    return {row.title: work.stored(row.post_id).body.text for row in rows}


def buttons(work: Composing) -> dict[str, AppButton]:
    strip = work.screen.strips.two_texts
    assert strip is not None
    assert strip.title.text() == "Jonas changed this text too"
    return {each.text(): each for each in strip.findChildren(AppButton)}


def test_both_texts_are_on_the_disk_at_once_and_typing_goes_on(work: Composing) -> None:
    assert titles(work) == {"Open day": "Theirs.", "Open day (Mira Okafor’s text)": "Come. Mine."}
    assert work.editor.text == "Come. Mine."
    work.type(" More.")
    work.saved()
    assert titles(work) == {"Open day": "Theirs.", "Open day (Mira Okafor’s text)": "Come. Mine. More."}


def test_keeping_mine_puts_my_text_into_the_post_and_ends_the_copy(work: Composing) -> None:
    work.click(buttons(work)["Keep mine"])
    work.type(" Later.")
    work.desk.settle()
    work.saved()
    assert titles(work) == {"Open day": "Come. Mine. Later."}
    assert work.screen.strips.two_texts is None
    assert work.desk.shell.told == []


def test_keeping_theirs_shows_their_text_and_ends_the_copy(work: Composing) -> None:
    work.click(buttons(work)["Keep Jonas’s"])
    work.desk.settle()
    assert work.editor.text == "Theirs."
    assert titles(work) == {"Open day": "Theirs."}
    work.type("Yes. ")
    work.saved()
    assert titles(work) == {"Open day": "Yes. Theirs."}


def test_leaving_without_choosing_keeps_two_posts(work: Composing) -> None:
    other = work.draft("Another")
    work.screen.show_item(other)
    work.desk.settle()
    assert titles(work) == {
        "Another": "Come and see us.", "Open day": "Theirs.", "Open day (Mira Okafor’s text)": "Come. Mine.",
    }  # fmt: skip
    assert work.screen.strips.two_texts is None


def test_nothing_is_sent_to_review_before_one_is_chosen(work: Composing) -> None:
    work.click(work.screen.middle.foot.send)
    work.desk.settle()
    assert work.screen.strips.problem is not None
    assert work.screen.strips.problem.title.text() == "There are two texts of this post"
    assert work.stored().state is PostState.DRAFT


def test_a_choice_that_comes_too_late_is_asked_again(work: Composing, staff: Staff) -> None:
    post = work.post_id
    now = work.stored(post)
    work.drafting.save(staff.jonas.actor, post, now.body.with_text(None, "Theirs again."), now.saves)
    work.click(buttons(work)["Keep mine"])
    work.desk.settle()
    assert [error.title for error in work.desk.shell.told] == ["Somebody else changed this text too"]
    work.click(buttons(work)["Keep mine"])
    work.desk.settle()
    assert titles(work) == {"Open day": "Come. Mine."}


def test_both_are_kept_also_when_the_window_closes_at_that_moment(desk: Bench, staff: Staff) -> None:
    work = Composing(desk)
    post = work.draft("Open day", "Come.")
    work.show(post)
    work.drafting.save(staff.jonas.actor, post, work.stored(post).body.with_text(None, "Theirs."), 1)
    work.type("Mine. ")
    work.screen.settle()
    assert desk.bridge.close()
    assert titles(work) == {"Open day": "Theirs.", "Open day (Mira Okafor’s text)": "Mine. Come."}


def test_what_cannot_be_saved_is_kept_said_and_tried_again(desk: Bench, staff: Staff) -> None:
    work = Composing(desk)
    post = work.draft("Open day", "")
    work.show(post)
    errors: list[DeskError] = []
    work.screen.bench.autosave.failed.connect(errors.append)
    with closing(sqlite3.connect(staff.desk.folder / DATABASE)) as database:
        database.execute("CREATE TRIGGER full BEFORE UPDATE ON draft BEGIN SELECT RAISE(ABORT, 'no'); END")
        QTest.keyClicks(work.editor, "kept")
        work.saved()
        assert [error.title for error in errors] == ["The workspace could not be changed"]
        assert desk.shell.saved[-1] == "Not saved yet: The workspace could not be changed"
        assert work.editor.text == "kept"
        database.execute("DROP TRIGGER full")
    desk.qtbot.waitUntil(lambda: work.stored(post).body.text == "kept", timeout=RETRY_MS * 4)
    desk.settle()
    assert desk.shell.saved[-1] == "All changes saved 10:42"
