"""Settings, Backups: where the daily backup goes and how many are kept, one now, and the folder for marks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.context import Context
from desktop.heavy import back_up
from desktop.telling import tell_banner
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import AppButton
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import Combo, FormField
from desktop.widgets.layout import columns, rows
from desktop.widgets.text import Label
from editorial.backup.daily import Backups, Overview
from editorial.errors import DeskError
from editorial.people.permissions import May
from editorial.upkeep import Upkeep

_NONE = "None chosen"
_COUNTS = (7, 14, 30, 90, 365)


class BackupsDialog(Dialog):
    """Reads for everybody; administrators and privacy officers change."""

    def __init__(self, parent: QWidget, context: Context) -> None:
        words = "Encrypted copies of the whole workspace, for this computer."
        super().__init__(parent, "Backups", words, icon="package-check", window_title="Backups")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._backups = context, Backups(context.desk)
        self._chosen = Upkeep()
        self.may = context.may(May.BACK_UP)
        self.backups_words, self.backups_button = self._folder(
            "Folder for the daily backup", "Choose folder…", lambda: self._ask(self.set_backups)
        )
        self.kept = Combo()
        for count in _COUNTS:
            self.kept.addItem(f"The newest {count}", count)
        self.kept.activated.connect(lambda _: self._choose(replace(self._chosen, kept=self.kept.currentData())))
        self.body.addWidget(FormField("How many are kept", editor=self.kept, help_text="Older ones are removed."))
        self.last = Label("", "body", "secondary", wrap=True)
        self.body.addWidget(self.last)
        self.marks_words, self.marks_button = self._folder(
            "Folder for marks of the audit log", "Choose folder…", lambda: self._ask(self.set_marks)
        )
        why = "Optional: a share that takes new files and changes none. Each mark is a file of its own."
        self.body.addWidget(Label(why, "small", "secondary", wrap=True))
        self.problem, self.told = Banner("danger", "", inline=True), Banner("success", "", inline=True)
        for banner in (self.problem, self.told):
            banner.hide()
            self.body.addWidget(banner)
        note = "On a new computer: “signpost backup restore FILE” and the recovery sheet."
        self.set_note(note if self.may else "Administrators and privacy officers change this.", "info")
        self.now_button = self.add_button("Back up now", icon="package-check")
        self.now_button.clicked.connect(self._now)
        self.add_button("Close", "primary", default=True).clicked.connect(self.accept)
        self._show(None)
        self._read()

    def _folder(self, title: str, button: str, do: Callable[[], object]) -> tuple[Label, AppButton]:
        line = columns(gap=12)
        words = rows(gap=1)
        words.addWidget(Label(title, "bodyStrong"))
        shown = Label(_NONE, "body", "secondary", wrap=True)
        words.addWidget(shown)
        line.addLayout(words, 1)
        found = AppButton(button, icon="folder")
        found.setAccessibleDescription(title)
        found.clicked.connect(lambda: do())
        line.addWidget(found)
        self.body.addLayout(line)
        return shown, found

    def set_backups(self, folder: Path) -> None:
        """The folder for the daily backup."""
        self._choose(replace(self._chosen, backups=folder))

    def set_marks(self, folder: Path) -> None:
        """The folder for marks."""
        self._choose(replace(self._chosen, marks=folder))

    def _ask(self, then: Callable[[Path], object]) -> None:
        dialog = QFileDialog(self, "Choose a folder – Signpost")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: then(Path(name)))
        dialog.open()

    def _choose(self, upkeep: Upkeep) -> None:
        actor, backups = self._context.actor, self._backups
        self.problem.hide()
        self._context.bridge.run_slow(
            lambda: backups.choose(actor, upkeep), lambda _: self._read(), self._fail, owner=self
        )

    def _now(self) -> None:
        folder = self._chosen.backups
        if folder is None or self.now_button.busy:
            return
        self.problem.hide()
        self.told.hide()
        self.now_button.set_busy(True)
        context = self._context
        context.bridge.work(
            back_up, str(context.folder), context.actor, str(folder), then=self._made, failed=self._fail, owner=self
        )

    def _made(self, made: tuple[str, int]) -> None:
        name, missing = made
        self.now_button.set_busy(False)
        more = f" {missing:,} pictures were missing from the workspace already." if missing else ""
        self.told.set_text("The backup is made.", f"{name} was read back and is whole.{more}")
        self.told.show()
        self._read()

    def _read(self) -> None:
        self._context.bridge.run_slow(self._backups.overview, self._show, self._fail, owner=self)

    def _show(self, found: Overview | None) -> None:
        if found is not None:
            self._chosen = found.chosen
        chosen = self._chosen
        self.backups_words.setText(str(chosen.backups or _NONE))
        self.marks_words.setText(str(chosen.marks or _NONE))
        if self.kept.findData(chosen.kept) < 0:
            self.kept.addItem(f"The newest {chosen.kept}", chosen.kept)
        self.kept.setCurrentIndex(self.kept.findData(chosen.kept))
        for widget in (self.backups_button, self.marks_button, self.kept):
            widget.setEnabled(self.may and found is not None)
        self.now_button.setEnabled(self.may and chosen.backups is not None)
        self.last.setText(self._last_words(found))
        self._fit()

    def _last_words(self, found: Overview | None) -> str:
        if found is None:
            return ""
        failed = f" The last try failed: {found.failed}" if found.failed else ""
        if found.last is None:
            return f"There is no backup yet.{failed}"
        count = "One backup lies" if found.count == 1 else f"{found.count:,} backups lie"
        return f"{count} there, the newest of {self._context.moments.full(found.last)}.{failed}"

    def _fail(self, error: DeskError) -> None:
        self.now_button.set_busy(False)
        tell_banner(error, self.problem)
        self._fit()
