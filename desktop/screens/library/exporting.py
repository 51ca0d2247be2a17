"""The dialog that exports the register: where to, and whether with names."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QDir, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.context import Context
from desktop.counts import counted
from desktop.telling import tell_banner
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import AppButton
from desktop.widgets.choices import Switch
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import FormField
from desktop.widgets.layout import columns
from desktop.widgets.text import Label
from editorial.actors import Actor
from editorial.changes import Changes
from editorial.desk import Desk
from editorial.errors import DeskError


class ExportRegisterDialog(Dialog):
    """Writes the register as CSV. Names stay out unless they are asked for."""

    def __init__(self, parent: QWidget, context: Context) -> None:
        words = "A table for spreadsheets. This export becomes an entry of the audit log."
        super().__init__(parent, "Export the register", words, icon="download")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self.names = Switch("With full names and what was typed")
        self.body.addWidget(self.names)
        explained = (
            "Else a person is the number of their authorization, and purposes, information and notes are left out."
        )
        self.body.addWidget(Label(explained, "small", "secondary", wrap=True))
        self.path = FormField("Save to")
        day = context.moments.now().date().isoformat()
        self.path.set_text(str(Path(QDir.homePath()) / f"signpost-authorizations-{day}.csv"))
        self.change = AppButton("Change…")
        self.change.clicked.connect(self._choose)
        line = columns(gap=8)
        line.addWidget(self.path, 1)
        line.addWidget(self.change, 0, Qt.AlignmentFlag.AlignBottom)
        self.body.addLayout(line)
        self.problem = Banner("danger", "", inline=True)
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.set_note("Keep the file where only you can read it.", "shield-check")
        self.add_cancel()
        self.button = self.add_button("Export register", "primary", icon="download", default=True)
        self.button.clicked.connect(self._export)

    def _choose(self) -> None:
        dialog = QFileDialog(self, "Save the register", self.path.text(), "CSV (*.csv)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self.path.set_text)
        dialog.open()

    def _export(self) -> None:
        if self.button.busy:
            return
        self.problem.hide()
        path = Path(self.path.text().strip())
        if not path.is_absolute():
            self.path.set_error("Name a file with its folder.")
            return
        self.path.set_error("")
        self.button.set_busy(True)
        context = self._context
        command = partial(_write, context.desk, context.actor, path, names=self.names.isChecked())
        context.bridge.run_slow(command, partial(self._done, path.name), self._failed, owner=self)

    def _done(self, name: str, found: tuple[int, Changes]) -> None:
        count, _ = found
        what = counted(count, "authorization was", "authorizations were")
        self._context.say(f"{what} exported to {name}.", icon="download")
        self.accept()

    def _failed(self, error: DeskError) -> None:
        self.button.set_busy(False)
        tell_banner(error, self.problem)
        self._fit()


def _write(desk: Desk, actor: Actor, path: Path, *, names: bool) -> tuple[int, Changes]:
    """Away from the Qt thread; the log's modules are loaded there as well, so that the Library opens quickly."""
    from editorial.authorizations.export import export_register

    return export_register(desk, actor, path, names=names)
