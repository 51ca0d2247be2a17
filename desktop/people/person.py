"""Adding somebody, changing roles, a new passphrase: what shall change, then its words, then the signatures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import Enum

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from desktop.context import Context
from desktop.look import look
from desktop.people.amend import AmendDialog
from desktop.widgets.banner import Banner
from desktop.widgets.fields import FormField, PassphraseField
from desktop.widgets.layout import columns, rows
from desktop.widgets.progress import StrengthMeter
from desktop.widgets.text import Label
from editorial.changes import Changes
from editorial.charter.document import OFFICER_ROLES, Charter, Member, Role
from editorial.errors import BadInputError, DeskError
from editorial.people.amending import set_roles
from editorial.people.desk_people import Signer, with_member
from editorial.people.differences import role_words

_STRENGTH_MS = 250
SHOWN_ROLES = (
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
        self.roles = {role: QCheckBox(role.label) for role in SHOWN_ROLES}
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
        if self._purpose is Purpose.ROLES and not someone.active:
            column.addWidget(self.works_here)  # leaving is a walk of its own
        if first:
            words = (
                "The first person you add signs the charter with you from now on: an administrator or privacy officer."
            )
            column.addWidget(Banner("info", "", words, inline=True))
        return holder


class PersonDialog(AmendDialog):
    """Adding somebody, other roles, or a new key."""

    def __init__(
        self, parent: QWidget, context: Context, charter: Charter, purpose: Purpose, someone: Someone | None = None
    ) -> None:
        self._purpose, self._someone = purpose, someone or Someone()
        self._member: Member | None = None  # made by a try whose signatures did not fit: the next one uses it
        self.form = PersonForm(purpose, self._someone, first=not charter.two_signers())
        icon = "user-plus" if purpose is Purpose.ADD else "key-round"
        super().__init__(parent, context, charter, _HEADS[purpose], icon, self.form)
        self.form.typed.connect(self._measure)

    @property
    def fields(self) -> Mapping[str, FormField]:
        """The form's."""
        return self.form.fields

    def missing(self) -> DeskError | None:
        """Names, a passphrase where one is typed, a role, and a second signer before everybody else."""
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

    def cannot_sign(self) -> str:
        """The person whose passphrase is forgotten."""
        return self._someone.id if self._purpose is Purpose.REKEY else ""

    def newcomer(self) -> str:
        """The name as typed."""
        return self.form.name.text().strip()

    def may_mend(self) -> bool:
        """An officer's new key, or a new officer: the keys themselves are not made yet."""
        known = self._charter.member(self._someone.id)
        if self._purpose is Purpose.ROLES:
            return super().may_mend()
        return known.is_officer if known is not None else self.form.chosen <= OFFICER_ROLES

    def after(self) -> Charter:
        """With the roles that are ticked. Raises DeskError where a stage would be left without anybody."""
        change = set_roles(self._someone.id, self.form.chosen, active=self._works_here())
        return change(self._charter)

    def _works_here(self) -> bool:
        return self._purpose is not Purpose.ROLES or self.form.works_here.isChecked()

    def sentences(self) -> tuple[str, ...]:
        """The difference in words; a key that is not made yet stands in for the one to come."""
        known = self._charter.member(self._someone.id)
        if known is None:
            return (f"{self.newcomer()} joins as {role_words(self.form.chosen)}.",)
        said = super().sentences()
        if self._purpose is Purpose.REKEY:
            said = (*said, f"{known.name} gets a new key; signatures with the old one that still wait stop counting.")
        return said

    def command(self, signers: tuple[Signer, ...]) -> Callable[[], Changes]:
        """Makes the key where one is needed, then the version that names it."""
        people, actor, form = self._context.people, self._context.actor, self.form
        name, sign_in, typed = form.name.text(), form.sign_in.text(), form.passphrase.text()
        roles, active, someone, purpose = form.chosen, self._works_here(), self._someone, self._purpose
        known = self._charter.member(someone.id)

        def command() -> Changes:
            if purpose is Purpose.ROLES and known is not None:
                return people.amend(actor, set_roles(known.id, roles, active=active), signers)
            if self._member is None:
                if purpose is Purpose.ADD:
                    self._member = people.enroll(actor, name, sign_in, typed)
                else:
                    self._member = people.rekey(actor, someone.id, typed)
            member = self._member
            real = tuple(replace(each, person_id=member.id) if each.person_id == "new" else each for each in signers)
            return people.amend(actor, with_member(member, roles), real)

        return command

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
