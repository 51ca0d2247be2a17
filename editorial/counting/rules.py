"""The counting rules. Each takes a text apart into units that a network counts; a length is the sum of their costs."""

import unicodedata
from collections.abc import Callable, Iterator

import regex

from editorial.counting.links import Span, mastodon_spans, x_spans

Unit = tuple[int, int, int]  # start and end in code points, and what the network counts for it

_GRAPHEME = regex.compile(r"\X")

# The emoji sequences of UTS 51: flags, keycaps, tagged flags, and elements joined by U+200D.
_EMOJI = regex.compile(
    r"\p{RI}{2}"
    r"|[0-9#*]\uFE0F?\u20E3"
    r"|(?:[©®]\uFE0F|[\p{Emoji}--[0-9#*©®\p{RI}]](?!\uFE0E)(?:\uFE0F|\p{Emoji_Modifier})?"
    r"(?:[\U000E0020-\U000E007E]+\U000E007F)?)"
    r"(?:\u200D[\p{Emoji}--[0-9#*©®\p{RI}]](?:\uFE0F|\p{Emoji_Modifier})?)*",
    regex.VERSION1,
)
_EMOJI_COST = 2
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))  # one each; every other code point counts two


def _weight(character: str) -> int:
    point = ord(character)
    return 1 if any(low <= point <= high for low, high in _LIGHT) else 2


def _weights(cluster: str) -> int:
    """What X counts for one grapheme cluster outside links, after composing it (NFC)."""
    composed = cluster if cluster.isascii() else unicodedata.normalize("NFC", cluster)
    if len(composed) == 1:
        return _weight(composed)
    total = at = 0
    for emoji in _EMOJI.finditer(composed):
        total += sum(map(_weight, composed[at : emoji.start()])) + _EMOJI_COST
        at = emoji.end()
    return total + sum(map(_weight, composed[at:]))


def _around(text: str, spans: list[Span], cost: Callable[[str], int]) -> Iterator[Unit]:
    """The spans with their own cost, and between them each grapheme cluster with the cost that the rule gives it."""
    at = 0
    for start, end, fixed in [*spans, (len(text), len(text), 0)]:
        for cluster in _GRAPHEME.finditer(text, at, start):
            yield cluster.start(), cluster.end(), cost(cluster.group())
        if end > start:
            yield start, end, fixed
        at = end


def _one(_cluster: str) -> int:
    return 1


def _characters(text: str) -> Iterator[Unit]:
    return ((at, at + 1, 1) for at in range(len(text)))


def _utf8(character: str) -> int:
    return len(character.encode("utf-8", "surrogatepass"))


def _bytes(text: str) -> Iterator[Unit]:
    return ((at, at + 1, _utf8(character)) for at, character in enumerate(text))


def _graphemes(text: str) -> Iterator[Unit]:
    return _around(text, [], _one)


def _x(text: str) -> Iterator[Unit]:
    return _around(text, x_spans(text), _weights)


def _mastodon(text: str) -> Iterator[Unit]:
    return _around(text, mastodon_spans(text), _one)


_UNITS: dict[str, Callable[[str], Iterator[Unit]]] = {
    "characters": _characters, "graphemes": _graphemes, "bytes": _bytes, "x": _x, "mastodon": _mastodon,
}  # fmt: skip

RULES = frozenset(_UNITS)


def units(text: str, rule: str) -> Iterator[Unit]:
    """The pieces of `text` in order, each with what the rule counts for it. Raises ValueError for an unknown rule."""
    if rule not in _UNITS:
        raise ValueError(f"no counting rule is called {rule}")
    return _UNITS[rule](text)


def count(text: str, rule: str) -> int:
    """How long `text` is by one of these rules. Raises ValueError for an unknown rule.

    - `characters`: Unicode code points.
    - `graphemes`: what a reader sees as one character (UAX 29 extended grapheme clusters); Bluesky's 300.
    - `bytes`: UTF-8 bytes.
    - `x`: weighted as X publishes in github.com/twitter/twitter-text, `config/v3.json`: composed first (NFC), then code
      points 0-4351, 8192-8205, 8208-8223 and 8242-8247 count 1, all others 2, an emoji sequence 2, a link 23 whatever
      its length, also a bare name such as `example.com`. Which joined emoji X draws as one is not checked: unusual
      sequences may count less here than there.
    - `mastodon`: graphemes, as in github.com/mastodon/mastodon, `status_length_validator.rb`: a link with http or https
      counts 23 and `@user@server` counts as `@user`. A bare name is no link there.
    """
    if rule == "characters":
        return len(text)  # the same sum, without walking
    return sum(cost for _, _, cost in units(text, rule))
