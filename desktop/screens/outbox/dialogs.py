"""The Outbox's questions: a new time, whether a delivery is really to be cancelled; and what became of several."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import NamedTuple

from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.telling import sentence, tell_banner
from desktop.times.newtime import NewTime
from desktop.widgets.banner import Banner
from desktop.widgets.dialog import Dialog
from desktop.widgets.text import Label
from editorial.changes import Changes
from editorial.delivery.outbox import Row
from editorial.delivery.room import Room
from editorial.errors import DeskError


class Outcome(NamedTuple):
    """What became of a command for several deliveries: those for which it was done, and why not for the others."""

    done: tuple[Row, ...]
    refused: tuple[tuple[Row, DeskError], ...]
    changes: Changes


def each_of(chosen: Sequence[Row], do: Callable[[str], Changes]) -> Outcome:
    """Runs a command for each; one that is refused stops no other. For the database thread."""
    changes, done, refused = Changes(), [], []
    for row in chosen:
        try:
            changes |= do(row.delivery_id)
            done.append(row)
        except DeskError as error:
            refused.append((row, error))
    return Outcome(tuple(done), tuple(refused), changes)


def tell_outcome(context: Context, parent: QWidget, outcome: Outcome, done: str, *, icon: str = "check") -> None:
    """Says what was done, and for each delivery that was refused why."""
    count, refused = len(outcome.done), outcome.refused
    if not refused:
        context.say(f"{outcome.done[0].title}: {done}." if count == 1 else f"{count} {done}.", icon=icon)
    elif count + len(refused) == 1:
        context.tell(refused[0][1])
    else:
        title = f"{count or 'None'} {done}, {len(refused)} not"
        dialog = Dialog(parent, title, "What was not done stays as it was.", icon="list-checks", window_title=title)
        for row, error in refused:
            words = sentence(error)
            dialog.body.addWidget(Banner("warning", f"{row.title}, {row.account}", words, inline=True))
        dialog.add_button("Close", "primary", default=True).clicked.connect(dialog.accept)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open_soon()


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
        self._context, self._window, self._rows = context, parent, deliveries
        now, due = context.desk.clock.now(), deliveries[0].due_at
        self.typed = NewTime(context.moments, due if due > now else now + timedelta(hours=1))
        self.typed.fields.changed.connect(self._fit)
        self.day, self.time = self.typed.fields.day, self.typed.fields.time
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
        outbox, ids = context.outbox, [row.delivery_id for row in deliveries]
        context.bridge.run(lambda: outbox.room(ids), self._show_room, context.tell, owner=self)

    def _show_room(self, room: Room) -> None:
        self.typed.show_room(room)
        self._fit()

    def _move(self) -> None:
        self.problem.hide()
        when = self.typed.when()
        if when is None:
            self._fit()
            return
        outbox, actor = self._context.outbox, self._context.actor
        self.move_button.set_busy(True)
        self._context.bridge.run(
            lambda: each_of(self._rows, lambda key: outbox.reschedule(actor, key, when)), self._done, owner=self
        )

    def _done(self, outcome: Outcome) -> None:
        self.move_button.set_busy(False)
        if outcome.done:
            self.accept()
            tell_outcome(self._context, self._window, outcome, "moved", icon="calendar-clock")
            return
        _, error = outcome.refused[0]
        if not self.typed.show_error(error):
            tell_banner(error, self.problem)
        self._fit()


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
