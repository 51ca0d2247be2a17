"""Settings, Times: the blackouts, the quiet hours and each account's usual times, and the ways to change them."""

from __future__ import annotations

from datetime import time, timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.look import look
from desktop.telling import tell_banner
from desktop.times.base import SetDialog, days_words
from desktop.times.blackout import BlackoutDialog, EndBlackoutDialog
from desktop.times.usual import QuietDialog, SlotsDialog
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import AppButton
from desktop.widgets.dialog import Dialog
from desktop.widgets.layout import FlowLayout, columns, rows
from desktop.widgets.rows import Row, RowListView
from desktop.widgets.spans import Line, Span, line
from desktop.widgets.text import Label, Panel
from editorial.changes import Changes, Kind
from editorial.errors import DeskError
from editorial.people.permissions import May
from editorial.planning.setting import Rules
from editorial.planning.times import Blackout, Slot
from editorial.posts.draft import Target

_ROW, _SHOWN = 46, 3


class TimesDialog(Dialog):
    """Reads for everybody; communications leads and administrators change."""

    def __init__(self, parent: QWidget, context: Context) -> None:
        words = f"For everybody, in {context.moments.place()} time."
        super().__init__(parent, "Times", words, icon="calendar-clock", window_title="Times")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._context = context
        self._rules: Rules | None = None
        self.may = context.may(May.SET_TIMES)
        self._add_blackouts()
        self._add_quiet()
        self._add_usual()
        self.problem, self.told = Banner("danger", "", inline=True), Banner("success", "", inline=True)
        for banner in (self.problem, self.told):
            banner.hide()
            self.body.addWidget(banner)
        if not self.may:
            self.set_note("Communications leads and administrators change this.", "info")
        self.add_button("Close", "primary", default=True).clicked.connect(self.accept)
        context.bridge.changed.connect(self._on_changes)
        self._offer()
        self._read()

    # ---- parts -------------------------------------------------------------------------------------------------------

    def _add_blackouts(self) -> None:
        self.body.addWidget(Label("Blackouts", "bodyStrong"))
        self.blackouts = RowListView("Blackouts", height=_ROW, inset=4, surface="panel")
        self.blackouts.chosen.connect(lambda _: self._offer())
        self._blackout_card = self._card(self.blackouts)
        self._no_blackouts = Label("There is none: every time can be chosen.", "body", "secondary", wrap=True)
        self.body.addWidget(self._no_blackouts)
        self.set_blackout = AppButton("Set blackout…", icon="lock")
        self.set_blackout.clicked.connect(lambda: self._open(BlackoutDialog(self, self._context)))
        self.end_blackout = AppButton("End blackout…", icon="x")
        self.end_blackout.clicked.connect(self._end_blackout)
        self._buttons(self.set_blackout, self.end_blackout)

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
        self.accounts = RowListView("Accounts and their usual times", height=_ROW, inset=4, surface="panel")
        self.accounts.chosen.connect(lambda _: self._offer())
        self.accounts.opened.connect(lambda _: self._set_slots())
        self._account_card = self._card(self.accounts)
        self._no_accounts = Label("No account is connected yet.", "body", "secondary", wrap=True)
        self.body.addWidget(self._no_accounts)
        self.set_slots = AppButton("Usual times…", icon="clock")
        self.set_slots.clicked.connect(self._set_slots)
        self._buttons(self.set_slots)

    def _card(self, view: RowListView) -> Panel:
        card = Panel("card")
        rows(card, margins=(1, 5, 1, 5)).addWidget(view)
        self.body.addWidget(card)
        return card

    def _buttons(self, *buttons: AppButton) -> None:
        flow = FlowLayout(gap=8, line_gap=8)
        for button in buttons:
            flow.addWidget(button)
            button.setVisible(self.may)
        self.body.addLayout(flow)

    # ---- what is shown -----------------------------------------------------------------------------------------------

    def _on_changes(self, changes: Changes) -> None:
        if {Kind.TIMES, Kind.ACCOUNTS} & changes.kinds:
            self._read()

    def _read(self) -> None:
        self._context.bridge.run(self._context.services.times.rules, self.show_rules, self._fail, owner=self)

    def _fail(self, error: DeskError) -> None:
        tell_banner(error, self.problem)

    def show_rules(self, rules: Rules) -> None:
        """Shows the rules in force."""
        self._rules = rules
        quiet, clock = rules.quiet, self._context.moments.clock
        _fill(self.blackouts, [self._blackout_row(each) for each in rules.blackouts])
        _fill(self.accounts, [self._account_row(each, rules.slots.get(each.id, ())) for each in rules.accounts])
        self._blackout_card.setVisible(bool(rules.blackouts))
        self._no_blackouts.setVisible(not rules.blackouts)
        self._account_card.setVisible(bool(rules.accounts))
        self._no_accounts.setVisible(not rules.accounts)
        self.quiet_words.setText(f"{clock(quiet.starts)} to {clock(quiet.ends)}, every day." if quiet else "None.")
        self._offer()
        if self.isVisible():
            self._fit()

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

    def _offer(self) -> None:
        self.end_blackout.setEnabled(bool(self.blackouts.current_key))
        self.set_slots.setEnabled(bool(self.accounts.current_key))
        self.set_quiet.setEnabled(self._rules is not None)

    def _end_blackout(self) -> None:
        found = [each for each in self._rules.blackouts if each.id == self.blackouts.current_key] if self._rules else []
        if found:
            self._open(EndBlackoutDialog(self, self._context, found[0], self._stretch(found[0])))

    def _set_quiet(self) -> None:
        if self._rules is not None:
            self._open(QuietDialog(self, self._context, self._rules.quiet))

    def _set_slots(self) -> None:
        rules, key = self._rules, self.accounts.current_key
        account = next((each for each in rules.accounts if each.id == key), None) if rules else None
        if rules is not None and account is not None and self.may:
            self._open(SlotsDialog(self, self._context, account, rules.slots.get(key, ())))

    def _open(self, dialog: SetDialog) -> None:
        dialog.done_with.connect(self._say)
        dialog.open()

    def _say(self, words: str) -> None:
        self.told.set_text(words, "")
        self.told.show()
        self._read()


def _fill(view: RowListView, found: list[Row]) -> None:
    view.set_rows(found)
    view.setFixedHeight(look().px(_ROW) * max(1, min(_SHOWN, len(found))) + 4)
    if found and not view.current_key:
        view.choose(found[0].key)
