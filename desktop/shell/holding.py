"""Holding and lifting from any window: opens the dialogs, runs the commands, tells what became of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from desktop.bridge import Bridge
from desktop.context import Services
from desktop.moments import Moments
from desktop.shell.hold import HoldDialog
from desktop.shell.lift import LiftDialog
from desktop.shell.standing import Lifting, Subject, read_hold, read_lift
from editorial.actors import Actor
from editorial.delivery.holds import Hold, Reason
from editorial.delivery.stopping import Decision
from editorial.errors import DeskError
from editorial.people.desk_people import Signer

Said = Callable[[str], object]


class Holding(QObject):
    """One per program. `actor` says who acts now: whoever is signed in, else the operator at this desk."""

    def __init__(self, services: Services, bridge: Bridge, actor: Callable[[], Actor], parent: QObject) -> None:
        super().__init__(parent)
        self._services = services
        self._bridge = bridge
        self._actor = actor
        self._open: HoldDialog | None = None

    def ask(self, window: QWidget, said: Said, subject: Subject | None = None) -> None:
        """Opens the dialog over a window, or brings the open one to the front. `said` tells that it is on."""
        subject = subject or Subject()
        if self._open is not None and isValid(self._open):
            if self._open.subject == subject:
                self._open.raise_()
                self._open.activateWindow()
                return
            self._open.reject()
        dialog = self._open = HoldDialog(window, subject)
        services, actor = self._services, self._actor()

        def confirmed(reason: Reason, note: str) -> None:
            # the slow lane: the database thread may be busy reading, and a hold waits for nobody
            self._bridge.run_slow(
                lambda: services.holds.hold(actor, reason, note, scope=subject.scope, target=subject.target),
                lambda _: held(),
                dialog.show_error,
                owner=dialog,
            )

        def held() -> None:
            dialog.accept()
            said(f"{subject.name or 'All publishing'} is on hold.")

        dialog.confirmed.connect(confirmed)
        self._bridge.run(lambda: read_hold(services, subject), dialog.tell, _ignore, owner=dialog)
        dialog.open()

    def undo(self, hold: Hold | None, failed: Callable[[DeskError], object], said: Said) -> None:
        """Takes a hold back, for the one who set it; nothing where none is on any more."""
        if hold is None:
            return
        actor, services = self._actor(), self._services
        self._bridge.run(
            lambda: services.holds.undo(actor, hold.id), lambda _: said("The hold was taken back."), failed, owner=self
        )

    def ask_lift(
        self, window: QWidget, said: Said, failed: Callable[[DeskError], object], number: int | None = None
    ) -> None:
        """Reads how things stand, then opens the dialog for two people; without a number for the hold on everything."""
        services, actor = self._services, self._actor()

        def read(lifting: Lifting | None) -> None:
            if lifting is None:
                said("The hold is already lifted.")
            else:
                self._lift(window, lifting, actor, said)

        self._bridge.run(lambda: read_lift(services, number), read, failed, owner=window)

    def _lift(self, window: QWidget, lifting: Lifting, actor: Actor, said: Said) -> None:
        services, number = self._services, lifting.hold.hold.id
        dialog = LiftDialog(window, lifting, actor.id, Moments(services.desk.workspace.zone, services.desk.clock))

        def agreed(signers: tuple[Signer, ...], decisions: Mapping[str, Decision]) -> None:
            self._bridge.run_slow(
                lambda: services.holds.lift(actor, number, signers, decisions),
                lambda _: lifted(),
                refused,
                owner=dialog,
            )

        def refused(error: DeskError) -> None:
            dialog.show_error(error)
            # a post fell due meanwhile: it joins the list, and what was decided stays
            self._bridge.run(lambda: read_lift(services, number), dialog.renew, _ignore, owner=dialog)

        def lifted() -> None:
            dialog.accept()
            said("The hold is lifted.")

        dialog.agreed.connect(agreed)
        dialog.open_soon()


def _ignore(_: DeskError) -> None:
    """The dialog does its work all the same, with what it knows."""
