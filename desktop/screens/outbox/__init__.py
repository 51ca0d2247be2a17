"""The Outbox screen: every delivery, what became of it, and what a person can do."""

from desktop.screens.outbox.screen import OutboxScreen

SCREEN = OutboxScreen

__all__ = ["SCREEN", "OutboxScreen"]
