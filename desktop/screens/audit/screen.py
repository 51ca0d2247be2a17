"""The Audit screen (picture 15): verification, the table of entries, and one entry's proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QWidget

from desktop.context import Context
from desktop.heavy import check_log
from desktop.screens.audit.bars import DayBars
from desktop.screens.audit.detail import EntryDetail
from desktop.screens.audit.export import ExportDialog
from desktop.screens.audit.rows import GROUPS, table_rows
from desktop.screens.base import Command, Screen
from desktop.widgets.banner import Banner, BannerKind
from desktop.widgets.buttons import AppButton
from desktop.widgets.fields import Combo
from desktop.widgets.layout import Box, columns, rows
from desktop.widgets.table import DataTable
from desktop.widgets.table_model import Column
from desktop.widgets.text import Hairline, Label, Panel
from editorial.audit.auditing import Entry
from editorial.audit.verify import Verdict, gone_words
from editorial.changes import Kind
from editorial.errors import DeskError
from editorial.people.permissions import May

PAGE = 200


@dataclass(frozen=True)
class Filter:
    """Which entries are shown."""

    group: str = "all"
    person: str = ""
    object_id: str = ""


class AuditScreen(Screen):
    """What happened, and that it was not changed since."""

    key, title, icon = "audit", "Audit", "shield-check"
    kinds = frozenset({Kind.LOG})

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._filter = Filter()
        self._entries: list[Entry] = []
        self._verdict: Verdict | None = None
        self._checking = False
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

    # ---- building ----------------------------------------------------------------------------------------------------

    def _list(self) -> QWidget:
        panel = Panel("panel")
        column = rows(panel, gap=0)
        top = QWidget()
        head = rows(top, margins=(18, 12, 18, 10), gap=12)
        self.banner_box = rows()
        head.addLayout(self.banner_box)
        self.banner: Banner | None = None
        self.bars = DayBars()
        head.addWidget(self.bars)
        head.addLayout(self._filters())
        column.addWidget(top)
        column.addWidget(Hairline())
        self.table = DataTable(
            "Audit entries",
            (
                Column("Entry", 78),
                Column("Time", 142),
                Column("What happened", 230),
                Column("Who", 160),
                Column("About", 0),
                Column("", 40, right=True),
            ),
            row_height=32,
        )
        self.table.chosen.connect(self._chosen)
        self.table.near_end.connect(self._more)
        column.addWidget(self.table, 1)
        return panel

    def _filters(self) -> Box:
        line = columns(gap=8)
        self.people = Combo("People")
        self.people.addItem("All people", "")
        self.people.currentIndexChanged.connect(self._filter_changed)
        self.groups = Combo("What happened")
        for key, (label, _) in GROUPS.items():
            self.groups.addItem(label, key)
        self.groups.currentIndexChanged.connect(self._filter_changed)
        self.only = AppButton("Show all again", "soft", icon="x", size="compact")
        self.only.clicked.connect(lambda: self._only_about(""))
        self.only.hide()
        self.count = Label("", "small", "secondary")
        line.addWidget(self.people)
        line.addWidget(self.groups)
        line.addWidget(self.only)
        line.addStretch(1)
        line.addWidget(self.count)
        return line

    # ---- what the shell asks -----------------------------------------------------------------------------------------

    def regions(self) -> Sequence[QWidget]:
        """Verification, the table, the details."""
        return (*((self.verify_button,) if self.banner is not None else ()), self.table, self.detail)

    def commands(self) -> Sequence[Command]:
        """Verify, and export where the role allows it."""
        found = [Command("Verify the log now", self.verify, "V")]
        if self.context.may(May.EXPORT):
            found.append(Command("Export the log…", self.export, "Ctrl+E"))
        return found

    def show_item(self, item: str) -> None:
        """An entry by number, or every entry about a thing."""
        if item.isdigit():
            self.table.choose(item)
        elif item:
            self._only_about(item)

    def refresh(self) -> None:
        """The newest page; the verification of earlier entries stays what it was."""
        self.load(self._read, self._show)
        if self._verdict is None and not self._checking:
            self.verify(note=False)

    # ---- reading -----------------------------------------------------------------------------------------------------

    def _read(self) -> tuple[tuple[Entry, ...], dict[str, int], int, list[tuple[str, str]]]:
        auditing = self.context.auditing
        people = [(card.id, card.name) for card in self.context.people.cards()]
        return self._page(None), auditing.per_day(), auditing.size(), people

    def _page(self, before: int | None) -> tuple[Entry, ...]:
        chosen = self._filter
        return self.context.auditing.entries(
            before=before,
            limit=PAGE,
            object_id=chosen.object_id,
            actor_id=chosen.person,
            prefixes=GROUPS[chosen.group][1],
        )

    def _show(self, found: tuple[tuple[Entry, ...], dict[str, int], int, list[tuple[str, str]]]) -> None:
        entries, days, size, people = found
        self._entries = list(entries)
        self.bars.show_days([(self._day(day), count) for day, count in days.items()])
        self.count.setText(f"{len(entries):,}{'+' if len(entries) == PAGE else ''} of {size:,}")
        known = {self.people.itemData(place) for place in range(self.people.count())}
        for person_id, name in people:
            if person_id not in known:
                self.people.addItem(name, person_id)
        self._paint_rows()
        if self._verdict is not None and not self._checking:
            self._show_verdict()

    def _day(self, iso: str) -> str:
        day = date.fromisoformat(iso)
        return f"{day.day} {day:%b}"

    def _paint_rows(self) -> None:
        verified = self._verdict.size if self._verdict is not None and self._verdict.problem is None else 0
        self.table.set_rows(table_rows(self._entries, verified, self.context.moments))
        if not self.table.current_key and self._entries:
            self.table.choose(str(self._entries[0].seq))
        self._chosen(self.table.current_key)

    def _more(self) -> None:
        if not self._entries or len(self._entries) % PAGE:
            return
        before = self._entries[-1].seq

        def show(page: tuple[Entry, ...]) -> None:
            if page and self._entries and page[0].seq < self._entries[-1].seq:
                self._entries += page
                self._paint_rows()

        self.run(lambda: self._page(before), show)

    def _filter_changed(self) -> None:
        self._filter = Filter(
            self.groups.currentData() or "all", self.people.currentData() or "", self._filter.object_id
        )
        self.refresh()

    def _only_about(self, object_id: str) -> None:
        self._filter = Filter(self._filter.group, self._filter.person, object_id)
        self.only.setVisible(bool(object_id))
        self.refresh()

    # ---- one entry ---------------------------------------------------------------------------------------------------

    def _chosen(self, key: str) -> None:
        place = next((place for place, entry in enumerate(self._entries) if str(entry.seq) == key), None)
        if place is None:
            return
        newer = self._entries[place - 1] if place else None
        entry = self._entries[place]
        following = newer.leaf_hash if newer is not None and newer.seq == entry.seq + 1 else ""
        self.detail.show_entry(entry, following)

    def _step(self, move: int) -> None:
        keys = [str(entry.seq) for entry in self._entries]
        if self.table.current_key in keys:
            place = keys.index(self.table.current_key) - move
            if 0 <= place < len(keys):
                self.table.choose(keys[place])

    # ---- verification and export -------------------------------------------------------------------------------------

    def verify(self, *, note: bool = True) -> None:
        """Has the whole log recomputed in the worker process; with `note` that becomes an entry."""
        if self._checking:
            return
        self._checking = True
        self._banner("info", "Checking the log…", "Every entry is recomputed on this computer.")

        def done(verdict: Verdict) -> None:
            self._checking = False
            self._verdict = verdict
            self._show_verdict()
            self._paint_rows()
            if note:
                actor = self.context.actor
                self.run(lambda: self.context.auditing.note_verified(actor, verdict))

        self.work(check_log, str(self.context.folder), then=done, failed=self._check_failed)

    def _check_failed(self, error: DeskError) -> None:
        self._checking = False
        self._banner("danger", error.title, f"{error.what} {error.advice}")

    def _show_verdict(self) -> None:
        verdict = self._verdict
        if verdict is None:
            return
        if verdict.problem is not None:
            self._banner("danger", verdict.problem.title, verdict.problem.what)
            return
        newest = self._entries[0].seq if self._entries else verdict.size - 1
        behind = newest + 1 - verdict.size
        sentence = "Every entry is unchanged and in order. Checked on this computer."
        if behind > 0 and not self._filter.object_id:
            sentence += f" {behind:,} newer {'entry waits' if behind == 1 else 'entries wait'} for the next check."
        sentence = f"{sentence} {gone_words(verdict)}".strip()
        self._banner("warning" if verdict.lost else "success", f"Verified through entry {verdict.size - 1:,}", sentence)

    def _banner(self, kind: BannerKind, title: str, sentence: str) -> None:
        if self.banner is not None:
            self.banner.hide()
            self.banner_box.removeWidget(self.banner)
            self.banner.deleteLater()
        self.banner = Banner(kind, title, sentence, icon="shield-check" if kind == "success" else "", inline=True)
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
        """Opens the export dialog."""
        ExportDialog(self.context, self.window()).open_soon()
