"""Saying something to assistive technology without moving the focus."""

from __future__ import annotations

from PySide6 import QtGui
from PySide6.QtWidgets import QWidget


def announce(widget: QWidget, sentence: str, *, assertive: bool = False) -> None:
    """Have a screen reader say a sentence: politely, or at once for errors and holds. Qt before 6.8 stays silent."""
    kind = getattr(QtGui, "QAccessibleAnnouncementEvent", None)
    if kind is None:
        return
    event = kind(widget, sentence)
    levels = QtGui.QAccessible.AnnouncementPoliteness
    event.setPoliteness(levels.Assertive if assertive else levels.Polite)
    QtGui.QAccessible.updateAccessibility(event)
