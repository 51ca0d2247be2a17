"""The Outbox screen: live rows, one step each, "Was it posted?", several at once, and what a hold shows."""

from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from desktop.screens.outbox import OutboxScreen
from desktop.screens.outbox.dialogs import RescheduleDialog
from desktop.screens.outbox.rows import counts, next_step, result_of
from desktop.shell.hold import HoldDialog
from desktop.shell.lift import LiftDialog
from desktop.widgets.buttons import AppButton
from desktop.widgets.dialog import Dialog
from editorial.delivery.holds import Reason, Scope
from editorial.delivery.record import Deliveries
from editorial.delivery.states import DeliveryState
from editorial.outcomes import Again, Pending, Published, Refused, StepResult, Uncertain
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.review import Review
from editorial.when import Choice, When
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desks import HELEN
from tests.fakes.desktop import Bench, modal

LOST = Uncertain("No answer after 30 seconds", "Look at the page before you send again.")
NO = Refused("The network refused the post", "Shorten it.")


class Office:
    """Brings deliveries into any state, as review and engine do."""

    def __init__(self, desk: Bench) -> None:
        self.desk, self.staff = desk, desk.staff
        self.number = 0

    def deliver(self, title: str, result: StepResult | None = None, when: When | None = None) -> str:
        """A signed post to an account of its own; with a result, sent and answered so."""
        self.number += 1
        account = self.staff.connect_practice(f"account{self.number}")
        body = DraftBody(title, f"{title}.", accounts=(account,), when=when or When(Choice.SOON))
        post, _ = Drafting(self.staff.desk).open(self.staff.mira.actor, body)
        Drafting(self.staff.desk).submit(self.staff.mira.actor, post)
        Review(self.staff.desk).sign_off(self.staff.helen.actor, post, 1, HELEN)
        row = next(row for row in self.desk.context.outbox.rows() if row.post_id == post)
        if result is not None:
            started = Deliveries(self.staff.desk).claim(row.delivery_id, "post", public=True)
            assert started is not None
            Deliveries(self.staff.desk).finish(started.attempt_id, result, chance=0.5)
        return row.delivery_id

    def show(self) -> OutboxScreen:
        screen = OutboxScreen(self.desk.context)
        self.desk.qtbot.addWidget(screen)
        screen.resize(1252, 826)
        screen.show()
        self.desk.settle()
        return screen

    def state(self, delivery: str) -> DeliveryState:
        return next(row.state for row in self.desk.context.outbox.rows() if row.delivery_id == delivery)


@pytest.fixture
def office(desk: Bench) -> Office:
    return Office(desk)


LATER = When(Choice.SET, datetime(2027, 3, 12, 9, 30), "America/New_York")  # noqa: DTZ001


def button(widget: QWidget, text: str) -> AppButton:
    return next(each for each in widget.findChildren(AppButton) if each.text() == text and each.isVisible())


def heads(screen: OutboxScreen) -> list[str]:
    model = screen.table.model()
    role = Qt.ItemDataRole.AccessibleTextRole
    return [str(model.data(model.index(row, 0), role)) for row in range(model.rowCount())]


def agree(text: str) -> None:
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, Dialog)
    QTest.mouseClick(button(dialog, text), Qt.MouseButton.LeftButton)


def test_what_needs_a_person_comes_first(office: Office) -> None:
    sent = office.deliver("Garden", Published("1", "http://127.0.0.1/@a#post-1"))
    failed = office.deliver("Job fair", NO)
    office.deliver("Parking", when=LATER)
    screen = office.show()
    said = heads(screen)
    assert [said.index(line) for line in said if line.startswith("Failed")] < [
        said.index(line) for line in said if line.startswith("Queued.")
    ]
    assert screen.table.current_key == failed
    rows = {row.delivery_id: row for row in office.desk.context.outbox.rows()}
    assert counts(list(rows.values())) == {
        "all": 3, "Needs you": 1, "Now": 0, "retrying": 0, "Queued": 1, "held": 0, "Done": 1,
    }  # fmt: skip
    assert result_of(rows[sent], office.desk.context.moments) == "127.0.0.1/@a#post-1"
    assert "Sent 10:42:00" in "\n".join(said)


def test_an_empty_outbox_says_so(office: Office) -> None:
    assert office.show().empty.isVisible()


def test_filters(office: Office) -> None:
    office.deliver("Job fair", NO)
    office.deliver("Parking", when=LATER)
    screen = office.show()
    QTest.mouseClick(screen.chips["Queued"], Qt.MouseButton.LeftButton)
    assert not any(line.startswith("Failed") for line in heads(screen))
    assert screen.chips["Queued"].isChecked()
    assert not screen.chips["all"].isChecked()


def test_a_lost_answer_found_by_the_look_up(office: Office) -> None:
    lost = office.deliver("Maternity", LOST)
    seen = {"permalink": "http://127.0.0.1/@a#post-7", "text": "Maternity.", "exact": "yes", "remote_id": "7"}
    Deliveries(office.staff.desk).note_lookup(lost, [seen], "One post looks like it.")
    screen = office.show()
    assert screen.details.choice is not None
    assert screen.details.choice.current == "here:0"
    QTest.mouseClick(button(screen, "Mark as sent"), Qt.MouseButton.LeftButton)
    office.desk.settle()
    assert office.state(lost) is DeliveryState.PUBLISHED


def test_the_question_shows_what_was_sent_and_what_was_found(office: Office) -> None:
    lost = office.deliver("Maternity", LOST)
    at = "2027-03-10T15:41:58.000Z"
    seen = [
        {"permalink": f"http://127.0.0.1/@a#post-{n}", "text": f"Maternity {n}.", "exact": exact, "created_at": at}
        for n, exact in ((7, "no"), (8, "yes"))
    ]
    Deliveries(office.staff.desk).note_lookup(lost, seen, "Compare them.")
    screen = office.show()
    check_names(screen)
    check_reachable(screen)
    words = "\n".join(each.text() for each in screen.details.findChildren(QLabel) if each.isVisible())
    assert "We sent “Maternity” to" in words
    assert "at 10:42:00" in words
    assert "checked 10:42" in words
    assert "Posted 10:41 by" in words
    assert "same text, same pictures" in words
    assert "resembles it: compare the two" in words
    assert screen.details.choice is not None
    screen.details.choice.set_current("here:1")
    button(screen, "Mark as sent").click()
    office.desk.settle()
    (row,) = office.desk.context.outbox.rows()
    assert (row.state, row.permalink) == (DeliveryState.PUBLISHED, "http://127.0.0.1/@a#post-8")


def test_looking_again_is_asked_of_the_engine(office: Office) -> None:
    lost = office.deliver("Maternity", LOST)
    screen = office.show()
    button(screen, "Check again").click()
    office.desk.settle()
    assert office.desk.context.outbox.happenings(lost)[-1].action == "delivery.look_asked"
    assert office.state(lost) is DeliveryState.UNCERTAIN


def test_a_lost_one_may_be_given_up_after_a_look(office: Office) -> None:
    lost = office.deliver("Maternity", LOST)
    screen = office.show()
    assert screen.details.choice is not None
    screen.details.choice.set_current("leave")
    button(screen, "Do not send…").click()
    agree("Decide later")
    assert office.state(lost) is DeliveryState.UNCERTAIN
    button(screen, "Do not send…").click()
    agree("Do not send")
    office.desk.settle()
    assert office.state(lost) is DeliveryState.CANCELLED


def test_the_report_for_it_names_nobody(office: Office) -> None:
    lost = office.deliver("Maternity", LOST)
    screen = office.show()
    button(screen, "Copy report for IT (no patient data)").click()
    report = QApplication.clipboard().text()
    assert lost in report
    assert "delivery.uncertain" in report
    assert "Maternity" not in report
    assert office.staff.mira.name not in report
    QApplication.clipboard().clear()


def test_a_lost_answer_with_a_pasted_link(office: Office) -> None:
    lost = office.deliver("Maternity", LOST)
    screen = office.show()
    details = screen.details
    assert details.choice is not None
    assert details.link is not None
    assert details.choice.current == "elsewhere"
    QTest.mouseClick(button(screen, "Mark as sent"), Qt.MouseButton.LeftButton)
    office.desk.settle()
    assert office.state(lost) is DeliveryState.UNCERTAIN, "live without a link was accepted"
    assert details.link is not None
    QTest.keyClicks(details.link.line, "http://127.0.0.1/@a#post-9")
    QTest.mouseClick(button(screen, "Mark as sent"), Qt.MouseButton.LeftButton)
    office.desk.settle()
    assert office.state(lost) is DeliveryState.PUBLISHED


def test_sending_a_lost_one_again_asks_once_more(office: Office) -> None:
    lost = office.deliver("Maternity", LOST)
    screen = office.show()
    assert screen.details.choice is not None
    screen.details.choice.set_current("again")
    QTest.mouseClick(button(screen, "Send again…"), Qt.MouseButton.LeftButton)
    assert office.state(lost) is DeliveryState.UNCERTAIN
    agree("Do not send")
    assert office.state(lost) is DeliveryState.UNCERTAIN
    QTest.mouseClick(button(screen, "Send again…"), Qt.MouseButton.LeftButton)
    agree("Send again")
    office.desk.settle()
    assert office.state(lost) is DeliveryState.WAITING


def test_moving_a_failed_one(office: Office) -> None:
    failed = office.deliver("Job fair", NO)
    screen = office.show()
    QTest.mouseClick(screen.table.viewport(), Qt.MouseButton.LeftButton, pos=screen.table.button_rect(failed).center())
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, RescheduleDialog)
    dialog.time.set_text("25 o'clock")
    dialog.move_button.click()
    assert dialog.isVisible()
    dialog.day.set_text("2027-03-14")
    dialog.time.set_text("2.30")
    dialog.move_button.click()
    office.desk.settle()
    assert dialog.isVisible(), "a time that does not exist was accepted"
    dialog.day.set_text("11 March 2027")
    dialog.time.set_text("930")
    dialog.move_button.click()
    office.desk.settle()
    assert not dialog.isVisible()
    assert office.state(failed) is DeliveryState.WAITING


def test_outside_the_signed_window_nothing_moves(office: Office) -> None:
    queued = office.deliver("Parking", when=LATER)
    screen = office.show()
    screen.table.choose(queued)
    office.desk.settle()
    button(screen.details, "Reschedule…").click()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, RescheduleDialog)
    dialog.day.set_text("2027-06-01")
    dialog.move_button.click()
    office.desk.settle()
    assert dialog.isVisible()
    dialog.reject()


def test_several_at_once(office: Office) -> None:
    first = office.deliver("Parking", when=LATER)
    second = office.deliver("Visiting hours", when=LATER)
    screen = office.show()
    screen.table.setFocus()
    QTest.keyClick(screen.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert screen.bulk.isVisible()
    button(screen.bulk, "Cancel delivery…").click()
    agree("Cancel deliveries")
    office.desk.settle()
    assert {office.state(first), office.state(second)} == {DeliveryState.CANCELLED}
    assert office.desk.shell.said[-1] == "2 cancelled."
    assert not screen.bulk.isVisible()


def test_only_what_fits_all_of_them_is_offered(office: Office) -> None:
    queued, failed = office.deliver("Parking", when=LATER), office.deliver("Job fair", NO)
    sent = office.deliver("Garden", Published("1", "http://127.0.0.1/@a#post-1"))
    screen = office.show()
    screen.table.set_checked((queued, failed))
    shown = [each.text() for each in screen.bulk.findChildren(AppButton) if each.isVisible()]
    assert shown == ["Send now", "Reschedule…", "Cancel delivery…"], "a failed one is stopped by nothing"
    screen.table.set_checked((queued, sent))
    assert [each.text() for each in screen.bulk.findChildren(AppButton) if each.isVisible()] == []
    assert "Nothing can be done for all of them" in screen.bulk_count.text()
    check_names(screen)
    QTest.mouseClick(screen.bulk_close, Qt.MouseButton.LeftButton)
    assert not screen.bulk.isVisible()
    assert screen.table.checked_keys == ()


def test_several_posts_are_held_by_a_key(office: Office) -> None:
    chosen = [office.deliver(title, when=LATER) for title in ("Parking", "Visiting hours")]
    office.deliver("Garden", when=LATER)
    screen = office.show()
    screen.table.set_checked(chosen)
    screen.table.setFocus()
    QTest.keyClick(screen.table, Qt.Key.Key_H)
    office.desk.settle()
    dialog = modal(HoldDialog)
    assert dialog.title.text() == "Hold these 2 posts?"
    QTest.keyClick(dialog.button, Qt.Key.Key_Space)
    office.desk.settle()
    rows = {row.delivery_id: row for row in office.desk.context.outbox.rows()}
    assert [row.title for row in rows.values() if row.hold is not None] == ["Parking", "Visiting hours"]
    assert office.desk.shell.said[-1] == "2 posts are on hold."


def test_keys_of_the_table(office: Office) -> None:
    queued = office.deliver("Parking", when=LATER)
    sent = office.deliver("Garden", Published("1", "http://127.0.0.1/@a#post-1"))
    screen = office.show()
    screen.table.setFocus()
    screen.table.choose(sent)
    for key in (Qt.Key.Key_H, Qt.Key.Key_M, Qt.Key.Key_Delete):
        QTest.keyClick(screen.table, key)
        assert QApplication.activeModalWidget() is None, "what was sent is held, moved and cancelled no more"
    screen.table.choose(queued)
    QTest.keyClick(screen.table, Qt.Key.Key_M)
    modal(RescheduleDialog).reject()
    QTest.keyClick(screen.table, Qt.Key.Key_Delete)
    agree("Keep it")
    screen.table.set_checked((queued,))
    QTest.keyClick(screen.table, Qt.Key.Key_Escape)
    assert not screen.bulk.isVisible()


def test_what_counts_down_and_what_is_on_its_way(office: Office) -> None:
    again = office.deliver("Job fair", Refused("The server is busy", "Wait.", again=Again.LATER))
    office.deliver("Garden", Pending("token"))
    office.staff.clock.forward(timedelta(seconds=2))
    screen = office.show()
    said = "\n".join(heads(screen))
    assert "Again in 0:04. Practice account1. Job fair. Planned Today, 10:42. The server is busy, try 2 of 8." in said
    assert "Processing. Practice account2. Garden. Planned Today, 10:42. Practice account2 is processing, 0:02." in said
    assert screen._ticks.isActive()
    office.staff.clock.forward(timedelta(seconds=1))
    screen._ticks.timeout.emit()
    assert "Again in 0:03" in "\n".join(heads(screen))
    QTest.mouseClick(screen.chips["retrying"], Qt.MouseButton.LeftButton)
    assert [line.partition(".")[0] for line in heads(screen)] == ["Now 1, unfolded", "Again in 0:03"]
    office.desk.context.outbox.cancel(office.staff.mira.actor, again)


def test_a_hold_of_one_account_names_who_set_it_and_offers_the_way_on(office: Office) -> None:
    held = office.deliver("Parking", when=LATER)
    row = next(row for row in office.desk.context.outbox.rows() if row.delivery_id == held)
    office.desk.context.holds.hold(office.staff.mira.actor, Reason.OTHER, scope=Scope.ACCOUNT, target=row.account_id)
    screen = office.show()
    assert any("account held by Mira Okafor. Button: Lift…" in line for line in heads(screen))
    QTest.mouseClick(screen.table.viewport(), Qt.MouseButton.LeftButton, pos=screen.table.button_rect(held).center())
    office.desk.settle()
    modal(LiftDialog).reject()


def test_send_now_makes_it_due(office: Office) -> None:
    queued = office.deliver("Parking", when=LATER)
    office.staff.clock.forward(timedelta(days=2))
    screen = office.show()
    screen.show_item(queued)
    office.desk.settle()
    button(screen.details, "Send now").click()
    office.desk.settle()
    (row,) = office.desk.context.outbox.rows()
    assert row.due_at == office.staff.clock.now()


def test_a_hold_shows_on_what_waits(office: Office) -> None:
    office.deliver("Parking", when=LATER)
    office.desk.context.holds.hold(office.staff.desk.operator(), Reason.INCIDENT)
    screen = office.show()
    assert any(line.startswith("Held.") for line in heads(screen))
    assert screen.chips["held"].accessibleName().endswith("1")


def test_every_control_has_a_name_and_is_reachable(office: Office) -> None:
    office.deliver("Maternity", LOST)
    office.deliver("Job fair", NO)
    screen = office.show()
    check_names(screen)
    check_reachable(screen)


def test_a_sent_one_only_opens(office: Office) -> None:
    office.deliver("Garden", Published("1", None))
    (row,) = office.desk.context.outbox.rows()
    assert next_step(row) is None
