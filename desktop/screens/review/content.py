"""The middle of the Review screen: the post's head, its tabs, what was read of it, and the two decisions."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.context import Context
from desktop.counts import counted
from desktop.look import look
from desktop.screens.review.checked import ChecksPart
from desktop.screens.review.pages import Pages
from desktop.screens.review.pictures import Pictures
from desktop.screens.review.texts import Read, TextBlock, ruled
from desktop.screens.review.versions import CompareStrip, VersionPart
from desktop.screens.review.words import moment, planned
from desktop.widgets.announce import announce
from desktop.widgets.buttons import AppButton, IconButton
from desktop.widgets.choices import Tabs
from desktop.widgets.layout import FlowLayout, ScrollArea, columns, refill, rows
from desktop.widgets.marks import IconMark, NetworkMark, RiskBars
from desktop.widgets.text import Hairline, Label, Panel
from editorial.posts.differences import Comparison
from editorial.posts.passages import Passage
from editorial.posts.reading import Page

TABS = ("changes", "full", "media", "checks", "history")
TAB_WORDS = ("Changes", "Full post", "Media", "Checks", "History")


class ContentPanel(Panel):
    """One version of a post. `sign()` and `request()` tell the two decisions, `report()` that something is wrong.

    `finished(post id, number)` when its whole text was read. `compare(old, new)` asks for what differs between two
    versions, `read_version(number)` for one to read, and `commented(Passage)` tells that a person wants to comment on
    words of the text. `accept(place)`: they want to accept the warning at that place among the findings.
    """

    sign = Signal()
    request = Signal()
    report = Signal()
    finished = Signal(str, int)
    compare = Signal(int, int)
    read_version = Signal(int)
    commented = Signal(object)
    accept = Signal(int)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__("panel", parent)
        self._moments = context.moments
        self._pictures = Pictures(context, self)
        self._page: Page | None = None
        self._pages: Pages | None = None
        self._chosen: Comparison | None = None  # other versions than those that are compared by themselves
        self._built: set[str] = set()
        self._keep: dict[str, int] = {}
        self._blocks: list[TextBlock] = []
        self._changed: list[QWidget] = []
        self.read = Read()
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._look)
        column = rows(self)
        column.addWidget(self._head())
        column.addWidget(Hairline())
        self.strip = CompareStrip()
        self.strip.compare.connect(self.compare)
        self.strip.arranged.connect(self._arrange)
        self.strip.step.connect(self.step)
        column.addWidget(self.strip)
        self.stack = QStackedWidget()
        self._areas = {key: self._area(key) for key in TABS}
        column.addWidget(self.stack, 1)
        column.addWidget(Hairline())
        column.addWidget(self._foot())
        self.setMinimumWidth(300)

    # ---- building ----------------------------------------------------------------------------------------------------

    def _head(self) -> QWidget:
        whole = QWidget()
        column = rows(whole, margins=(20, 14, 20, 0), gap=5)
        top = columns(gap=8)
        self.title = Label("", "title", wrap=True)
        top.addWidget(self.title, 1)
        self._risk = columns()
        top.addLayout(self._risk)
        self.posts = AppButton("Posts", icon="list", size="compact")
        self.posts.hide()
        top.addWidget(self.posts, 0, Qt.AlignmentFlag.AlignTop)
        concern = IconButton("flag", "Report a concern…")
        concern.clicked.connect(self.report)
        top.addWidget(concern, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(top)
        facts = QWidget()
        self._facts = FlowLayout(facts, gap=8, line_gap=4)
        self.about = Label("", "small", "secondary")
        self._due = Label("", "small", "secondary")
        self._marks = QWidget()
        self._mark_line = columns(self._marks, gap=4)
        when = QWidget()
        line = columns(when, gap=5)
        line.addWidget(IconMark("calendar-clock", "secondary", 14))
        line.addWidget(self._due)
        for widget in (self.about, Label("·", "small", "tertiary"), when, Label("·", "small", "tertiary"), self._marks):
            self._facts.addWidget(widget)
        column.addWidget(facts)
        self.tabs = Tabs(list(zip(TABS, TAB_WORDS, strict=True)), label="Parts of the version")
        self.tabs.changed.connect(self._tab)
        column.addSpacing(4)
        column.addWidget(self.tabs)
        return whole

    def _foot(self) -> QWidget:
        whole = QWidget()
        line = columns(whole, margins=(20, 9, 20, 9), gap=8)
        self._eye = IconMark("eye", "secondary", 14)
        line.addWidget(self._eye)
        self.seen = Label("", "small", "secondary", wrap=True)
        self.seen.setMinimumWidth(look().px(84))
        line.addWidget(self.seen, 1)
        self.request_button = AppButton("Request changes…", icon="undo-2", hint="R", size="large")
        self.request_button.clicked.connect(self.request)
        self.sign_button = AppButton("Sign off…", "primary", icon="signature", hint="S", size="large")
        self.sign_button.clicked.connect(self.sign)
        buttons = QWidget()
        flow = FlowLayout(buttons, gap=8, line_gap=8, right=True)
        flow.addWidget(self.request_button)
        flow.addWidget(self.sign_button)
        line.addWidget(buttons, 2)
        return whole

    # ---- showing -----------------------------------------------------------------------------------------------------

    def show_page(self, page: Page) -> None:
        """Shows a version; the tab and the place in it stay when it is the one shown before."""
        before, self._page = self._page, page
        subject, snapshot = page.subject, page.subject.snapshot
        same = before is not None and _what(before) == _what(page)
        self.read.begin(subject.post_id, snapshot.number)
        if not same:
            self._chosen = None
        self._show_head(page)
        if before is None or _content(before) != _content(page):
            self._fill(page, same=same)
            self._show_compared(page)
        if not same:
            self.tabs.set_current("changes" if page.comparison is not None else "full")
        self._tab(self.tabs.current)

    def _show_head(self, page: Page) -> None:
        subject, snapshot = page.subject, page.subject.snapshot
        self.title.setText(snapshot.title)
        at = moment(subject.frozen_at, self._moments)
        self.about.setText(f"P-{subject.number}, version {snapshot.number} by {subject.author}, {at}")
        self._due.setText(planned(snapshot.when, snapshot.due, self._moments))
        networks = dict.fromkeys(content.network for content in snapshot.contents)
        refill(self._mark_line, [NetworkMark(network, 16) for network in networks])
        refill(self._risk, [RiskBars(page.risk)])
        self.sign_button.setEnabled(not page.why_not)
        self.sign_button.setToolTip(page.why_not)
        self.sign_button.setAccessibleDescription(page.why_not)
        self.request_button.setEnabled(page.subject.state == "in_review")

    def _fill(self, page: Page, *, same: bool) -> None:
        """Tabs are built when they are opened; those of the version shown before keep their place."""
        self._pages = Pages(page, self._moments, self._pictures, self._chosen, side_by_side=self.strip.side_by_side)
        self._keep = {key: self._areas[key].verticalScrollBar().value() for key in self._built} if same else {}
        self._built.clear()
        self._blocks.clear()
        self._changed.clear()
        self.tabs.set_count("full", counted(len(page.subject.snapshot.contents), "account"))
        self.tabs.set_count("media", f"{self._pages.picture_count:,}")
        self.tabs.set_count("checks", f"{len(page.findings):,}")

    def _show_compared(self, page: Page) -> None:
        """Says between which versions the changes are."""
        comparison = self._chosen or page.comparison
        self.tabs.setTabVisible(0, comparison is not None)
        if comparison is None:
            return
        found = comparison.differences
        self.tabs.set_count("changes", f"{found.count:,}")
        if self._chosen is not None:
            self.tabs.setTabText(0, "Changes")
        elif found.before == page.signed_before:
            self.tabs.setTabText(0, "Changes since you signed")
        else:
            self.tabs.setTabText(0, f"Changes since version {found.before}")
        self.strip.show_versions(page, found.before, found.after)

    def show_comparison(self, comparison: Comparison) -> None:
        """Shows the changes between two versions that a person chose."""
        page = self._page
        if page is None or page.subject.post_id != comparison.after.post_id:
            return
        usual = page.comparison.differences if page.comparison else None
        self._chosen = None if comparison.differences == usual else comparison
        self._fill(page, same=True)
        self._show_compared(page)
        self.tabs.set_current("changes")
        self._tab("changes")
        announce(self, f"{comparison.differences.count} changes")

    def _arrange(self) -> None:
        """Shows the changes of the same versions in one text, or side by side."""
        if self._page is not None:
            self._fill(self._page, same=True)
            self._tab("changes")

    def _area(self, key: str) -> ScrollArea:
        area = ScrollArea(QWidget())
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        area.setAccessibleName(self.tabs.tabText(TABS.index(key)))
        area.verticalScrollBar().valueChanged.connect(lambda _: self._soon.start())
        area.viewport().installEventFilter(self)
        self.stack.addWidget(area)
        return area

    def _build(self, key: str) -> None:
        if key in self._built or self._pages is None:
            return
        self._built.add(key)
        parts = self._parts(self._pages, key)
        inside, area = QWidget(), self._areas[key]
        column = rows(inside)
        for widget in ruled(parts)[:-1]:
            column.addWidget(widget)
        column.addStretch(1)
        inside.installEventFilter(self)
        for part in parts:
            if isinstance(part, TextBlock):
                self._blocks.append(part)
                part.opened.connect(self._soon.start)
                part.commented.connect(self.commented)
                part.selected.connect(partial(self._selected, part))
            if isinstance(part, VersionPart):
                part.wanted.connect(self.read_version)
            if isinstance(part, ChecksPart):
                part.accept.connect(self.accept)
        area.setWidget(inside)
        area.content = inside
        inside.setAutoFillBackground(False)
        QTimer.singleShot(0, area, lambda: area.verticalScrollBar().setValue(self._keep.get(key, 0)))

    def _parts(self, pages: Pages, key: str) -> list[QWidget]:
        if key == "changes":
            changes = pages.changes()
            self._changed = [widget for widget, changed in changes if changed]
            return [widget for widget, _ in changes]
        if key == "history":
            return list(pages.history())
        return {"full": pages.full, "media": pages.media, "checks": pages.checks}[key]()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Looks again at what is in sight when the place for it changes."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.LayoutRequest):
            self._soon.start()
        return super().eventFilter(watched, event)

    def _tab(self, key: str) -> None:
        self._build(key)
        self.stack.setCurrentWidget(self._areas[key])
        self.strip.setVisible(key == "changes")
        self._soon.start()

    # ---- what was read -----------------------------------------------------------------------------------------------

    @property
    def area(self) -> ScrollArea:
        """The part that is shown."""
        return self._areas[self.tabs.current]

    @property
    def passage(self) -> Passage | None:
        """The words that are selected in the part that is shown."""
        shown = [block for block in self._blocks if self.area.isAncestorOf(block)]
        return next((block.passage for block in shown if block.passage is not None), None)

    def _selected(self, block: TextBlock) -> None:
        for other in self._blocks:
            if other is not block:
                other.deselect()

    @property
    def unread(self) -> list[str]:
        """The accounts whose text was not yet in sight as a whole, in the order of the version."""
        if self._page is None:
            return []
        accounts = [content.account_id for content in self._page.subject.snapshot.contents]
        return [account for account in accounts if account not in self.read.accounts]

    def _look(self) -> None:
        if self._page is None:
            return
        before = len(self.unread)
        self.read.look(self.area, [block for block in self._blocks if self.area.isAncestorOf(block)])
        if before and not self.unread:
            self.finished.emit(*_what(self._page))
        every = len(self._page.subject.snapshot.contents)
        self.seen.setText(f"You opened {every - len(self.unread)} of {every} versions")
        self._eye.set_icon("eye" if self.unread else "check", "secondary" if self.unread else "success")

    def show_unread(self) -> None:
        """Brings the first text that was not read into sight, in the full post."""
        wanted = set(self.unread)
        self.tabs.set_current("full")
        area = self._areas["full"]
        for block in self._blocks:
            if area.isAncestorOf(block) and wanted & set(block.accounts):
                self._bring(area, block)
                area.setFocus(Qt.FocusReason.ShortcutFocusReason)
                return

    # ---- moving ------------------------------------------------------------------------------------------------------

    def focus_text(self) -> None:
        """Moves the focus into the part that is shown: arrows scroll there."""
        self.area.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def open_tab(self, place: int) -> None:
        """Opens the tab that stands at a place, counted from 0 among those shown."""
        shown = [index for index in range(self.tabs.count()) if self.tabs.isTabVisible(index)]
        if place < len(shown):
            self.tabs.setCurrentIndex(shown[place])

    def step(self, step: int) -> None:
        """Goes to the next (1) or the previous (-1) change."""
        if self._page is None or self._page.comparison is None:
            return
        self.tabs.set_current("changes")
        area = self._areas["changes"]
        if not self._changed:
            return
        here = area.verticalScrollBar().value()
        tops = [widget.y() for widget in self._changed]
        following = [top for top in tops if top > here] if step > 0 else [top for top in tops if top < here][::-1]
        top = following[0] if following else tops[-1 if step > 0 else 0]
        area.verticalScrollBar().setValue(top)
        announce(self, f"Change {tops.index(top) + 1} of {len(tops)}")

    @staticmethod
    def _bring(area: ScrollArea, block: TextBlock) -> None:
        area.verticalScrollBar().setValue(block.y())


def _what(page: Page) -> tuple[str, int]:
    return page.subject.post_id, page.subject.snapshot.number


def _content(page: Page) -> Page:
    """The page without what stands elsewhere: a new comment does not build the version anew."""
    return replace(page, subject=replace(page.subject, comments=()))
