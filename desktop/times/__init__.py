"""The dialogs about times: blackouts, quiet hours and usual times. The rules are those of `editorial.planning`."""

from desktop.times.dialog import TimesDialog

__all__ = ["TimesDialog"]
