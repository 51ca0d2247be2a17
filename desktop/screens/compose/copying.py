"""Copying the open post to several dates: separate drafts, each with a time of its own and signed by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time, timedelta
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from desktop.counts import counted
from desktop.look import look
from desktop.screens.compose.dates import DateLine, DatesMonth
from desktop.screens.compose.month import HatchLegend, MonthHead
from desktop.screens.compose.workbench import Workbench
from desktop.telling import tell_banner
from desktop.widgets.announce import announce
from desktop.widgets.banner import Banner
from desktop.widgets.dialog import Dialog
from desktop.widgets.fields import FormField
from desktop.widgets.layout import Box, ScrollArea, columns, rows
from desktop.widgets.text import Label
from editorial.changes import Changes
from editorial.errors import BadInputError, DeskError
from editorial.planning.plan import Plan
from editorial.posts.copying import MOST
from editorial.wall import local_now, typed_time

USUAL = time(9, 0)


class CopyDialog(Dialog):
    """`made(ids)` once the drafts are there."""

    made = Signal(object)

    def __init__(self, bench: Workbench, parent: QWidget) -> None:
        title = bench.post.body.title or "this post"
        words = "One draft for each date. Each is sent to review and signed by itself."
        super().__init__(parent, "Copy to dates", words, icon="copy", width="lg", window_title="Copy to dates")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context, self._body, self._post_id = bench.context, bench.post.body, bench.post.id
        self._now = bench.context.desk.clock.now()
        self._zone = self._body.when.zone or bench.context.moments.zone_name
        self._plan = Plan(bench.context.moments.zone_name)
        self.lines: dict[date, DateLine] = {}
        self.subtitle.setText(f"“{title}”. {words}")
        line = columns(gap=20)
        line.addLayout(self._month_side())
        line.addLayout(self._lines_side(), 1)
        self.body.addLayout(line)
        self.problem = Banner("danger", "", inline=True)
        self.problem.hide()
        self.body.addWidget(self.problem)
        self.add_cancel()
        self.button = self.add_button("", "primary", icon="copy")
        self.button.clicked.connect(self.press)
        self._begin()

    # ---- parts -------------------------------------------------------------------------------------------------------

    def _month_side(self) -> Box:
        column = rows(gap=4)
        self.month = DatesMonth(self._zone)
        self.month.setFixedWidth(look().px(252))
        self._month_head = MonthHead(self.month)
        column.addWidget(self._month_head)
        self.month.toggled.connect(self.toggle)
        column.addWidget(self.month)
        self._legend = HatchLegend()
        column.addWidget(self._legend)
        column.addStretch(1)
        return column

    def _lines_side(self) -> Box:
        column = rows(gap=10)
        place = self._zone.rpartition("/")[2].replace("_", " ")
        self.time = FormField("Time", help_text=f"{place} time, for every date without a time of its own.")
        self.time.line.setMaximumWidth(look().px(96))
        self.time.line.textEdited.connect(self._spread)
        column.addWidget(self.time)
        self._none = Label("Choose days with a click, or with the arrows and Space.", "body", "secondary", wrap=True)
        column.addWidget(self._none)
        holder = QWidget()
        outer = rows(holder)
        self._column = rows(gap=8)
        outer.addLayout(self._column)
        outer.addStretch(1)
        area = ScrollArea(holder)
        area.setMinimumHeight(look().px(240))
        column.addWidget(area, 1)
        return column

    def _begin(self) -> None:
        today = local_now(self._now, self._zone).date()
        wall = self._body.when.wall
        self.time.set_text(self._context.moments.clock(wall.time() if wall else USUAL))
        start = max(wall.date() if wall else today, today) + timedelta(days=1)
        self.month.show_days(start, today, {}, self._zone)
        self._month_head.show_name()
        self.month.setFocus()
        self._arrange()
        read = partial(self._context.services.times.plan, self._body.accounts, self._post_id)
        self._context.bridge.run(read, self.show_plan, owner=self)

    def show_plan(self, plan: Plan) -> None:
        """Takes over what is known of blackouts, quiet hours and other posts, and looks at every date again."""
        self._plan = plan
        self.month.show_plan(plan)
        self._legend.setVisible(bool(plan.blackouts))
        self._arrange()

    # ---- what is chosen ----------------------------------------------------------------------------------------------

    def _usual(self) -> time | None:
        """The time for dates without one of their own; None, and said, where it is none."""
        try:
            at = typed_time(self.time.text())
        except BadInputError as error:
            self.time.set_error(str(error))
            return None
        self.time.set_error("")
        return at

    def _spread(self) -> None:
        at = self._usual()
        if at is not None:
            for line in self.lines.values():
                if not line.own:
                    line.set_time(at)
            self._arrange()

    def toggle(self, day: date) -> None:
        """Adds a date, or takes it away."""
        if day in self.lines:
            self._drop(day)
        elif len(self.lines) < MOST:
            line = DateLine(day, self._usual() or USUAL, self._zone, self._context.moments)
            line.changed.connect(self._arrange)
            line.gone.connect(lambda: self._remove(day))
            self.lines[day] = line
            self.lines = dict(sorted(self.lines.items()))
            self._column.insertWidget(list(self.lines).index(day), line)
            line.show()
            self._arrange()
        else:
            announce(self, f"{MOST} dates are chosen; more are copied another time", assertive=True)

    def _remove(self, day: date) -> None:
        self._drop(day)
        self.month.setFocus(Qt.FocusReason.TabFocusReason)

    def _drop(self, day: date) -> None:
        line = self.lines.pop(day)
        line.hide()
        line.deleteLater()
        self._arrange()

    def _arrange(self) -> None:
        for line in self.lines.values():
            line.look_at(self._plan, self._body.accounts, self._now)
        self.month.mark(list(self.lines))
        self._none.setVisible(not self.lines)
        self.button.setText(f"Make {counted(len(self.lines), 'draft')}" if self.lines else "Make drafts")
        self.problem.hide()

    # ---- making them -------------------------------------------------------------------------------------------------

    def press(self) -> None:
        """Makes the drafts, or goes to the first date that cannot be."""
        bad = next((line for line in self.lines.values() if line.problem), None)
        if bad is not None:
            bad.time.setFocus(Qt.FocusReason.OtherFocusReason)
            announce(bad.time, bad.problem, assertive=True)
            return
        dates = [line.when for line in self.lines.values()]
        copy = partial(self._context.services.copying.copy, self._context.actor, self._post_id, dates)
        self.button.set_busy(True)
        self._context.bridge.run(copy, self._done, self.fail, owner=self)

    def _done(self, made: tuple[tuple[str, ...], Changes]) -> None:
        ids, context = made[0], self._context
        self.accept()
        self.made.emit(ids)
        show: Callable[[], object] = partial(context.go, "compose", ids[0])
        words = "One draft was made." if len(ids) == 1 else f"{len(ids)} drafts were made."
        context.say(words, icon="copy", action=("Show the first", show))

    def fail(self, error: DeskError) -> None:
        """Says why nothing was copied."""
        self.button.set_busy(False)
        tell_banner(error, self.problem)
        announce(self, str(error), assertive=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in a field makes no drafts by accident; Ctrl+Enter makes them."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.press()
            return
        super().keyPressEvent(event)
