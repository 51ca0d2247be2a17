"""The Library screen: patients' authorizations, what each covers, where it is used, and what to do when one ends."""

from desktop.screens.library.screen import LibraryScreen

SCREEN = LibraryScreen

__all__ = ["SCREEN", "LibraryScreen"]
