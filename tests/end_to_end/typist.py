"""Runs the real desktop offscreen in a process of its own, signs in through its window and types without an end.

    python -m tests.end_to_end.typist WORKSPACE NAME PASSPHRASE

Prints "ready", then a line a keystroke: the time (monotonic seconds) and how many letters stand in the editor. Whoever
started it kills it. The n-th letter is a function of n, so that what the database holds tells how far it got.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTextEdit

from desktop.look import Appearance
from desktop.program import Program, Setting
from tests.end_to_end.hands import Hands, pass_time

LETTERS = "abcdefghij klmnop qrstu vwxyz "
PAUSE_MS = 15


def typed(count: int) -> str:
    """The first so many letters."""
    return (LETTERS * (count // len(LETTERS) + 1))[:count]


def say(line: str) -> None:
    """Tells whoever watches, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(folder: Path, name: str, passphrase: str) -> None:
    """Until killed."""
    application = QApplication(sys.argv[:1])
    program = Program(folder, Appearance(application, mode="light"), Setting())
    program.show()
    program.load()
    hands = Hands(program)
    hands.sign_in(name, passphrase)
    hands.click("New post")
    hands.settle()
    editor = hands.field("Shared text")
    assert isinstance(editor, QTextEdit)
    hands.into(editor)
    say("ready")
    count = 0
    while True:
        QTest.keyClicks(editor, LETTERS[count % len(LETTERS)])
        count += 1
        assert len(editor.toPlainText()) == count
        say(f"{time.monotonic():.4f} {count}")
        pass_time(PAUSE_MS)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
