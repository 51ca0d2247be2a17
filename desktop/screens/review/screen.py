"""The Review screen (pictures 04 and 05): the queue, one version, and how far its approval is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from desktop.context import Context
from desktop.counts import counted
from desktop.look import look
from desktop.screens.base import Command, Screen
from desktop.screens.review.columns import Columns
from desktop.screens.review.content import ContentPanel
from desktop.screens.review.deciding import Deciding
from desktop.screens.review.queue import QueuePanel
from desktop.screens.review.side import SidePanel
from desktop.screens.review.talking import Talking
from desktop.screens.review.together import Together
from desktop.screens.review.words import named
from desktop.widgets.banner import EmptyState
from desktop.widgets.buttons import AppButton
from desktop.widgets.layout import rows
from desktop.widgets.text import Panel
from editorial.changes import Kind
from editorial.people.permissions import May
from editorial.posts.passages import Passage
from editorial.posts.reading import Page, Reading
from editorial.posts.review import Waiting

"""Widths at text size 100 %: below the first the queue gives way, below the second the side columns are slimmer."""

TICK_MS = 30_000


class ReviewScreen(Screen):
    """Reading what waits, and deciding: sign off or request changes."""

    key, title, icon = "review", "Review", "list-checks"
    kinds = frozenset({Kind.POSTS, Kind.PEOPLE, Kind.ACCOUNTS, Kind.AUTHORIZATIONS})

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._reads = Reading(context.desk)
        self._queue: tuple[Waiting, ...] = ()
        self._page: Page | None = None
        self._wanted = ""
        self._after = ""
        self._comment = ""  # to be shown as soon as its post is
        self._build()
        self._listen()
        self._show_nothing()

    def _build(self) -> None:
        context = self.context
        self.split = QSplitter(Qt.Orientation.Horizontal)
        rows(self.content).addWidget(self.split)
        self.queue = QueuePanel(context.moments)
        self.version = ContentPanel(context)
        self.side = SidePanel(context)
        self.deciding = Deciding(context, self)
        self.together = Together(context, self.queue, self.version, self.deciding, self)
        self.talking = Talking(context, self.version, self.side, self)
        self.middle = QStackedWidget()
        self.middle.addWidget(self.version)
        self.middle.addWidget(self._nothing())
        for widget in (self.queue, self.middle, self.side):
            self.split.addWidget(widget)
        self.split.setChildrenCollapsible(False)
        self.split.setStretchFactor(1, 1)
        self.columns = Columns(self.split, self.queue, self.middle, self.version, self.side)

    def _listen(self) -> None:
        self.queue.chosen.connect(self._open)
        letters: dict[str, Callable[[], object]] = {
            "J": lambda: self._move(1),
            "K": lambda: self._move(-1),
            "S": self.sign_off,
            "Shift+S": self.together.open,
            "R": self.request_changes,
            "C": self._write,
            "D": lambda: self.version.step(1),
            "Shift+D": lambda: self.version.step(-1),
        }
        self.queue.list.letter.connect(lambda letter: letters[letter]() if letter in letters else None)
        self.queue.list.opened.connect(lambda _: self.version.focus_text())
        self.version.sign.connect(self.sign_off)
        self.version.request.connect(self.request_changes)
        self.version.accept.connect(self._accept)
        self.version.report.connect(lambda: self.deciding.report(self._page))
        self.version.posts.clicked.connect(lambda: self.columns.take_turns())
        self.version.commented.connect(self._write)
        self.deciding.decided.connect(self._decided)
        for place in range(5):
            self.shortcut(f"Alt+{place + 1}", partial(self.version.open_tab, place))
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self.queue.update_times)
        self._tick.start()
        look().changed.connect(self._reshape)

    def _nothing(self) -> QWidget:
        panel = Panel("panel")
        self.empty = EmptyState("check-check", "Nothing waits for you")
        self.show_all = AppButton("Show all in review")
        self.show_all.clicked.connect(self._show_all)
        self.empty.add_action(self.show_all)
        rows(panel).addWidget(self.empty)
        return panel

    # ---- what the shell asks -----------------------------------------------------------------------------------------

    def regions(self) -> Sequence[QWidget]:
        """The queue, the text, the comments."""
        area = self.version.area
        places = (self.queue.list, area, self.side.saying.comment.editor)
        return [place for place in places if place.isVisible()]

    def commands(self) -> Sequence[Command]:
        """The two decisions, and moving; letters work while the queue has the focus."""
        found = [
            Command("Next post in review", lambda: self._move(1)),
            Command("Previous post in review", lambda: self._move(-1)),
            Command("Next change", lambda: self.version.step(1)),
            Command("Previous change", lambda: self.version.step(-1)),
            Command("Write a comment", self._write),
            Command("Report a concern…", lambda: self.deciding.report(self._page)),
        ]
        if self._decides(May.REQUEST_CHANGES):
            found.insert(0, Command("Request changes…", self.request_changes))
        if self._decides(May.SIGN_OFF):
            found.insert(0, Command("Sign what you read…", self.together.open))
            found.insert(0, Command("Sign off…", self.sign_off))
        return found

    def show_item(self, item: str) -> None:
        """One post, also when somebody else signs it or it has left the review; `post id#comment id`: at a comment."""
        post_id, _, comment_id = item.partition("#")
        if post_id:
            if post_id not in self.queue.keys:
                self.queue.show_all()
            self.queue.list.choose(post_id)
            self._comment = comment_id
            self._open(post_id)

    def refresh(self) -> None:
        """The queue, and the post that is open."""
        actor, review, reads = self.context.actor, self.context.review, self._reads
        self.load(lambda: (review.queue(actor), reads.deputy_of(actor)), self._show_read)

    # ---- reading -----------------------------------------------------------------------------------------------------

    def _show_read(self, read: tuple[tuple[Waiting, ...], tuple[str, datetime] | None]) -> None:
        queue, deputy = read
        self.queue.show_deputy(deputy)
        self._show_queue(queue)

    def _show_queue(self, queue: tuple[Waiting, ...]) -> None:
        before = self.queue.keys
        self._queue = queue
        self.queue.show_rows(queue)
        keys = self.queue.keys
        wanted = self._wanted
        if self._after:
            wanted, self._after = self._next_of(before, self._after, keys), ""
        elif not wanted or (wanted in before and wanted not in keys):
            self._tell_gone(wanted)
            wanted = self._next_of(before, wanted, keys)
        self.queue.list.choose(wanted)
        self._open(wanted)

    @staticmethod
    def _next_of(before: Sequence[str], key: str, keys: Sequence[str]) -> str:
        """The post that followed in the list as it was, or the last one that is left."""
        place = list(before).index(key) if key in before else -1
        following = [each for each in before[place + 1 :] if each in keys and each != key]
        others = [each for each in keys if each != key] or list(keys)
        return following[0] if following else others[-1] if place >= 0 and others else next(iter(keys), "")

    def _tell_gone(self, post_id: str) -> None:
        page = self._page
        if post_id and page is not None and page.subject.post_id == post_id:
            words = f"“{page.subject.snapshot.title}” does not wait for you any more."
            self.context.say(words, tone="info", icon="info")

    def _open(self, post_id: str) -> None:
        self._wanted = post_id
        if not post_id:
            self._show_nothing()
            return
        actor, reads = self.context.actor, self._reads
        self.run(lambda: reads.page(actor, post_id), self._show_page)

    def _show_page(self, page: Page) -> None:
        if page.subject.post_id != self._wanted:
            return
        before = self._page
        number = page.subject.snapshot.number
        if before is not None and before.subject.post_id == self._wanted and before.subject.snapshot.number < number:
            self.context.say(f"Version {number} is here. What you read was version {number - 1}.", tone="info")
        self._page = page
        self.version.request_button.setVisible(self._decides(May.REQUEST_CHANGES))
        self.version.sign_button.setVisible(self._decides(May.SIGN_OFF))
        self.version.show_page(page)
        self.side.show_page(page)
        self.talking.show_page(page)
        self.middle.setCurrentIndex(0)
        self.columns.arrange()
        if self._comment:
            self.columns.take_turns(queue=False)
            self.side.show_comment(self._comment)
            self._comment = ""

    def _show_nothing(self) -> None:
        self._page = None
        others = len(self._queue)
        mine = self.queue.whose.current == "mine"
        self.empty.set_text(
            "Nothing waits for you" if mine else "No post is in review",
            f"{counted(others, 'post is', 'posts are')} in review; others sign."
            if others
            else "Posts that are sent to review appear here.",
        )
        self.show_all.setVisible(bool(others) and mine)
        self.middle.setCurrentIndex(1)
        self.columns.arrange()

    def _show_all(self) -> None:
        self.queue.show_all()
        self.queue.list.setFocus(Qt.FocusReason.OtherFocusReason)
        first = next(iter(self.queue.keys), "")
        self.queue.list.choose(first)
        self._open(first)

    # ---- moving ------------------------------------------------------------------------------------------------------

    def _move(self, step: int) -> None:
        key = self.queue.neighbour(self.queue.list.current_key, step)
        if key and key != self.queue.list.current_key:
            self.queue.list.choose(key)
            self._open(key)

    def _write(self, passage: Passage | None = None) -> None:
        """Into the field for a comment; about `passage`, else about the words that are selected, if any are."""
        if self._page is not None:
            passage = passage or self.version.passage
            self.columns.take_turns(queue=False)
            if passage is not None:
                self.side.saying.about_passage(passage)
            self.side.saying.comment.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    # ---- deciding ----------------------------------------------------------------------------------------------------

    def sign_off(self) -> None:
        """Opens the sign-off dialog; where a text was not read yet, shows that first."""
        page = self._page
        if page is None or not self.deciding.may_sign(page):
            return
        unread = self.version.unread
        if not unread:
            self.deciding.sign(page, self.version.read.accounts)
            return
        self.version.show_unread()
        words = f"Read the text of {named(unread, page.labels)} first. Then sign off."
        self.context.say(words, tone="info", icon="eye")

    def request_changes(self) -> None:
        """Opens the dialog that asks for changes."""
        if self._page is not None:
            self.deciding.request(self._page)

    def _decides(self, what: May) -> bool:
        """Whether the decision is shown: to those whose role has it, and to a deputy whose turn it is."""
        deputy = self._page is not None and self._page.seat is not None
        return deputy or self.context.may(what)

    def _accept(self, place: int) -> None:
        if self._page is not None:
            self.deciding.accept(self._page, place)

    def _decided(self, post_ids: Sequence[str]) -> None:
        self._after = self._wanted if self._wanted in post_ids else ""
        self.refresh()

    # ---- room --------------------------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the columns other widths when the window is much wider or narrower."""
        super().resizeEvent(event)
        self._reshape()

    def _reshape(self) -> None:
        self.columns.reshape(self.width())
