"""The list of all concerns: what each row says, the filter, the record, and the ways in and out."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from desktop.concerns import CloseConcernDialog, ConcernsDialog, ToldDialog
from desktop.concerns.listing import lasted
from desktop.screens.audit.screen import AuditScreen
from desktop.screens.outbox import OutboxScreen
from desktop.widgets.buttons import AppButton
from desktop.widgets.rows import Row
from editorial.concerns import ConcernKind, Concerns, Told
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desktop import Bench, modal
from tests.gallery_after import published

LEFT = Qt.MouseButton.LeftButton


def three(desk: Bench) -> list[str]:
    """A published post with one open and one closed concern, and a draft with an open one; the ids of the posts."""
    staff, concerns = desk.staff, Concerns(desk.staff.desk)
    post, _ = published(staff)
    staff.clock.forward(timedelta(hours=2, minutes=5))
    first, _ = concerns.report(staff.mira.actor, post, ConcernKind.WRONG, "It says Monday.")
    concerns.note(staff.mira.actor, first, [Told("Helen Castellanos", "by phone", staff.clock.now())])
    second, _ = concerns.report(staff.jonas.actor, post, ConcernKind.OTHER, "The picture is old.")
    concerns.close(staff.helen.actor, second, "Nobody can be recognised.")
    draft, _ = Drafting(staff.desk).open(staff.mira.actor, DraftBody("Choir visit"))
    concerns.report(staff.helen.actor, draft, ConcernKind.PRIVACY, "Why this?")
    return [post, draft]


def opened(desk: Bench) -> ConcernsDialog:
    window = AuditScreen(desk.context)
    desk.qtbot.addWidget(window)
    window.resize(1252, 826)
    with desk.qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    desk.settle()
    next(each for each in window.commands() if each.text == "All concerns…").do()
    dialog = modal(ConcernsDialog)
    desk.settle()
    desk.qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    return dialog


def sentences(dialog: ConcernsDialog) -> list[str]:
    return [each.sentence for each in dialog.list.rows.items if isinstance(each, Row)]


def words(dialog: ConcernsDialog) -> str:
    QApplication.processEvents()  # Qt shows what is added to an open window in the next round
    return "\n".join(each.text() for each in dialog.findChildren(QLabel) if each.isVisible())


def test_every_row_says_what_is_known(desk: Bench) -> None:
    three(desk)
    dialog = opened(desk)
    assert [dialog.filter.part(key).text() for key in ("open", "closed", "all")] == ["Open", "Closed", "All"]
    (newest, oldest) = sentences(dialog)
    assert newest.startswith("Open. C-3, P-2 Choir visit. It may show who a patient is. Reported ")
    assert newest.endswith("Not online when reported. Nobody was told yet.")
    assert oldest.startswith("Open. C-1, P-1 ")
    assert oldest.endswith("Online for 2 h 5 min when reported. Told Helen Castellanos.")
    check_names(dialog)
    check_reachable(dialog)


def test_the_filter_by_keyboard_and_mouse(desk: Bench) -> None:
    three(desk)
    dialog = opened(desk)
    dialog.filter.part("open").setFocus()
    QTest.keyClick(dialog.filter.part("open"), Qt.Key.Key_Right)
    (closed,) = sentences(dialog)
    assert closed.startswith("Closed. C-2")
    assert closed.endswith("Outcome: Nobody can be recognised.")
    assert "Closed by Helen Castellanos" in words(dialog)
    QTest.mouseClick(dialog.filter.part("all"), LEFT)
    assert len(sentences(dialog)) == 3


def test_the_record_by_keyboard(desk: Bench) -> None:
    three(desk)
    dialog = opened(desk)
    assert dialog.list.hasFocus()
    QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    told = words(dialog)
    assert "It says Monday." in told
    assert "Version 1, content code" in told
    assert "Helen Castellanos, “Sign-off” of version 1" in told
    assert "online for 2 h 5 min" in told
    assert "https://practice.example/@alderbay/post-118" in told
    QTest.keyClick(dialog.list, Qt.Key.Key_Return)
    focus = dialog.focusWidget()
    assert isinstance(focus, AppButton)
    assert focus.text() == "Add who was told…"
    QTest.keyClick(focus, Qt.Key.Key_Space)
    asked = modal(ToldDialog)
    QTest.keyClicks(asked.who.line, "Dr. Adeyemi")
    assert asked.send is not None
    QTest.mouseClick(asked.send, LEFT)
    desk.settle()
    assert "Told Helen Castellanos, Dr. Adeyemi." in sentences(dialog)[1]


def test_closing_one_moves_it_to_the_closed(desk: Bench) -> None:
    three(desk)
    dialog = opened(desk)
    close = next(each for each in dialog.findChildren(AppButton) if each.text() == "Close…")
    QTest.mouseClick(close, LEFT)
    asked = modal(CloseConcernDialog)
    QTest.keyClicks(asked.area, "Taken back.")
    assert asked.send is not None
    QTest.mouseClick(asked.send, LEFT)
    desk.settle()
    assert len(sentences(dialog)) == 1
    dialog.filter.part("closed").click()
    assert sentences(dialog)[0].endswith("Outcome: Taken back.")


def test_it_leads_to_the_post(desk: Bench) -> None:
    post, draft = three(desk)
    dialog = opened(desk)
    QTest.mouseClick(dialog.post_button, LEFT)
    dialog = opened(desk)
    QTest.keyClick(dialog.list, Qt.Key.Key_Down)
    QTest.mouseClick(dialog.post_button, LEFT)
    assert desk.shell.went == [("review", draft), ("outbox", post)]


def test_none_was_reported(desk: Bench) -> None:
    dialog = opened(desk)
    assert dialog.nothing.text() == "No concern was reported."
    assert not dialog.post_button.isEnabled()


def test_only_closed_ones_are_shown_at_once(desk: Bench) -> None:
    concerns, (post, _) = Concerns(desk.staff.desk), published(desk.staff)
    key, _ = concerns.report(desk.staff.mira.actor, post, ConcernKind.OTHER, "Old.")
    concerns.close(desk.staff.helen.actor, key, "It is not.")
    assert len(sentences(opened(desk))) == 1


def test_the_outbox_leads_to_all(desk: Bench) -> None:
    three(desk)
    screen = OutboxScreen(desk.context)
    desk.qtbot.addWidget(screen)
    screen.resize(1252, 826)
    screen.show()
    desk.settle()
    more = next(each for each in screen.details.findChildren(AppButton) if each.text() == "All concerns…")
    QTest.mouseClick(more, LEFT)
    assert modal(ConcernsDialog)
    desk.settle()


@pytest.mark.parametrize(
    ("span", "told"),
    [
        (timedelta(seconds=59), "under a minute"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=1), "1 h 0 min"),
        (timedelta(hours=23, minutes=59), "23 h 59 min"),
        (timedelta(days=1), "1 day 0 h"),
        (timedelta(days=3, hours=2, minutes=50), "3 days 2 h"),
    ],
)
def test_how_long_is_said_in_two_units(span: timedelta, told: str) -> None:
    assert lasted(span) == told
