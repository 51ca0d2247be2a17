"""Which entries an export is about: what is shown, a post, some days, or the whole log."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from PySide6.QtCore import QDate, Signal
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QRadioButton, QWidget

from desktop.widgets.fields import DateField, Message
from desktop.widgets.layout import columns, rows
from desktop.widgets.text import Label
from editorial.audit.browsing import Browsing, Sought
from editorial.errors import BadInputError

POST = "post"


@dataclass(frozen=True)
class Shown:
    """What the screen shows now, how many entries that is, in words, and how many of how many are verified."""

    sought: Sought = field(default_factory=Sought)
    count: str = ""
    size: int = 0
    verified: int = 0


@dataclass(frozen=True)
class Asked:
    """What was chosen, as plain data: the entries are found on the database thread."""

    which: str
    post: str
    span: tuple[date, date]


def sought_of(browsing: Browsing, asked: Asked, shown: Sought) -> Sought:
    """The entries asked for. Raises BadInputError where there is no such post."""
    if asked.which == "shown":
        return shown
    if asked.which == "days":
        moments = browsing.moments(*asked.span)
        return Sought(since=moments[0], until=moments[-1])
    if asked.which == POST:
        posts = browsing.posts(asked.post) if asked.post else ()
        if len(posts) != 1:
            title = "There is no such post" if not posts else "Several posts have that in their title"
            raise BadInputError(title, "Nothing was exported.", "Type its number, such as P-312.", field=POST)
        return Sought(objects=posts)
    return Sought()


class EntriesChoice(QWidget):
    """The four ways, as radio buttons with their fields. `changed()` when another one is chosen."""

    changed = Signal()

    def __init__(self, shown: Shown, today: date, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Entries")
        column = rows(self, gap=8)
        column.addWidget(Label("Entries", "bodyStrong"))
        self._group = QButtonGroup(self)
        self.shown = QRadioButton(f"As filtered now: {shown.count} entries")
        self.about = QRadioButton("Everything about post")
        self.days = QRadioButton("From")
        self.whole = QRadioButton(f"Whole log: {shown.size:,} entries")
        self.post = QLineEdit()
        self.post.setAccessibleName("Post number")
        self.post.setPlaceholderText("P-312")
        self.post.textEdited.connect(lambda: self.about.setChecked(True))
        self.first, self.last = DateField("From"), DateField("To")
        for day in (self.first, self.last):
            day.setDate(QDate(today.year, today.month, today.day))
            day.dateChanged.connect(lambda: self.days.setChecked(True))
        self.message = Message()
        for button, beside in (
            (self.shown, ()),
            (self.about, (self.post,)),
            (self.days, (self.first, Label("to"), self.last)),
            (self.whole, ()),
        ):
            self._group.addButton(button)
            button.toggled.connect(lambda on: self.changed.emit() if on else None)
            line = columns(gap=8)
            line.addWidget(button)
            for widget in beside:
                line.addWidget(widget)
            line.addStretch(1)
            column.addLayout(line)
        column.addWidget(self.message)
        self.shown.setVisible(not shown.sought.everything)
        (self.whole if shown.sought.everything else self.shown).setChecked(True)

    @property
    def asked(self) -> Asked:
        """What is chosen now."""
        first, last = sorted(
            date(day.date().year(), day.date().month(), day.date().day()) for day in (self.first, self.last)
        )
        names = {self.shown: "shown", self.about: POST, self.days: "days"}
        which = next((name for button, name in names.items() if button.isChecked()), "whole")
        return Asked(which, self.post.text().strip(), (first, last))
