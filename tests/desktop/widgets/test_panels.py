"""Findings, stages, events, meters and steps: what they say, how they are opened, and that they read without colour."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.widgets.banner import ToastStack
from desktop.widgets.items import CheckItem, LogItem, StageItem, StageState
from desktop.widgets.progress import Meter, Stepper, StrengthMeter
from tests.desktop.conftest import Show
from tests.desktop.pictures import grey

FIXES: Sequence[tuple[str, str, str]] = (("use", "Change to “Rosa”", "wand-sparkles"), ("ask", "Ask…", ""))


def buttons(item: QWidget) -> list[str]:
    return [button.text() for button in item.findChildren(QPushButton) if button.isVisible()]


def test_a_finding_opens_and_closes_by_key_and_mouse(qtbot: QtBot, show: Show) -> None:
    item = CheckItem("block", "A patient could be recognised", "Name, age and town.", FIXES)
    show(item, width=420)
    assert (item.expanded, buttons(item)) == (False, ["Change to “Rosa”"])
    item.setFocus()
    with qtbot.waitSignal(item.opened):
        QTest.keyClick(item, Qt.Key.Key_Return)
    assert (item.expanded, buttons(item)) == (True, ["Change to “Rosa”", "Ask…"])
    with qtbot.assertNotEmitted(item.opened):
        QTest.keyClick(item, Qt.Key.Key_Space)
    QTest.mouseClick(item, Qt.MouseButton.LeftButton)
    assert item.expanded is True


def test_a_fix_is_told_by_its_key_collapsed_and_expanded(qtbot: QtBot, show: Show) -> None:
    item = CheckItem("warning", "Policy word", "Why", FIXES)
    show(item, width=420)
    for expanded in (False, True):
        item.set_expanded(expanded)
        for text, wanted in zip(buttons(item), ("use", "ask"), strict=False):
            button = next(
                found for found in item.findChildren(QPushButton) if found.isVisible() and found.text() == text
            )
            with qtbot.waitSignal(item.fix) as taken:
                QTest.mouseClick(button, Qt.MouseButton.LeftButton)
            assert taken.args == [wanted]


def test_a_finding_says_its_severity_and_reason(show: Show) -> None:
    item = CheckItem("review", "Ward name", "It names her ward.", kept="Mira: “public since May”")
    show(item)
    assert item.accessibleName() == "Privacy officer decides. Ward name"
    assert item.accessibleDescription() == "It names her ward. Mira: “public since May”"
    assert buttons(item) == []


def test_severities_and_focus_show_in_grey(show: Show) -> None:
    severities = ("block", "review", "warning", "suggestion", "pass")
    items = [CheckItem(severity, "Title", "Reason", FIXES) for severity in severities]
    show(*items, width=420)
    pictures = [grey(item) for item in items]
    assert len(set(pictures)) == len(severities)
    items[0].setFocus()
    assert grey(items[0]) == pictures[0]
    QTest.keyClick(items[0], Qt.Key.Key_Tab)
    QTest.keyClick(items[0].window().focusWidget(), Qt.Key.Key_Backtab)
    assert grey(items[0]) != pictures[0]


@pytest.mark.parametrize("state", ["done", "now", "waiting"])
def test_a_stage_is_told_whole(show: Show, state: StageState) -> None:
    stage = StageItem(state, 2, "Privacy officer", "Helen", note="v4 changed the text.", note_tone="warning")
    show(stage)
    assert stage.accessibleName().startswith("Stage 2, Privacy officer, ")
    assert stage.accessibleName().endswith("Helen v4 changed the text.")


def test_stages_differ_in_grey_and_grow_with_the_text(appearance: Appearance, show: Show) -> None:
    states: tuple[StageState, ...] = ("done", "now", "waiting")
    stages = [StageItem(state, 2, "Title", pill=("accent", "user", "You"), last=state == "waiting") for state in states]
    show(*stages)
    assert len({grey(stage) for stage in stages}) == 3
    before = stages[0].sizeHint().height()
    appearance.configure(text_scale=1.5)
    assert stages[0].sizeHint().height() > before * 1.3


def test_an_event_is_one_line_of_words(show: Show) -> None:
    event = LogItem("unplug", "08:05:34", "No answer after 30 seconds", "danger")
    show(event)
    assert event.accessibleName() == "08:05:34 No answer after 30 seconds"


def test_a_meter_has_a_value_and_words(show: Show) -> None:
    meter = Meter("Upload")
    show(meter, width=200)
    empty = grey(meter)
    meter.set_share(0.62, "31 of 50 MB", "warning")
    assert (meter.value(), meter.accessibleDescription()) == (620, "31 of 50 MB")
    interface = QAccessible.queryAccessibleInterface(meter)
    assert (interface.role(), interface.text(QAccessible.Text.Name)) == (QAccessible.Role.ProgressBar, "Upload")
    assert grey(meter) != empty
    meter.set_share(7)
    assert meter.value() == 1000
    meter.set_share(-1)
    assert grey(meter) == empty
    assert meter.height() == 6


def test_strength_is_a_count_and_a_word(show: Show) -> None:
    meter = StrengthMeter()
    show(meter, width=300)
    pictures = set()
    for score in range(5):
        meter.show_strength(score, "Strong: 4 words")
        pictures.add(grey(meter))
    assert len(pictures) == 5
    assert meter.word == "Strong: 4 words"


def test_steps_say_where_we_are(show: Show) -> None:
    steps = Stepper(4)
    show(steps, width=420)
    pictures = set()
    for step in range(1, 5):
        steps.set_step(step)
        pictures.add(grey(steps))
        assert steps.text() == f"Step {step} of 4"
    assert len(pictures) == 4


def test_a_message_uses_the_width_it_has(show: Show, qtbot: QtBot) -> None:
    window = show(QWidget())
    window.resize(900, 500)
    toast = ToastStack(window).say("You signed version 1. It goes out on Sunday at 08:00.")
    qtbot.waitUntil(lambda: toast.label.width() > toast.width() * 3 // 4)
