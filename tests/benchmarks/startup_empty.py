"""Run as a program: an empty window, with a stamp at its first paint; then it ends."""

import sys
import time

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow


class Empty(QMainWindow):
    """Prints when it was first painted."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        sys.stdout.write(f"{time.time()}\n")
        sys.stdout.flush()
        QTimer.singleShot(0, self, QApplication.quit)


def main() -> None:
    """Shows the window."""
    application = QApplication(sys.argv[:1])
    window = Empty()
    window.show()
    application.exec()


if __name__ == "__main__":
    main()
