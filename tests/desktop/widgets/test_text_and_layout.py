"""Labels wrap and grow, names elide with a tooltip, boxes follow the text size, lines break before they are cut."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.widgets.layout import FlowLayout, ScrollArea, columns, rows
from desktop.widgets.text import Elided, Hairline, KeyValues, Label, Panel, SectionHeader
from tests.desktop.conftest import Show

SENTENCE = "Jeder Satz darf um die Hälfte länger werden und bricht dann in mehrere Zeilen um. "


@pytest.mark.parametrize("role", ["caption", "small", "body", "bodyStrong", "editor", "heading", "title", "page"])
def test_labels_take_the_font_of_their_role(appearance: Appearance, show: Show, role: str) -> None:
    label = Label("Text", role)
    show(label)
    wanted = appearance.font(role)
    assert (label.font().family(), label.font().pixelSize()) == (wanted.family(), wanted.pixelSize())
    assert label.font().weight() == wanted.weight()
    appearance.configure(text_scale=1.5)
    assert label.font().pixelSize() == round(wanted.pixelSize() * 1.5)


def test_words_can_be_heavier_than_their_role(show: Show) -> None:
    labels = [Label("Text", "small"), Label("Text", "small", medium=True), Label("Text", "small", strong=True)]
    show(*labels)
    assert [label.font().weight() for label in labels] == [400, 500, 600]


def test_tones_are_the_themes(appearance: Appearance, show: Show) -> None:
    label = Label("Text", tone="danger")
    show(label)
    assert label.palette().windowText().color() == appearance.theme.group("danger").text
    label.set_tone("secondary")
    assert label.palette().windowText().color() == appearance.theme.text.secondary


@pytest.mark.parametrize("scale", [1.0, 1.5])
def test_a_wrapping_label_is_as_high_as_its_lines(appearance: Appearance, show: Show, scale: float) -> None:
    appearance.configure(text_scale=scale)
    label = Label(SENTENCE * 3, "small", wrap=True)
    show(label, width=300)
    needed = QFontMetrics(label.font()).boundingRect(
        0, 0, label.width(), 5000, Qt.TextFlag.TextWordWrap.value, label.text()
    )
    assert label.height() >= needed.height()


def test_markup_is_shown_as_typed(show: Show) -> None:
    label = Label("<b>Rosa</b> & co")
    show(label)
    assert label.textFormat() == Qt.TextFormat.PlainText


def test_a_cut_name_has_a_tooltip_and_a_whole_one_has_none(show: Show) -> None:
    name = Elided("Ahmed’s first steps after his stroke")
    window = show(name, width=140)
    assert name.toolTip() == name.text()
    window.resize(600, window.height())
    assert name.toolTip() == ""


def test_boxes_follow_the_text_size(appearance: Appearance, show: Show) -> None:
    holder = QWidget()
    box = columns(holder, margins=(16, 8, 16, 8), gap=10)
    show(holder)
    appearance.configure(text_scale=1.5)
    margins = box.contentsMargins()
    assert (margins.left(), margins.top(), box.spacing()) == (24, 12, 15)
    box.set_margins(4, 4, 4, 4)
    assert box.contentsMargins().left() == 6


def test_a_box_that_is_gone_does_not_follow(appearance: Appearance, qtbot: QtBot) -> None:
    holder = QWidget()
    rows(holder, margins=(1, 1, 1, 1))
    holder.deleteLater()
    qtbot.wait(1)
    appearance.configure(text_scale=1.5)
    assert appearance.text_scale == 1.5


def sized(width: int, height: int = 20) -> QWidget:
    widget = QLabel()
    widget.setFixedSize(QSize(width, height))
    return widget


def test_a_flow_breaks_lines(show: Show) -> None:
    holder = QWidget()
    flow = FlowLayout(holder, gap=6, line_gap=4)
    parts = [sized(100) for _ in range(5)]
    for part in parts:
        flow.addWidget(part)
    show(holder, width=360)
    assert flow.heightForWidth(5 * 106) == 20
    assert flow.heightForWidth(212) == 3 * 20 + 2 * 4
    assert parts[0].y() == parts[1].y() < parts[-1].y()
    assert flow.minimumSize().width() == 100
    assert flow.sizeHint().width() == 524


def test_a_flow_at_the_right_ends_at_the_right(show: Show) -> None:
    holder = QWidget()
    flow = FlowLayout(holder, right=True)
    part, hidden = sized(60), sized(60)
    flow.addWidget(part)
    flow.addWidget(hidden)
    hidden.hide()
    show(holder, width=300)
    assert part.geometry().right() == holder.width() - 1
    assert flow.itemAt(9) is None
    assert flow.takeAt(9) is None
    assert (flow.count(), flow.expandingDirections()) == (2, Qt.Orientation(0))


def test_a_scroll_area_scrolls_up_and_down_only(show: Show) -> None:
    content = QWidget()
    column = rows(content)
    for _ in range(30):
        column.addWidget(Label(SENTENCE, wrap=True))
    area = ScrollArea(content)
    window = show(area, width=300)
    window.resize(300, 200)
    assert area.verticalScrollBar().maximum() > 0
    assert content.width() <= area.viewport().width()


def test_facts_wrap_and_can_be_selected(qtbot: QtBot, show: Show) -> None:
    facts = KeyValues([("When", "Wed 10 Mar 2027"), ("About", Label("P-312"))])
    show(facts)
    value = facts.findChildren(Label)[1]
    assert value.accessibleName() == "When: Wed 10 Mar 2027"
    assert value.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse
    facts.set_pairs([("Valid", "Mon 15 Mar")])

    def visible() -> list[str]:
        return [label.text() for label in facts.findChildren(Label) if label.isVisible()]

    qtbot.waitUntil(lambda: visible() == ["Valid", "Mon 15 Mar"])


def test_heads_frames_and_lines(appearance: Appearance, show: Show) -> None:
    head, panel = SectionHeader("Approval", "Patient story path"), Panel("danger")
    panel.setFixedSize(40, 20)
    line, upright = Hairline(), Hairline(vertical=True)
    show(head, panel, line, upright)
    assert panel.grab().toImage().pixelColor(20, 10) == appearance.theme.group("danger").bg
    assert line.grab().toImage().pixelColor(3, 0) == appearance.theme.border.subtle
    assert (line.height(), upright.width()) == (1, 1)
    head.set_note("")
    assert head.note.isHidden()
    head.add(Label("more"))
    panel.set_surface("card")
    assert panel.grab().toImage().pixelColor(20, 10) == appearance.theme.surface.panel
    assert panel.sizePolicy().verticalPolicy() == QSizePolicy.Policy.Preferred
