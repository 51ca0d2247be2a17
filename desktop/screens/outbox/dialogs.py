"""The Outbox's questions: a new time, and whether a delivery is really to be cancelled or sent again."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.daytime import DayTime
from desktop.telling import tell_field
from desktop.widgets.banner import Banner
from desktop.widgets.dialog import Dialog
from desktop.widgets.text import Label
from editorial.changes import Changes
from editorial.delivery.outbox import Row
from editorial.errors import DeskError


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
        self.typed = DayTime(context.moments, max(deliveries[0].due_at, context.desk.clock.now()))
        self.day, self.time = self.typed.day, self.typed.time
        self.body.addWidget(self.typed)
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
        when = self.typed.when()
        if when is None:
            return
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
