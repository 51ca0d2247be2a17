"""One person's presence: their window, its lock, and what happens when nobody is there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from desktop.shell.hosts import Hosts
from desktop.shell.idle import Idle
from desktop.shell.window import ShellWindow
from desktop.start.locked import LockedPage
from desktop.start.window import StartWindow
from desktop.widgets.dialog import Dialog
from editorial.clock import Clock
from editorial.errors import DeskError
from editorial.people.session import SignedIn

BY_HAND, BY_ABSENCE = "locked by hand", "after 10 minutes without use"


class Attendance(QObject):
    """From sign-in to sign-out. `began` when the window is there; `leaving` when the person signs out."""

    began = Signal()
    leaving = Signal()

    def __init__(
        self, hosts: Hosts, session: SignedIn, start_window: StartWindow, clock: Clock, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._hosts, self._start, self._clock = hosts, start_window, clock
        self.window = ShellWindow(hosts, session)
        self.window.lock_wanted.connect(lambda: self.lock(BY_HAND))
        self.window.sign_out_wanted.connect(self.leaving)
        self.idle = Idle(clock, self)
        self.idle.soon.connect(self._warn)
        self.idle.over.connect(lambda: self.lock(BY_ABSENCE))
        self._away: list[QWidget] = []
        self._steps: list[Callable[[], object]] = []
        self._over = False
        self.locked = False

    @property
    def session(self) -> SignedIn:
        """Who is here."""
        return self.window.context.session

    def begin(self) -> None:
        """Shows the window in the place of the sign-in, a step each turn of the event loop: none may take long."""
        self._steps = [self.window.start, self.window.show, self._take_over]
        QTimer.singleShot(0, self, self._step)

    def _step(self) -> None:
        if self._steps and not self._over:
            self._steps.pop(0)()
            QTimer.singleShot(0, self, self._step)

    def _take_over(self) -> None:
        self._start.hide()
        self._activate()
        self.idle.start()
        self.began.emit()

    def lock(self, why: str) -> None:
        """Puts the window and its dialogs away until the same person is back. What is typed is saved first."""
        if self.locked:
            return
        self.locked = True
        self.window.settle()
        self.idle.stop()
        session, people = self.session, self._hosts.services.people
        self._hosts.bridge.run(lambda: people.sign_out(session.actor, locked=True), failed=_ignore)
        since = f"since {self._hosts.moments.time(self._clock.now())}, {why}"
        page = LockedPage(session.name, session.person_id, since, checked=session.actor.verified)
        page.unlock.connect(lambda typed: self._unlock(page, typed))
        page.switch.connect(self.leaving)
        shown = QApplication.topLevelWidgets()
        self._away = [each for each in shown if each.isVisible() and each is not self._start]
        self._start.show_page(page)
        self._start.show()
        for each in self._away:
            each.hide()
        self._start.activateWindow()
        self._start.put_focus()

    def end(self) -> None:
        """Saves what is typed and takes the window away for good."""
        self._over = True
        self.window.settle()
        if not self.locked:
            self.idle.stop()
        for each in self._away:
            if isValid(each) and each is not self.window:
                each.close()
        self.window.end()
        self.deleteLater()

    def _unlock(self, page: LockedPage, passphrase: str) -> None:
        person, people = self.session.person_id, self._hosts.services.people
        checked = self.session.actor.verified
        sign_in = partial(people.sign_in, person, passphrase) if checked else partial(people.sign_in_unchecked, person)
        self._hosts.bridge.run_slow(sign_in, self._back, page.show_error, owner=page)

    def _back(self, session: SignedIn) -> None:
        """Brings back what the lock put away, as it was."""
        self.locked = False
        self.window.context.session = session
        away, self._away = [each for each in self._away if isValid(each)], []
        self.window.show()
        for each in away:
            if isinstance(each, Dialog):
                each.open()
            elif each is not self.window:
                each.show()
        self.window.refresh_strips()
        self._start.hide()
        self._activate()
        self.idle.start()

    def _activate(self) -> None:
        """Gives the focus to the window; once the system has told about the hidden one, which moves the focus too."""
        front = QApplication.activeModalWidget() or self.window
        QTimer.singleShot(0, front, front.activateWindow)

    def _warn(self) -> None:
        words = "Nobody is here? This window locks in a minute."
        self.window.say(words, tone="info", icon="lock", action=("Stay", self.idle.used))


def _ignore(_: DeskError) -> None:
    """Locking does not depend on its entry."""
