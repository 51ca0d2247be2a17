"""Starting the desktop: the first window as soon as it can be, everything else after it is painted."""

from __future__ import annotations

import gc
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from desktop.preferences import Preferences, first_surface, load_preferences, preferences_path

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from PySide6.QtWidgets import QApplication

    from desktop.program import Program
    from desktop.start.instance import Instance
    from desktop.start.window import StartWindow

DONE, PROBLEM, TAKEN, BUG = 0, 1, 5, 70
_LOG_BYTES = 500_000


def run_desktop(folder: Path, *, self_check: bool = False) -> int:
    """Runs the desktop on the workspace in `folder` until its window closes; returns the exit code.

    A second start for the same workspace shows the first one's window and returns 0. With `self_check` a window is
    made offscreen, a workspace is opened, and nothing stays.
    """
    if self_check:
        from desktop.check import check_self

        return check_self()
    if not _has_screen():
        return _say("There is no screen here. Start Signpost in a session with one, or use “signpost tour”.")
    try:
        from PySide6.QtWidgets import QApplication
    except ImportError as error:
        return _say(f"Qt cannot be loaded: {error}. “signpost doctor” tells what is missing.")
    return _run(QApplication(sys.argv[:1]), folder)


def _run(application: QApplication, folder: Path) -> int:
    from desktop.start.instance import Instance
    from desktop.start.window import StartWindow

    application.setApplicationName("signpost")
    application.setApplicationDisplayName("Signpost")
    application.setDesktopFileName("signpost")
    application.setQuitOnLastWindowClosed(False)
    _catch_bugs(application, None)
    gc.disable()  # loading makes much and drops little: collecting meanwhile costs a seventh of the start
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    instance = Instance(folder)
    if not instance.claim():
        return _somebody_else(instance, folder)
    chosen = _preferences()
    window = StartWindow(first_surface(_is_dark(application, chosen)), chosen.text_scale)
    window.show()
    _after_paint(window, lambda: _go_on(application, folder, instance, window, chosen))
    return application.exec()


def _preferences() -> Preferences:
    return load_preferences(preferences_path())


def _is_dark(application: QApplication, chosen: Preferences) -> bool:
    from PySide6.QtCore import Qt

    if chosen.mode != "system":
        return chosen.mode == "dark"
    return application.styleHints().colorScheme() == Qt.ColorScheme.Dark


def _after_paint(window: StartWindow, go_on: Callable[[], object]) -> None:
    """Goes on once the empty window was painted: what is loaded then would have kept it waiting."""
    from PySide6.QtCore import QTimer

    QTimer.singleShot(0, window, lambda: QTimer.singleShot(0, window, go_on))


def _go_on(
    application: QApplication, folder: Path, instance: Instance, window: StartWindow, chosen: Preferences
) -> None:
    from desktop.look import Appearance
    from desktop.program import Program, Setting

    appearance = Appearance(application, mode=chosen.mode, text_scale=chosen.text_scale, roomy=chosen.roomy)
    setting = Setting(preferences=preferences_path(), publisher=lambda: _publisher(folder))
    program = Program(folder, appearance, setting, window)
    program.ended.connect(application.quit)
    program.ended.connect(instance.release)
    program.setParent(application)
    _catch_bugs(application, program)
    program.entrance.ready.connect(_collect_again)
    program.load()
    program.show()
    _log_to_file()
    instance.listen(program.come_forward)


def _collect_again() -> None:
    """What was loaded stays: the collector need not look at it again, which would keep the window waiting."""
    gc.freeze()
    gc.enable()


def _publisher(folder: Path) -> tuple[str, ...]:
    from desktop.commands.publish import publisher_command

    return tuple(publisher_command(folder))


def _somebody_else(instance: Instance, folder: Path) -> int:
    if instance.refused():
        return _say(f"The workspace in {folder} cannot be written. Check that the folder belongs to you.")
    if instance.show_other():
        return DONE
    _say(f"Another desktop has this workspace open: {instance.holder()}. Close it there, or use another workspace.")
    return TAKEN


def _catch_bugs(application: QApplication, program: Program | None) -> None:
    """An error that nobody expected becomes a sentence and a report, never a traceback in a person's face.

    Before there is a program to tell it, the window could show nothing: the process ends.
    """

    def caught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        from editorial.secret import redacted_traceback

        if isinstance(error, KeyboardInterrupt) and program is not None:
            program.quit()
            return
        report = redacted_traceback(error.with_traceback(trace))
        logging.getLogger(__name__).error("a bug of ours: %s", report)
        if program is not None:
            program.report(report)
        else:
            _say(f"Something is wrong in Signpost itself ({kind.__name__}). Nothing was changed.")
            application.exit(BUG)

    sys.excepthook = caught


def _log_to_file() -> None:
    """A log for IT in the system's place for logs, with every secret masked."""
    from logging.handlers import RotatingFileHandler

    import platformdirs

    from editorial.secret import install_redaction

    try:
        folder = Path(platformdirs.user_log_path("Signpost", appauthor=False, ensure_exists=True))
        handler = RotatingFileHandler(folder / "desktop.log", maxBytes=_LOG_BYTES, backupCount=2, encoding="utf-8")
    except OSError:
        return  # a desktop without a log is better than no desktop
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    hook = sys.excepthook
    install_redaction()
    sys.excepthook = hook


def _has_screen() -> bool:
    """Whether a window can be shown: Qt would end the process where it cannot."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _say(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return PROBLEM
