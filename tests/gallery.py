"""The component gallery: every part in its states on one sheet, laid out like the design's component picture."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QRadioButton, QWidget

from desktop.look import look
from desktop.widgets.buttons import AppButton, IconButton, Kind
from desktop.widgets.chips import ChipState, NetworkChip
from desktop.widgets.choices import Segmented, Switch
from desktop.widgets.fields import Combo, FormField
from desktop.widgets.focus import FocusRing
from desktop.widgets.layout import FlowLayout, columns, rows
from desktop.widgets.marks import IconMark, NetworkMark, StatusPill
from desktop.widgets.progress import Meter
from desktop.widgets.rows import Row, RowListView
from desktop.widgets.spans import line
from desktop.widgets.text import Label, Panel

NETWORKS = (
    "x",
    "facebook",
    "instagram",
    "threads",
    "linkedin",
    "youtube",
    "mastodon",
    "bluesky",
    "wordpress",
    "handoff",
)
STATES = (
    "draft",
    "inReview",
    "changes",
    "approved",
    "scheduled",
    "queued",
    "sending",
    "sent",
    "retrying",
    "held",
    "missed",
    "failed",
    "attention",
    "handoff",
    "takedown",
    "takingDown",
)


def hovered(button: AppButton) -> AppButton:
    """Show a button as under the pointer."""
    button.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
    return button


def pressed(button: AppButton) -> AppButton:
    """Show a button as pressed."""
    button.setDown(True)
    return button


def _line(*widgets: QWidget, gap: int = 8) -> QWidget:
    holder = QWidget()
    row = columns(holder, gap=gap)
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return holder


def _note(text: str) -> Label:
    return Label(text, "caption", "tertiary")


def buttons() -> tuple[QWidget, QWidget]:
    """Return the two lines of buttons."""
    off = AppButton("Not yet")
    off.setEnabled(False)
    focus = AppButton("Focus", "primary")
    focus.setObjectName("focused")
    first = _line(
        AppButton("Send to review", "primary"),
        hovered(AppButton("Hover", "primary")),
        pressed(AppButton("Pressed", "primary")),
        focus,
        off,
        AppButton("Plain"),
        hovered(AppButton("Hover")),
        AppButton("Focus"),
    )
    history = IconButton("history", "Versions")
    history.setCheckable(True)
    history.setChecked(True)
    kinds: tuple[tuple[str, Kind, str], ...] = (
        ("Fix", "soft", "wand-sparkles"),
        ("Quiet", "ghost", ""),
        ("Take down…", "dangerOutline", "trash-2"),
    )
    compact = [AppButton(text, kind, icon=icon, size="compact") for text, kind, icon in kinds]
    second = _line(
        *compact,
        AppButton("Take down", "danger"),
        AppButton("Hold all publishing", "holdOutline", icon="octagon-pause"),
        AppButton("Hold", "hold", icon="octagon-pause"),
        IconButton("ellipsis", "More"),
        history,
    )
    return first, second


def fields() -> QWidget:
    """Return fields in their states and a choice."""
    holder = QWidget()
    row = columns(holder, gap=10)
    rest, wrong = FormField("", editor=QLineEdit("Rest")), FormField("", editor=QLineEdit("25:00"))
    rest.editor.setAccessibleName("Rest")
    wrong.editor.setAccessibleName("Wrong")
    wrong.set_error("There is no 25 o’clock.")
    combo = Combo("Time zone")
    combo.addItem("New York, EST")
    for field, width in ((rest, 118), (wrong, 178)):
        field.setFixedWidth(look().px(width))
        row.addWidget(field, 0, Qt.AlignmentFlag.AlignTop)
    combo.setFixedWidth(look().px(150))
    row.addWidget(combo, 0, Qt.AlignmentFlag.AlignTop)
    row.addStretch(1)
    return holder


def choices() -> QWidget:
    """Return check boxes, radio buttons, switches and a segmented control."""
    boxes = [QCheckBox("Off"), QCheckBox("On"), QCheckBox("Some")]
    boxes[1].setChecked(True)
    boxes[2].setTristate(True)
    boxes[2].setCheckState(Qt.CheckState.PartiallyChecked)
    radios = [QRadioButton("Off"), QRadioButton("On")]
    holders = [_line(radio) for radio in radios]
    radios[1].setChecked(True)
    switches = [Switch("Off"), Switch("On")]
    switches[1].setChecked(True)
    parts = Segmented((("month", "Month"), ("week", "Week"), ("list", "List")), label="View")
    return _line(*boxes, *holders, *switches, parts, gap=14)


def chips() -> tuple[QWidget, QWidget]:
    """Return network chips and network marks in two sizes."""
    shared = NetworkChip("Shared")
    shared.setChecked(True)
    samples = (
        ("LinkedIn", "linkedin", ChipState(own=True, used=600, limit=3000)),
        ("Bluesky", "bluesky", ChipState(own=True, used=288, limit=300)),
        ("X", "x", ChipState(used=296, limit=280)),
        ("YouTube", "youtube", ChipState(off_reason="needs a video", off_icon="video-off")),
    )
    holder = QWidget()
    row = columns(holder, gap=6)
    row.addWidget(shared, 1)
    for name, network, state in samples:
        chip = NetworkChip(name, network)
        chip.show_state(state)
        row.addWidget(chip, 1)
    large = [NetworkMark(name, 28) for name in NETWORKS]
    small = [NetworkMark(name, 18) for name in (*NETWORKS, "practice")]
    return holder, _line(*large, *small, gap=6)


def pills() -> QWidget:
    """Return every state as a pill."""
    holder = QWidget()
    flow = FlowLayout(holder)
    for state in STATES:
        flow.addWidget(StatusPill(state))
    return holder


def list_rows() -> QWidget:
    """Return two rows, the second one chosen."""
    view = RowListView("Rows", surface="panel")
    names = ("Rest", "Selected")
    when = line("Fri 12 Mar, 09:30", "caption", "tertiary")
    view.set_rows([Row(name, (line(name, "bodyStrong"), when), name) for name in names])
    view.choose("Selected")
    view.setFixedHeight(look().px(104))
    return view


def tiles() -> QWidget:
    """Return text on the surfaces it is used on."""
    holder = QWidget()
    grid = QGridLayout(holder)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setSpacing(8)
    names = ("accent", "danger", "warning", "info", "success", "hold", "neutral")
    for index, name in enumerate(names):
        panel = Panel(name)
        rows(panel, margins=(9, 6, 9, 6)).addWidget(Label(name, "small", name))
        grid.addWidget(panel, 0, index)
    return holder


def progress() -> QWidget:
    """Return a meter and words of health."""
    meter = Meter("Upload")
    meter.setFixedWidth(look().px(150))
    meter.set_share(0.62)
    facts = (("check", "success", "Good for 52 days"), ("triangle-alert", "warning", "Ends in 6 days"))
    words: list[QWidget] = []
    for icon, tone, text in facts:
        words += [IconMark(icon, tone, 14), Label(text, "small", tone, medium=True)]
    return _line(meter, Label("31 of 50 MB", "small", "secondary"), *words)


def types() -> QWidget:
    """Return the type scale."""
    roles = ("title", "page", "heading", "editor", "body", "bodyStrong", "small", "caption", "mono")
    samples = [Label(f"{role} {look().tokens.type[role].px}", role) for role in roles[:-1]]
    return _line(*samples, Label("7c1e 04b9", "mono"), gap=14)


def build() -> QWidget:
    """Return the whole gallery as a window."""
    window = Panel("panel")
    window.setObjectName("gallery")
    column = rows(window, margins=(24, 16, 24, 16), gap=8)
    first, second = buttons()
    chip_line, mark_line = chips()
    parts: tuple[tuple[str, tuple[QWidget, ...]], ...] = (
        ("Buttons, 32 px: rest, hover, pressed, keyboard focus, not available", (first, second)),
        ("Fields and choices", (fields(), choices())),
        ("Network chips: selected, own text, near the limit, over the limit, switched off", (chip_line, mark_line)),
        ("States of posts and deliveries: always icon and word", (pills(),)),
        ("Rows: rest, selected", (list_rows(),)),
        ("Text on surfaces", (tiles(),)),
        ("Progress, health, due", (progress(),)),
        ("Type", (types(),)),
    )
    for title, widgets in parts:
        column.addWidget(_note(title))
        for widget in widgets:
            column.addWidget(widget)
    column.addStretch(1)
    window.setProperty("ring", FocusRing(window))
    return window
