"""The sign-off dialog (picture 05): exactly what is signed, what that means, and the passphrase, asked every time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.look import look
from desktop.screens.review.words import between, counted, listed, media_words, moment, named
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import IconButton
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import FormField, PassphraseField
from desktop.widgets.layout import Box, ScrollArea, columns, rows
from desktop.widgets.marks import IconMark, NetworkMark
from desktop.widgets.text import Hairline, Label, Panel
from editorial.changes import Changes, Kind
from editorial.errors import BadInputError, ChangedMeanwhileError, DeskError, NotAllowedError
from editorial.people.tries import TooManyTriesError, WrongPassphraseAtDeskError
from editorial.posts.differences import groups
from editorial.posts.reading import Newest, Page, Reading
from editorial.posts.states import PostState
from editorial.when import Choice

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
        self.body.addWidget(self._what())
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
        self.passphrase.line.setFocus()

    # ---- building ----------------------------------------------------------------------------------------------------

    def _what(self) -> QWidget:
        whole = QWidget()
        column = rows(whole, gap=7)
        head = columns(gap=6)
        head.addWidget(Label("What you sign", "small", strong=True))
        head.addStretch(1)
        head.addWidget(IconMark("eye", "success", 14))
        head.addWidget(Label("You opened all of it", "small", "success"))
        column.addLayout(head)
        table = Panel("card")
        lines = rows(table, margins=(1, 1, 1, 1))
        for place, (icon, name, words, extra) in enumerate(self._facts()):
            if place:
                lines.addWidget(Hairline())
            lines.addWidget(_fact(icon, name, words, extra))
        column.addWidget(table)
        return whole

    def _facts(self) -> list[tuple[str, str, Label, Sequence[QWidget]]]:
        snapshot, moments = self._page.subject.snapshot, self._context.moments
        contents = snapshot.contents
        networks = [NetworkMark(name, 16) for name in dict.fromkeys(each.network for each in contents)]
        media = list(dict.fromkeys(item for content in contents for item in content.media))
        words = between(snapshot.window, moments)
        if snapshot.when.choice is Choice.SOON:
            words += ", as soon as every stage is signed"
        found = [finding.title for finding in self._page.findings]
        rests = listed([self._page.authorization_names.get(each, each) for each in snapshot.authorizations])
        return [
            ("text", "Text", Label(self._text_words(), "body", "secondary", wrap=True), networks),
            ("image", "Media", Label(media_words(media), "body", "secondary", wrap=True), ()),
            ("file-check-2", "Authorizations", Label(rests or "none", "body", "secondary", wrap=True), ()),
            ("calendar-clock", "Publish between", Label(words, "body", "secondary", wrap=True), ()),
            ("list-checks", "Findings seen", Label("; ".join(found) or "none", "body", "secondary", wrap=True), ()),
            self._code(),
        ]

    def _text_words(self) -> str:
        """`shared text and the text of Practice beta, 3 accounts`."""
        found = groups(self._page.subject.snapshot.contents)
        labels = self._page.labels
        own = [group[0].account_id for group in found if len(group) == 1]
        texts = ["shared text"] * (len(found) - len(own)) + ([f"the text of {named(own, labels)}"] if own else [])
        if len(found) == 1:
            return f"one text for {named([each.account_id for each in found[0]], labels)}"
        accounts = sum(len(group) for group in found)
        return f"{listed(texts)}, {counted(accounts, 'account')}"

    def _code(self) -> tuple[str, str, Label, Sequence[QWidget]]:
        code = self._page.subject.digest.removeprefix("sha256:")
        parts = [code[place : place + 4] for place in range(0, len(code), 4)]
        label = Label(" ".join((*parts[:4], "…", *parts[-2:])), "mono", wrap=True)
        label.setAccessibleName(f"Content code {code}")
        label.setToolTip(code)
        self.copy = IconButton("copy", "Copy the content code", size=24)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._page.subject.digest))
        return "hash", "Content code", label, (Label("SHA-256", "small", "secondary"), self.copy)

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
        passphrase, comment = self.passphrase.text(), self.comment.text()
        if not passphrase:
            self.passphrase.set_error("Enter your passphrase.")
            self.passphrase.editor.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.passphrase.clear()
        self.passphrase.set_error("")
        self.problem.hide()
        self._busy(True)
        actor, review, reading, opened = self._context.actor, self._context.review, self._reading, self._opened
        post_id, number = self._page.subject.post_id, self._page.subject.snapshot.number

        def sign() -> tuple[Newest, Changes]:
            changes = review.sign_off(actor, post_id, number, passphrase, comment, opened)
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
        self.sign_button.setEnabled(False)
        self._tell(title, sentence)
        self.cancel_button.setFocus(Qt.FocusReason.OtherFocusReason)

    # ---- closing -----------------------------------------------------------------------------------------------------

    def reject(self) -> None:
        """Close, unless a signature is being made: its outcome is told first."""
        if not self._asking:
            super().reject()

    def showEvent(self, event: QShowEvent) -> None:
        """Bring the passphrase into sight where the screen is too low for everything."""
        super().showEvent(event)
        area = self.findChild(ScrollArea)
        if area is not None:
            QTimer.singleShot(0, self, lambda: area.ensureWidgetVisible(self.passphrase, 0, look().px(12)))

    def hideEvent(self, event: QHideEvent) -> None:
        """Forget the passphrase."""
        self.passphrase.clear()
        super().hideEvent(event)


def _fact(icon: str, name: str, words: Label, extra: Sequence[QWidget]) -> QWidget:
    whole = QWidget()
    line = columns(whole, margins=(12, 6, 8, 6), gap=10)
    line.addWidget(IconMark(icon, "secondary", 16))
    label = Label(name, "body", medium=True)
    label.setFixedWidth(look().px(112))
    line.addWidget(label)
    if not words.accessibleName():
        words.setAccessibleName(f"{name}: {words.text()}")
    line.addWidget(words, 1)
    for widget in extra:
        line.addWidget(widget)
    return whole
