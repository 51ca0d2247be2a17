"""Commands about comments and versions that need no decision: say, settle, take over, compare, read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.screens.review.content import ContentPanel
from desktop.screens.review.pages import Pages
from desktop.screens.review.pictures import Pictures
from desktop.screens.review.side import SidePanel
from desktop.screens.review.texts import ruled
from desktop.screens.review.versions import VersionDialog
from desktop.telling import sentence
from desktop.widgets.announce import announce
from editorial.actors import Actor
from editorial.changes import Changes
from editorial.posts.comments import Remark
from editorial.posts.reading import Page, Reading


class Talking(QObject):
    """Does what people ask for beside a version. `show_page` says which post they look at."""

    def __init__(self, context: Context, version: ContentPanel, side: SidePanel, parent: QWidget) -> None:
        super().__init__(parent)
        self._context, self._widget = context, parent
        self._version, self._side = version, side
        self._reads = Reading(context.desk)
        self._post_id = ""
        comments = context.comments
        side.saying.said.connect(self._say)
        side.read.connect(self._read_mentions)
        side.talk.resolve.connect(partial(self._settle, comments.resolve, "Resolved."))
        side.talk.reopen.connect(partial(self._settle, comments.reopen, "Open again."))
        side.talk.take.connect(self._take)
        side.talk.compare.connect(self._compare)
        version.compare.connect(self._compare)
        version.read_version.connect(self._read)

    def show_page(self, page: Page) -> None:
        """The post that is shown now."""
        self._post_id = page.subject.post_id

    # ---- comments ----------------------------------------------------------------------------------------------------

    def _say(self, remark: Remark) -> None:
        actor, comments, post_id, saying = self._context.actor, self._context.comments, self._post_id, self._side.saying
        self._context.bridge.run(
            lambda: comments.say(actor, post_id, remark),
            lambda _: saying.sent(post_id),
            lambda error: saying.refused(sentence(error)),
            owner=self,
        )

    def _read_mentions(self, comment_ids: Sequence[str]) -> None:
        mentions, actor = self._context.services.mentions, self._context.actor
        if actor.verified:  # else somebody else may be reading: the notice stays for the person
            self._context.bridge.run(lambda: mentions.read(actor, comment_ids), owner=self)

    def _settle(self, command: Callable[[Actor, str], Changes], words: str, comment_id: str) -> None:
        actor = self._context.actor
        self._context.bridge.run(lambda: command(actor, comment_id), lambda _: self._settled(words), owner=self)

    def _settled(self, words: str) -> None:
        announce(self._widget, words)
        # The button that was pressed is gone.
        self._side.saying.comment.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _take(self, comment_id: str) -> None:
        context, post_id = self._context, self._post_id
        actor, comments = context.actor, context.comments

        def taken(_: Changes) -> None:
            self._settled("Taken over.")
            words = "Taken over into the draft. Send it to review when you are done."
            context.say(words, action=("Open in Compose", lambda: context.go("compose", post_id)))

        context.bridge.run(lambda: comments.take(actor, comment_id), taken, owner=self)

    # ---- other versions ----------------------------------------------------------------------------------------------

    def _compare(self, old: int, new: int) -> None:
        reads, post_id = self._reads, self._post_id
        self._context.bridge.run(
            lambda: reads.differences(post_id, old, new), self._version.show_comparison, owner=self
        )

    def _read(self, number: int) -> None:
        actor, reads, post_id = self._context.actor, self._reads, self._post_id
        self._context.bridge.run(lambda: reads.page(actor, post_id, number), self._show_version, owner=self)

    def _show_version(self, page: Page) -> None:
        parts = ruled(Pages(page, self._context.moments, Pictures(self._context, self)).full())[:-1]
        VersionDialog(page, parts, self._widget.window()).open()
