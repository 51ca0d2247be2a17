"""Signing in at the window: names before anything is loaded, tries, the keyring's states, the recovery sheet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.program import Program, Setting
from desktop.start.page import Page
from desktop.start.problem import ProblemPage
from desktop.start.recovery import RecoveryPage
from desktop.start.sign_in import SignInPage, role_words
from editorial.audit.auditing import Auditing
from editorial.desk import Desk
from editorial.errors import DeskError
from editorial.vault import VaultError, VaultState
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desks import HELEN, MIRA, Staff, staffed
from tests.fakes.desktop import arrive, come_in, doors_of, running, setting_of, settle


@pytest.fixture
def program(staff: Staff, qtbot: QtBot, appearance: Appearance) -> Iterator[Program]:
    with running(qtbot, staff.desk.folder, setting_of(staff)) as made:
        yield made


def page_of(program: Program) -> SignInPage:
    page = program.entrance.sign_in
    assert page is not None
    return page


def last_actions(staff: Staff, count: int = 1) -> list[str]:
    return [entry.action for entry in Auditing(staff.desk).entries(limit=count)]


def test_names_are_there_before_the_workspace_is_opened(staff: Staff, qtbot: QtBot, appearance: Appearance) -> None:
    program = Program(staff.desk.folder, appearance, setting_of(staff))
    program.show()
    assert program.entrance.opened is None
    page = page_of(program)
    sentences = [page.people.model().index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(3)]
    assert sentences == [
        "Helen Castellanos, Privacy officer",
        "Jonas Lindqvist, Administrator, communications lead",
        "Mira Okafor, Author",
    ]
    program.quit()
    program.start_window.deleteLater()


def test_the_right_passphrase_opens_the_window(program: Program, staff: Staff, qtbot: QtBot) -> None:
    shell = come_in(qtbot, program, staff.mira, MIRA)
    assert shell.isVisible()
    assert not program.start_window.isVisible()
    assert shell.context.actor.id == staff.mira.person_id
    assert "person.signed_in" in last_actions(staff)
    assert page_of(program).passphrase.text() == ""


def test_a_wrong_passphrase_says_how_many_tries_are_left(program: Program, staff: Staff, qtbot: QtBot) -> None:
    page = page_of(program)
    page.choose(staff.helen.person_id)
    qtbot.keyClicks(page.passphrase.line, "not the right one at all")
    qtbot.mouseClick(page.button, Qt.MouseButton.LeftButton)
    settle(qtbot, program.bridge)
    assert page.problem.isVisible()
    assert page.problem.title.text() == "That passphrase does not fit."
    assert "4 tries left" in page.problem.sentence.text()
    assert page.passphrase.line.selectedText()
    assert program.shell is None
    staff.clock.forward(timedelta(seconds=30))
    come_in(qtbot, program, staff.helen, HELEN)


def test_too_many_tries_make_a_pause(program: Program, staff: Staff, qtbot: QtBot) -> None:
    page = page_of(program)
    page.choose(staff.helen.person_id)
    for _ in range(5):
        qtbot.keyClicks(page.passphrase.line, "wrong")
        qtbot.keyClick(page.passphrase.line, Qt.Key.Key_Return)
        settle(qtbot, program.bridge)
        staff.clock.forward(timedelta(seconds=40))
    qtbot.keyClicks(page.passphrase.line, HELEN)
    qtbot.keyClick(page.passphrase.line, Qt.Key.Key_Return)
    settle(qtbot, program.bridge)
    assert page.problem.title.text() == "Signing in pauses."
    assert program.shell is None


def test_an_empty_passphrase_asks_nothing(program: Program, staff: Staff, qtbot: QtBot) -> None:
    page = page_of(program)
    before = staff.people.cards()
    qtbot.mouseClick(page.button, Qt.MouseButton.LeftButton)
    settle(qtbot, program.bridge)
    assert not page.button.busy
    assert staff.people.cards() == before


def test_what_was_typed_before_the_workspace_was_open_is_not_lost(
    staff: Staff, qtbot: QtBot, appearance: Appearance
) -> None:
    program = Program(staff.desk.folder, appearance, setting_of(staff))
    program.show()
    page = page_of(program)
    page.choose(staff.mira.person_id)
    qtbot.keyClicks(page.passphrase.line, MIRA)
    qtbot.keyClick(page.passphrase.line, Qt.Key.Key_Return)
    assert page.button.busy
    program.load()
    arrive(qtbot, program)
    program.quit()
    program.start_window.deleteLater()


def test_every_control_says_what_it_is(program: Program) -> None:
    check_names(program.start_window)
    check_reachable(program.start_window)


def test_the_passphrases_stand_on_the_cards_of_a_demo_only(staff: Staff, qtbot: QtBot, appearance: Appearance) -> None:
    cards = {"passphrases": {"mira": MIRA, "helen": HELEN}}
    (staff.desk.folder / "demo.json").write_text(json.dumps(cards), encoding="utf-8")
    with running(qtbot, staff.desk.folder, setting_of(staff)) as program:
        page = page_of(program)
        assert page.demo.isVisible()
        said = [page.people.model().index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(3)]
        assert said[2] == f"Mira Okafor, Author, demo passphrase {MIRA}"
        assert "demo passphrase" not in said[1]


def test_a_real_workspace_shows_no_passphrase_even_with_the_file(
    qtbot: QtBot, appearance: Appearance, tmp_path: Path
) -> None:
    with staffed(tmp_path / "desk", kind="tour") as staff:
        cards = {"passphrases": {"mira": MIRA}}
        (staff.desk.folder / "demo.json").write_text(json.dumps(cards), encoding="utf-8")
        with running(qtbot, staff.desk.folder, setting_of(staff)) as program:
            assert not page_of(program).demo.isVisible()


class Broken:
    """A keyring that is there or not, as told."""

    def __init__(self, staff: Staff) -> None:
        self.staff = staff
        self.problem: VaultError | None = VaultError(
            VaultState.LOCKED, "The keyring is locked", "Drafting works.", "Unlock it."
        )
        vault = staff.desk.vault
        self._check = vault.check
        vault.check = self.check  # type: ignore[method-assign]
        vault.state = self.state  # type: ignore[method-assign]

    def check(self) -> None:
        if self.problem is not None:
            raise self.problem
        self._check()

    def state(self) -> VaultState:
        return self.problem.state if self.problem is not None else VaultState.READY


def test_without_a_keyring_one_can_only_draft(staff: Staff, qtbot: QtBot, appearance: Appearance) -> None:
    keyring = Broken(staff)
    with running(qtbot, staff.desk.folder, setting_of(staff)) as program:
        page = page_of(program)
        assert page.keyring.isVisible()
        assert page.keyring.title.text() == "The keyring is locked."
        assert not page.passphrase.isVisible()
        check_names(program.start_window)
        page.choose(staff.mira.person_id)
        qtbot.mouseClick(page.button, Qt.MouseButton.LeftButton)
        arrive(qtbot, program)
        assert program.shell is not None
        assert not program.shell.context.actor.verified
        strip = program.shell.banners.shown
        assert strip is not None
        assert strip.title == "The keyring is locked."
        keyring.problem = None
        button = program.shell.banners.button("keyring")
        assert button is not None
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        settle(qtbot, program.bridge)
        strip = program.shell.banners.shown
        assert strip is not None
        assert strip.title == "Signing in was not checked."


def test_a_keyring_that_opens_meanwhile_is_found_by_try_again(
    staff: Staff, qtbot: QtBot, appearance: Appearance
) -> None:
    keyring = Broken(staff)
    with running(qtbot, staff.desk.folder, setting_of(staff)) as program:
        page = page_of(program)
        keyring.problem = None
        qtbot.mouseClick(page.again, Qt.MouseButton.LeftButton)
        settle(qtbot, program.bridge)
        assert not page.keyring.isVisible()
        assert page.passphrase.isVisible()
        come_in(qtbot, program, staff.mira, MIRA)


def test_the_recovery_sheet_brings_the_secret_to_this_computer(
    staff: Staff, qtbot: QtBot, appearance: Appearance
) -> None:
    staff.keyring.entries.clear()  # another computer
    with running(qtbot, staff.desk.folder, setting_of(staff)) as program:
        page = page_of(program)
        page.choose(staff.mira.person_id)
        page.passphrase.set_text(MIRA)
        qtbot.mouseClick(page.button, Qt.MouseButton.LeftButton)
        settle(qtbot, program.bridge)
        assert page.problem.isVisible()
        qtbot.mouseClick(page.sheet, Qt.MouseButton.LeftButton)
        sheet = program.start_window.page
        assert isinstance(sheet, RecoveryPage)
        check_names(program.start_window)
        sheet.words.setPlainText("abandon ability")
        qtbot.mouseClick(sheet.button, Qt.MouseButton.LeftButton)
        settle(qtbot, program.bridge)
        assert sheet.problem.isVisible()
        assert sheet.words.toPlainText() == "abandon ability"
        sheet.words.setPlainText(" ".join(staff.secret.words()))
        qtbot.mouseClick(sheet.button, Qt.MouseButton.LeftButton)
        settle(qtbot, program.bridge)
        assert program.start_window.page is page
        come_in(qtbot, program, staff.mira, MIRA)


def test_back_from_the_sheet_keeps_the_sign_in(program: Program, qtbot: QtBot) -> None:
    page = page_of(program)
    qtbot.mouseClick(page.sheet, Qt.MouseButton.LeftButton)
    sheet = program.start_window.page
    assert isinstance(sheet, RecoveryPage)
    qtbot.mouseClick(sheet.back_button, Qt.MouseButton.LeftButton)
    assert program.start_window.page is page


def test_a_workspace_that_cannot_be_opened_says_so_and_can_be_tried_again(
    staff: Staff, qtbot: QtBot, appearance: Appearance
) -> None:
    broken = [True]

    def open_it(folder: Path) -> Desk:
        if broken[0]:
            raise DeskError("This workspace is from a newer Signpost", "Nothing was changed.", "Update Signpost.")
        return staff.desk

    doors = replace(doors_of(staff), open=open_it)
    setting = Setting(doors=doors, clock=staff.clock)
    with running(qtbot, staff.desk.folder, setting) as program:
        page: Page | None = program.start_window.page
        assert isinstance(page, ProblemPage)
        assert page.state.title.text() == "This workspace is from a newer Signpost"
        broken[0] = False
        qtbot.mouseClick(page.state.again, Qt.MouseButton.LeftButton)
        settle(qtbot, program.bridge)
        assert isinstance(program.start_window.page, SignInPage)


def test_an_unreadable_file_is_told_in_words(qtbot: QtBot, appearance: Appearance, tmp_path: Path) -> None:
    (tmp_path / "signpost.db").write_bytes(
        b"this is no database, and long enough to be told apart from an empty one" * 9
    )
    with running(qtbot, tmp_path, Setting()) as program:
        assert isinstance(program.start_window.page, ProblemPage)


@pytest.mark.parametrize(
    ("roles", "words"),
    [
        (("author",), "Author"),
        (("communications_lead", "administrator"), "Administrator, communications lead"),
        ((), ""),
    ],
)
def test_roles_in_words(roles: tuple[str, ...], words: str) -> None:
    assert role_words(roles) == words
