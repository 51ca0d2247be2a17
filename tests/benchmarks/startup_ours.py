"""Run as a program: the desktop, with stamps at the first paint and when signing in is possible; then it ends."""

import sys
import time
from pathlib import Path
from typing import Any

from desktop import app
from desktop.start.window import StartWindow


def main() -> None:
    """Prints the two moments, as seconds since the epoch, and ends. Nothing is loaded earlier than it would be."""
    stamps: dict[str, float] = {}
    paint, go_on = StartWindow.paintEvent, app._go_on

    def painted(window: StartWindow, event: Any) -> None:
        paint(window, event)
        stamps.setdefault("paint", time.time())

    def going_on(*arguments: Any) -> None:
        from PySide6.QtCore import QTimer

        from desktop.program import Program

        load = Program.load

        def loaded(program: Program) -> None:
            program.entrance.ready.connect(lambda _: QTimer.singleShot(0, program, lambda: usable(program)))
            load(program)

        def usable(program: Program) -> None:
            sys.stdout.write(f"{stamps['paint']} {time.time()}\n")
            sys.stdout.flush()
            program.quit()

        Program.load = loaded  # type: ignore[method-assign, assignment]
        go_on(*arguments)

    StartWindow.paintEvent = painted  # type: ignore[method-assign, assignment]
    app._go_on = going_on  # type: ignore[assignment]
    app.run_desktop(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
