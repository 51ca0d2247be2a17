"""Pictures of screens: `python -m tests.screens DIR` draws every registered screen, light and dark, at 100 and 150 %.

Runs without a display. A screen is a name, a builder that returns a widget, and a size at text size 100 %; add yours to
`SCREENS`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from desktop.look import Appearance
from tests import gallery, gallery_compose, gallery_parts, gallery_review


@dataclass(frozen=True)
class Screen:
    """One picture: file name, builder, logical size, and the name of the widget that has the keyboard focus."""

    name: str
    build: Callable[[], QWidget]
    width: int
    height: int
    focus: str = ""


SCREENS: list[Screen] = [
    Screen("gallery", gallery.build, 720, 880, focus="focused"),
    Screen("gallery-parts", gallery_parts.build, 1960, 900),
    Screen("gallery-dialog", gallery_parts.dialog, 560, 360, focus="focused"),
    Screen("review", gallery_review.build, 1252, 826),
    Screen("review-full", gallery_review.build_full, 1252, 826),
    Screen("review-narrow", gallery_review.build_narrow, 904, 526),
    Screen("review-author", gallery_review.build_author, 1252, 826),
    Screen("review-empty", gallery_review.build_empty, 1252, 826),
    Screen("review-sign-off", gallery_review.build_sign_off, 560, 560),
    Screen("review-request", gallery_review.build_request, 560, 280),
    Screen("compose", gallery_compose.build, 1252, 826),
    Screen("compose-narrow", gallery_compose.build_narrow, 904, 526),
    Screen("compose-list", gallery_compose.build_list, 904, 526),
    Screen("compose-own", gallery_compose.build_own, 1252, 826),
    Screen("compose-asked", gallery_compose.build_asked, 1252, 826),
    Screen("compose-empty", gallery_compose.build_empty, 1252, 826),
    Screen("compose-when", gallery_compose.build_when, 568, 397),
    Screen("compose-alt", gallery_compose.build_alt, 560, 550),
]


def draw(screen: Screen, path: Path) -> None:
    """Build a screen, let it settle, and save what it shows."""
    widget = screen.build()
    widget.resize(screen.width, screen.height)
    widget.show()
    widget.activateWindow()
    settle()
    focus = widget.findChild(QWidget, screen.focus) if screen.focus else None
    if focus is not None:
        widget.setAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        focus.setFocus(Qt.FocusReason.ShortcutFocusReason)
    settle()
    widget.grab().save(str(path))
    widget.close()
    widget.deleteLater()


def settle() -> None:
    """Let layouts, activation and focus come to rest."""
    for _ in range(5):
        QApplication.processEvents()


def draw_all(appearance: Appearance, folder: Path, screens: Sequence[Screen]) -> list[Path]:
    """Draw every screen in every appearance and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files: list[Path] = []
    for dark in (False, True):
        for scale in (1.0, 1.5):
            appearance.configure(mode="dark" if dark else "light", text_scale=scale)
            for screen in screens:
                bigger = Screen(
                    screen.name, screen.build, round(screen.width * scale), round(screen.height * scale), screen.focus
                )
                files.append(folder / f"{screen.name}-{'dark' if dark else 'light'}-{round(scale * 100)}.png")
                draw(bigger, files[-1])
    return files


def main(arguments: Sequence[str]) -> int:
    """Draw everything into the folder named on the command line."""
    if len(arguments) != 1:
        sys.stderr.write("Usage: python -m tests.screens DIR\n")
        return 2
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication(sys.argv[:1])
    for path in draw_all(Appearance(application), Path(arguments[0]), SCREENS):
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
