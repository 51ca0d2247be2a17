"""File names as text for people: a name never chooses where something is written, and never leaves this computer."""

import re
import unicodedata

_LONGEST = 80
_FALLBACK = "Picture"
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # controls, direction marks, surrogates, unassigned, line ends


def display_name(name: str) -> str:
    """The last part of a path, without anything that is invisible or reorders text; at most 80 characters.

    The ending stays when the middle is cut. A name of which nothing is left becomes "Picture".
    """
    last = re.split(r"[/\\]", name)[-1]
    spaced = "".join(" " if character.isspace() else character for character in last)
    seen = "".join(character for character in spaced if unicodedata.category(character) not in _UNSEEN)
    clean = " ".join(unicodedata.normalize("NFC", seen).split())
    if not clean.strip(". "):
        return _FALLBACK
    if len(clean) > _LONGEST:
        ending = ending_of(clean)
        tail = f".{ending}" if ending and len(ending) <= 10 else ""
        clean = clean[: _LONGEST - 1 - len(tail)] + "…" + tail
    return clean


def ending_of(name: str) -> str:
    """What stands behind the last full stop of a clean name, in lower case; empty for none."""
    stem, stop, ending = name.rpartition(".")
    return ending.lower() if stop and stem and " " not in ending else ""
