"""The review queue: what waits for the person who looks, or everything in review, those due first at the top."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop.look import look
from desktop.moments import Moments
from desktop.screens.review.words import Due, due_of, moment, stage_of
from desktop.widgets.buttons import AppButton
from desktop.widgets.choices import Segmented
from desktop.widgets.layout import columns, rows
from desktop.widgets.marks import RISKS, IconMark
from desktop.widgets.rows import Item, Row, RowListView, Section
from desktop.widgets.spans import Line, Span
from desktop.widgets.text import Hairline, Label, Panel
from editorial.posts.review import Waiting
from editorial.signoff.timing import Risk

MARKS = 4
SECTIONS = ("Overdue", "Due today", "Later", "No date")
LETTERS = frozenset("JKSRCD")
_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)


class QueueList(RowListView):
    """The rows. Letters typed here are commands of the screen, which `letter("J")` tells; they look for no row."""

    letter = Signal(str)

    def __init__(self) -> None:
        super().__init__("Posts in review", height=84, gap=5, ruled=True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Hand the letters on."""
        typed = event.text().upper()
        if typed in LETTERS and event.modifiers() in _PLAIN:
            shifted = event.modifiers() == Qt.KeyboardModifier.ShiftModifier
            self.letter.emit(f"Shift+{typed}" if shifted else typed)
            return
        super().keyPressEvent(event)


class QueuePanel(Panel):
    """The queue with its choice above. `chosen(post id)` when a person chooses a row.

    `together()` when they want to sign what they read, offered once that is more than one version.
    """

    chosen = Signal(str)
    together = Signal()

    def __init__(self, moments: Moments, parent: QWidget | None = None) -> None:
        super().__init__("app", parent)
        self._moments = moments
        self._rows: tuple[Waiting, ...] = ()
        self._read: set[tuple[str, int]] = set()
        column = rows(self)
        self.whose = Segmented([("mine", "Waiting for me"), ("all", "All")], label="Which posts")
        self.whose.changed.connect(lambda _: self._refill())
        top = columns(margins=(14, 10, 14, 11))
        self.whose.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        top.addWidget(self.whose)
        column.addLayout(top)
        column.addWidget(Hairline())
        self.list = QueueList()
        self.list.chosen.connect(self.chosen)
        column.addWidget(self.list, 1)
        column.addWidget(self._make_batch())
        self._deputy_line = Hairline()
        column.addWidget(self._deputy_line)
        self._deputy = QWidget()
        line = columns(self._deputy, margins=(14, 9, 14, 9), gap=8)
        line.addWidget(IconMark("user-round-check", "secondary", 14))
        self.deputy = Label("", "small", "secondary", wrap=True)
        line.addWidget(self.deputy, 1)
        column.addWidget(self._deputy)
        self.show_deputy(None)
        self.setMinimumWidth(236)

    def _make_batch(self) -> QWidget:
        self._batch = QWidget()
        column = rows(self._batch)
        column.addWidget(Hairline())
        self.sign_together = AppButton("", "soft", icon="signature", hint="Shift S")
        self.sign_together.clicked.connect(self.together)
        line = columns(margins=(14, 8, 14, 8))
        line.addWidget(self.sign_together, 1)
        column.addLayout(line)
        self._batch.hide()
        return self._batch

    @property
    def readable(self) -> list[Waiting]:
        """What this person may sign and has read as a whole, in order."""
        return [row for row in self._rows if row.mine and (row.post_id, row.revision) in self._read]

    def mark_read(self, post_id: str, number: int) -> None:
        """A version was read as a whole."""
        self._read.add((post_id, number))
        self.update_times()

    def show_deputy(self, deputy: tuple[str, datetime] | None) -> None:
        """Says who may sign in the place of the person who looks, and until when; None for nobody."""
        if deputy is not None:
            self.deputy.setText(f"Your deputy until {self._moments.day(deputy[1])}: {deputy[0]}")
        self._deputy.setVisible(deputy is not None)
        self._deputy_line.setVisible(deputy is not None)

    @property
    def keys(self) -> list[str]:
        """The posts shown, in order."""
        return [item.key for item in self.list.rows.items if isinstance(item, Row)]

    def show_rows(self, waiting: Sequence[Waiting]) -> None:
        """Shows the queue anew and keeps the chosen post."""
        self._rows = tuple(waiting)
        self.whose.set_text("mine", "Waiting for me", f"{sum(row.mine for row in waiting):,}")
        self.whose.set_text("all", "All", f"{len(waiting):,}")
        self.update_times()

    def update_times(self) -> None:
        """Says the due times anew: `in 48 min` becomes `in 47 min`."""
        mine = self.whose.current == "mine"
        shown = [(row, due_of(row, self._moments)) for row in self._rows if row.mine or not mine]
        items: list[Item] = []
        for title in SECTIONS:
            group = [(row, due) for row, due in shown if due.section == title]
            if group:
                note = "" if items else "Sorted by due time"
                items.append(Section(title, note, "danger" if title == "Overdue" else "tertiary"))
                items += [self._row(row, due) for row, due in group]
        self.list.set_rows(items)
        count = len(self.readable)
        self._batch.setVisible(count > 1)
        self.sign_together.setText(f"Sign the {count:,} that you read…")

    def show_all(self) -> None:
        """Shows every post in review, whoever may sign it."""
        self.whose.set_current("all")
        self.update_times()

    def neighbour(self, key: str, step: int) -> str:
        """The post after (1) or before (-1) another one; the other one itself at the ends; empty without any."""
        keys = self.keys
        if key not in keys:
            return keys[0] if keys else ""
        return keys[max(0, min(len(keys) - 1, keys.index(key) + step))]

    def _refill(self) -> None:
        self.update_times()
        key = self.list.current_key or next(iter(self.keys), "")
        self.list.choose(key)
        self.chosen.emit(key)

    def _row(self, row: Waiting, due: Due) -> Row:
        kinds = tuple(dict.fromkeys(row.networks))
        marks = (Span(networks=kinds[:MARKS], more=max(0, len(kinds) - MARKS)),) if kinds else ()
        risk = (_risk(row.risk),) if row.risk is not None else ()
        asked = f", deputies asked {moment(row.asked, self._moments)}" if row.asked is not None else ""
        stage = f"{stage_of(row)}{asked}"
        read = (Span("read", "caption", "success", 0, "check"),) if row in self.readable else ()
        strong = 600 if due.tone in ("danger", "warning") else 0
        lines = (
            Line((Span(row.title, "bodyStrong"),), marks),
            Line((Span(due.text, "small", due.tone, strong, due.icon),), risk),
            Line((Span(stage, "caption", "secondary"), *read), (Span(row.author, "caption", "secondary"),)),
        )
        networks = ", ".join(look().network_name(each) for each in kinds)
        mine = "Your turn" if row.mine else row.why_not
        if read:
            mine += ". You read it"
        sentence = f"{row.title}. {due.text}. {stage}. {mine.rstrip('.')}. By {row.author}. {networks}."
        if row.risk is not None:
            sentence += f" {RISKS[row.risk][2]}."
        return Row(row.post_id, lines, sentence, tooltip=row.title)


def _risk(risk: Risk) -> Span:
    return Span(role="small", tone=RISKS[risk][1], weight=600, risk=risk)
