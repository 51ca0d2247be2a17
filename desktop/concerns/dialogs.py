"""The questions around a concern: what is wrong, who was told, and how it ended."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.days import DayField
from desktop.telling import tell_banner, tell_field
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import AppButton
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import Combo, FormField, TextArea
from desktop.widgets.layout import columns
from desktop.widgets.text import Label
from editorial.concerns import KIND_WORDS, ConcernKind, Row, Told
from editorial.errors import BadInputError, DeskError
from editorial.wall import typed_time


@dataclass(frozen=True)
class About:
    """The post that a concern is about."""

    post_id: str
    number: int
    title: str

    @property
    def words(self) -> str:
        """The post under the dialog's title."""
        return f"P-{self.number}, {self.title}"


class _Asking(Dialog):
    """A dialog that runs one command and stays open with the reason when it is refused."""

    def __init__(self, context: Context, parent: QWidget, title: str, subtitle: str, *, icon: str) -> None:
        group = "danger" if icon == "flag" else "accent"
        super().__init__(parent, title, subtitle, icon=icon, group=group, width="md", window_title=title)
        self.context = context
        self.setObjectName("asking")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.problem = Banner("danger", "", inline=True)
        self.problem.hide()
        self.send: AppButton | None = None
        self._fields: Mapping[str, FormField] = {}

    def finish(self, verb: str, fields: Mapping[str, FormField], do: Callable[[], object]) -> None:
        """The end of the dialog: where problems stand, and the buttons. `do` is what the last one starts."""
        self._fields = fields
        self.body.addWidget(self.problem)
        self.add_cancel()
        self.send = self.add_button(verb, "primary", default=True)
        self.send.clicked.connect(lambda: do())

    def ask(self, command: Callable[[], object], said: str) -> None:
        """Runs the command; `said` is the message afterwards."""
        self.problem.hide()
        if self.send is not None:
            self.send.set_busy(True)
        self.context.bridge.run(command, lambda _: self._done(said), self.refuse, owner=self)

    def _done(self, said: str) -> None:
        self.accept()
        self.context.say(said, icon="flag")

    def refuse(self, error: DeskError) -> None:
        """Says why it was not done; everything typed is still there."""
        if self.send is not None:
            self.send.set_busy(False)
        if not tell_field(error, self._fields):
            tell_banner(error, self.problem)


class ReportConcernDialog(_Asking):
    """Somebody says what is wrong with a post. Everybody may."""

    def __init__(self, context: Context, parent: QWidget, about: About) -> None:
        super().__init__(context, parent, "Report a concern", about.words, icon="flag")
        self._about = about
        self.kind = Combo("What it is about")
        self.kind.addItem("Choose what it is about", "")  # no guess: a privacy incident is more than a wrong date
        for kind, words in KIND_WORDS.items():
            self.kind.addItem(words, kind)
        self.area = TextArea("What is wrong", lines=4, placeholder="Say in a sentence or two what is wrong")
        self.field = FormField("What is wrong", editor=self.area)
        self.about = FormField("What it is about", editor=self.kind)
        self.body.addWidget(self.about)
        self.body.addWidget(self.field)
        kept = (
            "Kept with it, as it is at this minute: where the post is and since when, its version, and who signed it. "
            "Reporting stops nothing and takes nothing down."
        )
        self.body.addWidget(Label(kept, "small", "secondary", wrap=True))
        self.finish("Report concern", {"text": self.field}, self._report)
        self.kind.setFocus()

    def _report(self) -> None:
        if not self.kind.currentData():
            self.about.set_error("Choose what it is about.")
            self.kind.setFocus()
            return
        self.about.set_error("")
        concerns, actor, post_id = self.context.services.concerns, self.context.actor, self._about.post_id
        kind, text = ConcernKind(self.kind.currentData()), self.area.toPlainText()
        self.ask(
            lambda: concerns.report(actor, post_id, kind, text), f"The concern about P-{self._about.number} is kept."
        )


class ToldDialog(_Asking):
    """Who was told of a concern, by which way, and when."""

    def __init__(self, context: Context, parent: QWidget, concern: Row) -> None:
        super().__init__(context, parent, f"Who was told of C-{concern.number}?", concern.title, icon="user")
        self._concern = concern
        self.who = FormField("Who", placeholder="Helen Castellanos, privacy officer")
        self.how = FormField("How", optional="optional", placeholder="by phone")
        now = context.moments.now()
        self.day = DayField("Day", context.moments)
        self.day.set_day(now.date())
        self.time = FormField("Time", help_text=f"{context.moments.place()} time")
        self.time.set_text(f"{now:%H:%M}")
        self.body.addWidget(self.who)
        self.body.addWidget(self.how)
        line = columns(gap=12)
        line.addWidget(self.day, 1)
        line.addWidget(self.time, 1)
        self.body.addLayout(line)
        fields = {"who": self.who, "day": self.day, "time": self.time}
        self.finish("Add", fields, self._add)
        self.who.setFocus()

    def _add(self) -> None:
        try:
            told = Told(self.who.text(), self.how.text(), self._at())
        except BadInputError as error:
            self.refuse(error)
            return
        concerns, actor, key = self.context.services.concerns, self.context.actor, self._concern.id
        self.ask(lambda: concerns.note(actor, key, [told]), f"C-{self._concern.number} says who was told.")

    def _at(self) -> datetime:
        moments = self.context.moments
        return datetime.combine(moments.typed_day(self.day.text()), typed_time(self.time.text()), moments.zone)


class CloseConcernDialog(_Asking):
    """What came of a concern."""

    def __init__(self, context: Context, parent: QWidget, concern: Row) -> None:
        super().__init__(context, parent, f"Close C-{concern.number}", concern.title, icon="check")
        self._concern = concern
        self.body.addWidget(Label(concern.text, "body", "secondary", wrap=True))
        self.area = TextArea("What came of it", lines=3, placeholder="Corrected, taken down, or nothing in it; and why")
        self.field = FormField("What came of it", editor=self.area)
        self.body.addWidget(self.field)
        self.finish("Close concern", {"outcome": self.field}, self._close)
        self.area.setFocus()

    def _close(self) -> None:
        concerns, actor, key = self.context.services.concerns, self.context.actor, self._concern.id
        outcome = self.area.toPlainText()
        self.ask(lambda: concerns.close(actor, key, outcome), f"C-{self._concern.number} is closed.")
