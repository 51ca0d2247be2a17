"""Accepting a warning in Review, by mouse and keyboard; and how it stands with those who sign after."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from desktop.screens.review import ReviewScreen
from desktop.screens.review.accept import AcceptDialog
from desktop.screens.review.batch import BatchDialog
from desktop.screens.review.signoff import SignOffDialog
from desktop.widgets.buttons import AppButton
from desktop.widgets.items import CheckItem
from editorial.people.session import SignedIn
from editorial.posts.review import Review
from tests.desktop.screens.review_posts import SANA, patient_story, shown, signed_again
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desks import HELEN, JONAS
from tests.fakes.desktop import Bench, modal

WHY = "The list is public, I looked."
TITLE = "“best” promises much"


@pytest.fixture
def post(desk: Bench) -> str:
    return patient_story(desk.staff)


def opened(desk: Bench, post: str, person: SignedIn) -> ReviewScreen:
    desk.sign_in(person)
    screen = shown(desk)
    screen.show_item(post)
    desk.settle()
    screen.version.tabs.set_current("checks")
    desk.settle()
    return screen


@pytest.fixture
def screen(desk: Bench, post: str) -> Iterator[ReviewScreen]:
    """Jonas's turn."""
    yield opened(desk, post, desk.staff.jonas)
    desk.settle()


def item(screen: ReviewScreen) -> CheckItem:
    items = screen.version.area.findChildren(CheckItem)
    return next(each for each in items if TITLE in each.accessibleName())


def button(screen: ReviewScreen) -> AppButton | None:
    return next((each for each in item(screen).findChildren(AppButton) if each.isVisible()), None)


def accept(desk: Bench, screen: ReviewScreen, reason: str) -> None:
    found = button(screen)
    assert found is not None
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)
    dialog = modal(AcceptDialog)
    dialog.area.setPlainText(reason)
    QTest.mouseClick(dialog.accept_button, Qt.MouseButton.LeftButton)
    desk.settle()


def words(dialog: SignOffDialog | BatchDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel))


def test_by_keyboard_with_a_reason(desk: Bench, screen: ReviewScreen) -> None:
    found = button(screen)
    assert found is not None
    assert found.text() == "Accept with reason…"
    found.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(found, Qt.Key.Key_Space)
    dialog = modal(AcceptDialog)
    desk.qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    check_names(dialog)
    check_reachable(dialog)
    assert dialog.area.hasFocus()
    QTest.keyClick(dialog.area, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    assert dialog.field.error.startswith("There is no reason")
    QTest.keyClicks(dialog.area, WHY)
    QTest.keyClick(dialog.area, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.settle()
    assert QApplication.activeModalWidget() is None
    said = item(screen).accessibleDescription()
    assert "Kept by the author: Best of the county" in said
    assert f"Accepted by Jonas Lindqvist, 10:42: {WHY}" in said
    assert desk.shell.said[-1] == "The warning is accepted, with your reason."


def test_whoever_accepted_changes_the_reason(desk: Bench, screen: ReviewScreen) -> None:
    accept(desk, screen, "Hm.")
    desk.staff.clock.forward(timedelta(minutes=1))
    found = button(screen)
    assert found is not None
    assert found.text() == "Change your reason…"
    accept(desk, screen, WHY)
    assert item(screen).accessibleDescription().endswith(f"Accepted by Jonas Lindqvist, 10:43: {WHY}")


def test_only_whose_turn_it_is_sees_the_button(desk: Bench, post: str) -> None:
    screen = opened(desk, post, desk.staff.mira)
    assert button(screen) is None


def test_the_next_reviewer_reads_it_and_signs_it(desk: Bench, post: str) -> None:
    review = Review(desk.staff.desk)
    review.accept(desk.staff.jonas.actor, post, 1, 2, WHY)
    review.sign_off(desk.staff.jonas.actor, post, 1, JONAS)
    screen = opened(desk, post, desk.staff.helen)
    assert "Accepted by Jonas Lindqvist" in item(screen).accessibleDescription()
    assert button(screen) is None
    screen.sign_off()
    dialog = modal(SignOffDialog)
    assert f"{TITLE}: “{WHY}” (Jonas Lindqvist)" in words(dialog)
    assert "Accepted warning" in words(dialog)
    for place, card in dialog.settling.cards.items():
        card.looked.setChecked(True)
        card.why.setCurrentIndex(1)
        card.because.set_text(f"It is a dog, {place}.")
    dialog.passphrase.set_text(HELEN)
    QTest.keyClick(dialog.passphrase.line, Qt.Key.Key_Return)
    desk.settle()
    given = review.subject(post).stages[1].given[0]
    assert given.findings[2]["how"].endswith(f"; accepted by Jonas Lindqvist: {WHY}")


def test_a_warning_accepted_meanwhile_has_to_be_read_first(desk: Bench, screen: ReviewScreen, post: str) -> None:
    screen.sign_off()
    dialog = modal(SignOffDialog)
    changes = Review(desk.staff.desk).accept(desk.staff.jonas.actor, post, 1, 2, WHY)
    desk.bridge.changed.emit(changes)
    desk.settle()
    assert not dialog.sign_button.isEnabled()
    assert "Somebody accepted a warning meanwhile." in dialog.problem.title.text()
    dialog.reject()


def test_a_deputy_whose_turn_it_is_sees_both_decisions(desk: Bench) -> None:
    """Sana is an author, and stands in for Helen."""
    post = signed_again(desk.staff)
    card = next(each for each in desk.staff.people.cards() if each.name == "Sana Haddad")
    sana = desk.staff.people.sign_in(card.id, SANA)
    desk.sign_in(sana)
    screen = ReviewScreen(desk.context)
    desk.qtbot.addWidget(screen)
    screen.resize(1252, 1100)
    with desk.qtbot.waitActive(screen):
        screen.show()
        screen.activateWindow()
    desk.settle()
    screen.version.tabs.set_current("full")
    desk.qtbot.waitUntil(lambda: not screen.version.unread)
    assert screen.version.request_button.isVisible()
    QTest.mouseClick(screen.version.sign_button, Qt.MouseButton.LeftButton)
    dialog = modal(SignOffDialog)
    assert dialog.subtitle.text().endswith("In the place of Helen Castellanos")
    dialog.passphrase.set_text(SANA)
    QTest.keyClick(dialog.passphrase.line, Qt.Key.Key_Return)
    desk.settle()
    assert Review(desk.staff.desk).subject(post).stages[1].given[0].signer["deputy_for"] == desk.staff.helen.person_id
