"""Who agrees, and the passphrase that proves it: one card a person, used where several have to sign together."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.widgets.fields import Combo, FormField, PassphraseField
from desktop.widgets.layout import columns, rows
from desktop.widgets.text import Label, Panel
from editorial.people.desk_people import Signer


class Agreement(Panel):
    """One person's agreement. `people`: who may give it, as (id, name); one alone is not a choice."""

    def __init__(
        self, title: str, people: Sequence[tuple[str, str]], chosen: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__("card", parent)
        column = rows(self, margins=(14, 12, 14, 14), gap=8)
        column.addWidget(Label(title, "bodyStrong"))
        line = columns(gap=12)
        self.who = Combo()
        for person, name in people:
            self.who.addItem(name, person)
        self.who.setCurrentIndex(self.who.findData(chosen) if chosen else -1)
        who = FormField("Who", editor=self.who)
        self.passphrase = PassphraseField()
        self.who.setAccessibleName(f"{title}: who")
        self.passphrase.editor.setAccessibleName(f"{title}: passphrase")
        line.addWidget(who, 1, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.passphrase, 1, Qt.AlignmentFlag.AlignTop)
        column.addLayout(line)

    @property
    def person_id(self) -> str:
        """Who is chosen, or an empty text."""
        return str(self.who.currentData() or "")

    @property
    def signer(self) -> Signer | None:
        """The agreement, once both are filled in."""
        if not self.person_id or not self.passphrase.text():
            return None
        return Signer(self.person_id, self.passphrase.text())


def collect(agreements: Sequence[Agreement]) -> tuple[Signer, ...] | None:
    """Everybody's agreement, or None after marking the first that is missing; the same person counts once only."""
    for agreement in agreements:
        agreement.passphrase.set_error("")
    signers: list[Signer] = []
    for agreement in agreements:
        signer = agreement.signer
        twice = any(each.person_id == agreement.person_id for each in signers)
        if signer is None or twice:
            words = "Choose another person." if twice else "Type the passphrase."
            agreement.passphrase.set_error(words if agreement.person_id else "Choose a person.")
            agreement.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)
            return None
        signers.append(signer)
    return tuple(signers)
