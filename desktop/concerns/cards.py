"""One concern as a card: what is said, who was told, how it ended, and what can be done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.moments import Moments
from desktop.widgets.buttons import AppButton
from desktop.widgets.layout import FlowLayout, columns, rows
from desktop.widgets.marks import IconMark
from desktop.widgets.text import Label, Panel
from editorial.concerns import KIND_WORDS, Row


class ConcernCard(Panel):
    """`add(concern id)` and `close_it(concern id)` tell what a person wants; a closed concern offers neither."""

    add = Signal(str)
    close_it = Signal(str)

    def __init__(self, row: Row, moments: Moments, *, may_close: bool, parent: QWidget | None = None) -> None:
        super().__init__("card", parent)
        is_open = row.closed_at is None
        self.setAccessibleName(f"Concern C-{row.number}, {'open' if is_open else 'closed'}. {KIND_WORDS[row.kind]}")
        column = rows(self, margins=(12, 10, 12, 10), gap=4)
        head = columns(gap=7)
        mark = IconMark("flag" if is_open else "check", "danger" if is_open else "success", 14)
        head.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        state = "" if is_open else ", closed"
        head.addWidget(Label(f"C-{row.number}{state}: {KIND_WORDS[row.kind]}", "small", strong=True, wrap=True), 1)
        column.addLayout(head)
        column.addWidget(Label(row.text, "body", wrap=True))
        quiet = [f"Reported by {row.reported_by}, {moments.short(row.reported_at)}"]
        quiet += [_told(each.who, each.how, moments.short(each.at)) for each in row.told]
        if row.closed_at is not None:
            quiet.append(f"Closed by {row.closed_by or 'somebody'}, {moments.short(row.closed_at)}: {row.outcome}")
        for words in quiet:
            column.addWidget(Label(words, "small", "secondary", wrap=True))
        if is_open:
            column.addWidget(self._buttons(row.id, may_close=may_close))

    def _buttons(self, key: str, *, may_close: bool) -> QWidget:
        whole = QWidget()
        flow = FlowLayout(whole, gap=8, line_gap=8)
        add = AppButton("Add who was told…", "plain", size="compact")
        add.clicked.connect(lambda: self.add.emit(key))
        flow.addWidget(add)
        if may_close:
            close = AppButton("Close…", "plain", size="compact")
            close.clicked.connect(lambda: self.close_it.emit(key))
            flow.addWidget(close)
        return whole


def _told(who: str, how: str, at: str) -> str:
    return f"Told {who}{f' {how}' if how else ''}, {at}"
