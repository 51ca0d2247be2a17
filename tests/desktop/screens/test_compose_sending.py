"""Sending to review: never refused without saying why and where, and what was typed last is part of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.people.policy import PolicyDialog
from desktop.widgets.buttons import AppButton
from desktop.widgets.dialog import Dialog
from editorial.people.desk_people import Signer
from editorial.policy import Policies
from editorial.posts.review import Review
from editorial.posts.states import PostState
from tests.desktop.screens.composing import CONTROL, Composing, connect
from tests.fakes.authorizations import add_reviewer
from tests.fakes.desks import HELEN, JONAS, Staff
from tests.fakes.desktop import Bench, bench
from tests.fakes.rules import NAMES, add_rules


@pytest.fixture
def desk(qtbot: QtBot, appearance: Appearance, staff: Staff) -> Iterator[Bench]:
    with bench(staff, qtbot, staff.mira) as found:
        yield found


def adopt_policy(staff: Staff) -> None:
    """Another policy, which nobody acknowledged yet."""
    both = (Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN))
    Policies(staff.desk).adopt(staff.jonas.actor, "# Our policy", both)


def pressed_ctrl_enter(work: Composing) -> None:
    work.editor.setFocus()
    work.key(Qt.Key.Key_Return, CONTROL)
    work.desk.settle()


def test_what_was_typed_last_is_in_the_version_that_is_sent(desk: Bench, staff: Staff) -> None:
    x = connect(staff, "x")
    work = Composing(desk)
    post = work.draft("Open day", "", x)
    work.show(post)
    work.type("Come on Sunday.")
    pressed_ctrl_enter(work)
    snapshot = Review(staff.desk).subject(post).snapshot
    assert snapshot.content_for(x) is not None
    assert [content.text for content in snapshot.contents] == ["Come on Sunday."]
    assert work.stored(post).state is PostState.IN_REVIEW
    assert desk.shell.said[-1] == "“Open day” is in review."
    assert work.screen.middle.head.pill.text() == "In review"
    assert work.screen.strips.state is not None
    assert work.screen.strips.state.title.text() == "In review as version 1"
    assert work.screen.middle.foot.send.text() == "Send new version"


def test_the_policy_comes_before_the_first_post_and_then_it_is_sent(desk: Bench, staff: Staff) -> None:
    adopt_policy(staff)
    x = connect(staff, "x")
    work = Composing(desk)
    post = work.draft("Open day", "", x)
    work.show(post)
    work.type("Come on Sunday.")
    pressed_ctrl_enter(work)
    dialog = next(
        each for each in QApplication.topLevelWidgets() if isinstance(each, PolicyDialog) and each.isVisible()
    )
    desk.settle()
    assert work.stored(post).state is PostState.DRAFT
    assert work.stored(post).body.text == "Come on Sunday."
    work.click(dialog.agree)
    desk.settle()
    assert work.stored(post).state is PostState.IN_REVIEW
    assert desk.shell.said[-1] == "“Open day” is in review."


def test_who_does_not_acknowledge_the_policy_goes_on_writing(desk: Bench, staff: Staff) -> None:
    adopt_policy(staff)
    work = Composing(desk)
    post = work.draft("Open day", "Come.", connect(staff, "x"))
    work.show(post)
    pressed_ctrl_enter(work)
    dialog = next(
        each for each in QApplication.topLevelWidgets() if isinstance(each, PolicyDialog) and each.isVisible()
    )
    desk.settle()
    work.click(dialog.close_button)
    desk.settle()
    assert work.stored(post).state is PostState.DRAFT
    work.editor.go_to(5, 5)
    work.type(" See us.")
    assert work.editor.text == "Come. See us."
    work.saved()


def test_findings_that_must_be_fixed_are_shown_instead(desk: Bench, staff: Staff) -> None:
    x, blue = connect(staff, "x", 10), connect(staff, "bluesky", 300)
    work = Composing(desk)
    post = work.draft("Open day", "Come on Sunday.", x, blue)
    work.show(post)
    assert work.screen.middle.foot.send.isEnabled()
    work.click(work.screen.middle.foot.send)
    desk.settle()
    assert work.stored(post).state is PostState.DRAFT
    assert work.screen.bench.post.active == x, "the text that is too long is the one to be edited"
    assert work.editor.textCursor().selectedText() == "nday."
    assert work.screen.side.checks.items[0].expanded
    assert QApplication.focusWidget() is work.editor


def test_a_missing_alt_text_is_gone_to_and_repaired_from_its_finding(desk: Bench, staff: Staff) -> None:
    x = connect(staff, "x")
    work = Composing(desk)
    post = work.draft("Open day", "Come.", x, media=(work.picture(),))
    work.show(post)
    pressed_ctrl_enter(work)
    assert QApplication.focusWidget() is work.screen.middle.media.thumbs[0]
    assert work.screen.middle.media.thumbs[0].accessibleName() == "Photo 1. Alt text missing"
    item = work.screen.side.checks.items[0]
    button = next(each for each in item.findChildren(AppButton) if each.isVisible())
    assert button.text() == "Write alt text"
    work.click(button)
    dialog = work.screen.pictures.dialog
    assert dialog is not None
    desk.qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    QTest.keyClicks(dialog.area, "A nurse at the desk")
    QTest.keyClick(dialog.area, Qt.Key.Key_Return, CONTROL)
    work.saved()
    assert work.stored(post).body.media[0].alt == "A nurse at the desk"
    pressed_ctrl_enter(work)
    assert work.stored(post).state is PostState.IN_REVIEW


@pytest.mark.parametrize(
    ("title", "chosen", "words", "where"),
    [("", True, "The post has no title", "title"), ("Open day", False, "No account is chosen", "chips")],
)
def test_what_is_missing_is_said_and_gone_to(
    desk: Bench, staff: Staff, title: str, chosen: bool, words: str, where: str
) -> None:
    x = connect(staff, "x")
    work = Composing(desk)
    post = work.draft(title, "Come.", *([x] if chosen else []))
    work.show(post)
    pressed_ctrl_enter(work)
    assert work.screen.strips.problem is not None
    assert work.screen.strips.problem.title.text() == words
    place = work.screen.middle.head.title if where == "title" else work.screen.middle.chips.focus_chip
    assert QApplication.focusWidget() is place
    if where == "title":
        QTest.keyClicks(place, "Open day")
    else:
        work.screen.middle.chips.chip(x).setFocus()
        work.key(Qt.Key.Key_Space)
    shown = work.screen.strips.problem
    assert not shown, "the next change puts the message away"
    pressed_ctrl_enter(work)
    assert work.stored(post).state is PostState.IN_REVIEW


def test_without_a_checked_passphrase_one_drafts_and_is_told_why_sending_waits(desk: Bench, staff: Staff) -> None:
    x = connect(staff, "x")
    desk.sign_in(replace(staff.mira, actor=replace(staff.mira.actor, verified=False)))
    work = Composing(desk)
    post = work.draft("Open day", "", x)
    work.show(post)
    work.type("Come.")
    pressed_ctrl_enter(work)
    assert work.stored(post).body.text == "Come."
    assert work.stored(post).state is PostState.DRAFT
    assert work.screen.strips.problem is not None
    assert "keyring" in work.screen.strips.problem.sentence.text()


def test_what_a_reviewer_asks_for_stands_above_the_text(desk: Bench, staff: Staff) -> None:
    x = connect(staff, "x")
    work = Composing(desk)
    post = work.draft("Open day", "Come.", x)
    work.drafting.submit(staff.mira.actor, post)
    Review(staff.desk).request_changes(staff.helen.actor, post, 1, "Please add the phone number.", staff.tomorrow)
    work.show(post)
    asked = work.screen.middle.head._asked
    assert [(each.title.text(), each.sentence.text()) for each in asked] == [
        ("Helen Castellanos asks:", "Please add the phone number.")
    ]
    row = work.screen.drafts.list.rows
    assert "Helen asks for a change" in str(row.data(row.index(row.find(post)), Qt.ItemDataRole.AccessibleTextRole))


def test_a_post_is_taken_back_and_discarded(desk: Bench, staff: Staff) -> None:
    x = connect(staff, "x")
    work = Composing(desk)
    post = work.draft("Open day", "Come.", x)
    work.drafting.submit(staff.mira.actor, post)
    work.show(post)
    work.screen.sending.take_back()
    desk.settle()
    assert work.stored(post).state is PostState.DRAFT
    assert work.screen.middle.head.pill.text() == "Draft"
    work.screen.sending.ask_discard()
    dialog = next(each for each in QApplication.topLevelWidgets() if isinstance(each, Dialog) and each.isVisible())
    discard = next(each for each in dialog.findChildren(AppButton) if each.text() == "Discard post")
    work.click(discard)
    desk.settle()
    assert work.stored(post).state is PostState.DISCARDED
    assert work.screen.bench.post.id == ""
    assert work.screen.drafts.list.rows.find(post) < 0


def test_changes_of_others_do_not_disturb_the_caret(desk: Bench, staff: Staff) -> None:
    x = connect(staff, "x")
    work = Composing(desk)
    post, other = work.draft("Mine", "Come and see us.", x), work.draft("Theirs", "Text", x, by=staff.jonas)
    work.show(post)
    work.editor.go_to(5, 5)
    work.type("soon ")
    work.drafting.submit(staff.jonas.actor, other)
    desk.context.bridge.run(lambda: work.drafting.open(staff.jonas.actor))
    desk.settle()
    assert work.editor.text == "Come soon and see us."
    assert work.editor.caret == 10
    assert work.editor.document().isUndoAvailable()
    assert work.screen.drafts.whose.part("team").accessibleName() == "Team 3"
    work.saved()


def test_findings_are_walked_through_by_key(desk: Bench, staff: Staff) -> None:
    x = connect(staff, "x", 10)
    work = Composing(desk)
    post = work.draft("Open day", "Come on Sunday.", x, media=(work.picture(),))
    work.show(post)
    work.editor.setFocus()
    work.key(Qt.Key.Key_F7)
    assert work.editor.textCursor().selectedText() == "nday."
    work.key(Qt.Key.Key_F7)
    assert QApplication.focusWidget() is work.screen.middle.media.thumbs[0]
    work.key(Qt.Key.Key_Period, CONTROL)
    dialog = work.screen.pictures.dialog
    assert dialog is not None
    dialog.reject()
    work.key(Qt.Key.Key_F7, Qt.KeyboardModifier.ShiftModifier)
    assert work.editor.textCursor().selectedText() == "nday."


def test_what_a_privacy_officer_settles_does_not_keep_the_author_from_sending(desk: Bench, staff: Staff) -> None:
    """The screen counts as open what would be refused, and nothing else."""
    add_rules(staff.desk, NAMES)
    add_reviewer(staff)
    work = Composing(desk)
    post = work.draft("Rosa", "Rosa is back.", connect(staff, "x"))
    work.show(post)
    (item,) = work.screen.side.checks.items
    assert item.accessibleName().endswith("“Rosa” could be a patient")
    assert not work.screen.middle.foot.problems.isVisible()
    pressed_ctrl_enter(work)
    assert work.stored(post).state is PostState.IN_REVIEW
