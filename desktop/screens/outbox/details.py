"""One delivery: what it is, what happened, what a person can do; for a lost answer, the question and its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.screens.outbox.about import Known, about_post, post_commands
from desktop.screens.outbox.online import as_published, removal_banner
from desktop.screens.outbox.question import Question, report_for_it
from desktop.screens.outbox.rows import happened, offered
from desktop.shell.standing import reason_words
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import AppButton, Kind
from desktop.widgets.choices import CardGroup
from desktop.widgets.fields import FormField
from desktop.widgets.items import LogItem
from desktop.widgets.layout import FlowLayout, ScrollArea, columns, rows
from desktop.widgets.marks import NetworkMark, StatusPill
from desktop.widgets.text import Hairline, KeyValues, Label, Panel
from editorial.delivery.outbox import Happening, Row
from editorial.delivery.states import NEEDS_YOU, DeliveryState, Remedy

_KINDS: Mapping[Remedy, Kind] = {
    Remedy.CANCEL: "dangerOutline",
    Remedy.OPEN: "soft",
    Remedy.TAKE_DOWN: "dangerOutline",
    Remedy.REMOVED: "primary",
}


class Details(Panel):
    """The side panel. `wanted(remedy)` for a command, `resolved(answer, link)` for "Was it posted?".

    `asked(command, id)` for the rest: look_again, and what `PostCommands` knows.
    """

    wanted = Signal(str)
    resolved = Signal(str, str)
    asked = Signal(str, str)

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__("app", parent)
        self._context, self._moments = context, context.moments
        self._inside = QWidget()
        self._column = rows(self._inside, margins=(18, 14, 18, 18), gap=12)
        rows(self).addWidget(ScrollArea(self._inside))
        self.setAccessibleName("Delivery details")
        self.choice: CardGroup | None = None
        self.link: FormField | None = None
        self.settle_button: AppButton | None = None
        self._shown: tuple[object, ...] = ()

    def show_row(self, row: Row | None, known: Known | None = None) -> None:
        """Shows a delivery; nothing moves when what is shown stays the same, so no answer half given is lost."""
        known = known or Known()
        shown = (row, known, post_commands(row, self._context) if row else ())
        if shown == self._shown:
            return
        self._shown = shown
        self.choice = self.link = self.settle_button = None
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if row is None:
            self._column.addWidget(Label("Choose a delivery to see what happened.", "body", "secondary", wrap=True))
            self._column.addStretch(1)
            return
        self._column.addWidget(self._head(row))
        if row.state is DeliveryState.UNCERTAIN:
            self._add_question(row, known)
        else:
            self._add_facts(row, known)
        self._column.addWidget(about_post(row, known, self._context, self.asked))
        self._column.addWidget(Hairline())
        self._column.addWidget(self._log(known.happenings))
        if row.life.group == NEEDS_YOU:
            self._column.addWidget(self._for_it(row, known.happenings), 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addStretch(1)

    def _head(self, row: Row) -> QWidget:
        whole = QWidget()
        line = columns(whole, gap=10)
        line.addWidget(NetworkMark(row.network, 26), 0, Qt.AlignmentFlag.AlignTop)
        doubtful = row.state is DeliveryState.UNCERTAIN
        line.addWidget(Label("Was it posted?" if doubtful else row.title, "heading", wrap=True), 1)
        if not doubtful:
            line.addWidget(StatusPill(row.life.status, row.life.word), 0, Qt.AlignmentFlag.AlignTop)
        return whole

    def _add_facts(self, row: Row, known: Known) -> None:
        if row.removal is not None:
            self._column.addWidget(removal_banner(row.removal, known.names, self._moments))
        elif row.life.group == NEEDS_YOU and row.reason:
            self._column.addWidget(Banner("danger", row.reason, row.advice, inline=True))
        pairs: list[tuple[str, str | QWidget]] = [
            ("Post", f"P-{row.post_number}, {row.title}"),
            ("Account", row.account),
            ("Planned", self._moments.full(row.due_at)),
        ]
        if row.sent_at is not None:
            pairs.append(("Sent", f"{self._moments.full(row.sent_at)}\n{self._moments.utc(row.sent_at)}"))
        if row.permalink:
            pairs.append(("Link", row.permalink))
        if row.hold is not None:
            by = known.names.get(row.hold.by, "the operator at this desk")
            why = reason_words(row.hold.reason)
            pairs.append(("Held", f"since {self._moments.full(row.hold.since)} by {by}: {why}"))
        self._column.addWidget(KeyValues(pairs))
        if offered(row):
            buttons = QWidget()
            flow = FlowLayout(buttons, gap=8, line_gap=8)
            for remedy in offered(row):
                button = AppButton(remedy.value.replace("...", "…"), _KINDS.get(remedy, "plain"))
                button.clicked.connect(lambda _=False, remedy=remedy: self.wanted.emit(remedy.value))
                flow.addWidget(button)
            self._column.addWidget(buttons)
        if known.record is not None:
            self._column.addWidget(Hairline())
            self._column.addWidget(as_published(known.record, self._moments))

    def _add_question(self, row: Row, known: Known) -> None:
        question = Question(row, known.happenings, known.candidates, self._moments)
        question.resolved.connect(self.resolved)
        question.look_again.connect(lambda: self.asked.emit("look_again", row.delivery_id))
        self.choice, self.link, self.settle_button = question.choice, question.link, question.settle_button
        self._column.addWidget(question)

    def _for_it(self, row: Row, happenings: Sequence[Happening]) -> QWidget:
        button = AppButton("Copy report for IT (no patient data)", "ghost", icon="copy", size="compact")
        report = report_for_it(row, happenings, self._moments)
        button.clicked.connect(lambda: QGuiApplication.clipboard().setText(report))
        button.clicked.connect(lambda: self._context.say("Copied.", icon="copy"))
        return button

    def _log(self, happenings: Sequence[Happening]) -> QWidget:
        whole = QWidget()
        column = rows(whole, gap=7)
        column.addWidget(Label("What happened", "bodyStrong"))
        for each in happenings:
            if each.action == "delivery.step_ended" and each.result != "made":
                continue  # the line that follows says what it came to
            icon, tone, text = happened(each)
            column.addWidget(LogItem(icon, self._moments.time(each.at, seconds=True), text, tone))
        if not happenings:
            column.addWidget(Label("Nothing yet: it waits for its time.", "small", "secondary"))
        return whole
