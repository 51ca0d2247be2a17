"""A desktop for tests: a context on a staffed workspace with a shell that takes notes, or the whole program."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from desktop.bridge import Bridge
from desktop.context import Context, Do, Services
from desktop.doors import Doors
from desktop.look import look
from desktop.moments import Moments
from desktop.practice import PracticeHost
from desktop.program import Program, Setting
from desktop.shell.window import ShellWindow
from editorial.errors import DeskError
from editorial.people.session import SignedIn
from tests.fakes.desks import Staff

W = TypeVar("W", bound=QWidget)


@dataclass
class NotedShell:
    """What screens asked the shell for, in order."""

    went: list[tuple[str, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    told: list[DeskError] = field(default_factory=list)
    saved: list[str] = field(default_factory=list)
    actions: list[tuple[str, Do]] = field(default_factory=list)

    def go(self, key: str, item: str = "") -> None:
        self.went.append((key, item))

    def say(
        self, text: str, *, tone: str = "success", icon: str = "check", action: tuple[str, Do] | None = None
    ) -> None:
        self.said.append(text)
        if action is not None:
            self.actions.append(action)

    def tell(self, error: DeskError, retry: Do | None = None) -> None:
        self.told.append(error)

    def show_saved(self, words: str, *, saving: bool = False, problem: bool = False) -> None:
        self.saved.append(words)


@dataclass
class Bench:
    """A context to hang a screen on. `settle()` waits until everything given to the bridge has told its outcome."""

    staff: Staff
    bridge: Bridge
    context: Context
    shell: NotedShell
    qtbot: QtBot

    def settle(self) -> None:
        settle(self.qtbot, self.bridge)

    def sign_in(self, person: SignedIn) -> None:
        """Another person at the desk; screens made before keep what they show until they refresh."""
        self.context.session = person


def settle(qtbot: QtBot, bridge: Bridge, *, seconds: float = 10.0) -> None:
    """Runs the event loop until the bridge owes nothing and every refresh that follows has been done."""
    quiet = 0

    def at_rest() -> bool:
        nonlocal quiet
        quiet = quiet + 1 if bridge.pending == 0 else 0
        return quiet >= 3

    qtbot.waitUntil(at_rest, timeout=round(seconds * 1000))


@contextmanager
def bench(
    staff: Staff,
    qtbot: QtBot,
    person: SignedIn | None = None,
    *,
    practice: Callable[[Path], PracticeHost] = PracticeHost,
) -> Iterator[Bench]:
    """A context for `person` (Mira, the author, unless given) on the workspace; closed in order at the end."""
    bridge, shell = Bridge(), NotedShell()
    host = practice(staff.desk.folder)
    moments = Moments(staff.desk.workspace.zone, staff.clock, QLocale.c())
    session = person or staff.mira
    context = Context(Services(staff.desk), bridge, look(), session, shell, moments, host)
    broken: list[str] = []
    bridge.broke.connect(broken.append)
    bridge.told.connect(shell.told.append)
    try:
        yield Bench(staff, bridge, context, shell, qtbot)
    finally:
        assert bridge.close(), "work given to the bridge did not end in time"
        host.close()
        bridge.deleteLater()
    assert not broken, f"a bug behind the bridge: {broken[0]}"


def doors_of(staff: Staff, keyring: DeskError | None = None) -> Doors:
    """The workspace of `staffed()`, opened already. `keyring`: what is wrong with this computer's."""
    return Doors(open=lambda _: staff.desk, keyring=lambda: keyring, private_keyrings=False)


@contextmanager
def running(qtbot: QtBot, folder: Path, setting: Setting) -> Iterator[Program]:
    """The whole program with its first window, after everything was loaded. Closed in order at the end."""
    program = Program(folder, look(), setting)
    broken: list[str] = []
    program.bridge.broke.connect(broken.append)
    program.show()
    program.load()
    settle(qtbot, program.bridge)
    try:
        yield program
    finally:
        program.quit()
        program.start_window.close()
        program.start_window.deleteLater()
        program.deleteLater()
    assert not broken, f"a bug behind the bridge: {broken[0]}"


def setting_of(staff: Staff, **more: Any) -> Setting:
    """A setting for `running` on a staffed workspace: its own clock and keyring, no publisher."""
    return Setting(doors=doors_of(staff), clock=staff.clock, locale=QLocale.c(), **more)


def come_in(qtbot: QtBot, program: Program, person: SignedIn, passphrase: str) -> ShellWindow:
    """Signs a person in, as they would do it themselves: chooses the card, types, presses Enter."""
    page = program.entrance.sign_in
    assert page is not None
    page.choose(person.person_id)
    page.passphrase.clear()
    qtbot.keyClicks(page.passphrase.line, passphrase)
    qtbot.keyClick(page.passphrase.line, Qt.Key.Key_Return)
    return arrive(qtbot, program)


def arrive(qtbot: QtBot, program: Program) -> ShellWindow:
    """Waits until the window of whoever signs in has taken over."""
    qtbot.waitUntil(
        lambda: program.shell is not None and program.shell.isVisible() and not program.start_window.isVisible(),
        timeout=10_000,
    )
    settle(qtbot, program.bridge)
    assert program.shell is not None
    return program.shell


def in_front(window: QWidget) -> bool:
    """Whether the window is the active one; asks for it where it is not, as a window system would on a click."""
    if QApplication.activeWindow() is not window:
        window.activateWindow()
    return QApplication.activeWindow() is window


def modal(kind: type[W]) -> W:
    """The dialog in front; it opens in the round of events after a click."""
    QApplication.processEvents()
    found = QApplication.activeModalWidget()
    assert isinstance(found, kind)
    return found
