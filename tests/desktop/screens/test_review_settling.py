"""Findings that could be about a patient: a privacy officer settles each in the sign-off; others see who must."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from desktop.look import Appearance
from desktop.screens.review import ReviewScreen
from desktop.screens.review.settle import SettleCard
from desktop.screens.review.signoff import SignOffDialog
from desktop.widgets.items import CheckItem
from editorial.posts.review import Review
from editorial.signoff.statement import COVERED, NOT_A_PATIENT
from tests.desktop.screens.review_posts import send, shown
from tests.fakes.accessible import check_names, check_reachable, spoken
from tests.fakes.authorizations import add_reviewer, recorded
from tests.fakes.desks import HELEN, JONAS
from tests.fakes.desktop import Bench, modal
from tests.fakes.rules import NAMES, add_rules

TEXT = "Rosa sang with the choir. Ben barked."


def story(desk: Bench, *authorizations: str, jonas: bool = True) -> str:
    """A post in which two names are found; the lead has signed it already."""
    add_rules(desk.staff.desk, NAMES)
    add_reviewer(desk.staff)
    post_id = send(desk.staff, "Choir visit", TEXT, authorizations=authorizations)
    if jonas:
        Review(desk.staff.desk).sign_off(desk.staff.jonas.actor, post_id, 1, JONAS)
    return post_id


@pytest.fixture
def covered(desk: Bench) -> str:
    return story(desk, recorded(desk.staff))


@pytest.fixture
def screen(desk: Bench, covered: str) -> Iterator[ReviewScreen]:
    yield shown(desk)
    desk.settle()


def sign_dialog(desk: Bench, screen: ReviewScreen) -> SignOffDialog:
    QTest.keyClick(screen.queue.list, Qt.Key.Key_S)
    dialog = modal(SignOffDialog)
    desk.qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    return dialog


def cards(dialog: SignOffDialog) -> list[SettleCard]:
    return list(dialog.settling.cards.values())


def words(widget: SignOffDialog | ReviewScreen) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel) if label.isVisible())


def signed_by_helen(desk: Bench, post_id: str) -> list[dict[str, str]]:
    stages = Review(desk.staff.desk).subject(post_id).stages
    name = "Helen Castellanos"
    return [
        dict(each)
        for stage in stages
        for statement in stage.given
        if statement.signer["name"] == name
        for each in statement.findings
    ]


def test_the_privacy_officer_settles_each_finding_by_keyboard(desk: Bench, screen: ReviewScreen, covered: str) -> None:
    dialog = sign_dialog(desk, screen)
    rosa, ben = cards(dialog)
    assert rosa.looked.hasFocus()
    assert rosa.looked.accessibleName() == "I have looked at this: “Rosa” could be a patient"
    assert dialog.settling.count.text() == "0 of 2 settled"
    assert not rosa.why.isVisible()
    QTest.keyClick(rosa.looked, Qt.Key.Key_Space)
    assert rosa.why.isVisible()
    assert not rosa.because.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Tab)
    assert rosa.why.hasFocus()
    QTest.keyClick(rosa.why, Qt.Key.Key_Down)
    assert rosa.why.currentText() == "Covered by A-1, Rosa M."
    QTest.keyClick(dialog, Qt.Key.Key_Tab)
    assert ben.looked.hasFocus()
    QTest.keyClick(ben.looked, Qt.Key.Key_Space)
    QTest.keyClick(dialog, Qt.Key.Key_Tab)
    QTest.keyClick(ben.why, Qt.Key.Key_End)
    assert dialog.settling.count.text() == "1 of 2 settled"
    QTest.keyClick(dialog, Qt.Key.Key_Tab)
    assert ben.because.line.hasFocus()
    QTest.keyClicks(ben.because.line, "Ben is our therapy dog")
    assert dialog.settling.count.text() == "2 of 2 settled"
    check_names(dialog)
    check_reachable(dialog)
    dialog.passphrase.set_text(HELEN)
    QTest.keyClick(dialog.passphrase.line, Qt.Key.Key_Return)
    desk.settle()
    assert QApplication.activeModalWidget() is None
    assert signed_by_helen(desk, covered) == [
        {"rule": NAMES.rule, "how": f"{COVERED}A-1"},
        {"rule": NAMES.rule, "how": f"{NOT_A_PATIENT}Ben is our therapy dog"},
    ]


def test_settling_by_mouse(desk: Bench, screen: ReviewScreen, covered: str) -> None:
    dialog = sign_dialog(desk, screen)
    for card in cards(dialog):
        QTest.mouseClick(card.looked, Qt.MouseButton.LeftButton, pos=card.looked.rect().center() / 4)
        assert card.looked.isChecked()
        card.why.setCurrentIndex(1)
        card.because.set_text("It is a dog.")
    dialog.passphrase.set_text(HELEN)
    QTest.mouseClick(dialog.sign_button, Qt.MouseButton.LeftButton)
    desk.settle()
    assert [each["how"] for each in signed_by_helen(desk, covered)] == [f"{NOT_A_PATIENT}It is a dog."] * 2


def test_nothing_is_signed_while_a_finding_is_open(desk: Bench, screen: ReviewScreen, covered: str) -> None:
    """It is said at the finding, and what was typed stays: no try at the passphrase is spent."""
    dialog = sign_dialog(desk, screen)
    before = desk.context.auditing.size()
    dialog.passphrase.set_text(HELEN)
    QTest.keyClick(dialog.passphrase.line, Qt.Key.Key_Return)
    rosa, ben = cards(dialog)
    assert rosa.looked.hasFocus()
    assert not rosa.looked.isChecked()
    assert rosa.message.text == "Look at this first."
    rosa.looked.click()
    assert rosa.message.text == ""
    QTest.mouseClick(dialog.sign_button, Qt.MouseButton.LeftButton)
    assert rosa.why.hasFocus()
    assert rosa.why_field.error.startswith("Say why it may stand.")
    rosa.why.setCurrentIndex(0)
    assert rosa.why_field.error == ""
    ben.looked.click()
    ben.why.setCurrentIndex(1)
    ben.because.set_text("   ")
    QTest.mouseClick(dialog.sign_button, Qt.MouseButton.LeftButton)
    assert ben.because.line.hasFocus()
    assert ben.because.error.startswith("Say why it may stand.")
    assert dialog.passphrase.text() == HELEN
    desk.settle()
    assert desk.context.auditing.size() == before
    ben.looked.click()
    assert dialog.settling.count.text() == "1 of 2 settled"
    dialog.reject()


def test_without_an_authorization_only_the_other_reason_is_left(desk: Bench) -> None:
    story(desk)
    dialog = sign_dialog(desk, shown(desk))
    card = cards(dialog)[0]
    card.looked.click()
    assert not card.why.isVisible()
    assert card.because.isVisible()
    assert card.because.message.text == "This version rests on no authorization that could cover it."
    dialog.reject()


def test_what_the_service_refuses_stands_at_the_finding(desk: Bench) -> None:
    """The authorization ran out while the dialog was open: the service asks, not the screen."""
    story(desk, recorded(desk.staff, expires_on=date(2027, 3, 10)))
    dialog = sign_dialog(desk, shown(desk))
    for card in cards(dialog):
        card.looked.click()
        card.why.setCurrentIndex(0)
    desk.staff.clock.forward(timedelta(days=1))
    dialog.passphrase.set_text(HELEN)
    QTest.keyClick(dialog.passphrase.line, Qt.Key.Key_Return)
    desk.settle()
    assert dialog.isVisible()
    assert "it does not allow this now" in cards(dialog)[0].why_field.error
    assert dialog.passphrase.error == ""
    assert dialog.sign_button.isEnabled()
    dialog.reject()


def test_who_may_not_settle_sees_who_must(desk: Bench) -> None:
    story(desk, jonas=False)
    desk.sign_in(desk.staff.jonas)
    screen = shown(desk)
    dialog = sign_dialog(desk, screen)
    assert cards(dialog) == []
    assert "Settled in the sign-off of a privacy officer: Helen Castellanos." in words(dialog)
    check_names(dialog)
    dialog.passphrase.set_text(JONAS)
    QTest.keyClick(dialog.passphrase.line, Qt.Key.Key_Return)
    desk.settle()
    assert QApplication.activeModalWidget() is None


def test_later_signers_see_what_was_signed_of_a_finding(desk: Bench) -> None:
    post_id = story(desk)
    hows = {0: f"{NOT_A_PATIENT}Rosa is a rose", 1: f"{NOT_A_PATIENT}Ben is our therapy dog."}
    Review(desk.staff.desk).sign_off(desk.staff.helen.actor, post_id, 1, HELEN, settled=hows)
    desk.sign_in(add_reviewer(desk.staff))
    screen = shown(desk)
    screen.version.tabs.set_current("checks")
    said = [spoken(item) for item in screen.version.area.findChildren(CheckItem)]
    first = "Helen Castellanos signed: not a patient identifier, because Rosa is a rose."
    assert said[0].endswith(first)
    dialog = sign_dialog(desk, screen)
    assert first in words(dialog)
    assert "Ben is our therapy dog." in words(dialog)
    dialog.reject()


def test_a_version_without_such_findings_has_no_such_section(desk: Bench) -> None:
    send(desk.staff, "Hands")
    dialog = sign_dialog(desk, shown(desk))
    assert dialog.settling.empty
    assert "Could be about a patient" not in words(dialog)
    assert dialog.passphrase.line.hasFocus()
    dialog.reject()


def test_the_section_fits_large_text(desk: Bench, screen: ReviewScreen, appearance: Appearance) -> None:
    appearance.configure(text_scale=1.5)
    dialog = sign_dialog(desk, screen)
    card = cards(dialog)[0]
    card.looked.click()
    card.why.setCurrentIndex(1)
    desk.qtbot.waitUntil(lambda: card.because.line.height() >= card.because.line.sizeHint().height())
    looked = card.looked
    desk.qtbot.waitUntil(lambda: looked.visibleRegion().boundingRect().height() == looked.height())
    assert card.width() <= dialog.width()
    dialog.reject()
