"""Signing together what was read: notes which versions were read as a whole, and opens the dialog for them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.screens.review.content import ContentPanel
from desktop.screens.review.deciding import Deciding
from desktop.screens.review.queue import QueuePanel
from editorial.posts.reading import Page, Reading


class Together:
    """Offers in the queue what may be signed together. What this person did not read as a whole is not offered."""

    def __init__(
        self, context: Context, queue: QueuePanel, version: ContentPanel, deciding: Deciding, owner: QWidget
    ) -> None:
        self._context, self._queue, self._version = context, queue, version
        self._deciding, self._owner = deciding, owner
        self._reads = Reading(context.desk)
        queue.together.connect(self.open)
        version.finished.connect(queue.mark_read)

    def open(self) -> None:
        """Reads once more every version that was read and may be signed, and opens the dialog."""
        wanted = {row.post_id: row.revision for row in self._queue.readable}
        if len(wanted) < 2:
            words = "Read two posts or more as a whole. Then sign them together."
            self._context.say(words, tone="info", icon="eye")
            return
        actor, reads = self._context.actor, self._reads

        def read() -> list[Page]:
            pages = [reads.page(actor, post_id) for post_id in wanted]
            return [each for each in pages if each.subject.snapshot.number == wanted[each.subject.post_id]]

        self._context.bridge.run(read, self._show, owner=self._owner)

    def _show(self, pages: Sequence[Page]) -> None:
        mine = [page for page in pages if not page.why_not]
        subjects = [page.subject for page in mine]
        opened = {each.post_id: self._version.read.of(each.post_id, each.snapshot.number) for each in subjects}
        if mine:
            self._deciding.sign_together(mine, opened)
