"""Lifting a hold asks about each post whose time has passed, and one account or post is held by itself."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from desktop.screens.accounts import AccountsScreen
from desktop.screens.outbox.about import post_commands
from desktop.screens.outbox.rows import result_of
from desktop.shell.hold import HoldDialog
from desktop.shell.holding import Holding
from desktop.shell.lift import LiftDialog
from desktop.shell.standing import Subject
from desktop.widgets.buttons import AppButton
from desktop.widgets.choices import Segmented
from desktop.widgets.text import Label
from editorial.delivery.holds import Reason, Scope
from editorial.delivery.states import DeliveryState
from editorial.delivery.stopping import Fate, Holds
from editorial.errors import NotAllowedError
from tests.desktop.screens.test_outbox import LATER, Office, button
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desks import HELEN, JONAS
from tests.fakes.desktop import Bench

S = DeliveryState


@pytest.fixture
def office(desk: Bench) -> Office:
    return Office(desk)


def lifting(office: Office, number: int | None = None) -> LiftDialog:
    context = office.desk.context
    screen = office.show()
    Holding(context.services, context.bridge, lambda: context.actor, screen).ask_lift(
        screen, context.say, context.tell, number
    )
    office.desk.settle()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, LiftDialog)
    return dialog


def agree(office: Office, dialog: LiftDialog) -> None:
    for agreement, name, words in zip(
        dialog.agreements, ("Jonas Lindqvist", "Helen Castellanos"), (JONAS, HELEN), strict=True
    ):
        agreement.who.setCurrentIndex(agreement.who.findText(name))
        agreement.passphrase.set_text(words)
    dialog.button.click()
    office.desk.settle()


def test_every_overdue_post_is_decided_about_before_anybody_signs(office: Office) -> None:
    sent, moved, dropped = (office.deliver(title) for title in ("Garden", "Job fair", "Parking"))
    Holds(office.staff.desk).hold(office.staff.mira.actor, Reason.INCIDENT)
    office.staff.clock.forward(timedelta(minutes=20))
    dialog = lifting(office)
    check_names(dialog)
    check_reachable(dialog)
    assert [line.fate.current for line in dialog.deciding.lines.values()] == ["", "", ""], "nothing is chosen before"
    agree(office, dialog)
    assert len(Holds(office.staff.desk).on()) == 1
    for key, fate in ((sent, Fate.SEND), (moved, Fate.MOVE), (dropped, Fate.DROP)):
        dialog.deciding.lines[key].choose(fate)
    dialog.deciding.lines[moved].time.time.set_text("25 o'clock")
    dialog.button.click()
    assert len(Holds(office.staff.desk).on()) == 1, "a time that cannot be read was accepted"
    dialog.deciding.lines[moved].time.day.set_text("2027-06-30")
    dialog.deciding.lines[moved].time.time.set_text("9")
    agree(office, dialog)
    assert dialog.isVisible(), "a time outside the signed window was accepted"
    shown = [each.text() for each in dialog.deciding.lines[moved].findChildren(Label) if each.isVisible()]
    assert any("outside the signed window" in each for each in shown)
    dialog.deciding.lines[moved].time.day.set_text("2027-03-11")
    office.staff.clock.forward(timedelta(seconds=30))
    agree(office, dialog)
    assert Holds(office.staff.desk).on() == ()
    assert [office.state(key) for key in (sent, moved, dropped)] == [S.WAITING, S.WAITING, S.CANCELLED]


def test_what_falls_due_meanwhile_joins_the_list(office: Office) -> None:
    first = office.deliver("Garden")
    Holds(office.staff.desk).hold(office.staff.mira.actor, Reason.INCIDENT)
    dialog = lifting(office)
    second = office.deliver("Job fair")
    dialog.deciding.lines[first].choose(Fate.DROP)
    agree(office, dialog)
    assert set(dialog.deciding.lines) == {first, second}
    assert dialog.deciding.lines[first].fate.current == Fate.DROP
    dialog.deciding.lines[second].choose(Fate.DROP)
    office.staff.clock.forward(timedelta(seconds=30))
    agree(office, dialog)
    assert (office.state(first), office.state(second)) == (S.CANCELLED, S.CANCELLED)


def test_all_at_once(office: Office) -> None:
    for title in ("Garden", "Job fair"):
        office.deliver(title)
    Holds(office.staff.desk).hold(office.staff.mira.actor, Reason.INCIDENT)
    dialog = lifting(office)
    button(dialog.deciding, "Drop all").click()
    assert {line.fate.current for line in dialog.deciding.lines.values()} == {Fate.DROP}
    dialog.reject()


def test_one_post_is_held_and_lifted_from_the_outbox(office: Office) -> None:
    held, other = office.deliver("Parking", when=LATER), office.deliver("Garden", when=LATER)
    screen = office.show()
    screen.show_item(held)
    office.desk.settle()
    button(screen.details, "Hold this post…").click()
    office.desk.settle()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, HoldDialog)
    check_names(dialog)
    assert dialog.title.text() == "Hold this post?"
    dialog.button.click()
    office.desk.settle()
    (hold,) = office.desk.context.holds.on()
    rows = {row.delivery_id: row for row in office.desk.context.outbox.rows()}
    assert (hold.scope, hold.target) == (Scope.POST, rows[held].post_id)
    assert [rows[key].life.word for key in (held, other)] == ["Held", "Queued"]
    assert result_of(rows[held], office.desk.context.moments) == "post on hold since 10:42"
    screen.refresh()
    office.desk.settle()
    button(screen.details, "Lift the hold…").click()
    office.desk.settle()
    lift = QApplication.activeModalWidget()
    assert isinstance(lift, LiftDialog)
    agree(office, lift)
    assert office.desk.context.holds.on() == ()


def test_whoever_held_a_post_takes_it_back_within_two_minutes(office: Office) -> None:
    held = office.deliver("Parking", when=LATER)
    row = next(row for row in office.desk.context.outbox.rows() if row.delivery_id == held)
    Holds(office.staff.desk).hold(office.desk.context.actor, Reason.OTHER, scope=Scope.POST, target=row.post_id)
    screen = office.show()
    screen.show_item(held)
    office.desk.settle()
    undo = button(screen.details, "Undo the hold")
    undo.setFocus()
    office.desk.qtbot.keyClick(undo, Qt.Key.Key_Space)
    office.desk.settle()
    assert office.desk.context.holds.on() == ()
    assert office.desk.shell.said == ["The hold was taken back."]


def test_undoing_ends_after_two_minutes_and_is_nobody_elses(office: Office) -> None:
    held = office.deliver("Parking", when=LATER)
    row = next(row for row in office.desk.context.outbox.rows() if row.delivery_id == held)
    holds, context = Holds(office.staff.desk), office.desk.context
    holds.hold(office.staff.mira.actor, Reason.OTHER, scope=Scope.ACCOUNT, target=row.account_id)
    shown = next(row for row in context.outbox.rows() if row.delivery_id == held)
    assert [command for command, _ in post_commands(shown, context)] == ["lift", "report"]
    office.desk.sign_in(office.staff.mira)
    assert [command for command, _ in post_commands(shown, context)] == ["undo_hold", "lift", "report"]
    screen = office.show()
    screen.show_item(held)
    office.desk.settle()
    assert button(screen.details, "Undo the hold").isVisible()
    office.staff.clock.forward(timedelta(seconds=121))
    screen._minute.timeout.emit()
    office.desk.settle()
    assert "Undo the hold" not in [each.text() for each in screen.details.findChildren(AppButton) if each.isVisible()]


def test_a_hold_of_an_account_is_taken_back_in_accounts(office: Office) -> None:
    account = office.staff.connect_practice()
    Holds(office.staff.desk).hold(office.desk.context.actor, Reason.OTHER, scope=Scope.ACCOUNT, target=account)
    screen = AccountsScreen(office.desk.context)
    office.desk.qtbot.addWidget(screen)
    screen.show()
    office.desk.settle()
    office.desk.qtbot.mouseClick(button(screen.details, "Undo the hold"), Qt.MouseButton.LeftButton)
    office.desk.settle()
    assert office.desk.context.holds.on() == ()


def test_one_account_is_held_from_accounts(office: Office) -> None:
    held = office.deliver("Parking", when=LATER)
    screen = AccountsScreen(office.desk.context)
    office.desk.qtbot.addWidget(screen)
    screen.show()
    office.desk.settle()
    button(screen.details, "Hold…").click()
    office.desk.settle()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, HoldDialog)
    dialog.button.click()
    office.desk.settle()
    (hold,) = office.desk.context.holds.on()
    row = next(row for row in office.desk.context.outbox.rows() if row.delivery_id == held)
    assert (hold.scope, hold.target) == (Scope.ACCOUNT, row.account_id)
    screen.refresh()
    office.desk.settle()
    assert button(screen.details, "Lift the hold…")
    check_names(screen)


def test_holding_everything_goes_before_a_smaller_question(office: Office) -> None:
    context, screen = office.desk.context, office.show()
    holding = Holding(context.services, context.bridge, lambda: context.actor, screen)
    holding.ask(screen, context.say, Subject(Scope.ACCOUNT, "acct_1", "Facebook"))
    holding.ask(screen, context.say)
    office.desk.settle()
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, HoldDialog)
    assert dialog.title.text() == "Hold all publishing?"
    dialog.reject()


def test_an_error_without_a_post_stands_above_the_buttons(office: Office) -> None:
    Holds(office.staff.desk).hold(office.staff.mira.actor, Reason.INCIDENT)
    dialog = lifting(office)
    dialog.show_error(NotAllowedError("Not you"))
    assert dialog.problem.isVisible()
    dialog.reject()


def test_a_choice_may_be_open_at_first(office: Office) -> None:
    choice = Segmented((("a", "A"), ("b", "B")), label="Which", current=None)
    office.desk.qtbot.addWidget(choice)
    choice.show()
    assert choice.current == ""
    check_reachable(choice)
    choice.set_current("b")
    assert choice.current == "b"
