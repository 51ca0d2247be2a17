"""The export dialog: which form, of what, where to, and that the log is checked while it is written."""

from pathlib import Path

from PySide6.QtCore import QDir, Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from desktop.context import Context
from desktop.heavy import export_bundle, export_log
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import AppButton
from desktop.widgets.choices import CardGroup, OptionCard, Switch
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import FormField, PassphraseField
from desktop.widgets.layout import columns, rows
from desktop.widgets.progress import Meter
from desktop.widgets.text import Label
from desktop.worker import StoppedError, Watch
from editorial.audit.bundle import Counts, Extract, checker_digest
from editorial.audit.verify import Verdict
from editorial.errors import DeskError
from editorial.people.permissions import May
from editorial.people.tries import TooManyTriesError, WrongPassphraseAtDeskError

_ENDS = {"bundle": "zip", "jsonl": "jsonl", "csv": "csv"}
_OF_THE_FIELD = {WrongPassphraseAtDeskError.code, TooManyTriesError.code}  # from another process: as data, by code
_NOTES = {
    "bundle": "Staff names stand in it. Keep it where only you can read it.",
    "jsonl": "The evidence alone, without keys and checkpoints. It holds no names.",
    "csv": "Names and typed reasons stand in the CSV. Keep the file where only you can read it.",
}


class ExportDialog(Dialog):
    """Writes the log to a file. It is verified first; an entry that does not match stops the export.

    `shown` is what the screen's filters show now: a bundle may be an extract of that.
    """

    def __init__(self, context: Context, parent: QWidget, shown: Extract | None = None) -> None:
        super().__init__(
            parent,
            "Export the audit log",
            "The log itself is not changed. This export becomes an entry of its own.",
            icon="download",
            width="md",
            window_title="Export the audit log",
        )
        self._context = context
        self._shown = shown or Extract()
        self._watch: Watch | None = None
        self.form = _forms()
        self.form.changed.connect(self._form_changed)
        self.body.addWidget(Label("Format", "bodyStrong"))
        self.body.addWidget(self.form, 0)
        self.body.addWidget(self._options())
        self._build_place()
        self.progress = Meter("How far the export is")
        self.progress.hide()
        self.body.addWidget(self.progress)
        self.result_banner = Banner("danger", "", inline=True)
        self.result_banner.hide()
        self.body.addWidget(self.result_banner)
        self.body.addStretch(1)
        self.cancel = self.add_cancel()
        self.save = self.add_button("Export", "primary", icon="download", default=True)
        self.save.clicked.connect(self._export)
        self.form.set_current("bundle")
        self._form_changed("bundle")

    # ---- building ----------------------------------------------------------------------------------------------------

    def _options(self) -> QWidget:
        self.options = QWidget()
        column = rows(self.options, gap=8)
        column.addWidget(Label("What goes in", "bodyStrong"))
        self.filtered = Switch("Only the entries that are shown now; of the others their hashes")
        self.filtered.setVisible(not self._shown.whole)
        self.pictures = Switch("The pictures of the versions")
        self.pictures.setChecked(True)
        self.patients = Switch("Also what may name patients")
        self.patients.setVisible(self._context.may(May.OPEN_SCAN))
        for switch in (self.filtered, self.pictures, self.patients):
            column.addWidget(switch)
        self.withheld = Label(
            "Texts that may name patients, comments and notes are withheld. Their digests go along.",
            "small", "secondary", wrap=True,
        )  # fmt: skip
        self.patients.toggled.connect(lambda on: self.withheld.setVisible(not on))
        column.addWidget(self.withheld)
        column.addWidget(Label("SHA-256 of the checker, verify.py", "bodyStrong"))
        digest = checker_digest()
        groups = " ".join(digest[place : place + 8] for place in range(0, len(digest), 8))
        self.checker = Label(groups, "mono", "secondary", wrap=True)
        self.checker.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(self.checker)
        return self.options

    def _build_place(self) -> None:
        self.path = FormField("Save to")
        self._change = AppButton("Change…")
        self._change.clicked.connect(self._choose)
        line = columns(gap=8)
        line.addWidget(self.path, 1)
        line.addWidget(self._change, 0, Qt.AlignmentFlag.AlignBottom)
        self.body.addLayout(line)
        self.passphrase = PassphraseField(
            f"Passphrase of {self._context.session.name}", help_text="You sign the bundle with your name and role."
        )
        self.body.addWidget(self.passphrase)

    def _form_changed(self, form: str) -> None:
        folder = Path(self.path.text()).parent if self.path.text() else Path(QDir.homePath())
        day = self._context.moments.now().date().isoformat()
        self.path.set_text(str(folder / f"signpost-audit-{day}.{_ENDS[form]}"))
        bundle = form == "bundle"
        self.options.setVisible(bundle)
        self.passphrase.setVisible(bundle)
        self.save.setText("Export and sign" if bundle else "Export")
        self.set_note(_NOTES[form], "shield-check")

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, "Save the audit log", self.path.text())
        if chosen:
            self.path.set_text(chosen)

    # ---- exporting ---------------------------------------------------------------------------------------------------

    @property
    def extract(self) -> Extract:
        """What goes into a bundle, as chosen."""
        asked = self._shown if self.filtered.isChecked() else Extract()
        return Extract(
            asked.object_id,
            asked.actor_id,
            asked.prefixes,
            patients=self.patients.isChecked(),
            pictures=self.pictures.isChecked(),
        )

    def _export(self) -> None:
        path = self.path.text().strip()
        if not path or not Path(path).is_absolute():
            self.path.set_error("Name a file with its folder.")
            return
        self.path.set_error("")
        if self.form.current == "bundle":
            self._export_bundle(path)
            return
        self._begin()
        self._context.bridge.work(
            export_log, *self._who(), self.form.current, path, then=self._done, failed=self._failed, owner=self
        )

    def _export_bundle(self, path: str) -> None:
        passphrase = self.passphrase.text()
        if not passphrase:
            self.passphrase.set_error("Enter your passphrase.")
            self.passphrase.editor.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.passphrase.clear()
        self._begin()
        self.progress.set_share(0.0)
        self.progress.show()
        self._watch = self._context.bridge.work(
            export_bundle, *self._who(), path, self.extract, passphrase,
            then=self._bundled, failed=self._failed, owner=self, heard=self._heard,
        )  # fmt: skip

    def _who(self) -> tuple[object, ...]:
        return str(self._context.folder), self._context.actor

    def _begin(self) -> None:
        self.passphrase.set_error("")
        self.save.set_busy(True)
        self.result_banner.hide()

    def _heard(self, done: int, total: int) -> None:
        self.progress.set_share(done / total)

    def _done(self, verdict: Verdict) -> None:
        self._finish(f"{verdict.size:,} entries were exported to {Path(self.path.text()).name}.")

    def _bundled(self, counts: Counts) -> None:
        withheld = f" {counts.withheld:,} readable parts were withheld." if counts.withheld else ""
        lost = f" {len(counts.missing):,} pictures are missing here." if counts.missing else ""
        name = Path(self.path.text()).name
        self._finish(f"{counts.entries:,} entries were exported to {name} and signed.{withheld}{lost}")

    def _finish(self, words: str) -> None:
        self._end()
        self.accept()
        self._context.say(words, icon="download")

    def _failed(self, error: DeskError) -> None:
        self._end()
        if isinstance(error, StoppedError):
            self.reject()
            return
        if error.code in _OF_THE_FIELD:
            self.passphrase.set_error(f"{error.title}. {error.what}".strip())
            self.passphrase.editor.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.result_banner.set_text(error.title, f"{error.what} {error.advice}".strip())
        self.result_banner.show()

    def _end(self) -> None:
        self._watch = None
        self.save.set_busy(False)
        self.progress.hide()

    def reject(self) -> None:
        """Close; a bundle that is being made is stopped first."""
        if self._watch is None:
            super().reject()
            return
        self._watch.stop()
        self.set_note("Stopping. Nothing is kept.", "shield-check")

    def hideEvent(self, event: QHideEvent) -> None:
        """Forget the passphrase."""
        self.passphrase.clear()
        super().hideEvent(event)


def _forms() -> CardGroup:
    return CardGroup(
        (
            ("bundle", OptionCard(
                "Signed evidence bundle",
                "For auditors and courts: a ZIP with entries, checkpoints, keys and a checker that runs without "
                "Signpost.", icon="package-check",
            )),
            ("jsonl", OptionCard("JSON Lines", "For other systems: every entry as it was hashed.", icon="braces")),
            ("csv", OptionCard("CSV", "For spreadsheets: one row an entry, without proof.", icon="table-2")),
        ),
        label="Format",
    )  # fmt: skip
