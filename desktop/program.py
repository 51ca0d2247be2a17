"""The program around the windows: opening the workspace, who is there, holding from anywhere, ending in order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QWidget

from desktop.bridge import Bridge
from desktop.doors import Doors, Opened
from desktop.look import Appearance
from desktop.preferences import Preferences, save_preferences
from desktop.start.entrance import DATABASE, Entrance
from desktop.start.window import StartWindow
from editorial.clock import Clock, SystemClock
from editorial.errors import DeskError

if TYPE_CHECKING:
    from desktop.moments import Moments
    from desktop.practice import PracticeHost
    from desktop.shell.attendance import Attendance
    from desktop.shell.holding import Holding
    from desktop.shell.keys import Everywhere
    from desktop.shell.publisher import PublisherHost
    from desktop.shell.window import ShellWindow
    from editorial.actors import Actor
    from editorial.people.session import SignedIn


@dataclass(frozen=True)
class Setting:
    """What a program runs with. `publisher` gives its command; None where another process publishes, or nobody."""

    doors: Doors = field(default_factory=Doors)
    clock: Clock = field(default_factory=SystemClock)
    preferences: Path | None = None
    publisher: Callable[[], Sequence[str]] | None = None
    locale: QLocale | None = None


class Program(QObject):
    """One per process. `ended` when everything is closed."""

    ended = Signal()

    def __init__(
        self, folder: Path, appearance: Appearance, setting: Setting | None = None, window: StartWindow | None = None
    ) -> None:
        super().__init__()
        self.folder, self.appearance, self.setting = folder, appearance, setting or Setting()
        self.bridge = Bridge(self)
        self.start_window = window or StartWindow()
        clock = self.setting.clock
        self.entrance = Entrance(self.start_window, self.bridge, self.setting.doors, folder, clock, self)
        self.attendance: Attendance | None = None
        self.publisher: PublisherHost | None = None
        self.practice: PracticeHost | None = None
        self._holding: Holding | None = None
        self._moments: Moments | None = None
        self._hold_wanted = False
        self._coming: SignedIn | None = None
        self._ending = False
        self._keys: list[Everywhere] = []
        self.start_window.closing.connect(self.quit)
        self.entrance.ready.connect(self._ready)
        self.entrance.entered.connect(self._enter)
        self.entrance.hold.connect(lambda: self.hold(self.start_window))

    # ---- start -------------------------------------------------------------------------------------------------------

    def load(self) -> None:
        """Opens the workspace beside the Qt thread. May come before `show`: then the two go on together."""
        self.bridge.broke.connect(self.report)
        self.bridge.told.connect(self._tell)
        self.entrance.open()

    def show(self) -> None:
        """The first page: names, as soon as they are read."""
        from desktop.shell.keys import HOLD_KEYS, Everywhere

        self.entrance.show_first()
        self.start_window.show()
        self.start_window.activateWindow()
        self._keys = [Everywhere(HOLD_KEYS, self.hold, self), Everywhere("Ctrl+L", lambda _: self.lock(), self)]

    def come_forward(self) -> None:
        """Brings the window to the front: somebody started Signpost once more."""
        window = self._front
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
        window.show()
        window.raise_()
        window.activateWindow()

    def _ready(self, opened: Opened) -> None:
        """Signing in works. What follows it is loaded now, away from the Qt thread, while somebody types."""
        self.bridge.follow(self.folder / DATABASE)
        self.bridge.run_slow(_preload, lambda _: self._prepare(opened), owner=self)

    def _prepare(self, opened: Opened) -> None:
        from desktop.moments import Moments
        from desktop.practice import PracticeHost
        from desktop.shell.holding import Holding

        services = opened.services
        self._moments = Moments(services.desk.workspace.zone, self.setting.clock, self.setting.locale)
        self.practice = PracticeHost(self.folder)
        self._holding = Holding(services, self.bridge, self.actor, self)
        self.bridge.run_slow(partial(_start_practice, opened, self.practice), self._publish, self._publish)
        if self._hold_wanted:
            self.hold(self.start_window)
        if self._coming is not None:
            self._enter(self._coming)

    def _publish(self, _: object) -> None:
        from desktop.shell.publisher import PublisherHost

        if self.setting.publisher is not None and self.publisher is None:
            self.publisher = PublisherHost(self.setting.publisher(), self)
            self.publisher.start()

    # ---- who is there ------------------------------------------------------------------------------------------------

    @property
    def shell(self) -> ShellWindow | None:
        """The window of whoever is signed in and not locked out of it."""
        return self.attendance.window if self.attendance is not None and not self.attendance.locked else None

    @property
    def _front(self) -> QWidget:
        return self.shell or self.start_window

    def actor(self) -> Actor:
        """Who acts now: whoever is signed in; before sign-in and at the lock the operator at this desk."""
        if self.shell is not None:
            return self.shell.context.actor
        if self.entrance.opened is None:
            raise RuntimeError("nobody acts before the workspace is open")
        return self.entrance.opened.services.desk.operator()

    def _enter(self, session: SignedIn) -> None:
        from desktop.shell import settings_doors
        from desktop.shell.attendance import Attendance
        from desktop.shell.hosts import Hosts

        opened = self.entrance.opened
        if opened is None or self._holding is None or self._moments is None or self.practice is None:
            self._coming = session  # faster than everything was loaded
            return
        self._coming = None
        hosts = Hosts(
            opened.services,
            self.bridge,
            self.appearance,
            self._moments,
            self.practice,
            self._holding,
            self._restart_publisher,
            lambda: opened.keyring,
        )
        attendance = self.attendance = Attendance(hosts, session, self.start_window, self.setting.clock, self)
        attendance.leaving.connect(self.sign_out)
        window = attendance.window
        window.settings_wanted.connect(self._show_settings)
        window.people_wanted.connect(partial(self._over_shell, settings_doors.people))
        window.keyring_wanted.connect(self.entrance.try_keyring)
        self.entrance.keyring_known.connect(window.refresh_strips)
        window.closing.connect(self.quit)
        attendance.began.connect(self.bridge.warm_up)
        attendance.begin()

    def lock(self) -> None:
        """Locks the window of whoever is signed in."""
        if self.attendance is not None:
            self.attendance.lock("locked by hand")

    def sign_out(self) -> None:
        """Ends the session and goes back to the list of people."""
        self._leave()
        self.entrance.show_sign_in()
        self.start_window.show()
        self.start_window.activateWindow()

    def _leave(self) -> None:
        attendance, self.attendance = self.attendance, None
        if attendance is not None and self.entrance.opened is not None:
            actor, people = attendance.session.actor, self.entrance.opened.services.people
            attendance.end()
            self.bridge.run(lambda: people.sign_out(actor), failed=_ignore)

    # ---- for the windows ---------------------------------------------------------------------------------------------

    def hold(self, window: QWidget) -> None:
        """Opens the hold dialog over a window, from anywhere, also before anybody signed in."""
        if self._holding is None:
            self._hold_wanted = True  # as soon as the workspace is open
            return
        self._hold_wanted = False
        toasts = self.shell.toasts if self.shell is not None else self.start_window.toasts
        self._holding.ask(window, lambda words: toasts.say(words, tone="hold", icon="octagon-pause"))

    def report(self, report: str) -> None:
        """A bug of ours: one dialog at a time, in words, with a report that holds no secret."""
        from desktop.shell.dialogs import ReportDialog

        if not any(isinstance(each, ReportDialog) for each in QApplication.topLevelWidgets()):
            ReportDialog(QApplication.activeModalWidget() or self._front, report).open()

    def _tell(self, error: DeskError) -> None:
        if self.shell is not None:
            self.shell.tell(error)
        else:
            self.start_window.toasts.say(str(error), tone="danger", icon="octagon-x")

    def _restart_publisher(self) -> None:
        if self.publisher is not None:
            self.publisher.retry()

    def _show_settings(self) -> None:
        from desktop.shell import settings_doors as doors
        from desktop.shell.dialogs import SettingsDialog

        if self.shell is not None:
            dialog = SettingsDialog(self.shell, self.appearance)
            dialog.changed.connect(self._prefer)
            wanted = (
                (dialog.people, doors.people), (dialog.policy, doors.policy), (dialog.rules, doors.rules),
                (dialog.times, doors.times), (dialog.backups, doors.backups), (dialog.keys, doors.key_sheet),
                (dialog.retention, doors.retention),
            )  # fmt: skip
            for signal, show in wanted:
                signal.connect(dialog.accept)
                # a moment later: one dialog's end and the next one's beginning together would be felt
                signal.connect(partial(QTimer.singleShot, 0, self, partial(self._over_shell, show)))
            dialog.open_soon()

    def _prefer(self, preferences: Preferences) -> None:
        self.appearance.configure(mode=preferences.mode, text_scale=preferences.text_scale, roomy=preferences.roomy)
        if self.setting.preferences is not None:
            self.bridge.run(partial(_keep, self.setting.preferences, preferences))

    def _over_shell(self, show: Callable[[ShellWindow], object]) -> None:
        if self.shell is not None:
            show(self.shell)

    # ---- the end -----------------------------------------------------------------------------------------------------

    def quit(self) -> None:
        """Saves, signs out, and ends what was started in the order in which they need each other. Bounded."""
        if self._ending:
            return
        self._ending = True
        for keys in self._keys:
            keys.end()
        self._leave()
        self.start_window.hide()
        self.bridge.close()
        opened = self.entrance.opened
        closers: list[Callable[[], object] | None] = [
            self.publisher.stop if self.publisher else None,
            self.practice.close if self.practice else None,
            opened.services.desk.close if opened else None,
            opened.private.close if opened and opened.private else None,
        ]
        for close in closers:
            if close is not None:
                close()
        self.ended.emit()


def _start_practice(opened: Opened, practice: PracticeHost) -> None:
    """Where practice accounts are connected, their network has to run before anything is sent to it."""
    from desktop.practice import practice_data
    from editorial.gate import PRACTICE

    accounts = opened.services.accounts.all()
    connected = any(each.network == PRACTICE and each.state != "disconnected" for each in accounts)
    if connected and practice_data(opened.services.desk.folder).exists():
        practice.url()


def _preload() -> None:
    """Imports what follows after signing in, so that coming in makes nobody wait."""
    from importlib import import_module

    for name in ("desktop.shell.holding", "desktop.shell.attendance", "desktop.shell.dialogs", "desktop.practice"):
        import_module(name)
    from desktop.shell.places import preload

    preload()


def _keep(path: Path, preferences: Preferences) -> None:
    try:
        save_preferences(path, preferences)
    except OSError as error:
        what = f"{path.name}: {error.strerror or 'the disk refused'}. This window keeps them until it is closed."
        raise DeskError("The settings could not be kept", what) from error


def _ignore(_: DeskError) -> None:
    """Leaving does not depend on its entry."""
