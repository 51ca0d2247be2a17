"""The first run's answers, and making the workspace with them. What is typed stays until it is made."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from desktop.bridge import Bridge
from desktop.doors import Doors, Opened, make_workspace
from desktop.start.window import StartWindow
from editorial.clock import Clock
from editorial.errors import DeskError

if TYPE_CHECKING:
    from desktop.start.first_run import FirstRunPage
    from editorial.keys.workspace_secret import WorkspaceSecret
    from editorial.people.session import SignedIn
    from editorial.people.setup import NewWorkspace


class Founding(QObject):
    """`made(Opened)` when the workspace is there, `entered(SignedIn)` when its first person saw the recovery sheet."""

    made = Signal(object)
    entered = Signal(object)

    def __init__(
        self, window: StartWindow, bridge: Bridge, doors: Doors, folder: Path, clock: Clock, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._window, self._bridge, self._doors = window, bridge, doors
        self._folder, self._clock = folder, clock
        self._page: FirstRunPage | None = None

    def show(self) -> None:
        """Shows the first step."""
        from desktop.start.first_run import FirstRunPage
        from desktop.start.zones import local_zone

        page = self._page = FirstRunPage(self._clock, local_zone())
        page.typed.connect(self._measure)
        page.try_keyring.connect(self._ask_keyring)
        page.finished.connect(self._make)
        self._window.show_page(page)

    def prepare(self) -> None:
        """Reads the time zones and asks the keyring, after the first paint."""
        page = self._page
        if page is not None:
            now = self._clock.now()
            self._bridge.run(lambda: _zones(now), page.set_zones, owner=page)
            self._ask_keyring()

    def _measure(self, passphrase: str) -> None:
        page = self._page
        if page is None:
            return
        names = (page.organization.name.text(), page.person.name.text(), page.person.sign_in.text())

        def measured() -> tuple[int, str]:
            from editorial.keys.passphrase import strength

            found = strength(passphrase, names)
            return found.score if found.ok else min(found.score, 2), found.words

        def show(found: tuple[int, str]) -> None:
            if page.person.passphrase.text() == passphrase:
                page.person.show_strength(*found)

        self._bridge.run_slow(measured, show, owner=page)

    def _ask_keyring(self) -> None:
        page = self._page
        if page is not None:
            page.networks.again.set_busy(True)
            self._bridge.run_slow(self._doors.keyring, page.show_keyring, owner=page)

    def _make(self) -> None:
        page = self._page
        if page is None:
            return
        organization, person = page.organization, page.person
        passphrase = person.passphrase.text()
        answers = (
            organization.name.text(),
            organization.zone_name,
            person.name.text(),
            person.sign_in.text(),
            passphrase,
            organization.week_start,
        )

        def make() -> tuple[Opened, WorkspaceSecret, SignedIn]:
            opened, secret = make_workspace(self._doors, self._folder, _new(*answers))
            people = opened.services.people
            return opened, secret, people.sign_in(people.cards()[0].id, passphrase)

        def failed(error: DeskError) -> None:
            page.show_error(error)
            if error.code.startswith("E-VAULT"):
                page.show_error(None)
                page.show_keyring(error)
            self._window.fit()

        self._bridge.run_slow(make, lambda made: self._made(*made), failed, owner=page)

    def _made(self, opened: Opened, secret: WorkspaceSecret, session: SignedIn) -> None:
        self.made.emit(opened)
        workspace = opened.services.desk.workspace

        def write() -> tuple[tuple[str, ...], str, str]:
            from editorial.keys.recovery_sheet import recovery_sheet
            from editorial.people.setup import note_sheet_shown

            sheet = recovery_sheet(workspace.organization, workspace.id, secret.words(), workspace.created_at)
            note_sheet_shown(opened.services.desk, session.actor)
            return secret.words(), sheet.text, sheet.html

        self._bridge.run(write, lambda sheet: self._show_sheet(*sheet, session), owner=self)

    def _show_sheet(self, words: tuple[str, ...], text: str, html: str, session: SignedIn) -> None:
        from desktop.start.recovery import SheetPage

        page = SheetPage(words, text, html)
        page.finished.connect(lambda: self.entered.emit(session))
        self._page = None
        self._window.show_page(page, drop=True)


def _new(organization: str, zone: str, name: str, sign_in: str, passphrase: str, week_start: int) -> NewWorkspace:
    from editorial.people.setup import NewWorkspace

    return NewWorkspace(organization, zone, name, sign_in, passphrase, week_start)


def _zones(now: datetime) -> list[tuple[str, str]]:
    from desktop.start.zones import label, zones

    return [(name, label(name, now)) for name in zones()]
