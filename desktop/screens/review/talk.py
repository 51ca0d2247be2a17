"""What people said about a post: threads with their passages, what became of each, and what can be done with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from desktop.look import look
from desktop.moments import Moments
from desktop.screens.review.texts import DiffText
from desktop.screens.review.words import moment
from desktop.widgets.buttons import AppButton
from desktop.widgets.choices import Segmented
from desktop.widgets.layout import FlowLayout, columns, refill, rows
from desktop.widgets.marks import Avatar, IconMark, StatusPill
from desktop.widgets.painting import Restyled, begin
from desktop.widgets.text import Label, SectionHeader
from editorial.posts.comments import Said
from editorial.posts.differences import Kind, Span
from editorial.posts.reading import Page


class Quote(Restyled, QWidget):
    """The words that a comment is about, with a bar at their left."""

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        line = columns(self, margins=(9, 1, 0, 1))
        line.addWidget(Label(f"“{words}”", "small", "secondary", wrap=True), 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bar."""
        painter = begin(self)
        painter.fillRect(0, 0, look().px(2), self.height(), look().theme.border.control)
        painter.end()


def outcome(said: Said) -> str:
    """What became of a comment, in words; empty while nothing did."""
    if said.taken_at is not None:
        return "taken over"
    if said.answered_in:
        return f"added in v{said.answered_in}" if said.added else f"changed in version {said.answered_in}"
    return f"resolved by {said.resolved_by or 'somebody'}" if not said.open else ""


class CommentItem(QWidget):
    """What one person said: who, when, to which version if not the newest, about which words, and what became of it.

    `compare(old, new)` asks for the version that it was about beside the one that answers it.
    """

    compare = Signal(int, int)

    def __init__(
        self, said: Said, mine: bool, newest: int, moments: Moments, *, answer: bool = False, unread: bool = False,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.said = said
        line = columns(self, gap=10)
        line.addWidget(Avatar(said.name, said.person_id, 22 if answer else 26), 0, Qt.AlignmentFlag.AlignTop)
        self.column = rows(gap=3)
        name, at = "You" if mine else said.name, moment(said.at, moments)
        when = at if said.number in (0, newest) else f"{at}, version {said.number}"
        asks = said.kind == "request"
        by = f"by {moments.when(said.asks_by)}" if said.asks_by is not None else ""
        self.column.addWidget(self._head(name, when, asks, by, unread))
        if said.passage is not None and said.replacement is None:
            self.column.addWidget(Quote(said.passage.quote))
        if said.passage is not None and said.replacement is not None:
            self.column.addWidget(DiffText(_suggested(said.passage.quote, said.replacement), "body"))
        if said.text:
            text = Label(said.text, "body", wrap=True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.column.addWidget(text)
        self.words = self._last()
        became = outcome(said)
        if became:
            self.column.addWidget(self._became(became))
        line.addLayout(self.column, 1)
        about = f" about “{said.passage.quote}”" if said.passage is not None else ""
        suggests = f" Suggests “{said.replacement}”." if said.replacement is not None else ""
        self.setAccessibleName(
            f"{name}, {when}{', asks for changes' if asks else ''}{f' {by}' if by else ''}{about}: {said.text}"
            f"{suggests}{' Mentions you.' if unread else ''}{f' {became.capitalize()}.' if became else ''}"
        )

    def _became(self, words: str) -> QWidget:
        said = self.said
        if said.taken_at is not None or not said.answered_in:
            return _done(words)
        link = AppButton(words, "ghost", icon="check", size="compact")
        link.setAccessibleName(f"{words.capitalize()}. Show what changed since version {said.number}")
        link.clicked.connect(lambda: self.compare.emit(said.number, said.answered_in))
        whole = QWidget()
        FlowLayout(whole).addWidget(link)
        return whole

    def _last(self) -> QWidget:
        """The widget at which the words end."""
        place = self.column.itemAt(self.column.count() - 1)
        return (place.widget() if place is not None else None) or self

    @staticmethod
    def _head(name: str, when: str, asks: bool, by: str, unread: bool) -> QWidget:
        head = QWidget()
        flow = FlowLayout(head, gap=7, line_gap=2)
        flow.addWidget(Label(name, "bodyStrong"))
        flow.addWidget(Label(when, "small", "secondary"))
        if unread:
            flow.addWidget(StatusPill.of("info", "at-sign", "Mentions you"))
        if asks:
            flow.addWidget(StatusPill.of("warning", "undo-2", "Changes requested"))
        if by:
            flow.addWidget(Label(by, "small", "warning"))
        return head


def _said_in(page: Page) -> tuple[object, ...]:
    """What the comments of a page are drawn from."""
    subject = page.subject
    return subject.post_id, subject.comments, page.unread, subject.snapshot.number, subject.snapshot.contributors


def _suggested(old: str, new: str) -> tuple[Span, ...]:
    spans = (Span(Kind.REMOVED, old), Span(Kind.ADDED, new))
    return tuple(span for span in spans if span.text)


def _done(words: str) -> QWidget:
    whole = QWidget()
    line = columns(whole, gap=5)
    line.addWidget(IconMark("check", "success", 13))
    line.addWidget(Label(words, "small", "success"), 1)
    return whole


class TalkPanel(QWidget):
    """The comments of a post. `reply(Said)`, `resolve(id)`, `reopen(id)`, `take(id)` and `compare(old, new)`, two
    versions, tell what a person wants.
    """

    reply = Signal(object)
    resolve = Signal(str)
    reopen = Signal(str)
    take = Signal(str)
    compare = Signal(int, int)

    def __init__(self, moments: Moments, me: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._moments, self._me = moments, me
        self._page: Page | None = None
        self._unread: set[str] = set()
        self._items: dict[str, CommentItem] = {}
        self._replies: dict[str, AppButton] = {}  # by every comment of the thread
        column = rows(self, margins=(18, 14, 18, 14), gap=12)
        self._head = SectionHeader("Comments")
        self.filter = Segmented([("open", "Open"), ("all", "All")], label="Which comments")
        self.filter.changed.connect(lambda _: self._fill())
        self._head.add(self.filter)
        column.addWidget(self._head)
        self._threads = rows(gap=14)
        column.addLayout(self._threads)

    def show_page(self, page: Page) -> None:
        """Shows what was said about a post."""
        before, self._page = self._page, page
        self._unread = set(page.unread)
        if before is None or _said_in(before) != _said_in(page):
            self._fill_keeping_focus()

    def _fill_keeping_focus(self) -> None:
        """What was answered meanwhile takes nobody's place away: the same button has the focus afterwards."""
        focused = self.focusWidget()
        name = focused.accessibleName() if focused is not None and focused.hasFocus() else ""
        self._fill()
        same = (each for each in self.findChildren(AppButton) if name and each.accessibleName() == name)
        if (found := next((each for each in same if each is not focused), None)) is not None:
            found.setFocus(Qt.FocusReason.OtherFocusReason)

    def item(self, comment_id: str) -> CommentItem | None:
        """A comment as it is shown, among the resolved ones where it has to; None for one of another post."""
        if comment_id not in self._items and self._page is not None:
            self.filter.set_current("all")
            self._fill()
        return self._items.get(comment_id)

    @property
    def unread(self) -> list[CommentItem]:
        """The comments shown that name the person and were not read."""
        return [item for key, item in self._items.items() if key in self._unread]

    def forget(self, comment_ids: Iterable[str]) -> None:
        """These were read."""
        self._unread -= set(comment_ids)

    def focus(self, comment_id: str) -> None:
        """Puts the keyboard at the answer to a comment, which tells whom it answers and what was said."""
        if comment_id in self._replies:
            self._replies[comment_id].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _fill(self) -> None:
        if self._page is None:
            return
        said = self._page.subject.comments
        known = {each.id for each in said}
        roots = [each for each in said if each.parent_id not in known]
        opened = [each for each in roots if each.open]
        self.filter.set_text("open", "Open", f"{len(opened):,}")
        self.filter.set_text("all", "All", f"{len(roots):,}")
        self._items, self._replies = {}, {}
        shown = opened if self.filter.current == "open" else roots
        parts = [self._thread(each, said) for each in shown]
        nothing = "Nobody said anything yet." if not said else "Every comment is resolved."
        refill(self._threads, parts or [Label(nothing, "small", "secondary", wrap=True)])

    def _thread(self, root: Said, said: Sequence[Said]) -> QWidget:
        whole = QWidget()
        column = rows(whole, gap=8)
        first = self._item(root)
        column.addWidget(first)
        last = first
        below = {root.id}
        for each in said:  # oldest first: an answer to an answer stands in the same thread
            if each.parent_id in below:
                below.add(each.id)
                last = self._item(each, answer=True)
                first.column.addSpacing(look().px(4))
                first.column.addWidget(last)
        last.column.addSpacing(look().px(2))
        buttons, reply = self._buttons(root)
        last.column.addWidget(buttons)
        self._replies |= dict.fromkeys(below, reply)
        return whole

    def _item(self, said: Said, *, answer: bool = False) -> CommentItem:
        newest = self._page.subject.snapshot.number if self._page else 0
        unread = self._page is not None and said.id in self._page.unread
        item = CommentItem(said, said.person_id == self._me, newest, self._moments, answer=answer, unread=unread)
        item.compare.connect(self.compare)
        self._items[said.id] = item
        return item

    def _buttons(self, root: Said) -> tuple[QWidget, AppButton]:
        whole = QWidget()
        flow = FlowLayout(whole, gap=6, line_gap=4)
        found: list[AppButton] = []
        if root.open and root.replacement is not None and self._wrote:
            found.append(AppButton("Take over", "soft", icon="check", size="compact"))
            found[-1].clicked.connect(lambda: self.take.emit(root.id))
        if root.open:
            found.append(AppButton("Resolve", icon="check", size="compact"))
            found[-1].clicked.connect(lambda: self.resolve.emit(root.id))
        else:
            found.append(AppButton("Open again", "ghost", size="compact"))
            found[-1].clicked.connect(lambda: self.reopen.emit(root.id))
        found.append(AppButton("Reply", "ghost", size="compact"))
        found[-1].clicked.connect(lambda: self.reply.emit(root))
        for button in found:
            button.setAccessibleName(f"{button.text()}: {root.name}, {root.text or root.replacement}")
            flow.addWidget(button)
        return whole, found[-1]

    @property
    def _wrote(self) -> bool:
        """Whether the person is among those who wrote: only they take a suggestion over."""
        return self._page is not None and self._me in self._page.subject.snapshot.contributors
