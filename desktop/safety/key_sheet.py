"""The key sheet: shown, printed or saved, to be kept by the compliance officer. It holds nothing secret."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.start.paper import print_page, save_page
from desktop.telling import tell_banner
from desktop.widgets.banner import Banner
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import TextArea
from editorial.audit.key_sheet import KeySheet, key_sheet
from editorial.errors import DeskError

SHEET = "key sheet"
_LINES = 16


class KeySheetDialog(Dialog):
    """What stands on it, and two ways to paper."""

    def __init__(self, parent: QWidget, context: Context) -> None:
        words = "With it somebody outside checks the audit log without trusting this computer."
        super().__init__(parent, "Key sheet", words, icon="key-round", window_title="Key sheet")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.sheet = TextArea("What stands on the sheet", lines=_LINES)
        self.sheet.setReadOnly(True)
        self.body.addWidget(self.sheet)
        self.problem, self.told = Banner("danger", "", inline=True), Banner("success", "", inline=True)
        for banner in (self.problem, self.told):
            banner.hide()
            self.body.addWidget(banner)
        self.set_note("Let the compliance officer keep it, outside this office.", "info")
        self.save_button = self.add_button("Save…", icon="download")
        self.print_button = self.add_button("Print…", "primary")
        self.add_cancel("Close")
        for button in (self.save_button, self.print_button):
            button.setEnabled(False)
        desk = context.desk
        context.bridge.run(lambda: key_sheet(desk), self._show, self._fail, owner=self)

    def _show(self, sheet: KeySheet) -> None:
        self.sheet.setPlainText(sheet.text())
        for button in (self.save_button, self.print_button):
            button.setEnabled(True)
        self.print_button.clicked.connect(
            lambda: print_page(self, sheet.html(), lambda: self._say("Sent to the printer."), self._fail, SHEET)
        )
        self.save_button.clicked.connect(
            lambda: save_page(
                self, sheet.text(), sheet.html(), lambda name: self._say(f"Saved as {name}."), self._fail, SHEET
            )
        )
        self._fit()

    def _say(self, words: str) -> None:
        self.problem.hide()
        self.told.set_text(words)
        self.told.show()
        self._fit()

    def _fail(self, error: DeskError) -> None:
        self.told.hide()
        tell_banner(error, self.problem)
        self._fit()
