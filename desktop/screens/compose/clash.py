"""Two people typed in one post at the same time: both texts are kept until a person chooses one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.screens.compose.autosave import Aside
from desktop.screens.compose.workbench import Workbench
from editorial.changes import Changes
from editorial.errors import ChangedMeanwhileError, DeskError
from editorial.posts.draft import DraftBody
from editorial.posts.listing import Opened, Saved


@dataclass(frozen=True)
class Theirs:
    """What the other person saved."""

    opened: Opened
    saved: Saved


class Clash(QObject):
    """Follows the autosave of a workbench. `changed` when two texts are known, or no longer."""

    changed = Signal()

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._bench = bench
        self.theirs: Theirs | None = None
        bench.autosave.conflict.connect(self._on_conflict)
        bench.loaded.connect(self._on_loaded)

    def keep_mine(self) -> None:
        """This person's text replaces the other's; the copy goes once that is saved."""
        if self.theirs is None:
            return
        post_id, body, actor = self._bench.post.id, self._bench.post.body, self._bench.context.actor
        drafting, saves = self._bench.context.drafting, self.theirs.opened.working.saves
        aside = self._bench.autosave.end_clash(post_id)

        def save() -> tuple[int, Changes]:
            count = drafting.save(actor, post_id, body, saves)
            return count, drafting.discard(actor, aside.copy_id)

        self._bench.context.bridge.run(
            save, partial(self._is_mine, post_id, body), partial(self._not_mine, post_id, aside), owner=self
        )

    def keep_theirs(self) -> None:
        """The other's text stays; the copy is discarded."""
        if self.theirs is None:
            return
        post_id, context = self._bench.post.id, self._bench.context
        aside = self._bench.autosave.end_clash(post_id)
        context.bridge.run(partial(context.drafting.discard, context.actor, aside.copy_id), owner=self)
        self._bench.open(post_id)

    def _on_conflict(self, post_id: str) -> None:
        if post_id != self._bench.post.id:
            self._bench.autosave.forget_clash(post_id)
            self._bench.context.say(
                "Somebody else changed that post too. Your text is a draft of its own.", tone="warning", icon="copy"
            )
            return
        self._bench.frozen = True
        listing = self._bench.listing
        self._bench.context.bridge.run(
            lambda: Theirs(listing.opened(post_id), listing.last_saved(post_id)), self._on_theirs, owner=self
        )

    def _on_theirs(self, theirs: Theirs) -> None:
        if theirs.opened.working.post_id == self._bench.post.id:
            self.theirs = theirs
            self.changed.emit()

    def _on_loaded(self) -> None:
        if self.theirs is not None:
            self._bench.autosave.forget_clash(self.theirs.opened.working.post_id)
            self.theirs = None
        self.changed.emit()

    def _is_mine(self, post_id: str, body: DraftBody, outcome: tuple[int, Changes]) -> None:
        bench = self._bench
        bench.autosave.begin(post_id, outcome[0])
        if post_id != bench.post.id:
            return
        self.theirs, bench.frozen = None, False
        if body != bench.post.body:
            bench.autosave.keep(post_id, bench.post.body)
        self.changed.emit()
        bench.reread()

    def _not_mine(self, post_id: str, aside: Aside, error: DeskError) -> None:
        self._bench.autosave.renew_clash(post_id, aside)
        self._bench.context.tell(error)
        if isinstance(error, ChangedMeanwhileError):
            self._on_conflict(post_id)
