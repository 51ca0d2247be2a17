"""Which parts of a text are links, mentions and hashtags on Bluesky, as the facets of its record. Pure.

Bluesky links nothing by itself: what is not named by a facet is plain text. A facet counts UTF-8 bytes, end exclusive,
and the server does not check the range, so that it is checked here. Source: lexicon `app.bsky.richtext.facet`; what is
taken for a link, a mention or a tag follows the official app (`packages/api/src/rich-text/detection.ts` of
github.com/bluesky-social/atproto), where the two disagree on the side of plain text.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import regex

from editorial.counting import count
from editorial.counting.tlds import TLDS

_TAG_GRAPHEMES, _TAG_BYTES = 64, 640
_HANDLE = 253  # characters, as of a domain name
_BEFORE = r"(?:(?<=[\s(])|^)"
_UNSEEN = r"\u00AD\u2060\u200A-\u200D\u20E2"
_MENTION = regex.compile(rf"{_BEFORE}@([a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+)(?![\w-])")
_LINK = regex.compile(rf"{_BEFORE}(?:https?://\S+|(?P<domain>[a-z][a-z0-9]*(?:\.[a-z0-9]+)+)\S*)", regex.IGNORECASE)
_TAG = regex.compile(rf"(?:(?<=\s)|^)[#＃](?!\uFE0F)([^\s{_UNSEEN}]+)")
_PUNCTUATION = regex.compile(r"\p{P}")
_MEANS_SOMETHING = regex.compile(r"[^\d\p{P}]")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the text that leads somewhere. `start` and `end` in code points; `value`: address, handle or tag."""

    start: int
    end: int
    kind: str  # link, mention or tag
    value: str


def parts_of(text: str) -> tuple[Part, ...]:
    """Links, mentions and hashtags in order; where two overlap, the one that begins first."""
    found = sorted([*_links(text), *_mentions(text), *_tags(text)], key=lambda part: (part.start, -part.end))
    apart: list[Part] = []
    for part in found:
        if not apart or part.start >= apart[-1].end:
            apart.append(part)
    return tuple(apart)


def handles_in(text: str) -> tuple[str, ...]:
    """The handles that the text mentions, in lower case, each once, in order."""
    return tuple(dict.fromkeys(part.value for part in parts_of(text) if part.kind == "mention"))


def facets_of(text: str, dids: Mapping[str, str]) -> list[dict[str, Any]]:
    """The facets of a record. `dids`: who a handle is; a mention whose handle is not in it stays plain text.

    Raises ValueError where a range would not lie on whole characters of the text: nothing of that kind may go out.
    """
    facets: list[dict[str, Any]] = []
    for part in parts_of(text):
        if part.kind == "mention" and part.value not in dids:
            continue
        start, end = _size(text[: part.start]), _size(text[: part.end])
        facets.append({"index": {"byteStart": start, "byteEnd": end}, "features": [_feature(part, dids)]})
    check_ranges(text, [(facet["index"]["byteStart"], facet["index"]["byteEnd"]) for facet in facets])
    return facets


def check_ranges(text: str, ranges: Sequence[tuple[int, int]]) -> None:
    """Raises ValueError unless these UTF-8 ranges are in order, apart, not empty and on whole characters."""
    data = text.encode("utf-8", "surrogatepass")
    for start, end in ranges:
        if not 0 <= start < end <= len(data) or any(_inside(data, at) for at in (start, end)):
            raise ValueError("a facet that does not lie on whole characters of its text")
    if any(before[1] > after[0] for before, after in pairwise(ranges)):
        raise ValueError("facets that overlap")


def _inside(data: bytes, at: int) -> bool:
    """Whether a character goes on at this byte."""
    return at < len(data) and data[at] & 0xC0 == 0x80


def _feature(part: Part, dids: Mapping[str, str]) -> dict[str, str]:
    if part.kind == "link":
        return {"$type": "app.bsky.richtext.facet#link", "uri": part.value}
    if part.kind == "mention":
        return {"$type": "app.bsky.richtext.facet#mention", "did": dids[part.value]}
    return {"$type": "app.bsky.richtext.facet#tag", "tag": part.value}


def _links(text: str) -> Iterator[Part]:
    for found in _LINK.finditer(text):
        shown, domain = found.group(), found["domain"]
        if domain and not _is_name(domain):
            continue
        if shown[-1] in ".,;:!?":
            shown = shown[:-1]
        if shown.endswith(")") and "(" not in shown:
            shown = shown[:-1]
        if domain or shown.partition("://")[2]:
            yield Part(found.start(), found.start() + len(shown), "link", f"https://{shown}" if domain else shown)


def _mentions(text: str) -> Iterator[Part]:
    for found in _MENTION.finditer(text):
        handle = found[1].lower()
        known = _is_name(handle) or handle.endswith(".test")  # the second: Bluesky's own test servers
        if known and len(handle) <= _HANDLE:
            yield Part(found.start(), found.end(), "mention", handle)


def _tags(text: str) -> Iterator[Part]:
    for found in _TAG.finditer(text):
        tag = found[1]
        while tag and _PUNCTUATION.match(tag[-1]):
            tag = tag[:-1]
        fits = count(tag, "graphemes") <= _TAG_GRAPHEMES and _size(tag) <= _TAG_BYTES
        if fits and _MEANS_SOMETHING.search(tag):
            yield Part(found.start(), found.start(1) + len(tag), "tag", tag)


def _is_name(domain: str) -> bool:
    """Whether it ends as a domain name does: `example.com`, not `picture.jpg`."""
    return domain.rpartition(".")[2].lower() in TLDS


def _size(text: str) -> int:
    return count(text, "bytes")
