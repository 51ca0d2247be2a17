"""The Library screen (picture 13)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QSplitter, QWidget

from desktop.context import Context
from desktop.look import look
from desktop.screens.base import Command, Screen
from desktop.screens.library.details import Details
from desktop.screens.library.dialogs import AddDialog, RevokeDialog
from desktop.screens.library.document import DocumentDialog
from desktop.screens.library.exporting import ExportRegisterDialog
from desktop.screens.library.page import AuthorizationsPage
from desktop.widgets.buttons import AppButton
from desktop.widgets.choices import Tabs
from desktop.widgets.dialog import Dialog
from desktop.widgets.layout import columns, rows
from desktop.widgets.text import Hairline, Panel
from editorial.authorizations.catalogue import Row
from editorial.changes import Kind
from editorial.people.permissions import May
from editorial.tasks import Tasks


class LibraryScreen(Screen):
    """The register of authorizations, and what to do about each."""

    key, title, icon = "library", "Library", "images"
    kinds = frozenset({Kind.AUTHORIZATIONS, Kind.POSTS, Kind.DELIVERIES, Kind.TASKS})

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, parent)
        self._rows: tuple[Row, ...] = ()
        self._wanted = ""
        self._keeps, self._opens = context.may(May.AUTHORIZE), context.may(May.OPEN_SCAN)
        self._exports = context.may(May.EXPORT_REGISTER)
        split = QSplitter(Qt.Orientation.Horizontal)
        rows(self.content).addWidget(split)
        left = Panel("panel")
        column = rows(left)
        column.addWidget(self._top())
        column.addWidget(Hairline())
        self.page = AuthorizationsPage(context.moments, keeps=self._keeps)
        self.page.chosen.connect(self._chosen)
        self.page.add.connect(self.add)
        column.addWidget(self.page, 1)
        self.details = Details(context.moments, keeps=self._keeps, opens=self._opens)
        self.details.setMinimumWidth(look().px(300))
        self.details.wanted.connect(self._on_wanted)
        self.details.done.connect(self._ask_done)
        self.details.opened.connect(lambda link: QDesktopServices.openUrl(QUrl(link)))
        self.details.post.connect(partial(context.go, "review"))
        self.details.delivery.connect(partial(context.go, "outbox"))
        split.addWidget(left)
        split.addWidget(self.details)
        split.setStretchFactor(0, 1)
        split.setSizes([890, 362])
        split.setChildrenCollapsible(False)

    def _top(self) -> QWidget:
        top = QWidget()
        line = columns(top, margins=(18, 8, 18, 0), gap=8)
        self.tabs = Tabs((("authorizations", "Authorizations"),), label="Library")
        line.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignBottom)
        line.addStretch(1)
        self.add_button = AppButton("Add authorization…", "primary", icon="plus")
        self.add_button.clicked.connect(self.add)
        self.add_button.setVisible(self._keeps)
        self.export_button = AppButton("Export register…", icon="download")
        self.export_button.clicked.connect(self.export)
        self.export_button.setVisible(self._exports)
        holder = columns(margins=(0, 0, 0, 8), gap=8)
        holder.addWidget(self.export_button)
        holder.addWidget(self.add_button)
        line.addLayout(holder)
        return top

    # ---- what the shell asks -----------------------------------------------------------------------------------------

    def regions(self) -> Sequence[QWidget]:
        """Search, the table, the details."""
        places = (self.page.search, self.page.table, self.details)
        return [place for place in places if place.isVisible()]

    def commands(self) -> Sequence[Command]:
        """Adding, and what can be done about the chosen one."""
        found = []
        if self._keeps:
            found.append(Command("Add authorization…", self.add))
            if not self.details.revoke.isHidden():
                found.append(Command("Revoke authorization…", partial(self._on_wanted, "revoke")))
        if self._exports:
            found.append(Command("Export register…", self.export))
        if self.details.document is not None:
            found.append(Command("Open the document…", partial(self._on_wanted, "document")))
        return found

    def show_item(self, item: str) -> None:
        """One authorization."""
        self._wanted = item
        if any(row.id == item for row in self._rows):
            self._show(self._rows)

    def refresh(self) -> None:
        """The register."""
        self.load(self.context.register.rows, self._show)

    def _show(self, found: tuple[Row, ...]) -> None:
        self._rows = found
        self.tabs.set_count("authorizations", f"{len(found):,}")
        self.page.show_rows(found)
        if self._wanted and self._row(self._wanted) is not None:
            self.page.show_all()
            self.page.table.choose(self._wanted)
            self._wanted = ""
        self._chosen(self.page.table.current_key)

    def _row(self, key: str) -> Row | None:
        return next((row for row in self._rows if row.id == key), None)

    def _chosen(self, key: str) -> None:
        self.details.show_row(self._row(key))
        self.actions_now()

    # ---- commands ----------------------------------------------------------------------------------------------------

    def add(self) -> None:
        """Opens the form."""
        networks = ("practice", *(each for each in look().tokens.network_names if each not in ("practice", "handoff")))
        dialog = AddDialog(self.window(), self.context, networks)
        dialog.recorded.connect(self.show_item)
        dialog.open()

    def export(self) -> None:
        """Asks where to, and whether with names."""
        ExportRegisterDialog(self.window(), self.context).open()

    def _on_wanted(self, command: str) -> None:
        row = self._row(self.page.table.current_key)
        if row is None:
            return
        if command == "revoke":
            RevokeDialog(self.window(), self.context, row).open()
        elif command == "event":
            self._ask_event(row)
        else:
            register, actor = self.context.register, self.context.actor
            self.run_slow(partial(register.open_scan, actor, row.id), partial(self._show_document, row))

    def _show_document(self, row: Row, scan: bytes) -> None:
        DocumentDialog(self.window(), self.context, row, scan).open()
        self.refresh()

    def _ask_event(self, row: Row) -> None:
        register, actor = self.context.register, self.context.actor
        sentence = f"“{row.elements.expires_with}”: {row.name} ends at once, as if it were revoked."
        dialog = self._ask("Has the event happened?", sentence, "It has happened", "calendar-x")
        dialog.accepted.connect(
            lambda: self.run(
                partial(register.note_event, actor, row.id), lambda _: self.context.say(f"{row.name} has ended.")
            )
        )
        dialog.open()

    def _ask_done(self, task_id: str) -> None:
        tasks, actor = Tasks(self.context.desk), self.context.actor
        sentence = "The task goes away. Your name and the time stand in the audit log."
        dialog = self._ask("Is this done?", sentence, "Mark as done", "check")
        dialog.accepted.connect(
            lambda: self.run(partial(tasks.done, actor, task_id), lambda _: self.context.say("Noted as done."))
        )
        dialog.open()

    def _ask(self, title: str, sentence: str, verb: str, icon: str) -> Dialog:
        dialog = Dialog(self.window(), title, sentence, icon=icon, group="danger", width="sm")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.add_cancel()
        dialog.add_button(verb, "danger").clicked.connect(dialog.accept)
        return dialog
