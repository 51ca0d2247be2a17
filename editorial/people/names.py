"""Names that people type: shown on screens, printed with signatures, signed in the charter."""

import unicodedata

from editorial.errors import BadInputError

LONGEST = 120
"""Characters of a name or a sign-in name."""


def checked_name(text: str, empty: BadInputError) -> str:
    """The name without blanks around it. Raises `empty`, or BadInputError with the same field for one that misleads."""
    name = text.strip()
    shown = visible(name)
    if not shown.strip():
        raise empty
    if not shown.isprintable():
        raise BadInputError(
            "That name has characters that do not show", "Two different names could look the same.", "Type it again.",
            field=empty.field,
        )  # fmt: skip
    if len(name) > LONGEST:
        raise BadInputError(
            "That name is too long", f"It has {len(name)} characters; {LONGEST} fit on a signature.", "Shorten it.",
            field=empty.field,
        )  # fmt: skip
    return name


def same_name(one: str, other: str) -> bool:
    """Whether two sign-in names are one for people: capitals, width and invisible joiners do not tell them apart."""
    return _folded(one) == _folded(other)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", visible(name.strip())).casefold()


def visible(name: str) -> str:
    """The name without the two joiners that Persian and Indic names need."""
    return name.replace("\u200c", "").replace("\u200d", "")
