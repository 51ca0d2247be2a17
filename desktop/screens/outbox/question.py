""" "Was it posted?" (picture 08): what was sent, what was found on the network, and a person's answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from desktop.look import look
from desktop.moments import Moments
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import AppButton, IconButton
from desktop.widgets.choices import CardGroup, OptionCard
from desktop.widgets.fields import FormField
from desktop.widgets.layout import FlowLayout, columns, rows
from desktop.widgets.marks import IconMark
from desktop.widgets.text import Elided, Hairline, Label, Panel, SectionHeader
from editorial.audit.actions import Action
from editorial.clock import unstamp
from editorial.delivery.outbox import Happening, Resolution, Row

HERE, ELSEWHERE, AGAIN, LEAVE = "here", "elsewhere", "again", "leave"
_VERBS = {AGAIN: "Send again…", LEAVE: "Do not send…"}
_ANSWERS = {AGAIN: Resolution.SEND_AGAIN, LEAVE: Resolution.GIVE_UP}


class Question(QWidget):
    """`resolved(answer, link)` settles it; `look_again` asks the engine to look once more."""

    resolved = Signal(str, str)
    look_again = Signal()

    def __init__(
        self,
        row: Row,
        happenings: Sequence[Happening],
        candidates: Sequence[Mapping[str, str]],
        moments: Moments,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._moments, self._network = moments, look().network_name(row.network)
        column = rows(self, gap=12)
        column.addWidget(Label(self._sent(row, happenings), "body", "secondary", wrap=True))
        safe = "We will not send it again until you decide. That way it never appears twice."
        column.addWidget(Banner("warning", "", safe, icon="shield-check", inline=True))
        column.addWidget(Hairline())
        column.addWidget(self._evidence(row, happenings, candidates))
        self._found = [each["permalink"] for each in candidates if each.get("permalink")]
        self.choice = CardGroup(self._cards(), label="Was it posted?")
        self.link = FormField("Link", placeholder="https://")
        self.choice.changed.connect(self._changed)
        column.addWidget(self.choice)
        column.addWidget(self.link)
        buttons = QWidget()
        line = FlowLayout(buttons, gap=8, line_gap=8)
        again = AppButton("Check again", "plain", icon="rotate-cw")
        again.clicked.connect(self.look_again)
        self.settle_button = AppButton("Mark as sent", "primary")
        self.settle_button.clicked.connect(self._settle)
        line.addWidget(again)
        line.addWidget(self.settle_button)
        column.addWidget(buttons)
        first = f"{HERE}:0" if self._found else ELSEWHERE
        self.choice.set_current(first)
        self._changed(first)

    def _sent(self, row: Row, happenings: Sequence[Happening]) -> str:
        at = last_time(happenings, Action.STEP_STARTED)
        when = f" at {self._moments.time(at, seconds=True)}" if at else ""
        return f"We sent “{row.title}” to {row.account}{when}. The answer was lost, so it may be live or not."

    def _evidence(self, row: Row, happenings: Sequence[Happening], candidates: Sequence[Mapping[str, str]]) -> QWidget:
        whole = QWidget()
        column = rows(whole, gap=6)
        at = last_time(happenings, Action.DELIVERY_LOOKED_UP)
        checked = f"checked {self._moments.time(at)}" if at else "not checked yet"
        column.addWidget(SectionHeader(f"What we found on {self._network}", checked, role="bodyStrong"))
        if not candidates:
            words = row.advice or "Nothing was found. That is no proof: look at the page yourself."
            column.addWidget(Label(words, "small", "secondary", wrap=True))
        for each in candidates:
            column.addWidget(self._candidate(row, each))
        return whole

    def _candidate(self, row: Row, each: Mapping[str, str]) -> QWidget:
        card = Panel("card")
        line = columns(card, margins=(12, 9, 8, 9), gap=8)
        said = rows(gap=2)
        said.addWidget(Elided(" ".join(each.get("text", "").split()), "bodyStrong"))
        at = each.get("created_at", "")
        posted = f"Posted {self._moments.short(unstamp(at))} by {row.account}" if at else f"Posted by {row.account}"
        said.addWidget(Label(posted, "small", "secondary", wrap=True))
        exact = each.get("exact") == "yes"
        mark = columns(gap=6)
        mark.addWidget(IconMark("check" if exact else "triangle-alert", "success" if exact else "warning", 14))
        words = "same text, same pictures" if exact else "resembles it: compare the two"
        mark.addWidget(Label(words, "small", "success" if exact else "warning", wrap=True), 1)
        said.addLayout(mark)
        line.addLayout(said, 1)
        link = each.get("permalink", "")
        if link:
            show = IconButton("square-arrow-out-up-right", f"Open {link}")
            show.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(link)))
            line.addWidget(show, 0, Qt.AlignmentFlag.AlignTop)
        return card

    def _cards(self) -> list[tuple[str, OptionCard]]:
        found = [
            (f"{HERE}:{place}", OptionCard("It is live: use this link", link.partition("://")[2]))
            for place, link in enumerate(self._found)
        ]
        words = "It is live under another link" if found else "It is live: this is the link"
        return [
            *found,
            (ELSEWHERE, OptionCard(words, "Paste the link yourself. It marks the post as sent.")),
            (AGAIN, OptionCard("It is not live: send again", "Asks once more, because a copy could appear.")),
            (LEAVE, OptionCard("It is not live: do not send it", "Takes it off the list for good.")),
        ]

    def _changed(self, key: str) -> None:
        self.link.setVisible(key == ELSEWHERE)
        self.settle_button.setText(_VERBS.get(key, "Mark as sent"))

    def _settle(self) -> None:
        chosen, _, place = self.choice.current.partition(":")
        if chosen in _ANSWERS:
            self.resolved.emit(str(_ANSWERS[chosen]), "")
        else:
            self.resolved.emit(str(Resolution.LIVE), self._found[int(place)] if place else self.link.text())


def last_time(happenings: Sequence[Happening], action: Action) -> datetime | None:
    """When something last happened."""
    return next((each.at for each in reversed(happenings) if each.action == action), None)


def report_for_it(row: Row, happenings: Sequence[Happening], moments: Moments) -> str:
    """What IT needs, in ids, codes and times: no title, no text, no name."""
    head = (
        f"Signpost delivery {row.delivery_id}, P-{row.post_number}\n"
        f"Network {row.network}, account {row.account_id}\n"
        f"State {row.state}, tries {row.tries}, due {moments.utc(row.due_at)}\n"
    )
    lines = (
        " ".join(part for part in (moments.utc(each.at), each.action, each.result, each.reason) if part)
        for each in happenings
    )
    return head + "\n".join(lines) + "\n"
