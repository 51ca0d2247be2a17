"""Pictures of screens: `python -m tests.screens DIR` draws every registered screen, light and dark, at 100 and 150 %.

Words after the folder name screens by how they begin: `python -m tests.screens DIR shell sign-in`.

Runs without a display. A screen is a name, a builder that returns a widget, and a size at text size 100 %; add yours to
`SCREENS`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QWidget

from desktop.look import Appearance
from tests import (
    gallery,
    gallery_accounts,
    gallery_after,
    gallery_compose,
    gallery_library,
    gallery_outbox,
    gallery_parts,
    gallery_people,
    gallery_retention,
    gallery_review,
    gallery_shell,
    gallery_start,
    gallery_times,
)


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
    Screen("review-settling", gallery_review.build_settling, 560, 826),
    Screen("review-checks", gallery_review.build_checks, 1252, 826),
    Screen("review-accepting", gallery_review.build_accepting, 1252, 826),
    Screen("review-accept", gallery_review.build_accept, 560, 420),
    Screen("review-sign-accepted", gallery_review.build_sign_accepted, 560, 826),
    Screen("review-mentioned", gallery_review.build_mentioned, 1252, 826),
    Screen("review-settled-by-others", gallery_review.build_settled_by_others, 560, 826),
    Screen("review-batch", gallery_review.build_batch, 560, 826),
    Screen("review-read", gallery_review.build_read, 1252, 826),
    Screen("review-request", gallery_review.build_request, 560, 360),
    Screen("review-again", gallery_review.build_again, 1252, 826),
    Screen("review-sides", gallery_review.build_sides, 1252, 826),
    Screen("review-sides-narrow", gallery_review.build_sides_narrow, 904, 526),
    Screen("review-history", gallery_review.build_history, 1252, 826),
    Screen("review-passage", gallery_review.build_passage, 1252, 826),
    Screen("review-version", gallery_review.build_version, 760, 600),
    Screen("compose", gallery_compose.build, 1252, 826),
    Screen("compose-narrow", gallery_compose.build_narrow, 904, 526),
    Screen("compose-list", gallery_compose.build_list, 904, 526),
    Screen("compose-own", gallery_compose.build_own, 1252, 826),
    Screen("compose-asked", gallery_compose.build_asked, 1252, 826),
    Screen("compose-empty", gallery_compose.build_empty, 1252, 826),
    Screen("compose-when", gallery_compose.build_when, 568, 397),
    Screen("compose-alt", gallery_compose.build_alt, 560, 550),
    Screen("compose-kept", gallery_compose.build_kept, 1252, 826),
    Screen("compose-keeping", gallery_compose.build_keeping, 560, 360),
    Screen("compose-crisis", gallery_after.build_crisis, 1252, 826),
    Screen("compose-crisis-narrow", gallery_after.build_crisis_narrow, 904, 526),
    Screen("compose-crisis-dialog", gallery_after.build_crisis_dialog, 560, 420),
    Screen("compose-correction", gallery_after.build_correction, 1252, 826),
    Screen("compose-corrected", gallery_after.build_corrected, 1252, 826),
    Screen("outbox-states", gallery_outbox.build_states, 1440, 900),
    Screen("outbox-states-narrow", gallery_outbox.build_states_narrow, 960, 600),
    Screen("lift-groups", gallery_outbox.build_lift, 560, 860),
    Screen("lift-unfolded", gallery_outbox.build_lift_unfolded, 560, 860),
    Screen("outbox-reschedule", gallery_outbox.build_reschedule, 440, 560),
    Screen("outbox-reschedule-refused", gallery_outbox.build_reschedule_refused, 440, 560),
    Screen("outbox-published", gallery_after.build_outbox, 1440, 900),
    Screen("outbox-published-narrow", gallery_after.build_outbox_narrow, 960, 600),
    Screen("outbox-question", gallery_after.build_question, 1440, 900),
    Screen("outbox-same", gallery_after.build_same, 1440, 900),
    Screen("outbox-differs", gallery_after.build_differs, 1440, 900),
    Screen("outbox-taking-down", gallery_after.build_taking_down, 1440, 900),
    Screen("outbox-by-hand", gallery_after.build_by_hand, 1440, 900),
    Screen("outbox-taken-down", gallery_after.build_taken_down, 1440, 900),
    Screen("take-down", gallery_after.build_take_down, 560, 420),
    Screen("concern-report", gallery_after.build_report, 560, 420),
    Screen("concern-told", gallery_after.build_told, 560, 420),
    Screen("concern-close", gallery_after.build_close, 560, 360),
    Screen("concern-list", gallery_after.build_concerns, 760, 760),
    Screen("mentions", gallery_after.build_mentions, 560, 420),
    Screen("mentions-window", gallery_after.build_mentions_window, 1440, 900),
    Screen("task-done", gallery_after.build_done, 560, 340),
    Screen("library", gallery_library.build, 1252, 826),
    Screen("library-valid", gallery_library.build_valid, 1252, 826),
    Screen("library-narrow", gallery_library.build_narrow, 904, 526),
    Screen("library-empty", gallery_library.build_empty, 1252, 826),
    Screen("library-add", gallery_library.build_add, 760, 900),
    Screen("library-wrong", gallery_library.build_wrong, 760, 900),
    Screen("library-revoke", gallery_library.build_revoke, 560, 470),
    Screen("library-linked", gallery_library.build_linked, 1252, 826),
    Screen("library-reviewed", gallery_library.build_reviewed, 1252, 826),
    Screen("library-export", gallery_library.build_export, 560, 360),
    Screen("library-document", gallery_library.build_document, 760, 560),
    Screen("shell-compose", gallery_shell.build_compose, 1440, 900),
    Screen("shell-review", gallery_shell.build_review, 1440, 900),
    Screen("shell-outbox", gallery_shell.build_outbox, 1440, 900),
    Screen("shell-accounts", gallery_shell.build_accounts, 1440, 900),
    Screen("shell-audit", gallery_shell.build_audit, 1440, 900),
    Screen("shell-empty", gallery_shell.build_empty, 1440, 900),
    Screen("shell-narrow", gallery_shell.build_narrow, 960, 600),
    Screen("shell-held", gallery_shell.build_held, 1440, 900),
    Screen("export", gallery_shell.build_export, 760, 760),
    Screen("hold", gallery_shell.build_hold, 560, 430),
    Screen("connect-typed", gallery_accounts.build_typed, 560, 560),
    Screen("hold-account", gallery_shell.build_hold_account, 560, 430),
    Screen("lift", gallery_shell.build_lift, 560, 440),
    Screen("shell-gap", gallery_shell.build_gap, 1440, 900),
    Screen("gap", gallery_shell.build_gap_dialog, 560, 620),
    Screen("backups", gallery_shell.build_backups, 560, 560),
    Screen("key-sheet", gallery_shell.build_key_sheet, 560, 560),
    Screen("lift-overdue", gallery_after.build_lift_overdue, 560, 740),
    Screen("settings", gallery_shell.build_settings, 560, 420),
    Screen("people", gallery_shell.build_people, 560, 470),
    Screen("people-add", gallery_shell.build_person, 560, 480),
    Screen("people-sign", gallery_shell.build_signing, 560, 470),
    *(
        Screen(name, build, 760 if name in ("policy-read", "policy-asked") else 560, height)
        for name, build, height in gallery_people.DIALOGS
    ),
    *(Screen(name, build, width, height) for name, build, width, height in gallery_times.DIALOGS),
    *(Screen(name, build, width, height) for name, build, width, height in gallery_retention.DIALOGS),
    Screen("palette", gallery_shell.build_palette, 560, 380),
    Screen("help", gallery_shell.build_help, 560, 420),
    Screen("error", gallery_shell.build_error, 440, 220),
    Screen("report", gallery_shell.build_report, 560, 380),
    Screen("sign-in", gallery_start.build_sign_in, 456, 396),
    Screen("sign-in-held", gallery_start.build_sign_in_held, 456, 470),
    Screen("sign-in-demo", gallery_start.build_sign_in_demo, 456, 500),
    Screen("sign-in-keyring", gallery_start.build_sign_in_keyring, 456, 430),
    Screen("locked", gallery_start.build_locked, 456, 396),
    Screen("recovery", gallery_start.build_recovery, 456, 396),
    Screen("recovery-sheet", gallery_start.build_sheet, 456, 440),
    Screen("first-run-1", gallery_start.build_first_run_1, 456, 396),
    Screen("first-run-2", gallery_start.build_first_run_2, 456, 396),
    Screen("first-run-3", gallery_start.build_first_run_3, 456, 396),
    Screen("first-run-4", gallery_start.build_first_run_4, 456, 396),
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
    top = widget
    while (parent := top.parentWidget()) is not None:  # a dialog goes with the window that it stands on
        top = parent
    top.close()
    top.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


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
    """Draw into the folder named on the command line: everything, or the screens that are named after it."""
    if not arguments:
        sys.stderr.write("Usage: python -m tests.screens DIR [NAME ...]\n")
        return 2
    wanted = tuple(arguments[1:]) or ("",)
    screens = [screen for screen in SCREENS if screen.name.startswith(wanted)]
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication(sys.argv[:1])
    for path in draw_all(Appearance(application), Path(arguments[0]), screens):
        sys.stdout.write(f"{path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
