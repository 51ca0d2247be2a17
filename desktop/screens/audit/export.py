"""The export dialog: which form, of what, where to, and that the log is checked while it is written."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QDir, Qt
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QCheckBox, QFileDialog, QWidget

from desktop.context import Context
from desktop.heavy import export_bundle, export_log
from desktop.screens.audit.export_scope import POST, EntriesChoice, Shown, sought_of
from desktop.widgets.banner import Banner, BannerKind
from desktop.widgets.buttons import AppButton
from desktop.widgets.choices import CardGroup, OptionCard
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import FormField, PassphraseField
from desktop.widgets.layout import columns, rows
from desktop.widgets.progress import Meter
from desktop.widgets.text import Label
from desktop.worker import StoppedError, Watch
from editorial.audit.auditing import Scope
from editorial.audit.browsing import Browsing, Sought
from editorial.audit.bundle import Counts, Extract, checker_digest
from editorial.audit.verify import Verdict
from editorial.errors import BadInputError, DeskError
from editorial.people.permissions import May
from editorial.people.tries import TooManyTriesError, WrongPassphraseAtDeskError

_ENDS = {"bundle": "zip", "jsonl": "jsonl", "csv": "csv"}
_OF_THE_FIELD = {WrongPassphraseAtDeskError.code, TooManyTriesError.code}  # from another process: as data, by code
_NOTES = {
    "bundle": "Staff names stand in it. Keep it where only you can read it.",
    "jsonl": "The evidence alone, without keys and checkpoints. It holds no names.",
    "csv": "Staff names stand in the CSV. Keep the file where only you can read it.",
}
_KEPT_BACK = {
    "bundle": (
        "Withhold what may name patients",
        "Texts that may name patients, comments and notes; their digests go along. Only a privacy officer adds them.",
    ),
    "csv": ("Replace titles of posts with their numbers", "A title may name a patient."),
}


class ExportDialog(Dialog):
    """Writes the log to a file. It is verified first; an entry that does not match stops the export.

    `shown` is what the screen shows now.
    """

    def __init__(self, context: Context, parent: QWidget, shown: Shown | None = None) -> None:
        super().__init__(
            parent,
            "Export the audit log",
            "The log itself is not changed. This export becomes an entry of its own.",
            icon="download",
            width="lg",
            window_title="Export the audit log",
        )
        self._context = context
        self._shown = shown or Shown()
        self._watch: Watch | None = None
        self._busy = self._stopping = False
        self.form = _forms()
        self.form.changed.connect(self._form_changed)
        self.body.addWidget(Label("Format", "bodyStrong"))
        self.body.addWidget(self.form, 0)
        line = columns(gap=24)
        self.entries = EntriesChoice(self._shown, context.moments.now().date())
        line.addWidget(self.entries, 1, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self._options(), 1, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(line)
        self._build_place()
        self.body.addWidget(_verified(self._shown))
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
        column.addWidget(Label("Include", "bodyStrong"))
        self.pictures = QCheckBox("Pictures of the versions")
        self.pictures.setChecked(True)
        self.withhold = QCheckBox()
        self.withhold.setChecked(True)
        self.why = Label("", "small", "secondary", wrap=True)
        for widget in (self.pictures, self.withhold, self.why):
            column.addWidget(widget)
        self.checker = QWidget()
        digest = checker_digest()
        groups = " ".join(digest[place : place + 8] for place in range(0, len(digest), 8))
        self.checker_digest = Label(groups, "mono", "secondary", wrap=True)
        self.checker_digest.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        inside = rows(self.checker, gap=2)
        inside.addWidget(Label("SHA-256 of the checker, verify.py", "small", "secondary"))
        inside.addWidget(self.checker_digest)
        column.addWidget(self.checker)
        return self.options

    def _build_place(self) -> None:
        self.path = FormField("Save to")
        self._change = AppButton("Change…")
        self._change.clicked.connect(self._choose)
        place = columns(gap=8)
        place.addWidget(self.path, 1)
        place.addWidget(self._change, 0, Qt.AlignmentFlag.AlignBottom)
        self.body.addLayout(place)
        self.passphrase = PassphraseField(
            f"Passphrase of {self._context.session.name}", help_text="You sign the bundle with your name and role."
        )
        self.body.addWidget(self.passphrase)

    def _form_changed(self, form: str) -> None:
        folder = Path(self.path.text()).parent if self.path.text() else Path(QDir.homePath())
        day = self._context.moments.now().date().isoformat()
        self.path.set_text(str(folder / f"signpost-audit-{day}.{_ENDS[form]}"))
        bundle = form == "bundle"
        self.options.setVisible(form in _KEPT_BACK)
        if form in _KEPT_BACK:
            words, why = _KEPT_BACK[form]
            self.withhold.setText(words)
            self.why.setText(why)
        self.withhold.setChecked(True)
        self.withhold.setEnabled(not bundle or self._context.may(May.OPEN_SCAN))
        for widget in (self.pictures, self.checker, self.passphrase):
            widget.setVisible(bundle)
        self.save.setText("Export and sign" if bundle else "Export")
        self.set_note(_NOTES[form], "shield-check")

    def _choose(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(self, "Save the audit log", self.path.text())
        if chosen:
            self.path.set_text(chosen)

    # ---- exporting ---------------------------------------------------------------------------------------------------

    def _export(self) -> None:
        path, passphrase = self.path.text().strip(), self.passphrase.text()
        if not path or not Path(path).is_absolute():
            self.path.set_error("Name a file with its folder.")
            return
        self.path.set_error("")
        self.entries.message.show_text("")
        bundle = self.form.current == "bundle"
        if bundle and not passphrase:
            self.passphrase.set_error("Enter your passphrase.")
            self.passphrase.editor.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.passphrase.clear()
        self._begin()
        asked, browsing = self.entries.asked, Browsing(self._context.desk)
        start = partial(self._bundle if bundle else self._file, path, passphrase)
        self._context.bridge.run(
            lambda: sought_of(browsing, asked, self._shown.sought), start, self._failed, owner=self
        )

    def _file(self, path: str, _: str, sought: Sought) -> None:
        scope = Scope(sought, titles=not self.withhold.isChecked())
        self._watch = self._context.bridge.work(
            export_log, *self._who(), self.form.current, path, scope,
            then=self._done, failed=self._failed, owner=self, heard=self._heard,
        )  # fmt: skip
        self._stop_if_wanted()

    def _bundle(self, path: str, passphrase: str, sought: Sought) -> None:
        extract = Extract(sought, patients=not self.withhold.isChecked(), pictures=self.pictures.isChecked())
        self._watch = self._context.bridge.work(
            export_bundle, *self._who(), path, extract, passphrase,
            then=self._bundled, failed=self._failed, owner=self, heard=self._heard,
        )  # fmt: skip
        self._stop_if_wanted()

    def _stop_if_wanted(self) -> None:
        if self._stopping and self._watch is not None:
            self._watch.stop()

    def _who(self) -> tuple[object, ...]:
        return str(self._context.folder), self._context.actor

    def _begin(self) -> None:
        self._busy, self._stopping = True, False
        self.passphrase.set_error("")
        self.save.set_busy(True)
        self.result_banner.hide()
        self.progress.set_share(0.0)
        self.progress.show()

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
        if isinstance(error, BadInputError) and error.field == POST:
            self.entries.message.show_text(f"{error.title}. {error.advice}", "danger", "circle-alert")
            self.entries.post.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.result_banner.set_text(error.title, f"{error.what} {error.advice}".strip())
        self.result_banner.show()

    def _end(self) -> None:
        self._watch, self._busy = None, False
        self.save.set_busy(False)
        self.progress.hide()

    def reject(self) -> None:
        """Close; an export that is being made is stopped first."""
        if not self._busy:
            super().reject()
            return
        self._stopping = True
        self._stop_if_wanted()
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
                "For auditors and courts. ZIP with proofs and a checker that runs without Signpost.",
                icon="package-check",
            )),
            ("jsonl", OptionCard(
                "JSON Lines", "For other systems. Every entry as it was hashed, without keys.", icon="braces",
            )),
            ("csv", OptionCard("CSV", "For spreadsheets. One row an entry, without proof.", icon="table-2")),
        ),
        label="Format", across=3,
    )  # fmt: skip


def _verified(shown: Shown) -> Banner:
    """How much of the log was verified already; while exporting all of it is."""
    newer = shown.size - shown.verified
    if shown.verified <= 0:
        title, sentence = "The log is not verified yet.", "It is checked while it is exported."
    elif newer > 0:
        title = f"{shown.verified:,} of {shown.size:,} entries are verified."
        sentence = "The newer ones are checked while they are exported, and the others once more."
    else:
        title, sentence = f"All {shown.size:,} entries are verified.", "They are checked once more while exporting."
    kind: BannerKind = "success" if shown.verified > 0 else "warning"
    return Banner(kind, title, f"{sentence} One that does not match stops the export.", inline=True)
