"""Changing the periods, preserving, and ending a Preserve."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial

from PySide6.QtCore import QDate, Qt
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.setting import SetDialog
from desktop.widgets.choices import Segmented
from desktop.widgets.fields import Combo, DateField, FormField, TextArea
from desktop.widgets.layout import columns
from editorial.errors import BadInputError
from editorial.people.desk_people import Card
from editorial.retention.periods import Periods, Retention, Span
from editorial.retention.preserving import LONGEST, By, Preserved, Preserving, Reach


class PeriodsDialog(SetDialog):
    """How long things are kept, for every desk."""

    def __init__(self, parent: QWidget, context: Context, periods: Periods) -> None:
        words = "For every desk of this workspace."
        super().__init__(parent, context, "How long records are kept", words, icon="archive", verb="Set periods")
        self._days = periods.records.days
        last = "From when a record was last touched or in effect. It can be made longer and never shorter again."
        self.years = FormField("Posts, signatures, authorizations, the log, in years", help_text=last)
        typed = "From the last keystroke. The publisher erases them."
        self.drafts = FormField("Drafts never sent to review, in days", help_text=typed)
        unused = "Also those of posts that were given up unsigned. The publisher erases them."
        self.media = FormField("Pictures that nothing uses, in days", help_text=unused)
        self._fields = {"records": self.years, "drafts": self.drafts, "media": self.media}
        for field, value in zip(
            self._fields.values(), (periods.records.years, periods.drafts, periods.media), strict=True
        ):
            field.set_text(str(value))
        for field in self._fields.values():
            self.body.addWidget(field)
        self.body.addWidget(self.problem)

    @property
    def fields(self) -> Mapping[str, FormField]:
        """The three times."""
        return self._fields

    def command(self) -> tuple[Callable[[], object], str]:
        """Sets them. Raises BadInputError for what is no number."""
        years, drafts, media = (_number(field.text(), name) for name, field in self._fields.items())
        periods = Periods(Span(years, self._days), drafts, media)
        return partial(Retention(self._context.desk).set, self._context.actor, periods), "The periods are set."


def _number(text: str, name: str) -> int:
    if not text.strip().isdecimal():
        raise BadInputError("This is no number", "Nothing was changed.", "Write digits.", field=name)
    return int(text)


class PreserveDialog(SetDialog):
    """Preserves by post, person, days or word."""

    def __init__(self, parent: QWidget, context: Context, people: tuple[Card, ...]) -> None:
        words = "What it touches is kept beyond its time, until somebody ends it."
        super().__init__(parent, context, "Preserve records", words, icon="file-lock", verb="Preserve")
        parts = (("word", "A word"), ("post", "A post"), ("person", "A person"), ("dates", "Days"))
        self.by = Segmented(parts, label="What is preserved")
        self.by.changed.connect(lambda _: self._arrange())
        self.body.addWidget(self.by)
        self.word = FormField("Word or phrase", help_text="Whole words, whatever their case and accents.")
        self.word.line.setMaxLength(LONGEST)
        self.post = FormField("Post", placeholder="P-318", help_text="Its number.")
        self.people = Combo()
        for card in people:
            self.people.addItem(card.name, card.id)
        self.person = FormField("Person", editor=self.people, help_text="What they wrote, signed, said or did.")
        self.first_day, self.last_day = DateField(), DateField()
        today = context.moments.now().date()
        for edit in (self.first_day, self.last_day):
            edit.setDate(QDate(today.year, today.month, today.day))
        self.first = FormField("First day", editor=self.first_day)
        self.last = FormField("Last day", editor=self.last_day, help_text="Both days belong.")
        line = columns(gap=12)
        for field in (self.first, self.last):
            line.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
        for field in (self.word, self.post, self.person):
            self.body.addWidget(field)
        self.body.addLayout(line)
        self.why = TextArea("Why", lines=2)
        self.body.addWidget(FormField("Why", editor=self.why, optional="kept with the entry"))
        self.body.addWidget(self.problem)
        self._arrange()

    def _arrange(self) -> None:
        shown = {"word": (self.word,), "post": (self.post,), "person": (self.person,), "dates": (self.first, self.last)}
        for by, fields in shown.items():
            for field in fields:
                field.setVisible(by == self.by.current)

    @property
    def fields(self) -> Mapping[str, FormField]:
        """The fields of what is chosen."""
        target = self.post if self.by.current == By.POST else self.person
        return {"word": self.word, "target": target, "dates": self.last}

    def command(self) -> tuple[Callable[[], object], str]:
        """Preserves it."""
        by = By(self.by.current)
        target = {By.POST: self.post.text(), By.PERSON: str(self.people.currentData() or "")}.get(by, "")
        reach = Reach(by, target, _day(self.first_day), _day(self.last_day), self.word.text())
        set_it = Preserving(self._context.desk).set
        return partial(set_it, self._context.actor, reach, self.why.toPlainText()), "It is preserved."


def _day(edit: DateField) -> date:
    day = edit.date()
    return date(day.year(), day.month(), day.day())


class EndPreserveDialog(SetDialog):
    """Asks for the reason before a Preserve ends."""

    def __init__(self, parent: QWidget, context: Context, preserved: Preserved) -> None:
        words = "What it kept can be erased once its time is over. Nothing is erased by this."
        title = f"End Preserve for {preserved.words}?"
        super().__init__(parent, context, title, words, icon="file-lock", verb="End Preserve")
        self._preserved = preserved
        self.reason = TextArea("Why it ends", lines=2)
        self.why = FormField("Why it ends", editor=self.reason)
        self.body.addWidget(self.why)
        self.body.addWidget(self.problem)

    @property
    def fields(self) -> Mapping[str, FormField]:
        """The reason."""
        return {"why": self.why}

    def command(self) -> tuple[Callable[[], object], str]:
        """Ends it."""
        end, words = Preserving(self._context.desk).end, f"Preserve for {self._preserved.words} has ended."
        return partial(end, self._context.actor, self._preserved.id, self.reason.toPlainText()), words
