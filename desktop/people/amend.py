"""A change to the charter: a form, then what changes in sentences, then the signatures of those whom it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.people.agreement import Agreement, collect
from desktop.telling import tell_banner, tell_field
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import AppButton
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import FormField
from desktop.widgets.layout import rows
from desktop.widgets.text import Label, Panel
from editorial.changes import Changes
from editorial.charter.chain import MENDERS, mends
from editorial.charter.document import Charter
from editorial.errors import BadInputError, DeskError
from editorial.people.desk_people import Signer
from editorial.people.differences import charter_changes


class AmendDialog(Dialog):
    """Two halves: the form, then what changes and who signs it. `done_with(str)` says what was signed.

    A kind of change gives the form, `after` and `command`, and where they differ the other methods below.
    """

    done_with = Signal(str)

    def __init__(
        self, parent: QWidget, context: Context, charter: Charter, head: tuple[str, str], icon: str, form: QWidget
    ) -> None:
        super().__init__(parent, *head, icon=icon)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._charter, self._half = context, charter, form
        self.signing = QWidget()
        self._signing_rows = rows(self.signing, gap=12)
        self.agreements: list[Agreement] = []
        self.body.addWidget(form)
        self.body.addWidget(self.signing)
        self.problem = Banner("danger", "", inline=True)
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.back = self.add_button("Back")
        self.back.clicked.connect(lambda: self._show(self._half))
        self.add_cancel()
        self.button = self.add_button("Continue", "primary", default=True)
        self.button.clicked.connect(self._go_on)
        self._show(form)

    # ---- what a kind of change says ----------------------------------------------------------------------------------

    @property
    def fields(self) -> Mapping[str, FormField]:
        """The fields by the names that errors use."""
        return {}

    def missing(self) -> DeskError | None:
        """What has to be filled in or put right before anybody signs."""
        return None

    def after(self) -> Charter:
        """The charter as it would be. Raises DeskError and ValueError for what cannot be."""
        raise NotImplementedError

    def sentences(self) -> tuple[str, ...]:
        """What changes, in words."""
        return charter_changes(self._charter, self.after(), self._context.moments.zone)

    def may_mend(self) -> bool:
        """Whether one officer and two others may sign it, where a second officer cannot."""
        return mends(self._charter, self.after())

    def cannot_sign(self) -> str:
        """The id of an officer whose key this change replaces, or an empty text."""
        return ""

    def newcomer(self) -> str:
        """The name of somebody who signs with the key that they get by this change, or an empty text."""
        return ""

    def command(self, signers: tuple[Signer, ...]) -> Callable[[], Changes]:
        """What is done with the signatures, away from the Qt thread."""
        raise NotImplementedError

    # ---- the halves --------------------------------------------------------------------------------------------------

    def show_error(self, error: DeskError) -> None:
        """Marks the field that is meant, else shows the error below; what was typed stays."""
        self.button.set_busy(False)
        self.problem.hide()
        if isinstance(error, BadInputError) and error.field in self.fields:
            self._show(self._half)
            tell_field(error, self.fields)
        else:
            tell_banner(error, self.problem)
        self._fit()

    def _show(self, half: QWidget) -> None:
        signing = half is self.signing
        self._half.setVisible(not signing)
        self.signing.setVisible(signing)
        self.back.setVisible(signing)
        self.button.setText("Sign and save" if signing else "Continue")
        self.button.updateGeometry()
        self.problem.hide()
        if self.isVisible():
            self._fit()
            first = self._first_empty() if signing else self._half.nextInFocusChain()
            if first is not None:
                first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _first_empty(self) -> QWidget | None:
        return self.agreements[0].passphrase if self.agreements else None

    def _go_on(self) -> None:
        if self.button.busy:
            return
        if not self._half.isHidden():
            self._to_signing()
        elif (signers := collect(self.agreements)) is not None and self.agreements:
            self.button.set_busy(True)
            self._context.bridge.run_slow(self.command(signers), self._signed, self.show_error, owner=self)

    def _to_signing(self) -> None:
        try:
            if (missing := self.missing()) is not None:
                raise missing
            said = self.sentences()
            if not said:
                raise DeskError("Nothing changes", "There is nothing to sign.", "Change something, or cancel.")
            self._prepare_signing(said, mending=False)
        except DeskError as error:
            self.show_error(error)
        except ValueError as error:
            self.show_error(DeskError("The charter cannot say that", f"It would not be whole: {error}."))
        else:
            # Laying out and painting is another round of events: in one with the building it is felt as a stop.
            QTimer.singleShot(0, self, lambda: self._show(self.signing))

    def _signed(self, _: Changes) -> None:
        self.done_with.emit(" ".join(self.sentences()))
        self.accept()

    # ---- who signs ---------------------------------------------------------------------------------------------------

    def _prepare_signing(self, said: tuple[str, ...], *, mending: bool) -> None:
        while (item := self._signing_rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._signing_rows.addWidget(_changes(said))
        officers = [(each.id, each.name) for each in self._charter.officers() if each.id != self.cannot_sign()]
        everybody = [(each.id, each.name) for each in self._charter.members if each.active]
        others = [each for each in everybody if each[0] != self.cannot_sign()]
        possible = self._charter.two_signers() and len(others) >= MENDERS and self.may_mend()
        mending = possible and (mending or len(officers) < 2)
        self.agreements = self._agreements(officers, others, mending=mending)
        if mending:
            words = "One officer and two other people sign instead. The audit log shows that in red."
            self._signing_rows.addWidget(Banner("danger", "A second officer cannot sign.", words, inline=True))
        for agreement in self.agreements:
            self._signing_rows.addWidget(agreement)
        if self._charter.two_signers() and len(officers) < 2 and not mending:
            words = "Two officers who know their passphrases have to sign, and only one is left."
            self._signing_rows.addWidget(Banner("danger", "This cannot be signed here.", words, inline=True))
        elif possible and not mending:
            button = AppButton("A second officer cannot sign…", "ghost", size="compact")
            button.setObjectName("mend")
            button.clicked.connect(lambda: self._mend(said))
            self._signing_rows.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)

    def _mend(self, said: tuple[str, ...]) -> None:
        self._prepare_signing(said, mending=True)
        self._show(self.signing)

    def _agreements(
        self, officers: list[tuple[str, str]], others: list[tuple[str, str]], *, mending: bool
    ) -> list[Agreement]:
        me = self._context.session.person_id
        first = me if me in dict(officers) else officers[0][0] if officers else ""
        found = [Agreement("First signature", officers, first)]
        if not self._charter.two_signers():
            return [*found, Agreement("Their own signature", [("new", self.newcomer())], "new")]
        titles = ("Second signature", "Third signature") if mending else ("Second signature",)
        candidates = others if mending else officers
        free = [key for key, _ in candidates if key != first]
        return [*found, *(Agreement(title, candidates, free.pop(0) if free else "") for title in titles)]


def _changes(sentences: tuple[str, ...]) -> QWidget:
    panel = Panel("note")
    column = rows(panel, margins=(14, 10, 14, 10), gap=4)
    column.addWidget(Label("What you sign", "bodyStrong"))
    for sentence in sentences:
        column.addWidget(Label(sentence, wrap=True))
    return panel
