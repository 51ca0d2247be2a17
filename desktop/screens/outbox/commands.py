"""What people do about deliveries: each command asks what it must ask, runs, and reports item by item."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from desktop.context import Context
from desktop.screens.outbox.dialogs import RescheduleDialog, ask, each_of, tell_outcome
from desktop.screens.outbox.takedown import TakeDownDialog
from editorial.changes import Changes
from editorial.delivery.outbox import Resolution, Row
from editorial.delivery.states import Remedy
from editorial.errors import DeskError

Failed = Callable[[DeskError], object]


class OutboxCommands(QObject):
    """The commands of one Outbox screen. `owner` is the screen: dialogs belong to its window."""

    def __init__(self, context: Context, owner: QWidget) -> None:
        super().__init__(owner)
        self._context, self._owner = context, owner

    def do(self, remedy: Remedy, chosen: Sequence[Row]) -> None:
        """Runs a command for all of them. `Resolve` is none: its question stands in the details."""
        if not chosen:
            return
        commands: dict[Remedy, Callable[[list[Row]], object]] = {
            Remedy.SEND_NOW: self._send_now,
            Remedy.RESCHEDULE: self._reschedule,
            Remedy.CANCEL: self._cancel,
            Remedy.SIGN_IN: lambda rows: self._context.go("accounts", rows[0].account_id),
            Remedy.OPEN: lambda rows: QDesktopServices.openUrl(QUrl(rows[0].permalink)),
            Remedy.TAKE_DOWN: self._take_down,
            Remedy.REMOVED: self._removed,
        }
        commands[remedy](list(chosen))

    def _send_now(self, chosen: list[Row]) -> None:
        outbox, actor = self._context.outbox, self._context.actor
        self._each(chosen, lambda key: outbox.send_now(actor, key), "goes out now")

    def _reschedule(self, chosen: list[Row]) -> None:
        RescheduleDialog(self._context, self._owner.window(), chosen).open()

    def _cancel(self, chosen: list[Row]) -> None:
        outbox, actor = self._context.outbox, self._context.actor
        many = len(chosen) > 1
        ask(
            self._owner.window(),
            f"Cancel {len(chosen)} deliveries?" if many else "Cancel this delivery?",
            "Nothing is sent for them." if many else f"{chosen[0].title} will not go to {chosen[0].account}.",
            "Cancel deliveries" if many else "Cancel delivery",
            lambda: self._each(chosen, lambda key: outbox.cancel(actor, key), "cancelled"),
            icon="trash-2",
            keep="Keep them" if many else "Keep it",
        )

    def _take_down(self, chosen: list[Row]) -> None:
        """Asks about the whole post: where else it is online is part of the question."""
        outbox, posts = self._context.outbox, {row.post_id for row in chosen}

        def open_(found: tuple[Row, ...]) -> None:
            online = [row for row in found if row.post_id in posts and Remedy.TAKE_DOWN in row.life.remedies]
            if online:
                TakeDownDialog(self._context, self._owner.window(), online, {row.delivery_id for row in chosen}).open()

        self._context.bridge.run(outbox.rows, open_, owner=self)

    def _removed(self, chosen: list[Row]) -> None:
        takedowns, actor, row = self._context.services.takedowns, self._context.actor, chosen[0]
        ask(
            self._owner.window(),
            "Is it gone?",
            f"Look at {row.account} first: “{row.title}” must not be there. Your name stands in the audit log.",
            "I removed it",
            lambda: self._each(chosen, lambda key: takedowns.removed(actor, key), "taken down"),
            icon="hand",
            keep="Not yet",
        )

    def _each(self, chosen: list[Row], do: Callable[[str], Changes], done: str) -> None:
        self._context.bridge.run(
            lambda: each_of(chosen, do),
            lambda outcome: tell_outcome(self._context, self._owner.window(), outcome, done),
            owner=self,
        )

    def resolve(self, row: Row, answer: Resolution, link: str, failed: Failed) -> None:
        """Settles a lost delivery; sending again asks once more. `failed` is told what could not be accepted."""
        outbox, actor = self._context.outbox, self._context.actor

        def resolve() -> None:
            self._context.bridge.run(
                lambda: outbox.resolve(actor, row.delivery_id, answer, link),
                lambda _: self._context.say("Settled."),
                failed,
                owner=self,
            )

        if answer is Resolution.LIVE:
            resolve()
            return
        if answer is Resolution.GIVE_UP:
            what = f"“{row.title}” will not go to {row.account} any more. Look there first: it must not be live."
            title, verb, icon, keep = "Do not send it?", "Do not send", "trash-2", "Decide later"
        else:
            what = f"If “{row.title}” is live on {row.account} already, a second copy will appear there."
            title, verb, icon, keep = "Send it again?", "Send again", "send", "Do not send"
        ask(self._owner.window(), title, what, verb, resolve, icon=icon, keep=keep)
