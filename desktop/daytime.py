"""A day and a time of the organisation's zone, typed: what a delivery's new time is asked with."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.days import DayField
from desktop.moments import Moments
from desktop.telling import tell_field
from desktop.widgets.choices import Segmented
from desktop.widgets.fields import FormField
from desktop.widgets.layout import columns, rows
from editorial.errors import BadInputError
from editorial.wall import typed_time
from editorial.when import Choice, When, doubled, resolve


class DayTime(QWidget):
    """Two fields; `when` reads them, or marks what cannot be read. A time that exists twice asks which. `changed`."""

    changed = Signal()

    def __init__(self, moments: Moments, start: datetime, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._moments = moments
        column = rows(self, gap=8)
        line = columns(gap=12)
        self.day = DayField("Day", moments)
        self.time = FormField("Time", help_text=f"{moments.place()} time, 24 hours")
        for field in (self.day, self.time):
            line.addWidget(field, 1, Qt.AlignmentFlag.AlignTop)
            field.line.textChanged.connect(lambda _: self._changed())
        column.addLayout(line)
        self.fold = Segmented([("0", "First"), ("1", "Second")], label="Which of the two", current=None)
        self.fold.changed.connect(lambda _: self.changed.emit())
        self.fold.hide()
        column.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignLeft)
        self.put(moments.local(start))

    def put(self, wall: datetime) -> None:
        """Writes a time into the fields."""
        self.day.set_day(wall.date())
        self.time.set_text(f"{wall:%H:%M}")

    def typed(self) -> When | None:
        """What was typed; None for what cannot be read."""
        try:
            return self._read()
        except BadInputError:
            return None

    def when(self) -> When | None:
        """What was typed; None after marking the field that cannot be read."""
        for field in (self.day, self.time):
            field.set_error("")
        try:
            return self._read()
        except BadInputError as error:
            tell_field(error, {"day": self.day, "time": self.time})
            return None

    def _read(self) -> When:
        wall = datetime.combine(self._moments.typed_day(self.day.text()), typed_time(self.time.text()))
        twice = doubled(wall, self._moments.zone_name) and self.fold.current
        return When(Choice.SET, wall, self._moments.zone_name, int(self.fold.current) if twice else None)

    def _changed(self) -> None:
        """Asks which of the two, where the time exists twice."""
        found = self.typed()
        twice = found is not None and found.wall is not None and doubled(found.wall, self._moments.zone_name)
        if twice and found is not None and found.wall is not None:
            for turn, word in ((0, "First"), (1, "Second")):
                moment = resolve(found.wall, self._moments.zone_name, turn)
                self.fold.set_text(str(turn), f"{word} {found.wall:%H:%M} {self._moments.zone_label(moment)}")
        self.fold.setVisible(twice)
        self.changed.emit()
