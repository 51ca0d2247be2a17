"""A desktop that types until it is killed: `python -m tests.desktop.screens.typist FOLDER PERSON POST`.

Says on its output, a line for each keystroke, how many there were and when (monotonic seconds).
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from PySide6.QtCore import QLocale, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from desktop.bridge import Bridge
from desktop.context import Context, Services
from desktop.look import Appearance, look
from desktop.moments import Moments
from desktop.practice import PracticeHost
from desktop.screens.compose import ComposeScreen
from editorial.desk import open_desk
from editorial.people.desk_people import People
from editorial.vault import Vault
from tests.fakes.desks import WEAK, MemoryKeyring
from tests.fakes.desktop import NotedShell

KEY_MS = 40
ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def letter(number: int) -> str:
    """The keystroke with that number, counted from 0."""
    return ALPHABET[number % len(ALPHABET)]


def main(arguments: list[str]) -> int:
    """Opens the workspace as a person whose passphrase nobody could check, and types."""
    folder, person, post = arguments
    application = QApplication(sys.argv[:1])
    Appearance(application)
    desk = open_desk(Path(folder), vault=Vault("typist", MemoryKeyring()), kdf=WEAK)
    session = People(desk).sign_in_unchecked(person)
    bridge = Bridge()
    context = Context(
        Services(desk), bridge, look(), session, NotedShell(), Moments(desk.workspace.zone, desk.clock, QLocale.c()),
        PracticeHost(Path(folder)),
    )  # fmt: skip
    screen = ComposeScreen(context)
    screen.resize(1252, 796)
    screen.show()
    screen.show_item(post)
    typed = 0

    def press() -> None:
        nonlocal typed
        if screen.bench.post.id == post:
            QTest.keyClicks(screen.middle.writing.editor, letter(typed))
            typed += 1
            sys.stdout.write(f"{typed} {time.monotonic()}\n")
            sys.stdout.flush()

    keys = QTimer(application, interval=KEY_MS)
    keys.timeout.connect(press)
    keys.start()
    return application.exec()


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.exit(main(sys.argv[1:]))
