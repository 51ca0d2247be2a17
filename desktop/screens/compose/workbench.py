"""The work on the open post, without a widget: opening, typing, saving, checking, sending.

Widgets tell it what a person did and follow its signals; it asks the services.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from desktop.context import Context
from desktop.screens.compose.autosave import Autosave
from desktop.screens.compose.post import OpenPost
from editorial.checks import Finding
from editorial.content import MediaItem
from editorial.errors import DeskError
from editorial.people.permissions import May
from editorial.posts.draft import DraftBody
from editorial.posts.listing import Listing, Opened
from editorial.posts.path import Path
from editorial.when import When

CHECK_MS = 400
"""From the end of typing to the checks."""


class Workbench(QObject):
    """The open post and the commands on it.

    `loaded`: another post is shown, or none. `renewed(other text)`: the same was read again. `changed(part)`: a person
    changed title, text, accounts, media, when, crisis, authorizations or kept. `checked`: findings, and the way to
    approval, are new. `activated`: another text is edited.
    """

    loaded = Signal()
    renewed = Signal(bool)
    changed = Signal(str)
    checked = Signal()
    activated = Signal()

    def __init__(self, context: Context, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.context = context
        self.listing = Listing(context.desk)
        self.autosave = Autosave(context, self)
        self.post = OpenPost()
        self.findings: tuple[Finding, ...] = ()
        self.path: Path | None = None  # the way to approval of what is typed
        self.frozen = False  # while two texts of the post are known, nothing is read over what is typed
        self.wanted = ""  # the post that was asked for last, open or on its way
        self._checks = QTimer(self, singleShot=True, interval=CHECK_MS)
        self._checks.timeout.connect(self.check)
        self.autosave.saved.connect(self._on_saved)

    # ---- opening -----------------------------------------------------------------------------------------------------

    @property
    def editable(self) -> bool:
        """Whether this person may write in the open post."""
        opened = self.post.opened
        return opened is not None and not opened.final and self.context.may(May.WRITE)

    def open(self, post_id: str) -> None:
        """Shows a post; what is typed is handed over first."""
        self.wanted = post_id
        self.autosave.flush()
        self.context.bridge.run(partial(self.listing.opened, post_id), self._on_opened, owner=self)

    def open_new(self) -> None:
        """Opens a new, empty post and shows it."""
        self.autosave.flush()
        body = DraftBody(when=When(zone=self.context.desk.workspace.zone))
        made = partial(self.context.drafting.open, self.context.actor, body)
        self.context.bridge.run(made, lambda opened: self.open(opened[0]), owner=self)

    def close(self) -> None:
        """Shows nothing."""
        self.autosave.flush()
        self.wanted, self.post, self.findings, self.frozen = "", OpenPost(), (), False
        self.path = None
        self.loaded.emit()

    def reread(self) -> None:
        """Something changed: the open post is read again; what is typed and not saved stays."""
        if self.post.id and not self.frozen:
            self.context.bridge.run(
                partial(self.listing.opened, self.post.id), self._on_reread, self._on_gone, owner=self
            )

    def _on_opened(self, opened: Opened) -> None:
        if opened.working.post_id != self.wanted:
            return
        self.post = OpenPost(opened, opened.working.body)
        self.findings, self.frozen, self.path = (), False, opened.path
        self.autosave.begin(self.post.id, opened.working.saves)
        self.loaded.emit()
        self.check()

    def _on_reread(self, opened: Opened) -> None:
        if opened.working.post_id != self.post.id or self.frozen:
            return
        unsaved = self.autosave.busy(self.post.id)
        if not unsaved:
            self.autosave.begin(self.post.id, opened.working.saves)
        self.renewed.emit(self.post.take(opened, keep=unsaved))
        self._checks.start()

    def _on_saved(self, post_id: str) -> None:
        """The way to approval follows from what the post rests on."""
        opened = self.post.opened
        if opened is None or post_id != self.post.id or self.autosave.busy(post_id):
            return
        if opened.working.body.authorizations != self.post.body.authorizations:
            self.reread()

    def _on_gone(self, error: DeskError) -> None:
        self.close()
        self.context.tell(error)

    # ---- writing -----------------------------------------------------------------------------------------------------

    def activate(self, account_id: str) -> None:
        """Edits another text: an account's, or the shared one."""
        if account_id != self.post.active:
            self.post.active = account_id
            self.activated.emit()

    def set_text(self, text: str) -> None:
        """What is typed in the active text; for an account that begins a text of its own."""
        if text != self.post.text_of(self.post.active):
            self.change(self.post.body.with_text(self.post.active or None, text), "text")

    def set_title(self, title: str) -> None:
        """What is typed as title."""
        self.change(replace(self.post.body, title=title), "title")

    def use_shared(self, account_id: str) -> None:
        """The account uses the shared text again."""
        self.change(self.post.body.without_own_text(self.post.places[account_id].target), "text")

    def bring_back(self, earlier: DraftBody) -> None:
        """The texts of their own as they were."""
        body = replace(self.post.body, network_texts=earlier.network_texts, account_texts=earlier.account_texts)
        self.change(body, "text")

    def toggle(self, account_id: str) -> None:
        """Chooses an account or leaves it out."""
        chosen = set(self.post.body.accounts) ^ {account_id}
        self.change(
            replace(self.post.body, accounts=tuple(key for key in self.post.places if key in chosen)), "accounts"
        )

    def set_media(self, media: tuple[MediaItem, ...]) -> None:
        """Other pictures, another order, or other words for them."""
        self.change(replace(self.post.body, media=media), "media")

    def set_when(self, when: When) -> None:
        """Another time."""
        self.change(replace(self.post.body, when=when), "when")

    def set_crisis(self, reason: str) -> None:
        """Why the post takes the short route; empty: it takes the ordinary one."""
        self.change(replace(self.post.body, crisis=reason), "crisis")

    def link(self, authorization_id: str) -> None:
        """Lets the post rest on an authorization, or no longer."""
        linked = set(self.post.body.authorizations) ^ {authorization_id}
        self.change(replace(self.post.body, authorizations=tuple(sorted(linked))), "authorizations")

    def change(self, body: DraftBody, part: str) -> None:
        """Takes a body in which a person changed a part, as `changed` names it."""
        if not self.editable or body == self.post.body:
            return
        self.post.body = body
        self.autosave.keep(self.post.id, body)
        self.changed.emit(part)
        if part in ("authorizations", "crisis", "kept"):
            self.check()  # nobody goes on typing here, and the way to approval may be another one now
        elif part != "title":
            self._checks.start()

    # ---- checks ------------------------------------------------------------------------------------------------------

    @property
    def must_fix(self) -> tuple[Finding, ...]:
        """The findings without whose repair nothing is sent to review."""
        return tuple(each for each in self.findings if each.must_fix)

    def check(self) -> None:
        """Has the text looked at as it is now."""
        self._checks.stop()
        if self.post.id:
            post_id, body = self.post.id, self.post.body
            self.context.bridge.run(
                partial(_look, self.context, self.listing, post_id, body),
                partial(self._on_checked, post_id, body),
                owner=self,
            )

    def _on_checked(self, post_id: str, body: DraftBody, found: tuple[tuple[Finding, ...], Path]) -> None:
        if post_id == self.post.id and replace(body, title="") == replace(self.post.body, title=""):
            self.findings, self.path = found
            self.checked.emit()


def _look(context: Context, listing: Listing, post_id: str, body: DraftBody) -> tuple[tuple[Finding, ...], Path]:
    """For the database thread: what is found, and which way to approval that means."""
    findings = context.drafting.check(post_id, body)
    return findings, listing.path(context.actor, post_id, body, findings)
