"""The Library screen by mouse and keyboard: revoking, events, tasks, opening a document."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.screens.library import LibraryScreen
from desktop.screens.library.dialogs import RevokeDialog
from desktop.screens.library.document import DocumentDialog
from desktop.widgets.dialog import Dialog
from editorial.authorizations.standing import State
from editorial.tasks import Tasks
from editorial.vault import VaultError
from tests.desktop.screens.library import buttons, choose, dialog_of, shown, words
from tests.desktop.screens.library_register import busy_register
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.authorizations import PDF, recorded
from tests.fakes.desktop import Bench


@pytest.fixture
def screen(desk: Bench) -> Iterator[LibraryScreen]:
    busy_register(desk.staff)
    found = shown(desk)
    yield found
    for dialog in found.findChildren(Dialog):
        dialog.reject()
    desk.settle()


# ---- ending ----------------------------------------------------------------------------------------------------------


def test_revoking_by_mouse(desk: Bench, screen: LibraryScreen) -> None:
    choose(desk, screen, "Rosa M.")
    QTest.mouseClick(screen.details.revoke, Qt.MouseButton.LeftButton)
    dialog = dialog_of(screen, RevokeDialog)
    check_names(dialog)
    check_reachable(dialog)
    QTest.mouseClick(dialog.how.part("email"), Qt.MouseButton.LeftButton)
    QTest.mouseClick(dialog.button, Qt.MouseButton.LeftButton)
    desk.settle()
    row = next(row for row in desk.context.register.rows() if row.label == "Rosa M.")
    assert row.revoked is not None
    assert (row.revoked.how, row.revoked.received_on) == ("email", "2027-03-10")
    assert "Revoked" in words(screen.details)
    assert not screen.details.revoke.isVisible()
    assert "Patient. Written authorization" in words(screen.details)


def test_a_day_of_revocation_that_cannot_be(desk: Bench, screen: LibraryScreen) -> None:
    choose(desk, screen, "Rosa M.")
    screen.details.revoke.click()
    dialog = dialog_of(screen, RevokeDialog)
    assert dialog.received.text() == "Wed 10 Mar 2027"
    for day in ("tomorrow", "2027-03-11", "", "someday"):
        dialog.received.set_text(day)
        dialog.button.click()
        desk.settle()
        assert dialog.received.error
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert next(row for row in desk.context.register.rows() if row.label == "Rosa M.").revoked is None


def test_an_event_asks_first(desk: Bench, screen: LibraryScreen) -> None:
    choose(desk, screen, "Greta O.")
    QTest.mouseClick(screen.details.event_button, Qt.MouseButton.LeftButton)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, Dialog)
    assert "rehabilitation project" in dialog.subtitle.text()
    buttons(dialog, "It has happened")[0].click()
    desk.settle()
    row = next(row for row in desk.context.register.rows() if row.label == "Greta O.")
    assert row.standing.state is State.ENDED


def test_a_task_that_is_done_goes_away(desk: Bench, screen: LibraryScreen) -> None:
    (button,) = buttons(screen.details, "Mark as taken down…")
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, Dialog)
    buttons(dialog, "Mark as done")[0].click()
    desk.settle()
    assert Tasks(desk.staff.desk).open() == ()
    assert not buttons(screen.details, "Mark as taken down…")
    assert screen.page.banner is None


def test_what_is_online_leads_to_the_outbox(desk: Bench, screen: LibraryScreen) -> None:
    (task,) = Tasks(desk.staff.desk).open()
    buttons(screen.details, "Take down…")[0].click()
    assert desk.shell.went[-1] == ("outbox", task.delivery_id)


def test_the_banner_leads_to_what_is_still_online(desk: Bench, screen: LibraryScreen) -> None:
    QTest.keyClicks(screen.page.search, "Rosa")
    assert screen.page.banner is not None
    QTest.mouseClick(buttons(screen.page.banner, "Show")[0], Qt.MouseButton.LeftButton)
    desk.settle()
    assert "Marek S." in words(screen.details)
    assert screen.page.search.text() == ""


def test_a_post_is_shown_in_review(desk: Bench, screen: LibraryScreen) -> None:
    screen.details.post.emit("post_1")
    assert desk.shell.went == [("review", "post_1")]


# ---- the document ----------------------------------------------------------------------------------------------------


def test_opening_the_document_is_logged(desk: Bench, screen: LibraryScreen, tmp_path: Path) -> None:
    assert screen.details.document is not None
    QTest.mouseClick(screen.details.document, Qt.MouseButton.LeftButton)
    desk.settle()
    dialog = dialog_of(screen, DocumentDialog)
    assert dialog.picture.isVisible()
    assert "opened 2 times" in words(screen.details)
    check_names(dialog)
    copy = tmp_path / "copy.png"
    dialog.save_to(copy)
    desk.settle()
    assert copy.stat().st_mode & 0o777 == 0o600
    dialog.save_to(tmp_path / "no" / "such" / "folder.png")
    desk.settle()
    assert desk.shell.told
    QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_a_pdf_can_be_saved(desk: Bench) -> None:
    recorded(desk.staff, scan=PDF)
    screen = shown(desk)
    assert screen.details.document is not None
    screen.details.document.click()
    desk.settle()
    dialog = dialog_of(screen, DocumentDialog)
    assert not dialog.picture.isVisible()
    assert "PDF" in words(dialog)
    dialog.reject()


def test_a_document_that_cannot_be_opened_is_told(desk: Bench) -> None:
    recorded(desk.staff, scan=PDF)
    screen = shown(desk)
    desk.staff.keyring.entries.clear()
    assert screen.details.document is not None
    screen.details.document.click()
    desk.settle()
    assert desk.shell.told
    assert not isinstance(desk.shell.told[0], VaultError)
    assert "opened 0 times" in words(screen.details)
