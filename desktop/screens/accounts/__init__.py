"""The Accounts screen: which identities are connected, until when, where their keys are, and connecting more."""

from desktop.screens.accounts.screen import AccountsScreen

SCREEN = AccountsScreen

__all__ = ["SCREEN", "AccountsScreen"]
