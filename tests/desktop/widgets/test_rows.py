"""Lists and navigation: chosen by key, one Tab stop with arrows inside, read as sentences, kept over changes."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QContextMenuEvent
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.widgets.nav import NavEntry, NavList
from desktop.widgets.rows import Item, Row, RowListView, Section
from desktop.widgets.spans import Line, Span, left_widths, line, span_width
from tests.desktop.conftest import Show
from tests.desktop.pictures import grey


def row(key: str, title: str = "") -> Row:
    lines = (line(title or f"Post {key}", "bodyStrong", "primary", Span(networks=("x", "bluesky"), more=3)),)
    return Row(key, lines, f"Post {key}. Planned 10:40.", tooltip="why")


ITEMS: tuple[Item, ...] = (Section("Due today", "Sorted"), row("a"), row("b"), Section("Later"), row("c"))


@pytest.fixture
def view(show: Show) -> RowListView:
    """A list of three posts under two heads."""
    made = RowListView("Posts", height=84, ruled=True)
    made.set_rows(ITEMS)
    show(made, QLineEdit(), width=320)
    return made


@pytest.mark.usefixtures("view")
def test_words_give_way_and_marks_do_not() -> None:
    mark, words, more = Span(icon="link"), Span("A post with a long title"), Span(networks=("x",))
    whole = [span_width(each) for each in (mark, words, more)]
    narrow = left_widths((mark, words, more), sum(whole))
    assert narrow[0] == whole[0]
    assert narrow[1] < whole[1], "the gaps take their part of it"
    assert narrow[2] == whole[2]
    assert left_widths((mark, words, more), 2 * sum(whole)) == whole
    assert left_widths((mark, words), 10)[1] == 0


def test_the_model_keeps_qts_rules(view: RowListView) -> None:
    QAbstractItemModelTester(view.rows, QAbstractItemModelTester.FailureReportingMode.Fatal)
    view.set_rows(ITEMS[:3])
    view.set_rows(ITEMS)


def test_arrows_pass_over_heads(view: RowListView, qtbot: QtBot) -> None:
    told: list[str] = []
    view.chosen.connect(told.append)
    view.choose("a")
    view.setFocus()
    for _ in range(4):
        QTest.keyClick(view, Qt.Key.Key_Down)
    assert (told, view.current_key) == (["b", "c"], "c")
    QTest.keyClick(view, Qt.Key.Key_Home)
    QTest.keyClick(view, Qt.Key.Key_Up)
    assert view.current_key == "a"


def test_a_click_chooses_and_a_head_does_not(view: RowListView) -> None:
    place = view.visualRect(view.rows.index(2)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert view.current_key == "b"
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(view.rows.index(3)).center())
    assert view.current_key == "b"


def test_enter_and_double_click_open(view: RowListView, qtbot: QtBot) -> None:
    view.choose("b")
    view.setFocus()
    with qtbot.waitSignal(view.opened) as opened:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert opened.args == ["b"]
    spot = view.visualRect(view.rows.index(1)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    with qtbot.waitSignal(view.opened) as opened:
        QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert opened.args == ["a"]


def test_the_menu_is_asked_for_by_mouse(view: RowListView, qtbot: QtBot) -> None:
    place = view.visualRect(view.rows.index(4)).center()
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.viewport().mapToGlobal(place))
    with qtbot.waitSignal(view.context) as asked:
        QApplication.sendEvent(view.viewport(), event)
    assert asked.args is not None
    assert (asked.args[0], isinstance(asked.args[1], QPoint)) == ("c", True)


def test_typing_finds_a_title(view: RowListView) -> None:
    view.set_rows([row("a", "Alder"), row("b", "Birch")])
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_B)
    assert view.current_key == "b"


def test_new_rows_keep_the_choice_without_telling(view: RowListView, qtbot: QtBot) -> None:
    view.choose("b")
    with qtbot.assertNotEmitted(view.chosen):
        view.set_rows([row("new"), *ITEMS])
        assert view.current_key == "b"
        view.set_rows([row("new"), *ITEMS[:2]])
        view.choose("unknown")
    assert view.current_key == ""


def test_changed_rows_are_redrawn_in_place(view: RowListView, qtbot: QtBot) -> None:
    changed: list[Item] = list(ITEMS)
    changed[1] = row("a", "Another title")
    with qtbot.assertNotEmitted(view.rows.modelReset), qtbot.waitSignal(view.rows.dataChanged):
        view.set_rows(changed)
    assert view.rows.index(1).data() == "Another title"


def test_a_row_is_one_sentence_to_assistive_technology(view: RowListView) -> None:
    interface = QAccessible.queryAccessibleInterface(view)
    assert interface.text(QAccessible.Text.Name) == "Posts"
    said = [interface.child(number).text(QAccessible.Text.Name) for number in range(interface.childCount())]
    assert said[:2] == ["Due today Sorted", "Post a. Planned 10:40."]


def test_the_list_is_one_tab_stop(view: RowListView) -> None:
    view.choose("a")
    view.setFocus()
    QTest.keyClick(view, Qt.Key.Key_Tab)
    assert isinstance(QApplication.focusWidget(), QLineEdit)


def test_choice_and_keyboard_focus_show_in_grey(view: RowListView) -> None:
    pictures = {grey(view.viewport())}
    view.choose("b")
    pictures.add(grey(view.viewport()))
    view.setFocus()
    assert grey(view.viewport()) in pictures
    QTest.keyClick(view, Qt.Key.Key_Up)
    pictures.add(grey(view.viewport()))
    assert len(pictures) == 3


@pytest.mark.parametrize(("roomy", "scale", "height"), [(False, 1.0, 84), (True, 1.0, 92), (False, 1.5, 126)])
def test_heights_follow_density_and_text(
    appearance: Appearance, view: RowListView, roomy: bool, scale: float, height: int
) -> None:
    appearance.configure(roomy=roomy, text_scale=scale)
    assert view.sizeHintForRow(1) == height


@pytest.mark.parametrize(
    "lead", [("avatar", "Mira Okafor", "p1"), ("network", "x", ""), ("icon", "lock", "hold"), None]
)
def test_every_lead_and_span_is_painted(show: Show, lead: tuple[str, str, str] | None) -> None:
    spans: Sequence[Span] = (
        Span("text"),
        Span("12", icon="clock", tone="danger", figures=True),
        Span(networks=("x", "mastodon"), more=2),
        Span(pill=("accent", "user", "Your turn")),
        Span(risk="high", role="caption"),
        Span(avatar=("Mira Okafor", "p1"), text="Mira Okafor"),
        Span(share=0.5, text="31 of 50 MB"),
    )
    view = RowListView("Everything", inset=4, surface="panel")
    view.set_rows(
        [
            Row(str(n), (Line((span,)), Line((), (span,))), "x", lead, trailing_icon="check")  # type: ignore[arg-type]
            for n, span in enumerate(spans)
        ]
    )
    show(view, width=420)
    empty = grey(view.viewport())
    view.resize(view.width(), 600)
    assert grey(view.viewport()) != empty
    assert all(span_width(span) > 8 for span in spans)


ENTRIES = (
    NavEntry("compose", "square-pen", "Compose"),
    NavEntry("review", "list-checks", "Review", 4),
    NavEntry("outbox", "send", "Outbox", 3, urgent=True, gap=True),
    NavEntry("help", "circle-question-mark", "Help", hint="F1"),
)


@pytest.fixture
def nav(show: Show) -> NavList:
    """A navigation of four places."""
    made = NavList()
    made.set_entries(ENTRIES)
    show(made)
    return made


def test_going_by_key_and_mouse_tells_and_going_by_program_does_not(nav: NavList, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(nav.went):
        nav.go("compose")
    nav.setFocus()
    with qtbot.waitSignal(nav.went) as went:
        QTest.keyClick(nav, Qt.Key.Key_Down)
    assert (went.args, nav.current_key) == (["review"], "review")
    spot = nav.visualRect(nav.model().index(2, 0)).center()
    with qtbot.waitSignal(nav.went) as went:
        QTest.mouseClick(nav.viewport(), Qt.MouseButton.LeftButton, pos=spot + QPoint(0, 8))
    assert went.args == ["outbox"]
    nav.go("")
    assert nav.current_key == ""


def test_badges_are_said_and_change_in_place(nav: NavList, qtbot: QtBot) -> None:
    nav.go("review")
    said = [nav.model().index(n, 0).data(Qt.ItemDataRole.AccessibleTextRole) for n in range(4)]
    assert said == ["Compose", "Review, 4 waiting", "Outbox, 3 need you", "Help"]
    with qtbot.assertNotEmitted(nav.went), qtbot.assertNotEmitted(nav.model().modelReset):
        nav.set_entries([NavEntry("compose", "square-pen", "Compose"), *ENTRIES[1:]])
    nav.set_entries(ENTRIES[1:])
    assert nav.current_key == "review"


def test_the_rail_is_narrow_and_explains_itself(nav: NavList) -> None:
    wide, index = nav.sizeHint(), nav.model().index(1, 0)
    assert (wide.width(), index.data(Qt.ItemDataRole.ToolTipRole)) == (188, None)
    before = nav.grab().toImage()
    nav.set_rail(True)
    assert (nav.sizeHint().width(), index.data(Qt.ItemDataRole.ToolTipRole)) == (56, "Review, 4 waiting")
    assert nav.grab().toImage() != before
    assert nav.sizeHint().height() == wide.height() == 4 * 34 + 17


def test_no_entry_is_scrolled_away(nav: NavList) -> None:
    assert nav.verticalScrollBar().maximum() == 0
    QAbstractItemModelTester(nav.model(), QAbstractItemModelTester.FailureReportingMode.Fatal)
