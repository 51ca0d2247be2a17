"""What is, or was, online: the as-published record, and how far a takedown is."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.moments import Moments
from desktop.widgets.banner import Banner
from desktop.widgets.layout import columns, rows
from desktop.widgets.marks import IconMark
from desktop.widgets.text import KeyValues, Label, Panel, SectionHeader
from editorial.delivery.afterwards import Record
from editorial.delivery.showing import Difference, Verdict
from editorial.delivery.takedown import WHY_WORDS, Removal, Stage

_VERDICTS = {
    Verdict.SAME: ("check", "success", "The same text, pictures and alternative texts as signed"),
    Verdict.DIFFERS: ("triangle-alert", "danger", "The network shows something else"),
    Verdict.GONE: ("triangle-alert", "danger", "The network shows no such post"),
}
_CODE = 15  # letters of a digest that are shown: its name and eight digits


def as_published(record: Record, moments: Moments) -> QWidget:
    """The as-published record: what the network showed, when, and where it differs from what was signed."""
    whole = QWidget()
    column = rows(whole, gap=8)
    column.addWidget(
        SectionHeader("On the network", f"looked {moments.time(record.seen_at, seconds=True)}", role="bodyStrong")
    )
    icon, tone, words = _VERDICTS[record.verdict]
    line = columns(gap=7)
    line.addWidget(IconMark(icon, tone, 16), 0, Qt.AlignmentFlag.AlignTop)
    line.addWidget(Label(words, "small", tone, wrap=True), 1)
    column.addLayout(line)
    for each in record.differences:
        column.addWidget(_difference(each))
    code = Label(f"Record {record.digest[:_CODE]}", "mono", "tertiary")
    code.setToolTip(record.digest)
    code.setAccessibleName(f"Code of the record: {record.digest}")
    column.addWidget(code)
    return whole


def _difference(each: Difference) -> QWidget:
    card = Panel("card")
    column = rows(card, margins=(12, 9, 12, 10), gap=6)
    column.addWidget(Label(_what(each.what), "bodyStrong"))
    pairs = (("Signed", each.signed or "nothing"), ("Shown", each.shown or "nothing"))
    column.addWidget(KeyValues(pairs))
    return card


def _what(code: str) -> str:
    kind, _, number = code.partition(":")
    words = {"text": "Text", "pictures": "Pictures", "picture": "Picture", "alt": "Alternative text of picture"}[kind]
    return f"{words} {number}".strip()


def removal_banner(removal: Removal, names: Mapping[str, str], moments: Moments) -> Banner:
    """How far a takedown is, who wanted it and why, and what is left to do."""
    asked = f"{names.get(removal.asked_by, 'Somebody')} asked at {moments.time(removal.asked_at)}"
    why = WHY_WORDS[removal.why] + (f": {removal.note}" if removal.note else "")
    if removal.stage is Stage.DONE:
        who = names.get(removal.ended_by, "A person") + " removed it" if removal.ended_by else "The network removed it"
        at = f" at {moments.time(removal.ended_at, seconds=True)}" if removal.ended_at else ""
        return Banner("note", f"{who}{at}", f"{asked}. {why}.", icon="trash-2", inline=True)
    if removal.stage is Stage.BY_HAND:
        do = "It may still be there. Open the page, remove it there, then say so here."
        said = f"{removal.answer.rstrip('.')}. " if removal.answer else ""
        return Banner("danger", "Remove it by hand", f"{said}{do} {asked}. {why}.", icon="hand", inline=True)
    next_ = f" It is tried again at {moments.time(removal.next_at, seconds=True)}." if removal.next_at else ""
    said = f" {removal.answer.rstrip('.')}." if removal.answer else ""
    return Banner("warning", "Taking it down", f"{asked}. {why}.{said}{next_}", icon="trash-2", inline=True)
