"""The sign-off dialog (picture 05): exactly what is signed, what that means, and the passphrase, asked every time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.screens.review.facts import WhatYouSign
from desktop.screens.review.settle import Settling
from desktop.screens.review.signing import SigningDialog
from desktop.widgets.fields import FormField
from desktop.widgets.layout import Box, columns, rows
from desktop.widgets.marks import IconMark
from desktop.widgets.text import Label, Panel
from editorial.changes import Changes, Kind
from editorial.errors import BadInputError, ChangedMeanwhileError, DeskError, NotAllowedError
from editorial.posts.reading import Newest, Page, Reading


class SignOffDialog(SigningDialog):
    """Signs one version. `signed(Newest)` tells how the post stands afterwards."""

    signed = Signal(object)

    def __init__(self, context: Context, page: Page, opened: Sequence[str], parent: QWidget) -> None:
        """`opened`: the accounts whose content the person had before them; it goes into the entry."""
        subject, number = page.subject, page.subject.snapshot.number
        role = page.signs_as.label.lower() if page.signs_as else "nobody"
        title = f"Sign version {number} as {role}"
        about = f"{subject.snapshot.title}, P-{subject.number}"
        if page.instead_of:
            about += f". In the place of {page.instead_of}"
        super().__init__(context, parent, title, about, "md")
        self._page, self._opened = page, tuple(opened)
        self._reading = Reading(context.desk)
        what = WhatYouSign(page, context.moments)
        self.copy = what.copy
        self.body.addWidget(what)
        self.settling = Settling(page)
        if not self.settling.empty:
            self.body.addWidget(self.settling)
        self.body.addWidget(self._meaning())
        self.body.addLayout(self._fields())
        self.sign_button.setText(f"Sign version {number}")
        context.bridge.changed.connect(self._on_changes)
        card = self.settling.open
        (self.passphrase.line if card is None else card.looked).setFocus()

    # ---- building ----------------------------------------------------------------------------------------------------

    def _meaning(self) -> QWidget:
        whole = QWidget()
        column = rows(whole, gap=7)
        column.addWidget(Label("What your signature means", "small", strong=True))
        note = Panel("note")
        line = columns(note, margins=(12, 10, 12, 10), gap=10)
        line.addWidget(IconMark("quote", "secondary", 16), 0, Qt.AlignmentFlag.AlignTop)
        stage = self._page.stage
        self.meaning = Label(stage.meaning if stage else "", "body", wrap=True)
        line.addWidget(self.meaning, 1)
        column.addWidget(note)
        return whole

    def _fields(self) -> Box:
        line = columns(gap=12)
        self.comment = FormField("Comment", optional="optional", placeholder="Seen by the next reviewer")
        line.addWidget(self.passphrase, 5, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.comment, 3, Qt.AlignmentFlag.AlignTop)
        return line

    # ---- signing -----------------------------------------------------------------------------------------------------

    def sign(self) -> None:
        """Signs the version, once every finding that needs it is settled."""
        if not self.ready:
            return
        if (card := self.settling.open) is not None:
            card.show_error("Say why it may stand. If it may not, cancel and request changes.")
            return
        passphrase = self.take_passphrase()
        if not passphrase:
            return
        actor, review, reading = self._context.actor, self._context.review, self._reading
        post_id, number = self._page.subject.post_id, self._page.subject.snapshot.number
        comment, opened, settled = self.comment.text(), self._opened, self.settling.settled
        accepted = self._page.accepted

        def sign() -> tuple[Newest, Changes]:
            changes = review.sign_off(actor, post_id, number, passphrase, comment, opened, settled, accepted)
            return reading.newest(post_id), changes

        self._context.bridge.run_slow(sign, self._signed, self._failed, owner=self)

    def _signed(self, found: tuple[Newest, Changes]) -> None:
        self.busy(False)
        self.signed.emit(found[0])
        self.accept()

    def _failed(self, error: DeskError) -> None:
        self.busy(False)
        if isinstance(error, BadInputError) and self.settling.show_error(error.field, f"{error.title}. {error.advice}"):
            return
        self.tell_error(error)
        if isinstance(error, ChangedMeanwhileError | NotAllowedError):
            self._compare_now()

    # ---- a newer version meanwhile -----------------------------------------------------------------------------------

    def _on_changes(self, changes: Changes) -> None:
        mine = not changes.ids or self._page.subject.post_id in changes.ids
        if Kind.POSTS in changes.kinds and mine and not self._asking and self.isVisible():
            self._compare_now()

    def _compare_now(self) -> None:
        post_id, reading = self._page.subject.post_id, self._reading
        self._context.bridge.run(lambda: reading.newest(post_id), self._compare, owner=self)

    def _compare(self, newest: Newest) -> None:
        if (why := self.meanwhile(self._page, newest)) is not None:
            self.comment.setEnabled(False)
            self.settling.setEnabled(False)
            self.end()
            self.tell(*why)
