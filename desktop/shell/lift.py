"""Going on after a hold: a decision of two different people, each with their passphrase."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.people.agreement import Agreement, collect
from desktop.shell.standing import Standing
from desktop.widgets.banner import Banner
from desktop.widgets.dialog import Dialog
from editorial.errors import DeskError


class LiftDialog(Dialog):
    """`agreed(signers)` when both have typed their passphrase. Where one person only may lift, one is enough later."""

    agreed = Signal(object)

    def __init__(self, parent: QWidget | None, standing: Standing, person_id: str) -> None:
        super().__init__(
            parent,
            "Lift the hold?",
            "Going on is a decision, so it takes two different people.",
            icon="play",
            group="hold",
            window_title="Lift the hold",
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        people = [(card.id, card.name) for card in standing.lifters()]
        self.body.addWidget(Banner("note", "What happens then", _what(standing), icon="list-end", inline=True))
        first = person_id if person_id in dict(people) else next(iter(dict(people)), "")
        second = next((key for key, _ in people if key != first), "")
        self.agreements = [Agreement("First person", people, first)]
        if len(people) != 1:
            self.agreements.append(Agreement("Second person", people, second))
        for agreement in self.agreements:
            self.body.addWidget(agreement)
        self.problem = Banner("danger", "", inline=True)
        self.problem.hide()
        self.body.addWidget(self.problem)
        if len(people) == 1:
            self.set_note("Only one person here may lift a hold: possible ten minutes after it was set.", "info")
        self.add_cancel()
        self.button = self.add_button("Lift hold", "hold", icon="play")
        self.button.clicked.connect(self._agree)
        self.agreements[-1].passphrase.line.returnPressed.connect(self._agree)

    def show_error(self, error: DeskError) -> None:
        """Shows why the hold stays; what was typed stays too."""
        self.button.set_busy(False)
        self.problem.set_text(f"{error.title}.", f"{error.what} {error.advice}".strip())
        self.problem.show()
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """Puts the focus on the first passphrase."""
        super().showEvent(event)
        self.agreements[0].passphrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def _agree(self) -> None:
        if self.button.busy:
            return
        signers = collect(self.agreements)
        if signers is None:
            return
        self.problem.hide()
        self.button.set_busy(True)
        self.agreed.emit(signers)


def _what(standing: Standing) -> str:
    on_time = standing.waiting - standing.overdue
    if not standing.waiting:
        return "No post waits. Posts that are signed from now on go out at their times."
    words = f"{on_time} waiting {'post goes' if on_time == 1 else 'posts go'} out at the planned time."
    if standing.overdue:
        plural = standing.overdue != 1
        words += (
            f" {standing.overdue} {'are' if plural else 'is'} past {'their' if plural else 'its'} time:"
            " nothing overdue goes out by itself. Decide about each in the Outbox."
        )
    return words
