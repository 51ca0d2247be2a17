"""Quiet hours of the workspace, and the usual times of one account."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import time
from functools import partial

from PySide6.QtCore import Qt, QTime
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.setting import SetDialog
from desktop.times.days import DAYS, days_words
from desktop.widgets.buttons import AppButton, IconButton
from desktop.widgets.choices import Switch
from desktop.widgets.fields import Combo, FormField, TimeField
from desktop.widgets.layout import columns, rows
from desktop.widgets.text import Label
from editorial.planning.times import MOST_SLOTS, QuietHours, Slot
from editorial.posts.draft import Target

USUAL_QUIET = QuietHours(time(21), time(7))
_FIRST = time(9)


class QuietDialog(SetDialog):
    """The hours for which Compose warns, or none."""

    def __init__(self, parent: QWidget, context: Context, quiet: QuietHours | None) -> None:
        words = f"Every day, {context.moments.place()} time. Whoever chooses a time in them is warned."
        super().__init__(parent, context, "Quiet hours", words, icon="moon", verb="Set quiet hours")
        self.on = Switch("Warn of times in quiet hours")
        self.on.setChecked(quiet is not None)
        self.body.addWidget(self.on)
        self.starts, self.ends = TimeField(), TimeField()
        shown = quiet or USUAL_QUIET
        _show(self.starts, shown.starts)
        _show(self.ends, shown.ends)
        line = columns(gap=12)
        self._from = FormField("From", editor=self.starts)
        self._until = FormField("Until", editor=self.ends)
        for field in (self._from, self._until):
            line.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(line)
        self.body.addWidget(self.problem)
        self.on.toggled.connect(self._arrange)
        self._arrange()

    def _arrange(self) -> None:
        for field in (self._from, self._until):
            field.setEnabled(self.on.isChecked())

    @property
    def fields(self) -> Mapping[str, FormField]:
        """Both ends."""
        return {"starts": self._from, "ends": self._until}

    def command(self) -> tuple[Callable[[], object], str]:
        """Sets them. Raises BadInputError for hours that are none."""
        quiet = QuietHours(_time(self.starts), _time(self.ends)) if self.on.isChecked() else None
        words = "The quiet hours are set." if quiet else "There are no quiet hours."
        return partial(self._context.services.times.set_quiet, self._context.actor, quiet), words


class SlotLine(QWidget):
    """One usual time: when, on which days, and a button that takes it away."""

    def __init__(self, slot: Slot) -> None:
        super().__init__()
        line = columns(self, gap=8)
        self.at, self.days = TimeField("Time"), Combo("Days")
        _show(self.at, slot.at)
        choices = list(DAYS) if any(slot.days == days for days, _ in DAYS) else [*DAYS, (slot.days, "")]
        for days, _ in choices:
            words = days_words(days)
            self.days.addItem(words[0].upper() + words[1:], sorted(days))
        self.days.setCurrentIndex(next(place for place, (days, _) in enumerate(choices) if days == slot.days))
        self.remove = IconButton("x", f"Remove {slot.at:%H:%M}")
        line.addWidget(self.at)
        line.addWidget(self.days, 1)
        line.addWidget(self.remove)

    @property
    def slot(self) -> Slot:
        """What is chosen."""
        return Slot(_time(self.at), frozenset(self.days.currentData()))


class SlotsDialog(SetDialog):
    """The usual times of an account: Compose offers those that are free."""

    def __init__(self, parent: QWidget, context: Context, account: Target, slots: tuple[Slot, ...]) -> None:
        words = f"{context.moments.place()} time. Compose offers those that are free."
        title = f"Usual times of {account.label}"
        super().__init__(parent, context, title, words, icon="clock", verb="Set usual times")
        self._account = account
        self.lines: list[SlotLine] = []
        self._column = rows(gap=8)
        self._none = Label("No usual times.", "body", "secondary")
        self.body.addWidget(self._none)
        self.body.addLayout(self._column)
        self.add = AppButton("Add a time", icon="plus")
        self.add.clicked.connect(self._add)
        self.body.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.problem)
        for slot in slots:
            self._put(slot)
        self._arrange()

    def _put(self, slot: Slot) -> SlotLine:
        line = SlotLine(slot)
        line.remove.clicked.connect(lambda: self._drop(line))
        self.lines.append(line)
        self._column.addWidget(line)
        return line

    def _add(self) -> None:
        later = time(min(23, self.lines[-1].slot.at.hour + 3)) if self.lines else _FIRST
        line = self._put(Slot(later, self.lines[-1].slot.days if self.lines else Slot(_FIRST).days))
        self._arrange()
        line.at.setFocus(Qt.FocusReason.TabFocusReason)

    def _drop(self, line: SlotLine) -> None:
        place = self.lines.index(line)
        self.lines.remove(line)
        line.hide()
        line.deleteLater()
        self._arrange()
        left = self.lines[min(place, len(self.lines) - 1)].remove if self.lines else self.add
        left.setFocus(Qt.FocusReason.TabFocusReason)

    def _arrange(self) -> None:
        self._none.setVisible(not self.lines)
        self.add.setEnabled(len(self.lines) < MOST_SLOTS)

    def command(self) -> tuple[Callable[[], object], str]:
        """Sets them."""
        times, slots = self._context.services.times, [line.slot for line in self.lines]
        set_them = partial(times.set_slots, self._context.actor, self._account.id, slots)
        return set_them, f"The usual times of {self._account.label} are set."


def _show(edit: TimeField, at: time) -> None:
    edit.setTime(QTime(at.hour, at.minute))


def _time(edit: TimeField) -> time:
    return time(edit.time().hour(), edit.time().minute())
