"""Setting a blackout and ending one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from functools import partial

from PySide6.QtCore import QDate, Qt, QTime
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.setting import SetDialog
from desktop.widgets.banner import Banner
from desktop.widgets.choices import Switch
from desktop.widgets.fields import DateField, FormField, TimeField
from desktop.widgets.layout import columns
from desktop.widgets.text import Label
from editorial.planning.plan import Taken
from editorial.planning.times import LONGEST_NAME, Blackout

_NAMED = 3  # posts that are named; the others are counted


class BlackoutDialog(SetDialog):
    """A name, and from when until when: whole days, or with times."""

    def __init__(self, parent: QWidget, context: Context) -> None:
        words = "Nothing is scheduled in it. Crisis posts are not stopped."
        super().__init__(parent, context, "Set a blackout", words, icon="lock", verb="Set blackout")
        self.name = FormField("Name", placeholder="Accreditation visit", help_text="People read it where they wait.")
        self.name.line.setMaxLength(LONGEST_NAME)
        self.whole = Switch("Whole days")
        self.whole.setChecked(True)
        self.body.addWidget(self.name)
        self.body.addWidget(self.whole)
        tomorrow = context.moments.now().date() + timedelta(days=1)
        self.first_day, self.first_time = DateField(), TimeField()
        self.last_day, self.last_time = DateField(), TimeField()
        self.first_time.setTime(QTime(8, 0))
        self.last_time.setTime(QTime(18, 0))
        self.first = FormField("First day", editor=self.first_day)
        self.last = FormField("Last day", editor=self.last_day)
        self._times = (FormField("From", editor=self.first_time), FormField("Until", editor=self.last_time))
        for edit, field, at in zip((self.first_day, self.last_day), (self.first, self.last), self._times, strict=True):
            edit.setDate(QDate(tomorrow.year, tomorrow.month, tomorrow.day))
            line = columns(gap=12)
            line.addWidget(field, 2, Qt.AlignmentFlag.AlignTop)
            line.addWidget(at, 1, Qt.AlignmentFlag.AlignTop)
            self.body.addLayout(line)
        self.inside = Banner("warning", "", inline=True)
        self.inside.hide()
        self.body.addWidget(self.inside)
        self.body.addWidget(self.problem)
        self._follow()

    def _follow(self) -> None:
        """Every change is looked at: what is scheduled inside is said before the blackout is set."""
        self.whole.toggled.connect(self._arrange)
        self.name.line.textEdited.connect(lambda _: self.name.set_error(""))
        for day in (self.first_day, self.last_day):
            day.dateChanged.connect(self._look)
        for at in (self.first_time, self.last_time):
            at.timeChanged.connect(self._look)
        self._arrange()
        self.name.editor.setFocus()

    def _arrange(self) -> None:
        for field in self._times:
            field.setVisible(not self.whole.isChecked())
        self.last.set_help("The whole day belongs." if self.whole.isChecked() else "")
        self._look()

    @property
    def fields(self) -> Mapping[str, FormField]:
        """The name and the days."""
        return {"name": self.name, "first": self.first, "last": self.last}

    @property
    def stretch(self) -> tuple[datetime, datetime]:
        """From when until when, as wall times."""
        first, last = _day(self.first_day.date()), _day(self.last_day.date())
        if self.whole.isChecked():
            return datetime.combine(first, time()), datetime.combine(last, time()) + timedelta(days=1)
        return datetime.combine(first, _time(self.first_time)), datetime.combine(last, _time(self.last_time))

    def command(self) -> tuple[Callable[[], object], str]:
        """Sets it."""
        times, actor, name = self._context.services.times, self._context.actor, self.name.text()
        return partial(times.set_blackout, actor, name, *self.stretch), f"“{name.strip()}” is set."

    def _look(self) -> None:
        self.last.set_error("")
        read = partial(self._context.services.times.scheduled_within, *self.stretch)
        self._context.bridge.run(read, self._show_inside, owner=self)

    def _show_inside(self, found: tuple[Taken, ...]) -> None:
        posts = {each.number: each for each in found}
        named = [
            f"P-{each.number} on {self._context.moments.short(each.due)}" for each in list(posts.values())[:_NAMED]
        ]
        more = f" and {len(posts) - _NAMED} more" if len(posts) > _NAMED else ""
        count = "1 post is" if len(posts) == 1 else f"{len(posts)} posts are"
        self.inside.set_text(
            f"{count} scheduled inside", f"{', '.join(named)}{more}. A blackout stops nothing: move them in the Outbox."
        )
        self.inside.setVisible(bool(posts))


class EndBlackoutDialog(SetDialog):
    """Asks before a blackout ends."""

    def __init__(self, parent: QWidget, context: Context, blackout: Blackout, words: str) -> None:
        title = f"End “{blackout.name}”?"
        super().__init__(parent, context, title, "Its times can be chosen again.", icon="lock", verb="End blackout")
        self._blackout = blackout
        self.body.addWidget(Label(words, wrap=True))
        self.body.addWidget(self.problem)

    def command(self) -> tuple[Callable[[], object], str]:
        """Ends it."""
        times, actor = self._context.services.times, self._context.actor
        return partial(times.end_blackout, actor, self._blackout.id), f"“{self._blackout.name}” has ended."


def _day(day: QDate) -> date:
    return date(day.year(), day.month(), day.day())


def _time(edit: TimeField) -> time:
    return time(edit.time().hour(), edit.time().minute())
