"""The Outbox's questions: a new time, and whether a delivery is really to be cancelled or sent again."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.telling import tell_field
from desktop.widgets.banner import Banner
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import FormField
from desktop.widgets.layout import columns
from desktop.widgets.text import Label
from editorial.changes import Changes
from editorial.delivery.outbox import Row
from editorial.errors import DeskError
from editorial.when import Choice, When


class RescheduleDialog(Dialog):
    """Asks for another time for one or several deliveries. Inside the signed window signatures stay."""

    def __init__(self, context: Context, parent: QWidget, deliveries: list[Row]) -> None:
        many = len(deliveries) > 1
        super().__init__(
            parent,
            f"Move {len(deliveries)} deliveries" if many else "Move this delivery",
            deliveries[0].title if not many else "All get the same time.",
            icon="calendar-clock",
            width="sm",
            window_title="Reschedule",
        )
        self._context, self._rows = context, deliveries
        local = context.moments.local(max(deliveries[0].due_at, context.desk.clock.now()))
        line = columns(gap=12)
        self.day = FormField("Day", help_text="Year-month-day")
        self.day.set_text(f"{local:%Y-%m-%d}")
        self.time = FormField("Time", help_text=f"{context.moments.place()} time, 24 hours")
        self.time.set_text(f"{local:%H:%M}")
        line.addWidget(self.day, 1)
        line.addWidget(self.time, 1)
        self.body.addLayout(line)
        words = "Inside the signed time window the signatures stay. Outside it the post needs new ones."
        self.body.addWidget(Label(words, "small", "secondary", wrap=True))
        self.problem = Banner("danger", "", inline=True)
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.body.addStretch(1)
        self.add_cancel()
        self.move_button = self.add_button("Move", "primary", default=True)
        self.move_button.clicked.connect(self._move)

    def _move(self) -> None:
        self.problem.hide()
        self.day.set_error("")
        self.time.set_error("")
        try:
            wall = datetime.strptime(f"{self.day.text()} {_clock(self.time.text())}", "%Y-%m-%d %H:%M")  # noqa: DTZ007
        except ValueError:
            self.day.set_error("Write the day as 2027-03-12 and the time as 09:30.")
            return
        when = When(Choice.SET, wall, self._context.moments.zone_name, None)
        outbox, actor, ids = self._context.outbox, self._context.actor, [row.delivery_id for row in self._rows]

        def move() -> Changes:
            changes = Changes()
            for delivery in ids:
                changes |= outbox.reschedule(actor, delivery, when)
            return changes

        self.move_button.set_busy(True)
        self._context.bridge.run(move, self._done, self._failed, owner=self)

    def _done(self, _: Changes) -> None:
        self.accept()
        self._context.say("Moved." if len(self._rows) == 1 else f"{len(self._rows)} moved.", icon="calendar-clock")

    def _failed(self, error: DeskError) -> None:
        self.move_button.set_busy(False)
        if not tell_field(error, {"time": self.time, "fold": self.time, "zone": self.time}):
            self.problem.set_text(error.title, f"{error.what} {error.advice}".strip())
            self.problem.show()


def _clock(text: str) -> str:
    """`9`, `930` and `9.30` as `09:30`."""
    plain = text.strip().replace(".", ":")
    if plain.isdigit():
        plain = f"{plain}:00" if len(plain) <= 2 else f"{plain[:-2]}:{plain[-2:]}"
    return plain


def ask(
    parent: QWidget, title: str, sentence: str, verb: str, do: Callable[[], object], *, icon: str, keep: str
) -> Dialog:
    """A question with one verb and a way to keep things as they are."""
    dialog = Dialog(parent, title, sentence, icon=icon, group="danger", width="sm", window_title=title)
    dialog.add_cancel(keep)
    button = dialog.add_button(verb, "danger")

    def agreed() -> None:
        dialog.accept()
        do()

    button.clicked.connect(agreed)
    dialog.open()
    return dialog
