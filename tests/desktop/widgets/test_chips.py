"""Chips: what they count and say, how they are worked, and that each state has its own picture without colour."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.widgets.chips import ChipState, FilterChip, NetworkChip
from desktop.widgets.painting import text_width
from tests.desktop.conftest import Show
from tests.desktop.pictures import grey

STATES = {
    "calm": ChipState(used=10, limit=280),
    "own": ChipState(own=True, used=10, limit=280),
    "counted": ChipState(used=225, limit=300),
    "near": ChipState(used=288, limit=300),
    "over": ChipState(used=296, limit=280),
    "off": ChipState(off_reason="needs a video", off_icon="video-off"),
}


@pytest.mark.parametrize(
    ("used", "limit", "level"),
    [
        (0, 0, "calm"),
        (224, 300, "calm"),
        (225, 300, "counted"),
        (269, 300, "counted"),
        (270, 300, "near"),
        (275, 300, "near"),
        (300, 300, "near"),
        (301, 300, "over"),
        (70, 90, "near"),
        (2699, 3000, "counted"),
    ],
)
def test_levels(used: int, limit: int, level: str) -> None:
    assert ChipState(used=used, limit=limit).level == level


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("calm", "X"),
        ("own", "X, own text"),
        ("counted", "X, 75 left"),
        ("near", "X, 12 left"),
        ("over", "X, 16 too many"),
        ("off", "X, switched off: needs a video"),
    ],
)
def test_the_accessible_name_is_the_whole_state(appearance: Appearance, qtbot: QtBot, state: str, said: str) -> None:
    chip = NetworkChip("X", "x")
    qtbot.addWidget(chip)
    chip.show_state(STATES[state])
    assert (chip.accessibleName(), chip.state) == (said, STATES[state])


def test_every_state_looks_different_in_grey(show: Show) -> None:
    chip = NetworkChip("X", "x")
    show(chip, width=220)
    pictures = set()
    for chosen in (False, True):
        chip.setChecked(chosen)
        for state in STATES.values():
            chip.show_state(state)
            pictures.add(grey(chip))
    assert len(pictures) == 2 * len(STATES)


def test_enter_opens_and_space_switches(qtbot: QtBot, show: Show) -> None:
    chip = NetworkChip("X", "x")
    show(chip)
    chip.setFocus()
    with qtbot.waitSignal(chip.clicked), qtbot.assertNotEmitted(chip.target_toggled):
        QTest.keyClick(chip, Qt.Key.Key_Return)
    with qtbot.waitSignal(chip.target_toggled), qtbot.assertNotEmitted(chip.clicked):
        QTest.keyClick(chip, Qt.Key.Key_Space)


def test_a_click_chooses_and_a_second_one_does_not_unchoose(show: Show) -> None:
    chip = NetworkChip("Shared text")
    show(chip)
    for _ in range(2):
        QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
        assert chip.isChecked()


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_names_and_counts_have_room(appearance: Appearance, qtbot: QtBot, scale: float) -> None:
    appearance.configure(text_scale=scale)
    chip = NetworkChip("Gemeinsamer Text", "x")
    chip.show_state(STATES["over"])
    qtbot.addWidget(chip)
    words = text_width(appearance.font("small", 600), "Gemeinsamer Text") + text_width(
        appearance.font("small", 600), "-16"
    )
    assert chip.sizeHint().width() > words + appearance.px(33)
    assert chip.minimumSizeHint().width() < chip.sizeHint().width()


def test_a_filter_names_its_count_and_is_pressed_by_key(qtbot: QtBot, show: Show) -> None:
    chip = FilterChip("Needs you", 3, icon="circle-question-mark", tone="danger")
    show(chip)
    assert chip.accessibleName() == "Needs you 3"
    narrow = chip.sizeHint().width()
    chip.set_count(1204)
    assert chip.accessibleName() == "Needs you 1,204"
    assert chip.sizeHint().width() > narrow
    chip.setFocus()
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Space):
        with qtbot.waitSignal(chip.toggled):
            QTest.keyClick(chip, key)


def test_a_chosen_filter_shows_it_without_colour(show: Show) -> None:
    chip = FilterChip("Held", 1, icon="octagon-pause", tone="hold")
    show(chip)
    before = grey(chip)
    chip.setChecked(True)
    assert grey(chip) != before
    chip.set_count(None)
    assert chip.accessibleName() == "Held"
