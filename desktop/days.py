"""A day that is typed as people write it, and said back in words."""

from __future__ import annotations

from datetime import date

from desktop.moments import Moments
from desktop.widgets.fields import FormField
from editorial.errors import BadInputError

SUCH_AS = "Such as 12 March 2027"


class DayField(FormField):
    """Below it stands which day was understood, from the first text on that can be one."""

    def __init__(self, label: str, moments: Moments, *, optional: str = "") -> None:
        super().__init__(label, optional=optional, help_text=SUCH_AS)
        self._moments = moments
        self.line.textChanged.connect(self._say)

    def set_day(self, day: date) -> None:
        """Writes a day into it, as the system would."""
        self.set_text(self._moments.day_words(day))

    def day(self) -> date | None:
        """What was typed; None where nothing was. Raises BadInputError for what is no day."""
        return self._moments.typed_day(self.text()) if self.text().strip() else None

    def _say(self) -> None:
        self.set_error("")
        try:
            day = self.day()
        except BadInputError:
            day = None
        self.set_help(self._moments.long_day(day) if day else SUCH_AS)
