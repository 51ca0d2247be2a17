"""The findings of a version that could be about a patient: a privacy officer settles each in the sign-off dialog."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from desktop.look import look
from desktop.screens.review.words import settling
from desktop.widgets.announce import announce
from desktop.widgets.fields import Combo, FormField, Message
from desktop.widgets.layout import Box, columns, rows
from desktop.widgets.marks import IconMark
from desktop.widgets.text import Label, Panel
from editorial.authorizations.catalogue import Linked
from editorial.checks import Severity
from editorial.posts.reading import Page, Seen
from editorial.signoff.statement import COVERED, NOT_A_PATIENT, is_settling

_BECAUSE = "Not a patient identifier, because"


class SettleCard(Panel):
    """One finding with what a privacy officer signs of it: that it was looked at, and why it may stand.

    The reason is asked once it was looked at. `covering` are the authorizations that could cover it. `changed()` tells
    that the answer may be another one.
    """

    changed = Signal()

    def __init__(self, finding: Seen, covering: Sequence[Linked], parent: QWidget | None = None) -> None:
        super().__init__("card", parent)
        column = rows(self, margins=(12, 10, 12, 12), gap=8)
        column.addLayout(_told(finding, finding.reason))
        self.looked = QCheckBox("I have looked at this")
        self.looked.setAccessibleName(f"I have looked at this: {finding.title}")
        column.addWidget(self.looked)
        self.message = Message()
        column.addWidget(self.message)
        self.why = Combo()
        self.why.setPlaceholderText("Choose")
        for each in covering:
            self.why.addItem(f"Covered by {each.name}, {each.label}", f"{COVERED}{each.name}")
        self.why.addItem(f"{_BECAUSE} …", "")
        self.why.setCurrentIndex(-1 if covering else 0)
        self.why_field = FormField("Why it may stand", editor=self.why)
        help_text = "" if covering else "This version rests on no authorization that could cover it."
        self.because = FormField(_BECAUSE, help_text=help_text, placeholder="Seen by everybody who reads the signature")
        self.why.setAccessibleName(f"Why it may stand: {finding.title}")
        self.because.editor.setAccessibleName(f"{_BECAUSE}: {finding.title}")
        column.addWidget(self.why_field)
        column.addWidget(self.because)
        self._several = bool(covering)
        self.looked.toggled.connect(self._follow)
        self.why.currentIndexChanged.connect(self._follow)
        self.because.line.textChanged.connect(self._answered)
        self._follow()

    @property
    def how(self) -> str:
        """What is signed of the finding, as far as it is said."""
        if not self.looked.isChecked() or self.why.currentIndex() < 0:
            return ""
        return str(self.why.currentData()) or f"{NOT_A_PATIENT}{self.because.text().strip()}"

    @property
    def settled(self) -> bool:
        """Whether enough is said. The service decides anyway."""
        return is_settling(self.how)

    def show_error(self, sentence: str) -> None:
        """Says what is missing, at the place where it is, and moves the focus there."""
        if not self.looked.isChecked():
            self.message.show_text("Look at this first.", "danger", "octagon-x")
            self.looked.setFocus(Qt.FocusReason.OtherFocusReason)
            announce(self.looked, "Look at this first.", assertive=True)
            return
        field = self.because if self._asks_because else self.why_field
        field.set_error(sentence)
        field.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def _asks_because(self) -> bool:
        return self.why.currentIndex() >= 0 and not self.why.currentData()

    def _follow(self) -> None:
        looked = self.looked.isChecked()
        self.message.show_text("")
        self.why_field.setVisible(looked and self._several)
        self.because.setVisible(looked and self._asks_because)
        self._answered()

    def _answered(self) -> None:
        self.why_field.set_error("")
        self.because.set_error("")
        self.changed.emit()


class Settling(QWidget):
    """Every finding of a version that needs settling: to be settled here, or with who settles it.

    `empty`: there is none.
    """

    def __init__(self, page: Page, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = rows(self, gap=7)
        head = columns(gap=8)
        head.addWidget(Label("Could be about a patient", "small", strong=True))
        head.addStretch(1)
        self.count = Label("", "small", "secondary")
        head.addWidget(self.count)
        column.addLayout(head)
        covering = [each for each in page.authorizations if not each.problem]
        self.cards = {place: SettleCard(page.findings[place], covering) for place in page.to_settle}
        for card in self.cards.values():
            card.changed.connect(self._count)
            column.addWidget(card)
        found = [each for each in page.findings if each.severity == Severity.REVIEW]
        self.empty = not found
        for finding in found if not self.cards else ():
            note = Panel("note")
            rows(note, margins=(12, 9, 12, 10)).addLayout(_told(finding, settling(finding, page.settlers)))
            column.addWidget(note)
        self._count()

    @property
    def settled(self) -> dict[int, str]:
        """What is signed of each finding, by its place, as far as it is said."""
        return {place: card.how for place, card in self.cards.items()}

    @property
    def open(self) -> SettleCard | None:
        """The first finding of which too little is said."""
        return next((card for card in self.cards.values() if not card.settled), None)

    def show_error(self, field: str, sentence: str) -> bool:
        """Tells an error at the finding whose place it names; False where it names none."""
        card = self.cards.get(int(field)) if field.isdecimal() else None
        if card is not None:
            card.show_error(sentence)
        return card is not None

    def _count(self) -> None:
        done = sum(card.settled for card in self.cards.values())
        self.count.setText(f"{done:,} of {len(self.cards):,} settled" if self.cards else "")


def _told(finding: Seen, words: str) -> Box:
    """Mark and title, and words below."""
    line = columns(gap=9)
    known = look().theme.severity(finding.severity)
    line.addWidget(IconMark(known.icon, known.group, 16, known.label), 0, Qt.AlignmentFlag.AlignTop)
    column = rows(gap=1)
    column.addWidget(Label(finding.title, "body", medium=True, wrap=True))
    if words:
        column.addWidget(Label(words, "small", "secondary", wrap=True))
    line.addLayout(column, 1)
    return line
