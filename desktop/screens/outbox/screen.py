"""The Outbox screen (pictures 08 and 10): live, grouped by what needs a person, with one step a row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QSplitter, QWidget

from desktop.context import Context
from desktop.look import look
from desktop.screens.base import Command, Screen
from desktop.screens.outbox.about import Known, PostCommands, may_be_held, post_commands, read_known
from desktop.screens.outbox.commands import OutboxCommands
from desktop.screens.outbox.details import Details
from desktop.screens.outbox.keys import TableKeys
from desktop.screens.outbox.rows import FILTERS, counts, next_step, offered, table_rows
from desktop.telling import tell_field
from desktop.widgets.announce import announce
from desktop.widgets.banner import EmptyState
from desktop.widgets.buttons import AppButton, IconButton
from desktop.widgets.chips import FilterChip
from desktop.widgets.layout import FlowLayout, columns, rows
from desktop.widgets.table import DataTable
from desktop.widgets.table_model import Column
from desktop.widgets.text import Hairline, Label, Panel
from editorial.changes import Kind
from editorial.delivery.outbox import Resolution, Row
from editorial.delivery.states import Remedy
from editorial.errors import DeskError

PLANNED, ROOMY = 3, 1_000
"""The column of the planned time, and the width of the screen in px from which it is shown."""

TICK_MS = 5_000
"""How often a countdown changes: seldom enough to disturb nobody who reads."""


class OutboxScreen(Screen):
    """Every delivery, and what a person can do about it."""

    key, title, icon = "outbox", "Outbox", "send"
    kinds = frozenset({Kind.DELIVERIES, Kind.HOLDS, Kind.ACCOUNTS, Kind.CONCERNS, Kind.POSTS})

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._rows: tuple[Row, ...] = ()
        self._filter = "all"
        self._wanted = ""
        self._known = Known()
        self._commands = OutboxCommands(context, self)
        split = QSplitter(Qt.Orientation.Horizontal)
        rows(self.content).addWidget(split)
        split.addWidget(self._list())
        self.details = Details(context)
        self._posts = PostCommands(context, self)
        self.details.asked.connect(self._asked)
        self.details.wanted.connect(lambda remedy: self._do(Remedy(remedy), self._row()))
        self.details.resolved.connect(self._resolve)
        self.details.setMinimumWidth(310)
        split.addWidget(self.details)
        split.setStretchFactor(0, 1)
        split.setSizes([look().px(876), look().px(376)])
        split.setChildrenCollapsible(False)
        self._names: Mapping[str, str] = {}
        self._ticks = QTimer(self, interval=TICK_MS)  # while something counts down, or is on its way
        self._ticks.timeout.connect(self._paint_rows)
        self._minute = QTimer(self, interval=30_000)  # "in 48 min" grows old without anything being changed
        self._minute.timeout.connect(self._paint_rows)
        self._minute.timeout.connect(lambda: self._chosen(self.table.current_key))  # undoing a hold has its two minutes
        self._minute.start()
        self.details.show_row(None)

    def _list(self) -> QWidget:
        panel = Panel("panel")
        column = rows(panel)
        top = QWidget()
        flow_box = rows(top, margins=(14, 10, 14, 10))
        flow = FlowLayout(None, gap=6, line_gap=6)
        flow_box.addLayout(flow)
        self.chips: dict[str, FilterChip] = {}
        for key, label, icon, tone in FILTERS:
            chip = FilterChip(label, 0, icon=icon, tone=tone)
            chip.setChecked(key == self._filter)
            chip.clicked.connect(partial(self._choose_filter, key))
            self.chips[key] = chip
            flow.addWidget(chip)
        column.addWidget(top)
        column.addWidget(Hairline())
        heads = (Column("Status", 148), Column("Network", 160), Column("Post", 0), Column("Planned", 132))
        self.table = DataTable(
            "Deliveries", (*heads, Column("Result or next step", 250, right=True)), row_height=36, checkable=True
        )
        self.table.chosen.connect(self._chosen)
        self.table.acted.connect(self._acted)
        self.table.opened.connect(self._opened)
        self.table.context.connect(self._menu)
        self.table.checks_changed.connect(self._checks_changed)
        TableKeys(self.table, self._meant, self._hold, self._bulk)
        column.addWidget(self.table, 1)
        self.empty = EmptyState("send", "Nothing is planned", "Signed posts appear here and go out at their time.")
        column.addWidget(self.empty, 1)
        column.addWidget(self._bulk_bar())
        return panel

    def _bulk_bar(self) -> QWidget:
        self.bulk = Panel("selected")
        self.bulk.setAccessibleName("Chosen deliveries")
        line = columns(self.bulk, margins=(14, 9, 14, 9), gap=8)
        self.bulk_count = Label("", "bodyStrong")
        line.addWidget(self.bulk_count, 1)
        self.bulk_hold = AppButton("Hold…", icon="octagon-pause")
        self.bulk_hold.clicked.connect(lambda: self._hold(self._checked()))
        self.bulk_buttons: dict[Remedy, AppButton] = {}
        for remedy, icon in ((Remedy.SEND_NOW, "send"), (Remedy.RESCHEDULE, "calendar-clock"), (Remedy.CANCEL, "x")):
            button = AppButton(
                remedy.value.replace("...", "…"), "dangerOutline" if remedy is Remedy.CANCEL else "plain", icon=icon
            )
            button.clicked.connect(partial(self._bulk, remedy))
            self.bulk_buttons[remedy] = button
            line.addWidget(button)
        line.insertWidget(2, self.bulk_hold)
        self.bulk_close = IconButton("x", "Choose none", shortcut="Esc")
        self.bulk_close.clicked.connect(lambda: self.table.set_checked(()))
        line.addWidget(self.bulk_close)
        self.bulk.hide()
        return self.bulk

    # ---- what the shell asks -----------------------------------------------------------------------------------------

    def regions(self) -> Sequence[QWidget]:
        """Filters, the table, the details."""
        return (self.chips["all"], self.table, self.details)

    def commands(self) -> Sequence[Command]:
        """What can be done about the chosen delivery."""
        row = self._row()
        if row is None:
            return ()
        found = [
            Command(remedy.value.replace("...", "…"), partial(self._do, remedy, row))
            for remedy in offered(row)
            if remedy is not Remedy.RESOLVE
        ]
        about = post_commands(row, self.context)
        return (*found, *(Command(words, partial(self._asked, command, row.delivery_id)) for command, words in about))

    def show_item(self, item: str) -> None:
        """A delivery, or the first of a post, as soon as the rows are read."""
        keys = [row.delivery_id for row in self._rows if item in (row.delivery_id, row.post_id)]
        self._wanted = "" if keys else item
        if keys:
            self._choose_filter("all")
            self.table.choose(keys[0])

    def refresh(self) -> None:
        """Every delivery; the details follow."""
        services = self.context.services

        def read() -> tuple[tuple[Row, ...], dict[str, str]]:
            return services.outbox.rows(), {card.id: card.name for card in services.people.cards()}

        self.load(read, self._show)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leaves the planned time to the details where there is no room for it beside the words of the status."""
        super().resizeEvent(event)
        self.table.show_column(PLANNED, self.width() >= look().px(ROOMY))

    # ---- showing -----------------------------------------------------------------------------------------------------

    def _show(self, read: tuple[tuple[Row, ...], dict[str, str]]) -> None:
        found, self._names = read
        before = {row.delivery_id: row.life.word for row in self._rows}
        self._rows = found
        for row in found:
            if before.get(row.delivery_id, row.life.word) != row.life.word:
                announce(self.table, f"{row.life.word}: {row.title} on {row.account}")
        for key, count in counts(found).items():
            self.chips[key].set_count(count)
        self.table.setVisible(bool(found))
        self.empty.setVisible(not found)
        self._paint_rows()
        self._ticks.start() if any(row.life.group == "Now" for row in found) else self._ticks.stop()
        if self._wanted:
            self.show_item(self._wanted)
        self._wanted = ""  # what is not here now must not move somebody later
        if not self.table.current_key and found:
            waiting = [row for row in found if row.life.group == "Needs you"]
            self.table.choose((waiting or list(found))[0].delivery_id)
        self._chosen(self.table.current_key)

    def _paint_rows(self) -> None:
        self.table.set_rows(table_rows(self._rows, self._filter, self.context.moments, self._names))

    def _choose_filter(self, key: str, _checked: bool = True) -> None:
        self._filter = key
        for other, chip in self.chips.items():
            chip.setChecked(other == key)
        self._paint_rows()

    def _row(self, key: str = "") -> Row | None:
        """A delivery by its id, else the one that is current."""
        key = key or self.table.current_key
        return next((row for row in self._rows if row.delivery_id == key), None)

    def _chosen(self, key: str) -> None:
        row = self._row(key)
        if row is None:
            self.details.show_row(None)
            return
        services = self.context.services

        def show(found: Known) -> None:
            if self.table.current_key == key:
                self._known = found
                self.details.show_row(self._row(key), found)

        self.run(lambda: read_known(services, row), show)

    # ---- commands ----------------------------------------------------------------------------------------------------

    def _acted(self, key: str, _action: str) -> None:
        row = self._row(key)
        step = next_step(row) if row else None
        self.table.choose(key)
        if row is None or step is None:
            return
        if step.remedy is None:
            self._posts.do(step.command, key, row, self._known)
        else:
            self._do(step.remedy, row)

    def _opened(self, key: str) -> None:
        row = self._row(key)
        if row is not None and row.permalink:
            self._do(Remedy.OPEN, row)

    def _menu(self, key: str, place: QPoint) -> None:
        row = self._row(key)
        if row is None:
            return
        self.table.choose(key)
        menu = QMenu(self)
        for remedy in offered(row):
            menu.addAction(remedy.value.replace("...", "…"), partial(self._do, remedy, row))
        for command, words in post_commands(row, self.context):
            menu.addAction(words, partial(self._posts.do, command, row.delivery_id, row, self._known))
        menu.popup(place)

    def _asked(self, command: str, key: str) -> None:
        row = self._row()
        if row is not None:
            self._posts.do(command, key, row, self._known)

    def _do(self, remedy: Remedy, row: Row | None) -> None:
        if remedy is Remedy.RESOLVE:
            if self.details.choice is not None:
                self.details.choice.setFocus()
        elif row is not None:
            self._commands.do(remedy, [row])

    def _resolve(self, answer: str, link: str) -> None:
        row = self._row()
        if row is not None:
            self._commands.resolve(row, Resolution(answer), link, self._not_settled)

    def _not_settled(self, error: DeskError) -> None:
        if self.details.link is None or not tell_field(error, {"link": self.details.link}):
            self.context.tell(error)

    # ---- several at once ---------------------------------------------------------------------------------------------

    def _checked(self) -> list[Row]:
        keys = set(self.table.checked_keys)
        return [row for row in self._rows if row.delivery_id in keys]

    def _meant(self) -> list[Row]:
        """What a key in the table is about: what is checked, else the row."""
        current = self._row()
        return self._checked() or ([current] if current is not None else [])

    def _checks_changed(self) -> None:
        chosen = self._checked()
        self.bulk.setVisible(bool(chosen))
        self.bulk_count.setText(f"{len(chosen)} selected")
        for remedy, button in self.bulk_buttons.items():
            button.setVisible(all(remedy in row.life.remedies for row in chosen))
        self.bulk_hold.setVisible(all(may_be_held(row) for row in chosen))
        if not any(button.isVisibleTo(self.bulk) for button in (self.bulk_hold, *self.bulk_buttons.values())):
            self.bulk_count.setText(f"{len(chosen)} selected. Nothing can be done for all of them at once.")

    def _hold(self, chosen: Sequence[Row]) -> None:
        if all(may_be_held(row) for row in chosen):
            self.table.set_checked(())
            self._posts.hold(chosen)

    def _bulk(self, remedy: Remedy, _checked: bool = False) -> None:
        chosen = self._meant()
        self.table.set_checked(())
        self._commands.do(remedy, chosen)
