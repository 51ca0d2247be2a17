"""Settings, Retention: how long things are kept, what is preserved beyond that, and the way to erasing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.look import look
from desktop.retention.erase import EraseDialog
from desktop.retention.forms import EndPreserveDialog, PeriodsDialog, PreserveDialog
from desktop.retention.words import periods_words, preserved_words
from desktop.times.base import SetDialog
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import AppButton
from desktop.widgets.dialog import Dialog
from desktop.widgets.layout import FlowLayout, columns, rows
from desktop.widgets.rows import Row, RowListView
from desktop.widgets.spans import line
from desktop.widgets.text import Label, Panel
from editorial.changes import Changes, Kind
from editorial.errors import DeskError
from editorial.people.desk_people import Card
from editorial.people.permissions import May
from editorial.retention.periods import Periods, Retention
from editorial.retention.preserving import Preserved, Preserving

_ROW, _SHOWN = 46, 4
_ICONS = {"post": "file-text", "person": "user", "dates": "calendar-clock", "word": "search"}


class RetentionDialog(Dialog):
    """Reads for everybody; compliance officers, privacy officers and administrators change and erase."""

    def __init__(self, parent: QWidget, context: Context) -> None:
        words = "How long records are kept, and what is kept longer."
        super().__init__(parent, "Retention", words, icon="archive", window_title="Retention")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self._periods: Periods | None = None
        self._preserved: tuple[Preserved, ...] = ()
        self._people: tuple[Card, ...] = ()
        self.may = context.may(May.RETAIN)
        self._add_periods()
        self._add_preserved()
        self._add_erasing(context.may(May.ERASE))
        self.problem, self.told = Banner("danger", "", inline=True), Banner("success", "", inline=True)
        for banner in (self.problem, self.told):
            banner.hide()
            self.body.addWidget(banner)
        if not self.may:
            self.set_note("Compliance officers, privacy officers and administrators change this.", "info")
        self.add_button("Close", "primary", default=True).clicked.connect(self.accept)
        context.bridge.changed.connect(self._on_changes)
        self._offer()
        self._read()

    # ---- parts -------------------------------------------------------------------------------------------------------

    def _add_periods(self) -> None:
        self.body.addWidget(Label("Periods", "bodyStrong"))
        self._times: list[Label] = []
        shown = rows(gap=4)
        for name, _ in periods_words(Periods()):
            words = columns(gap=12)
            words.addWidget(Label(name, "body", "secondary", wrap=True), 1)
            self._times.append(Label("", "bodyStrong"))
            words.addWidget(self._times[-1])
            shown.addLayout(words)
        self.body.addLayout(shown)
        self.set_periods = AppButton("Set periods…", icon="clock")
        self.set_periods.clicked.connect(self._set_periods)
        self._buttons(self.may, self.set_periods)

    def _add_preserved(self) -> None:
        self.body.addWidget(Label("Preserved", "bodyStrong"))
        self.preserved = RowListView("Preserved", height=_ROW, inset=4, surface="panel")
        self.preserved.chosen.connect(lambda _: self._offer())
        self._card = Panel("card")
        rows(self._card, margins=(1, 5, 1, 5)).addWidget(self.preserved)
        self.body.addWidget(self._card)
        self._nothing = Label("Nothing is kept beyond its time.", "body", "secondary", wrap=True)
        self.body.addWidget(self._nothing)
        self.preserve = AppButton("Preserve…", icon="file-lock")
        self.preserve.clicked.connect(lambda: self._open(PreserveDialog(self, self._context, self._people)))
        self.end = AppButton("End Preserve…", icon="x")
        self.end.clicked.connect(self._end)
        self._buttons(self.may, self.preserve, self.end)

    def _add_erasing(self, may: bool) -> None:
        self.body.addWidget(Label("Erasing", "bodyStrong"))
        words = (
            "Records are erased when a person decides so, never by themselves. Drafts that were never sent to review "
            "and unused pictures go once a day, when their time is over."
        )
        self.body.addWidget(Label(words, "small", "secondary", wrap=True))
        self.erase = AppButton("Look what is past its time…", icon="trash-2")
        self.erase.clicked.connect(lambda: self._open(EraseDialog(self, self._context)))
        self._buttons(may, self.erase)

    def _buttons(self, may: bool, *buttons: AppButton) -> None:
        flow = FlowLayout(gap=8, line_gap=8)
        for button in buttons:
            flow.addWidget(button)
            button.setVisible(may)
        self.body.addLayout(flow)

    # ---- what is shown -----------------------------------------------------------------------------------------------

    def _on_changes(self, changes: Changes) -> None:
        if {Kind.RETENTION, Kind.PEOPLE} & changes.kinds:
            self._read()

    def _read(self) -> None:
        context = self._context

        def read() -> tuple[Periods, tuple[Preserved, ...], tuple[Card, ...]]:
            periods, preserved = Retention(context.desk).periods(), Preserving(context.desk).all()
            return periods, preserved, context.people.cards()

        context.bridge.run(read, self._show, self._fail, owner=self)

    def _show(self, found: tuple[Periods, tuple[Preserved, ...], tuple[Card, ...]]) -> None:
        self._periods, self._preserved, self._people = found
        for label, (_, words) in zip(self._times, periods_words(self._periods), strict=True):
            label.setText(words)
        self.preserved.set_rows([self._row(each) for each in self._preserved])
        height = _ROW * max(1, min(_SHOWN, len(self._preserved)))
        self.preserved.setFixedHeight(look().px(height) + 4)
        if self._preserved and not self.preserved.current_key:
            self.preserved.choose(self._preserved[0].id)
        self._card.setVisible(bool(self._preserved))
        self._nothing.setVisible(not self._preserved)
        self._offer()
        if self.isVisible():
            self._fit()

    def _row(self, each: Preserved) -> Row:
        title = preserved_words(each, self._context.moments)
        since = f"since {self._context.moments.day(each.at, year=True)}, by {each.by}"
        detail = f"{each.why} · {since}" if each.why else since
        lines = (line(title, "bodyStrong"), line(detail, "small", "secondary"))
        said = f"{title}, {detail}"
        return Row(each.id, lines, said, ("icon", _ICONS[each.reach.by], "secondary"), said)

    # ---- what a person does ------------------------------------------------------------------------------------------

    def _offer(self) -> None:
        self.end.setEnabled(bool(self.preserved.current_key))
        self.set_periods.setEnabled(self._periods is not None)

    def _set_periods(self) -> None:
        if self._periods is not None:
            self._open(PeriodsDialog(self, self._context, self._periods))

    def _end(self) -> None:
        found = next((each for each in self._preserved if each.id == self.preserved.current_key), None)
        if found is not None:
            self._open(EndPreserveDialog(self, self._context, found))

    def _open(self, dialog: SetDialog | EraseDialog) -> None:
        dialog.done_with.connect(self._say)
        dialog.open()

    def _say(self, words: str) -> None:
        self.told.set_text(words, "")
        self.told.show()
        self._read()

    def _fail(self, error: DeskError) -> None:
        self.problem.set_text(f"{error.title}.", f"{error.what} {error.advice}".strip())
        self.problem.show()
