"""The first run, by keyboard and mouse: four steps, nothing lost on the way, a sheet at the end, then Compose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from desktop.doors import Doors
from desktop.look import Appearance
from desktop.program import Program, Setting
from desktop.start.first_run import FirstRunPage
from desktop.start.paper import write
from desktop.start.recovery import SheetPage
from desktop.start.steps import clock_words
from desktop.start.zones import label, local_zone, next_change, offset, zones
from editorial.audit.auditing import Auditing
from editorial.desk import Desk
from editorial.errors import DeskError
from editorial.keys.workspace_secret import WorkspaceSecret
from editorial.people.setup import NewWorkspace, create_workspace
from editorial.vault import Vault, VaultError, VaultState
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desks import JONAS, WEAK, HandClock, MemoryKeyring
from tests.fakes.desktop import arrive, running, settle


class Founder:
    """Makes workspaces with a keyring in memory, or with none, as told."""

    def __init__(self) -> None:
        self.keyring = MemoryKeyring()
        self.problem: VaultError | None = None
        self.clock = HandClock()
        self.made: list[NewWorkspace] = []

    def create(self, folder: Path, new: NewWorkspace) -> tuple[Desk, WorkspaceSecret]:
        if self.problem is not None:
            raise self.problem
        self.made.append(new)
        weak = replace(new, kind="tour")  # stretching that costs nothing is refused for real ones
        return create_workspace(folder, weak, vault=Vault("test", self.keyring), clock=self.clock, kdf=WEAK)

    @property
    def setting(self) -> Setting:
        doors = Doors(create=self.create, keyring=lambda: self.problem, private_keyrings=False)
        return Setting(doors=doors, clock=self.clock, locale=QLocale.c())


@pytest.fixture
def founder() -> Founder:
    return Founder()


@pytest.fixture
def program(founder: Founder, qtbot: QtBot, appearance: Appearance, tmp_path: Path) -> Iterator[Program]:
    with running(qtbot, tmp_path / "desk", founder.setting) as made:
        yield made


def page_of(program: Program) -> FirstRunPage:
    page = program.start_window.page
    assert isinstance(page, FirstRunPage)
    return page


def fill_in(qtbot: QtBot, page: FirstRunPage, passphrase: str = JONAS) -> None:
    """Everything up to the last step, as a person types it."""
    qtbot.keyClicks(page.organization.name.line, "Alder Bay Hospital")
    zone = page.organization.zone
    zone.setCurrentIndex(zone.findData("America/New_York"))
    qtbot.keyClick(page.organization.name.line, Qt.Key.Key_Return)
    qtbot.keyClicks(page.person.name.line, "Jonas Lindqvist")
    qtbot.keyClicks(page.person.passphrase.line, passphrase)
    qtbot.mouseClick(page.button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(page.button, Qt.MouseButton.LeftButton)


def test_from_the_first_window_to_compose(program: Program, founder: Founder, qtbot: QtBot) -> None:
    page = page_of(program)
    assert page.step == 0
    fill_in(qtbot, page)
    assert page.step == 3
    assert page.button.text() == "Set up"
    qtbot.mouseClick(page.button, Qt.MouseButton.LeftButton)
    settle(qtbot, program.bridge)
    sheet = program.start_window.page
    assert isinstance(sheet, SheetPage)
    assert not sheet.button.isEnabled()
    qtbot.mouseClick(sheet.kept, Qt.MouseButton.LeftButton, pos=sheet.kept.rect().center() / 4)
    sheet.kept.setChecked(True)
    qtbot.mouseClick(sheet.button, Qt.MouseButton.LeftButton)
    arrive(qtbot, program)
    assert program.shell is not None
    assert program.shell.windowTitle() == "Compose – Signpost"
    made = founder.made[0]
    assert (made.organization, made.zone, made.sign_in, made.kind) == (
        "Alder Bay Hospital",
        "America/New_York",
        "jonas",
        "real",
    )
    assert program.entrance.opened is not None
    actions = [entry.action for entry in Auditing(program.entrance.opened.services.desk).entries()]
    assert "recovery.shown" in actions


def test_the_sheet_holds_the_words_that_open_the_workspace_elsewhere(
    program: Program, founder: Founder, qtbot: QtBot, tmp_path: Path
) -> None:
    fill_in(qtbot, page_of(program))
    qtbot.mouseClick(page_of(program).button, Qt.MouseButton.LeftButton)
    settle(qtbot, program.bridge)
    sheet = program.start_window.page
    assert isinstance(sheet, SheetPage)
    check_names(program.start_window)
    check_reachable(program.start_window)
    sheet._copy()
    copied = QGuiApplication.clipboard().text()
    words = [line.split(". ") for line in copied.splitlines() if line.startswith("1. ")]
    assert words
    assert "Alder Bay Hospital" in copied
    assert program.entrance.opened is not None
    check = program.entrance.opened.services.desk.workspace.secret_check
    typed = copied[copied.index("1. ") : copied.index("How to use it")]
    assert WorkspaceSecret.from_words(typed).check() == check
    assert sheet.note.isVisible()


def test_back_keeps_what_was_typed(program: Program, qtbot: QtBot) -> None:
    page = page_of(program)
    fill_in(qtbot, page)
    for _ in range(3):
        qtbot.mouseClick(page.back, Qt.MouseButton.LeftButton)
    assert page.step == 0
    assert page.organization.name.text() == "Alder Bay Hospital"
    assert page.person.passphrase.text() == JONAS
    assert page.person.sign_in.text() == "jonas"
    assert page.practise.cards.current == "practice"
    assert not page.back.isVisible()


def test_an_empty_field_is_marked_and_nothing_goes_on(program: Program, qtbot: QtBot) -> None:
    page = page_of(program)
    qtbot.mouseClick(page.button, Qt.MouseButton.LeftButton)
    assert page.step == 0
    assert page.organization.name.error.startswith("The name is empty.")
    qtbot.keyClicks(page.organization.name.line, "Alder Bay")
    qtbot.mouseClick(page.button, Qt.MouseButton.LeftButton)
    assert page.step == 1
    qtbot.mouseClick(page.button, Qt.MouseButton.LeftButton)
    assert page.person.name.error.startswith("Your name is empty.")


def test_a_weak_passphrase_leads_back_to_its_field(program: Program, founder: Founder, qtbot: QtBot) -> None:
    page = page_of(program)
    fill_in(qtbot, page, passphrase="password1234")
    qtbot.mouseClick(page.button, Qt.MouseButton.LeftButton)
    settle(qtbot, program.bridge)
    assert page.step == 1
    assert "too easy to guess" in page.person.passphrase.error
    assert page.person.passphrase.text() == "password1234"
    assert program.shell is None


def test_strength_is_shown_while_typing(program: Program, qtbot: QtBot) -> None:
    page = page_of(program)
    page.show_step(1)
    qtbot.keyClicks(page.person.passphrase.line, JONAS)
    qtbot.waitUntil(lambda: page.person.meter.word == "Strong: 4 words" or "strong" in page.person.meter.word.lower())


def test_without_a_keyring_nothing_is_made_and_nothing_is_lost(
    program: Program, founder: Founder, qtbot: QtBot
) -> None:
    founder.problem = VaultError(VaultState.MISSING, "No keyring was found", "", "Install one.")
    page = page_of(program)
    fill_in(qtbot, page)
    qtbot.mouseClick(page.button, Qt.MouseButton.LeftButton)
    settle(qtbot, program.bridge)
    assert page.step == 3
    assert page.networks.keyring.isVisible()
    assert "Install one." in page.networks.keyring.sentence.text()
    assert page.person.passphrase.text() == JONAS
    founder.problem = None
    qtbot.mouseClick(page.networks.again, Qt.MouseButton.LeftButton)
    settle(qtbot, program.bridge)
    assert not page.networks.keyring.isVisible()
    qtbot.mouseClick(page.button, Qt.MouseButton.LeftButton)
    settle(qtbot, program.bridge)
    assert isinstance(program.start_window.page, SheetPage)


def test_an_error_that_belongs_to_no_field_stands_below(program: Program, qtbot: QtBot) -> None:
    page = page_of(program)
    page.show_error(DeskError("The disk is full", "Nothing was changed.", "Free some space."))
    assert page.problem.isVisible()
    page.show_error(None)
    assert not page.problem.isVisible()


@pytest.mark.parametrize("step", range(4))
def test_every_control_of_every_step_says_what_it_is(program: Program, step: int) -> None:
    page_of(program).show_step(step)
    check_names(program.start_window)
    check_reachable(program.start_window)


def test_the_step_tells_the_time_of_the_place(program: Program) -> None:
    page = page_of(program)
    zone = page.organization.zone
    zone.setCurrentIndex(zone.findData("America/New_York"))
    assert page.organization.note.sentence.text() == "There it is now 10:42. Clocks go forward on Sun 14 March."
    zone.setCurrentIndex(zone.findData("Asia/Tokyo"))
    assert page.organization.note.sentence.text() == "There it is now 00:42. Clocks do not change there."


def test_zones_have_names_and_offsets() -> None:
    now = HandClock().at
    assert label("America/New_York", now) == "New York, UTC−5"
    assert label("Asia/Kolkata", now) == "Kolkata, UTC+5:30"
    assert label("UTC", now) == "UTC, UTC"
    assert "America/New_York" in zones()
    assert "US/Eastern" not in zones()
    assert local_zone() in {*zones(), local_zone()}
    change = next_change("Europe/Berlin", now)
    assert change is not None
    assert (change[0].date().isoformat(), change[1]) == ("2027-03-28", True)
    assert clock_words("Europe/Berlin", now).endswith("Clocks go forward on Sun 28 March.")
    assert offset(change[0].utcoffset() or change[0] - change[0]) == "UTC+2"


def test_the_sheet_is_written_for_its_owner_only(tmp_path: Path, qapp: object) -> None:
    pdf, text = tmp_path / "sheet.pdf", tmp_path / "sheet.txt"
    write(pdf, "the words", "<p>the words</p>")
    write(text, "the words", "<p>the words</p>")
    assert pdf.read_bytes().startswith(b"%PDF")
    assert text.read_text(encoding="utf-8") == "the words"
    assert {path.stat().st_mode & 0o777 for path in (pdf, text)} == {0o600}


def test_saving_asks_where_to(program: Program, qtbot: QtBot, tmp_path: Path) -> None:
    sheet = SheetPage(("abandon", "ability"), "the words", "<p>the words</p>")
    program.start_window.show_page(sheet)
    sheet._save()
    dialog = sheet.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "sheet.txt"))
    assert (tmp_path / "sheet.txt").exists()
    assert sheet.note.title.text() == "Saved as sheet.txt."
    dialog.fileSelected.emit(str(tmp_path / "missing" / "sheet.txt"))
    assert sheet.problem.isVisible()
    assert sheet.problem.title.text() == "The sheet could not be saved."
    dialog.close()


def test_printing_without_a_printer_says_what_else_to_do(program: Program) -> None:
    sheet = SheetPage(("abandon", "ability"), "the words", "<p>the words</p>")
    program.start_window.show_page(sheet)
    sheet._print()
    assert sheet.problem.title.text() == "No printer was found."
