"""What the Outbox shows and offers about the post behind a delivery: concerns and corrections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, SignalInstance
from PySide6.QtWidgets import QWidget

from desktop.concerns import About, CloseConcernDialog, ConcernCard, ReportConcernDialog, ToldDialog
from desktop.context import Context, Services
from desktop.shell.holding import Holding
from desktop.shell.standing import Subject
from desktop.widgets.buttons import AppButton
from desktop.widgets.dialog import Dialog
from desktop.widgets.layout import FlowLayout, rows
from desktop.widgets.text import Label
from editorial.changes import Changes
from editorial.concerns import Row as Concern
from editorial.delivery.afterwards import Record
from editorial.delivery.holds import Scope
from editorial.delivery.outbox import Happening, Row
from editorial.delivery.states import QUEUED, DeliveryState
from editorial.people.permissions import May
from editorial.posts.related import Link, corrections_of

_ICONS = {
    "correct": "file-pen-line",
    "report": "flag",
    "lift": "play",
    "undo_hold": "undo-2",
    "hold_post": "octagon-pause",
    "hold_account": "octagon-pause",
}


@dataclass(frozen=True)
class Known:
    """What was read about one delivery and its post."""

    happenings: tuple[Happening, ...] = ()
    candidates: tuple[Mapping[str, str], ...] = ()
    concerns: tuple[Concern, ...] = ()
    corrections: tuple[Link, ...] = ()
    record: Record | None = None
    names: Mapping[str, str] = field(default_factory=dict)  # a person's id to the name


def read_known(services: Services, row: Row) -> Known:
    """Reads it. For the database thread."""
    with services.desk.reading() as session:
        corrections = corrections_of(session, row.post_id)
    outbox = services.outbox
    return Known(
        outbox.happenings(row.delivery_id),
        outbox.candidates(row.delivery_id),
        services.concerns.rows(row.post_id),
        corrections,
        services.afterwards.record(row.delivery_id),
        {card.id: card.name for card in services.people.cards()},
    )


def post_commands(row: Row, context: Context) -> list[tuple[str, str]]:
    """What can be done about the post: a command for `PostCommands.do`, and how it reads."""
    found = []
    if row.hold is not None:
        now = context.moments.now()
        if row.hold.may_be_undone(context.actor, now) and row.due_at > now:
            found.append(("undo_hold", "Undo the hold"))
        found.append(("lift", "Lift the hold…"))
    elif row.state in QUEUED:
        found += [("hold_post", "Hold this post…"), ("hold_account", "Hold this account…")]
    if row.state is DeliveryState.PUBLISHED and row.removal is None and context.may(May.WRITE):
        found.append(("correct", "Correct…"))
    return [*found, ("report", "Report a concern…")]


def about_post(row: Row, known: Known, context: Context, asked: SignalInstance) -> QWidget:
    """Buttons for the post's commands, its corrections, and its concerns. `asked` is told a command and an id."""
    whole = QWidget()
    column = rows(whole, gap=10)
    buttons = QWidget()
    flow = FlowLayout(buttons, gap=8, line_gap=8)
    for command, words in post_commands(row, context):
        _add(flow, words, asked, command, row.delivery_id)
    column.addWidget(buttons)
    if known.corrections:
        column.addWidget(Label("Corrections", "bodyStrong"))
        links = QWidget()
        flow = FlowLayout(links, gap=8, line_gap=8)
        for link in known.corrections:
            _add(flow, f"P-{link.number}, {link.state.replace('_', ' ')}", asked, "open", link.post_id)
        column.addWidget(links)
    if known.concerns:
        column.addWidget(Label("Concerns", "bodyStrong"))
    for concern in known.concerns:
        card = ConcernCard(concern, context.moments, may_close=context.may(May.CLOSE_CONCERN))
        card.add.connect(lambda key: asked.emit("told", key))
        card.close_it.connect(lambda key: asked.emit("close", key))
        column.addWidget(card)
    return whole


def _add(flow: FlowLayout, words: str, asked: SignalInstance, command: str, key: str) -> None:
    button = AppButton(words, "plain", icon=_ICONS.get(command, ""))
    button.clicked.connect(lambda: asked.emit(command, key))
    flow.addWidget(button)


class PostCommands(QObject):
    """The commands about posts of one Outbox screen. `owner` is the screen: dialogs belong to its window."""

    def __init__(self, context: Context, owner: QWidget) -> None:
        super().__init__(owner)
        self._context, self._owner = context, owner
        self._holding = Holding(context.services, context.bridge, lambda: context.actor, self)

    def do(self, command: str, key: str, row: Row, known: Known) -> None:
        """Runs one: correct, report, look_again, hold_post, hold_account, undo_hold, lift, open (`key` is a post's id),
        told or close (`key` is a concern's id).
        """
        window = self._owner.window()
        concern = next((each for each in known.concerns if each.id == key), None)
        if command == "correct":
            self._ask_correction(row)
        elif command == "report":
            ReportConcernDialog(self._context, window, About(row.post_id, row.post_number, row.title)).open()
        elif command == "look_again":
            self._look_again(row)
        elif command == "hold_post":
            self._holding.ask(window, self._say_hold, Subject(Scope.POST, row.post_id, row.title))
        elif command == "hold_account":
            self._holding.ask(window, self._say_hold, Subject(Scope.ACCOUNT, row.account_id, row.account))
        elif command == "undo_hold" and row.hold is not None:
            self._holding.undo(row.hold, self._context.tell, self._say_hold)
        elif command == "lift" and row.hold is not None:
            self._holding.ask_lift(window, self._say_hold, self._context.tell, row.hold.id)
        elif command == "open":
            self._context.go("compose", key)
        elif concern is not None:
            dialog = ToldDialog if command == "told" else CloseConcernDialog
            dialog(self._context, window, concern).open()

    def _look_again(self, row: Row) -> None:
        outbox, actor = self._context.outbox, self._context.actor
        self._context.bridge.run(
            lambda: outbox.look_again(actor, row.delivery_id),
            lambda _: self._context.say(f"Signpost looks at {row.account} again.", icon="search"),
            owner=self,
        )

    def _say_hold(self, words: str) -> None:
        self._context.say(words, tone="hold", icon="octagon-pause")

    def _ask_correction(self, row: Row) -> None:
        dialog = Dialog(
            self._owner.window(),
            f"Correct “{row.title}”?",
            "A new post opens with the same text, accounts and pictures. It takes the route for corrections and says "
            f"that it corrects P-{row.post_number}. What is published stays as it is.",
            icon="file-pen-line",
            width="sm",
            window_title="Correct a post",
        )
        dialog.add_cancel()
        button = dialog.add_button("Open a correction", "primary", default=True)
        button.clicked.connect(dialog.accept)
        dialog.accepted.connect(lambda: self._correct(row))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _correct(self, row: Row) -> None:
        corrections, actor = self._context.services.corrections, self._context.actor
        self._context.bridge.run(lambda: corrections.open(actor, row.delivery_id), self._opened, owner=self)

    def _opened(self, made: tuple[str, Changes]) -> None:
        self._context.go("compose", made[0])
