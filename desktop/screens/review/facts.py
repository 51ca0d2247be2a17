"""What a signature is given for, row by row: text, media, authorizations, time, findings and the content code."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop.counts import counted
from desktop.look import look
from desktop.moments import Moments
from desktop.screens.review.words import between, listed, media_words, named
from desktop.widgets.buttons import IconButton
from desktop.widgets.layout import columns, rows
from desktop.widgets.marks import IconMark, NetworkMark
from desktop.widgets.text import Hairline, Label, Panel
from editorial.posts.differences import groups
from editorial.posts.reading import Page
from editorial.when import Choice


class WhatYouSign(QWidget):
    """The table of the sign-off dialog, for one version that was read as a whole."""

    def __init__(self, page: Page, moments: Moments, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page, self._moments = page, moments
        column = rows(self, gap=7)
        head = columns(gap=6)
        head.addWidget(Label("What you sign", "small", strong=True))
        head.addStretch(1)
        head.addWidget(IconMark("eye", "success", 14))
        head.addWidget(Label("You opened all of it", "small", "success"))
        column.addLayout(head)
        table = Panel("card")
        lines = rows(table, margins=(1, 1, 1, 1))
        for place, (icon, name, words, extra) in enumerate(self._rows()):
            if place:
                lines.addWidget(Hairline())
            lines.addWidget(_fact(icon, name, words, extra))
        column.addWidget(table)

    def _rows(self) -> list[tuple[str, str, Label, Sequence[QWidget]]]:
        networks = dict.fromkeys(each.network for each in self._page.subject.snapshot.contents)
        marks = {"Text": [NetworkMark(name, 16) for name in networks]}
        return [
            *(
                (icon, name, Label(words, "body", "secondary", wrap=True), marks.get(name, ()))
                for icon, name, words in facts(self._page, self._moments)
            ),
            self._code(),
        ]

    def _code(self) -> tuple[str, str, Label, Sequence[QWidget]]:
        label = Label(short_code(self._page), "mono", wrap=True)
        code = self._page.subject.digest.removeprefix("sha256:")
        label.setAccessibleName(f"Content code {code}")
        label.setToolTip(code)
        self.copy = IconButton("copy", "Copy the content code", size=24)
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self._page.subject.digest))
        return "hash", "Content code", label, (Label("SHA-256", "small", "secondary"), self.copy)


def facts(page: Page, moments: Moments) -> list[tuple[str, str, str]]:
    """What is signed, as icon, name and words; the content code is told by `short_code`."""
    snapshot = page.subject.snapshot
    media = list(dict.fromkeys(item for content in snapshot.contents for item in content.media))
    words = between(snapshot.window, moments)
    if snapshot.when.choice is Choice.SOON:
        words += ", as soon as every stage is signed"
    rests = listed([page.authorization_names.get(each, each) for each in snapshot.authorizations])
    seen = [f"{each.title}, kept: “{each.kept}”" if each.kept else each.title for each in page.findings]
    accepted = [
        f"{each.title}: “{each.accepted.reason}” ({each.accepted.name})" for each in page.findings if each.accepted
    ]
    names = "Accepted warning" if len(accepted) == 1 else "Accepted warnings"
    return [
        ("text", "Text", _text_words(page)),
        ("image", "Media", media_words(media)),
        ("file-check-2", "Authorizations", rests or "none"),
        ("calendar-clock", "Publish between", words),
        ("list-checks", "Findings seen", "; ".join(seen) or "none"),
        *([("triangle-alert", names, "; ".join(accepted))] if accepted else []),
    ]


def short_code(page: Page) -> str:
    """The content code with its middle left out, in groups of four."""
    code = page.subject.digest.removeprefix("sha256:")
    parts = [code[place : place + 4] for place in range(0, len(code), 4)]
    return " ".join((*parts[:4], "…", *parts[-2:]))


def _text_words(page: Page) -> str:
    """`shared text and the text of Practice beta, 3 accounts`."""
    found = groups(page.subject.snapshot.contents)
    own = [group[0].account_id for group in found if len(group) == 1]
    texts = ["shared text"] * (len(found) - len(own)) + ([f"the text of {named(own, page.labels)}"] if own else [])
    if len(found) == 1:
        return f"one text for {named([each.account_id for each in found[0]], page.labels)}"
    accounts = sum(len(group) for group in found)
    return f"{listed(texts)}, {counted(accounts, 'account')}"


def _fact(icon: str, name: str, words: Label, extra: Sequence[QWidget]) -> QWidget:
    whole = QWidget()
    line = columns(whole, margins=(12, 6, 8, 6), gap=10)
    line.addWidget(IconMark(icon, "secondary", 16))
    label = Label(name, "body", medium=True)
    label.setFixedWidth(look().px(126))
    line.addWidget(label)
    if not words.accessibleName():
        words.setAccessibleName(f"{name}: {words.text()}")
    line.addWidget(words, 1)
    for widget in extra:
        line.addWidget(widget)
    return whole
