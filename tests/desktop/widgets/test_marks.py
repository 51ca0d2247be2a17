"""Marks carry words for assistive technology, are sized by the text, and are painted alike in widgets and lists."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.widgets.marks import (
    Avatar,
    IconMark,
    NetworkMark,
    OrganizationMark,
    RiskBars,
    StatusPill,
    initials,
    pill_width,
)
from desktop.widgets.painting import text_width
from tests.desktop.conftest import Show
from tests.desktop.pictures import grey


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Mira Okafor", "MO"),
        ("Dr. Priya Raman", "PR"),
        ("Cher", "C"),
        ("Jan van der Berg", "JB"),
        ("", "?"),
        ("  ", "?"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_every_state_is_a_pill_with_icon_and_word(appearance: Appearance, qtbot: QtBot) -> None:
    assert len(appearance.theme.states) == 16
    for name, state in appearance.theme.states.items():
        pill = StatusPill(name)
        qtbot.addWidget(pill)
        assert pill.text() == state.label
        interface = QAccessible.queryAccessibleInterface(pill)
        assert interface.text(QAccessible.Text.Name) == state.label


def test_a_pill_changes_and_grows(show: Show) -> None:
    pill = StatusPill("held")
    show(pill)
    before = pill.sizeHint().width()
    pill.set_state("attention")
    assert (pill.text(), pill.sizeHint().width() > before) == ("Was it posted?", True)
    pill.set_state("held", "Held since 10:44")
    assert pill.text() == "Held since 10:44"
    assert StatusPill.of("accent", "user", "Your turn").text() == "Your turn"


@pytest.mark.parametrize("scale", [1.0, 1.25, 1.5])
def test_pills_are_wide_enough_for_their_words(appearance: Appearance, scale: float) -> None:
    appearance.configure(text_scale=scale)
    for state in appearance.theme.states.values():
        inner = pill_width(state.icon, state.label) - 2 * appearance.px(7) - appearance.px(16)
        assert inner >= text_width(appearance.font("caption", 600), state.label)


def test_the_same_person_has_the_same_colour_under_any_name(show: Show) -> None:
    one, same, other = Avatar("Mira Okafor", "p1"), Avatar("Mira Okafor", "p1"), Avatar("Mira Okafor", "p3")
    show(one, same, other)
    pictures = [mark.grab().toImage() for mark in (one, same, other)]
    assert pictures[0] == pictures[1]
    assert pictures[0] != pictures[2]
    one.set_person("Helen Castellanos", "p3")
    assert (one.text(), one.toolTip()) == ("Helen Castellanos", "Helen Castellanos")


@pytest.mark.parametrize(("level", "words"), [("low", "Low risk"), ("medium", "Medium risk"), ("high", "High risk")])
def test_risk_is_bars_and_words(show: Show, level: str, words: str) -> None:
    bars = RiskBars(level)
    show(bars)
    assert bars.text() == words
    assert not bars.grab().isNull()


def test_risk_is_readable_in_grey(show: Show) -> None:
    marks = [RiskBars(level) for level in ("low", "medium", "high")]
    show(*marks)
    for mark in marks:
        mark.setText("")
    assert len({grey(mark) for mark in marks}) == 3


def test_a_network_mark_names_its_network(show: Show) -> None:
    mark = NetworkMark("x", 28)
    show(mark)
    before = mark.grab().toImage()
    assert (mark.text(), mark.toolTip(), mark.width()) == ("X", "X", 28)
    mark.set_network("practice")
    assert (mark.text(), mark.grab().toImage() == before) == ("Practice network", False)


def test_icons_and_the_organization_are_drawn(show: Show, appearance: Appearance) -> None:
    icon, organization = IconMark("lock", "hold", 20, "Locked"), OrganizationMark(34)
    show(icon, organization)
    assert (icon.text(), icon.width(), organization.width()) == ("Locked", 20, 34)
    before = icon.grab().toImage()
    icon.set_icon("check", "success")
    assert icon.grab().toImage() != before
    appearance.configure(text_scale=1.5)
    assert (icon.sizeHint().width(), organization.sizeHint().width()) == (30, 51)
