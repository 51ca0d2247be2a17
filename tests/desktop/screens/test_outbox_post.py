"""What the Outbox offers about the post behind a delivery: concerns and corrections, by mouse and by keyboard."""

from datetime import timedelta
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from desktop.concerns import CloseConcernDialog, ReportConcernDialog, ToldDialog
from desktop.screens.outbox import OutboxScreen
from desktop.widgets.buttons import AppButton
from desktop.widgets.dialog import Dialog
from editorial.concerns import ConcernKind
from editorial.people.session import SignedIn
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desktop import Bench
from tests.fakes.posts import scheduled
from tests.gallery_after import published

T = TypeVar("T", bound=Dialog)
LEFT = Qt.MouseButton.LeftButton


def shown(desk: Bench, person: SignedIn | None = None) -> OutboxScreen:
    desk.sign_in(person or desk.staff.helen)
    screen = OutboxScreen(desk.context)
    desk.qtbot.addWidget(screen)
    screen.resize(1252, 826)
    screen.show()
    desk.settle()
    return screen


def button(widget: QWidget, text: str) -> AppButton:
    return next(each for each in widget.findChildren(AppButton) if each.text() == text and each.isVisible())


def offered(widget: QWidget) -> list[str]:
    return [each.text() for each in widget.findChildren(AppButton) if each.isVisible()]


def dialog_of(kind: type[T]) -> T:
    found = QApplication.activeModalWidget()
    assert isinstance(found, kind)
    return found


def concerned(desk: Bench) -> str:
    """A published post with a concern; returns the post's id."""
    post, _ = published(desk.staff)
    desk.context.services.concerns.report(desk.staff.mira.actor, post, ConcernKind.WRONG, "It says Monday.")
    return post


def test_a_link_from_elsewhere_is_followed_once_the_rows_are_read(desk: Bench) -> None:
    concerned(desk)
    post, delivery = scheduled(desk.staff, "Parking", account=desk.staff.connect_practice("second"))
    screen = OutboxScreen(desk.context)
    desk.qtbot.addWidget(screen)
    screen.show()
    screen.show_item(post)
    desk.settle()
    assert screen.table.current_key == delivery
    screen.show_item("gone")
    screen.refresh()
    desk.settle()
    assert screen.table.current_key == delivery


def test_reporting_a_concern(desk: Bench) -> None:
    post, _ = published(desk.staff)
    screen = shown(desk)
    QTest.mouseClick(button(screen.details, "Report a concern…"), LEFT)
    report = dialog_of(ReportConcernDialog)
    report.kind.setCurrentIndex(3)
    QTest.keyClicks(report.area, "It says Monday.")
    assert report.send is not None
    QTest.keyClick(report.send, Qt.Key.Key_Return)
    desk.settle()
    (row,) = desk.context.services.concerns.rows(post)
    assert (row.kind, row.evidence["deliveries"][0]["account"]) == (ConcernKind.WRONG, "Practice alderbay")
    assert "Add who was told…" in offered(screen.details)
    check_names(screen)
    check_reachable(screen)


def test_adding_who_was_told(desk: Bench) -> None:
    post = concerned(desk)
    screen = shown(desk)
    QTest.mouseClick(button(screen.details, "Add who was told…"), LEFT)
    told = dialog_of(ToldDialog)
    check_names(told)
    assert told.send is not None
    told.send.click()
    desk.settle()
    assert told.who.error
    QTest.keyClicks(told.who.line, "Dr. Adeyemi")
    QTest.keyClicks(told.how.line, "by phone")
    for field, wrong, right in ((told.day, "12 March", "2027-03-10"), (told.time, "25", "1030")):
        field.set_text(wrong)
        told.send.click()
        assert field.error
        field.set_text(right)
    told.send.click()
    desk.settle()
    (row,) = desk.context.services.concerns.rows(post)
    assert [(each.who, each.how) for each in row.told] == [("Dr. Adeyemi", "by phone")]
    assert row.told[0].at == desk.staff.clock.now() - timedelta(minutes=12)


def test_closing_a_concern(desk: Bench) -> None:
    post = concerned(desk)
    screen = shown(desk)
    QTest.mouseClick(button(screen.details, "Close…"), LEFT)
    close = dialog_of(CloseConcernDialog)
    assert close.send is not None
    close.send.click()
    desk.settle()
    assert close.field.error
    QTest.keyClicks(close.area, "Corrected.")
    close.send.click()
    desk.settle()
    (row,) = desk.context.services.concerns.rows(post)
    assert row.outcome == "Corrected."
    assert "Add who was told…" not in offered(screen.details)


def test_what_the_service_refuses_is_said_in_the_dialog(desk: Bench) -> None:
    post, _ = published(desk.staff)
    concerns = desk.context.services.concerns
    concern, _ = concerns.report(desk.staff.mira.actor, post, ConcernKind.OTHER, "Why?")
    screen = shown(desk)
    QTest.mouseClick(button(screen.details, "Close…"), LEFT)
    close = dialog_of(CloseConcernDialog)
    concerns.close(desk.staff.helen.actor, concern, "Nothing in it.")
    QTest.keyClicks(close.area, "Corrected.")
    assert close.send is not None
    close.send.click()
    desk.settle()
    assert close.isVisible()
    assert close.problem.title.text() == "This concern is closed."
    QTest.keyClick(close, Qt.Key.Key_Escape)


def test_only_some_may_close(desk: Bench) -> None:
    post, _ = published(desk.staff)
    desk.context.services.concerns.report(desk.staff.mira.actor, post, ConcernKind.OTHER, "Why?")
    screen = shown(desk, desk.staff.mira)
    assert "Add who was told…" in offered(screen.details)
    assert "Close…" not in offered(screen.details)


def test_correcting_what_is_published(desk: Bench) -> None:
    post, _ = published(desk.staff)
    screen = shown(desk, desk.staff.mira)
    QTest.mouseClick(button(screen.details, "Correct…"), LEFT)
    dialog = dialog_of(Dialog)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    desk.settle()
    assert desk.shell.went == []
    QTest.mouseClick(button(screen.details, "Correct…"), LEFT)
    QTest.keyClick(dialog_of(Dialog), Qt.Key.Key_Return)
    desk.settle()
    ((place, correction),) = desk.shell.went
    assert place == "compose"
    assert desk.context.drafting.read(correction).body.corrects == post
    QTest.mouseClick(button(screen.details, "P-2, draft"), LEFT)
    assert desk.shell.went[-1] == ("compose", correction)


def test_what_is_not_published_cannot_be_corrected(desk: Bench) -> None:
    scheduled(desk.staff)
    screen = shown(desk, desk.staff.mira)
    assert "Correct…" not in offered(screen.details)
    assert "Report a concern…" in offered(screen.details)


def test_the_menu_of_a_row_offers_the_same(desk: Bench) -> None:
    _, delivery = published(desk.staff)
    screen = shown(desk, desk.staff.mira)
    place = screen.table.viewport().mapToGlobal(screen.table.rect().center())
    screen.table.context.emit(delivery, place)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    assert [action.text() for action in menu.actions()] == ["Open", "Take down…", "Correct…", "Report a concern…"]
    menu.setActiveAction(menu.actions()[-1])
    QTest.keyClick(menu, Qt.Key.Key_Return)
    dialog_of(ReportConcernDialog).reject()
    assert [command.text for command in screen.commands()] == ["Open", "Take down…", "Correct…", "Report a concern…"]
