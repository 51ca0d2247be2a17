"""The Library screen and its dialogs on a staffed workspace, for pictures of them."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from desktop.bridge import Bridge
from desktop.context import Context, Services
from desktop.look import look
from desktop.moments import Moments
from desktop.practice import PracticeHost
from desktop.screens.base import Screen
from desktop.screens.compose import ComposeScreen
from desktop.screens.library import LibraryScreen
from desktop.screens.library.dialogs import AddDialog, RevokeDialog
from desktop.screens.library.document import DocumentDialog
from desktop.screens.library.exporting import ExportRegisterDialog
from desktop.screens.review import ReviewScreen
from tests.desktop.screens.composing import ZONE
from tests.desktop.screens.library_register import busy_register
from tests.fakes.authorizations import png
from tests.fakes.desks import staffed
from tests.fakes.desktop import NotedShell
from tests.gallery_compose import pump


class Stage:
    """A staffed workspace with the screen on it, put away with the screen."""

    def __init__(self, *, empty: bool = False, author: bool = False) -> None:
        self._stack = ExitStack()
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        staff = self._stack.enter_context(staffed(folder / "desk"))
        self.marek = "" if empty else busy_register(staff)
        self.bridge = Bridge()
        moments = Moments(ZONE, staff.clock, QLocale.c())
        person, host = staff.mira if author else staff.helen, PracticeHost(folder / "desk")
        self.context = Context(Services(staff.desk), self.bridge, look(), person, NotedShell(), moments, host)
        self.screen = LibraryScreen(self.context)
        self.screen.destroyed.connect(self.close)

    def close(self) -> None:
        """Puts everything away."""
        if isValid(self.bridge):  # at the end of the program Qt may have been quicker
            self.bridge.close()
        self._stack.close()


_STAGES: list[Stage] = []


def _stage(width: int = 1252, height: int = 826, *, empty: bool = False, author: bool = False) -> Stage:
    stage = Stage(empty=empty, author=author)
    _STAGES.append(stage)
    stage.screen.resize(look().px(width), look().px(height))
    stage.screen.show()
    pump(stage.bridge)
    return stage


def build() -> QWidget:
    """The screen as in picture 13."""
    return _stage().screen


def build_valid() -> QWidget:
    """One that ends soon, as an author sees it."""
    stage = _stage(author=True)
    rows = stage.context.register.rows()
    stage.screen.show_item(next(row.id for row in rows if row.label == "Elena W."))
    pump(stage.bridge)
    return stage.screen


def build_narrow() -> QWidget:
    """The screen at its narrowest breakpoint."""
    return _stage(904, 526).screen


def build_empty() -> QWidget:
    """Before anything is recorded."""
    return _stage(empty=True).screen


def _form(*, wrong: bool) -> QWidget:
    stage = _stage(empty=True)
    dialog = AddDialog(stage.screen, stage.context, ("practice", "facebook", "instagram", "linkedin", "youtube"))
    dialog.open()
    if wrong:
        dialog.form.fields["label"].set_text("Rosa Meyer")
        dialog.record.click()
    pump(stage.bridge)
    return dialog


def build_add() -> QWidget:
    """The form."""
    return _form(wrong=False)


def build_wrong() -> QWidget:
    """The form with an error at each field."""
    return _form(wrong=True)


def build_revoke() -> QWidget:
    """What follows from a revocation."""
    stage = _stage()
    row = next(row for row in stage.context.register.rows() if row.label == "Rosa M.")
    dialog = RevokeDialog(stage.screen, stage.context, row)
    dialog.open()
    pump(stage.bridge)
    return dialog


def build_linked() -> QWidget:
    """Compose with a post that rests on an authorization."""
    return _post(ComposeScreen, author=True)


def build_reviewed() -> QWidget:
    """Review, where the authorization has ended."""
    return _post(ReviewScreen, author=False)


def _post(kind: type[Screen], *, author: bool) -> QWidget:
    stage = _stage(author=author)
    screen = kind(stage.context)
    screen.destroyed.connect(stage.screen.deleteLater)
    screen.resize(look().px(1252), look().px(826))
    screen.show()
    pump(stage.bridge)
    row = next(row for row in stage.context.register.rows() if row.label == "Marek S.")
    screen.show_item(row.uses[1].post_id)
    pump(stage.bridge)
    return screen


def build_export() -> QWidget:
    """Asking whether names go into the file."""
    stage = _stage()
    dialog = ExportRegisterDialog(stage.screen, stage.context)
    dialog.path.set_text("/home/helen/signpost-authorizations-2027-03-10.csv")
    dialog.open()
    pump(stage.bridge)
    return dialog


def build_document() -> QWidget:
    """A scan."""
    stage = _stage()
    dialog = DocumentDialog(stage.screen, stage.context, stage.context.register.rows()[0], png())
    dialog.open()
    pump(stage.bridge)
    return dialog
