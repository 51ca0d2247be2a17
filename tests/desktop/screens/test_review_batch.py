"""Signing several versions with one passphrase: only what was read, each decided, each with a signature of its own."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from desktop.look import Appearance
from desktop.screens.review import ReviewScreen
from desktop.screens.review.batch import BatchDialog
from desktop.widgets.rows import Row
from editorial.changes import Changes
from editorial.posts.records import envelopes_of
from editorial.posts.review import Review
from editorial.posts.states import PostState
from editorial.signoff.statement import Statement
from tests.desktop.screens.review_posts import at, edit, send
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.authorizations import add_reviewer
from tests.fakes.desks import HELEN, JONAS
from tests.fakes.desktop import Bench, modal
from tests.fakes.rules import NAMES, add_rules

SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def posts(desk: Bench) -> list[str]:
    return [send(desk.staff, f"Post {number}", when=at(11 + number, 12)) for number in range(4)]


@pytest.fixture
def screen(desk: Bench, posts: list[str]) -> Iterator[ReviewScreen]:
    yield shown(desk)
    desk.settle()


def shown(desk: Bench) -> ReviewScreen:
    screen = ReviewScreen(desk.context)
    desk.qtbot.addWidget(screen)
    screen.resize(1252, 826)
    with desk.qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    desk.settle()
    return screen


def is_read(screen: ReviewScreen, post_id: str) -> bool:
    return post_id in [row.post_id for row in screen.queue.readable]


def read(desk: Bench, screen: ReviewScreen, *post_ids: str) -> None:
    """Opens each and has all of its text in sight."""
    for post_id in post_ids:
        screen.queue.list.choose(post_id)
        screen.queue.chosen.emit(post_id)
        desk.settle()
        desk.qtbot.waitUntil(partial(is_read, screen, post_id))
    screen.queue.list.setFocus()


def batch_dialog(desk: Bench, screen: ReviewScreen) -> BatchDialog:
    QTest.keyClick(screen.queue.list, Qt.Key.Key_S, SHIFT)
    desk.settle()
    dialog = modal(BatchDialog)
    desk.qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    return dialog


def statements(desk: Bench, post_id: str) -> list[Statement]:
    with desk.staff.desk.reading() as session:
        return [Statement.from_payload(each.payload) for each in envelopes_of(session, post_id)]


def words(dialog: BatchDialog) -> str:
    return "\n".join(label.accessibleName() or label.text() for label in dialog.findChildren(QLabel))


def numbers(dialog: BatchDialog) -> list[str]:
    return [item.decide.text() for item in dialog.items]


def test_what_was_read_is_signed_with_one_passphrase_by_keyboard(
    desk: Bench, screen: ReviewScreen, posts: list[str]
) -> None:
    read(desk, screen, *posts[:3])
    dialog = batch_dialog(desk, screen)
    assert numbers(dialog) == ["Sign version 1 of P-1", "Sign version 1 of P-2", "Sign version 1 of P-3"]
    assert dialog.items[0].decide.hasFocus()
    assert dialog.sign_button.text() == "Sign 0 versions"
    check_names(dialog)
    check_reachable(dialog)
    QTest.keyClick(dialog.items[0].decide, Qt.Key.Key_Space)
    QTest.keyClick(dialog, Qt.Key.Key_Tab)
    QTest.keyClick(dialog, Qt.Key.Key_Tab)
    assert dialog.items[2].decide.hasFocus()
    QTest.keyClick(dialog.items[2].decide, Qt.Key.Key_Space)
    assert dialog.sign_button.text() == "Sign 2 versions"
    QTest.keyClick(dialog, Qt.Key.Key_Tab)
    assert dialog.passphrase.line.hasFocus()
    QTest.keyClicks(dialog.passphrase.line, HELEN)
    QTest.keyClick(dialog.passphrase.line, Qt.Key.Key_Return)
    desk.settle()
    assert QApplication.activeModalWidget() is None
    signed = {post: statements(desk, post) for post in posts}
    assert [len(signed[post]) for post in posts] == [1, 0, 1, 0]
    assert [signed[posts[place]][0].post for place in (0, 2)] == [posts[0], posts[2]]
    assert signed[posts[0]][0].salt != signed[posts[2]][0].salt
    assert desk.shell.said[-1] == "You signed 2 versions."
    assert Review(desk.staff.desk).subject(posts[2]).state is PostState.SCHEDULED
    assert screen.queue.keys == [posts[1], posts[3]]


def test_by_mouse_from_the_queue(desk: Bench, screen: ReviewScreen, posts: list[str]) -> None:
    read(desk, screen, posts[0])
    assert not screen.queue.sign_together.isVisible()
    read(desk, screen, posts[1])
    assert screen.queue.sign_together.text() == "Sign the 2 that you read…"
    QTest.mouseClick(screen.queue.sign_together, Qt.MouseButton.LeftButton)
    desk.settle()
    dialog = modal(BatchDialog)
    for item in dialog.items:
        item.decide.click()
    dialog.passphrase.set_text(HELEN)
    QTest.mouseClick(dialog.sign_button, Qt.MouseButton.LeftButton)
    desk.settle()
    assert [len(statements(desk, post)) for post in posts] == [1, 1, 0, 0]
    assert not screen.queue.sign_together.isVisible()


def test_each_is_listed_with_its_own_statement(desk: Bench, screen: ReviewScreen, posts: list[str]) -> None:
    read(desk, screen, *posts[:2])
    dialog = batch_dialog(desk, screen)
    said = words(dialog)
    assert "Publish between: Thu 11 Mar 2027, 12:00 EST and Thu 25 Mar 2027, 13:00 EDT" in said
    assert "Publish between: Fri 12 Mar 2027, 12:00 EST and Fri 26 Mar 2027, 13:00 EDT" in said
    assert said.count("“I checked this exact content. I approve publishing it in the time shown.”") == 2
    for post in posts[:2]:
        assert Review(desk.staff.desk).subject(post).digest.removeprefix("sha256:")[:4] in said
    assert "consent" not in said.lower()
    dialog.reject()


def test_what_was_not_read_is_not_offered(desk: Bench, screen: ReviewScreen, posts: list[str]) -> None:
    read(desk, screen, posts[0])
    QTest.keyClick(screen.queue.list, Qt.Key.Key_S, SHIFT)
    desk.settle()
    assert QApplication.activeModalWidget() is None
    assert desk.shell.said == ["Read two posts or more as a whole. Then sign them together."]
    read(desk, screen, posts[1])
    told = [item.sentence for item in screen.queue.list.rows.items if isinstance(item, Row)]
    assert ["You read it" in each for each in told] == [True, True, False, False]
    desk.bridge.changed.emit(edit(desk.staff, posts[0], text="Another text."))
    desk.settle()
    assert posts[0] not in [row.post_id for row in screen.queue.readable], "version 2 was not read"


def test_a_failure_of_one_leaves_the_others_signed(desk: Bench, screen: ReviewScreen, posts: list[str]) -> None:
    read(desk, screen, *posts[:3])
    dialog = batch_dialog(desk, screen)
    for item in dialog.items:
        item.decide.click()
    edit(desk.staff, posts[1], text="Wash your hands twice.")
    dialog.passphrase.set_text(HELEN)
    QTest.keyClick(dialog.passphrase.line, Qt.Key.Key_Return)
    desk.settle()
    assert dialog.isVisible()
    assert dialog.problem.title.text() == "1 version was not signed"
    assert dialog.problem.sentence.text() == "2 others are signed. Why not stands at each."
    assert [item.told.text for item in dialog.items] == [
        "Signed.",
        "Not signed. Version 2 exists. You looked at version 1. Nothing was changed. Look at it first.",
        "Signed.",
    ]
    assert [len(statements(desk, post)) for post in posts] == [1, 0, 1, 0]
    assert not dialog.sign_button.isEnabled()
    assert dialog.passphrase.text() == ""
    QTest.mouseClick(dialog.cancel_button, Qt.MouseButton.LeftButton)
    assert QApplication.activeModalWidget() is None


def test_what_was_left_out_can_still_be_signed_after_a_failure(
    desk: Bench, screen: ReviewScreen, posts: list[str]
) -> None:
    read(desk, screen, *posts[:3])
    dialog = batch_dialog(desk, screen)
    dialog.items[0].decide.click()
    edit(desk.staff, posts[0], text="Wash your hands twice.")
    dialog.passphrase.set_text(HELEN)
    QTest.keyClick(dialog.passphrase.line, Qt.Key.Key_Return)
    desk.settle()
    assert dialog.problem.title.text() == "1 version was not signed"
    assert dialog.sign_button.isEnabled()
    dialog.items[2].decide.click()
    dialog.passphrase.set_text(HELEN)
    QTest.keyClick(dialog.passphrase.line, Qt.Key.Key_Return)
    desk.settle()
    assert [len(statements(desk, post)) for post in posts] == [0, 0, 1, 0]
    assert QApplication.activeModalWidget() is None


def test_a_wrong_passphrase_signs_nothing_and_keeps_what_was_chosen(
    desk: Bench, screen: ReviewScreen, posts: list[str]
) -> None:
    read(desk, screen, *posts[:2])
    dialog = batch_dialog(desk, screen)
    dialog.items[1].decide.click()
    dialog.passphrase.set_text("not hers at all")
    QTest.keyClick(dialog.passphrase.line, Qt.Key.Key_Return)
    desk.settle()
    assert "4 tries left" in dialog.passphrase.error
    assert dialog.items[1].decide.isChecked()
    assert dialog.items[1].decide.isEnabled()
    assert [len(statements(desk, post)) for post in posts] == [0, 0, 0, 0]
    dialog.reject()


def test_nothing_chosen_costs_no_try(desk: Bench, screen: ReviewScreen, posts: list[str]) -> None:
    read(desk, screen, *posts[:2])
    dialog = batch_dialog(desk, screen)
    before = desk.context.auditing.size()
    dialog.passphrase.set_text(HELEN)
    QTest.keyClick(dialog.passphrase.line, Qt.Key.Key_Return)
    assert dialog.choose.text == "Choose at least one version."
    assert dialog.items[0].decide.hasFocus()
    dialog.items[0].decide.click()
    assert dialog.choose.text == ""
    dialog.passphrase.clear()
    QTest.mouseClick(dialog.sign_button, Qt.MouseButton.LeftButton)
    assert dialog.passphrase.error == "Enter your passphrase."
    desk.settle()
    assert desk.context.auditing.size() == before
    dialog.reject()


def test_a_newer_version_meanwhile_closes_its_item_alone(desk: Bench, screen: ReviewScreen, posts: list[str]) -> None:
    read(desk, screen, *posts[:2])
    dialog = batch_dialog(desk, screen)
    for item in dialog.items:
        item.decide.click()
    desk.staff.clock.forward(timedelta(minutes=2))
    changes: Changes = edit(desk.staff, posts[0], text="Wash your hands twice.")
    desk.bridge.changed.emit(changes)
    desk.settle()
    first, second = dialog.items
    assert first.told.text == "Version 2 exists since 10:44. Look at it first. Nothing was signed."
    assert (first.decide.isEnabled(), second.decide.isEnabled()) == (False, True)
    assert dialog.sign_button.text() == "Sign 1 version"
    dialog.reject()


def test_a_finding_to_settle_is_signed_alone(desk: Bench) -> None:
    add_rules(desk.staff.desk, NAMES)
    add_reviewer(desk.staff)
    plain = [send(desk.staff, f"Post {number}") for number in range(2)]
    story = send(desk.staff, "Rosa", "Rosa sang.")
    Review(desk.staff.desk).sign_off(desk.staff.jonas.actor, story, 1, JONAS)
    screen = shown(desk)
    read(desk, screen, *plain, story)
    dialog = batch_dialog(desk, screen)
    assert numbers(dialog) == ["Sign version 1 of P-1", "Sign version 1 of P-2"]
    assert "P-3: signed alone, because a finding has to be settled." in words(dialog)
    dialog.reject()


def test_the_dialog_fits_large_text(
    desk: Bench, screen: ReviewScreen, posts: list[str], appearance: Appearance
) -> None:
    read(desk, screen, *posts)
    appearance.configure(text_scale=1.5)
    dialog = batch_dialog(desk, screen)
    for button in (dialog.cancel_button, dialog.sign_button):
        assert button.width() >= button.sizeHint().width()
        assert dialog.rect().contains(button.mapTo(dialog, button.rect().bottomRight()))
    field = dialog.passphrase.line
    field.setFocus()
    desk.qtbot.waitUntil(lambda: field.visibleRegion().boundingRect().height() == field.height())
    dialog.reject()
