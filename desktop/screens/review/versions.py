"""The versions of a post: each in the history with who froze, signed and sent it back; two to compare; one to read."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.look import look
from desktop.moments import Moments
from desktop.screens.review.words import happened
from desktop.widgets.buttons import AppButton, IconButton
from desktop.widgets.choices import Segmented
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import Combo
from desktop.widgets.items import LogItem
from desktop.widgets.layout import ScrollArea, columns, rows
from desktop.widgets.marks import IconMark
from desktop.widgets.text import Label, Panel
from editorial.posts.history import Event, Happened
from editorial.posts.reading import Page


class VersionPart(QWidget):
    """One version in the history: what happened to it, and a way to read it. `wanted(number)` asks for its full text.

    Signatures stand with printed name, role, time and meaning, for whom a deputy signed, and whether they still count.
    """

    wanted = Signal(int)

    def __init__(
        self,
        number: int,
        history: Sequence[Happened],
        moments: Moments,
        *,
        newest: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        column = rows(self, margins=(20, 13, 20, 13), gap=8)
        head = columns(gap=8)
        head.addWidget(Label(f"Version {number}", "bodyStrong"))
        if newest:
            head.addWidget(Label("newest", "small", "secondary"))
        head.addStretch(1)
        self.read = AppButton("Read it", "ghost", icon="file-text", size="compact")
        self.read.setAccessibleName(f"Read version {number}")
        self.read.clicked.connect(lambda: self.wanted.emit(number))
        head.addWidget(self.read)
        column.addLayout(head)
        for event in reversed(history):
            if event.number != number:
                continue
            icon, tone, words = happened(event)
            told = rows(gap=1)
            told.addWidget(LogItem(icon, moments.short(event.at), words, tone))
            if event.event is Event.SIGNED:
                line = columns(margins=(24, 0, 0, 0))
                line.addWidget(Label(f"“{event.meaning}”", "small", "secondary", wrap=True))
                told.addLayout(line)
            column.addLayout(told)


class CompareStrip(Panel):
    """Which two versions are compared and how their texts stand, and the way from change to change.

    `compare(old, new)` when a person chooses others, `arranged()` when they want the texts in one or side by side,
    `step(±1)` for the next or previous change.
    """

    compare = Signal(int, int)
    arranged = Signal()
    step = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("sunken", parent)
        line = columns(self, margins=(20, 5, 16, 5), gap=8)
        self.old, self.new = Combo("Compare this version"), Combo("with this version")
        for place, combo in enumerate((self.old, self.new)):
            if place:
                line.addWidget(IconMark("arrow-right", "secondary", 14))
            line.addWidget(combo)
            combo.activated.connect(lambda _: self.compare.emit(self.old.currentData(), self.new.currentData()))
        line.addStretch(1)
        self.arrangement = Segmented([("inline", "Inline"), ("side", "Side by side")], label="How changes are shown")
        self.arrangement.changed.connect(lambda _: self.arranged.emit())
        line.addWidget(self.arrangement)
        for icon, words, keys, step in (
            ("chevron-up", "Previous change", "Shift+D", -1),
            ("chevron-down", "Next change", "D", 1),
        ):
            button = IconButton(icon, words, shortcut=keys)
            button.clicked.connect(lambda _=False, step=step: self.step.emit(step))
            line.addWidget(button)

    @property
    def side_by_side(self) -> bool:
        """Whether the two texts stand beside each other."""
        return self.arrangement.current == "side"

    def show_versions(self, page: Page, old: int, new: int) -> None:
        """Offers every version of the post and chooses these two."""
        for combo, chosen in ((self.old, old), (self.new, new)):
            combo.clear()
            for number in page.versions:
                mine = ", signed by you" if combo is self.old and number == page.signed_before else ""
                combo.addItem(f"Version {number}{mine}", number)
            combo.setCurrentIndex(combo.findData(chosen))
            combo.updateGeometry()


class VersionDialog(Dialog):
    """One version in full, to read: nothing can be decided here. `parts` are the widgets that show it."""

    def __init__(self, page: Page, parts: Sequence[QWidget], parent: QWidget) -> None:
        subject = page.subject
        super().__init__(
            parent,
            f"Version {subject.snapshot.number}",
            f"{subject.snapshot.title}, P-{subject.number}",
            icon="file-text",
            width="lg",
            window_title="Read a version",
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        inside = QWidget()
        column = rows(inside)
        for part in parts:
            column.addWidget(part)
        column.addStretch(1)
        area = ScrollArea(inside)
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        area.setAccessibleName(f"Version {subject.snapshot.number} in full")
        area.setMinimumHeight(look().px(320))
        self.body.addWidget(area)
        self.set_note(f"Content code {subject.digest.removeprefix('sha256:')[:16]}…", "hash")
        self.add_button("Close", "primary", default=True).clicked.connect(self.accept)
