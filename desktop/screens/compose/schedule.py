"""The popover in which a person says when a post goes out. What is wrong with a time is said by `editorial.when`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.look import look
from desktop.moments import Moments
from desktop.screens.compose.month import HatchLegend, MiniMonth, MonthHead, short_day
from desktop.telling import sentence
from desktop.times.offers import Advice
from desktop.widgets.announce import announce
from desktop.widgets.buttons import AppButton
from desktop.widgets.choices import Segmented
from desktop.widgets.dialog import Popover
from desktop.widgets.fields import Combo, FormField
from desktop.widgets.layout import Box, columns, rows
from desktop.widgets.marks import IconMark
from desktop.widgets.text import Hairline, Label
from editorial.errors import BadInputError
from editorial.planning.plan import Offer, Plan
from editorial.wall import ClockChange, label_on, local_now, next_change, typed_time
from editorial.when import SOON_FOR, UNDATED_FOR, Choice, When, doubled, resolve, window_for

WIDTH = 568
FIRST_OFFER = time(9, 0)
ZONES = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Phoenix",
    "America/Los_Angeles",
    "America/Anchorage",
    "Pacific/Honolulu",
    "Europe/Berlin",
    "UTC",
)
"""The zones offered besides the organization's own."""


@dataclass(frozen=True)
class Facts:
    """What the popover needs to know besides the time itself. `crisis`: the post takes the short route."""

    now: datetime
    moments: Moments
    load: Mapping[date, int] = field(default_factory=dict)
    accounts: tuple[str, ...] = ()
    crisis: bool = False


class SchedulePopover(Popover):
    """`changed(When)` after every change that makes sense; what does not is said, and not taken over. `closed()`."""

    changed = Signal(object)
    closed = Signal()

    def __init__(self, when: When, facts: Facts, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("When")
        self._facts = facts
        self._plan = Plan(facts.moments.zone_name)
        self._when = when if when.zone else replace(when, zone=facts.moments.zone_name)
        self.setFixedWidth(look().px(WIDTH))
        self.body.set_margins(0, 0, 0, 0)
        self.body.setSpacing(0)
        self.body.addLayout(self._head())
        self._set = QWidget()
        line = columns(self._set, margins=(16, 0, 16, 12), gap=16)
        line.addLayout(self._month_side())
        line.addLayout(self._time_side(), 1)
        self.body.addWidget(self._set)
        self.sentence = Label("", "body", "secondary", wrap=True)
        self._plain = QWidget()
        rows(self._plain, margins=(16, 2, 16, 14)).addWidget(self.sentence)
        self.body.addWidget(self._plain)
        self.body.addWidget(Hairline())
        self.body.addLayout(self._foot())
        self._begin()

    # ---- parts -------------------------------------------------------------------------------------------------------

    def _head(self) -> Box:
        line = columns(margins=(16, 12, 16, 12), gap=10)
        line.addWidget(Label("When", "heading"))
        line.addStretch(1)
        choices = [(Choice.SOON, "As soon as approved"), (Choice.SET, "At a set time"), (Choice.OPEN, "No date yet")]
        self.choice = Segmented(
            [(str(key), text) for key, text in choices], label="When", current=str(self._when.choice)
        )
        self.choice.changed.connect(self._choose)
        line.addWidget(self.choice)
        return line

    def _month_side(self) -> Box:
        column = rows(gap=4)
        self.month = MiniMonth(self._when.zone)
        self.month.setFixedWidth(look().px(252))
        self._month_head = MonthHead(self.month)
        column.addWidget(self._month_head)
        self.month.chosen.connect(lambda _: self.commit())
        column.addWidget(self.month)
        line = columns(gap=14)
        line.addWidget(Label("• posts that day", "caption", "secondary"))
        self._legend = HatchLegend()
        line.addWidget(self._legend)
        line.addStretch(1)
        column.addLayout(line)
        return column

    def _time_side(self) -> Box:
        column = rows(gap=10)
        line = columns(gap=8)
        self.time = FormField("Time", placeholder="09:30")
        self.time.line.editingFinished.connect(self.commit)
        self.time.line.textEdited.connect(lambda _: self._say_problem(""))
        self.time.editor.setFixedWidth(look().px(96))
        self.zone = Combo("Time zone")
        own = [self._when.zone, self._facts.moments.zone_name, *ZONES]
        for name in dict.fromkeys(own):
            self.zone.addItem("", name)
        self.zone.setCurrentIndex(0)
        self.zone.activated.connect(lambda _: self.commit())
        line.addWidget(self.time, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(FormField("Time zone", editor=self.zone), 1, Qt.AlignmentFlag.AlignTop)
        column.addLayout(line)
        self.fold = Segmented([("0", "First"), ("1", "Second")], label="Which of the two")
        self.fold.changed.connect(self._choose_fold)
        column.addLayout(self._message())
        column.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignLeft)
        self.result = Label("", "small", "secondary", wrap=True)
        column.addWidget(self.result)
        self.advice = Advice()
        self.advice.taken.connect(self._take_offer)
        column.addWidget(self.advice)
        column.addStretch(1)
        return column

    def _message(self) -> Box:
        line = columns(gap=7)
        self._wrong_mark = IconMark("octagon-x", "danger", 15)
        self.problem = Label("", "small", "danger", wrap=True)
        line.addWidget(self._wrong_mark, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.problem, 1)
        return line

    def _foot(self) -> Box:
        line = columns(margins=(16, 10, 16, 10), gap=8)
        self._clock_mark = IconMark("clock-arrow-up", "secondary", 15)
        self.clocks = Label("", "small", "secondary", wrap=True)
        line.addWidget(self._clock_mark)
        line.addWidget(self.clocks, 1)
        self.done = AppButton("Done", "primary")
        self.done.clicked.connect(self._finish)
        line.addWidget(self.done)
        return line

    def show_plan(self, plan: Plan) -> None:
        """Takes over what is known of blackouts, quiet hours, usual times and other posts, and looks again."""
        self._plan = plan
        self.month.show_plan(plan)
        self._legend.setVisible(bool(plan.blackouts))
        if self._when.choice is Choice.SET:
            self._check(self._when)
        self._show()

    # ---- what is chosen ----------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        now = local_now(self._facts.now, self._when.zone)
        wall = self._when.wall or datetime.combine(now.date() + timedelta(days=1), FIRST_OFFER)
        self.month.show_days(wall.date(), now.date(), self._facts.load, self._when.zone)
        self._month_head.show_name()
        self.time.set_text(self._facts.moments.clock(wall.time()))
        self._show()
        if self._when.choice is Choice.SET:
            self._check(self._when)

    def _choose(self, key: str) -> None:
        choice = Choice(key)
        if choice is Choice.SET:
            self._when = replace(self._when, choice=choice)
            self._show()
            self.commit()
            self.time.editor.setFocus(Qt.FocusReason.TabFocusReason)
            self.time.line.selectAll()
        else:
            self._take(When(choice, None, self._when.zone))
            self._show()

    def _choose_fold(self, key: str) -> None:
        self.commit(int(key))

    def commit(self, fold: int | None = None) -> bool:
        """Takes over day, time and zone if they make sense; says what does not."""
        if self._when.choice is not Choice.SET:
            return True
        try:
            at = typed_time(self.time.text())
        except BadInputError as error:
            self._refuse(error)
            return False
        wall, zone = datetime.combine(self.month.day, at), str(self.zone.currentData())
        if fold is None and (wall, zone) == (self._when.wall, self._when.zone):
            fold = self._when.fold
        when = When(Choice.SET, wall, zone, fold)
        if not self._check(when):
            return False
        self.time.set_text(self._facts.moments.clock(at))
        self._take(when)
        self._show()
        return True

    def _check(self, when: When) -> bool:
        """Has a set time looked at; says why it cannot be, or when exactly it is and what to think about."""
        self.fold.hide()
        self._advise(None)
        try:
            due = window_for(when, self._facts.now).not_before
            self._refuse_blackout(due)
        except BadInputError as error:
            self._refuse(error)
            if error.field == "fold":
                self._ask_fold(when)
            return False
        self._say_problem("")
        self._say_exact(_exact(self._facts.moments, when, due))
        self.fold.setVisible(when.wall is not None and doubled(when.wall, when.zone))
        self._advise(due)
        return True

    def _refuse_blackout(self, due: datetime | None) -> None:
        """Raises BadInputError in a blackout, and offers the next free time."""
        facts = self._facts
        refusal = self._plan.refusal(due, facts.accounts, facts.now) if due and not facts.crisis else None
        if due is None or refusal is None:
            return
        free = self._plan.next_free(due, facts.accounts, local_now(due, self._plan.zone).time())
        self.advice.show_better(free, facts.moments.when(free.due) if free else "")
        raise refusal

    def _advise(self, due: datetime | None) -> None:
        """Shows what to think about before choosing an instant, and the free usual times of its day."""
        facts, plan = self._facts, self._plan
        self.advice.show_better(None, "")
        self.advice.show_warnings(plan.warnings(due, facts.accounts, crisis=facts.crisis) if due else ())
        offers = plan.offers_on(self.month.day, facts.accounts, facts.now)
        times = {each.due: facts.moments.time(each.due) for each in offers}
        self.advice.show_offers(short_day(self.month.day), offers, plan.labels, times)
        best = plan.best(facts.accounts, facts.now)
        better = best if best is not None and best.due != due and best not in offers else None
        self.advice.show_best(better, facts.moments.when(better.due) if better is not None else "")
        self.advice.mark(due)

    def _take_offer(self, offer: Offer) -> None:
        place = self.zone.findData(self._plan.zone)
        self.zone.setCurrentIndex(place)
        self.month.go(offer.wall.date())
        self.time.set_text(self._facts.moments.clock(offer.wall.time()))
        self.commit()

    def _ask_fold(self, when: When) -> None:
        if when.wall is None:
            return
        for turn, word in ((0, "First"), (1, "Second")):
            label = resolve(when.wall, when.zone, turn).astimezone(self._facts.moments.zone)
            self.fold.set_text(str(turn), f"{word} {when.wall:%H:%M} {label:%Z}")
        self.fold.show()

    def _refuse(self, error: BadInputError) -> None:
        self._say_exact("")
        self._say_problem(sentence(error))

    def _say_exact(self, words: str) -> None:
        self.result.setText(words)
        self.result.setVisible(bool(words))

    def _say_problem(self, sentence: str) -> None:
        said = sentence and sentence != self.problem.text()
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        self._wrong_mark.setVisible(bool(sentence))
        editor = self.time.editor
        editor.setProperty("error", bool(sentence))
        editor.style().unpolish(editor)
        editor.style().polish(editor)
        editor.setAccessibleDescription(sentence)
        if said:
            announce(editor, sentence, assertive=True)
        self._fit()

    def _take(self, when: When) -> None:
        if when != self._when:
            self._when = when
            self.changed.emit(when)
        elif when.choice is not Choice.SET:
            self.changed.emit(when)

    # ---- what is shown -----------------------------------------------------------------------------------------------

    def _show(self) -> None:
        choice, set_time = self._when.choice, self._when.choice is Choice.SET
        self._set.setVisible(set_time)
        self._plain.setVisible(not set_time)
        days = (SOON_FOR if choice is Choice.SOON else UNDATED_FOR).days
        self.sentence.setText(
            f"Goes out as soon as the last signature is given, within {days} days of sending it to review."
            if choice is Choice.SOON
            else f"The time is chosen after approval. The signatures cover {days} days."
        )
        zone = str(self.zone.currentData())
        for index in range(self.zone.count()):
            name = self.zone.itemData(index)
            self.zone.setItemText(index, f"{_place(name)}, {label_on(self.month.day, name)}")
        change = next_change(self.month.day, zone) if set_time else None
        self.clocks.setText(_clock_words(change) if change else "")
        self._clock_mark.setVisible(change is not None)
        self._fit()

    def _fit(self) -> None:
        """Takes the height that the words need, growing upwards when the control stands below."""
        self.body.activate()
        height = self.body.totalHeightForWidth(self.width()) if self.body.hasHeightForWidth() else 0
        height = max(height, self.body.minimumSize().height())
        if self.isVisible() and height != self.height():
            bottom = self.geometry().bottom()
            self.setFixedHeight(height)
            self.move(self.x(), max(0, bottom - height + 1))
        else:
            self.setFixedHeight(height)

    def _finish(self) -> None:
        if self.commit():
            self.close()
        else:
            self.time.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter is Done."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._finish()
            return
        super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """What was typed last counts too."""
        self.commit()
        super().hideEvent(event)
        self.closed.emit()


def _exact(moments: Moments, when: When, due: datetime | None) -> str:
    """The instant in words: in the organization's zone, and in UTC."""
    if due is None:
        return ""
    beside = "" if when.zone == moments.zone_name else f" in {moments.place()}"
    return f"{moments.full(due)}{beside}, {due:%H:%M} UTC"


def _place(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")


def _clock_words(change: ClockChange) -> str:
    ahead = change.offset.total_seconds() / 3600
    offset = f"UTC{'−' if ahead < 0 else '+'}{abs(ahead):g}"
    way = "forward" if change.forward else "back"
    return f"Clocks go {way} on {short_day(change.day)}. Times after that are {change.label}, {offset}."
