"""The application's appearance, as the tests of the desktop make it."""

from tests.desktop.conftest import applied_appearance

__all__ = ["applied_appearance"]
