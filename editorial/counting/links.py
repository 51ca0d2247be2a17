"""Where a network sees a link or a mention, whose length it counts in its own way."""

from collections.abc import Iterator
from dataclasses import dataclass

import regex

from editorial.counting.tlds import TLDS

Span = tuple[int, int, int]  # start and end in code points, and what it counts

LINK_COST = 23
_LONGEST_LINK = 4096

# A label holds any character but spaces and ASCII punctuation other than hyphen and underscore. The patterns bound the
# length and the number of labels as DNS does: else a long text without spaces is scanned again from every character.
_LABEL = r"[^\s\p{Cc}\p{Cf}!-,./:-@\[-^`{-~]{1,63}"
_PLAIN_LABEL = r"[a-z0-9\u00C0-\u024F-]{1,63}"
_LINK = regex.compile(
    rf"(?<![A-Za-z0-9@＠$#＃])https?://(?P<host>{_LABEL}(?:\.{_LABEL}){{1,126}})"
    rf"|(?<![A-Za-z0-9\u00C0-\u024F@＠$#＃\-_./])(?P<bare>{_PLAIN_LABEL}(?:\.{_PLAIN_LABEL}){{1,126}})",
    regex.IGNORECASE,
)
_ENDING = regex.compile(r"[A-Za-z0-9-]+")
_CONTINUES = regex.compile(r"[0-9A-Za-z@+-]")
_PORT = regex.compile(r":[0-9]+")
_MENTION = regex.compile(r"(?<![=/\w])(@[a-z0-9_]+(?:[.-]+[a-z0-9_]+)*)@\w+(?:[.-]+\w+)*", regex.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Tail:
    """What may follow the host: path and query, and the characters that either may end with."""

    path: "regex.Pattern[str]"
    path_end: "regex.Pattern[str]"
    query: "regex.Pattern[str]"
    query_end: "regex.Pattern[str]"


_X_LETTERS = r"a-z0-9\u00C0-\u024F\u0400-\u04FF"
_X_TAIL = _Tail(
    regex.compile(rf"/[{_X_LETTERS}!*';:=+,.$/%#\[\]\-–_~@|&()]*", regex.IGNORECASE),
    regex.compile(rf"[+\-{_X_LETTERS}=_#/)]", regex.IGNORECASE),
    regex.compile(r"\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*", regex.IGNORECASE),
    regex.compile(r"[a-z0-9\-_&=#/]", regex.IGNORECASE),
)
_MASTODON_TAIL = _Tail(
    regex.compile(r"/[^\s<>?]*"),
    regex.compile(r"[^\s(?!*\"'「」<>;:=,.$%\[\]~&|@]"),
    regex.compile(r"\?[^\s<>\"{}]*"),
    regex.compile(r"[\w&=#/\-]"),
)


def _is_top_level(label: str) -> bool:
    try:
        return label.encode("idna").decode("ascii").lower() in TLDS
    except UnicodeError:
        return False


def _is_name(labels: list[str]) -> bool:
    """Whether these labels before the ending can be a registered name with its subdomains."""
    if "_" in labels[-1] or any(label[0] == "-" or label[-1] == "-" for label in labels):
        return False
    try:
        return all(label.replace("_", "a").encode("idna") for label in labels)
    except UnicodeError:  # a character that no name may hold, or more than 63 in the ASCII form
        return False


def _host_end(text: str, start: int, end: int) -> int | None:
    """Where the domain name that starts at `start` ends: behind the last label that is a top-level domain, or None."""
    labels = text[start:end].split(".")
    at = end + 1
    for number in range(len(labels) - 1, 0, -1):
        label = labels[number]
        at -= len(label) + 1
        ascii_part = _ENDING.match(label)  # `example.comを`: writing without spaces goes on behind the ending
        for candidate in (label, ascii_part.group() if ascii_part else ""):
            stop = at + len(candidate)
            if _is_top_level(candidate) and not _CONTINUES.match(text, stop) and _is_name(labels[:number]):
                return stop
    return None


def _balanced(text: str, start: int, end: int) -> int:
    """`end`, or the place before the first parenthesis that has no partner."""
    opened: list[int] = []
    for at in range(start, end):
        if text[at] == "(":
            opened.append(at)
        elif text[at] == ")":
            if not opened:
                return at
            opened.pop()
    return opened[0] if opened else end


def _trimmed(text: str, start: int, end: int, ending: "regex.Pattern[str]") -> int:
    """`end` moved back to the last character that may close a link: a full stop behind it belongs to the sentence."""
    end = _balanced(text, start, end)
    while end > start and not ending.match(text[end - 1]):
        end -= 1
    return end


def _link_end(text: str, at: int, tail: _Tail) -> int:
    """Where the link whose host ends at `at` ends, with its port, path and query."""
    if port := _PORT.match(text, at):
        at = port.end()
    if path := tail.path.match(text, at):
        at = _trimmed(text, at + 1, path.end(), tail.path_end)
    if query := tail.query.match(text, at):
        end = _trimmed(text, at + 1, query.end(), tail.query_end)
        at = end if end > at + 1 else at
    return at


def _links(text: str, tail: _Tail, bare: bool) -> Iterator[Span]:
    at = 0
    while found := _LINK.search(text, at):
        at = found.end()
        start, end = found.span("bare")
        if start >= 0 and not bare:
            continue
        host_end = _host_end(text, *((start, end) if start >= 0 else found.span("host")))
        if host_end is None:
            continue
        end = _link_end(text, host_end, tail)
        if end - found.start() <= _LONGEST_LINK:
            yield found.start(), end, LINK_COST
        at = max(end, at)


def x_spans(text: str) -> list[Span]:
    """What X turns into links: addresses with http or https, and bare names with a known ending."""
    if "." not in text:
        return []
    return list(_links(text, _X_TAIL, bare=True))


def mastodon_spans(text: str) -> list[Span]:
    """What Mastodon counts in its own way: links with http or https, and the server's name behind a mention."""
    spans = list(_links(text, _MASTODON_TAIL, bare=False)) if "://" in text else []
    if "@" in text:
        spans += [(found.start(), found.end(), len(found.group(1))) for found in _MENTION.finditer(text)]
    apart: list[Span] = []
    for span in sorted(spans):
        if not apart or span[0] >= apart[-1][1]:  # a mention inside a link is part of the link
            apart.append(span)
    return apart
