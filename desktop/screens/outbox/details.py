"""One delivery: what it is, what happened, what a person can do; for a lost answer, the question and its evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.screens.outbox.about import Known, about_post
from desktop.screens.outbox.online import as_published, removal_banner
from desktop.screens.outbox.rows import happened, offered
from desktop.shell.standing import reason_words
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import AppButton, Kind
from desktop.widgets.choices import CardGroup, OptionCard
from desktop.widgets.fields import FormField
from desktop.widgets.items import LogItem
from desktop.widgets.layout import Box, FlowLayout, ScrollArea, columns, rows
from desktop.widgets.marks import IconMark, NetworkMark, StatusPill
from desktop.widgets.text import Hairline, KeyValues, Label, Panel
from editorial.delivery.outbox import Happening, Resolution, Row
from editorial.delivery.states import NEEDS_YOU, DeliveryState, Remedy

_KINDS: Mapping[Remedy, Kind] = {
    Remedy.CANCEL: "dangerOutline",
    Remedy.OPEN: "soft",
    Remedy.TAKE_DOWN: "dangerOutline",
    Remedy.REMOVED: "primary",
}
_HERE, _ELSEWHERE, _AGAIN = "here", "elsewhere", "again"


class Details(Panel):
    """The side panel. `wanted(remedy)` for a command, `resolved(answer, link)` for "Was it posted?".

    `asked(command, id)` for what concerns the post: correct, report, told and close (a concern's id), open (a post's).
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
        shown = (row, known)
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
            self._add_question(row, known.candidates)
        else:
            self._add_facts(row, known)
        self._column.addWidget(about_post(row, known, self._context, self.asked))
        self._column.addWidget(Hairline())
        self._column.addWidget(self._log(known.happenings))
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

    def _add_question(self, row: Row, candidates: Sequence[Mapping[str, str]]) -> None:
        sent = f"We sent “{row.title}” to {row.account}. The answer was lost, so it may be live or not."
        self._column.addWidget(Label(sent, "body", "secondary", wrap=True))
        safe = "We will not send it again until you decide. That way it never appears twice."
        self._column.addWidget(Banner("warning", "", safe, icon="shield-check", inline=True))
        self._column.addWidget(Hairline())
        self._column.addWidget(self._evidence(row, candidates))
        cards = [
            (_ELSEWHERE, OptionCard("It is live: this is the link", "Marks it as sent and keeps the link.")),
            (_AGAIN, OptionCard("It is not live: send again", "Asks once more, because a copy could appear.")),
        ]
        found = next((each["permalink"] for each in candidates if each.get("permalink")), "")
        if found:
            cards.insert(0, (_HERE, OptionCard("It is live: use the link found", found)))
        self.choice = CardGroup(cards, label="Was it posted?")
        self.link = FormField("Link", placeholder="https://")
        self.choice.changed.connect(self._choice_changed)
        self._column.addWidget(self.choice)
        self._column.addWidget(self.link)
        self._column.addLayout(self._answer(found))
        self.choice.set_current(cards[0][0])
        self._choice_changed(cards[0][0])

    def _evidence(self, row: Row, candidates: Sequence[Mapping[str, str]]) -> QWidget:
        whole = QWidget()
        column = rows(whole, gap=6)
        column.addWidget(Label("What we found on the network", "bodyStrong"))
        if not candidates:
            words = row.advice or "Nothing was found. That is no proof: look at the page yourself."
            column.addWidget(Label(words, "small", "secondary", wrap=True))
        for each in candidates:
            card = Panel("card")
            inner = rows(card, margins=(12, 9, 12, 9), gap=2)
            inner.addWidget(Label(each.get("text", ""), "body", wrap=True))
            line = columns(gap=6)
            exact = each.get("exact") in ("true", "True", "yes", "1")
            line.addWidget(IconMark("check" if exact else "triangle-alert", "success" if exact else "warning", 14))
            line.addWidget(Label("same text and pictures" if exact else "not the same", "small", "secondary"), 1)
            inner.addLayout(line)
            column.addWidget(card)
        return whole

    def _answer(self, found: str) -> Box:
        line = columns(gap=8)
        line.addStretch(1)
        self.settle_button = AppButton("Mark as sent", "primary")
        self.settle_button.clicked.connect(lambda: self._settle(found))
        line.addWidget(self.settle_button)
        return line

    def _choice_changed(self, key: str) -> None:
        if self.link is not None and self.settle_button is not None:
            self.link.setVisible(key == _ELSEWHERE)
            self.settle_button.setText("Send again…" if key == _AGAIN else "Mark as sent")

    def _settle(self, found: str) -> None:
        if self.choice is None or self.link is None:
            return
        if self.choice.current == _AGAIN:
            self.resolved.emit(str(Resolution.SEND_AGAIN), "")
        else:
            self.resolved.emit(str(Resolution.LIVE), found if self.choice.current == _HERE else self.link.text())

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
