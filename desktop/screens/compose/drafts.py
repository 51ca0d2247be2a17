"""The list of posts at the left: mine or the team's, in the order of work, with what is published at the bottom."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from desktop.look import look
from desktop.moments import Moments
from desktop.screens.compose.words import GROUPS, STATES, second_line, title_of
from desktop.widgets.buttons import AppButton, IconButton
from desktop.widgets.choices import Segmented
from desktop.widgets.layout import Box, columns, rows
from desktop.widgets.rows import Item, Row, RowListView, Section
from desktop.widgets.spans import Line, Span
from desktop.widgets.text import Hairline, Label, Panel
from editorial.posts.listing import Listed, Shelf
from editorial.posts.states import PostState

MARKS = 3
_ICONS = {PostState.IN_REVIEW: ("eye", "info"), PostState.SCHEDULED: ("clock", "accent")}
_SORTS: dict[str, tuple[str, Callable[[Listed], str | int] | None]] = {
    "time": ("Earliest time first", None),
    "title": ("By title", lambda row: row.title.casefold()),
    "newest": ("Newest first", lambda row: -row.number),
}


class DraftsPanel(Panel):
    """The list of posts. `opened(post id)` when a person chooses one."""

    opened = Signal(str)

    def __init__(self, person_id: str, moments: Moments, parent: QWidget | None = None) -> None:
        super().__init__("app", parent)
        self._person, self._moments = person_id, moments
        self._shelf = Shelf((), 0)
        self._network, self._sort = "", "time"
        column = rows(self)
        column.addLayout(self._top())
        self.list = RowListView("Posts", height=53, gap=4, surface="app")
        self.list.chosen.connect(self.opened)
        self.list.opened.connect(self.opened)
        self.nothing = Label("", "small", "secondary", wrap=True)
        self.nothing.setContentsMargins(14, 6, 14, 6)
        column.addWidget(self.nothing)
        column.addWidget(self.list, 1)
        column.addWidget(Hairline())
        column.addLayout(self._foot())

    def _top(self) -> Box:
        self.whose = Segmented([("mine", "Mine"), ("team", "Team")], label="Whose posts")
        self.whose.changed.connect(lambda _: self._fill())
        self.filter = IconButton("list-filter", "Show one network only")
        self.filter.clicked.connect(self._ask_filter)
        self.sort = IconButton("arrow-down-up", "Order of the posts")
        self.sort.clicked.connect(self._ask_sort)
        line = columns(margins=(14, 11, 8, 8), gap=2)
        line.addWidget(self.whose)
        line.addStretch(1)
        line.addWidget(self.filter)
        line.addWidget(self.sort)
        return line

    def _foot(self) -> Box:
        self.archive = AppButton("Published", "ghost", icon="archive")
        self.archive.setCheckable(True)
        self.archive.toggled.connect(lambda _: self._fill(to_end=True))
        self._count = Label("", "caption", "secondary")
        foot = columns(margins=(4, 1, 14, 1))
        foot.addWidget(self.archive)
        foot.addStretch(1)
        foot.addWidget(self._count)
        return foot

    # ---- what is shown -----------------------------------------------------------------------------------------------

    def show_shelf(self, shelf: Shelf, current: str) -> None:
        """Shows the posts and marks the open one, without telling."""
        self._shelf = shelf
        self._count.setText(f"{shelf.published:,}")
        self.archive.setAccessibleName(f"Published posts, {shelf.published:,}")
        mine = sum(row.author_id == self._person for row in self._working())
        self.whose.set_text("mine", "Mine", f"{mine:,}")
        self.whose.set_text("team", "Team", f"{len(self._working()):,}")
        shown = next((row for row in shelf.rows if row.post_id == current), None)
        if shown is not None and shown.author_id != self._person:
            self.whose.set_current("team")
        self._fill()
        self.choose(current)

    def choose(self, post_id: str) -> None:
        """Marks a post as the open one."""
        self.list.choose(post_id)

    @property
    def first(self) -> str:
        """The post at the top of the list, or an empty text."""
        return next((item.key for item in self.list.rows.items if isinstance(item, Row)), "")

    @property
    def count(self) -> int:
        """How many posts are being worked on, of those shown."""
        return len([row for row in self._shown() if row.state is not PostState.PUBLISHED])

    def _working(self) -> list[Listed]:
        return [row for row in self._shelf.rows if row.state is not PostState.PUBLISHED]

    def _shown(self) -> list[Listed]:
        mine = self.whose.current == "mine"
        found = [row for row in self._shelf.rows if not mine or row.author_id == self._person]
        return [row for row in found if not self._network or self._network in row.networks]

    def _fill(self, *, to_end: bool = False) -> None:
        found = self._shown()
        key = _SORTS[self._sort][1]
        if key is not None:
            found.sort(key=key)
        items: list[Item] = []
        for state, title in GROUPS:
            items += self._group(title, [row for row in found if row.state is state])
        if self.archive.isChecked():
            items += self._group("Published", [row for row in found if row.state is PostState.PUBLISHED])
        self.list.set_rows(items)
        if to_end and self.archive.isChecked():
            self.list.scrollToBottom()
        filtered = f" on {look().network_name(self._network)}" if self._network else ""
        whose = "You have no posts" if self.whose.current == "mine" else "There are no posts"
        self.nothing.setText(f"{whose}{filtered} yet.")
        self.nothing.setVisible(not items)

    def _group(self, title: str, found: Sequence[Listed]) -> list[Item]:
        if not found:
            return []
        return [Section(title, f"{len(found):,}"), *(self._row(each) for each in found)]

    def _row(self, row: Listed) -> Row:
        words, tone = second_line(row, self._moments)
        right: list[Span] = []
        if row.must_fix:
            right += [
                Span(icon="octagon-x", tone="danger", role="caption"),
                Span(f"{row.must_fix:,}", "caption", "secondary"),
            ]
        if row.state in _ICONS:
            right.append(Span(icon=_ICONS[row.state][0], tone=_ICONS[row.state][1], role="caption"))
        more = max(0, len(row.networks) - MARKS)
        if row.networks:
            right.append(Span(networks=row.networks[:MARKS], more=more))
        title = title_of(row.title)
        lines = (
            Line((Span(title, "bodyStrong"),)),
            Line((Span(words, "caption", tone, weight=600 if tone == "warning" else 0),), tuple(right)),
        )
        return Row(row.post_id, lines, self._sentence(row, title, words), tooltip=title)

    def _sentence(self, row: Listed, title: str, words: str) -> str:
        state = "Published" if row.state is PostState.PUBLISHED else look().theme.state(STATES[row.state]).label
        parts = [f"{title}. {state}", words]
        if row.must_fix:
            parts.append(f"{row.must_fix:,} to fix")
        if row.author_id != self._person:
            parts.append(f"by {row.author}")
        if row.networks:
            parts.append(", ".join(look().network_name(each) for each in row.networks))
        return ". ".join(parts)

    # ---- filter and order --------------------------------------------------------------------------------------------

    def _ask_filter(self) -> None:
        networks = sorted({each for row in self._shelf.rows for each in row.networks}, key=look().network_name)
        choices = [("", "All networks"), *((each, look().network_name(each)) for each in networks)]
        self._menu(self.filter, choices, self._network, self._set_filter)

    def _ask_sort(self) -> None:
        self._menu(self.sort, [(key, text) for key, (text, _) in _SORTS.items()], self._sort, self._set_sort)

    def _menu(
        self, anchor: QWidget, choices: Sequence[tuple[str, str]], current: str, chosen: Callable[[str], None]
    ) -> None:
        menu = QMenu(self)
        group = QActionGroup(menu)
        for key, text in choices:
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(key == current)
            action.triggered.connect(lambda _=False, key=key: chosen(key))
            group.addAction(action)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(anchor.mapToGlobal(QPoint(0, anchor.height())))

    def _set_filter(self, network: str) -> None:
        self._network = network
        name = f"Showing {look().network_name(network)} only" if network else "Show one network only"
        self.filter.set_label(name)
        self.filter.setCheckable(bool(network))
        self.filter.setChecked(bool(network))
        self._fill()

    def _set_sort(self, sort: str) -> None:
        self._sort = sort
        self._fill()
