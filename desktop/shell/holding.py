"""Holding and lifting from any window: opens the dialogs, runs the commands, tells what became of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from desktop.bridge import Bridge
from desktop.context import Services
from desktop.shell.hold import HoldDialog
from desktop.shell.lift import LiftDialog
from desktop.shell.standing import Standing, read_hold, read_standing
from editorial.actors import Actor
from editorial.delivery.holds import Reason
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

    def ask(self, window: QWidget, said: Said) -> None:
        """Opens the dialog over a window, or brings the open one to the front. `said` tells that it is on."""
        if self._open is not None and isValid(self._open):
            self._open.raise_()
            self._open.activateWindow()
            return
        dialog = self._open = HoldDialog(window)
        services, actor = self._services, self._actor()

        def confirmed(reason: Reason, note: str) -> None:
            # the slow lane: the database thread may be busy reading, and a hold waits for nobody
            self._bridge.run_slow(
                lambda: services.holds.hold(actor, reason, note), lambda _: held(), dialog.show_error, owner=dialog
            )

        def held() -> None:
            dialog.accept()
            said("All publishing is on hold.")

        dialog.confirmed.connect(confirmed)
        self._bridge.run(lambda: read_hold(services), dialog.tell, _ignore, owner=dialog)
        dialog.open()

    def undo(self, standing: Standing, failed: Callable[[DeskError], object], said: Said) -> None:
        """Takes the hold back, for the one who set it."""
        if standing.hold is None:
            return
        number, actor, services = standing.hold.hold.id, self._actor(), self._services
        self._bridge.run(
            lambda: services.holds.undo(actor, number), lambda _: said("The hold was taken back."), failed, owner=self
        )

    def ask_lift(self, window: QWidget, said: Said, failed: Callable[[DeskError], object]) -> None:
        """Reads how things stand, then opens the dialog for two people."""
        services, actor = self._services, self._actor()

        def read(standing: Standing) -> None:
            if standing.hold is None:
                said("The hold is already lifted.")
                return
            self._lift(window, standing, actor, said)

        self._bridge.run(lambda: read_standing(services, actor), read, failed, owner=window)

    def _lift(self, window: QWidget, standing: Standing, actor: Actor, said: Said) -> None:
        dialog = LiftDialog(window, standing, actor.id)
        services = self._services
        number = standing.hold.hold.id if standing.hold else -1

        def agreed(signers: tuple[Signer, ...]) -> None:
            self._bridge.run_slow(
                lambda: services.holds.lift(actor, number, signers), lambda _: lifted(), dialog.show_error, owner=dialog
            )

        def lifted() -> None:
            dialog.accept()
            said("The hold is lifted. Nothing overdue goes out by itself.")

        dialog.agreed.connect(agreed)
        dialog.open_soon()


def _ignore(_: DeskError) -> None:
    """The dialog holds all the same, with general words."""
