"""A new computer: typing the words of the recovery sheet. And showing the sheet, once, when a workspace is made."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from desktop.look import look
from desktop.start.page import Page
from desktop.start.sign_in import Problem
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import AppButton
from desktop.widgets.fields import FormField, TextArea
from desktop.widgets.layout import FlowLayout
from desktop.widgets.text import Label, Panel
from editorial.errors import DeskError


class RecoveryPage(Page):
    """Takes the words: `restore(text)`; `back()` to sign-in."""

    title = "Recovery sheet – Signpost"
    restore = Signal(str)
    back = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.body.addWidget(Label("Use the recovery sheet", "title"))
        self.body.addWidget(
            Label(
                "It brings this workspace's secret to this computer, after a move or a new computer. It is no way"
                " around a forgotten passphrase: for that, two others sign a new key.",
                "body",
                "secondary",
                wrap=True,
            )
        )
        self.problem = Problem()
        self.body.addWidget(self.problem)
        self.words = TextArea("The 24 words", lines=5, placeholder="Type them in order; numbers do not matter")
        self.body.addWidget(FormField("The 24 words", editor=self.words))
        self.body.addStretch(1)
        self.back_button = AppButton("Back", size="large")
        self.back_button.clicked.connect(self.back)
        self.add_left(self.back_button)
        self.button = self.add_button("Restore", "primary")
        self.button.clicked.connect(self._ask)

    def show_error(self, error: DeskError | None) -> None:
        """Shows which word does not fit; what is typed stays."""
        self.button.set_busy(False)
        self.problem.show_error(error)
        if error is not None:
            self.words.setFocus(Qt.FocusReason.OtherFocusReason)

    def leave(self) -> None:
        """Forgets the words."""
        self.words.clear()
        self.show_error(None)

    def first_focus(self) -> QWidget | None:
        """The words."""
        return self.words

    def _ask(self) -> None:
        if not self.button.busy and self.words.toPlainText().strip():
            self.button.set_busy(True)
            self.restore.emit(self.words.toPlainText())


class SheetPage(Page):
    """The new sheet: print, save or copy it, then go on. `finished()` once a person says that it is kept."""

    title = "Recovery sheet – Signpost"
    finished = Signal()

    def __init__(self, words: tuple[str, ...], text: str, html: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text, self._html = text, html
        self.body.addWidget(Label("Print the recovery sheet", "title"))
        self.body.addWidget(
            Label(
                "With it, a backup and everybody's passphrase the workspace opens on a new computer. It is shown once."
                " Keep it in the safe, apart from the backups.",
                "body",
                "secondary",
                wrap=True,
            )
        )
        self.body.addWidget(_grid(words))
        self.buttons = FlowLayout(gap=8, line_gap=8)
        for label, do in (("Print…", self._print), ("Save…", self._save), ("Copy", self._copy)):
            self._add(label, do)
        self.body.addLayout(self.buttons)
        self.note = Banner("success", "", inline=True)
        self.note.hide()
        self.problem = Problem()
        self.body.addWidget(self.note)
        self.body.addWidget(self.problem)
        self.kept = QCheckBox("It is printed or written down, and somebody keeps it")
        self.body.addWidget(self.kept)
        self.body.addStretch(1)
        self.button = self.add_button("Open Signpost", "primary")
        self.button.setEnabled(False)
        self.kept.toggled.connect(self.button.setEnabled)
        self.button.clicked.connect(self._finish)

    def first_focus(self) -> QWidget | None:
        """Print…"""
        item = self.buttons.itemAt(0)
        return item.widget() if item else None

    def _add(self, label: str, do: Callable[[], None]) -> None:
        button = AppButton(label)
        button.clicked.connect(lambda: do())
        self.buttons.addWidget(button)

    def _finish(self) -> None:
        self.button.set_busy(True)
        self.finished.emit()

    def _say(self, title: str, sentence: str = "") -> None:
        self.problem.show_error(None)
        self.note.set_text(title, sentence)
        self.note.show()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)
        self._say(
            "Copied.", "Paste it where it can be printed, then copy something else: others can read the clipboard."
        )

    def _print(self) -> None:
        from desktop.start.paper import print_page

        print_page(self, self._html, lambda: self._say("Sent to the printer."), self._fail)

    def _save(self) -> None:
        from desktop.start.paper import save_page

        save_page(self, self._text, self._html, lambda name: self._say(f"Saved as {name}.", _AFTER_SAVING), self._fail)

    def _fail(self, error: DeskError) -> None:
        self.note.hide()
        self.problem.show_error(error)


_AFTER_SAVING = "Print it, then delete the file: whoever has it and a backup can try to guess passphrases."


def _grid(words: tuple[str, ...]) -> QWidget:
    card = Panel("note")
    grid = QGridLayout(card)
    grid.setContentsMargins(*(look().px(side) for side in (14, 10, 14, 10)))
    grid.setVerticalSpacing(look().px(4))
    for place, word in enumerate(words):
        grid.addWidget(Label(f"{place + 1}. {word}", "mono"), *divmod(place, 4))
    card.setAccessibleName("The words of the sheet")
    return card
