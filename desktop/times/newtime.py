"""A new time for deliveries: typed, or taken from the usual times; what speaks against it is said while it is typed."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.daytime import DayTime
from desktop.moments import Moments
from desktop.telling import sentence, tell_field
from desktop.times.offers import Advice
from desktop.widgets.layout import rows
from editorial.delivery.room import Room
from editorial.errors import BadInputError, DeskError
from editorial.planning.plan import Offer
from editorial.when import When


class NewTime(QWidget):
    """The fields and the advice. `show_room` as soon as it is read; until then any time can be typed."""

    def __init__(self, moments: Moments, start: datetime, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._moments = moments
        self._room: Room | None = None
        self.fields = DayTime(moments, start)
        self.fields.changed.connect(self._look)
        self.advice = Advice()
        self.advice.taken.connect(self._take)
        column = rows(self, gap=10)
        column.addWidget(self.fields)
        column.addWidget(self.advice)

    def show_room(self, room: Room) -> None:
        """Takes over what a time has to fit into."""
        self._room = room
        self._look()

    def when(self) -> When | None:
        """What was typed; None after saying what is wrong with it."""
        found = self.fields.when()
        if found is None or self._room is None:
            return found
        if self._instant(found, self._room) is None:
            self.fields.time.editor.setFocus(Qt.FocusReason.OtherFocusReason)
            return None
        return found

    def show_error(self, error: DeskError) -> bool:
        """Tells an error at the field that it names; False where it names none of these."""
        time = self.fields.time
        return tell_field(error, {"time": time, "fold": time, "zone": time, "day": self.fields.day})

    def _look(self) -> None:
        if self._room is None:
            return
        self.fields.time.set_error("")
        found, room, now, moments = self.fields.typed(), self._room, self._moments.now(), self._moments
        self.advice.show_better(None, "")
        due = self._instant(found, room) if found is not None else None
        self.advice.show_warnings(room.warnings(due) if due is not None else ())
        if found is not None and found.wall is not None:
            offers = room.offers_on(found.wall.date(), now)
            noon = found.wall.replace(hour=12, minute=0, tzinfo=moments.zone)
            words = {each.due: moments.time(each.due) for each in offers}
            self.advice.show_offers(moments.day(noon), offers, room.plan.labels, words)
        best = room.best(now)
        self.advice.show_best(
            best if best is not None and best.due != due else None, moments.when(best.due) if best is not None else ""
        )
        self.advice.mark(due)

    def _instant(self, when: When, room: Room) -> datetime | None:
        """The instant, if they can go out then; else None, having said why not and what would do."""
        now = self._moments.now()
        try:
            due = when.due(now)
        except BadInputError as error:
            self.fields.time.set_error(sentence(error))
            return None
        refusal = room.refusal(due, now) if due is not None else None
        if due is None or refusal is None or when.wall is None:
            return due
        self.fields.time.set_error(sentence(refusal))
        free = room.free_after(due, now, when.wall)
        self.advice.show_better(free, self._moments.when(free.due) if free is not None else "")
        return None

    def _take(self, offer: Offer) -> None:
        self.fields.put(offer.wall)
