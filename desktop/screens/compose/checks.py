"""What the checks found: one item a finding, the first of them open, and what passed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from desktop.counts import counted
from desktop.look import look
from desktop.widgets.announce import announce
from desktop.widgets.items import CheckItem
from desktop.widgets.layout import Box, ScrollArea, columns, rows
from desktop.widgets.marks import IconMark
from desktop.widgets.text import Hairline, Label, Panel
from editorial.checks import Finding, Severity

SPEAK_MS = 1000
_ORDER = (Severity.BLOCK, Severity.REVIEW, Severity.WARNING, Severity.SUGGESTION)


class Tally(QWidget):
    """Icon and number of each severity; what counts nothing is left out."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        line = columns(self, gap=8)
        self._parts: dict[str, tuple[IconMark, Label]] = {}
        for name in ("block", "review", "warning", "suggestion", "pass"):
            known = look().theme.severity(name)
            pair = columns(gap=3)
            mark = IconMark(known.icon, known.group, 14, known.label)
            number = Label("", "small", known.group, strong=True)
            pair.addWidget(mark)
            pair.addWidget(number)
            line.addLayout(pair)
            self._parts[name] = (mark, number)
        self.show_numbers({})

    def show_numbers(self, numbers: dict[str, int]) -> None:
        """Shows how many there are of each."""
        for name, (mark, label) in self._parts.items():
            count = numbers.get(name, 0)
            label.setText(f"{count:,}")
            mark.setVisible(count > 0)
            label.setVisible(count > 0)
        said = [f"{numbers[name]} {look().theme.severity(name).label}" for name in self._parts if numbers.get(name)]
        self.setAccessibleName(", ".join(said))


class ChecksPanel(Panel):
    """The findings. `fix(finding)` when a person takes a finding's repair; `opened(finding)` to see where it is.

    `keep(finding)` to keep a warning with a reason, or for another one, `drop(finding)` to keep it no longer.
    """

    fix = Signal(object)
    keep = Signal(object)
    drop = Signal(object)
    opened = Signal(object)
    grown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("app", parent)
        column = rows(self)
        self._head = QWidget()
        column.addWidget(self._head)
        self._make_head(columns(self._head, margins=(16, 9, 10, 9), gap=12))
        column.addWidget(Hairline())
        inside = QWidget()
        self._rows = rows(inside)
        self._items: list[CheckItem] = []
        self._passed = self._make_passed()
        self._rows.addWidget(self._passed)
        self._nowhere = Label("Choose an account. Then the post is checked for it.", "small", "secondary", wrap=True)
        self._nowhere.setContentsMargins(16, 10, 16, 10)
        self._rows.addWidget(self._nowhere)
        self._rows.addStretch(1)
        inside.installEventFilter(self)
        self._scroll = ScrollArea(inside)
        column.addWidget(self._scroll, 1)
        self._findings: tuple[Finding, ...] = ()
        self._shown: tuple[tuple[tuple[Finding, str], ...], bool] = (), True  # with the reason for keeping each
        self._said = ""
        self._speak = QTimer(self, singleShot=True, interval=SPEAK_MS)
        self._speak.timeout.connect(self._announce)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell when the items want another height."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.grown.emit()
        return super().eventFilter(watched, event)

    def _make_head(self, line: Box) -> None:
        self._title = Label("Checks", "heading")
        self.tally = Tally()
        line.addWidget(self._title)
        line.addWidget(self.tally)
        line.addStretch(1)
        line.addWidget(IconMark("monitor-check", "secondary", 14))
        line.addWidget(Label("On this computer", "small", "secondary"))

    def _make_passed(self) -> QWidget:
        passed = QWidget()
        line = columns(passed, margins=(16, 8, 10, 8), gap=6)
        line.addWidget(IconMark("check", "success", 14))
        self.passed = Label("", "small", "success", strong=True)
        line.addWidget(self.passed)
        self._passed_words = Label("", "small", "secondary", wrap=True)
        line.addWidget(self._passed_words, 1)
        return passed

    def show_head(self, shown: bool) -> None:
        """The head is left out where a tab says the same."""
        self._head.setVisible(shown)

    def show_findings(
        self,
        findings: Sequence[Finding],
        passed: Sequence[str],
        *,
        looked: bool,
        first: Finding | None = None,
        kept: Sequence[str] = (),
        editable: bool = True,
    ) -> None:
        """Shows findings, and the names of the rules that found nothing.

        `looked`: some account is chosen, so the rules had something to look at. `first` is open, else the first one.
        `kept`: for each finding why its author keeps it; empty where it is open.
        """
        shown = tuple(zip(findings, kept or [""] * len(findings), strict=True)), editable
        self._findings = tuple(findings)
        self._tell([finding for finding, reason in shown[0] if not reason], passed)
        self._nowhere.setVisible(not looked)
        if shown != self._shown:
            self._shown = shown
            place = self._focused()
            self._fill(place, place if place >= 0 else self._findings.index(first) if first in self._findings else 0)
        self._speak.start()

    def _focused(self) -> int:
        """The place of the item with the focus, or with a button that has it; -1 for none."""
        focus = self.window().focusWidget()
        found = (index for index, item in enumerate(self._items) if focus is item or item.isAncestorOf(focus))
        return next(found, -1) if focus is not None else -1

    def _tell(self, findings: Sequence[Finding], passed: Sequence[str]) -> None:
        numbers = {str(each): sum(finding.severity is each for finding in findings) for each in _ORDER}
        self.tally.show_numbers({**numbers, "pass": len(passed)})
        self.passed.setText(f"{len(passed)} passed")
        self._passed_words.setText(", ".join(passed))
        self._passed.setVisible(bool(passed))

    def _fill(self, focused: int, is_open: int) -> None:
        for item in self._items:
            item.hide()
            item.deleteLater()
        self._items = []
        told = {"fix": self.fix, "keep": self.keep, "drop": self.drop}
        for index, (finding, reason) in enumerate(self._shown[0]):
            fixes = _fixes(finding, kept=bool(reason), editable=self._shown[1])
            words = f"Kept: {reason}" if reason else ""
            item = CheckItem(str(finding.severity), finding.title, finding.reason, fixes, kept=words)
            item.fix.connect(lambda key, finding=finding: told[key].emit(finding))
            item.opened.connect(lambda finding=finding: self.opened.emit(finding))
            item.set_expanded(index == is_open)
            self._rows.insertWidget(index, item)
            self._items.append(item)
        if 0 <= focused < len(self._items):
            self._items[focused].setFocus()

    def wanted_height(self) -> int:
        """The height in which everything can be seen without scrolling."""
        width = max(self._scroll.viewport().width(), 1)
        height = self._rows.heightForWidth(width) if self._rows.hasHeightForWidth() else self._rows.sizeHint().height()
        return height + (self._head.sizeHint().height() if self._head.isVisibleTo(self) else 0) + 1

    @property
    def items(self) -> Sequence[CheckItem]:
        """The items, in the order of the findings."""
        return self._items

    def go_to(self, finding: Finding) -> None:
        """Opens the item of a finding and brings it into sight."""
        if finding in self._findings:
            item = self._items[self._findings.index(finding)]
            for each in self._items:
                each.set_expanded(each is item)
            self._scroll.ensureWidgetVisible(item)

    def _announce(self) -> None:
        count = len(self._findings)
        words = f"Checks: {counted(count, 'finding')}" if count else "Checks: nothing found"
        if words != self._said:
            self._said = words
            announce(self, words)


def _fixes(finding: Finding, *, kept: bool, editable: bool) -> list[tuple[str, str, str]]:
    """What can be done about a finding, as key, words and icon."""
    found = [("fix", finding.fix.label, "")] if finding.fix else []
    if finding.may_keep and editable:
        found.append(("keep", "Change reason…" if kept else "Keep with reason…", ""))
        if kept:
            found.append(("drop", "Do not keep", ""))
    return found
