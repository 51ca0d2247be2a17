"""The list of the staff, as the verified charter says, and the ways to change it together."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.look import look
from desktop.people.deputies import DeputiesDialog
from desktop.people.leave import LeaveDialog
from desktop.people.person import PersonDialog, Purpose, Someone
from desktop.telling import tell_banner
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import AppButton
from desktop.widgets.dialog import Dialog
from desktop.widgets.layout import FlowLayout, rows
from desktop.widgets.rows import Row, RowListView
from desktop.widgets.spans import Line, Span, line
from desktop.widgets.text import Panel
from editorial.changes import Changes, Kind
from editorial.charter.document import Charter
from editorial.desk import Desk
from editorial.errors import DeskError
from editorial.people.desk_people import Card, People
from editorial.people.differences import role_words
from editorial.people.permissions import May


@dataclass(frozen=True)
class Staff:
    """What the dialog shows: everybody with an entry, and the charter they stand in or not yet."""

    cards: tuple[Card, ...]
    charter: Charter


def read_staff(desk: Desk) -> Staff:
    """For the database thread."""
    with desk.reading() as session:
        charter = desk.charter(session).charter
    return Staff(People(desk).cards(), charter)


class PeopleDialog(Dialog):
    """Read by everybody; changed by administrators and privacy officers, two together."""

    def __init__(self, parent: QWidget, context: Context) -> None:
        super().__init__(parent, "People", "As the charter says. Every change is signed by two officers.", icon="user")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self._staff: Staff | None = None
        self.list = RowListView("People", height=46, inset=4, surface="panel")
        self.list.setFixedHeight(look().px(46) * 6 + 4)
        self.list.chosen.connect(lambda _: self._offer())
        self.list.opened.connect(lambda _: self._change(Purpose.ROLES))
        card = Panel("card")
        rows(card, margins=(1, 5, 1, 5)).addWidget(self.list)
        self.body.addWidget(card)
        self.problem = Banner("danger", "", inline=True)
        self.problem.hide()
        self.signed = Banner("success", "", inline=True)
        self.signed.hide()
        self.body.addWidget(self.problem)
        self.body.addWidget(self.signed)
        self.add = AppButton("Add person…", icon="user-plus")
        self.add.clicked.connect(lambda: self._change(Purpose.ADD))
        self.change = AppButton("Change roles…", icon="pencil")
        self.change.clicked.connect(lambda: self._change(Purpose.ROLES))
        self.rekey = AppButton("New passphrase…", icon="key-round")
        self.rekey.clicked.connect(lambda: self._change(Purpose.REKEY))
        self.deputies = AppButton("Deputies…", icon="users")
        self.deputies.clicked.connect(self._show_deputies)
        self.leave = AppButton("Leave the staff…", icon="user-x")
        self.leave.clicked.connect(self._ask_leave)
        flow = FlowLayout(gap=8, line_gap=8)
        for button in (self.add, self.change, self.rekey, self.deputies, self.leave):
            flow.addWidget(button)
        self.body.addLayout(flow)
        if not context.may(May.CHARTER):
            self.set_note("Administrators and privacy officers change this together.", "info")
        self.add_button("Close", "primary", default=True).clicked.connect(self.accept)
        context.bridge.changed.connect(self._on_changes)
        self._offer()
        self._read()

    def _on_changes(self, changes: Changes) -> None:
        if Kind.PEOPLE in changes.kinds:
            self._read()

    def _read(self) -> None:
        desk = self._context.desk
        self._context.bridge.run(lambda: read_staff(desk), self._show, self._fail, owner=self)

    def _show(self, staff: Staff) -> None:
        self._staff = staff
        self.list.set_rows([_row(card) for card in staff.cards])
        if not self.list.current_key and staff.cards:
            self.list.choose(staff.cards[0].id)
        self._offer()

    def _fail(self, error: DeskError) -> None:
        tell_banner(error, self.problem)
        self._fit()

    def _say(self, words: str) -> None:
        self.signed.set_text("The charter is signed.", words)
        self.signed.show()
        self._fit()

    def _offer(self) -> None:
        allowed = self._context.may(May.CHARTER) and self._staff is not None
        card = self._chosen()
        for button in (self.add, self.change, self.rekey, self.leave):
            button.setVisible(self._context.may(May.CHARTER))
        self.add.setEnabled(allowed)
        self.change.setEnabled(allowed and card is not None and bool(card.roles))
        self.rekey.setEnabled(allowed and card is not None)
        self.leave.setEnabled(allowed and card is not None and card.active)
        self.deputies.setEnabled(self._staff is not None)

    def _chosen(self) -> Card | None:
        cards = self._staff.cards if self._staff else ()
        return next((card for card in cards if card.id == self.list.current_key), None)

    def _change(self, purpose: Purpose) -> None:
        card = self._chosen()
        if self._staff is None or not self._context.may(May.CHARTER):
            return
        someone = None
        if purpose is not Purpose.ADD and card is not None:
            someone = Someone(card.id, card.name, card.sign_in, card.roles, card.active or not card.roles)
        dialog = PersonDialog(self, self._context, self._staff.charter, purpose, someone)
        dialog.done_with.connect(self._say)
        dialog.open_soon()

    def _show_deputies(self) -> None:
        if self._staff is not None:
            DeputiesDialog(self, self._context, self._staff.charter, self.list.current_key).open()

    def _ask_leave(self) -> None:
        card = self._chosen()
        person = self._staff.charter.member(card.id) if self._staff is not None and card is not None else None
        if self._staff is None or person is None or not self._context.may(May.CHARTER):
            return
        dialog = LeaveDialog(self, self._context, self._staff.charter, person)
        dialog.done_with.connect(self._say)
        dialog.open()


def _row(card: Card) -> Row:
    words = role_words(card.roles).capitalize()
    pill: tuple[Span, ...] = ()
    state = ""
    if not card.roles:
        words, state = "Two officers have to sign this person in", "not in the charter yet"
        pill = (Span(pill=("warning", "clock", "Not in the charter yet")),)
    elif not card.active:
        state = "no longer here"
        pill = (Span(pill=("neutral", "user-x", "No longer here")),)
    first = Line((Span(card.name, "bodyStrong"),), pill)
    sentence = f"{card.name}, {words}" + (f", {state}" if state else "")
    return Row(card.id, (first, line(words, "small", "secondary")), sentence, ("avatar", card.name, card.id))
