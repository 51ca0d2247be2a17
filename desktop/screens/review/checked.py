"""What the checks found in a version, and what people said of it: the author, and those who accepted or settled it."""

from __future__ import annotations

from collections import Counter
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop.counts import counted
from desktop.look import look
from desktop.moments import Moments
from desktop.screens.review.words import accepting, moment, settling
from desktop.widgets.items import CheckItem, Fix
from desktop.widgets.layout import columns, rows
from desktop.widgets.marks import IconMark
from desktop.widgets.text import Label
from editorial.checks import Severity
from editorial.posts.reading import Page, Seen


class ChecksPart(QWidget):
    """The findings of one version, as they were when it was made. `accept(place)` tells that a person wants to accept
    the warning at that place, which is offered to whoever may sign the version.
    """

    accept = Signal(int)

    def __init__(self, page: Page, moments: Moments, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page, self._moments = page, moments
        column = rows(self, margins=(20, 13, 20, 13), gap=6)
        head = columns(gap=8)
        head.addWidget(Label("Checks", "bodyStrong"))
        at = moment(page.subject.frozen_at, moments)
        if not page.findings:
            head.addWidget(IconMark("check", "success", 14))
            head.addWidget(Label(f"Nothing found, {at}", "small", "secondary"), 1)
        else:
            found = Counter(finding.severity for finding in page.findings)
            for severity in (each for each in Severity if each in found):
                known = look().theme.severity(severity)
                head.addWidget(IconMark(known.icon, known.group, 14, known.label))
                head.addWidget(Label(f"{found[severity]:,}", "small", known.group, strong=True))
            head.addWidget(Label(f"{counted(len(page.findings), 'finding')}, {at}", "small", "secondary"), 1)
        column.addLayout(head)
        for place, finding in enumerate(page.findings):
            column.addWidget(self._item(place, finding))

    def _item(self, place: int, finding: Seen) -> CheckItem:
        said = [f"Kept by the author: {finding.kept}"] if finding.kept else []
        if finding.accepted is not None:
            said.append(accepting(finding.accepted, self._moments))
        if finding.severity == Severity.REVIEW:
            said = [settling(finding, self._page.settlers)]
        item = CheckItem(finding.severity, finding.title, finding.reason, self._offered(finding), kept="\n".join(said))
        item.fix.connect(partial(self._accept, place))
        item.set_expanded(True)
        return item

    def _offered(self, finding: Seen) -> list[Fix]:
        seat = self._page.seat
        if seat is None or finding.severity != Severity.WARNING:
            return []
        if finding.accepted is None:
            return [("accept", "Accept with reason…", "check")]
        return [("accept", "Change your reason…", "")] if finding.accepted.person_id == seat.member.id else []

    def _accept(self, place: int, _: str) -> None:
        self.accept.emit(place)
