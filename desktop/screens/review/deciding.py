"""The two decisions about a version, signing it off or asking for changes, and reporting a concern. Each a dialog."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.concerns import About, ReportConcernDialog
from desktop.context import Context
from desktop.counts import counted
from desktop.screens.review.accept import AcceptDialog
from desktop.screens.review.batch import BatchDialog
from desktop.screens.review.request import RequestDialog
from desktop.screens.review.signoff import SignOffDialog
from desktop.screens.review.words import signed
from editorial.people.permissions import May
from editorial.posts.reading import Newest, Page
from editorial.posts.states import PostState


class Deciding(QObject):
    """Opens the dialogs and says what came of it. `decided(post ids)` after signatures or a request."""

    decided = Signal(object)

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._widget = context, parent
        self._typed: dict[str, str] = {}

    def may_sign(self, page: Page) -> bool:
        """Whether the dialog would be of use; says why not."""
        if page.why_not:
            self._context.say(page.why_not, tone="info", icon="info")
            return False
        return True

    def sign(self, page: Page, opened: Collection[str]) -> None:
        """Opens the sign-off dialog for a version that was read as a whole: the accounts in `opened`."""
        dialog = SignOffDialog(self._context, page, sorted(opened), self._widget.window())
        dialog.signed.connect(lambda newest: self._signed(page, newest))
        dialog.open_soon()

    def sign_together(self, pages: Sequence[Page], opened: Mapping[str, Collection[str]]) -> None:
        """Opens the dialog that signs several versions, each read as a whole: post id to the accounts in `opened`."""
        if all(page.to_settle for page in pages):
            words = "Each of these has a finding to settle, so each is signed alone."
            self._context.say(words, tone="info", icon="info")
            return
        read = {post_id: sorted(accounts) for post_id, accounts in opened.items()}
        dialog = BatchDialog(self._context, pages, read, self._widget.window())
        dialog.signed.connect(self._signed_together)
        dialog.open_soon()

    def accept(self, page: Page, place: int) -> None:
        """Opens the dialog in which a reviewer says why a warning may stand."""
        dialog = AcceptDialog(self._context, page, place, self._widget.window())
        dialog.kept.connect(lambda: self._context.say("The warning is accepted, with your reason."))
        dialog.open()

    def request(self, page: Page) -> None:
        """Opens the dialog that asks for changes; what was typed there before is still there."""
        if page.subject.state is not PostState.IN_REVIEW:
            return
        if page.seat is None and not self._context.may(May.REQUEST_CHANGES):
            return
        post_id = page.subject.post_id
        dialog = RequestDialog(self._context, page, self._typed.get(post_id, ""), self._widget.window())
        dialog.finished.connect(lambda _: self._typed.__setitem__(post_id, dialog.typed))
        dialog.requested.connect(lambda: self._requested(page))
        dialog.open()

    def report(self, page: Page | None) -> None:
        """Opens the dialog that reports a concern about the open post, if there is one."""
        if page is not None:
            about = About(page.subject.post_id, page.subject.number, page.subject.snapshot.title)
            ReportConcernDialog(self._context, self._widget.window(), about).open()

    def _signed(self, page: Page, newest: Newest) -> None:
        words = signed(page.subject.snapshot.number, newest, self._context.moments)
        self._context.say(words, icon="signature")
        self.decided.emit([page.subject.post_id])

    def _signed_together(self, post_ids: Sequence[str]) -> None:
        self._context.say(f"You signed {counted(len(post_ids), 'version')}.", icon="signature")
        self.decided.emit(post_ids)

    def _requested(self, page: Page) -> None:
        self._context.say(f"Changes requested. {page.subject.author} has the post now.", icon="undo-2")
        self.decided.emit([page.subject.post_id])
