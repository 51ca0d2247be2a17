"""What assistive technology finds in a window: every control must say what it is."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAbstractScrollArea, QScrollBar, QSplitterHandle, QWidget

_SILENT = (
    QAccessible.Role.Client,
    QAccessible.Role.Pane,
    QAccessible.Role.Window,
    QAccessible.Role.Dialog,
    QAccessible.Role.Border,
    QAccessible.Role.Grouping,
    QAccessible.Role.Separator,
    QAccessible.Role.LayeredPane,
)
"""Roles of mere containers: they need no name."""


def controls(window: QWidget) -> Iterator[QWidget]:
    """Every visible, enabled widget in the window that takes the keyboard focus, or a click as a button does."""
    for widget in window.findChildren(QWidget):
        if not widget.isVisibleTo(window) or isinstance(widget, QScrollBar | QSplitterHandle):
            continue
        if widget.focusProxy() is not None or _is_viewport(widget):
            continue
        if widget.focusPolicy().value & 3:  # Tab or click
            yield widget


def nameless(window: QWidget) -> list[str]:
    """The controls that say nothing about themselves, by class and path."""
    found = []
    for widget in controls(window):
        interface = QAccessible.queryAccessibleInterface(widget)
        if interface is None or not interface.isValid():
            found.append(f"{_path(widget)}: no accessible interface")
            continue
        name = interface.text(QAccessible.Text.Name).strip()
        if interface.role() in _SILENT and not name:
            found.append(f"{_path(widget)}: role {interface.role().name} and no name")
        elif not name:
            found.append(f"{_path(widget)}: no name")
    return found


def check_names(window: QWidget) -> None:
    """Fails the test, naming the controls, unless each has an accessible name and a role."""
    found = nameless(window)
    assert not found, "controls without an accessible name:\n" + "\n".join(found)


def check_reachable(window: QWidget) -> None:
    """Fails the test when Tab does not reach a control that takes the focus by Tab."""
    chain: list[QWidget] = []
    walker = window.nextInFocusChain()
    while walker is not None and walker is not window and walker not in chain:
        chain.append(walker)
        walker = walker.nextInFocusChain()
    lost = [_path(each) for each in controls(window) if each.focusPolicy().value & 1 and each not in chain]
    assert not lost, "controls that Tab does not reach:\n" + "\n".join(lost)


def spoken(widget: QWidget) -> str:
    """Name, value and description of a widget as a screen reader would say them."""
    interface = QAccessible.queryAccessibleInterface(widget)
    return ". ".join(_texts(interface)) if interface is not None else ""


def _texts(interface: QAccessibleInterface) -> Iterator[str]:
    for kind in (QAccessible.Text.Name, QAccessible.Text.Value, QAccessible.Text.Description):
        text = interface.text(kind)
        if text:
            yield text


def _is_viewport(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    return isinstance(parent, QAbstractScrollArea) and parent.viewport() is widget


def _path(widget: QWidget) -> str:
    names: list[str] = []
    walker: QWidget | None = widget
    while walker is not None and len(names) < 4:
        names.append(
            f"{type(walker).__name__}({walker.objectName()})" if walker.objectName() else type(walker).__name__
        )
        walker = walker.parentWidget()
    return " < ".join(names)
