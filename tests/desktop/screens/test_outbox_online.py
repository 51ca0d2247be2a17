"""What is online: the as-published record in the details, and taking a post down."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.screens.outbox.rows import next_step, offered, result_of
from desktop.screens.outbox.takedown import TakeDownDialog, removes
from desktop.widgets.banner import Banner
from desktop.widgets.text import Label
from editorial.delivery.afterwards import Afterwards
from editorial.delivery.outbox import Row
from editorial.delivery.showing import Shown
from editorial.delivery.states import DeliveryState, Remedy
from editorial.delivery.takedown import Stage, Takedowns, Why
from editorial.outcomes import Published, Uncertain
from tests.desktop.screens.test_outbox import Office, agree, button
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desktop import Bench

LINK = "http://127.0.0.1/@a#post-1"


@pytest.fixture
def office(desk: Bench) -> Office:
    return Office(desk)


def row_of(office: Office, delivery: str) -> Row:
    return next(row for row in office.desk.context.outbox.rows() if row.delivery_id == delivery)


def said(office: Office, delivery: str) -> str:
    """Every word in the details of a delivery."""
    screen = office.show()
    screen.show_item(delivery)
    office.desk.settle()
    check_names(screen)
    check_reachable(screen)
    shown = [each.text() for each in screen.details.findChildren(Label) if each.isVisible()]
    return "\n".join(shown)


def test_the_record_is_shown_with_its_time_and_code(office: Office) -> None:
    sent = office.deliver("Garden", Published("1", LINK))
    assert "On the network" not in said(office, sent)
    Afterwards(office.staff.desk).note(sent, Shown("Garden."))
    words = said(office, sent)
    assert "looked 10:42:00" in words
    assert "The same text, pictures and alternative texts as signed" in words
    assert "Record sha256:" in words
    assert "Read back: the same as signed" in words


def test_what_differs_stands_beside_what_was_signed(office: Office) -> None:
    sent = office.deliver("Garden", Published("1", LINK))
    Afterwards(office.staff.desk).note(sent, Shown("Garten."))
    words = said(office, sent)
    assert "The network shows something else" in words
    assert "Garden." in words
    assert "Garten." in words
    assert office.state(sent) is DeliveryState.PUBLISHED


def test_taking_down_asks_why_and_is_shown_until_it_is_done(office: Office) -> None:
    sent = office.deliver("Garden", Published("1", LINK))
    takedowns = Takedowns(office.staff.desk)
    screen = office.show()
    screen.show_item(sent)
    office.desk.settle()
    button(screen.details, "Take down…").click()
    office.desk.settle()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, TakeDownDialog)
    check_names(dialog)
    check_reachable(dialog)
    dialog.checks[sent].setChecked(False)
    dialog.button.click()
    assert dialog.isVisible(), "no account was chosen"
    dialog.checks[sent].setChecked(True)
    QTest.keyClicks(dialog.note_field, "A face")
    dialog.button.click()
    office.desk.settle()
    row = row_of(office, sent)
    assert row.removal is not None
    assert (row.removal.stage, row.removal.why, row.removal.note) == (Stage.ASKED, Why.PRIVACY, "A face")
    assert next_step(row) is None
    assert Remedy.TAKE_DOWN not in offered(row)
    assert "Taking it down" in said(office, sent)
    takedowns.begin(sent)
    takedowns.end(sent, None)
    assert (
        result_of(row_of(office, sent), office.desk.context.moments) == "removed 10:42: a patient could be recognized"
    )
    assert "The network removed it at 10:42:00" in said(office, sent)


def test_what_has_to_be_removed_by_hand_is_confirmed_by_a_person(office: Office) -> None:
    sent = office.deliver("Garden", Published("1", LINK))
    takedowns = Takedowns(office.staff.desk)
    takedowns.ask(office.staff.mira.actor, sent, Why.WRONG)
    takedowns.begin(sent)
    takedowns.end(sent, Uncertain("The network did not answer", ""))
    screen = office.show()
    assert screen.table.current_key == sent, "what needs a person comes first"
    office.desk.settle()
    banners = [each for each in screen.details.findChildren(Banner) if each.isVisible()]
    assert [each.title.text() for each in banners] == ["Remove it by hand"]
    QTest.mouseClick(button(screen.details, "I removed it…"), Qt.MouseButton.LeftButton)
    agree("Not yet")
    assert office.state(sent) is DeliveryState.PUBLISHED
    button(screen.details, "I removed it…").click()
    agree("I removed it")
    office.desk.settle()
    assert office.state(sent) is DeliveryState.TAKEN_DOWN
    assert "removed it at 10:42:00" in said(office, sent)


def test_a_second_try_is_about_what_is_left(office: Office) -> None:
    sent = office.deliver("Garden", Published("1", LINK))
    screen = office.show()
    screen.show_item(sent)
    office.desk.settle()
    button(screen.details, "Take down…").click()
    office.desk.settle()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, TakeDownDialog)
    Takedowns(office.staff.desk).ask(office.staff.jonas.actor, sent, Why.OTHER)
    dialog.button.click()
    office.desk.settle()
    assert dialog.isVisible()
    assert dialog.problem.title.text() == "This post is being taken down already."
    dialog.reject()


def test_whether_signpost_can_delete_is_read_from_the_connector() -> None:
    assert removes("practice")
    assert not removes("a network of the future")
