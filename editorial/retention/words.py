"""Finding a word in texts as people mean it: whole, whatever its case and accents."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

_WORD = re.compile(r"[^\W_]+")
# letters that Unicode does not take apart, as people write them who have no such key
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})


def plain_words(text: str) -> list[str]:
    """The words of a text without case and accents."""
    return _WORD.findall(_folded(text))


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(each for each in apart if not unicodedata.combining(each))
    return bare.casefold().translate(_PLAIN)


class Wanted:
    """A word, or several in a row, to look for."""

    def __init__(self, word: str) -> None:
        self._words = plain_words(word)
        self._row = f" {' '.join(self._words)} "
        # Chinese, Japanese, Thai and others write words without spaces between them: there a part of a run counts.
        self._inside = any(unicodedata.category(each) == "Lo" for each in "".join(self._words))

    def __bool__(self) -> bool:
        return bool(self._words)

    def stands_in(self, texts: Iterable[str]) -> bool:
        """Whether one of the texts has it."""
        return any(self._in(text) for text in texts)

    def _in(self, text: str) -> bool:
        if self._inside:
            return "".join(self._words) in "".join(plain_words(text))
        return self._row in f" {' '.join(plain_words(text))} "


# What stands under these names was never typed: a Preserve for the word "published" means posts that say it.
_CODES = frozenset(
    {
        "state", "kind", "verdict", "stage", "step", "outcome", "by", "choice", "zone", "tzdata", "network", "networks",
        "language", "mime", "rule", "rules", "category", "severity", "where", "route", "digest", "request_digest",
        "envelope", "sha256", "token", "key", "wall", "details", "signed_by", "public",
    }
)  # fmt: skip


def texts_in(value: object) -> Iterator[str]:
    """Every text in JSON data, or in a row's columns as a dict, but for codes of ours."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, item in value.items():
            if name not in _CODES:
                yield from texts_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from texts_in(item)
