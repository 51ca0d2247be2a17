"""Adding somebody, changing roles, a new passphrase: what shall change, then its words, then the signatures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from desktop.context import Context
from desktop.look import look
from desktop.people.agreement import Agreement, collect
from desktop.telling import tell_field
from desktop.widgets.banner import Banner
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import FormField, PassphraseField
from desktop.widgets.layout import columns, rows
from desktop.widgets.progress import StrengthMeter
from desktop.widgets.text import Label, Panel
from editorial.changes import Changes
from editorial.charter.document import OFFICER_ROLES, Charter, Member, Role
from editorial.errors import BadInputError, DeskError
from editorial.people.desk_people import Signer, with_member
from editorial.people.differences import charter_changes, role_words

_STRENGTH_MS = 250
_SHOWN_ROLES = (
    Role.AUTHOR,
    Role.COMMUNICATIONS_LEAD,
    Role.PRIVACY_OFFICER,
    Role.CLINICAL_REVIEWER,
    Role.ADMINISTRATOR,
    Role.COMPLIANCE_OFFICER,
    Role.DUTY_MANAGER,
)


class Purpose(Enum):
    """What the dialog is for."""

    ADD = "Add person"
    ROLES = "Change roles"
    REKEY = "New passphrase"


@dataclass(frozen=True)
class Someone:
    """Whom it is about: nobody yet (ADD), or somebody of the list."""

    id: str = ""
    name: str = ""
    sign_in: str = ""
    roles: frozenset[Role] = frozenset()
    active: bool = True


_HEADS = {
    Purpose.ADD: ("Add person", "They type their own passphrase here. Two officers sign them into the charter."),
    Purpose.ROLES: ("Change roles", "Two officers sign the new version of the charter."),
    Purpose.REKEY: (
        "New passphrase",
        "A forgotten passphrase is not recovered: the person gets a new key, which two officers sign in.",
    ),
}


class PersonForm(QWidget):
    """The first half: who, which roles, and the person's own passphrase where one is needed."""

    typed = Signal(str)

    def __init__(self, purpose: Purpose, someone: Someone, *, first: bool) -> None:
        super().__init__()
        self._purpose, self._someone = purpose, someone
        column = rows(self, gap=14)
        self.name = FormField("Name", help_text="Printed with every signature.")
        self.sign_in = FormField("Sign-in name")
        self.name.set_text(someone.name)
        self.sign_in.set_text(someone.sign_in)
        for field in (self.name, self.sign_in):
            field.line.setReadOnly(purpose is not Purpose.ADD)
        line = columns(gap=12)
        line.addWidget(self.name, 2, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.sign_in, 1, Qt.AlignmentFlag.AlignTop)
        column.addLayout(line)
        self.roles = {role: QCheckBox(role.label) for role in _SHOWN_ROLES}
        self.works_here = QCheckBox("Works here")
        self.works_here.setChecked(someone.active)
        column.addWidget(self._roles(someone, first))
        self.passphrase = PassphraseField("Their passphrase", help_text="Typed by themselves. Four uncommon words.")
        self.meter = StrengthMeter()
        column.addWidget(self.passphrase)
        column.addWidget(self.meter)
        for widget in (self.passphrase, self.meter):
            widget.setVisible(purpose is not Purpose.ROLES)
        self._soon = QTimer(self, singleShot=True, interval=_STRENGTH_MS)
        self._soon.timeout.connect(lambda: self.typed.emit(self.passphrase.text()))
        self.passphrase.line.textChanged.connect(lambda _: self._soon.start())

    @property
    def fields(self) -> dict[str, FormField]:
        """By the names that errors use."""
        return {"name": self.name, "sign_in": self.sign_in, "passphrase": self.passphrase}

    @property
    def chosen(self) -> frozenset[Role]:
        """The roles that are ticked."""
        return frozenset(role for role, box in self.roles.items() if box.isChecked())

    def _roles(self, someone: Someone, first: bool) -> QWidget:
        holder = QWidget()
        column = rows(holder, gap=6)
        column.addWidget(Label("Roles", "small", strong=True))
        grid = QGridLayout()
        grid.setVerticalSpacing(look().px(6))
        for place, (role, box) in enumerate(self.roles.items()):
            box.setChecked(role in someone.roles)
            box.setEnabled(self._purpose is not Purpose.REKEY or not someone.roles)
            grid.addWidget(box, place // 2, place % 2)
        column.addLayout(grid)
        if self._purpose is Purpose.ROLES:
            column.addWidget(self.works_here)
        if first:
            words = (
                "The first person you add signs the charter with you from now on: an administrator or privacy officer."
            )
            column.addWidget(Banner("info", "", words, inline=True))
        return holder


class PersonDialog(Dialog):
    """Two halves: the form, then what changes and who signs it. `done_with(str)` says what was signed."""

    done_with = Signal(str)

    def __init__(
        self, parent: QWidget, context: Context, charter: Charter, purpose: Purpose, someone: Someone | None = None
    ) -> None:
        self._purpose, self._someone = purpose, someone or Someone()
        title, sentence = _HEADS[purpose]
        super().__init__(parent, title, sentence, icon="user-plus" if purpose is Purpose.ADD else "key-round")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._charter = context, charter
        self._member: Member | None = None  # made by a try whose signatures did not fit: the next one uses it
        self.form = PersonForm(purpose, self._someone, first=not charter.two_signers())
        self.form.typed.connect(self._measure)
        self.signing = QWidget()
        self._signing_rows = rows(self.signing, gap=12)
        self.agreements: list[Agreement] = []
        self.body.addWidget(self.form)
        self.body.addWidget(self.signing)
        self.problem = Banner("danger", "", inline=True)
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.back = self.add_button("Back")
        self.back.clicked.connect(lambda: self._show(self.form))
        self.add_cancel()
        self.button = self.add_button("Continue", "primary", default=True)
        self.button.clicked.connect(self._go_on)
        self._show(self.form)

    def show_error(self, error: DeskError) -> None:
        """Marks the field that is meant, else shows the error below; what was typed stays."""
        self.button.set_busy(False)
        self.problem.hide()
        if isinstance(error, BadInputError) and error.field in self.form.fields:
            self._show(self.form)
            tell_field(error, self.form.fields)
        else:
            self.problem.set_text(f"{error.title}.", f"{error.what} {error.advice}".strip())
            self.problem.show()
        self._fit()

    # ---- the halves --------------------------------------------------------------------------------------------------

    def _show(self, half: QWidget) -> None:
        signing = half is self.signing
        self.form.setVisible(not signing)
        self.signing.setVisible(signing)
        self.back.setVisible(signing)
        self.button.setText("Sign and save" if signing else "Continue")
        self.button.updateGeometry()
        self.problem.hide()
        if self.isVisible():
            self._fit()
            first = self.agreements[0].passphrase if signing and self.agreements else self.form.name
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_on(self) -> None:
        if self.button.busy:
            return
        if self.form.isHidden():
            self._sign()
        elif (missing := self._missing()) is not None:
            self.show_error(missing)
        else:
            self._prepare_signing()
            self._show(self.signing)

    def _missing(self) -> DeskError | None:
        form = self.form
        if not form.name.text().strip():
            return BadInputError("The name is empty", "It is printed with every signature.", field="name")
        if not form.sign_in.text().strip():
            return BadInputError("The sign-in name is empty", field="sign_in")
        if self._purpose is not Purpose.ROLES and not form.passphrase.text():
            return BadInputError("The passphrase is empty", "They type it themselves.", field="passphrase")
        if not form.chosen:
            return DeskError("No role is chosen", "Without one a person can do nothing here.", "Choose at least one.")
        if not self._charter.two_signers() and not form.chosen & OFFICER_ROLES:
            return DeskError(
                "The charter needs a second signer first",
                "Until two people can sign it, the next one has to be an administrator or a privacy officer.",
                "Tick one of these roles.",
            )
        return None

    def _prepare_signing(self) -> None:
        while (item := self._signing_rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self._signing_rows.addWidget(_changes(self._sentences()))
        self.agreements = []
        officers = [
            (each.id, each.name)
            for each in self._charter.officers()
            if each.id != self._someone.id or self._knows_key()
        ]
        me = self._context.session.person_id
        first = me if me in dict(officers) else ""
        self.agreements.append(Agreement("First signature", officers, first or (officers[0][0] if officers else "")))
        if self._charter.two_signers():
            second = next((key for key, _ in officers if key != self.agreements[0].person_id), "")
            self.agreements.append(Agreement("Second signature", officers, second))
        else:
            newcomer = [("new", self.form.name.text().strip())]
            self.agreements.append(Agreement("Their own signature", newcomer, "new"))
        for agreement in self.agreements:
            self._signing_rows.addWidget(agreement)
        if self._charter.two_signers() and len(officers) < 2:
            words = "Two officers who know their passphrases have to sign, and only one is left."
            self._signing_rows.addWidget(Banner("danger", "This cannot be signed here.", words, inline=True))

    def _knows_key(self) -> bool:
        """Whether the person it is about can still sign: not when their passphrase is forgotten."""
        return self._purpose is not Purpose.REKEY

    def _sentences(self) -> tuple[str, ...]:
        """The difference in words; a key that is not made yet stands in for the one to come."""
        known = self._charter.member(self._someone.id)
        if known is not None:
            said = charter_changes(self._charter, self._after(known))
            if self._purpose is Purpose.REKEY:
                said = (
                    *said,
                    f"{known.name} gets a new key; signatures with the old one that still wait stop counting.",
                )
            return said
        return (f"{self.form.name.text().strip()} joins as {role_words(self.form.chosen)}.",)

    def _after(self, member: Member) -> Charter:
        return with_member(replace(member, active=self.form.works_here.isChecked()), self.form.chosen)(self._charter)

    # ---- the command -------------------------------------------------------------------------------------------------

    def _sign(self) -> None:
        signers = collect(self.agreements)
        if signers is None:
            return
        self.button.set_busy(True)
        self._context.bridge.run_slow(self._command(signers), self._signed, self.show_error, owner=self)

    def _command(self, signers: tuple[Signer, ...]) -> Callable[[], Changes]:
        people, actor, form = self._context.people, self._context.actor, self.form
        name, sign_in, typed = form.name.text(), form.sign_in.text(), form.passphrase.text()
        roles, active, someone, purpose = form.chosen, form.works_here.isChecked(), self._someone, self._purpose
        known = self._charter.member(someone.id)

        def command() -> Changes:
            if self._member is None:
                if purpose is Purpose.ADD:
                    self._member = people.enroll(actor, name, sign_in, typed)
                elif purpose is Purpose.REKEY or known is None:
                    self._member = people.rekey(actor, someone.id, typed)
                else:
                    self._member = replace(known, active=active)
            member = self._member
            real = tuple(replace(each, person_id=member.id) if each.person_id == "new" else each for each in signers)
            return people.amend(actor, with_member(member, roles), real)

        return command

    def _signed(self, _: Changes) -> None:
        self.done_with.emit(" ".join(self._sentences()))
        self.accept()

    def _measure(self, passphrase: str) -> None:
        names = (self.form.name.text(), self.form.sign_in.text())

        def measured() -> tuple[int, str]:
            from editorial.keys.passphrase import strength

            found = strength(passphrase, names)
            return found.score if found.ok else min(found.score, 2), found.words

        def show(found: tuple[int, str]) -> None:
            if self.form.passphrase.text() == passphrase:
                self.form.meter.show_strength(found[0], found[1] if found[0] >= 3 else "")
                self.form.passphrase.set_help(found[1] if found[0] < 3 else "")

        self._context.bridge.run_slow(measured, show, owner=self)


def _changes(sentences: tuple[str, ...]) -> QWidget:
    panel = Panel("note")
    column = rows(panel, margins=(14, 10, 14, 10), gap=4)
    column.addWidget(Label("What you sign", "bodyStrong"))
    for sentence in sentences or ("Nothing changes.",):
        column.addWidget(Label(sentence, wrap=True))
    return panel
