"""The table: by mouse and by keyboard the same, checks and choice kept by key, folding, columns that give way."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.widgets.spans import Line, Span, line
from desktop.widgets.table import DataTable
from desktop.widgets.table_model import Action, Column, Entry, TableRow, TableSection
from tests.desktop.conftest import Show
from tests.desktop.pictures import grey

COLUMNS = (Column("Status", 120), Column("Post"), Column("Result or next step", 200, right=True))


def row(key: str, action: Action | None = None, *, menu: bool = False, open_link: bool = False) -> TableRow:
    cells = (line("Held", "body", "hold", icon="octagon-pause"), line(f"Post {key}"), Line((), (Span("in 48 min"),)))
    link = ("open", "external-link", "Open the post") if open_link else None
    return TableRow(key, cells, f"Held. Post {key}.", action, menu, link)


ENTRIES: tuple[Entry, ...] = (
    TableSection("needs", "Needs you", "2", "danger"),
    row("a", Action("resolve", "Resolve…", "soft")),
    row("b", Action("release", "Release")),
    TableSection("done", "Done", "2"),
    row("c", menu=True),
    row("d", open_link=True),
    TableSection("proof", "Verified through entry 18,402", group="success", icon="shield-check"),
)


@pytest.fixture
def table(show: Show) -> DataTable:
    """A checkable table of four rows under two heads."""
    made = DataTable("Deliveries", COLUMNS, checkable=True)
    made.set_rows(ENTRIES)
    window = show(made, QLineEdit())
    window.resize(760, 420)
    return made


def key(table: DataTable, which: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(table, which, modifier)


def shown(table: DataTable) -> list[str]:
    return [entry.key for entry in table.table.shown]


def press(table: DataTable, spot: QPoint) -> None:
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=spot)


def middle(table: DataTable, name: str) -> QPoint:
    return table.visualRect(table.table.index(table.table.place(name), 1)).center()


def test_the_model_keeps_qts_rules(table: DataTable) -> None:
    QAbstractItemModelTester(table.table, QAbstractItemModelTester.FailureReportingMode.Fatal)
    table.fold("needs")
    table.append_rows([row("e")])
    table.set_rows(ENTRIES[:2])


def test_rows_are_chosen_by_mouse_and_arrows(table: DataTable) -> None:
    told: list[str] = []
    table.chosen.connect(told.append)
    press(table, middle(table, "a"))
    key(table, Qt.Key.Key_Down)
    key(table, Qt.Key.Key_Down)
    assert table.current_key == ""  # a head is a stop of its own, so that it can be folded
    key(table, Qt.Key.Key_Down)
    key(table, Qt.Key.Key_Down)
    key(table, Qt.Key.Key_Down)
    assert (told, table.current_key) == (["a", "b", "c", "d"], "d")


def test_enter_opens_and_control_enter_presses_the_button(table: DataTable, qtbot: QtBot) -> None:
    table.choose("a")
    with qtbot.waitSignal(table.opened) as opened:
        key(table, Qt.Key.Key_Return)
    with qtbot.waitSignal(table.acted) as acted:
        key(table, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert (opened.args, acted.args) == (["a"], ["a", "resolve"])


@pytest.mark.parametrize(("name", "action"), [("a", "resolve"), ("b", "release"), ("d", "open")])
def test_buttons_are_pressed_by_mouse_without_choosing(table: DataTable, qtbot: QtBot, name: str, action: str) -> None:
    with qtbot.waitSignal(table.acted) as acted, qtbot.assertNotEmitted(table.chosen):
        press(table, table.button_rect(name).center())
    assert acted.args == [name, action]


def test_the_more_button_and_the_menu_key_ask_for_the_menu(table: DataTable, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.context) as asked:
        press(table, table.button_rect("c").center())
    assert asked.args is not None
    assert asked.args[0] == "c"
    table.choose("b")
    for reason, spot, wanted in (
        (QContextMenuEvent.Reason.Keyboard, QPoint(0, 0), "b"),
        (QContextMenuEvent.Reason.Mouse, middle(table, "d"), "d"),
    ):
        with qtbot.waitSignal(table.context) as asked:
            QApplication.sendEvent(table.viewport(), QContextMenuEvent(reason, spot, QPoint(5, 5)))
        assert asked.args is not None
        assert asked.args[0] == wanted


def test_boxes_by_space_mouse_and_all(table: DataTable, qtbot: QtBot) -> None:
    table.choose("b")
    with qtbot.waitSignal(table.checks_changed):
        key(table, Qt.Key.Key_Space)
    press(table, QPoint(20, middle(table, "a").y()))
    assert list(table.checked_keys) == ["a", "b"]
    assert table.current_key == "b"
    press(table, QPoint(20, middle(table, "a").y()))
    assert list(table.checked_keys) == ["b"]
    key(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert list(table.checked_keys) == ["a", "b", "c", "d"]
    table.set_rows(ENTRIES[:3])
    assert list(table.checked_keys) == ["a", "b"]


def test_a_head_folds_by_mouse_and_keys(table: DataTable) -> None:
    press(table, middle(table, "needs"))
    assert shown(table) == ["needs", "done", "c", "d", "proof"]
    key(table, Qt.Key.Key_Right)
    assert "a" in shown(table)
    key(table, Qt.Key.Key_Left)
    key(table, Qt.Key.Key_Left)
    assert "a" not in shown(table)
    key(table, Qt.Key.Key_Space)
    key(table, Qt.Key.Key_Return)
    key(table, Qt.Key.Key_Return)
    assert shown(table) == [entry.key for entry in ENTRIES]
    press(table, middle(table, "proof"))
    assert shown(table) == [entry.key for entry in ENTRIES]


def test_rows_added_to_a_folded_head_stay_folded(table: DataTable) -> None:
    table.set_rows(ENTRIES[:6])
    table.fold("done")
    table.append_rows([row("e")])
    assert shown(table) == ["needs", "a", "b", "done"]
    table.fold("done", folded=False)
    assert shown(table)[-1] == "e"


def test_changes_keep_the_choice_and_do_not_tell(table: DataTable, qtbot: QtBot) -> None:
    table.choose("b")
    with qtbot.assertNotEmitted(table.chosen):
        table.set_rows([row("new"), *ENTRIES])
        assert table.current_key == "b"
    with qtbot.assertNotEmitted(table.table.modelReset), qtbot.waitSignal(table.table.dataChanged):
        table.set_rows([row("new", menu=True), *ENTRIES])
    table.choose("nobody")
    assert table.current_key == ""
    assert table.button_rect("nobody").isEmpty()


def test_rows_are_sentences_and_cells_are_words(table: DataTable) -> None:
    model = table.table
    spoken = Qt.ItemDataRole.AccessibleTextRole
    assert model.index(0, 0).data(spoken) == "Needs you 2, unfolded"
    assert model.index(1, 0).data(spoken) == "Held. Post a."
    assert model.index(1, 1).data(spoken) == "Post a"
    assert model.index(1, 2).data() == "in 48 min"
    assert model.index(6, 0).data(spoken) == "Verified through entry 18,402"
    assert model.headerData(1, Qt.Orientation.Horizontal) == "Post"
    assert QAccessible.queryAccessibleInterface(table).text(QAccessible.Text.Name) == "Deliveries"


def widths(table: DataTable) -> list[int]:
    return [table.header().sectionSize(number) for number in range(len(COLUMNS))]


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_columns_fill_the_width_and_give_way(appearance: Appearance, table: DataTable, scale: float) -> None:
    appearance.configure(text_scale=scale)
    window = table.window()
    window.resize(round(900 * scale), 420)
    assert abs(sum(widths(table)) - table.viewport().width()) <= len(COLUMNS)
    assert widths(table)[0] == round(146 * scale)
    window.resize(round(380 * scale), 420)
    assert sum(widths(table)) <= table.viewport().width()
    assert min(widths(table)) > 40


def test_states_show_in_grey(table: DataTable) -> None:
    pictures = {grey(table.viewport())}
    table.choose("a")
    pictures.add(grey(table.viewport()))
    table.set_checked(["a"])
    pictures.add(grey(table.viewport()))
    table.fold("done")
    pictures.add(grey(table.viewport()))
    table.setFocus()
    key(table, Qt.Key.Key_Up)
    pictures.add(grey(table.viewport()))
    assert len(pictures) == 5


def test_the_pointer_tints_row_and_button_and_leaves_nothing(table: DataTable, qtbot: QtBot) -> None:
    before = grey(table.viewport())
    QTest.mouseMove(table.viewport(), table.button_rect("b").center())
    qtbot.waitUntil(lambda: grey(table.viewport()) != before)
    QTest.mouseMove(table.window(), QPoint(2, table.window().height() - 2))


def test_near_end_is_told_while_scrolling(table: DataTable, qtbot: QtBot) -> None:
    table.set_rows([row(str(number)) for number in range(80)])
    qtbot.waitUntil(lambda: table.verticalScrollBar().maximum() > 0)
    with qtbot.waitSignal(table.near_end):
        table.verticalScrollBar().setValue(table.verticalScrollBar().maximum())


@pytest.mark.parametrize(("roomy", "height"), [(False, 36), (True, 44)])
def test_row_heights(appearance: Appearance, table: DataTable, roomy: bool, height: int) -> None:
    appearance.configure(roomy=roomy)
    assert table.sizeHintForIndex(table.table.index(1, 0)).height() == height
    assert table.sizeHintForIndex(table.table.index(0, 0)).height() == 31
    assert table.sizeHintForIndex(table.table.index(6, 0)).height() == 27


def test_a_plain_table_has_no_boxes(show: Show, qtbot: QtBot) -> None:
    table = DataTable("Entries", COLUMNS, row_height=32)
    table.set_rows(ENTRIES)
    show(table, width=600)
    table.choose("a")
    with qtbot.assertNotEmitted(table.checks_changed):
        key(table, Qt.Key.Key_Space)
        key(table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert table.sizeHintForIndex(table.table.index(1, 0)).height() == 32
