"""Telling errors where they belong: at the field that caused them, in the banner of a dialog, else in a message."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Qt

from desktop.widgets.banner import Banner
from desktop.widgets.fields import FormField
from editorial.errors import BadInputError, DeskError


def sentence(error: DeskError) -> str:
    """All of an error in one run of sentences."""
    return str(error)


def tell_banner(error: DeskError, banner: Banner) -> None:
    """Shows an error in a banner: what happened, then what is safe and what to do now."""
    banner.set_text(f"{error.title}.", f"{error.what} {error.advice}".strip())
    banner.show()


def tell_field(error: DeskError, fields: Mapping[str, FormField]) -> bool:
    """Marks the field that a BadInputError names, moves the focus there, and clears the others; False for no field."""
    for field in fields.values():
        field.set_error("")
    named = fields.get(error.field) if isinstance(error, BadInputError) else None
    if named is None:
        return False
    named.set_error(sentence(error))
    named.editor.setFocus(Qt.FocusReason.OtherFocusReason)
    return True
