"""The shell's window: going to places, breakpoints, F6, the palette, one screen's commands in the menu."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.program import Program
from desktop.shell.dialogs import HelpDialog
from desktop.shell.palette import Palette
from desktop.shell.window import ShellWindow
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desks import JONAS, Staff, staffed
from tests.fakes.desktop import come_in, in_front, running, setting_of, settle
from tests.fakes.watchdog import watchdog
from tests.fakes.windows import no_stray_windows

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def staff(tmp_path: Path) -> Iterator[Staff]:
    with staffed(tmp_path / "desk") as made:
        made.connect_practice()
        Drafting(made.desk).open(made.mira.actor, DraftBody(title="Rosa’s new hip"))
        yield made


@pytest.fixture
def program(staff: Staff, qtbot: QtBot, appearance: Appearance) -> Iterator[Program]:
    with running(qtbot, staff.desk.folder, setting_of(staff)) as made:
        yield made


@pytest.fixture
def shell(program: Program, staff: Staff, qtbot: QtBot) -> ShellWindow:
    shell = come_in(qtbot, program, staff.jonas, JONAS)
    qtbot.waitUntil(lambda: in_front(shell))
    return shell


def test_numbers_go_to_places_in_the_order_of_the_navigation(
    program: Program, shell: ShellWindow, qtbot: QtBot
) -> None:
    keys = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_5, Qt.Key.Key_6)
    for place, key in zip(shell.places, keys, strict=True):
        qtbot.keyClick(shell, key, CTRL)
        settle(qtbot, program.bridge)
        assert shell.top.title.text() == place.label
        assert shell.windowTitle() == f"{place.label} – Signpost"
        assert shell.nav.list.current_key == place.key
        assert shell.current is not None
        assert shell.current.key == place.key


def test_making_screens_flashes_no_window(program: Program, shell: ShellWindow, qtbot: QtBot) -> None:
    with no_stray_windows():
        for place in shell.places:
            shell.go(place.key)
            settle(qtbot, program.bridge)


def test_an_unknown_place_changes_nothing(shell: ShellWindow) -> None:
    before = shell.windowTitle()
    shell.go("insights")
    assert shell.windowTitle() == before


@pytest.mark.parametrize(
    ("width", "scale", "rail", "narrow"),
    [
        (1440, 1.0, False, False),
        (1360, 1.0, False, False),
        (1359, 1.0, True, False),
        (1119, 1.0, True, True),
        (1440, 1.5, True, True),
    ],
)
def test_the_window_follows_its_breakpoints(
    shell: ShellWindow, appearance: Appearance, qtbot: QtBot, width: int, scale: float, rail: bool, narrow: bool
) -> None:
    appearance.configure(text_scale=scale)
    shell.resize(width + 1, 900)
    shell.resize(width, 900)
    qtbot.waitUntil(lambda: shell.width() == width)
    assert shell.nav.list.rail is rail
    assert shell.top.search.isVisible() is not narrow


def test_every_control_says_what_it_is_and_tab_reaches_it(program: Program, shell: ShellWindow, qtbot: QtBot) -> None:
    for place in shell.places:
        shell.go(place.key)
        settle(qtbot, program.bridge)
        check_names(shell)
        check_reachable(shell)


def test_f6_goes_round_through_navigation_top_bar_and_screen(shell: ShellWindow, qtbot: QtBot) -> None:
    shell.nav.list.setFocus()
    qtbot.keyClick(shell.nav.list, Qt.Key.Key_F6)
    assert any(QApplication.focusWidget() is each for each in shell.top.findChildren(QObject))
    seen = set()
    for _ in range(12):
        seen.add(QApplication.focusWidget())
        qtbot.keyClick(shell, Qt.Key.Key_F6)
    assert shell.nav.list in seen
    assert len(seen) >= 3
    shell.nav.list.setFocus()
    qtbot.keyClick(shell.nav.list, Qt.Key.Key_F6)
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert shell.nav.list.hasFocus()


def test_the_palette_finds_a_post_and_goes_there(program: Program, shell: ShellWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(shell, Qt.Key.Key_3, CTRL)
    qtbot.keyClick(shell, Qt.Key.Key_K, CTRL)
    palette = shell.findChild(Palette)
    assert palette is not None
    settle(qtbot, program.bridge)
    qtbot.keyClicks(palette.field, "rosa")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    settle(qtbot, program.bridge)
    assert shell.current is not None
    assert shell.current.key == "compose"


def test_f1_lists_the_keys(shell: ShellWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(shell, Qt.Key.Key_F1)
    dialog = shell.findChild(HelpDialog)
    assert dialog is not None
    check_names(dialog)
    texts = " ".join(label.text() for label in dialog.findChildren(type(dialog.title)))
    assert "Ctrl+Shift+H" in texts
    assert "Lock" in texts
    dialog.close()


def test_f8_goes_to_the_newest_message(shell: ShellWindow, qtbot: QtBot) -> None:
    shell.say("Sent to review.", action=("Undo", list))
    qtbot.keyClick(shell, Qt.Key.Key_F8)
    focus = QApplication.focusWidget()
    assert focus is shell.toasts.toasts[-1].action


def test_saved_stands_in_the_status_bar(shell: ShellWindow) -> None:
    shell.show_saved("All changes saved 10:42")
    assert shell.status.saved.text == "All changes saved 10:42"
    shell.show_saved("Not saved", problem=True)
    assert shell.status.saved.text == "Not saved"


def test_the_practice_network_is_always_told(shell: ShellWindow) -> None:
    assert shell.status.practice.text == "Practice network"
    strip = shell.banners.shown
    assert strip is not None
    assert shell.nav.demo.isVisible() or shell.nav.demo_mark.isVisible()


def test_going_from_place_to_place_keeps_nobody_waiting(program: Program, shell: ShellWindow, qtbot: QtBot) -> None:
    for place in shell.places:  # every screen is made once before: that is told apart below
        shell.go(place.key)
    settle(qtbot, program.bridge)
    with watchdog(limit=0.15) as stalls:  # the machine of the tests is shared; alone the limit is 0.05
        for _ in range(3):
            for place in shell.places:
                shell.go(place.key)
                qtbot.wait(10)
    stalls.check()
