"""Rules that hold for everybody: the dialog that shows what stands, and the one that sets something."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.look import look
from desktop.telling import tell_banner, tell_field
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import AppButton
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import FormField
from desktop.widgets.layout import FlowLayout, rows
from desktop.widgets.rows import Row, RowListView
from desktop.widgets.text import Label, Panel
from editorial.changes import Changes, Kind
from editorial.errors import DeskError

ROW = 46
"""How high a row of an overview is, at 100 %."""


class Asks(Protocol):
    """A dialog that does something and says it."""

    done_with: SignalInstance

    def open(self) -> None:
        """Shows it."""


@dataclass(frozen=True)
class Listed:
    """A list of an overview: on its card, or the words for when there is nothing."""

    view: RowListView
    card: Panel
    empty: Label

    def fill(self, found: Sequence[Row], most: int) -> None:
        """Shows these, at most so many at once, and chooses the first."""
        self.view.set_rows(found)
        self.view.setFixedHeight(look().px(ROW) * max(1, min(most, len(found))) + 4)
        if found and not self.view.current_key:
            self.view.choose(found[0].key)
        self.card.setVisible(bool(found))
        self.empty.setVisible(not found)


class SetDialog(Dialog):
    """Asks for one rule and sets it. `done_with(words)` once it is set."""

    done_with = Signal(str)

    def __init__(self, parent: QWidget, context: Context, title: str, subtitle: str, *, icon: str, verb: str) -> None:
        super().__init__(parent, title, subtitle, icon=icon)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self.problem = Banner("danger", "", inline=True)
        self.problem.hide()
        self.set_note("Your name stands in the audit log.", "info")
        self.add_cancel()
        self.button = self.add_button(verb, "primary", default=True)
        self.button.clicked.connect(self.press)

    @property
    def fields(self) -> Mapping[str, FormField]:
        """The fields by the names that errors give them."""
        return {}

    def command(self) -> tuple[Callable[[], object], str]:
        """What sets the rule, for the database thread, and the words for when it is set. Raises DeskError."""
        raise NotImplementedError

    def press(self) -> None:
        """Sets the rule, or says why not."""
        self.problem.hide()
        try:
            command, words = self.command()
        except DeskError as error:
            self.fail(error)
            return
        self.button.set_busy(True)
        self._context.bridge.run(command, lambda _: self._done(words), self.fail, owner=self)

    def _done(self, words: str) -> None:
        self.accept()
        self.done_with.emit(words)

    def fail(self, error: DeskError) -> None:
        """Tells an error at its field, or above the buttons."""
        self.button.set_busy(False)
        if not tell_field(error, self.fields):
            tell_banner(error, self.problem)


class OverviewDialog(Dialog):
    """Reads for everybody; those who may change it open dialogs from it.

    Made in three: `super().__init__`, then the parts, then `begin`.
    """

    kinds: frozenset[Kind] = frozenset()
    """Changes after which it reads again."""

    def __init__(
        self, parent: QWidget, context: Context, title: str, subtitle: str, *, icon: str, may: bool, who: str
    ) -> None:
        """`may`: whether this person may change anything; `who` may, in words for the others."""
        super().__init__(parent, title, subtitle, icon=icon, window_title=title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._who = context, who
        self.may = may
        self.problem, self.told = Banner("danger", "", inline=True), Banner("success", "", inline=True)

    def begin(self) -> None:
        """Adds what stands below the parts, and reads."""
        for banner in (self.problem, self.told):
            banner.hide()
            self.body.addWidget(banner)
        if not self.may:
            self.set_note(f"{self._who} change this.", "info")
        self.add_button("Close", "primary", default=True).clicked.connect(self.accept)
        self._context.bridge.changed.connect(self._on_changes)
        self.offer()
        self.read()

    def read(self) -> None:
        """Reads what stands, and shows it."""
        raise NotImplementedError

    def offer(self) -> None:
        """Enables what can be done with what is chosen."""
        raise NotImplementedError

    def fail(self, error: DeskError) -> None:
        """Tells why it could not be read."""
        tell_banner(error, self.problem)

    def add_list(self, view: RowListView, nothing: str) -> Listed:
        """Adds a list on a card, and the words for when it is empty."""
        view.chosen.connect(lambda _: self.offer())
        card = Panel("card")
        rows(card, margins=(1, 5, 1, 5)).addWidget(view)
        empty = Label(nothing, "body", "secondary", wrap=True)
        self.body.addWidget(card)
        self.body.addWidget(empty)
        return Listed(view, card, empty)

    def add_buttons(self, *buttons: AppButton, may: bool | None = None) -> None:
        """Adds buttons in a line that wraps, for those who `may`: change anything, unless it is said."""
        flow = FlowLayout(gap=8, line_gap=8)
        for button in buttons:
            flow.addWidget(button)
            button.setVisible(self.may if may is None else may)
        self.body.addLayout(flow)

    def shown(self) -> None:
        """After something else is shown."""
        self.offer()
        if self.isVisible():
            self._fit()

    def ask(self, dialog: Asks) -> None:
        """Opens a dialog that says what it has done."""
        dialog.done_with.connect(self._say)
        dialog.open()

    def _on_changes(self, changes: Changes) -> None:
        if self.kinds & changes.kinds:
            self.read()

    def _say(self, words: str) -> None:
        self.told.set_text(words, "")
        self.told.show()
        self.read()
