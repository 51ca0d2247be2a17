"""What the Audit screen shows: by day, person, kind, network and post."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from PySide6.QtCore import QDate, QSignalBlocker, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop.moments import Moments
from desktop.screens.audit.bars import DAYS, Span
from desktop.screens.audit.rows import GROUPS
from desktop.widgets.buttons import AppButton
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import Combo, DateField, FormField
from desktop.widgets.layout import FlowLayout, columns, rows
from desktop.widgets.text import Label

_ALL, _TODAY, _WEEK, _MONTH, _ASK, _CHOSEN = "all", "today", "week", "month", "ask", "chosen"
_DAYS = {_TODAY: ("Today", 1), _WEEK: ("Last 7 days", 7), _MONTH: (f"Last {DAYS} days", DAYS)}


@dataclass(frozen=True)
class Filter:
    """Which entries are shown. `text` names posts; `object_id` is one thing that somebody came from."""

    days: Span | None = None
    person: str = ""
    group: str = "all"
    network: str = ""
    text: str = ""
    object_id: str = ""


class DaysDialog(Dialog):
    """Asks for the first and the last day."""

    def __init__(self, parent: QWidget, span: Span) -> None:
        super().__init__(parent, "Choose days", "Both days are included.", icon="calendar", width="sm")
        self.first, self.last = DateField(), DateField()
        line = columns(gap=12)
        for label, field, day in (("From", self.first, span[0]), ("To", self.last, span[1])):
            field.setDate(QDate(day.year, day.month, day.day))
            line.addWidget(FormField(label, editor=field))
        self.body.addLayout(line)
        self.add_cancel()
        self.add_button("Show these days", "primary", default=True).clicked.connect(self.accept)

    @property
    def span(self) -> Span:
        """The days in their order, whichever was given first."""
        first, last = sorted(
            date(field.date().year(), field.date().month(), field.date().day()) for field in (self.first, self.last)
        )
        return first, last


class FilterBar(QWidget):
    """The filters in a row that wraps. `changed()` when another one is chosen."""

    changed = Signal()

    def __init__(self, moments: Moments, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._moments = moments
        self._filter = Filter()
        self.days, self.people = Combo("Days"), Combo("People")
        self.groups, self.networks = Combo("What happened"), Combo("Networks")
        self.days.addItem("All days", _ALL)
        for key, (label, _) in _DAYS.items():
            self.days.addItem(label, key)
        self.days.addItem("Choose days…", _ASK)
        self.people.addItem("All people", "")
        for key, (label, _) in GROUPS.items():
            self.groups.addItem(label, key)
        self.networks.addItem("All networks", "")
        self.search = QLineEdit()
        self.search.setAccessibleName("Post number or words of its title")
        self.search.setPlaceholderText("Post number or title")
        self.search.setClearButtonEnabled(True)
        self.again = AppButton("Show all again", "soft", icon="x", size="compact")
        self.again.hide()
        self.count = Label("", "small", "secondary")
        line = FlowLayout(gap=8)
        for widget in (self.days, self.people, self.groups, self.networks, self.search, self.again, self.count):
            line.addWidget(widget)
        whole = rows(self)
        whole.addLayout(line)
        self.days.activated.connect(self._days_chosen)
        for combo in (self.people, self.groups, self.networks):
            combo.currentIndexChanged.connect(self._taken)
        self.search.editingFinished.connect(self._taken)
        self.search.textChanged.connect(lambda text: self._taken() if not text else None)
        self.again.clicked.connect(lambda: self.set(Filter()))

    @property
    def now(self) -> Filter:
        """What is chosen."""
        return self._filter

    def set(self, wanted: Filter) -> None:
        """Chooses something else, and tells where it is another choice."""
        with self._quiet():
            self._show_days(wanted.days)
            self.people.setCurrentIndex(max(0, self.people.findData(wanted.person)))
            self.groups.setCurrentIndex(max(0, self.groups.findData(wanted.group)))
            self.networks.setCurrentIndex(max(0, self.networks.findData(wanted.network)))
            self.search.setText(wanted.text)
        self._become(wanted)

    def set_days(self, span: Span | None) -> None:
        """Other days, everything else as it is."""
        self._show_days(span)
        self._become(replace(self._filter, days=span))

    def offer(self, people: Sequence[tuple[str, str]], networks: Sequence[tuple[str, str]]) -> None:
        """The people and networks to choose from, as (id, name); what is chosen stays."""
        with self._quiet():
            for combo, pairs in ((self.people, people), (self.networks, networks)):
                for key, name in pairs:
                    if combo.findData(key) < 0:
                        combo.addItem(name, key)
        self.networks.setVisible(self.networks.count() > 2)  # with one network there is nothing to choose
        self.updateGeometry()

    def _quiet(self) -> _Quiet:
        return _Quiet(self.people, self.groups, self.networks, self.search)

    def _taken(self) -> None:
        self._become(
            replace(
                self._filter,
                person=self.people.currentData() or "",
                group=self.groups.currentData() or "all",
                network=self.networks.currentData() or "",
                text=self.search.text().strip(),
            )
        )

    def _become(self, wanted: Filter) -> None:
        if wanted == self._filter:
            return
        self._filter = wanted
        self.again.setVisible(wanted != Filter())
        self.changed.emit()

    def _days_chosen(self) -> None:
        key = self.days.currentData()
        today = self._moments.now().date()
        if key == _ASK:
            dialog = DaysDialog(self.window(), self._filter.days or (today - timedelta(days=DAYS - 1), today))
            dialog.accepted.connect(lambda: self.set_days(dialog.span))
            dialog.rejected.connect(lambda: self._show_days(self._filter.days))
            dialog.open_soon()
        elif key == _ALL:
            self.set_days(None)
        elif key in _DAYS:
            self.set_days((today - timedelta(days=_DAYS[key][1] - 1), today))

    def _show_days(self, span: Span | None) -> None:
        """The days chosen, by name where they have one, else as an entry of their own."""
        if (place := self.days.findData(_CHOSEN)) >= 0:
            self.days.removeItem(place)
        today = self._moments.now().date()
        named = {(today - timedelta(days=count - 1), today): key for key, (_, count) in _DAYS.items()}
        if span is None or span in named:
            self.days.setCurrentIndex(self.days.findData(_ALL if span is None else named[span]))
            return
        first, last = (day_label(day) for day in span)
        self.days.insertItem(1, first if first == last else f"{first} to {last}", _CHOSEN)
        self.days.setCurrentIndex(1)


class _Quiet:
    """Blocks the signals of some widgets for the length of a block."""

    def __init__(self, *widgets: QWidget) -> None:
        self._widgets = widgets

    def __enter__(self) -> None:
        self._blockers = [QSignalBlocker(widget) for widget in self._widgets]

    def __exit__(self, *error: object) -> None:
        for blocker in self._blockers:
            blocker.unblock()


def day_label(day: date) -> str:
    """`4 Mar`."""
    return f"{day.day} {day:%b}"
