"""The export dialog: which form, where to, and that the log is checked while it is written."""

from pathlib import Path

from PySide6.QtCore import QDir, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.context import Context
from desktop.heavy import export_log
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import AppButton
from desktop.widgets.choices import CardGroup, OptionCard
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import FormField
from desktop.widgets.layout import columns
from desktop.widgets.text import Label
from editorial.audit.verify import Verdict
from editorial.errors import DeskError


class ExportDialog(Dialog):
    """Writes the whole log to a file. The log is verified first; an entry that does not match stops the export."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(
            parent,
            "Export the audit log",
            "The log itself is not changed. This export becomes an entry of its own.",
            icon="download",
            width="md",
            window_title="Export the audit log",
        )
        self._context = context
        self.form = CardGroup(
            (
                ("jsonl", OptionCard("JSON Lines", "The evidence: every entry as it was hashed.", icon="braces")),
                ("csv", OptionCard("CSV", "For spreadsheets: one row an entry, without proof.", icon="table-2")),
            ),
            label="Format",
        )
        self.form.set_current("jsonl")
        self.form.changed.connect(self._suggest)
        self.body.addWidget(Label("Format", "bodyStrong"))
        self.body.addWidget(self.form, 0)
        self.path = FormField("Save to")
        self._change = AppButton("Change…")
        self._change.clicked.connect(self._choose)
        line = columns(gap=8)
        line.addWidget(self.path, 1)
        line.addWidget(self._change, 0, Qt.AlignmentFlag.AlignBottom)
        self.body.addLayout(line)
        self.result_banner = Banner("danger", "", inline=True)
        self.result_banner.hide()
        self.body.addWidget(self.result_banner)
        self.body.addStretch(1)
        self.set_note(
            "Names and typed reasons stand in the CSV. Keep the file where only you can read it.", "shield-check"
        )
        self.add_cancel()
        self.save = self.add_button("Export", "primary", icon="download", default=True)
        self.save.clicked.connect(self._export)
        self._suggest("jsonl")

    def _suggest(self, form: str) -> None:
        folder = Path(self.path.text()).parent if self.path.text() else Path(QDir.homePath())
        day = self._context.moments.now().date().isoformat()
        self.path.set_text(str(folder / f"signpost-audit-{day}.{form}"))

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, "Save the audit log", self.path.text())
        if chosen:
            self.path.set_text(chosen)

    def _export(self) -> None:
        path = self.path.text().strip()
        if not path or not Path(path).is_absolute():
            self.path.set_error("Name a file with its folder.")
            return
        self.path.set_error("")
        self.save.set_busy(True)
        self.result_banner.hide()
        self._context.bridge.work(
            export_log,
            str(self._context.folder),
            self._context.actor,
            self.form.current,
            path,
            then=self._done,
            failed=self._failed,
            owner=self,
        )

    def _done(self, verdict: Verdict) -> None:
        self.save.set_busy(False)
        self.accept()
        self._context.say(f"{verdict.size:,} entries were exported to {Path(self.path.text()).name}.", icon="download")

    def _failed(self, error: DeskError) -> None:
        self.save.set_busy(False)
        self.result_banner.set_text(error.title, f"{error.what} {error.advice}".strip())
        self.result_banner.show()
