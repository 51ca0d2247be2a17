"""What the dialogs that set a rule for times share: one command, its problem in words, and the words of days."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.telling import tell_banner, tell_field
from desktop.widgets.banner import Banner
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import FormField
from editorial.errors import DeskError
from editorial.planning.times import EVERY_DAY, WEEKDAYS, WEEKEND

DAYS = ((EVERY_DAY, "every day"), (WEEKDAYS, "weekdays"), (WEEKEND, "weekends"))
_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def days_words(days: frozenset[int]) -> str:
    """`weekdays`, or `Mon, Wed`."""
    known = next((words for each, words in DAYS if each == days), "")
    return known or ", ".join(_NAMES[day] for day in sorted(days))


class SetDialog(Dialog):
    """Asks for one rule and sets it. `done_with(words)` once it is set."""

    done_with = Signal(str)

    def __init__(self, parent: QWidget, context: Context, title: str, subtitle: str, *, icon: str, verb: str) -> None:
        super().__init__(parent, title, subtitle, icon=icon)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self.problem = Banner("danger", "", inline=True)
        self.problem.hide()
        self.set_note("Your name stands in the audit log.", "info")
        self.add_cancel()
        self.button = self.add_button(verb, "primary", default=True)
        self.button.clicked.connect(self.press)

    @property
    def fields(self) -> Mapping[str, FormField]:
        """The fields by the names that errors give them."""
        return {}

    def command(self) -> tuple[Callable[[], object], str]:
        """What sets the rule, for the database thread, and the words for when it is set. Raises DeskError."""
        raise NotImplementedError

    def press(self) -> None:
        """Sets the rule, or says why not."""
        self.problem.hide()
        try:
            command, words = self.command()
        except DeskError as error:
            self.fail(error)
            return
        self.button.set_busy(True)
        self._context.bridge.run(command, lambda _: self._done(words), self.fail, owner=self)

    def _done(self, words: str) -> None:
        self.accept()
        self.done_with.emit(words)

    def fail(self, error: DeskError) -> None:
        """Tells an error at its field, or above the buttons."""
        self.button.set_busy(False)
        if not tell_field(error, self.fields):
            tell_banner(error, self.problem)
