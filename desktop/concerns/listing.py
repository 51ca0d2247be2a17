"""Every concern with its state, its post, how long that was online, who was told, what came of it; and the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from desktop.concerns.cards import ConcernCard
from desktop.concerns.dialogs import CloseConcernDialog, ToldDialog
from desktop.context import Context
from desktop.counts import counted
from desktop.shell.places import sees
from desktop.widgets.buttons import AppButton
from desktop.widgets.choices import Segmented
from desktop.widgets.dialog import Dialog
from desktop.widgets.layout import columns, refill, rows
from desktop.widgets.rows import Row, RowListView
from desktop.widgets.spans import Line, Span
from desktop.widgets.text import KeyValues, Label, Panel
from editorial.changes import Changes, Kind
from editorial.clock import unstamp
from editorial.concerns import KIND_WORDS
from editorial.concerns import Row as Concern
from editorial.people.permissions import May

MOST = 4  # rows in sight
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def lasted(span: timedelta) -> str:
    """`3 days 2 h`, `2 h 5 min`, `under a minute`."""
    if span < MINUTE:
        return "under a minute"
    if span < HOUR:
        return f"{span // MINUTE} min"
    if span < DAY:
        return f"{span // HOUR} h {span % HOUR // MINUTE} min"
    return f"{counted(span // DAY, 'day')} {span % DAY // HOUR} h"


def online(concern: Concern) -> str:
    """How long the post had been online when it was reported."""
    return f"Online for {lasted(concern.online)} when reported" if concern.online else "Not online when reported"


def told(concern: Concern) -> str:
    """Who was told, each once."""
    names = list(dict.fromkeys(each.who for each in concern.told))
    return f"Told {', '.join(names)}" if names else "Nobody was told yet"


class ConcernRecord(QWidget):
    """One record in full: the card with what can be done, and what was kept when it was reported."""

    def __init__(self, concern: Concern, context: Context, card: ConcernCard, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._concern, self._moments = concern, context.moments
        column = rows(self, gap=10)
        column.addWidget(card)
        column.addWidget(Label("Kept when it was reported", "small", strong=True))
        kept = Panel("card")
        rows(kept, margins=(12, 10, 12, 10)).addWidget(KeyValues(self._kept()))
        column.addWidget(kept)

    def _kept(self) -> list[tuple[str, str]]:
        evidence = self._concern.evidence
        code = str(evidence["digest"]).removeprefix("sha256:")
        version = f"Version {evidence['version']}, content code {code[:16]}…" if code else "Not sent to review yet"
        signers = [self._signer(each) for each in evidence["signers"]]
        pairs = [
            ("Post", f"P-{evidence['post']}, {evidence['title']}, {str(evidence['state']).replace('_', ' ')}"),
            ("Version", version),
            ("Signed by", "\n".join(signers) or evidence["problem"] or "nobody"),
        ]
        return [*pairs, *((each["account"], self._delivery(each)) for each in evidence["deliveries"])]

    def _signer(self, each: Mapping[str, Any]) -> str:
        return f"{each['name']}, “{each['stage']}” of version {each['version']}, {self._at(each['at'])}"

    def _delivery(self, each: Mapping[str, Any]) -> str:
        parts = [str(each["state"]).replace("_", " ")]
        if each["sent_at"]:
            parts.append(f"sent {self._at(each['sent_at'])}")
        if each["online_seconds"]:
            parts.append(f"online for {lasted(timedelta(seconds=each['online_seconds']))}")
        return ", ".join([*parts, *([each["permalink"]] if each["permalink"] else [])])

    def _at(self, stamped: str) -> str:
        return self._moments.short(unstamp(stamped))


class ConcernsDialog(Dialog):
    """The list above, the record of the chosen one below: arrows move, Enter goes into the record."""

    def __init__(self, context: Context, parent: QWidget) -> None:
        super().__init__(parent, "Concerns", "Incidents that people reported about posts", icon="flag", width="lg")
        self._context = context
        self._concerns: tuple[Concern, ...] = ()
        self._card: ConcernCard | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        head = columns(gap=8)
        self.filter = Segmented([("open", "Open"), ("closed", "Closed"), ("all", "All")], label="Which concerns")
        self.filter.changed.connect(lambda _: self._fill())
        head.addWidget(self.filter)
        head.addStretch(1)
        self.body.addLayout(head)
        self.list = RowListView("Concerns", height=72, gap=3, surface="raised", ruled=True)
        self.list.chosen.connect(lambda _: self._show_record())
        self.list.opened.connect(lambda _: self._enter())
        self.body.addWidget(self.list)
        self.nothing = Label("", "body", "secondary", wrap=True)
        self.body.addWidget(self.nothing)
        self._record = rows()
        self.body.addLayout(self._record)
        self.set_note("A concern is reported at its post: in Review, or in the Outbox.", "info")
        self.add_cancel("Close")
        self.post_button = self.add_button("Open the post", "primary", icon="arrow-right")
        self.post_button.clicked.connect(self._open_post)
        context.bridge.changed.connect(self._on_changes)
        self._read()

    @property
    def chosen(self) -> Concern | None:
        """The one whose record is shown."""
        return next((each for each in self._concerns if each.id == self.list.current_key), None)

    def _on_changes(self, changes: Changes) -> None:
        if Kind.CONCERNS in changes.kinds:
            self._read()

    def _read(self) -> None:
        self._context.bridge.run(self._context.services.concerns.rows, self._show, owner=self)

    def _show(self, concerns: tuple[Concern, ...]) -> None:
        first, self._concerns = not self._concerns, concerns
        opened = sum(each.closed_at is None for each in concerns)
        counts = {"open": opened, "closed": len(concerns) - opened, "all": len(concerns)}
        for key, words in (("open", "Open"), ("closed", "Closed"), ("all", "All")):
            self.filter.set_text(key, words, f"{counts[key]:,}")
        if first and concerns and not opened:
            self.filter.set_current("all")
        self._fill()
        if first:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fill(self) -> None:
        wanted = {"open": (True,), "closed": (False,), "all": (True, False)}[self.filter.current or "all"]
        shown = [each for each in self._concerns if (each.closed_at is None) in wanted]
        before = self.list.current_key
        keys = [each.id for each in shown]
        self.list.set_rows([self._row(each) for each in shown])
        self.list.choose(before if before in keys else next(iter(keys), ""))
        self.list.show_at_most(MOST)
        self.list.setVisible(bool(shown))
        self.nothing.setText("No concern was reported." if not self._concerns else "None of these. Choose “All”.")
        self.nothing.setVisible(not shown)
        self.post_button.setEnabled(bool(shown))
        self._show_record()

    def _row(self, concern: Concern) -> Row:
        what = f"C-{concern.number}, P-{concern.post_number} {concern.title}"
        is_open = concern.closed_at is None
        pill = ("danger", "flag", "Open") if is_open else ("success", "check", "Closed")
        kind, at = KIND_WORDS[concern.kind], self._context.moments.short(concern.reported_at)
        became = told(concern) if is_open else concern.outcome
        lines = (
            Line((Span(what, "bodyStrong"),), (Span(pill=pill),)),
            Line((Span(kind, "small", "secondary"),), (Span(at, "small", "secondary"),)),
            Line((Span(became, "small"),), (Span(online(concern), "small", "secondary"),)),
        )
        sentence = f"{pill[2]}. {what}. {kind}. Reported {at}. {online(concern)}. {told(concern)}."
        if not is_open:
            sentence += f" Outcome: {concern.outcome}"
        return Row(concern.id, lines, sentence, tooltip=concern.title)

    def _show_record(self) -> None:
        concern, card = self.chosen, None
        parts: Sequence[QWidget] = ()
        if concern is not None:
            card = ConcernCard(concern, self._context.moments, may_close=self._context.may(May.CLOSE_CONCERN))
            card.add.connect(partial(self._ask, ToldDialog))
            card.close_it.connect(partial(self._ask, CloseConcernDialog))
            parts = [ConcernRecord(concern, self._context, card)]
        self._card = card
        refill(self._record, parts)

    def _ask(self, kind: type[ToldDialog] | type[CloseConcernDialog], _: str) -> None:
        if self.chosen is not None:
            kind(self._context, self, self.chosen).open()

    def _enter(self) -> None:
        """Into the record: to what can be done there, else to its post."""
        button = self._card.findChild(AppButton) if self._card is not None else None
        (button or self.post_button).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _open_post(self) -> None:
        concern = self.chosen
        if concern is None:
            return
        self.accept()
        reviewed = sees(self._context.session.roles, "review") and not concern.evidence["deliveries"]
        self._context.go("review" if reviewed else "outbox", concern.post_id)
