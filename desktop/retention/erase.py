"""What would be erased, and the one confirmation that names it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.heavy import erase, look_over
from desktop.retention.words import copies_words, counted, days_of, spared_words, total
from desktop.telling import tell_banner
from desktop.widgets.banner import Banner
from desktop.widgets.choices import Switch
from desktop.widgets.dialog import Dialog
from desktop.widgets.layout import rows
from desktop.widgets.text import Label, Panel
from editorial.errors import DeskError
from editorial.retention.summary import Summary


class EraseDialog(Dialog):
    """Looks first, in the worker process; erases exactly what it showed. `done_with(words)` once it is done."""

    done_with = Signal(str)

    def __init__(self, parent: QWidget, context: Context) -> None:
        words = "Only what is past its time and not preserved. It cannot be brought back."
        super().__init__(parent, "Erase records", words, icon="trash-2", group="danger")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self._summary: Summary | None = None
        self.found = Label("Looking at everything that is stored…", "body", "secondary", wrap=True)
        self.body.addWidget(self.found)
        self.list = Panel("note")
        self._lines = rows(self.list, margins=(14, 10, 14, 10), gap=6)
        self.spared = Banner("info", "", icon="file-lock", inline=True)
        self.copies = Label("", "small", "secondary", wrap=True)
        self.sure = Switch("Erase it for good")
        self.sure.toggled.connect(lambda _: self._offer())
        self.problem = Banner("danger", "", inline=True)
        parts: tuple[QWidget, ...] = (self.list, self.spared, self.copies, self.sure, self.problem)
        for widget in parts:
            self.body.addWidget(widget)
            widget.hide()
        self.set_note("Your name and the counts stand in the audit log.", "info")
        self.close_button = self.add_cancel()
        self.button = self.add_button("Erase", "danger")
        self.button.clicked.connect(self.press)
        self._offer()
        context.bridge.work(
            look_over, str(context.folder), context.desk.clock, then=self.show_summary, failed=self.fail, owner=self
        )

    def show_summary(self, summary: Summary) -> None:
        """Shows what was found."""
        self._summary = summary
        moments = self._context.moments
        if not summary.count:
            self.found.setText(f"Nothing is past its time on {moments.full(summary.at)}.")
        else:
            self.found.setText(f"Past its time on {moments.full(summary.at)}, by this computer's clock:")
            for line in summary.lines:
                words = rows(gap=0)
                words.addWidget(Label(counted(line), "bodyStrong", wrap=True))
                words.addWidget(Label(days_of(line, moments), "small", "secondary", wrap=True))
                self._lines.addLayout(words)
            self.copies.setText(copies_words(summary.copies, moments))
            self.button.setText(f"Erase {total(summary)}")
        for widget in (self.list, self.copies, self.sure):
            widget.setVisible(bool(summary.count))
        self.spared.set_text("Preserved beyond its time.", " ".join(spared_words(each) for each in summary.spared))
        self.spared.setVisible(bool(summary.spared))
        self._offer()

    def _offer(self) -> None:
        found = self._summary is not None and self._summary.count > 0
        self.button.setEnabled(found and self.sure.isChecked() and not self.button.busy)

    def press(self) -> None:
        """Erases it."""
        if self._summary is None or self.button.busy:
            return
        self.problem.hide()
        self.button.set_busy(True)
        context = self._context
        context.bridge.work(
            erase, str(context.folder), context.desk.clock, context.actor, self._summary.seen,
            then=self._done, failed=self.fail, owner=self,
        )  # fmt: skip

    def _done(self, result: tuple[int, int]) -> None:
        count, left = result
        things = "1 thing is erased." if count == 1 else f"{count:,} things are erased."
        later = " Some files were in use: they are removed when the publisher starts again." if left else ""
        self.accept()
        self.done_with.emit(f"{things}{later}")

    def fail(self, error: DeskError) -> None:
        """Tells why not; nothing was erased."""
        self.button.set_busy(False)
        self.found.hide()
        tell_banner(error, self.problem)
        self._offer()
