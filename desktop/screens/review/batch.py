"""Signing several versions that were each read, with one passphrase: every one is decided and signed by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QWidget

from desktop.context import Context
from desktop.counts import counted
from desktop.moments import Moments
from desktop.screens.review.facts import facts, short_code
from desktop.screens.review.signing import SigningDialog
from desktop.screens.review.words import listed
from desktop.widgets.announce import announce
from desktop.widgets.fields import Message
from desktop.widgets.layout import columns, rows
from desktop.widgets.marks import NetworkMark
from desktop.widgets.text import KeyValues, Label, Panel
from editorial.changes import Changes, Kind
from editorial.errors import DeskError
from editorial.posts.reading import Newest, Page, Reading
from editorial.posts.review import Decision


class BatchItem(Panel):
    """One version with all that its signature says. `decide` is checked by whoever decides to sign it."""

    def __init__(self, page: Page, opened: Sequence[str], moments: Moments, parent: QWidget | None = None) -> None:
        super().__init__("card", parent)
        self.page, self._opened = page, tuple(opened)
        subject, snapshot = page.subject, page.subject.snapshot
        column = rows(self, margins=(14, 11, 14, 12), gap=8)
        head = columns(gap=8)
        self.decide = QCheckBox(f"Sign version {snapshot.number} of P-{subject.number}")
        self.decide.setAccessibleName(f"Sign version {snapshot.number} of P-{subject.number}, {snapshot.title}")
        head.addWidget(self.decide)
        head.addStretch(1)
        for network in dict.fromkeys(each.network for each in snapshot.contents):
            head.addWidget(NetworkMark(network, 16))
        column.addLayout(head)
        column.addWidget(Label(snapshot.title, "bodyStrong", wrap=True))
        pairs: list[tuple[str, str]] = [(name, words) for _, name, words in facts(page, moments)]
        role = page.signs_as.label if page.signs_as else ""
        role += f", in the place of {page.instead_of}" if page.instead_of else ""
        meaning = page.stage.meaning if page.stage else ""
        column.addWidget(KeyValues([*pairs, ("Content code", short_code(page)), (role, f"“{meaning}”")]))
        self.told = Message()
        column.addWidget(self.told)
        self.open = True  # it can be signed here

    @property
    def decision(self) -> Decision:
        """What is signed."""
        subject = self.page.subject
        return Decision(subject.post_id, subject.snapshot.number, opened=self._opened, accepted=self.page.accepted)

    def close_as(self, words: str, *, signed: bool = False) -> None:
        """Nothing can be signed here any more: it is signed, or something stands in the way."""
        self.open = False
        self.decide.setChecked(signed)
        self.decide.setEnabled(False)
        self.told.show_text(words, *(("success", "check") if signed else ("danger", "octagon-x")))


class BatchDialog(SigningDialog):
    """Signs those versions whose check is set. `signed(post ids)` after some were."""

    signed = Signal(object)

    def __init__(
        self, context: Context, pages: Sequence[Page], opened: Mapping[str, Sequence[str]], parent: QWidget
    ) -> None:
        """`pages`: versions that this person may sign and has read; `opened`: post id to the accounts that were read.

        A version with a finding to settle is named and left out: it has a dialog of its own.
        """
        title, subtitle = "Sign what you read", "Each version gets a signature of its own. Choose those that you sign."
        super().__init__(context, parent, title, subtitle, "md")
        self._reading = Reading(context.desk)
        alone = [page for page in pages if page.to_settle]
        self.items = [
            BatchItem(page, opened[page.subject.post_id], context.moments) for page in pages if not page.to_settle
        ]
        for item in self.items:
            item.decide.toggled.connect(self._count)
            self.body.addWidget(item)
        if alone:
            names = listed([f"P-{page.subject.number}" for page in alone])
            words = f"{names}: signed alone, because a finding has to be settled."
            self.body.addWidget(Label(words, "small", "secondary", wrap=True))
        self.choose = Message()
        self.body.addWidget(self.choose)
        self.body.addWidget(self.passphrase)
        context.bridge.changed.connect(self._on_changes)
        self._count()
        if self.items:
            self.items[0].decide.setFocus()

    @property
    def chosen(self) -> list[BatchItem]:
        """Those that are decided."""
        return [item for item in self.items if item.open and item.decide.isChecked()]

    def _count(self) -> None:
        self.choose.show_text("")
        self.sign_button.setText(f"Sign {counted(len(self.chosen), 'version')}")

    # ---- signing -----------------------------------------------------------------------------------------------------

    def sign(self) -> None:
        """Signs what is decided: one look at the passphrase, a signature for each."""
        if not self.ready:
            return
        if not self.chosen:
            self.choose.show_text("Choose at least one version.", "danger", "octagon-x")
            announce(self, "Choose at least one version.", assertive=True)
            next(item for item in self.items if item.open).decide.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        passphrase = self.take_passphrase()
        if not passphrase:
            return
        for item in self.items:
            item.decide.setEnabled(False)
        actor, review = self._context.actor, self._context.review
        decisions = [item.decision for item in self.chosen]
        self._context.bridge.run_slow(
            lambda: review.sign_offs(actor, decisions, passphrase), self._answered, self._failed, owner=self
        )

    def _answered(self, found: tuple[dict[str, DeskError], Changes]) -> None:
        refused, chosen = found[0], self.chosen
        self._wait_no_more()
        signed = [item for item in chosen if item.decision.post_id not in refused]
        for item in signed:
            item.close_as("Signed.", signed=True)
        for item in chosen:
            if (error := refused.get(item.decision.post_id)) is not None:
                item.close_as(f"Not signed. {error}")
        self._count()
        if signed:
            self.signed.emit([item.decision.post_id for item in signed])
        if not refused:
            self.accept()
            return
        self.tell(
            f"{counted(len(refused), 'version was', 'versions were')} not signed",
            f"{counted(len(signed), 'other is', 'others are')} signed. Why not stands at each." if signed else "",
        )
        self._end_if_done()

    def _failed(self, error: DeskError) -> None:
        self._wait_no_more()
        self.tell_error(error)

    def _wait_no_more(self) -> None:
        self.busy(False)
        for item in self.items:
            item.decide.setEnabled(item.open)

    def _end_if_done(self) -> None:
        if not any(item.open for item in self.items):
            self.cancel_button.setText("Close")
            self.end()

    # ---- newer versions meanwhile ------------------------------------------------------------------------------------

    def _on_changes(self, changes: Changes) -> None:
        if Kind.POSTS not in changes.kinds or self._asking or not self.isVisible():
            return
        ids = [item.decision.post_id for item in self.items if item.open]
        concerned = [each for each in ids if not changes.ids or each in changes.ids]
        reading = self._reading
        if concerned:
            self._context.bridge.run(
                lambda: {each: reading.newest(each) for each in concerned}, self._compare, owner=self
            )

    def _compare(self, newest: Mapping[str, Newest]) -> None:
        for item in self.items:
            found = newest.get(item.decision.post_id)
            why = self.meanwhile(item.page, found) if found is not None and item.open else None
            if why is not None:
                item.close_as(" ".join(why))
        self._count()
        self._end_if_done()
