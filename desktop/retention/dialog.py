"""Settings, Retention: how long things are kept, what is preserved beyond that, and the way to erasing."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.retention.erase import EraseDialog
from desktop.retention.forms import EndPreserveDialog, PeriodsDialog, PreserveDialog
from desktop.retention.words import periods_words, preserved_words
from desktop.setting import ROW, OverviewDialog
from desktop.widgets.buttons import AppButton
from desktop.widgets.layout import columns, rows
from desktop.widgets.rows import Row, RowListView
from desktop.widgets.spans import line
from desktop.widgets.text import Label
from editorial.changes import Kind
from editorial.people.desk_people import Card
from editorial.people.permissions import May
from editorial.retention.periods import Periods, Retention
from editorial.retention.preserving import Preserved, Preserving

_SHOWN = 4
_ICONS = {"post": "file-text", "person": "user", "dates": "calendar-clock", "word": "search"}


class RetentionDialog(OverviewDialog):
    """Reads for everybody; compliance officers, privacy officers and administrators change and erase."""

    kinds = frozenset({Kind.RETENTION, Kind.PEOPLE})

    def __init__(self, parent: QWidget, context: Context) -> None:
        words = "How long records are kept, and what is kept longer."
        may, who = context.may(May.RETAIN), "Compliance officers, privacy officers and administrators"
        super().__init__(parent, context, "Retention", words, icon="archive", may=may, who=who)
        self._periods: Periods | None = None
        self._preserved: tuple[Preserved, ...] = ()
        self._people: tuple[Card, ...] = ()
        self._add_periods()
        self._add_preserved()
        self._add_erasing(context.may(May.ERASE))
        self.begin()

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
        self.add_buttons(self.set_periods)

    def _add_preserved(self) -> None:
        self.body.addWidget(Label("Preserved", "bodyStrong"))
        self.preserved = RowListView("Preserved", height=ROW, inset=4, surface="panel")
        self._kept = self.add_list(self.preserved, "Nothing is kept beyond its time.")
        self.preserve = AppButton("Preserve…", icon="file-lock")
        self.preserve.clicked.connect(lambda: self.ask(PreserveDialog(self, self._context, self._people)))
        self.end = AppButton("End Preserve…", icon="x")
        self.end.clicked.connect(self._end)
        self.add_buttons(self.preserve, self.end)

    def _add_erasing(self, may: bool) -> None:
        self.body.addWidget(Label("Erasing", "bodyStrong"))
        words = (
            "Records are erased when a person decides so, never by themselves. Drafts that were never sent to review "
            "and unused pictures go once a day, when their time is over."
        )
        self.body.addWidget(Label(words, "small", "secondary", wrap=True))
        self.erase = AppButton("Look what is past its time…", icon="trash-2")
        self.erase.clicked.connect(lambda: self.ask(EraseDialog(self, self._context)))
        self.add_buttons(self.erase, may=may)

    # ---- what is shown -----------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Reads periods, what is preserved, and the people whom it could be about."""
        context = self._context

        def read() -> tuple[Periods, tuple[Preserved, ...], tuple[Card, ...]]:
            periods, preserved = Retention(context.desk).periods(), Preserving(context.desk).all()
            return periods, preserved, context.people.cards()

        context.bridge.run(read, self._show, self.fail, owner=self)

    def _show(self, found: tuple[Periods, tuple[Preserved, ...], tuple[Card, ...]]) -> None:
        self._periods, self._preserved, self._people = found
        for label, (_, words) in zip(self._times, periods_words(self._periods), strict=True):
            label.setText(words)
        self._kept.fill([self._row(each) for each in self._preserved], _SHOWN)
        self.shown()

    def _row(self, each: Preserved) -> Row:
        title = preserved_words(each, self._context.moments)
        since = f"since {self._context.moments.day(each.at, year=True)}, by {each.by}"
        detail = f"{each.why} · {since}" if each.why else since
        lines = (line(title, "bodyStrong"), line(detail, "small", "secondary"))
        said = f"{title}, {detail}"
        return Row(each.id, lines, said, ("icon", _ICONS[each.reach.by], "secondary"), said)

    # ---- what a person does ------------------------------------------------------------------------------------------

    def offer(self) -> None:
        """What is chosen can be ended."""
        self.end.setEnabled(bool(self.preserved.current_key))
        self.set_periods.setEnabled(self._periods is not None)

    def _set_periods(self) -> None:
        if self._periods is not None:
            self.ask(PeriodsDialog(self, self._context, self._periods))

    def _end(self) -> None:
        found = next((each for each in self._preserved if each.id == self.preserved.current_key), None)
        if found is not None:
            self.ask(EndPreserveDialog(self, self._context, found))
