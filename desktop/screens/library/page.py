"""The tab with the authorizations: search, filters, the table, and what needs a person above it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.counts import counted
from desktop.look import look
from desktop.moments import Moments
from desktop.screens.library.words import FILTERS, belongs, ended_words, found_in, shown, table_row
from desktop.widgets.banner import Banner, EmptyState
from desktop.widgets.buttons import AppButton
from desktop.widgets.choices import Segmented
from desktop.widgets.layout import FlowLayout, rows
from desktop.widgets.table import DataTable
from desktop.widgets.table_model import Column
from editorial.authorizations.catalogue import Row
from editorial.tasks import TaskKind

TAGS_FROM = 840
"""Below this width of the page, at text size 100 %, tags would be cut, and purposes stand in the details alone."""

PURPOSES = 4
"""The place of their column."""


class AuthorizationsPage(QWidget):
    """Shows rows. `chosen(id)` when another one is chosen, `add()` for the first one."""

    chosen = Signal(str)
    add = Signal()

    def __init__(self, moments: Moments, *, keeps: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._moments = moments
        self._rows: tuple[Row, ...] = ()
        self._tags = True
        column = rows(self)
        self._place = rows(margins=(18, 12, 18, 0), gap=0)
        column.addLayout(self._place)
        self.banner: Banner | None = None
        self._bar = self._tools()
        column.addWidget(self._bar)
        self.table = DataTable(
            "Authorizations",
            (
                Column("No.", 66), Column("Person", 104), Column("Covers", 208), Column("Networks", 84),
                Column("Purposes", 0), Column("State", 150), Column("Until", 110), Column("Posts", 62, right=True),
            ),
        )  # fmt: skip
        self.table.chosen.connect(self.chosen)
        self.none = EmptyState("search", "Nothing found", "Search for another name or number, or show all.")
        self.empty = EmptyState("file-check", "The register is empty", "Posts about patients rest on what is in here.")
        first = AppButton("Add authorization…", "primary", icon="plus")
        first.clicked.connect(self.add)
        first.setVisible(keeps)
        self.empty.add_action(first)
        for widget in (self.table, self.none, self.empty):
            column.addWidget(widget, 1)

    def _tools(self) -> QWidget:
        bar = QWidget()
        inside = rows(bar, margins=(18, 12, 18, 12))
        flow = FlowLayout(None, gap=8, line_gap=8)
        inside.addLayout(flow)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search person or number")
        self.search.setAccessibleName("Search person or number")
        self.search.setClearButtonEnabled(True)
        self.search.addAction(look().icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.setFixedWidth(look().px(230))
        self.search.textChanged.connect(lambda _: self._paint())
        self.filters = Segmented(FILTERS, label="Which authorizations")
        self.filters.changed.connect(lambda _: self._paint())
        flow.addWidget(self.search)
        flow.addWidget(self.filters)
        return bar

    def show_rows(self, found: Sequence[Row]) -> None:
        """Shows the register; the chosen row stays."""
        self._rows = tuple(found)
        for key, label in FILTERS:
            self.filters.set_text(key, label, f"{sum(belongs(row, key) for row in found)}")
        self._show_banner()
        self._paint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shows less where there is no room."""
        super().resizeEvent(event)
        tags = self.width() >= look().px(TAGS_FROM)
        if tags != self._tags:
            self._tags = tags
            self.table.show_column(PURPOSES, tags)
            self._paint()

    def show_all(self) -> None:
        """Takes filter and search away."""
        self.filters.set_current("all")
        self.search.clear()
        self._paint()

    def _paint(self) -> None:
        kept = [row for row in self._rows if belongs(row, self.filters.current) and found_in(row, self.search.text())]
        before = self.table.current_key
        self.table.set_rows([table_row(row, self._moments, tags=self._tags) for row in kept])
        self.table.setVisible(bool(kept))
        self._bar.setVisible(bool(self._rows))
        self.none.setVisible(bool(self._rows) and not kept)
        self.empty.setVisible(not self._rows)
        if kept and self.table.current_key not in {row.id for row in kept}:
            self.table.choose(kept[0].id)
        if self.table.current_key != before:
            self.chosen.emit(self.table.current_key)

    def _show_banner(self) -> None:
        """What is online without an authorization is never overlooked."""
        if self.banner is not None:
            self.banner.hide()
            self._place.removeWidget(self.banner)
            self.banner.deleteLater()
            self.banner = None
        live = [row for row in self._rows if any(task.kind is TaskKind.TAKE_DOWN for task in row.tasks)]
        if not live:
            return
        row, count = live[0], sum(task.kind is TaskKind.TAKE_DOWN for task in live[0].tasks)
        title = ended_words(row, self._moments)
        rest = f" So do {len(live) - 1} others." if len(live) > 1 else ""
        words = f"{counted(count, 'post is', 'posts are')} still to be taken down.{rest}"
        self.banner = Banner("danger", title, words, icon=shown(row).icon, inline=True)
        show = AppButton("Show", size="compact")
        show.setAccessibleName(f"Show {row.name}")
        show.clicked.connect(lambda: self._show_one(row.id))
        self.banner.add_action(show)
        self._place.addWidget(self.banner)

    def _show_one(self, key: str) -> None:
        self.show_all()
        self.table.choose(key)
        self.table.setFocus(Qt.FocusReason.OtherFocusReason)
        self.chosen.emit(key)
