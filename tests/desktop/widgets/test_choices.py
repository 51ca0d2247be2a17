"""Choices are made by mouse and keyboard, tell what was chosen, and never by colour alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.widgets.choices import CardGroup, OptionCard, Segmented, Switch, Tabs
from desktop.widgets.painting import text_width
from tests.desktop.conftest import Show
from tests.desktop.pictures import grey

PARTS = (("month", "Month"), ("week", "Week"), ("list", "List"))


def test_a_switch_turns_by_space_and_by_its_label(show: Show) -> None:
    switch = Switch("Pass the hold")
    show(switch, width=400)
    before = grey(switch)
    switch.setFocus()
    QTest.keyClick(switch, Qt.Key.Key_Space)
    assert switch.isChecked()
    assert grey(switch) != before
    QTest.mouseClick(switch, Qt.MouseButton.LeftButton, pos=QPoint(switch.sizeHint().width() - 4, 10))
    assert not switch.isChecked()
    assert QAccessible.queryAccessibleInterface(switch).role() == QAccessible.Role.CheckBox


def test_a_segmented_control_is_one_stop_with_arrows_inside(qtbot: QtBot, show: Show) -> None:
    control, after = Segmented(PARTS, label="View"), QLineEdit()
    show(control, after)
    control.part("month").setFocus()
    with qtbot.waitSignal(control.changed) as told:
        QTest.keyClick(control.part("month"), Qt.Key.Key_Right)
    assert (told.args, control.current) == (["week"], "week")
    assert QApplication.focusWidget() is control.part("week")
    QTest.keyClick(control.part("week"), Qt.Key.Key_Left)
    QTest.keyClick(control.part("month"), Qt.Key.Key_Left)
    assert control.current == "month"
    QTest.keyClick(control.part("month"), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is after


def test_a_segmented_control_is_chosen_by_mouse_and_shows_counts(show: Show) -> None:
    control = Segmented(PARTS, label="View", current="list")
    show(control)
    before = grey(control)
    QTest.mouseClick(control.part("week"), Qt.MouseButton.LeftButton)
    assert control.current == "week"
    assert grey(control) != before
    control.set_text("week", "Week", "12")
    assert control.part("week").accessibleName() == "Week 12"
    interface = QAccessible.queryAccessibleInterface(control.part("week"))
    assert interface.state().checked


def test_setting_the_choice_does_not_tell(qtbot: QtBot, show: Show) -> None:
    control = Segmented(PARTS, label="View")
    show(control)
    with qtbot.assertNotEmitted(control.changed):
        control.set_current("list")
    assert control.current == "list"


def test_tabs_move_by_arrows_and_show_counts(qtbot: QtBot, show: Show) -> None:
    tabs = Tabs(PARTS, label="Parts")
    show(tabs, width=600)
    wide = tabs.tabSizeHint(1).width()
    tabs.set_count("week", "4")
    assert tabs.tabSizeHint(1).width() > wide
    assert tabs.accessibleTabName(1) == "Week 4"
    tabs.setFocus()
    before = grey(tabs)
    with qtbot.waitSignal(tabs.changed) as told:
        QTest.keyClick(tabs, Qt.Key.Key_Right)
    assert (told.args, tabs.current) == (["week"], "week")
    assert grey(tabs) != before
    tabs.set_current("list")
    assert tabs.current == "list"


def cards() -> CardGroup:
    return CardGroup(
        [
            (
                "practice",
                OptionCard("Start with the practice network", "Nothing can become public.", icon="flask-conical"),
            ),
            ("real", OptionCard("Start with real networks", "Every post still needs its sign-offs.")),
        ],
        label="Networks",
    )


def test_cards_are_chosen_anywhere_on_them_and_by_arrows(qtbot: QtBot, show: Show) -> None:
    group = cards()
    show(group, width=420)
    assert group.current == ""
    first, second = group.findChildren(OptionCard)
    with qtbot.waitSignal(group.changed) as told:
        QTest.mouseClick(first, Qt.MouseButton.LeftButton, pos=QPoint(first.width() - 6, first.height() - 6))
    assert (told.args, group.current) == (["practice"], "practice")
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Down)
    assert group.current == "real"
    group.set_current("practice")
    assert grey(first) != grey(second)
    assert QAccessible.queryAccessibleInterface(first).role() == QAccessible.Role.RadioButton
    assert first.accessibleDescription() == "Nothing can become public."


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_a_card_grows_for_a_wrapped_sentence(appearance: Appearance, qtbot: QtBot, scale: float) -> None:
    appearance.configure(text_scale=scale)
    card = OptionCard("Titel", "Diesen Satz braucht es, damit die Karte mehrere Zeilen hoch werden muss. " * 2)
    qtbot.addWidget(card)
    assert card.heightForWidth(round(220 * scale)) > card.heightForWidth(round(700 * scale))
    assert card.heightForWidth(600) >= appearance.line("body") + appearance.line("small")


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_words_have_room(appearance: Appearance, qtbot: QtBot, scale: float) -> None:
    appearance.configure(text_scale=scale)
    control = Segmented((("a", "So bald wie freigegeben"), ("b", "Ohne Termin")), label="Wann")
    qtbot.addWidget(control)
    wanted = sum(text_width(appearance.font("small", 600), control.part(key).text()) for key in ("a", "b"))
    assert control.sizeHint().width() > wanted
    switch = Switch("Benachrichtigungen")
    qtbot.addWidget(switch)
    assert switch.sizeHint().width() >= appearance.px(34) + text_width(appearance.font("body"), switch.text())
