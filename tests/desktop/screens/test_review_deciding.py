"""Deciding in the Review screen: the sign-off dialog, asking for changes, and what happens when the world moves on."""

from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from desktop.look import Appearance
from desktop.screens.review import ReviewScreen
from desktop.screens.review.request import RequestDialog
from desktop.screens.review.signoff import SignOffDialog
from editorial.changes import Changes
from editorial.delivery.states import DeliveryState
from editorial.people.keys import SECRET_NAME
from editorial.posts.records import envelopes_of
from editorial.posts.review import Review
from editorial.posts.states import PostState
from editorial.when import Choice, When
from tests.desktop.screens.review_posts import at, edit, send, shown
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desks import HELEN, JONAS
from tests.fakes.desktop import Bench, modal
from tests.fakes.watchdog import watchdog


@pytest.fixture
def posts(desk: Bench) -> list[str]:
    return [send(desk.staff, f"Post {number}", when=at(10 + number, 12)) for number in range(3)]


@pytest.fixture
def screen(desk: Bench, posts: list[str]) -> ReviewScreen:
    return shown(desk)


def sign_dialog(desk: Bench, screen: ReviewScreen) -> SignOffDialog:
    """Opens it by its letter and waits until it has the window system's attention."""
    QTest.keyClick(screen.queue.list, Qt.Key.Key_S)
    dialog = modal(SignOffDialog)
    desk.qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    return dialog


def request_dialog(desk: Bench, screen: ReviewScreen) -> RequestDialog:
    QTest.keyClick(screen.queue.list, Qt.Key.Key_R)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, RequestDialog)
    desk.qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    return dialog


def signatures(desk: Bench, post_id: str) -> int:
    with desk.staff.desk.reading() as session:
        return len(envelopes_of(session, post_id))


def words(dialog: SignOffDialog) -> str:
    return "\n".join(label.accessibleName() or label.text() for label in dialog.findChildren(QLabel))


# ---- signing ---------------------------------------------------------------------------------------------------------


def test_signing_by_keyboard_from_the_queue_to_the_outbox(desk: Bench, screen: ReviewScreen, posts: list[str]) -> None:
    dialog = sign_dialog(desk, screen)
    assert dialog.title.text() == "Sign version 1 as privacy officer"
    assert dialog.passphrase.line.hasFocus()
    QTest.keyClicks(dialog.passphrase.line, HELEN)
    with watchdog(0.25) as stalls:
        QTest.keyClick(dialog.passphrase.line, Qt.Key.Key_Return)
        desk.settle()
    stalls.check()
    assert QApplication.activeModalWidget() is None
    assert Review(desk.staff.desk).subject(posts[0]).state is PostState.SCHEDULED
    (row,) = desk.context.outbox.rows()
    assert (row.state, row.title) == (DeliveryState.WAITING, "Post 0")
    assert desk.shell.said == ["You signed version 1. It goes out Today, 12:00."]
    desk.qtbot.waitUntil(lambda: screen.queue.list.current_key == posts[1])
    assert screen.version.title.text() == "Post 1"
    assert screen.queue.keys == posts[1:]


def test_signing_by_mouse_with_a_comment(desk: Bench, screen: ReviewScreen, posts: list[str]) -> None:
    QTest.mouseClick(screen.version.sign_button, Qt.MouseButton.LeftButton)
    dialog = modal(SignOffDialog)
    dialog.passphrase.set_text(HELEN)
    dialog.comment.set_text("Good to go.")
    QTest.mouseClick(dialog.sign_button, Qt.MouseButton.LeftButton)
    desk.settle()
    assert Review(desk.staff.desk).subject(posts[0]).comments[-1].text == "Good to go."
    assert signatures(desk, posts[0]) == 1


def test_the_dialog_says_exactly_what_is_signed(desk: Bench, screen: ReviewScreen, posts: list[str]) -> None:
    dialog = sign_dialog(desk, screen)
    digest = Review(desk.staff.desk).subject(posts[0]).digest
    said = words(dialog)
    assert "Text: one text for Practice alderbay" in said
    assert "Media: none" in said
    assert "Publish between: Wed 10 Mar 2027, 12:00 EST and Wed 24 Mar 2027, 13:00 EDT" in said
    assert "Findings seen: none" in said
    assert f"Content code {digest.removeprefix('sha256:')}" in said
    assert dialog.meaning.text() == "I checked this exact content. I approve publishing it in the time shown."
    assert "Any later edit ends this signature." in dialog.note.text()
    assert "consent" not in said.lower()
    QTest.mouseClick(dialog.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == digest
    check_names(dialog)
    check_reachable(dialog)
    dialog.reject()


def test_enter_signs_only_in_the_passphrase_field(desk: Bench, screen: ReviewScreen, posts: list[str]) -> None:
    dialog = sign_dialog(desk, screen)
    dialog.passphrase.set_text(HELEN)
    dialog.comment.editor.setFocus()
    QTest.keyClick(dialog.comment.editor, Qt.Key.Key_Return)
    QTest.keyClick(dialog.copy, Qt.Key.Key_Return)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    desk.settle()
    assert dialog.isVisible()
    assert signatures(desk, posts[0]) == 0
    dialog.reject()


def test_a_wrong_passphrase_stays_and_says_the_tries_left(desk: Bench, screen: ReviewScreen, posts: list[str]) -> None:
    dialog = sign_dialog(desk, screen)
    QTest.keyClicks(dialog.passphrase.line, "not hers at all")
    QTest.keyClick(dialog.passphrase.line, Qt.Key.Key_Return)
    assert dialog.passphrase.text() == ""
    desk.settle()
    assert dialog.isVisible()
    assert dialog.passphrase.error == "That passphrase does not fit. 4 tries left, then a pause of 5 minutes."
    assert dialog.passphrase.line.hasFocus()
    dialog.passphrase.set_text(HELEN)
    QTest.keyClick(dialog.passphrase.line, Qt.Key.Key_Return)
    desk.settle()
    assert "Wait 1 second." in dialog.passphrase.error
    desk.staff.clock.forward(timedelta(seconds=2))
    dialog.passphrase.set_text(HELEN)
    QTest.keyClick(dialog.passphrase.line, Qt.Key.Key_Return)
    desk.settle()
    assert signatures(desk, posts[0]) == 1


def test_an_empty_passphrase_costs_no_try(desk: Bench, screen: ReviewScreen, posts: list[str]) -> None:
    dialog = sign_dialog(desk, screen)
    before = desk.context.auditing.size()
    QTest.mouseClick(dialog.sign_button, Qt.MouseButton.LeftButton)
    desk.settle()
    assert dialog.passphrase.error == "Enter your passphrase."
    assert desk.context.auditing.size() == before
    dialog.reject()


def test_a_newer_version_meanwhile_stops_the_dialog(desk: Bench, screen: ReviewScreen, posts: list[str]) -> None:
    dialog = sign_dialog(desk, screen)
    dialog.passphrase.set_text(HELEN)
    desk.staff.clock.forward(timedelta(minutes=2))
    desk.bridge.changed.emit(edit(desk.staff, posts[0], text="Wash your hands twice."))
    desk.settle()
    assert dialog.problem.title.text() == "Version 2 exists since 10:44."
    assert dialog.problem.sentence.text() == "Look at it first. Nothing was signed."
    assert not dialog.sign_button.isEnabled()
    assert dialog.passphrase.text() == ""
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    desk.settle()
    assert signatures(desk, posts[0]) == 0
    assert "version 2" in screen.version.about.text()


def test_a_newer_version_that_nobody_told_of_is_refused(desk: Bench, screen: ReviewScreen, posts: list[str]) -> None:
    dialog = sign_dialog(desk, screen)
    edit(desk.staff, posts[0], text="Wash your hands twice.")
    dialog.passphrase.set_text(HELEN)
    QTest.keyClick(dialog.passphrase.line, Qt.Key.Key_Return)
    desk.settle()
    assert dialog.isVisible()
    assert dialog.problem.title.text() == "Version 2 exists since 10:42."
    assert not dialog.sign_button.isEnabled()
    assert signatures(desk, posts[0]) == 0
    dialog.reject()


def test_another_signature_meanwhile_stops_the_dialog(desk: Bench, screen: ReviewScreen, posts: list[str]) -> None:
    dialog = sign_dialog(desk, screen)
    desk.bridge.changed.emit(Review(desk.staff.desk).sign_off(desk.staff.jonas.actor, posts[0], 1, JONAS))
    desk.settle()
    assert dialog.problem.title.text() == "This post is not in review any more."
    assert not dialog.sign_button.isEnabled()
    dialog.reject()


def test_changes_of_other_posts_leave_the_dialog_alone(desk: Bench, screen: ReviewScreen, posts: list[str]) -> None:
    dialog = sign_dialog(desk, screen)
    dialog.passphrase.set_text("half typed")
    desk.bridge.changed.emit(edit(desk.staff, posts[1], text="Another text."))
    desk.settle()
    assert dialog.sign_button.isEnabled()
    assert dialog.passphrase.text() == "half typed"
    dialog.reject()


def test_a_keyring_that_lost_the_secret_is_told_in_the_dialog(desk: Bench, screen: ReviewScreen) -> None:
    for key in [key for key in desk.staff.keyring.entries if SECRET_NAME in key[0]]:
        del desk.staff.keyring.entries[key]
    dialog = sign_dialog(desk, screen)
    dialog.passphrase.set_text(HELEN)
    QTest.keyClick(dialog.passphrase.line, Qt.Key.Key_Return)
    desk.settle()
    assert "does not have the workspace secret" in dialog.problem.title.text()
    assert dialog.sign_button.isEnabled()
    assert dialog.passphrase.text() == ""
    dialog.reject()


def test_hiding_the_dialog_forgets_the_passphrase(desk: Bench, screen: ReviewScreen) -> None:
    dialog = sign_dialog(desk, screen)
    dialog.passphrase.set_text(HELEN)
    dialog.hide()
    assert dialog.passphrase.text() == ""
    dialog.reject()


def test_who_cannot_sign_is_told_why_by_the_service(desk: Bench, screen: ReviewScreen, posts: list[str]) -> None:
    """Even with a dialog that should not be open: the rule is in the service."""
    dialog = sign_dialog(desk, screen)
    desk.context.session = replace(desk.staff.mira, name=desk.staff.mira.name)
    dialog.passphrase.set_text(HELEN)
    QTest.keyClick(dialog.passphrase.line, Qt.Key.Key_Return)
    desk.settle()
    assert dialog.problem.title.text() == "You cannot sign this version."
    assert signatures(desk, posts[0]) == 0
    dialog.reject()


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (When(Choice.OPEN), "You signed version 1. It waits for a date."),
        (When(Choice.SOON), "You signed version 1. It goes out now."),
    ],
)
def test_what_comes_after_the_signature_is_said(desk: Bench, screen: ReviewScreen, when: When, said: str) -> None:
    post = send(desk.staff, "Later", when=when)
    desk.bridge.changed.emit(Changes(screen.kinds, frozenset({post})))
    desk.settle()
    screen.show_item(post)
    desk.settle()
    desk.qtbot.waitUntil(lambda: screen.version.title.text() == "Later" and not screen.version.unread)
    dialog = sign_dialog(desk, screen)
    dialog.passphrase.set_text(HELEN)
    QTest.keyClick(dialog.passphrase.line, Qt.Key.Key_Return)
    desk.settle()
    assert desk.shell.said == [said]


def test_the_last_signature_leaves_an_empty_queue(desk: Bench, screen: ReviewScreen, posts: list[str]) -> None:
    for _ in posts:
        desk.settle()
        desk.qtbot.waitUntil(lambda: not screen.version.unread)
        dialog = sign_dialog(desk, screen)
        dialog.passphrase.set_text(HELEN)
        QTest.keyClick(dialog.passphrase.line, Qt.Key.Key_Return)
        desk.settle()
        screen.queue.list.setFocus()
    desk.qtbot.waitUntil(screen.empty.isVisible)
    assert screen.empty.title.text() == "Nothing waits for you"
    assert len(desk.context.outbox.rows()) == 3


def test_the_dialog_fits_large_text(desk: Bench, screen: ReviewScreen, appearance: Appearance) -> None:
    appearance.configure(text_scale=1.5)
    dialog = sign_dialog(desk, screen)
    for button in (dialog.cancel_button, dialog.sign_button):
        assert button.width() >= button.sizeHint().width()
        assert dialog.rect().contains(button.mapTo(dialog, button.rect().bottomRight()))
    field = dialog.passphrase.line
    desk.qtbot.waitUntil(lambda: field.visibleRegion().boundingRect().height() == field.height())
    dialog.reject()


# ---- asking for changes ----------------------------------------------------------------------------------------------


def test_changes_are_requested_with_a_comment(desk: Bench, screen: ReviewScreen, posts: list[str]) -> None:
    dialog = request_dialog(desk, screen)
    assert dialog.area.hasFocus()
    check_names(dialog)
    check_reachable(dialog)
    QTest.keyClicks(dialog.area, "Name the ward.")
    QTest.keyClick(dialog.due, Qt.Key.Key_Down)
    QTest.keyClick(dialog.area, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    subject = Review(desk.staff.desk).subject(posts[0])
    assert (subject.state, subject.comments[-1].text) == (PostState.CHANGES_REQUESTED, "Name the ward.")
    assert desk.shell.said == ["Changes requested. Mira Okafor has the post now."]
    desk.qtbot.waitUntil(lambda: screen.queue.list.current_key == posts[1])


def test_a_request_needs_a_comment(desk: Bench, screen: ReviewScreen, posts: list[str]) -> None:
    dialog = request_dialog(desk, screen)
    QTest.mouseClick(dialog.send, Qt.MouseButton.LeftButton)
    desk.settle()
    assert dialog.isVisible()
    assert dialog.field.error.startswith("There is no comment.")
    assert Review(desk.staff.desk).subject(posts[0]).state is PostState.IN_REVIEW
    dialog.reject()


def test_a_request_needs_a_time(desk: Bench, screen: ReviewScreen, posts: list[str]) -> None:
    dialog = request_dialog(desk, screen)
    QTest.keyClicks(dialog.area, "Name the ward.")
    QTest.mouseClick(dialog.send, Qt.MouseButton.LeftButton)
    desk.settle()
    assert dialog.due_field.error.startswith("No time is chosen.")
    assert dialog.due.hasFocus()
    subject = Review(desk.staff.desk).subject(posts[0])
    assert (subject.state, subject.comments) == (PostState.IN_REVIEW, ())
    dialog.reject()


def test_a_request_keeps_what_was_typed(desk: Bench, screen: ReviewScreen, posts: list[str]) -> None:
    dialog = request_dialog(desk, screen)
    QTest.keyClicks(dialog.area, "Name the ward.")
    edit(desk.staff, posts[0], text="Wash your hands twice.")
    QTest.keyClick(dialog.due, Qt.Key.Key_Down)
    QTest.mouseClick(dialog.send, Qt.MouseButton.LeftButton)
    desk.settle()
    assert dialog.isVisible()
    assert dialog.problem.title.text() == "Version 2 exists."
    assert dialog.typed == "Name the ward."
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    desk.settle()
    again = request_dialog(desk, screen)
    assert again.typed == "Name the ward."
    again.reject()


def test_enter_in_the_request_writes_a_line(desk: Bench, screen: ReviewScreen, posts: list[str]) -> None:
    dialog = request_dialog(desk, screen)
    QTest.keyClicks(dialog.area, "One")
    QTest.keyClick(dialog.area, Qt.Key.Key_Return)
    QTest.keyClicks(dialog.area, "Two")
    assert dialog.typed == "One\nTwo"
    dialog.reject()
