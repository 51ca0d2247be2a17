"""The way in: which page stands before the shell, and what its answers set in motion."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from shiboken6 import isValid

from desktop.bridge import Bridge
from desktop.doors import Doors, Opened, open_workspace, retry_keyring
from desktop.start.founding import Founding
from desktop.start.page import Page
from desktop.start.sign_in import SignInPage
from desktop.start.window import StartWindow
from editorial.clock import Clock
from editorial.errors import DeskError
from editorial.store.peek import Peek, PeekedPerson, peek

if TYPE_CHECKING:
    from desktop.shell.standing import HoldShown
    from editorial.audit.gaps import Gap
    from editorial.changes import Changes
    from editorial.people.desk_people import Card
    from editorial.people.session import SignedIn

DATABASE = "signpost.db"
CARDS = "demo.json"


class Entrance(QObject):
    """`ready(Opened)` once, when the workspace is open; `entered(SignedIn)` when somebody came in; `hold` is wanted;
    `keyring_known` after the keyring was asked once more.
    """

    ready = Signal(object)
    entered = Signal(object)
    hold = Signal()
    keyring_known = Signal()

    def __init__(
        self, window: StartWindow, bridge: Bridge, doors: Doors, folder: Path, clock: Clock, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._window, self._bridge, self._doors = window, bridge, doors
        self._folder, self._clock = folder, clock
        self._seen: Peek | None = None
        self.opened: Opened | None = None
        self._asked: tuple[str, str] | None = None
        self.sign_in: SignInPage | None = None
        self._founding: Founding | None = None
        self._opening = False

    # ---- before and after the first paint ----------------------------------------------------------------------------

    def show_first(self) -> None:
        """Chooses the first page by what the folder holds. Reads a few rows; loads nothing heavy."""
        if not self._look():
            return
        if self._seen is None:
            self._founding = Founding(self._window, self._bridge, self._doors, self._folder, self._clock, self)
            self._founding.made.connect(self._made)
            self._founding.entered.connect(self.entered)
            self._founding.show()
            if self._opening:
                self._founding.prepare()
        else:
            self._show_sign_in(self._seen)

    def open(self) -> None:
        """Opens the workspace, or prepares the first run: before or after `show_first`, beside the Qt thread."""
        self._opening = True
        if not self._look():
            return
        if self._seen is not None:
            work = partial(open_workspace, self._doors, self._folder, self._seen.kind)
            self._bridge.run_slow(work, self._opened, self._fail, owner=self)
        elif self._founding is not None:
            self._founding.prepare()

    def _look(self) -> bool:
        """Reads what is shown before the workspace is open; False, with a page that says so, where that fails."""
        try:
            self._seen = self._seen or peek(self._folder / DATABASE)
        except sqlite3.Error:
            what = f"Looked in {self._folder}."
            self._fail(DeskError("The workspace cannot be read", what, "Tell IT. Change nothing there."))
            return False
        return True

    def show_sign_in(self) -> None:
        """Back to the list of people, read anew."""
        if self.opened is None:
            return
        services = self.opened.services
        self._bridge.run(services.people.cards, self._renew_people, self._fail, owner=self)
        page = self.sign_in or self._show_sign_in(Peek(services.desk.workspace.organization, "", "", ()))
        page.leave()
        page.show_keyring(self.opened.keyring)
        self._look_at_hold()
        self._window.show_page(page)

    # ---- signing in --------------------------------------------------------------------------------------------------

    def _show_sign_in(self, seen: Peek) -> SignInPage:
        from platform import node

        passphrases = demo_passphrases(self._folder) if seen.kind == "demo" else {}
        page = self.sign_in = SignInPage(seen.organization, node() or "this computer", demo=bool(passphrases))
        page.set_people(seen.people, passphrases)
        page.asked.connect(self._ask)
        page.drafting.connect(self._ask_drafting)
        page.hold.connect(self.hold)
        page.recover.connect(self._show_recovery)
        page.try_keyring.connect(self.try_keyring)
        self._window.show_page(page)
        return page

    def _follow(self, changes: Changes) -> None:
        from editorial.changes import Kind

        if changes.kinds & {Kind.HOLDS, Kind.WORKSPACE}:
            self._look_at_hold()

    def _look_at_hold(self) -> None:
        """Tells on the page whether publishing is stopped; where that cannot be read nothing is said."""
        from desktop.shell.standing import read_gaps, read_on

        if self.opened is None or self.sign_in is None:
            return
        services = self.opened.services
        self._bridge.run(lambda: read_on(services), self._show_hold, lambda _: None, owner=self)
        self._bridge.run(lambda: read_gaps(services), self._show_gaps, lambda _: None, owner=self)

    def _show_gaps(self, gaps: tuple[Gap, ...]) -> None:
        if self.sign_in is None or self.opened is None:
            return
        title, words = "", ""
        if gaps:
            from desktop.moments import Moments
            from desktop.shell.strips import gap_words

            desk = self.opened.services.desk
            title, words = gap_words(gaps[0], Moments(desk.workspace.zone, desk.clock))
        self.sign_in.show_gap(title, words)
        self._window.fit()

    def _show_hold(self, hold: HoldShown | None) -> None:
        from desktop.moments import Moments

        if self.sign_in is None or self.opened is None:
            return
        desk = self.opened.services.desk
        moments = Moments(desk.workspace.zone, desk.clock)
        said = f"Since {moments.full(hold.hold.since)} by {hold.by}: {hold.reason}." if hold else ""
        self.sign_in.show_hold(said)
        self._window.fit()

    def _renew_people(self, cards: tuple[Card, ...]) -> None:
        if self.sign_in is not None:
            people = tuple(
                PeekedPerson(each.id, each.name, each.sign_in, tuple(each.roles)) for each in cards if each.active
            )
            kind = self.opened.services.desk.workspace.kind if self.opened else ""
            self.sign_in.set_people(people, demo_passphrases(self._folder) if kind == "demo" else {})
            self._window.fit()

    def _opened(self, opened: Opened) -> None:
        self.opened = opened
        if self.sign_in is not None:
            self.sign_in.show_keyring(opened.keyring)
            self._window.fit()
            self._window.put_focus()
        self._bridge.changed.connect(self._follow)
        self._look_at_hold()
        self.ready.emit(opened)
        if self._asked is not None:
            asked, self._asked = self._asked, None
            if opened.keyring is None:
                self._ask(*asked)
            elif self.sign_in is not None:
                self.sign_in.set_busy(False)

    def _made(self, opened: Opened) -> None:
        self.opened, self._founding = opened, None
        self.ready.emit(opened)

    def _ask(self, person_id: str, passphrase: str) -> None:
        if self.opened is None:
            self._asked = (person_id, passphrase)  # typed faster than the workspace opened
            return
        people = self.opened.services.people
        self._bridge.run_slow(lambda: people.sign_in(person_id, passphrase), self._come_in, self._refuse, owner=self)

    def _ask_drafting(self, person_id: str) -> None:
        if self.opened is not None:
            people = self.opened.services.people
            self._bridge.run(lambda: people.sign_in_unchecked(person_id), self._come_in, self._refuse, owner=self)

    def _come_in(self, session: SignedIn) -> None:
        if self.sign_in is not None:
            self.sign_in.passphrase.clear()
        self.entered.emit(session)

    def _refuse(self, error: DeskError) -> None:
        if self.sign_in is not None:
            self.sign_in.show_error(error)
            self._window.fit()
        if error.code.startswith("E-VAULT"):
            self.try_keyring()

    def try_keyring(self) -> None:
        """Asks the keyring once more."""
        opened = self.opened
        if opened is None:
            return
        if self.sign_in is not None:
            self.sign_in.again.set_busy(True)
        kind = opened.services.desk.workspace.kind
        self._bridge.run_slow(
            lambda: retry_keyring(self._doors, opened, self._folder, kind), self._keyring_said, self._fail, owner=self
        )

    def _keyring_said(self, problem: DeskError | None) -> None:
        if self.opened is not None:
            self.opened.keyring = problem
        self.keyring_known.emit()
        if self.sign_in is not None:
            self.sign_in.show_keyring(problem)
            self._window.fit()
            self._window.put_focus()

    # ---- the recovery sheet ------------------------------------------------------------------------------------------

    def _show_recovery(self) -> None:
        from desktop.start.recovery import RecoveryPage

        page = RecoveryPage()
        page.back.connect(lambda: self._back_from(page))
        page.restore.connect(lambda words: self._restore(page, words))
        self._window.show_page(page)

    def _restore(self, page: Page, words: str) -> None:
        from desktop.start.recovery import RecoveryPage

        opened = self.opened
        if opened is None or not isinstance(page, RecoveryPage):
            return

        def recover() -> None:
            from editorial.people.setup import recover

            recover(opened.services.desk, words)

        def done(_: None) -> None:
            if self.sign_in is not None:
                self.sign_in.leave()
            self._back_from(page)
            self.try_keyring()
            self._window.toasts.say("The workspace's secret is back on this computer.")

        self._bridge.run_slow(recover, done, page.show_error, owner=page)

    def _back_from(self, page: Page) -> None:
        if self.sign_in is not None and isValid(page):
            self._window.show_page(self.sign_in, drop=True)

    # ---- what cannot go on -------------------------------------------------------------------------------------------

    def _fail(self, error: DeskError) -> None:
        from desktop.start.problem import ProblemPage

        page = ProblemPage(error)
        page.again.connect(lambda: self._retry(page))
        page.leave.connect(self._window.close)
        self._window.show_page(page)

    def _retry(self, page: Page) -> None:
        if self.opened is not None and self.sign_in is not None:
            self._window.show_page(self.sign_in, drop=True)
            return
        self.show_first()
        self.open()


def demo_passphrases(folder: Path) -> Mapping[str, str]:
    """The passphrases that stand on the cards of a demo workspace, by sign-in name; empty where the file is missing."""
    try:
        found = json.loads((folder / CARDS).read_text(encoding="utf-8"))["passphrases"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}
