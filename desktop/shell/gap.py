"""Signing for a gap in the audit log: what does not fit, and the passphrases of two officers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.people.agreement import Agreement, collect
from desktop.telling import tell_banner
from desktop.widgets.banner import Banner
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import FormField, TextArea
from desktop.widgets.text import Label
from editorial.audit.actions import Action
from editorial.audit.anchoring import LIMITS, State
from editorial.audit.clearing import SIGNERS, Break, Clearing
from editorial.errors import DeskError
from editorial.people.desk_people import Signer

_RESTORED = "This workspace was restored from a backup"
_RESTORED_WHAT = "What was recorded after the backup was made is not in it."


class GapDialog(Dialog):
    """`agreed(signers, note)` when both have typed their passphrase; `export()` is the way where nobody can sign."""

    agreed = Signal(object, str)
    export = Signal()

    def __init__(self, parent: QWidget | None, found: Break, person_id: str) -> None:
        super().__init__(
            parent,
            "Sign for the gap in the audit log?",
            "Publishing stays stopped until two officers say that they know of it.",
            icon="octagon-x",
            group="danger",
            window_title="A gap in the audit log",
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.body.addWidget(Banner("danger", *what_is_wrong(found), icon="octagon-x", inline=True))
        self.problem = Banner("danger", "", inline=True)
        self.problem.hide()
        self.agreements: list[Agreement] = []
        if found.problem:
            self._only_export(found.problem)
        elif len(found.officers) < SIGNERS:
            self._only_export("It takes two officers, and the charter names one. Name a second one in People.")
        else:
            self._ask(found, person_id)

    def _only_export(self, why: str) -> None:
        self.body.addWidget(Banner("warning", "Nobody can sign for it.", why, inline=True))
        self.set_note("Reading and exporting work. Keep this workspace as evidence.", "info")
        self.add_cancel("Close")
        self.add_button("Export the log", "primary").clicked.connect(self._leave)

    def _leave(self) -> None:
        self.accept()
        self.export.emit()

    def _ask(self, found: Break, person_id: str) -> None:
        self.body.addWidget(Label(f"Signing sets the marks to the log as it is now. {LIMITS}", "small", wrap=True))
        self.why = TextArea("What happened", lines=2)
        self.body.addWidget(FormField("What happened", editor=self.why, optional="kept with the entry"))
        people = list(found.officers)
        first = person_id if person_id in dict(people) else people[0][0]
        second = next(key for key, _ in people if key != first)
        self.agreements = [Agreement("First officer", people, first), Agreement("Second officer", people, second)]
        for agreement in self.agreements:
            self.body.addWidget(agreement)
        self.body.addWidget(self.problem)
        self.add_cancel()
        self.button = self.add_button("Sign for the gap", "danger", icon="signature")
        self.button.clicked.connect(self._agree)
        self.agreements[-1].passphrase.line.returnPressed.connect(self._agree)

    def show_error(self, error: DeskError) -> None:
        """Shows why the gap stays open; what was typed stays."""
        self.button.set_busy(False)
        tell_banner(error, self.problem)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """Puts the focus where the first thing is typed."""
        super().showEvent(event)
        if self.agreements:
            self.agreements[0].passphrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def _agree(self) -> None:
        signers = None if self.button.busy else collect(self.agreements)
        if signers is None:
            return
        self.problem.hide()
        self.button.set_busy(True)
        self.agreed.emit(signers, self.why.toPlainText())


def what_is_wrong(found: Break) -> tuple[str, str]:
    """A title and a sentence about what is open: what does not fit now, else what the log tells of itself."""
    if found.anchor.state is State.BROKEN:
        return f"{found.anchor.title}.", found.anchor.what
    if any(gap.action == Action.GAP_RESTORED for gap in found.gaps):
        return f"{_RESTORED}.", _RESTORED_WHAT
    return "The audit log did not fit its marks.", "It fits them now. The log says since when it did not."


def ask_gap(
    window: QWidget, context: Context, said: Callable[[str], object], failed: Callable[[DeskError], object]
) -> None:
    """Reads how the log stands, then opens the dialog over the window."""
    clearing, bridge, actor = Clearing(context.desk), context.bridge, context.actor

    def read(found: Break | None) -> None:
        if found is None:
            said("The log fits its marks.")
            return
        dialog = GapDialog(window, found, actor.id)

        def agreed(signers: tuple[Signer, ...], note: str) -> None:
            bridge.run_slow(
                lambda: clearing.sign(actor, signers, note), lambda _: signed(), dialog.show_error, owner=dialog
            )

        def signed() -> None:
            dialog.accept()
            said("The gap is signed for. Publishing goes on.")

        dialog.agreed.connect(agreed)
        dialog.export.connect(lambda: context.go("audit"))
        dialog.open_soon()

    bridge.run_slow(clearing.read, read, failed, owner=window)
