"""A day and a time of the organisation's zone, typed: what a delivery's new time is asked with."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtWidgets import QWidget

from desktop.moments import Moments
from desktop.widgets.fields import FormField
from desktop.widgets.layout import columns
from editorial.when import Choice, When


class DayTime(QWidget):
    """Two fields; `when` reads them, or marks what cannot be read."""

    def __init__(self, moments: Moments, start: datetime, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._zone = moments.zone_name
        local = moments.local(start)
        line = columns(self, gap=12)
        self.day = FormField("Day", help_text="Year-month-day")
        self.day.set_text(f"{local:%Y-%m-%d}")
        self.time = FormField("Time", help_text=f"{moments.place()} time, 24 hours")
        self.time.set_text(f"{local:%H:%M}")
        line.addWidget(self.day, 1)
        line.addWidget(self.time, 1)

    def when(self) -> When | None:
        """What was typed; None after marking the field."""
        self.day.set_error("")
        self.time.set_error("")
        try:
            wall = datetime.strptime(f"{self.day.text()} {_clock(self.time.text())}", "%Y-%m-%d %H:%M")  # noqa: DTZ007
        except ValueError:
            self.day.set_error("Write the day as 2027-03-12 and the time as 09:30.")
            return None
        return When(Choice.SET, wall, self._zone, None)


def _clock(text: str) -> str:
    """`9`, `930` and `9.30` as `09:30`."""
    plain = text.strip().replace(".", ":")
    if plain.isdigit():
        plain = f"{plain}:00" if len(plain) <= 2 else f"{plain[:-2]}:{plain[-2:]}"
    return plain
