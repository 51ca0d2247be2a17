"""Writing in Compose: what is typed is saved by itself, each network may have a text of its own, limits are shown."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.screens.compose.compare import CompareDialog
from editorial.audit.actions import Action
from editorial.posts.drafting import Drafting
from editorial.posts.records import post_of
from editorial.posts.states import PostState
from tests.desktop.screens.composing import CONTROL, NONE, SHIFT, Composing, connect
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desks import Staff
from tests.fakes.desktop import Bench, bench
from tests.fakes.watchdog import watchdog


@pytest.fixture
def desk(qtbot: QtBot, appearance: Appearance, staff: Staff) -> Iterator[Bench]:
    with bench(staff, qtbot, staff.mira) as found:
        yield found


def test_what_is_typed_is_on_the_disk_two_seconds_after_the_first_keystroke(desk: Bench) -> None:
    work = Composing(desk)
    post = work.draft(text="")
    work.show(post)
    started = time.monotonic()
    while time.monotonic() - started < 1.9:  # typing goes on and on: the clock is not put off by it
        work.type("a")
        desk.qtbot.wait(60)
    typed = len(work.editor.text)
    stored = len(work.stored(post).body.text)
    assert stored >= 10, "nothing was saved while typing went on"
    assert typed - stored <= 25
    desk.qtbot.waitUntil(lambda: work.stored(post).body.text == work.editor.text, timeout=3000)
    assert desk.shell.saved[-1] == "All changes saved 10:42"


def test_a_change_of_post_and_leaving_save_at_once(desk: Bench) -> None:
    work = Composing(desk)
    first, second = work.draft("First", ""), work.draft("Second", "")
    work.show(first)
    work.type("one")
    work.screen.show_item(second)
    desk.settle()
    assert work.stored(first).body.text == "one"
    assert work.editor.text == ""
    work.type("two")
    work.screen.settle()
    desk.settle()
    assert work.stored(second).body.text == "two"


def test_a_new_post_begins_with_its_title_and_goes_on_to_the_text(desk: Bench) -> None:
    work = Composing(desk).show()
    assert not work.screen.middle.foot.isVisible()
    work.click(work.screen.middle.new)
    desk.settle()
    assert desk.shell.saved == ["All changes saved 10:42"]
    assert QApplication.focusWidget() is work.screen.middle.head.title
    QTest.keyClicks(work.screen.middle.head.title, "Flu season")
    work.key(Qt.Key.Key_Return)
    assert QApplication.focusWidget() is work.editor
    QTest.keyClicks(work.editor, "It begins.")
    work.saved()
    assert (work.stored().body.title, work.stored().body.text) == ("Flu season", "It begins.")
    assert work.stored().body.when.zone == "America/New_York"
    assert work.screen.drafts.list.rows.find(work.post_id) >= 0
    work.key(Qt.Key.Key_F2)
    assert QApplication.focusWidget() is work.screen.middle.head.title


def test_typing_in_a_networks_tab_begins_a_text_of_its_own(desk: Bench, staff: Staff) -> None:
    x, blue = connect(staff, "x", 280, "x"), connect(staff, "bluesky", 300, "graphemes")
    work = Composing(desk)
    work.show(work.draft("Open day", "Come.", x, blue))
    work.key(Qt.Key.Key_Tab, CONTROL)
    work.key(Qt.Key.Key_Tab, CONTROL)
    assert work.screen.bench.post.active == x
    assert "Shared text." in work.screen.middle.writing.own._words.text()
    work.editor.moveCursor(work.editor.textCursor().MoveOperation.End)
    work.type(" Now")
    assert "own text" in work.screen.middle.chips.chip(x).accessibleName()
    assert work.screen.middle.writing.own.shared.isVisible()
    work.key(Qt.Key.Key_Tab, CONTROL | SHIFT)
    work.key(Qt.Key.Key_Tab, CONTROL | SHIFT)
    assert work.editor.text == "Come."
    work.type("Please ")
    work.saved()
    body = work.stored().body
    assert body.text == "Please Come."
    assert dict(body.account_texts) == {x: "Come. Now"}
    work.screen.middle.chips.chip(x).click()
    work.click(work.screen.middle.writing.own.compare)
    dialog = next(each for each in QApplication.topLevelWidgets() if isinstance(each, CompareDialog))
    dialog.accept()
    work.click(work.screen.middle.writing.own.shared)
    assert work.editor.text == "Please Come."
    assert desk.shell.said[-1] == "X uses the shared text."
    desk.shell.actions[-1][1]()
    assert work.editor.text == "Come. Now"
    work.saved()


def test_each_text_has_undo_steps_of_its_own(desk: Bench, staff: Staff) -> None:
    x = connect(staff, "x", 280, "x")
    work = Composing(desk)
    work.show(work.draft("Open day", "Come.", x))
    assert not work.screen.middle.writing.undo.isEnabled()
    work.type("A ")
    work.screen.middle.chips.chip(x).click()
    work.type("B ")
    work.key(Qt.Key.Key_Z, CONTROL)
    assert work.editor.text == "A Come."
    work.screen.middle.chips.chip("").click()
    work.click(work.screen.middle.writing.undo)
    assert work.editor.text == "Come."
    work.click(work.screen.middle.writing.redo)
    assert work.editor.text == "A Come."
    work.saved()


def test_limits_are_counted_as_each_network_counts(desk: Bench, staff: Staff) -> None:
    x, blue = connect(staff, "x", 280, "x"), connect(staff, "bluesky", 300, "graphemes")
    work = Composing(desk)
    work.show(work.draft("Open day", "a" * 200, x, blue))
    chips = work.screen.middle.chips
    assert (chips.chip(x).state.level, chips.chip(blue).state.level) == ("calm", "calm")
    work.type("b" * 12)
    assert chips.chip(x).state.level == "counted"
    assert chips.chip(x).accessibleName() == "X, 68 left"
    work.type("c" * 50)
    assert chips.chip(x).state.level == "near"
    work.type("d" * 20)
    assert chips.chip(x).accessibleName() == "X, 2 too many"
    assert chips.chip(blue).state.left == 18
    chips.chip(x).click()
    struck = [mark for mark in work.editor.marks if mark.kind == "over"]
    assert [(mark.start, mark.end) for mark in struck] == [(280, 282)]
    assert work.screen.middle.writing.length.text() == "282 of 280 characters"
    work.checked()
    assert work.screen.middle.foot.problems.text() == "Fix 1 first"
    assert [item.accessibleName() for item in work.screen.side.checks.items] == ["Must fix. Too long for X by 2"]
    work.saved()


def test_space_chooses_an_account_and_enter_edits_its_text(desk: Bench, staff: Staff) -> None:
    x, blue = connect(staff, "x"), connect(staff, "bluesky")
    work = Composing(desk)
    work.show(work.draft("Open day", "Come.", x))
    chips = work.screen.middle.chips
    chips.focus_chip.setFocus(Qt.FocusReason.TabFocusReason)
    work.key(Qt.Key.Key_Right)
    assert QApplication.focusWidget() is chips.chip(blue)
    assert chips.chip(blue).accessibleName().startswith("Bluesky, switched off: not chosen")
    work.key(Qt.Key.Key_Space)
    assert work.chosen() == [blue, x]
    work.key(Qt.Key.Key_Space)
    assert work.chosen() == [x]
    work.key(Qt.Key.Key_Return)
    assert work.screen.bench.post.active == blue
    assert QApplication.focusWidget() is work.editor
    work.click(work.screen.middle.writing.own.toggle)
    assert work.chosen() == [blue, x]
    work.saved()


def test_without_an_account_the_screen_says_so_and_leads_to_accounts(desk: Bench) -> None:
    work = Composing(desk)
    work.show(work.draft())
    assert work.screen.middle.unconnected.isVisible()
    work.click(work.screen.middle.connect_account)
    assert desk.shell.went == [("accounts", "")]
    assert "Choose an account" in work.screen.side.checks._nowhere.text()


def test_pasted_words_lose_their_formatting_and_keep_their_spaces(desk: Bench) -> None:
    work = Composing(desk)
    work.show(work.draft(text=""))
    data = QMimeData()
    data.setHtml("<b>Bold</b>")
    data.setText("Bold\r\nand\u00a0plain\u2029end\u0007")
    work.editor.insertFromMimeData(data)
    assert work.editor.text == "Bold\nand\u00a0plain\nend"
    assert not any(each.toCharFormat().fontWeight() > 400 for each in work.editor.document().allFormats())
    work.saved()
    assert work.stored().body.text == "Bold\nand\u00a0plain\nend"


def test_a_finished_post_is_shown_as_it_was_and_cannot_be_typed_in(desk: Bench, staff: Staff) -> None:
    x = connect(staff, "x")
    work = Composing(desk)
    post = work.draft("Open day", "Come.", x)
    drafting = Drafting(staff.desk)
    drafting.submit(staff.mira.actor, post)
    drafting.save(staff.mira.actor, post, drafting.read(post).body.with_text(None, "Typed later."), 1)
    with staff.desk.writing(staff.mira.actor) as unit:
        row = post_of(unit.session, post)
        row.state = PostState.PUBLISHED
        unit.session.add(row)
        unit.record(Action.POST_STATE, "post", post, revision=1, reason="published")
    work.show()
    assert work.screen.drafts.list.rows.find(post) < 0
    work.click(work.screen.drafts.archive)
    assert work.screen.drafts.list.rows.find(post) >= 0
    work.screen.show_item(post)
    desk.settle()
    assert work.editor.text == "Come."
    assert work.editor.isReadOnly()
    assert not work.screen.middle.foot.isVisible()
    work.type("x")
    assert work.editor.text == "Come."


def test_every_control_says_what_it_is_and_is_reached_by_tab(desk: Bench, staff: Staff) -> None:
    x, blue = connect(staff, "x", 20, "x"), connect(staff, "bluesky")
    work = Composing(desk)
    media = (work.picture(), work.picture(70, "A nurse at the desk"))
    work.show(work.draft("Open day", "Come and see the new wing.", x, blue, media=media))
    check_names(work.window)
    check_reachable(work.window)
    work.screen.middle.chips.chip(x).click()
    check_names(work.window)
    order = [widget.accessibleName() for widget in work.screen.regions()]
    assert order[1:4] == ["Title", "X, 6 too many", "Text for X"]
    assert all(widget.isVisible() for widget in work.screen.regions())


def test_a_narrow_window_has_the_list_over_the_work_and_tabs_at_the_side(desk: Bench, staff: Staff) -> None:
    ids = [connect(staff, name, most) for name, most in (("facebook", 500), ("threads", 500), ("x", 10))]
    work = Composing(desk, 904, 526)
    first = work.draft("First", "Come and see us.", *ids)
    work.draft("Second")
    work.show(first)
    assert work.window.width() == 904
    chips, side = work.screen.middle.chips, work.screen.side
    seen = [key for key in ids if chips.chip(key).isVisible()]
    assert ids[2] in seen, "the chip with a problem comes first"
    assert chips.chip(ids[2]).x() < min([chips.chip(key).x() for key in seen if key != ids[2]], default=9999)
    assert side.checks.isVisible()
    assert not side.preview.isVisible()
    side.tabs.setFocus()
    work.key(Qt.Key.Key_Right)
    assert side.preview.isVisible()
    assert not side.checks.isVisible()
    posts = work.screen.arrangement.posts
    assert posts.text() == "Posts (2)"
    posts.click()
    assert work.screen.drafts.list.isVisible()
    work.key(Qt.Key.Key_Escape)
    assert not work.screen.drafts.list.isVisible()
    assert QApplication.focusWidget() is posts
    check_names(work.window)
    work.window.resize(1252, 796)
    desk.qtbot.waitUntil(lambda: work.screen.drafts.list.isVisible() and not posts.isVisible())


def test_the_window_does_not_wait_while_one_types(desk: Bench, staff: Staff) -> None:
    ids = [
        connect(staff, name, 500, rule)
        for name, rule in (("x", "x"), ("mastodon", "mastodon"), ("bluesky", "graphemes"))
    ]
    work = Composing(desk)
    work.show(work.draft("Open day", "Come and see our new wing. " * 40, *ids))
    with watchdog(0.1) as stalls:
        for letter in "Every Sunday at ten.":
            work.type(letter)
            desk.qtbot.wait(15)
    stalls.check()
    work.saved()


@pytest.mark.parametrize("modifiers", [NONE, SHIFT])
def test_enter_begins_a_line(desk: Bench, modifiers: Qt.KeyboardModifier) -> None:
    work = Composing(desk)
    work.show(work.draft(text=""))
    work.type("a")
    work.key(Qt.Key.Key_Return, modifiers)
    work.type("b")
    assert work.editor.text == "a\nb"
    work.saved()
