"""The authorizations that a version rests on, as a reviewer reads them: what each covers, until when, what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.look import look
from desktop.moments import Moments
from desktop.widgets.banner import Banner
from desktop.widgets.layout import columns, rows
from desktop.widgets.marks import IconMark
from desktop.widgets.text import Label
from editorial.authorizations.catalogue import Linked


def authorized(linked: Sequence[Linked], moments: Moments) -> QWidget:
    """One line for each, with a warning below where it would stop the post now."""
    whole = QWidget()
    column = rows(whole, gap=8)
    for each in linked:
        line = columns(gap=7)
        icon, tone = ("triangle-alert", "warning") if each.problem else ("file-check", "success")
        line.addWidget(IconMark(icon, tone, 16), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(Label(_words(each, moments), "body", wrap=True), 1)
        column.addLayout(line)
        if each.problem:
            words = "It would not be published: the gate asks again at every send."
            column.addWidget(Banner("warning", each.problem, words, inline=True))
        elif each.ends_with:
            words = f"Sign only if this has not happened: {each.ends_with}"
            column.addWidget(Label(words, "small", "secondary", wrap=True))
    return whole


def _words(each: Linked, moments: Moments) -> str:
    if not each.number:
        return "An authorization that is not here"
    networks = ", ".join(look().network_name(network) for network in each.networks)
    last = moments.day(each.ends_at - timedelta(minutes=1), year=True) if each.ends_at else "its event"
    return f"{each.name}, {each.label}: covers {each.covers}, on {networks or 'no network'}, until {last}"
