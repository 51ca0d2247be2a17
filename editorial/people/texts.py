"""Texts that the charter names by their digest: too long for it, and as sure as the signatures on it."""

from sqlmodel import Session

from editorial.canonical import digest
from editorial.store.models import CharterText
from editorial.store.unit import Unit


def keep_text(unit: Unit, text: str, by: str) -> None:
    """Keeps a text, so that it can be shown as long as any version of the charter names it."""
    name = digest(text.encode())
    if unit.session.get(CharterText, name) is None:
        unit.session.add(CharterText(digest=name, text=text, added_by=by, added_at=unit.now))


def text_of(session: Session, name: str) -> str | None:
    """The text with that digest; None where it is missing, or is not the one that was signed."""
    row = session.get(CharterText, name)
    return row.text if row is not None and digest(row.text.encode()) == name else None
