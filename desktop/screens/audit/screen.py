"""The Audit screen (picture 15): verification, the table of entries, and one entry's proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QSplitter, QWidget

from connectors.registry import connector, names
from desktop.concerns import ConcernsDialog
from desktop.context import Context
from desktop.heavy import check_log
from desktop.screens.audit.bars import DAYS, Day, DayBars
from desktop.screens.audit.detail import EntryDetail
from desktop.screens.audit.export import ExportDialog
from desktop.screens.audit.export_scope import Shown
from desktop.screens.audit.filters import FilterBar, day_label
from desktop.screens.audit.rows import GROUPS, Checked, Page, table_rows
from desktop.screens.audit.standing import Words, checking, told
from desktop.screens.base import Command, Screen
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import AppButton
from desktop.widgets.layout import rows
from desktop.widgets.table import DataTable
from desktop.widgets.table_model import Column, TableRow
from desktop.widgets.table_model import Entry as Row
from desktop.widgets.text import Hairline, Panel
from editorial.audit.browsing import COUNTED, Around, Browsing, Sought, Standing
from editorial.audit.proving import Proof, prove
from editorial.audit.verify import Verdict
from editorial.changes import Kind
from editorial.errors import DeskError
from editorial.people.permissions import May

PAGE = 100
CHECK_AGAIN = timedelta(minutes=30)
"""How long newer entries wait for a check while the screen is open."""


@dataclass(frozen=True)
class _Found:
    """What one reading gives. `count` is that of the entries sought."""

    sought: Sought
    page: Page
    rows: list[Row]
    size: int
    count: int
    standing: Standing


@dataclass(frozen=True)
class _Beside:
    """What stands over the table, and is read after it: counting the days of a long log takes longest."""

    days: list[Day]
    people: list[tuple[str, str]]
    networks: list[tuple[str, str]]


class AuditScreen(Screen):
    """What happened, and that it was not changed since."""

    key, title, icon = "audit", "Audit", "shield-check"
    kinds = frozenset({Kind.LOG})

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._page, self._shown = Page(), Sought()
        self._size = self._count = 0
        self._verdict: Verdict | None = None
        self._checked_at: datetime | None = None
        self._standing: Standing | None = None
        self._checking = self._reviewed = self._all_read = False
        self._wanted = -1  # the entry whose proof was asked for last
        split = QSplitter(Qt.Orientation.Horizontal)
        rows(self.content).addWidget(split)
        split.addWidget(self._list())
        self.detail = EntryDetail(context.moments)
        self.detail.step.connect(self._step)
        self.detail.about.connect(self._only_about)
        split.addWidget(self.detail)
        split.setStretchFactor(0, 1)
        split.setSizes([850, 368])
        split.setChildrenCollapsible(False)
        self.detail.setMinimumWidth(300)
        self.detail.show_entry(None)
        self.shortcut("Alt+Up", lambda: self._step(1))
        self.shortcut("Alt+Down", lambda: self._step(-1))
        self._again_later = QTimer(self, interval=round(CHECK_AGAIN.total_seconds() * 1000))
        self._again_later.timeout.connect(self._check_newer)

    @cached_property
    def browsing(self) -> Browsing:
        """How entries are found."""
        return Browsing(self.context.desk)

    # ---- building ----------------------------------------------------------------------------------------------------

    def _list(self) -> QWidget:
        panel = Panel("panel")
        column = rows(panel, gap=0)
        top = QWidget()
        head = rows(top, margins=(18, 12, 18, 10), gap=12)
        self.banner_box = rows()
        head.addLayout(self.banner_box)
        self.banner: Banner | None = None
        self.verify_button = AppButton("Verify now", icon="rotate-cw")
        self.bars = DayBars()
        head.addWidget(self.bars)
        self.filters = FilterBar(self.context.moments)
        self.bars.chosen.connect(self.filters.set_days)
        self.filters.changed.connect(self._filter_changed)
        head.addWidget(self.filters)
        column.addWidget(top)
        column.addWidget(Hairline())
        self.table = DataTable(
            "Audit entries",
            (
                Column("Entry", 78),
                Column(f"Time ({self.context.moments.zone_label()})", 142),
                Column("What happened", 230),
                Column("Who", 160),
                Column("About", 0),
                Column("", 40, right=True),
            ),
            row_height=32,
            even=True,
        )
        self.table.chosen.connect(self._chosen)
        self.table.near_end.connect(self._more)
        column.addWidget(self.table, 1)
        return panel

    # ---- what the shell asks -----------------------------------------------------------------------------------------

    def regions(self) -> Sequence[QWidget]:
        """Verification, the days, the table, the details."""
        return (*((self.verify_button,) if self.banner is not None else ()), self.bars, self.table, self.detail)

    def commands(self) -> Sequence[Command]:
        """Verify, and export where the role allows it."""
        found = [Command("Verify the log now", self.verify, "V")]
        if self.context.may(May.EXPORT):
            found.append(Command("Export the log…", self.export, "Ctrl+E"))
        return [*found, Command("All concerns…", lambda: ConcernsDialog(self.context, self.window()).open_soon())]

    def show_item(self, item: str) -> None:
        """An entry by number, or every entry about a thing."""
        if item.isdigit():
            self.table.choose(item)
        elif item:
            self._only_about(item)

    def refresh(self) -> None:
        """The newest page, with what was read below it; the verification of earlier entries stays what it was."""
        if not self._reviewed:
            self._reviewed = True
            actor = self.context.actor
            self.run(lambda: self.context.auditing.note_reviewed(actor))
        self.load(self._read, self._show)
        if self.banner is None:
            self._say(checking(0))

    # ---- reading -----------------------------------------------------------------------------------------------------

    def _sought(self) -> Sought:
        """The filter, as entries are found by it. Reads: on the database thread."""
        chosen = self.filters.now
        first, last = chosen.days or (None, None)
        moments = self.browsing.moments(first, last) if first and last else []
        objects: tuple[str, ...] = (chosen.object_id,) if chosen.object_id else ()
        if chosen.text:
            objects = self.browsing.posts(chosen.text) or ("none",)
        return Sought(
            objects=objects,
            actor_id=chosen.person,
            prefixes=GROUPS[chosen.group][1],
            network=chosen.network,
            since=moments[0] if moments else None,
            until=moments[-1] if moments else None,
        )

    def _read(self) -> _Found:
        sought, before = self._sought(), self._page.entries
        entries = self.browsing.page(sought, limit=PAGE)
        same = sought == self._shown and before and entries
        if same and before[0].seq >= entries[-1].seq:  # what was read below stays
            entries += tuple(entry for entry in before if entry.seq < entries[-1].seq)
        size = self.context.auditing.size()
        page = Page(entries, self.browsing.checkpoints(entries[-1].seq, size - 1) if entries else ())
        return _Found(
            sought=sought,
            page=page,
            rows=self._rows(page),
            size=size,
            count=self.browsing.count(sought),
            standing=self.browsing.standing(),
        )

    def _read_beside(self) -> _Beside:
        today = self.context.moments.now().date()
        first = today - timedelta(days=DAYS - 1)
        counts = self.browsing.per_day(first, today)
        days = [first + timedelta(days=number) for number in range(DAYS)]
        return _Beside(
            days=[Day(day, day_label(day), count) for day, count in zip(days, counts, strict=True)],
            people=[(card.id, card.name) for card in self.context.people.cards()],
            networks=[(key, connector(key).spec.label) for key in self.browsing.networks() if key in names()],
        )

    def _rows(self, page: Page, above: int | None = None) -> list[Row]:
        verdict, at, moments = self._verdict, self._checked_at, self.context.moments
        checked = Checked()
        if verdict is not None and at is not None and verdict.problem is None:
            checked = Checked(verdict.size, f"The next check runs at {moments.time(at + CHECK_AGAIN)}.")
        return table_rows(page, checked, moments, above)

    def _show(self, found: _Found) -> None:
        self._page, self._size, self._count = found.page, found.size, found.count
        self._shown, self._standing = found.sought, found.standing
        self._all_read = len(found.page.entries) >= found.count
        self.run(self._read_beside, self._show_beside)
        self.filters.count.setText(f"{_many(found.count, found.size)} of {found.size:,}")
        self._put(found.rows)
        if not self.table.current_key and self._page.entries:
            self.table.choose(str(self._page.entries[0].seq))
        self._chosen(self.table.current_key)
        if self._verdict is None and not self._checking:
            self.verify(note=False)
        elif not self._checking:
            self._show_verdict()

    def _show_beside(self, found: _Beside) -> None:
        self.bars.show_days(found.days)
        self.filters.offer(found.people, found.networks)

    def _put(self, shown: list[Row]) -> None:
        """Other rows, with what is in sight kept in its place."""
        bar = self.table.verticalScrollBar()
        index = self.table.indexAt(QPoint(0, 0))
        key = self.table.table.shown[index.row()].key if bar.value() and index.isValid() else ""
        top = self.table.visualRect(index).top()
        self.table.set_rows(shown)
        if key and (place := self.table.table.place(key)) >= 0:
            self.table.doItemsLayout()
            bar.setValue(bar.value() + self.table.visualRect(self.table.table.index(place, 0)).top() - top)

    def _more(self) -> None:
        if not self._page.entries or self._all_read:
            return
        last = self._page.entries[-1].seq

        def read() -> tuple[Page, list[Row]] | None:
            if self._page.entries[-1].seq != last:
                return None  # somebody asked twice
            entries = self.browsing.page(self._shown, before=last, limit=PAGE)
            if not entries:
                return Page(), []
            page = Page(entries, self.browsing.checkpoints(entries[-1].seq, last - 1))
            return page, self._rows(page, last)

        def show(found: tuple[Page, list[Row]] | None) -> None:
            if found is None or self._page.entries[-1].seq != last:
                return
            page, shown = found
            self._all_read = not page.entries
            self._page = Page(self._page.entries + page.entries, self._page.signed + page.signed)
            self.table.append_rows(shown)

        self.run(read, show)

    # ---- filters -----------------------------------------------------------------------------------------------------

    def _filter_changed(self) -> None:
        self.bars.show_span(self.filters.now.days)
        self.refresh()

    def _only_about(self, object_id: str) -> None:
        self.filters.set(replace(self.filters.now, object_id=object_id, text=""))

    # ---- one entry ---------------------------------------------------------------------------------------------------

    def _chosen(self, key: str) -> None:
        entry = next((entry for entry in self._page.entries if str(entry.seq) == key), None)
        if entry is None or (entry == self.detail.entry and self.detail.proven):
            return
        if entry != self.detail.entry:
            self.detail.show_entry(entry)
        self._wanted = entry.seq

        def read() -> tuple[Proof, Around] | None:
            if self._wanted != entry.seq:
                return None  # passed by meanwhile
            return prove(self.context.desk, entry.seq), self.browsing.around(entry)

        def show(found: tuple[Proof, Around] | None) -> None:
            if found is not None:
                self.detail.show_place(*found)

        self.run(read, show)

    def _step(self, move: int) -> None:
        shown = [row.key for row in self.table.table.shown if isinstance(row, TableRow)]
        if self.table.current_key in shown:
            place = shown.index(self.table.current_key) - move
            if 0 <= place < len(shown):
                self.table.choose(shown[place])
                self._chosen(shown[place])

    # ---- verification and export -------------------------------------------------------------------------------------

    def verify(self, *, note: bool = True) -> None:
        """Has the whole log recomputed in the worker process; with `note` that becomes an entry."""
        if self._checking:
            return
        self._checking = True
        self._say(checking(self._size))
        actor = self.context.actor

        def done(verdict: Verdict) -> None:
            self._checking = False
            self._verdict, self._checked_at = verdict, self.context.moments.now()
            self._again_later.start()
            self._show_verdict()
            self.load(self._read, self._show)
            if note:
                self.run(lambda: self.context.auditing.note_verified(actor, verdict))

        def failed(error: DeskError) -> None:
            self._checking = False
            self._say(Words("danger", error.title, f"{error.what} {error.advice}"))

        self.context.bridge.work(
            check_log, str(self.context.folder), then=done, failed=failed, owner=self, heard=self._heard
        )

    def _heard(self, done: int, total: int) -> None:
        if self.banner is not None and self._checking:
            self.banner.sentence.setText(f"{100 * done // total} % is recomputed on this computer.")

    def _check_newer(self) -> None:
        if self.isVisible() and self._verdict is not None and self._size > self._verdict.size:
            self.verify(note=False)

    def _show_verdict(self) -> None:
        if self._verdict is None or self._checked_at is None or self._standing is None:
            return
        newer = self._size - self._verdict.size
        self._say(told(self._verdict, self._standing, self._checked_at, newer, self.context.moments))

    def _say(self, words: Words) -> None:
        if self.banner is not None and self.banner.kind == words.kind:
            self.banner.set_text(words.title, words.sentence)
            self.verify_button.setEnabled(not self._checking)
            return
        if self.banner is not None:
            self.banner.hide()
            self.banner_box.removeWidget(self.banner)
            self.banner.deleteLater()
        icons = {"success": "shield-check", "warning": "hourglass"}
        self.banner = Banner(words.kind, words.title, words.sentence, icon=icons.get(words.kind, ""), inline=True)
        self.verify_button = AppButton("Verify now", icon="rotate-cw")
        self.verify_button.clicked.connect(lambda: self.verify())
        self.verify_button.setEnabled(not self._checking)
        self.banner.add_action(self.verify_button)
        if self.context.may(May.EXPORT):
            export = AppButton("Export…", "primary", icon="download")
            export.clicked.connect(self.export)
            self.banner.add_action(export)
        self.banner_box.addWidget(self.banner)

    def export(self) -> None:
        """Opens the export dialog, which offers what is shown now."""
        verdict = self._verdict
        verified = verdict.size if verdict is not None and verdict.problem is None else 0
        shown = Shown(self._shown, _many(self._count, self._size), self._size, verified)
        ExportDialog(self.context, self.window(), shown).open_soon()


def _many(count: int, size: int) -> str:
    return f"more than {COUNTED:,}" if COUNTED < count < size else f"{count:,}"
