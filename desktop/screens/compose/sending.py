"""The commands about the whole post: send to review, take back, discard, copy. Nothing typed is lost by any."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop.screens.compose.clash import Clash
from desktop.screens.compose.words import title_of
from desktop.screens.compose.workbench import Workbench
from desktop.widgets.announce import announce
from desktop.widgets.dialog import Dialog
from editorial.changes import Changes
from editorial.errors import BadInputError, DeskError
from editorial.people.permissions import May
from editorial.policy import PolicyNotAcknowledgedError
from editorial.posts.drafting import OpenFindingsError


class Sending(QObject):
    """Hands over what is typed, then asks the service.

    `blocked()`: findings must be fixed first; the first is to be shown. `refused(DeskError)`: anything else, in words.
    """

    blocked = Signal()
    refused = Signal(object)

    def __init__(self, bench: Workbench, clash: Clash, parent: QWidget) -> None:
        super().__init__(parent)
        self._bench, self._clash, self._parent = bench, clash, parent
        self._wanted = ""
        bench.autosave.saved.connect(lambda _: self._go_on())
        bench.autosave.failed.connect(self._not_saved)
        bench.loaded.connect(self._stop)

    def send(self) -> None:
        """Sends the open post to review, as it is typed now."""
        if not self._bench.editable:
            return
        if self._clash.theirs is not None:
            self.refused.emit(self._two_texts("sent"))
            return
        self._wanted = self._bench.post.id
        self._bench.autosave.flush()
        self._go_on()

    def _go_on(self) -> None:
        if not self._wanted or self._wanted != self._bench.post.id:
            return
        if self._bench.autosave.busy(self._wanted):
            self._bench.autosave.flush()
            return
        post_id, self._wanted = self._wanted, ""
        context = self._bench.context
        submit = partial(context.drafting.submit, context.actor, post_id, saves=self._bench.autosave.saves(post_id))
        context.bridge.run_slow(submit, self._is_sent, self._not_sent, owner=self)  # pictures may have to be made

    def _stop(self) -> None:
        self._wanted = ""

    def _not_saved(self, error: DeskError) -> None:
        if self._wanted:
            self._wanted = ""
            self.refused.emit(error)

    def _is_sent(self, _: Changes) -> None:
        context = self._bench.context
        text = f"“{title_of(self._bench.post.body.title)}” is in review."
        context.say(text, icon="send", action=("Show it", partial(context.go, "review", self._bench.post.id)))

    def _not_sent(self, error: DeskError) -> None:
        if isinstance(error, OpenFindingsError):
            self._bench.findings = error.findings
            self._bench.checked.emit()
            announce(self._parent, str(error), assertive=True)
            self.blocked.emit()
        elif isinstance(error, PolicyNotAcknowledgedError):
            self._show_policy()
        else:
            self.refused.emit(error)

    def _show_policy(self) -> None:
        """Shows the policy that is to be acknowledged first; then sends the same post."""
        from desktop.people.policy import PolicyDialog

        post_id = self._bench.post.id
        asked = "Before your post goes to review: this is the version in force. Your text is saved."
        dialog = PolicyDialog(self._parent.window(), self._bench.context, asked=asked)
        dialog.acknowledged.connect(lambda: self.send() if self._bench.post.id == post_id else None)
        dialog.open()

    def take_back(self) -> None:
        """The open post goes back into the drafts."""
        context, post_id = self._bench.context, self._bench.post.id
        context.bridge.run(
            partial(context.drafting.withdraw, context.actor, post_id),
            lambda _: context.say("The post is a draft again.", icon="undo-2"),
            self.refused.emit,
            owner=self,
        )

    def ask_copy(self) -> None:
        """Opens the dialog that copies the open post to dates; what is typed is saved first, so that it is copied."""
        from desktop.screens.compose.copying import CopyDialog

        if not self._bench.post.id or not self._bench.context.may(May.WRITE):
            return
        if self._clash.theirs is not None:
            self.refused.emit(self._two_texts("copied"))
            return
        self._bench.autosave.flush()
        CopyDialog(self._bench, self._parent.window()).open()

    def _two_texts(self, done: str) -> DeskError:
        name = self._clash.theirs.saved.name.split()[0] if self._clash.theirs else "the other"
        return DeskError("There are two texts of this post", f"Nothing was {done}.", f"Keep yours or {name}’s first.")

    def ask_discard(self) -> None:
        """Asks before the open post ends."""
        title = title_of(self._bench.post.body.title)
        dialog = Dialog(
            self._parent.window(),
            f"Discard “{title}”?",
            "The draft leaves the list for good. Versions that were sent to review stay in the audit log.",
            icon="trash-2",
            group="danger",
            width="sm",
            window_title="Discard post",
        )
        dialog.add_cancel("Keep post")
        discard = dialog.add_button("Discard post", "danger")
        discard.clicked.connect(dialog.accept)
        dialog.accepted.connect(self._discard)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _discard(self) -> None:
        context, post_id = self._bench.context, self._bench.post.id
        self._bench.autosave.flush()
        context.bridge.run(
            partial(context.drafting.discard, context.actor, post_id),
            lambda _: self._bench.close(),
            self.refused.emit,
            owner=self,
        )


def field_of(error: DeskError) -> str:
    """Which input an error is about, if it names one."""
    return error.field if isinstance(error, BadInputError) else ""
