"""Connecting a network without a browser: what it asks for is typed in a form."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from connectors.base import Spec
from desktop.connecting import connect_typed
from desktop.context import Context
from desktop.widgets.banner import Banner
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import FormField, PassphraseField
from desktop.widgets.layout import rows
from desktop.widgets.text import Label, Panel
from editorial.changes import Changes
from editorial.errors import DeskError
from editorial.secret import Secret


class TypedDialog(Dialog):
    """The network's own form. `connected(account id)` at the end; what was typed stays after a refusal."""

    connected = Signal(str)

    def __init__(self, context: Context, parent: QWidget, spec: Spec) -> None:
        super().__init__(
            parent,
            f"Connect {spec.label}",
            "Signpost signs in once, then keeps the access that the network gives it.",
            icon="plug",
            width="md",
            window_title=f"Connect {spec.label}",
        )
        self._context, self._spec = context, spec
        self.fields: dict[str, FormField] = {}
        form = rows(gap=12)
        for each in spec.form:
            kind: Callable[..., FormField] = PassphraseField if each.secret else FormField
            field = self.fields[each.name] = kind(each.label, help_text=each.hint)
            field.set_text(each.default)
            form.addWidget(field)
        self.body.addLayout(form)
        note = Panel("note")
        column = rows(note, margins=(12, 8, 12, 8), gap=4)
        kept = "The password is not kept. The access is, in the keyring of this computer and nowhere else."
        for words in (kept, *spec.drops):
            column.addWidget(Label(words, "small", "secondary", wrap=True))
        self.body.addWidget(note)
        self.problem = Banner("danger", "", inline=True)
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.cancel = self.add_cancel()
        self.button = self.add_button("Connect account", "primary", default=True)
        self.button.clicked.connect(self._connect)
        self.rejected.connect(self._forget)

    def _missing(self) -> bool:
        """Says below each field that it is empty, and takes the person to the first."""
        empty = [
            (each, self.fields[each.name]) for each in self._spec.form if not self.fields[each.name].text().strip()
        ]
        for field in self.fields.values():
            field.set_error("")
        for each, field in empty:
            field.set_error(f"{each.label} is missing.")
        if empty:
            empty[0][1].setFocus()
        return bool(empty)

    def _connect(self) -> None:
        self.problem.hide()
        if self._missing():
            return
        typed = {each.name: self.fields[each.name].text() for each in self._spec.form if not each.secret}
        hidden = next(self.fields[each.name].text() for each in self._spec.form if each.secret)
        desk, actor, network, password = (
            self._context.desk,
            self._context.actor,
            self._spec.name,
            Secret(hidden.strip()),
        )
        self.button.set_busy(True)
        self._context.bridge.run_slow(
            lambda: connect_typed(desk, actor, network, typed, password), self._done, self._failed, owner=self
        )

    def _done(self, found: tuple[str, Changes]) -> None:
        self.button.set_busy(False)
        self._forget()
        self.connected.emit(found[0])
        self.accept()
        self._context.say(f"{self._spec.label} is connected.")

    def _failed(self, error: DeskError) -> None:
        self.button.set_busy(False)
        self.problem.set_text(error.title, f"{error.what} {error.advice}".strip())
        self.problem.show()
        self._fit()

    def _forget(self) -> None:
        """The password leaves the window with the dialog, also its undo history."""
        for field in self.fields.values():
            if isinstance(field, PassphraseField):
                field.clear()
