"""One entry with its proof: who, when, what about, and its place in the chain."""

import json
from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop.moments import Moments
from desktop.screens.audit.proof import ProofChain, grouped, limits
from desktop.widgets.buttons import AppButton, IconButton
from desktop.widgets.layout import ScrollArea, columns, refill, rows
from desktop.widgets.marks import Avatar, IconMark
from desktop.widgets.text import Hairline, KeyValues, Label, Panel, SectionHeader
from editorial.audit.browsing import Around
from editorial.audit.entries import Entry
from editorial.audit.proving import Proof

_HIDDEN = frozenset({"actor", "envelope", "title", "accounts", "contributors", "candidates"})
_SHORT = 28


class EntryDetail(Panel):
    """The details. `step(-1 or 1)` asks for the neighbour, `about(object id)` for all entries about the same thing."""

    step = Signal(int)
    about = Signal(str)

    def __init__(self, moments: Moments, parent: QWidget | None = None) -> None:
        super().__init__("app", parent)
        self._moments = moments
        self.entry: Entry | None = None
        self._proof: Proof | None = None
        outer = rows(self)
        self._inside = QWidget()
        self._column = rows(self._inside, margins=(18, 14, 18, 18), gap=12)
        outer.addWidget(ScrollArea(self._inside))
        self.setAccessibleName("Entry details")

    def show_entry(self, entry: Entry | None) -> None:
        """Shows an entry; its proof and what is around it come later, by `show_place`."""
        self.entry, self._proof = entry, None
        refill(self._column, [])
        if entry is None:
            self._column.addWidget(Label("Choose an entry to see its proof.", "body", "secondary", wrap=True))
            self._column.addStretch(1)
            return
        self._place = QWidget()
        self._place_column = rows(self._place, gap=12)
        for part in (self._head(entry), Hairline(), KeyValues(self._facts(entry)), Hairline(), self._place):
            self._column.addWidget(part)
        self._column.addStretch(1)

    @property
    def proven(self) -> bool:
        """Whether what is shown leads to a checkpoint, and thus can be said once for all."""
        return self._proof is not None and self._proof.signed_at is not None

    def show_place(self, proof: Proof, around: Around) -> None:
        """Shows the proof of the entry that is shown, and its neighbours."""
        if self.entry is None or self.entry.seq != proof.seq:
            return
        self._proof = proof
        chain = ProofChain(self.entry, proof, around, self._moments)
        refill(self._place_column, [chain, Hairline(), self._around(self.entry, around), Hairline(), limits()])

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

    def _around(self, entry: Entry, around: Around) -> QWidget:
        whole = QWidget()
        column = rows(whole, gap=6)
        column.addWidget(SectionHeader("Around this entry", role="bodyStrong"))
        for each in (around.older, entry, around.newer):
            if each is not None:
                column.addWidget(_neighbour(each, strong=each is entry))
        about = entry.about.partition(",")[0]
        name = f"of {about}" if about else "about the same"
        button = AppButton(f"Show all {around.count:,} entries {name}", "ghost", icon="list-filter")
        button.clicked.connect(lambda: self.about.emit(entry.object_id))
        column.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        return whole

    def _copy(self) -> None:
        if self.entry is None:
            return
        data: dict[str, object] = {"seq": self.entry.seq, "action": self.entry.action}
        data |= {"leaf_hash": self.entry.leaf_hash, "digest": self.entry.digest, "prev": self.entry.prev}
        if self._proof is not None:
            data |= {"size": self._proof.size, "root": self._proof.root.hex()}
            data["proof"] = [step.beside.hex() for step in self._proof.steps]
        QGuiApplication.clipboard().setText(json.dumps(data, indent=2))


def _neighbour(entry: Entry, *, strong: bool) -> QWidget:
    whole = QWidget()
    line = columns(whole, gap=10)
    line.addWidget(Label(f"{entry.seq:,}", "mono", "secondary"), 0, Qt.AlignmentFlag.AlignTop)
    who = entry.actor.partition(" ")[0]
    words = f"{who}: {entry.words[:1].lower()}{entry.words[1:]}" if who else entry.words
    line.addWidget(Label(words, "small", strong=strong, wrap=True), 1)
    return whole


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
