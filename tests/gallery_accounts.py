"""What people see when they connect a network by its form."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from connectors.registry import connector
from desktop.screens.accounts.typed import TypedDialog
from desktop.shell.window import ShellWindow
from tests.gallery_shell import over


def _typed(window: ShellWindow) -> QWidget:
    dialog = TypedDialog(window.context, window, connector("bluesky").spec)
    dialog.open()
    dialog.fields["handle"].set_text("alderbay.bsky.social")
    dialog.fields["password"].set_error("App password is missing.")
    return dialog


def build_typed() -> QWidget:
    """Connecting Bluesky, with a field left empty."""
    return over(_typed)
