"""How hard a passphrase is to guess, told in words while it is typed."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

SHORTEST = 12
GOOD_SCORE = 3
_ESTIMATED = 72  # characters that the estimate looks at; what follows can only make it stronger

_REASONS = {
    "user_inputs": "it holds your name or the organization's",
    "passwords": "it is close to a password that many people use",
    "english_wikipedia": "it is a common word",
    "us_tv_and_film": "it is a common word",
    "surnames": "it holds a common name",
    "male_names": "it holds a common name",
    "female_names": "it holds a common name",
    "spatial": "its keys lie side by side",
    "repeat": "it repeats itself",
    "sequence": "it runs on like abc or 6543",
    "regex": "it holds a year",
    "date": "it holds a date",
}


@dataclass(frozen=True, slots=True)
class Strength:
    """`score` from 0 to 4 bars, `words` to show beside them, and whether the passphrase may be used."""

    score: int
    words: str
    ok: bool


def strength(passphrase: str, inputs: Iterable[str] = ()) -> Strength:
    """How strong the passphrase is. `inputs` are names that an attacker would try: the person's, the organization's.

    Takes up to some tenths of a second for long ones: not in the window's thread.
    """
    from zxcvbn import zxcvbn  # brings large word lists: only where a passphrase is chosen

    text = unicodedata.normalize("NFC", passphrase)
    if not text:
        return Strength(0, f"At least {SHORTEST} characters. Four or five uncommon words are good.", ok=False)
    names = [part for name in inputs for part in (name, *name.split()) if part]
    found: Mapping[str, Any] = zxcvbn(text[:_ESTIMATED], user_inputs=names)
    score = int(found["score"])
    if len(text) < SHORTEST:
        return Strength(
            min(score, 1), f"Too short: {SHORTEST - len(text)} more to reach {SHORTEST} characters.", ok=False
        )
    if score < GOOD_SCORE:
        return Strength(score, f"Easy to guess{_because(found['sequence'])}. Add an uncommon word or two.", ok=False)
    count = len(text.split())
    name = "Very strong" if score > GOOD_SCORE else "Strong"
    return Strength(score, f"{name}: {count} words" if count > 1 else name, ok=True)


def _because(sequence: Iterable[Mapping[str, Any]]) -> str:
    longest = max(sequence, key=lambda match: len(match["token"]))
    reason = _REASONS.get(longest.get("dictionary_name", longest["pattern"]))
    return f": {reason}" if reason else ""
