"""The Audit screen: what happened, who did it, and that it was not changed since. Read-only everywhere."""

from desktop.screens.audit.screen import AuditScreen

SCREEN = AuditScreen

__all__ = ["SCREEN", "AuditScreen"]
