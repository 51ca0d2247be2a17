"""One authorization: what it says, where it is used, what has to be taken down, its document."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from desktop.counts import counted
from desktop.moments import Moments
from desktop.screens.library.words import delivery_words, details_of, ends, kind_words, networks_words, shown
from desktop.widgets.banner import Banner
from desktop.widgets.buttons import AppButton, IconButton
from desktop.widgets.layout import FlowLayout, ScrollArea, columns, rows
from desktop.widgets.marks import IconMark, NetworkMark, StatusPill
from desktop.widgets.text import Elided, Hairline, KeyValues, Label, Panel, SectionHeader
from editorial.authorizations.catalogue import Row
from editorial.authorizations.elements import SignedBy
from editorial.authorizations.register import HOW_WORDS
from editorial.authorizations.standing import State
from editorial.authorizations.uses import Live, Use
from editorial.delivery.states import DeliveryState
from editorial.tasks import Open, TaskKind


class Details(Panel):
    """The side panel. `wanted(command)`: revoke, event or document; `done(task)`; `opened(link)`; `post(id)`;
    `delivery(id)` for one that is to be taken down.
    """

    wanted = Signal(str)
    done = Signal(str)
    opened = Signal(str)
    post = Signal(str)
    delivery = Signal(str)

    def __init__(self, moments: Moments, *, keeps: bool, opens: bool, parent: QWidget | None = None) -> None:
        """`keeps`: this person keeps the register; `opens`: they may open documents."""
        super().__init__("app", parent)
        self._moments, self._keeps, self._opens = moments, keeps, opens
        self.setAccessibleName("Authorization details")
        column = rows(self)
        self._inside = QWidget()
        self._column = rows(self._inside, margins=(18, 14, 18, 18), gap=12)
        column.addWidget(ScrollArea(self._inside), 1)
        self._foot_line = Hairline()
        column.addWidget(self._foot_line)
        self._foot = QWidget()
        foot = columns(self._foot, margins=(18, 10, 18, 10), gap=8)
        foot.addStretch(1)
        self.event_button = AppButton("Event has happened…", icon="calendar-x")
        self.event_button.clicked.connect(lambda: self.wanted.emit("event"))
        self.revoke = AppButton("Revoke…", "dangerOutline", icon="ban")
        self.revoke.clicked.connect(lambda: self.wanted.emit("revoke"))
        foot.addWidget(self.event_button)
        foot.addWidget(self.revoke)
        column.addWidget(self._foot)
        self.document: AppButton | None = None
        self._shown: Row | None = None
        self.show_row(None)

    def show_row(self, row: Row | None) -> None:
        """Shows an authorization, or how to choose one."""
        if row is not None and row == self._shown:
            return
        self._shown, self.document = row, None
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        open_end = row is not None and row.standing.state is not State.REVOKED
        self.revoke.setVisible(open_end)
        valid = row is not None and row.standing.state is State.VALID
        self.event_button.setVisible(valid and row is not None and bool(row.elements.expires_with))
        for widget in (self._foot, self._foot_line):
            widget.setVisible(self._keeps and open_end)
        if row is None:
            words = "Choose an authorization to see what it covers."
            self._column.addWidget(Label(words, "body", "secondary", wrap=True))
        else:
            self._fill(row)
        self._column.addStretch(1)

    def _fill(self, row: Row) -> None:
        self._column.addWidget(self._head(row))
        self._add_end(row)
        self._column.addWidget(self._facts(row))
        for part in (self._uses(row), self._consequences(row), self._other_tasks(row), self._document(row)):
            if part is not None:
                self._column.addWidget(Hairline())
                self._column.addWidget(part)

    # ---- parts -------------------------------------------------------------------------------------------------------

    def _head(self, row: Row) -> QWidget:
        whole, state = QWidget(), shown(row)
        column = rows(whole, gap=4)
        line = columns(gap=7)
        line.addWidget(IconMark(state.icon, state.tone, 16))
        line.addWidget(Label(state.words, "body", state.tone, medium=True), 1)
        line.addWidget(Label(row.name, "mono", "secondary"))
        column.addLayout(line)
        column.addWidget(Label(row.label, "title", wrap=True))
        elements = row.elements
        signed = f"signed {self._moments.day_words(elements.signed_on)}, " if elements.signed_on else ""
        words = f"{kind_words(elements)}. Written authorization, {signed}recorded by {row.recorded_by}"
        column.addWidget(Label(words, "small", "secondary", wrap=True))
        return whole

    def _add_end(self, row: Row) -> None:
        if row.revoked is not None:
            received = self._moments.day_words(date.fromisoformat(row.revoked.received_on))
            how = HOW_WORDS.get(row.revoked.how, "Revoked")  # type: ignore[call-overload]  # a StrEnum equals its code
            note = f" “{row.revoked.note}”" if row.revoked.note else ""
            words = f"{how}, received {received}, noted by {row.revoked.by}.{note}"
            at = self._moments.when(row.revoked.at)
            self._column.addWidget(Banner("danger", f"Revoked. {at}", words, icon="ban", inline=True))
        elif row.standing.words:
            words = "Nothing that rests on it is published any more."
            self._column.addWidget(Banner("danger", row.standing.words, words, inline=True))
        elif row.warning:
            words = "What waits for a later time is cancelled then, and what is online has to be taken down."
            self._column.addWidget(Banner("warning", f"{shown(row).words}.", words, inline=True))

    def _facts(self, row: Row) -> QWidget:
        elements = row.elements
        tags = QWidget()
        flow = FlowLayout(tags, gap=5, line_gap=5)
        for each in details_of(elements):
            flow.addWidget(StatusPill.of("accent", "", each.label))
        end = ends(elements.ends_at(), elements.expires_with, self._moments).removeprefix("until ")
        signer = elements.signer_name
        if elements.signed_by is SignedBy.REPRESENTATIVE:
            signer += f" for the patient: {elements.authority}"
        pairs: list[tuple[str, str | QWidget]] = [
            ("Covers", tags),
            ("Information", elements.information),
            ("Pictures", f"{len(elements.media)} named" if elements.media else "none named"),
            ("Disclosed by", elements.discloser),
            ("Networks", networks_words(elements.networks)),
            ("Purposes", "\n".join(elements.purposes)),
            ("Ends", end),
            ("Signed by", signer),
        ]
        if elements.minor and elements.majority_on:
            pairs.append(("Of age", self._moments.day_words(elements.majority_on)))
        return KeyValues(pairs)

    def _uses(self, row: Row) -> QWidget:
        whole = QWidget()
        column = rows(whole, gap=8)
        online = sum(any(each.online for each in use.deliveries) for use in row.uses)
        note = f"{len(row.uses)}, of which {online} online" if row.uses else ""
        ended = row.standing.state is not State.VALID
        column.addWidget(SectionHeader("Affected posts" if ended and row.uses else "Posts", note))
        if not row.uses:
            column.addWidget(Label("No post rests on it.", "small", "secondary"))
        tasks = {task.delivery_id: task for task in row.tasks if task.kind is TaskKind.TAKE_DOWN}
        for use in row.uses:
            column.addWidget(self._use(use, tasks))
        return whole

    def _consequences(self, row: Row) -> QWidget | None:
        """What the end of an authorization did by itself, and what nobody can do."""
        if row.standing.state not in (State.REVOKED, State.ENDED):
            return None
        deliveries, said = [each for use in row.uses for each in use.deliveries], []
        if any(each.state is DeliveryState.CANCELLED for each in deliveries):
            said.append(("check", "success", "What waited was cancelled"))
        if any(each.online for each in deliveries):
            said += [
                ("check", "success", "A task was opened for each post that is online"),
                ("info", "secondary", "Copies that others shared cannot be removed from here."),
            ]
        if not said:
            return None
        whole = QWidget()
        column = rows(whole, gap=6)
        column.addWidget(Label("Done automatically", "bodyStrong"))
        for icon, tone, words in said:
            line = columns(gap=8)
            line.addWidget(IconMark(icon, tone, 16), 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(Label(words, "small", wrap=True), 1)
            column.addLayout(line)
        return whole

    def _use(self, use: Use, tasks: dict[str, Open]) -> QWidget:
        card = Panel("card")
        column = rows(card, margins=(11, 9, 9, 10), gap=6)
        line = columns(gap=8)
        line.addWidget(Elided(use.title, "bodyStrong"), 1)
        show = IconButton("square-arrow-out-up-right", f"Show P-{use.number} in Review")
        show.clicked.connect(lambda: self.post.emit(use.post_id))
        line.addWidget(show)
        column.addLayout(line)
        if not use.deliveries:
            column.addWidget(Label(f"P-{use.number}, not scheduled", "small", "secondary"))
        for each in use.deliveries:
            column.addWidget(self._delivery(use, each, tasks.get(each.delivery_id)))
        return card

    def _delivery(self, use: Use, live: Live, task: Open | None) -> QWidget:
        whole, state = QWidget(), delivery_words(live.state)
        column = rows(whole, gap=6)
        line = columns(gap=7)
        line.addWidget(NetworkMark(live.network, 18))
        line.addWidget(Elided(live.account, "small"), 1)
        line.addWidget(IconMark(state.icon, state.tone, 14))
        line.addWidget(Label(state.words, "small", state.tone))
        column.addLayout(line)
        if task is not None:
            due = self._moments.short(task.due_at)
            column.addWidget(Label(f"Take it down by {due}.", "small", "danger", wrap=True))
            buttons = QWidget()
            flow = FlowLayout(buttons, gap=8, line_gap=8)
            if live.permalink:
                look_at = AppButton("Open post", size="compact")
                look_at.clicked.connect(lambda: self.opened.emit(live.permalink))
                flow.addWidget(look_at)
            if live.state is DeliveryState.PUBLISHED:
                take_down = AppButton("Take down…", "dangerOutline", size="compact")
                take_down.setAccessibleName(f"Take down in the Outbox: {use.title} on {live.account}")
                take_down.clicked.connect(lambda: self.delivery.emit(live.delivery_id))
                flow.addWidget(take_down)
            done = AppButton("Mark as taken down…", "plain", size="compact")
            done.setAccessibleName(f"Mark as taken down: {use.title} on {live.account}")
            done.clicked.connect(lambda: self.done.emit(task.id))
            flow.addWidget(done)
            column.addWidget(buttons)
        return whole

    def _other_tasks(self, row: Row) -> QWidget | None:
        task = next((each for each in row.tasks if each.kind is TaskKind.COMING_OF_AGE), None)
        if task is None:
            return None
        words = "Ask the person for an authorization of their own. What a parent signed stays valid until it ends."
        due = self._moments.day(task.due_at, year=True)
        banner = Banner("warning", f"Comes of age on {due}", words, inline=True)
        done = AppButton("Done", "plain", size="compact")
        done.setAccessibleName("Done: asked the person who comes of age")
        done.clicked.connect(lambda: self.done.emit(task.id))
        banner.add_action(done)
        return banner

    def _document(self, row: Row) -> QWidget:
        whole = QWidget()
        column = rows(whole, gap=8)
        column.addWidget(Label("Document", "bodyStrong"))
        line = columns(gap=9)
        line.addWidget(IconMark("file-lock" if row.has_scan else "file-x", "secondary", 20))
        times = f"opened {counted(row.opened, 'time')}"
        words = f"Encrypted, {times}" if row.has_scan else "No scan was added. Keep the paper."
        line.addWidget(Label(words, "small", "secondary", wrap=True), 1)
        column.addLayout(line)
        if row.has_scan and self._opens:
            self.document = AppButton("Open the document…", size="compact")
            self.document.clicked.connect(lambda: self.wanted.emit("document"))
            buttons = QWidget()
            FlowLayout(buttons).addWidget(self.document)
            column.addWidget(buttons)
        return whole
