"""Signing in: who, and the passphrase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.look import look
from desktop.start.links import LinkButton
from desktop.start.page import Page
from desktop.telling import tell_banner
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import AppButton
from desktop.widgets.fields import PassphraseField
from desktop.widgets.layout import Box, columns, rows
from desktop.widgets.marks import OrganizationMark
from desktop.widgets.rows import Row, RowListView
from desktop.widgets.spans import line
from desktop.widgets.text import Elided, Label, Panel
from editorial.errors import DeskError
from editorial.store.peek import PeekedPerson

_LISTED = 6  # rows before the list scrolls


def role_words(roles: Sequence[str]) -> str:
    """The roles of a person in one line, as people read them."""
    return ", ".join(role.replace("_", " ") for role in sorted(roles)).capitalize()


class Problem(Banner):
    """An error in its place above the field: hidden until there is one."""

    def __init__(self) -> None:
        super().__init__("danger", "", inline=True)
        self.hide()

    def show_error(self, error: DeskError | None) -> None:
        """Shows an error, or nothing."""
        if error is None:
            self.hide()
            return
        tell_banner(error, self)


class SignInPage(Page):
    """Who sits here. Signals ask; `show_error`, `set_busy`, `show_keyring` and `set_people` answer.

    `asked(person id, passphrase)`; without a keyring `drafting(person id)`, for a session that only drafts.
    """

    title = "Sign in – Signpost"
    asked = Signal(str, str)
    drafting = Signal(str)
    hold = Signal()
    recover = Signal()
    try_keyring = Signal()

    def __init__(self, organization: str, computer: str, *, demo: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._height = 66 if demo else 42  # a line more for the passphrase on the card
        self._people: tuple[PeekedPerson, ...] = ()
        self._passphrases: Mapping[str, str] = {}
        self._keyring: DeskError | None = None
        self.body.addLayout(_head(organization, computer))
        self.gap = Banner("danger", "", icon="octagon-x", inline=True)
        self.held = Banner("hold", "", inline=True)
        self.demo = Banner("note", "", icon="flask-conical", inline=True)
        self.keyring = Banner("warning", "", icon="key-round", inline=True)
        self.again = AppButton("Try again", size="compact")
        self.again.clicked.connect(self.try_keyring)
        self.keyring.add_action(self.again)
        self.people = RowListView("People", height=self._height, inset=4, surface="panel")
        self.people.chosen.connect(self._chosen)
        self.people.opened.connect(self._to_passphrase)
        self.card = Panel("card")
        rows(self.card, margins=(1, 5, 1, 5)).addWidget(self.people)
        self.problem = Problem()
        self.passphrase = PassphraseField()
        self.passphrase.line.returnPressed.connect(self._ask)
        for widget in (self.gap, self.held, self.demo, self.keyring, self.card, self.problem, self.passphrase):
            self.body.addWidget(widget)
        self.sheet = LinkButton("Use recovery sheet")
        self.sheet.clicked.connect(self.recover)
        links = columns()
        links.addStretch(1)
        links.addWidget(self.sheet)
        self.body.addLayout(links)
        self.body.addStretch(1)
        self.hold_button = LinkButton("Hold all publishing…", icon="octagon-pause", icon_tone="hold")
        self.hold_button.setToolTip("Ctrl+Shift+H")
        self.hold_button.clicked.connect(self.hold)
        self.add_left(self.hold_button)
        self.button = self.add_button("Sign in", "primary")
        self.button.clicked.connect(self._ask)
        for banner in (self.gap, self.held, self.demo, self.keyring):
            banner.hide()

    def show_gap(self, title: str, words: str) -> None:
        """Says that the audit log has a gap; empty texts: it has none."""
        self.gap.set_text(title, words)
        self.gap.setVisible(bool(title))

    def show_hold(self, words: str) -> None:
        """Says since when and by whom all publishing is on hold; an empty text: it is not."""
        self.held.set_text("All publishing is on hold", words)
        self.held.setVisible(bool(words))

    def set_people(self, people: Sequence[PeekedPerson], passphrases: Mapping[str, str] | None = None) -> None:
        """Shows these people; `passphrases` by sign-in name on demo workspaces, where they stand on the cards."""
        self._people, self._passphrases = tuple(people), passphrases or {}
        if passphrases:
            self.demo.set_text("Demo workspace", "Everything in it is invented. The passphrases stand on the cards.")
        self.demo.setVisible(bool(passphrases))
        self._show_rows(self.people.current_key or (people[0].id if people else ""))
        shown = max(1, min(len(people), _LISTED))
        self.people.setFixedHeight(look().px(self._height) * shown + 2)
        many = len(people) > _LISTED
        policy = Qt.ScrollBarPolicy.ScrollBarAsNeeded if many else Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.people.setVerticalScrollBarPolicy(policy)

    def choose(self, person_id: str) -> None:
        """Chooses somebody, as a click would."""
        self._show_rows(person_id)

    @property
    def person_id(self) -> str:
        """Who is chosen."""
        return self.people.current_key

    def set_busy(self, busy: bool) -> None:
        """Shows that signing in goes on."""
        self.button.set_busy(busy)

    def show_error(self, error: DeskError | None) -> None:
        """Shows why signing in did not work, and gives the field back for another try."""
        self.set_busy(False)
        self.problem.show_error(error)
        if error is not None:
            self.passphrase.line.selectAll()
            self.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_keyring(self, problem: DeskError | None) -> None:
        """Names the state of a keyring that cannot be used; None: it can be."""
        self._keyring = problem
        self.again.set_busy(False)
        if problem is not None:
            self.keyring.set_text(f"{problem.title}.", f"{problem.what} {problem.advice}")
        self.keyring.setVisible(problem is not None)
        self.passphrase.setVisible(problem is None)
        self.button.setText("Open for drafting" if problem else "Sign in")
        self.button.updateGeometry()

    def leave(self) -> None:
        """Forgets what was typed."""
        self.passphrase.clear()
        self.show_error(None)

    def first_focus(self) -> QWidget | None:
        """The passphrase; the list of people where none can be checked."""
        return self.people if self._keyring is not None else self.passphrase

    def _ask(self) -> None:
        if self.button.busy or not self.person_id:
            return
        if self._keyring is not None:
            self.set_busy(True)
            self.drafting.emit(self.person_id)
        elif self.passphrase.text():
            self.set_busy(True)
            self.asked.emit(self.person_id, self.passphrase.text())
        else:
            self.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def _chosen(self, person_id: str) -> None:
        self._show_rows(person_id)
        self.problem.show_error(None)

    def _to_passphrase(self, _: str) -> None:
        self.passphrase.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_rows(self, chosen: str) -> None:
        self.people.set_rows([self._row(person, person.id == chosen) for person in self._people])
        self.people.choose(chosen)

    def _row(self, person: PeekedPerson, chosen: bool) -> Row:
        words = role_words(person.roles)
        passphrase = self._passphrases.get(person.sign_in, "")
        lines = [line(person.name, "bodyStrong"), line(words, "small", "secondary")]
        if passphrase:
            lines.append(line(passphrase, "mono", "info"))
        sentence = f"{person.name}, {words}" + (f", demo passphrase {passphrase}" if passphrase else "")
        icon = "check" if chosen else ""
        return Row(person.id, tuple(lines), sentence, ("avatar", person.name, person.id), trailing_icon=icon)


def _head(organization: str, computer: str) -> Box:
    head = columns(gap=11)
    head.addWidget(OrganizationMark(34))
    names = rows(gap=1)
    names.addWidget(Elided(organization, "heading"))
    names.addWidget(Label(f"Signpost on {computer}", "small", "secondary"))
    head.addLayout(names, 1)
    return head
