"""Going on after a hold: a decision about each post whose time passed, and the passphrases of two different people."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QCheckBox, QWidget

from desktop.counts import counted
from desktop.moments import Moments
from desktop.people.agreement import Agreement, collect
from desktop.shell.deciding import Deciding
from desktop.shell.hold import everybody_words
from desktop.shell.standing import Lifting
from desktop.telling import sentence, tell_banner
from desktop.widgets.banner import Banner
from desktop.widgets.dialog import Dialog
from desktop.widgets.text import Label
from editorial.delivery.holds import Scope
from editorial.errors import BadInputError, DeskError

_WHAT = {Scope.ALL: "Lift the hold?", Scope.ACCOUNT: "Lift the hold on this account?", Scope.POST: "Lift its hold?"}


class LiftDialog(Dialog):
    """`agreed(signers, decisions, tell)` when everything is decided and both have typed their passphrase.

    Where one person only may lift, one is enough later.
    """

    agreed = Signal(object, object, bool)

    def __init__(self, parent: QWidget | None, lifting: Lifting, person_id: str, moments: Moments) -> None:
        steps = "three steps and two people" if lifting.overdue or lifting.doubtful else "two different people"
        super().__init__(
            parent,
            _WHAT[lifting.hold.hold.scope],
            f"Going on is a decision, so it takes {steps}.",
            icon="play",
            group="hold",
            window_title="Lift the hold",
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.body.addWidget(Banner("note", "What happens then", _what(lifting), icon="list-end", inline=True))
        self.deciding = Deciding(moments, lifting)
        self.deciding.changed.connect(self._fit)
        self.body.addWidget(self.deciding)
        people = [(card.id, card.name) for card in lifting.lifters]
        first = person_id if person_id in dict(people) else next(iter(dict(people)), "")
        second = next((key for key, _ in people if key != first), "")
        self.agreements = [Agreement("First person", people, first)]
        if len(people) != 1:
            self.agreements.append(Agreement("Second person", people, second))
        for agreement in self.agreements:
            self.body.addWidget(agreement)
        self.everybody = QCheckBox(everybody_words(lifting.people))
        self.everybody.setChecked(True)
        self.body.addWidget(self.everybody)
        if lifting.reach is not None:
            told, saw = lifting.reach
            words = f"{counted(told, 'person was', 'people were')} told of the hold, {saw} saw it."
            self.body.addWidget(Label(words, "small", "secondary", wrap=True))
        self.problem = Banner("danger", "", inline=True)
        self.problem.hide()
        self.body.addWidget(self.problem)
        if len(people) == 1:
            self.set_note("Only one person here may lift a hold: possible ten minutes after it was set.", "info")
        self.add_cancel()
        self.button = self.add_button("Lift hold", "hold", icon="play")
        self.button.clicked.connect(self._agree)
        self.agreements[-1].passphrase.line.returnPressed.connect(self._agree)

    def renew(self, lifting: Lifting | None) -> None:
        """Adds what fell due since the dialog was opened."""
        if lifting is not None:
            self.deciding.add(lifting)
            self._fit()

    def show_error(self, error: DeskError) -> None:
        """Shows why the hold stays; what was typed and decided stays too."""
        self.button.set_busy(False)
        words = sentence(error)
        if isinstance(error, BadInputError) and self.deciding.show_problem(error.field, words):
            return
        tell_banner(error, self.problem)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """Puts the focus on the first decision, or on the first passphrase."""
        super().showEvent(event)
        asked = (*self.deciding.overdue.lines.values(), *self.deciding.doubtful.lines.values())
        if asked:
            asked[0].take_focus()
        else:
            self.agreements[0].passphrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def _agree(self) -> None:
        if self.button.busy:
            return
        decisions = self.deciding.decisions()
        signers = collect(self.agreements) if decisions is not None else None
        if decisions is None or signers is None:
            return
        self.problem.hide()
        self.button.set_busy(True)
        self.agreed.emit(signers, decisions, self.everybody.isChecked())


def _what(lifting: Lifting) -> str:
    if not lifting.on_time and not lifting.overdue and not lifting.doubtful:
        return "No post waits. Posts that are signed from now on go out at their times."
    found = []
    if lifting.on_time:
        plural = "post goes" if lifting.on_time == 1 else "posts go"
        found.append(f"{lifting.on_time} waiting {plural} out at the planned time.")
    if lifting.overdue:
        found.append("What is past its time goes out only as you decide here.")
    if lifting.doubtful:
        found.append("What may not fit the situation is read again first.")
    return " ".join(found)
