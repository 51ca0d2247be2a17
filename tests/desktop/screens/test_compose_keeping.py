"""Keeping a warning with a reason in Compose, and what a reviewer reads of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.screens.compose.keeping import KeepDialog
from desktop.screens.review import ReviewScreen
from desktop.widgets.items import CheckItem
from editorial.charter.document import Role
from tests.desktop.screens.composing import CONTROL, Composing, connect
from tests.fakes.accessible import check_names, check_reachable, spoken
from tests.fakes.desks import Staff
from tests.fakes.desktop import Bench, bench, modal
from tests.fakes.rules import PRAISE, add_rules

WHY = "Ranked best by the state, 2026."
TEXT = "Our best ward is open."


@pytest.fixture
def desk(qtbot: QtBot, appearance: Appearance, staff: Staff) -> Iterator[Bench]:
    add_rules(staff.desk, PRAISE)
    with bench(staff, qtbot, staff.mira) as found:
        yield found


@pytest.fixture
def work(desk: Bench, staff: Staff) -> Composing:
    composing = Composing(desk)
    return composing.show(composing.draft("Ward", TEXT, connect(staff, "x")))


def item(work: Composing) -> CheckItem:
    (found,) = work.screen.side.checks.items
    return found


def buttons(work: Composing) -> dict[str, QPushButton]:
    return {each.text(): each for each in item(work).findChildren(QPushButton) if each.isVisible()}


def keep(work: Composing, reason: str = WHY) -> None:
    QTest.mouseClick(buttons(work)["Keep with reason…"], Qt.MouseButton.LeftButton)
    dialog = modal(KeepDialog)
    QTest.keyClicks(dialog.area, reason)
    QTest.mouseClick(dialog.keep_button, Qt.MouseButton.LeftButton)
    work.desk.settle()


def test_a_warning_is_kept_by_keyboard(work: Composing) -> None:
    assert work.screen.side.checks.tally.accessibleName().startswith("1 ")
    button = buttons(work)["Keep with reason…"]
    button.setFocus(Qt.FocusReason.TabFocusReason)
    QTest.keyClick(button, Qt.Key.Key_Space)
    dialog = modal(KeepDialog)
    work.desk.qtbot.waitUntil(lambda: QApplication.activeWindow() is dialog)
    assert dialog.area.hasFocus()
    assert dialog.subtitle.text().startswith("“best” promises much.")
    check_names(dialog)
    check_reachable(dialog)
    QTest.keyClicks(dialog.area, WHY)
    QTest.keyClick(dialog.area, Qt.Key.Key_Return, CONTROL)
    work.desk.settle()
    assert QApplication.activeModalWidget() is None
    assert spoken(item(work)).endswith(f"Kept: {WHY}")
    assert item(work).hasFocus()
    assert list(buttons(work)) == ["Change reason…", "Do not keep"]
    assert not work.screen.side.checks.tally.accessibleName().startswith("1 Warning")
    work.saved()
    assert list(work.stored().body.kept.values()) == [WHY]


def test_a_reason_is_needed(work: Composing) -> None:
    QTest.mouseClick(buttons(work)["Keep with reason…"], Qt.MouseButton.LeftButton)
    dialog = modal(KeepDialog)
    QTest.keyClicks(dialog.area, "   ")
    QTest.mouseClick(dialog.keep_button, Qt.MouseButton.LeftButton)
    assert dialog.isVisible()
    assert dialog.field.error == "Say why it may stay."
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    work.desk.settle()
    assert work.screen.bench.post.body.kept == {}


def test_the_reason_is_changed_and_taken_back(work: Composing) -> None:
    keep(work)
    QTest.mouseClick(buttons(work)["Change reason…"], Qt.MouseButton.LeftButton)
    dialog = modal(KeepDialog)
    assert dialog.area.toPlainText() == WHY
    dialog.area.setPlainText("Another one.")
    QTest.mouseClick(dialog.keep_button, Qt.MouseButton.LeftButton)
    work.desk.settle()
    assert spoken(item(work)).endswith("Kept: Another one.")
    QTest.mouseClick(buttons(work)["Do not keep"], Qt.MouseButton.LeftButton)
    work.desk.settle()
    assert "Kept" not in spoken(item(work))
    work.saved()
    assert work.stored().body.kept == {}


def test_it_ends_when_its_text_changes(work: Composing) -> None:
    keep(work)
    work.editor.moveCursor(work.editor.textCursor().MoveOperation.End)
    work.type(" Every day.")
    work.checked()
    assert "Kept" not in spoken(item(work))
    assert "Keep with reason…" in buttons(work)


def test_whoever_cannot_write_is_offered_nothing(desk: Bench, staff: Staff) -> None:
    work = Composing(desk)
    post = work.draft("Ward", TEXT, connect(staff, "x"))
    desk.sign_in(replace(staff.helen, roles=frozenset({Role.DUTY_MANAGER})))
    work.show(post)
    assert "Keep with reason…" not in buttons(work)


def test_reviewers_read_the_reason(desk: Bench, work: Composing, staff: Staff) -> None:
    keep(work)
    work.saved()
    work.editor.setFocus()
    work.key(Qt.Key.Key_Return, CONTROL)
    desk.settle()
    desk.sign_in(staff.helen)
    screen = ReviewScreen(desk.context)
    desk.qtbot.addWidget(screen)
    screen.resize(1252, 826)
    screen.show()
    desk.settle()
    screen.version.tabs.set_current("checks")
    (found,) = screen.version.area.findChildren(CheckItem)
    assert spoken(found).endswith(f"Kept by the author: {WHY}")
