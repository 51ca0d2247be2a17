"""Deputies: who may sign in whose place and for which days; adding one and taking one back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.look import look
from desktop.people.amend import AmendDialog
from desktop.widgets.buttons import AppButton
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import Combo, DateField, FormField
from desktop.widgets.layout import FlowLayout, columns, rows
from desktop.widgets.rows import Row, RowListView
from desktop.widgets.spans import Line, Span, line
from desktop.widgets.text import Label, Panel
from editorial.changes import Changes
from editorial.charter.document import Charter, Deputy
from editorial.errors import BadInputError, DeskError
from editorial.people.amending import Change, add_deputy, end_deputy
from editorial.people.desk_people import Signer
from editorial.people.differences import deputy_words
from editorial.people.permissions import May

_USUAL = timedelta(days=14)


class DeputyForm(QWidget):
    """Who stands in for whom, from the first day until the last, both whole."""

    def __init__(self, charter: Charter, today: date, person: str) -> None:
        super().__init__()
        column = rows(self, gap=14)
        people = [(each.id, each.name) for each in charter.members if each.active]
        self.away, self.stand_in, self.first, self.last = Combo(), Combo(), DateField(), DateField()
        self.person = FormField("Who is away", editor=self.away, help_text="Their roles, and stages that name them.")
        self.deputy = FormField("Who signs in their place", editor=self.stand_in)
        for combo, chosen in ((self.away, person), (self.stand_in, "")):
            for key, name in people:
                combo.addItem(name, key)
            combo.setPlaceholderText("Choose a person")
            combo.setCurrentIndex(combo.findData(chosen))
        self.since = FormField("First day", editor=self.first)
        self.until = FormField("Last day", editor=self.last, help_text="The whole day belongs.")
        for edit, day in ((self.first, today), (self.last, today + _USUAL)):
            edit.setDate(QDate(day.year, day.month, day.day))
        for pair in ((self.person, self.deputy), (self.since, self.until)):
            both = columns(gap=12)
            for field in pair:
                both.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
            column.addLayout(both)

    @property
    def people(self) -> tuple[str, str]:
        """Who is away, and the deputy; empty where nobody is chosen."""
        return str(self.away.currentData() or ""), str(self.stand_in.currentData() or "")

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day."""
        first, last = self.first.date(), self.last.date()
        return date(first.year(), first.month(), first.day()), date(last.year(), last.month(), last.day())


class DeputyDialog(AmendDialog):
    """Adds a deputy."""

    def __init__(self, parent: QWidget, context: Context, charter: Charter, person: str = "") -> None:
        self.form = DeputyForm(charter, context.moments.now().date(), person)
        head = ("Add deputy", "For the days when somebody is away. Nobody signs what they wrote, also not as a deputy.")
        super().__init__(parent, context, charter, head, "user-plus", self.form)

    @property
    def fields(self) -> Mapping[str, FormField]:
        """All four."""
        form = self.form
        return {"person": form.person, "deputy": form.deputy, "since": form.since, "until": form.until}

    def missing(self) -> DeskError | None:
        """Two different people, and days that do not end before they begin or lie behind."""
        away, deputy = self.form.people
        first, last = self.form.days
        if not away:
            return BadInputError("Choose who is away", field="person")
        if not deputy or deputy == away:
            return BadInputError("Choose somebody else as the deputy", field="deputy")
        if last < first:
            return BadInputError("The last day is before the first", field="until")
        if last < self._context.moments.now().date():
            return BadInputError("That day is over", field="until")
        return None

    def _change(self) -> Change:
        zone = self._context.moments.zone
        first, last = self.form.days
        since = datetime.combine(first, time(), zone)
        until = datetime.combine(last + timedelta(days=1), time(), zone) - timedelta(milliseconds=1)
        return add_deputy(Deputy(*self.form.people, since, until))

    def after(self) -> Charter:
        """With the deputy. Raises DeskError for days that overlap with others of the two."""
        return self._change()(self._charter)

    def command(self, signers: tuple[Signer, ...]) -> Callable[[], Changes]:
        """Signs it."""
        people, actor, change = self._context.people, self._context.actor, self._change()
        return lambda: people.amend(actor, change, signers)


class EndDeputyDialog(AmendDialog):
    """Takes a deputyship back."""

    def __init__(self, parent: QWidget, context: Context, charter: Charter, deputy: Deputy) -> None:
        self._deputy = deputy
        words = f"{deputy_words(deputy, charter, context.moments.zone)}. What was signed so far goes on counting."
        head = ("End deputyship", "It ends as soon as two officers have signed.")
        super().__init__(parent, context, charter, head, "user-x", Label(words, wrap=True))

    def after(self) -> Charter:
        """Without it."""
        return end_deputy(self._deputy)(self._charter)

    def command(self, signers: tuple[Signer, ...]) -> Callable[[], Changes]:
        """Signs it."""
        people, actor, deputy = self._context.people, self._context.actor, self._deputy
        return lambda: people.amend(actor, end_deputy(deputy), signers)


class DeputiesDialog(Dialog):
    """All deputyships of the charter that are not over. `wanted(AmendDialog)` is opened over the people dialog."""

    def __init__(self, parent: QWidget, context: Context, charter: Charter, person: str = "") -> None:
        super().__init__(parent, "Deputies", "Who may sign in whose place, and when.", icon="users")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._charter, self._person = context, charter, person
        self._shown: list[Deputy] = []
        self.list = RowListView("Deputies", height=46, inset=4, surface="panel")
        self.list.chosen.connect(lambda _: self._offer())
        self.card = Panel("card")
        rows(self.card, margins=(1, 5, 1, 5)).addWidget(self.list)
        self.nobody = Label("Nobody stands in for anybody.", "body", "secondary", wrap=True)
        self.body.addWidget(self.card)
        self.body.addWidget(self.nobody)
        self.add = AppButton("Add deputy…", icon="user-plus")
        self.add.clicked.connect(lambda: self._open(DeputyDialog(self, self._context, self._charter, self._person)))
        self.end = AppButton("End deputyship…", icon="user-x")
        self.end.clicked.connect(self._end)
        flow = FlowLayout(gap=8, line_gap=8)
        for button in (self.add, self.end):
            flow.addWidget(button)
            button.setVisible(context.may(May.CHARTER))
        self.body.addLayout(flow)
        self.add_button("Close", "primary", default=True).clicked.connect(self.accept)
        self.show_charter(charter)

    def show_charter(self, charter: Charter) -> None:
        """Shows what a charter says now."""
        self._charter = charter
        now = self._context.desk.clock.now()
        self._shown = sorted((each for each in charter.deputies if each.until >= now), key=lambda each: each.since)
        self.list.set_rows([self._row(place, each, now) for place, each in enumerate(self._shown)])
        self.list.setFixedHeight(look().px(46) * max(2, min(6, len(self._shown))) + 4)
        if self._shown and not self.list.current_key:
            self.list.choose("0")
        self.card.setVisible(bool(self._shown))
        self.nobody.setVisible(not self._shown)
        self._offer()
        if self.isVisible():
            self._fit()

    def _row(self, place: int, each: Deputy, now: datetime) -> Row:
        person, deputy = (self._charter.member(key) for key in (each.person, each.deputy))
        names = [member.name if member else "somebody" for member in (deputy, person)]
        moments = self._context.moments
        days = f"{moments.day(each.since)} to {moments.day(each.until)}"
        pill = (Span(pill=("success", "check", "Now")),) if each.stands_in(now) else ()
        first = Line((Span(f"{names[0]} for {names[1]}", "bodyStrong"),), pill)
        said = f"{names[0]} for {names[1]}, {days}" + (", now" if pill else "")
        return Row(str(place), (first, line(days, "small", "secondary")), said, ("avatar", names[0], each.deputy))

    def _offer(self) -> None:
        self.end.setEnabled(bool(self.list.current_key))

    def _end(self) -> None:
        key = self.list.current_key
        if key:
            self._open(EndDeputyDialog(self, self._context, self._charter, self._shown[int(key)]))

    def _open(self, dialog: AmendDialog) -> None:
        dialog.done_with.connect(lambda _: self._read())
        dialog.open()

    def _read(self) -> None:
        desk = self._context.desk

        def charter() -> Charter:
            with desk.reading() as session:
                return desk.charter(session).charter

        self._context.bridge.run(charter, self.show_charter, self._context.tell, owner=self)
