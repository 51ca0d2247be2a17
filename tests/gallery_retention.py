"""What people see of Settings, Retention: the page, its dialogs, and what would be erased."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

from PySide6.QtWidgets import QApplication, QWidget

from desktop.retention import RetentionDialog
from desktop.retention.erase import EraseDialog
from desktop.retention.forms import EndPreserveDialog, PeriodsDialog, PreserveDialog
from desktop.shell.window import ShellWindow
from editorial.retention.copies import Copies
from editorial.retention.periods import Retention
from editorial.retention.plan import Kind
from editorial.retention.preserving import By, Preserving, Reach
from editorial.retention.summary import Line, Spared, Summary
from tests.gallery_compose import pump
from tests.gallery_shell import over

_OLD, _NEW = datetime(2027, 3, 12, 14, tzinfo=UTC), datetime(2027, 11, 30, 14, tzinfo=UTC)
_AT = datetime(2034, 1, 9, 14, 30, tzinfo=UTC)
_SUMMARY = Summary(
    _AT,
    (
        Line(Kind.DRAFT, 2, datetime(2033, 9, 30, 14, tzinfo=UTC), datetime(2033, 10, 4, 14, tzinfo=UTC)),
        Line(Kind.POST, 14, _OLD, _NEW),
        Line(Kind.AUTHORIZATION, 1, _NEW, _NEW),
        Line(Kind.PICTURE, 31, _OLD, _NEW),
        Line(Kind.ENTRY, 1204, _OLD, _NEW),
    ),
    (Spared("the word “choir”", 23, ("P-88, Rosa sings with the choir", "A-12", "P-91, Choir dates")),),
    Copies(Path("/backups"), 14, datetime(2034, 1, 23, 8, tzinfo=UTC), ("replaced-1",)),
    "sha256:0",
)


def _opened(window: ShellWindow, dialog: QWidget) -> QWidget:
    dialog.open()  # type: ignore[attr-defined]
    pump(window.context.bridge)
    return dialog


def _preserve(window: ShellWindow) -> None:
    preserving, actor = Preserving(window.context.desk), window.context.actor
    preserving.set(actor, Reach(By.WORD, word="choir"), "Case 4711")
    preserving.set(actor, Reach(By.DATES, first=date(2027, 2, 1), last=date(2027, 2, 28)), "Inquiry of the ministry")
    preserving.set(actor, Reach(By.PERSON, window.context.actor.id))


def _page(window: ShellWindow) -> QWidget:
    _preserve(window)
    return _opened(window, RetentionDialog(window, window.context))


def _periods(window: ShellWindow) -> QWidget:
    dialog = PeriodsDialog(window, window.context, Retention(window.context.desk).periods())
    _opened(window, dialog)
    dialog.years.set_text("5")
    dialog.button.click()
    pump(window.context.bridge)
    return dialog


def _form(by: str) -> Callable[[ShellWindow], QWidget]:
    def build(window: ShellWindow) -> QWidget:
        dialog = PreserveDialog(window, window.context, window.context.people.cards())
        dialog.by.set_current(by)
        dialog.by.changed.emit(by)
        return _opened(window, dialog)

    return build


def _end(window: ShellWindow) -> QWidget:
    _preserve(window)
    found = Preserving(window.context.desk).all()[0]
    return _opened(window, EndPreserveDialog(window, window.context, found))


def _looked(window: ShellWindow) -> EraseDialog:
    """After the worker process looked: it finds nothing, the workspace is of today."""
    dialog = EraseDialog(window, window.context)
    _opened(window, dialog)
    while dialog.found.text().endswith("…"):
        QApplication.processEvents()
        pump(window.context.bridge)
    return dialog


def _erase(window: ShellWindow) -> QWidget:
    dialog = _looked(window)
    dialog.show_summary(_SUMMARY)
    dialog.sure.setChecked(True)
    return dialog


def _build(show: Callable[[ShellWindow], QWidget]) -> Callable[[], QWidget]:
    return lambda: over(show)


DIALOGS: tuple[tuple[str, Callable[[], QWidget], int, int], ...] = (
    ("retention", _build(_page), 560, 640),
    ("retention-empty", _build(lambda window: _opened(window, RetentionDialog(window, window.context))), 560, 520),
    ("retention-periods", _build(_periods), 560, 480),
    ("retention-preserve", _build(_form("word")), 560, 420),
    ("retention-preserve-days", _build(_form("dates")), 560, 420),
    ("retention-end", _build(_end), 560, 320),
    ("retention-erase", _build(_erase), 560, 640),
    ("retention-erase-nothing", _build(_looked), 560, 300),
)
"""Name, builder, and a size at text size 100 %."""
