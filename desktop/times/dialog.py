"""Settings, Times: the blackouts, the quiet hours and each account's usual times, and the ways to change them."""

from __future__ import annotations

from datetime import time, timedelta

from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.setting import ROW, OverviewDialog
from desktop.times.blackout import BlackoutDialog, EndBlackoutDialog
from desktop.times.days import days_words
from desktop.times.usual import QuietDialog, SlotsDialog
from desktop.widgets.buttons import AppButton
from desktop.widgets.layout import columns, rows
from desktop.widgets.rows import Row, RowListView
from desktop.widgets.spans import Line, Span, line
from desktop.widgets.text import Label
from editorial.changes import Kind
from editorial.people.permissions import May
from editorial.planning.setting import Rules
from editorial.planning.times import Blackout, Slot
from editorial.posts.draft import Target

_SHOWN = 3


class TimesDialog(OverviewDialog):
    """Reads for everybody; communications leads and administrators change."""

    kinds = frozenset({Kind.TIMES, Kind.ACCOUNTS})

    def __init__(self, parent: QWidget, context: Context) -> None:
        words = f"For everybody, in {context.moments.place()} time."
        may, who = context.may(May.SET_TIMES), "Communications leads and administrators"
        super().__init__(parent, context, "Times", words, icon="calendar-clock", may=may, who=who)
        self._rules: Rules | None = None
        self._add_blackouts()
        self._add_quiet()
        self._add_usual()
        self.begin()

    # ---- parts -------------------------------------------------------------------------------------------------------

    def _add_blackouts(self) -> None:
        self.body.addWidget(Label("Blackouts", "bodyStrong"))
        self.blackouts = RowListView("Blackouts", height=ROW, inset=4, surface="panel")
        self._blackouts = self.add_list(self.blackouts, "There is none: every time can be chosen.")
        self.set_blackout = AppButton("Set blackout…", icon="lock")
        self.set_blackout.clicked.connect(lambda: self.ask(BlackoutDialog(self, self._context)))
        self.end_blackout = AppButton("End blackout…", icon="x")
        self.end_blackout.clicked.connect(self._end_blackout)
        self.add_buttons(self.set_blackout, self.end_blackout)

    def _add_quiet(self) -> None:
        line = columns(gap=12)
        words = rows(gap=1)
        words.addWidget(Label("Quiet hours", "bodyStrong"))
        self.quiet_words = Label("", "body", "secondary", wrap=True)
        words.addWidget(self.quiet_words)
        line.addLayout(words, 1)
        self.set_quiet = AppButton("Quiet hours…", icon="moon")
        self.set_quiet.setVisible(self.may)
        self.set_quiet.clicked.connect(self._set_quiet)
        line.addWidget(self.set_quiet)
        self.body.addLayout(line)

    def _add_usual(self) -> None:
        self.body.addWidget(Label("Usual times", "bodyStrong"))
        self.accounts = RowListView("Accounts and their usual times", height=ROW, inset=4, surface="panel")
        self.accounts.opened.connect(lambda _: self._set_slots())
        self._accounts = self.add_list(self.accounts, "No account is connected yet.")
        self.set_slots = AppButton("Usual times…", icon="clock")
        self.set_slots.clicked.connect(self._set_slots)
        self.add_buttons(self.set_slots)

    # ---- what is shown -----------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Reads the rules."""
        self._context.bridge.run(self._context.services.times.rules, self.show_rules, self.fail, owner=self)

    def show_rules(self, rules: Rules) -> None:
        """Shows the rules in force."""
        self._rules = rules
        quiet, clock = rules.quiet, self._context.moments.clock
        self._blackouts.fill([self._blackout_row(each) for each in rules.blackouts], _SHOWN)
        self._accounts.fill([self._account_row(each, rules.slots.get(each.id, ())) for each in rules.accounts], _SHOWN)
        self.quiet_words.setText(f"{clock(quiet.starts)} to {clock(quiet.ends)}, every day." if quiet else "None.")
        self.shown()

    def _blackout_row(self, blackout: Blackout) -> Row:
        words = self._stretch(blackout)
        now = blackout.holds(self._context.desk.clock.now())
        pill = (Span(pill=("warning", "lock", "Now")),) if now else ()
        first = Line((Span(blackout.name, "bodyStrong"),), pill)
        said = f"{blackout.name}, {words}" + (", now" if now else "")
        return Row(blackout.id, (first, line(words, "small", "secondary")), said, ("icon", "lock", "secondary"), said)

    def _stretch(self, blackout: Blackout) -> str:
        moments, midnight = self._context.moments, time()
        if blackout.first.time() == blackout.last.time() == midnight:
            first, last = moments.day(blackout.starts), moments.day(blackout.ends - timedelta(minutes=1))
            words = f"{first}, whole day" if first == last else f"{first} to {last}, whole days"
        else:
            first, last = (f"{moments.day(each)}, {moments.time(each)}" for each in (blackout.starts, blackout.ends))
            words = f"{first} to {last}"
        return f"{words} · set by {blackout.set_by}"

    def _account_row(self, account: Target, slots: tuple[Slot, ...]) -> Row:
        clock = self._context.moments.clock
        words = " · ".join(f"{clock(slot.at)} {days_words(slot.days)}" for slot in slots) or "none"
        lines = (line(account.label, "bodyStrong"), line(words, "small", "secondary"))
        said = f"{account.label}: {words}"
        return Row(account.id, lines, said, ("network", account.network, ""), said)

    # ---- what a person does ------------------------------------------------------------------------------------------

    def offer(self) -> None:
        """What is chosen can be ended or changed."""
        self.end_blackout.setEnabled(bool(self.blackouts.current_key))
        self.set_slots.setEnabled(bool(self.accounts.current_key))
        self.set_quiet.setEnabled(self._rules is not None)

    def _end_blackout(self) -> None:
        found = [each for each in self._rules.blackouts if each.id == self.blackouts.current_key] if self._rules else []
        if found:
            self.ask(EndBlackoutDialog(self, self._context, found[0], self._stretch(found[0])))

    def _set_quiet(self) -> None:
        if self._rules is not None:
            self.ask(QuietDialog(self, self._context, self._rules.quiet))

    def _set_slots(self) -> None:
        rules, key = self._rules, self.accounts.current_key
        account = next((each for each in rules.accounts if each.id == key), None) if rules else None
        if rules is not None and account is not None and self.may:
            self.ask(SlotsDialog(self, self._context, account, rules.slots.get(key, ())))
