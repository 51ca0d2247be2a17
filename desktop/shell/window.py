"""The window of somebody who signed in. It wires its parts together; each part is a file of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from desktop.bridge import Bridge
from desktop.context import Context, Do, Services
from desktop.look import Appearance, look
from desktop.moments import Moments
from desktop.practice import PracticeHost
from desktop.screens.base import Screen
from desktop.shell.banners import BannerPlace
from desktop.shell.commands import palette_entries, standard_menus
from desktop.shell.dialogs import ErrorDialog, HelpDialog, ask_clock
from desktop.shell.duties import Duties
from desktop.shell.holding import Holding
from desktop.shell.keys import enter_region, next_region
from desktop.shell.menus import Menus
from desktop.shell.nav import NavPanel
from desktop.shell.palette import Palette
from desktop.shell.places import places_for
from desktop.shell.publisher import Publishing, publishing
from desktop.shell.screens import Screens
from desktop.shell.standing import Standing
from desktop.shell.statusbar import StatusBar
from desktop.shell.strips import strips
from desktop.shell.surroundings import Surroundings
from desktop.shell.topbar import TopBar
from desktop.widgets.banner import ToastStack
from desktop.widgets.focus import FocusRing
from desktop.widgets.layout import columns, rows
from desktop.widgets.text import Hairline
from editorial.errors import DeskError
from editorial.people.session import SignedIn, main_role
from scheduler.status import Status

SMALLEST = (900, 560)
USUAL = (1440, 900)


@dataclass(frozen=True)
class Hosts:
    """What lives longer than one sign-in: passed in, never made here."""

    services: Services
    bridge: Bridge
    appearance: Appearance
    moments: Moments
    practice: PracticeHost
    holding: Holding
    restart_publisher: Callable[[], object]
    keyring: Callable[[], DeskError | None]


class ShellWindow(QMainWindow):
    """The shell. Its signals ask the program around it; `closing` tells that a person closed the window."""

    lock_wanted = Signal()
    sign_out_wanted = Signal()
    settings_wanted = Signal()
    people_wanted = Signal()
    keyring_wanted = Signal()
    closing = Signal()

    def __init__(self, hosts: Hosts, session: SignedIn, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hosts = hosts
        self.context = Context(
            hosts.services, hosts.bridge, hosts.appearance, session, self, hosts.moments, hosts.practice
        )
        workspace = hosts.services.desk.workspace
        self.places = places_for(session.roles)
        self.standing = Standing()
        self.publishing = Publishing()
        self._said: tuple[Status | None, bool] | None = None
        self._ended = False
        self.nav = NavPanel(workspace.organization, self.places, demo=workspace.kind != "real")
        self.nav.show_user(session.name, session.person_id, main_role(session.roles).label)
        self.top = TopBar()
        self.banners = BannerPlace(self._act)
        self.duties = Duties(self.context)
        self.screens = Screens(self.context, self.places)
        self.status = StatusBar(hosts.moments)
        self._build()
        self.toasts = ToastStack(self)
        self.ring = FocusRing(self)
        self.menus = Menus(self)
        self._wire()
        self.around = Surroundings(self.context, self)
        self.around.stood.connect(self._stood)
        self.around.heard.connect(self._heard)
        self._minute = QTimer(self, interval=1000)
        self._minute.timeout.connect(self.status.tick)
        self.setMinimumSize(*SMALLEST)
        room = self.screen().availableSize()
        self.resize(min(USUAL[0], room.width()), min(USUAL[1], room.height()))

    # ---- for the program ---------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Shows the first screen and begins to read."""
        self.go(self.places[0].key)
        self.around.start()
        self._minute.start()
        self.screens.make_ahead()

    def end(self) -> None:
        """Goes for good; `closing` is not told."""
        self._ended = True
        self.around.stop()
        self._minute.stop()
        self.screens.stop()
        self.close()
        self.deleteLater()

    def settle(self) -> None:
        """Has every screen hand over what is typed."""
        for screen in self.screens.all():
            screen.settle()

    def refresh_strips(self) -> None:
        """Shows the banner that is most pressing now."""
        session, keyring = self.context.session, self._hosts.keyring()
        now = self._hosts.services.desk.clock.now()
        kind = self._hosts.services.desk.workspace.kind
        found = strips(self.standing, self.publishing, session, keyring, kind, now, self._hosts.moments)
        self.banners.show_strips(*found)
        self.duties.show_tasks(self.standing.tasks)

    # ---- Shell: what screens ask for ---------------------------------------------------------------------------------

    def go(self, key: str, item: str = "") -> None:
        """Shows a screen, and there one thing."""
        place = next((each for each in self.places if each.key == key), None)
        if place is None:
            return
        before = self.current
        screen = self.screens.made(key)
        if before is not None and before is not screen:
            before.settle()
        self.screens.setCurrentWidget(screen)
        self.nav.list.go(key)
        self.top.title.setText(place.label)
        self.setWindowTitle(f"{place.label} – Signpost")
        if item:
            screen.show_item(item)

    def say(
        self, text: str, *, tone: str = "success", icon: str = "check", action: tuple[str, Do] | None = None
    ) -> None:
        """Shows a short message."""
        self.toasts.say(text, tone=tone, icon=icon, action=action)

    def tell(self, error: DeskError, retry: Do | None = None) -> None:
        """Shows an error: a message where a sentence is enough, a dialog where something is to be done."""
        if error.advice or retry is not None:
            ErrorDialog(QApplication.activeModalWidget() or self, error, retry).open()
        else:
            self.say(str(error), tone="danger", icon="octagon-x")

    def show_saved(self, words: str, *, saving: bool = False, problem: bool = False) -> None:
        """Shows how far typing is saved."""
        icon = "octagon-x" if problem else "pencil-line" if saving else "cloud-check"
        self.status.saved.say(words, icon, "danger" if problem else "secondary")

    # ---- inside ------------------------------------------------------------------------------------------------------

    @property
    def current(self) -> Screen | None:
        """The screen that is shown."""
        shown = self.screens.currentWidget()
        return shown if isinstance(shown, Screen) else None

    def _build(self) -> None:
        whole = QWidget()
        line = columns(whole)
        line.addWidget(self.nav)
        line.addWidget(Hairline(vertical=True))
        column = rows()
        for widget in (self.top, Hairline(), self.banners, self.duties):
            column.addWidget(widget)
        column.addWidget(self.screens, 1)
        column.addWidget(Hairline())
        column.addWidget(self.status)
        line.addLayout(column, 1)
        self.setCentralWidget(whole)

    def _wire(self) -> None:
        self.nav.went.connect(self.go)
        self.nav.new_post.connect(self.new_post)
        self.nav.settings.connect(self.settings_wanted)
        self.nav.help.connect(self.show_help)
        self.nav.lock.connect(self.lock_wanted)
        self.top.search_wanted.connect(self.find_anything)
        self.top.hold.connect(self.hold)
        self.top.lift.connect(self.lift)
        standard_menus(self, self.menus, self.places)
        for keys, step in (("F6", 1), ("Shift+F6", -1)):
            QShortcut(QKeySequence(keys), self, lambda step=step: self.next_region(step))
        QShortcut(QKeySequence("F8"), self, self.toasts.focus_newest)

    def new_post(self) -> None:
        """Goes to Compose with a new post."""
        self.go("compose", "new")

    def hold(self) -> None:
        """Opens the hold dialog."""
        self._hosts.holding.ask(self, self._say_hold)

    def lift(self) -> None:
        """Opens the dialog that ends a hold."""
        self._hosts.holding.ask_lift(self, self._say_hold, self.tell)

    def _say_hold(self, words: str) -> None:
        self.say(words, tone="hold", icon="octagon-pause")

    def find_anything(self) -> None:
        """Opens the palette; posts join as soon as they are read."""
        palette = Palette(self, palette_entries(self, self.menus))
        palette.read_posts(self.context, self.go)
        palette.open()

    def show_help(self) -> None:
        """Lists all keys."""
        screen = self.current
        here = [(each.text, each.shortcut) for each in screen.commands() if each.shortcut] if screen else []
        anywhere = [(each.text, each.shortcut) for _, each in self.menus.commands if each.shortcut]
        HelpDialog(self, (("On this screen", here), ("Anywhere", anywhere))).open()

    def next_region(self, step: int) -> None:
        """F6: through navigation, top bar, banner and the screen's regions."""
        screen = self.current
        inside = list(screen.regions()) if screen is not None else []
        strips_now = [place for place in (self.banners, self.duties) if place.shown]
        regions = [self.nav.list, self.top, *strips_now, *inside]
        if (target := next_region(regions, QApplication.focusWidget(), step)) is not None:
            enter_region(target)

    def _act(self, name: str) -> None:
        known: dict[str, Do] = {
            "lift": self.lift,
            "undo": lambda: self._hosts.holding.undo(self.standing.on, self.tell, self._say_hold),
            "outbox": lambda: self.go("outbox"),
            "publisher": self._hosts.restart_publisher,
            "keyring": self.keyring_wanted.emit,
            "clock": lambda: ask_clock(self.context, self),
        }
        known[name]()

    def _stood(self, standing: Standing) -> None:
        self.standing = standing
        if standing.cards and not self.context.renew(standing.cards):
            self.sign_out_wanted.emit()
            return
        counts = {
            "review": (standing.to_review, False),
            "outbox": (standing.needs_you, True),
            "accounts": (standing.signed_out, True),
        }
        self.nav.show_counts(counts)
        self.top.set_on_hold(standing.hold is not None)
        practice = "Practice network" if standing.practice and not standing.real else ""
        self.status.practice.say(practice, "flask-conical", "warning")
        self._show_publishing()

    def _heard(self, status: Status | None, running: bool) -> None:
        self._said = (status, running)
        self._show_publishing()

    def _show_publishing(self) -> None:
        desk, moments, hold = self._hosts.services.desk, self._hosts.moments, self.standing.hold
        if self._said is not None:
            self.publishing = publishing(*self._said, desk.clock.now(), moments, self.standing.next_due)
        shown = self.publishing
        if hold is not None:
            self.top.state.show_state("hold", "On hold", f"since {moments.short(hold.hold.since)}", "octagon-pause")
        else:
            self.top.state.show_state(shown.group, shown.first, shown.second, shown.icon)
        self.status.publisher.say(shown.status(held=hold is not None), shown.icon or "monitor")
        self.refresh_strips()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Follows the breakpoints, which count logical px at text size 100 %."""
        super().resizeEvent(event)
        logical = self.width() / look().text_scale
        self.nav.set_rail(logical < look().tokens.breakpoint["wide"])
        self.top.set_narrow(logical < look().tokens.breakpoint["medium"])

    def closeEvent(self, event: QCloseEvent) -> None:
        """Hands over what is typed, then tells the program."""
        super().closeEvent(event)
        if not self._ended:
            self.settle()
            self.closing.emit()
