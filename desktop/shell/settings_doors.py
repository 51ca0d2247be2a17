"""The dialogs that Settings leads to, over the window of whoever is signed in; each is loaded when it is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.shell.window import ShellWindow


def people(shell: ShellWindow) -> None:
    """The staff."""
    from desktop.people import PeopleDialog

    PeopleDialog(shell, shell.context).open_soon()


def policy(shell: ShellWindow) -> None:
    """The social media policy."""
    from desktop.people.policy import PolicyDialog

    PolicyDialog(shell, shell.context).open_soon()


def rules(shell: ShellWindow) -> None:
    """Routes and rules."""
    from desktop.people.rules import RulesDialog

    RulesDialog(shell, shell.context).open_soon()


def times(shell: ShellWindow) -> None:
    """Blackouts, quiet hours and usual times."""
    from desktop.times import TimesDialog

    TimesDialog(shell, shell.context).open_soon()


def backups(shell: ShellWindow) -> None:
    """Backups and the folder for marks."""
    from desktop.safety.backups import BackupsDialog

    BackupsDialog(shell, shell.context).open_soon()


def retention(shell: ShellWindow) -> None:
    """How long records are kept, what is preserved, and erasing."""
    from desktop.retention import RetentionDialog

    RetentionDialog(shell, shell.context).open_soon()


def key_sheet(shell: ShellWindow) -> None:
    """The key sheet."""
    from desktop.safety.key_sheet import KeySheetDialog

    KeySheetDialog(shell, shell.context).open_soon()
