"""Whether a waiting post may not fit what happened: it says one of a list of words.

A hint for the people who lift a hold, who read the post again. It stops nothing by itself.
"""

import re
from collections.abc import Iterable
from functools import cache
from importlib.resources import files


@cache
def crisis_words() -> tuple[str, ...]:
    """The list, as data in resources/."""
    text = files("resources").joinpath("crisis_words.txt").read_text(encoding="utf-8")
    lines = (line.strip() for line in text.splitlines())
    return tuple(line for line in lines if line and not line.startswith("#"))


@cache
def _pattern() -> re.Pattern[str]:
    longest_first = sorted(crisis_words(), key=len, reverse=True)
    words = "|".join(r"\s+".join(map(re.escape, each.split())) for each in longest_first)
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)


def crisis_words_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Which of them the texts say, as they are written there, each once, in the order of their first place."""
    found: dict[str, str] = {}
    for text in texts:
        for match in _pattern().finditer(text):
            found.setdefault(" ".join(match[0].lower().split()), match[0])
    return tuple(found.values())
