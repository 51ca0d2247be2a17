"""The shell with its dialogs, for pictures of them."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from contextlib import ExitStack
from datetime import timedelta
from functools import cache
from pathlib import Path

from PySide6.QtCore import QLocale, QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from desktop.bridge import Bridge
from desktop.commands.demo import make_demo
from desktop.commands.output import Output
from desktop.commands.staffing import HELEN, JONAS, MIRA, Character
from desktop.commands.workspace import keyring_for
from desktop.context import Services
from desktop.look import look
from desktop.moments import Moments
from desktop.people.dialog import PeopleDialog
from desktop.people.person import PersonDialog, Purpose
from desktop.practice import PracticeHost
from desktop.safety.backups import BackupsDialog
from desktop.safety.key_sheet import KeySheetDialog
from desktop.screens.audit.export import ExportDialog
from desktop.screens.audit.export_scope import Shown
from desktop.shell.dialogs import ErrorDialog, HelpDialog, ReportDialog, SettingsDialog
from desktop.shell.gap import GapDialog
from desktop.shell.hold import HoldDialog
from desktop.shell.holding import Holding
from desktop.shell.hosts import Hosts
from desktop.shell.lift import LiftDialog
from desktop.shell.palette import Palette
from desktop.shell.publisher import Publishing
from desktop.shell.standing import Subject, read_hold, read_lift
from desktop.shell.window import ShellWindow
from editorial.actors import Actor
from editorial.audit.anchoring import watch_over
from editorial.audit.browsing import Sought
from editorial.audit.clearing import Clearing
from editorial.audit.marks import Mark, Marks, Place
from editorial.backup.daily import Backups
from editorial.delivery.holds import Reason, Scope
from editorial.delivery.stopping import Holds
from editorial.desk import Desk, open_desk
from editorial.errors import DeskError
from editorial.people.desk_people import People
from editorial.people.session import SignedIn
from editorial.upkeep import Upkeep
from tests.desktop.screens.review_posts import busy_week
from tests.fakes.desks import staffed
from tests.gallery_compose import pump


class Stage:
    """The shell on a workspace. Put away with its window."""

    def __init__(self, desk: Desk, session: SignedIn, actor: Actor, stack: ExitStack, *, live: bool) -> None:
        """`live`: the clock is the computer's own, and the publisher's words are those of this moment."""
        self._stack = stack
        self.bridge = Bridge()
        services, parent = Services(desk), QObject()
        hosts = Hosts(
            services,
            self.bridge,
            look(),
            Moments(desk.workspace.zone, desk.clock, QLocale.c()),
            PracticeHost(desk.folder),
            Holding(services, self.bridge, lambda: actor, parent),
            lambda: None,
            lambda: None,
        )
        self._parent = parent
        self._live = live
        self.window = ShellWindow(hosts, session)
        self.window.destroyed.connect(self.close)

    def show(self, place: str = "compose", width: int = 1440, height: int = 900) -> ShellWindow:
        """The window with its first screen; the publisher is made to look at work, as none runs here."""
        window = self.window
        window.resize(look().px(width), look().px(height))
        window.start()
        window.go(place)
        window.show()
        pump(self.bridge)
        window.around.stop()
        pump(self.bridge)
        window.publishing = Publishing(
            "success", "Publishing on", "" if self._live else "next post 11:30", "", "COMMS-02"
        )
        window._said = None
        window._show_publishing()
        return window

    def close(self) -> None:
        """Puts everything away."""
        if isValid(self.bridge):  # at the end of the program Qt may have been quicker
            self.bridge.close()
        self._stack.close()


_STAGES: list[Stage] = []


def _stage(*, held: bool = False) -> Stage:
    """On a staffed workspace with posts in review."""
    stack = ExitStack()
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    staff = stack.enter_context(staffed(folder / "desk", kind="demo"))
    busy_week(staff)
    if held:
        Holds(staff.desk).hold(staff.mira.actor, Reason.INCIDENT)
        staff.clock.forward(timedelta(minutes=40))
    _STAGES.append(Stage(staff.desk, staff.jonas, staff.jonas.actor, stack, live=False))
    return _STAGES[-1]


@cache
def _demo() -> Path:
    """The demo workspace, made once; its keyring runs as long as this process."""
    folder = Path(tempfile.mkdtemp(prefix="signpost-screens-"))
    keep = ExitStack()
    atexit.register(keep.close)
    keep.callback(shutil.rmtree, folder)
    make_demo(folder / "demo", Output())
    keep.enter_context(keyring_for(folder / "demo", "demo", Output()))
    return folder / "demo"


def _on_demo(who: Character, place: str) -> ShellWindow:
    """A screen of the demo workspace as one of its people sees it."""
    stack = ExitStack()
    desk = open_desk(_demo())
    stack.callback(desk.close)
    people = People(desk)
    card = next(each for each in people.cards() if each.name == who.name)
    session = people.sign_in(card.id, who.passphrase)
    _STAGES.append(Stage(desk, session, session.actor, stack, live=True))
    return _STAGES[-1].show(place)


def build_compose() -> QWidget:
    """Compose in the demo."""
    return _on_demo(MIRA, "compose")


def build_review() -> QWidget:
    """Review in the demo."""
    return _on_demo(HELEN, "review")


def build_outbox() -> QWidget:
    """The Outbox of the demo, as in picture 08."""
    return _on_demo(JONAS, "outbox")


def build_accounts() -> QWidget:
    """The Accounts of the demo, as in picture 11."""
    return _on_demo(JONAS, "accounts")


def build_audit() -> QWidget:
    """The log of the demo, as in picture 15."""
    return _on_demo(HELEN, "audit")


def build_empty() -> QWidget:
    """The shell around Compose, before anything is written."""
    return _stage().show()


def build_narrow() -> QWidget:
    """The shell at its narrowest breakpoint."""
    return _stage().show("review", 960, 600)


def build_held() -> QWidget:
    """The shell while everything is on hold, as in picture 10."""
    return _stage(held=True).show("outbox")


def build_gap() -> QWidget:
    """The shell while the log does not fit its marks."""
    stage = _stage()
    _break(stage.window.context.desk)
    return stage.show("outbox")


def _break(desk: Desk) -> None:
    """A mark that saw more than there is."""
    Marks(desk).write(Place.FILE, Mark(desk.workspace.origin, 5_000, bytes(32)))
    watch_over(desk)


def _gap(window: ShellWindow) -> QWidget:
    _break(window.context.desk)
    found = Clearing(window.context.desk).read()
    assert found is not None
    dialog = GapDialog(window, found, window.context.session.person_id)
    dialog.open()
    return dialog


def over(dialog_of: object, *, held: bool = False) -> QWidget:
    """A dialog over the shell on a staffed workspace; `dialog_of` gets the window and opens it."""
    stage = _stage(held=held)
    window = stage.show()
    assert callable(dialog_of)
    dialog: QWidget = dialog_of(window)
    pump(stage.bridge)
    return dialog


def _hold(window: ShellWindow) -> QWidget:
    dialog = HoldDialog(window)
    dialog.tell(window.standing)
    dialog.open()
    return dialog


def _hold_account(window: ShellWindow) -> QWidget:
    account = window.context.accounts.all()[0]
    subject = Subject(Scope.ACCOUNT, account.id, account.label)
    dialog = HoldDialog(window, subject)
    dialog.tell(read_hold(window.context.services, subject))
    dialog.open()
    return dialog


def _lift(window: ShellWindow) -> QWidget:
    context = window.context
    lifting = read_lift(context.services)
    assert lifting is not None
    dialog = LiftDialog(window, lifting, context.session.person_id, context.moments)
    dialog.open()
    return dialog


def _settings(window: ShellWindow) -> QWidget:
    dialog = SettingsDialog(window, look())
    dialog.open()
    return dialog


def _people(window: ShellWindow) -> QWidget:
    dialog = PeopleDialog(window, window.context)
    dialog.open()
    return dialog


def _person(window: ShellWindow) -> QWidget:
    with window.context.desk.reading() as session:
        charter = window.context.desk.charter(session).charter
    dialog = PersonDialog(window, window.context, charter, Purpose.ADD)
    dialog.open()
    return dialog


def _signing(window: ShellWindow) -> QWidget:
    dialog = _person(window)
    assert isinstance(dialog, PersonDialog)
    form = dialog.form
    form.name.set_text("Sana Haddad")
    form.sign_in.set_text("sana")
    form.passphrase.set_text("velvet orchard ninety canals")
    next(box for role, box in form.roles.items() if role == "clinical_reviewer").setChecked(True)
    dialog.button.click()
    return dialog


def _palette(window: ShellWindow) -> QWidget:
    window.find_anything()
    found = window.findChild(Palette)
    assert found is not None
    return found


def _help(window: ShellWindow) -> QWidget:
    window.show_help()
    found = window.findChild(HelpDialog)
    assert found is not None
    return found


def _error(window: ShellWindow) -> QWidget:
    error = DeskError("The disk is full", "Nothing was changed.", "Free some space, then try again.", code="E-STORE")
    dialog = ErrorDialog(window, error, lambda: None)
    dialog.open()
    return dialog


def _report(window: ShellWindow) -> QWidget:
    dialog = ReportDialog(window, "Traceback (most recent call last):\n  ...\nValueError: an example")
    dialog.open()
    return dialog


def _export(window: ShellWindow) -> QWidget:
    dialog = ExportDialog(window.context, window, Shown(Sought(prefixes=("post.",)), "12", 40, 36))
    dialog.entries.shown.setChecked(True)
    dialog.open()
    return dialog


def build_export() -> QWidget:
    """The dialog of picture 16."""
    return over(_export)


def build_hold() -> QWidget:
    """The dialog of picture 09."""
    return over(_hold)


def build_lift() -> QWidget:
    """Two people lift a hold."""
    return over(_lift, held=True)


def build_hold_account() -> QWidget:
    """Holding one account."""
    return over(_hold_account)


def _backups(window: ShellWindow) -> QWidget:
    folder = window.context.folder.parent
    Backups(window.context.desk).choose(window.context.actor, Upkeep(backups=folder))
    dialog = BackupsDialog(window, window.context)
    dialog.open()
    return dialog


def _key_sheet(window: ShellWindow) -> QWidget:
    dialog = KeySheetDialog(window, window.context)
    dialog.open()
    return dialog


def build_backups() -> QWidget:
    """Where backups go."""
    return over(_backups)


def build_key_sheet() -> QWidget:
    """What somebody outside needs to check the log."""
    return over(_key_sheet)


def build_gap_dialog() -> QWidget:
    """Two officers sign for a gap."""
    return over(_gap)


def build_settings() -> QWidget:
    """The Settings dialog."""
    return over(_settings)


def build_people() -> QWidget:
    """The staff."""
    return over(_people)


def build_person() -> QWidget:
    """Adding somebody."""
    return over(_person)


def build_signing() -> QWidget:
    """What the officers sign when somebody is added."""
    return over(_signing)


def build_palette() -> QWidget:
    """The palette."""
    return over(_palette)


def build_help() -> QWidget:
    """All keys."""
    return over(_help)


def build_error() -> QWidget:
    """An error that takes a dialog."""
    return over(_error)


def build_report() -> QWidget:
    """A bug of ours."""
    return over(_report)
