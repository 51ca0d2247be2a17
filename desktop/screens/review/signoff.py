"""The sign-off dialog (picture 05): exactly what is signed, what that means, and the passphrase, asked every time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.look import look
from desktop.screens.review.facts import WhatYouSign
from desktop.screens.review.settle import Settling
from desktop.screens.review.words import moment
from desktop.widgets.banner import Banner
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import FormField, PassphraseField
from desktop.widgets.layout import Box, ScrollArea, columns, rows
from desktop.widgets.marks import IconMark
from desktop.widgets.text import Label, Panel
from editorial.changes import Changes, Kind
from editorial.errors import BadInputError, ChangedMeanwhileError, DeskError, NotAllowedError
from editorial.people.tries import TooManyTriesError, WrongPassphraseAtDeskError
from editorial.posts.reading import Newest, Page, Reading
from editorial.posts.states import PostState

_FOR_FIELD = (WrongPassphraseAtDeskError, TooManyTriesError, BadInputError)


class SignOffDialog(Dialog):
    """Signs one version. `signed(Newest)` tells how the post stands afterwards.

    The passphrase leaves the field when it is used, and whenever the dialog is hidden. Nothing here decides whether a
    signature counts: the service does, with what is stored at that moment.
    """

    signed = Signal(object)

    def __init__(self, context: Context, page: Page, opened: Sequence[str], parent: QWidget) -> None:
        """`opened`: the accounts whose content the person had before them; it goes into the entry."""
        subject, number = page.subject, page.subject.snapshot.number
        super().__init__(
            parent,
            f"Sign version {number} as {page.signs_as.label.lower() if page.signs_as else 'nobody'}",
            f"{subject.snapshot.title}, P-{subject.number}",
            icon="signature",
            width="md",
            window_title="Sign off",
        )
        self._context, self._page, self._opened = context, page, tuple(opened)
        self._reading = Reading(context.desk)
        self._asking = False
        self.problem = Banner("danger", "", inline=True)
        self.problem.hide()
        self.body.addWidget(self.problem)
        what = WhatYouSign(page, context.moments)
        self.copy = what.copy
        self.body.addWidget(what)
        self.settling = Settling(page)
        if not self.settling.empty:
            self.body.addWidget(self.settling)
        self.body.addWidget(self._meaning())
        self.body.addLayout(self._fields())
        self.set_note(
            "Name, role, time and meaning go to the audit log. Any later edit ends this signature.", "shield-check"
        )
        self.cancel_button = self.add_cancel()
        self.sign_button = self.add_button(f"Sign version {number}", "primary", icon="signature")
        self.sign_button.clicked.connect(self._sign)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
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
        name = self._context.session.name
        self.passphrase = PassphraseField(
            f"Passphrase of {name}", help_text="Asked for every signature, also when you are signed in."
        )
        self.passphrase.line.returnPressed.connect(self._sign)
        self.comment = FormField("Comment", optional="optional", placeholder="Seen by the next reviewer")
        line.addWidget(self.passphrase, 5, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.comment, 3, Qt.AlignmentFlag.AlignTop)
        return line

    # ---- signing -----------------------------------------------------------------------------------------------------

    def _sign(self) -> None:
        if self._asking or not self.sign_button.isEnabled():
            return
        if (card := self.settling.open) is not None:
            card.show_error("Say why it may stand. If it may not, cancel and request changes.")
            return
        passphrase = self.passphrase.text()
        if not passphrase:
            self.passphrase.set_error("Enter your passphrase.")
            self.passphrase.editor.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.passphrase.clear()
        self.passphrase.set_error("")
        self.problem.hide()
        self._busy(True)
        actor, review, reading = self._context.actor, self._context.review, self._reading
        post_id, number = self._page.subject.post_id, self._page.subject.snapshot.number
        comment, opened, settled = self.comment.text(), self._opened, self.settling.settled

        def sign() -> tuple[Newest, Changes]:
            changes = review.sign_off(actor, post_id, number, passphrase, comment, opened, settled)
            return reading.newest(post_id), changes

        self._context.bridge.run_slow(sign, self._signed, self._failed, owner=self)

    def _busy(self, busy: bool) -> None:
        self._asking = busy
        self.sign_button.set_busy(busy)
        self.passphrase.line.setReadOnly(busy)

    def _signed(self, found: tuple[Newest, Changes]) -> None:
        self._busy(False)
        self.signed.emit(found[0])
        self.accept()

    def _failed(self, error: DeskError) -> None:
        self._busy(False)
        if isinstance(error, BadInputError) and self.settling.show_error(error.field, f"{error.title}. {error.advice}"):
            return
        if isinstance(error, _FOR_FIELD):
            self.passphrase.set_error(f"{error.title}. {error.what}")
            self.passphrase.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._tell(error.title, f"{error.what} {error.advice}".strip())
        if isinstance(error, ChangedMeanwhileError | NotAllowedError):
            self._compare_now()

    def _tell(self, title: str, sentence: str) -> None:
        self.problem.set_text(title, sentence)
        self.problem.show()

    # ---- a newer version meanwhile -----------------------------------------------------------------------------------

    def _on_changes(self, changes: Changes) -> None:
        mine = not changes.ids or self._page.subject.post_id in changes.ids
        if Kind.POSTS in changes.kinds and mine and not self._asking and self.isVisible():
            self._compare_now()

    def _compare_now(self) -> None:
        post_id, reading = self._page.subject.post_id, self._reading
        self._context.bridge.run(lambda: reading.newest(post_id), self._compare, owner=self)

    def _compare(self, newest: Newest) -> None:
        shown, stage = self._page.subject.snapshot.number, self._page.stage
        if newest.number != shown:
            since = moment(newest.frozen_at, self._context.moments)
            self._stop(f"Version {newest.number} exists since {since}.", "Look at it first. Nothing was signed.")
        elif newest.state is not PostState.IN_REVIEW:
            self._stop("This post is not in review any more.", "Nothing was signed here.")
        elif stage is None or newest.stage != stage.name:
            self._stop("Somebody signed this stage meanwhile.", "Nothing was signed here.")

    def _stop(self, title: str, sentence: str) -> None:
        """Nothing can be signed in this dialog any more."""
        self.passphrase.clear()
        self.passphrase.setEnabled(False)
        self.comment.setEnabled(False)
        self.settling.setEnabled(False)
        self.sign_button.setEnabled(False)
        self._tell(title, sentence)
        self.cancel_button.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- closing -----------------------------------------------------------------------------------------------------

    def reject(self) -> None:
        """Close, unless a signature is being made: its outcome is told first."""
        if not self._asking:
            super().reject()

    def showEvent(self, event: QShowEvent) -> None:
        """Bring into sight where a person begins, where the screen is too low for everything."""
        super().showEvent(event)
        area = self.findChild(ScrollArea)
        first = self.passphrase if self.settling.open is None else self.settling
        if area is not None:
            QTimer.singleShot(0, self, lambda: area.ensureWidgetVisible(first, 0, look().px(12)))

    def hideEvent(self, event: QHideEvent) -> None:
        """Forget the passphrase."""
        self.passphrase.clear()
        super().hideEvent(event)
