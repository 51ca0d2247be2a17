"""One entry with its proof: who, when, what about, and its place in the chain."""

import json
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop.moments import Moments
from desktop.widgets.buttons import AppButton, IconButton
from desktop.widgets.layout import ScrollArea, columns, rows
from desktop.widgets.marks import Avatar, IconMark
from desktop.widgets.text import Hairline, KeyValues, Label, Panel, SectionHeader
from editorial.audit.auditing import Entry

_HIDDEN = frozenset({"actor", "envelope", "title", "accounts", "contributors", "candidates"})
_SHORT = 28


def grouped(digest: str) -> str:
    """A digest in groups of four, shortened in the middle."""
    plain = digest.removeprefix("sha256:")
    if len(plain) != 64:
        return digest
    groups = [plain[place : place + 4] for place in range(0, len(plain), 4)]
    return " ".join(groups) if len(groups) <= 8 else " ".join(groups[:8])


class EntryDetail(Panel):
    """The details. `step(-1 or 1)` asks for the neighbour, `about(object id)` for all entries about the same thing."""

    step = Signal(int)
    about = Signal(str)

    def __init__(self, moments: Moments, parent: QWidget | None = None) -> None:
        super().__init__("app", parent)
        self._moments = moments
        self._entry: Entry | None = None
        outer = rows(self)
        self._inside = QWidget()
        self._column = rows(self._inside, margins=(18, 14, 18, 18), gap=12)
        outer.addWidget(ScrollArea(self._inside))
        self.setAccessibleName("Entry details")

    def show_entry(self, entry: Entry | None, following: str = "") -> None:
        """Shows an entry; `following` is the leaf hash of the next one, empty for the newest."""
        self._entry = entry
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if entry is None:
            self._column.addWidget(Label("Choose an entry to see its proof.", "body", "secondary", wrap=True))
            self._column.addStretch(1)
            return
        for part in (
            self._head(entry),
            Hairline(),
            KeyValues(self._facts(entry)),
            Hairline(),
            self._proof(entry, following),
            Hairline(),
            self._more(entry),
        ):
            self._column.addWidget(part)
        self._column.addStretch(1)

    def _head(self, entry: Entry) -> QWidget:
        whole = QWidget()
        column = rows(whole, gap=6)
        top = columns(gap=4)
        top.addWidget(Label(f"Entry {entry.seq:,}", "mono", "secondary"), 1)
        for icon, words, keys, move in (
            ("chevron-up", "Newer entry", "Alt+Up", 1),
            ("chevron-down", "Older entry", "Alt+Down", -1),
        ):
            button = IconButton(icon, words, shortcut=keys)
            button.clicked.connect(lambda _=False, move=move: self.step.emit(move))
            top.addWidget(button)
        copy = IconButton("copy", "Copy the entry as JSON")
        copy.clicked.connect(self._copy)
        top.addWidget(copy)
        column.addLayout(top)
        column.addWidget(Label(entry.words, "title", wrap=True))
        line = columns(gap=8)
        if entry.actor_id.startswith("person"):
            line.addWidget(Avatar(entry.actor, entry.actor_id))
        else:
            line.addWidget(IconMark("monitor", "secondary", 18))
        role = entry.role.replace("_", " ")
        line.addWidget(Label(f"{entry.actor}, {role}" if role else entry.actor, "body", wrap=True), 1)
        column.addLayout(line)
        return whole

    def _facts(self, entry: Entry) -> list[tuple[str, str | QWidget]]:
        day = f"{self._moments.day(entry.at, year=True)}, {self._moments.time(entry.at, seconds=True)}"
        when = f"{day} {self._moments.zone_label(entry.at)}"
        facts: list[tuple[str, str | QWidget]] = [("When", f"{when}\n{self._moments.utc(entry.at)}")]
        if entry.about:
            facts.append(("About", entry.about))
        if entry.result != "ok":
            facts.append(("Result", entry.result.replace("_", " ")))
        if entry.reason:
            facts.append(("Why", entry.reason.replace("_", " ")))
        facts += _readable(entry.body)
        if not entry.readable:
            facts.append(("Texts", self._gone(entry)))
        facts.append(("Content", grouped(entry.digest)))
        return facts

    def _gone(self, entry: Entry) -> str:
        if entry.erasure is None:
            return "Missing, and no entry says why"
        return f"Erased on {self._moments.day(entry.erasure.at, year=True)} by {entry.erasure.by}"

    def _proof(self, entry: Entry, following: str) -> QWidget:
        whole = QWidget()
        column = rows(whole, gap=6)
        column.addWidget(SectionHeader("Proof", role="bodyStrong"))
        links = [("previous", entry.prev or "none: this is the first entry"), ("this entry", entry.leaf_hash)]
        links.append((f"next, {entry.seq + 1:,}", following) if following else ("next", "none yet"))
        for place, (name, digest) in enumerate(links):
            if place:
                arrow = IconMark("arrow-down", "secondary", 14)
                column.addWidget(arrow, 0, Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(_link(name, digest, strong=name == "this entry"))
        return whole

    def _more(self, entry: Entry) -> QWidget:
        whole = QWidget()
        column = rows(whole, gap=6)
        column.addWidget(SectionHeader("Around this entry", role="bodyStrong"))
        button = AppButton("Show every entry about this", "ghost", icon="list-filter")
        button.clicked.connect(lambda: self.about.emit(entry.object_id))
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return whole

    def _copy(self) -> None:
        if self._entry is not None:
            data = {"seq": self._entry.seq, "action": self._entry.action, "leaf_hash": self._entry.leaf_hash}
            data |= {"digest": self._entry.digest, "prev": self._entry.prev}
            QGuiApplication.clipboard().setText(json.dumps(data, indent=2))


def _link(name: str, digest: str, *, strong: bool) -> QWidget:
    panel = Panel("success" if strong else "note")
    column = rows(panel, margins=(10, 7, 10, 7), gap=1)
    column.addWidget(Label(name, "mono", "secondary"))
    text = Label(grouped(digest), "mono", "primary", wrap=True)
    text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    text.setAccessibleName(f"{name}: {digest}")
    column.addWidget(text)
    return panel


def _readable(body: Mapping[str, Any]) -> list[tuple[str, str | QWidget]]:
    """What of the entry's deletable body is worth reading as it is."""
    found: list[tuple[str, str | QWidget]] = []
    for name, value in body.items():
        if name in _HIDDEN or not isinstance(value, str | int) or value == "":
            continue
        text = str(value)
        if text.startswith("sha256:"):
            text = grouped(text)[:_SHORT] + "…"
        found.append((name.replace("_", " ").capitalize(), text))
    return found
