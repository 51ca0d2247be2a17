"""What one version changed against another: texts word by word, pictures, alternative texts, time. Pure functions."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TypeVar

from editorial.content import AccountContent, MediaItem
from editorial.posts.revision import Snapshot
from editorial.when import When, Window

T = TypeVar("T")

_TOKEN = re.compile(r"\w+(?:['’\-]\w+)*|\s+|.", re.DOTALL)
_ISLAND = 2
"""Unchanged pieces of at most so many letters between two changes are told with them: "a", or a comma."""

_MOST_PAIRS = 400_000
"""How many equal pairs of words are looked at; texts that repeat themselves more are compared as a whole."""


class Kind(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text. Same and added pieces in order are the new text, same and removed ones the old."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class TextChange:
    """One text of the version, the accounts that get it, and how it came about. Equal texts are told once.

    `spans` holds nothing but one SAME piece for a text that stayed; for accounts that are new everything is added, and
    for accounts that left everything is removed.
    """

    accounts: tuple[str, ...]
    spans: tuple[Span, ...]
    joined: bool = False  # these accounts are new in this version
    left: bool = False  # these accounts are no longer among the targets

    @property
    def changed(self) -> bool:
        """Whether the text, or who gets it, is another than before."""
        return self.joined or self.left or any(span.kind is not Kind.SAME for span in self.spans)


@dataclass(frozen=True, slots=True)
class PictureChange:
    """One picture: `old` is None for an added one, `new` for a removed one. `number` counts from 1, as people see it.

    `alt` compares the alternative texts of a picture that stayed; `moved`: it stands elsewhere among those that stayed.
    """

    number: int
    old: MediaItem | None
    new: MediaItem | None
    alt: tuple[Span, ...] = ()
    accounts: tuple[str, ...] = ()  # whose, where pictures differ between accounts
    moved: bool = False

    @property
    def changed(self) -> bool:
        """Whether anything about it is another than before."""
        return self.moved or self.old != self.new


@dataclass(frozen=True, slots=True)
class Differences:
    """Everything that differs between two versions of a post."""

    before: int  # version numbers
    after: int
    title: tuple[Span, ...]  # empty when it stayed
    texts: tuple[TextChange, ...]
    pictures: tuple[PictureChange, ...]
    times: tuple[tuple[When, Window], tuple[When, Window]] | None
    languages: tuple[tuple[str, ...], tuple[str, ...]] | None
    authorizations: tuple[tuple[str, ...], tuple[str, ...]] | None = None  # as `id@digest`
    routes: tuple[str, str] | None = None
    windows: tuple[Window, Window] | None = None  # where the signed time moved and the choice did not

    @property
    def count(self) -> int:
        """How many things changed. A window that only moved along with the moment of freezing is no change of its own.

        A post without a date gets a new one with every version.
        """
        things = sum(each.changed for each in self.texts) + sum(each.changed for each in self.pictures)
        others = (self.times, self.languages, self.authorizations, self.routes)
        return things + bool(self.title) + sum(each is not None for each in others)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions of a post, and what the later one changed."""

    before: Snapshot
    after: Snapshot
    differences: Differences


def compare(before: Snapshot, after: Snapshot) -> Differences:
    """What `after` changed against `before`: two versions of one post."""
    title = compare_texts(before.title, after.title) if before.title != after.title else ()
    old_time, new_time = _time(before), _time(after)
    spoken = tuple(tuple(dict.fromkeys(each.language for each in side.contents)) for side in (before, after))
    return Differences(
        before=before.number,
        after=after.number,
        title=title,
        texts=tuple(_texts(before, after)),
        pictures=tuple(_pictures(before, after)),
        times=(old_time, new_time) if before.when != after.when else None,
        languages=(spoken[0], spoken[1]) if spoken[0] != spoken[1] else None,
        authorizations=_pair(before.authorizations, after.authorizations),
        routes=_pair(before.route, after.route),
        windows=_pair(before.window, after.window) if before.when == after.when else None,
    )


def compared(before: Snapshot, after: Snapshot) -> Comparison:
    """`compare`, with the two versions beside what differs."""
    return Comparison(before, after, compare(before, after))


def _pair(old: T, new: T) -> tuple[T, T] | None:
    return (old, new) if old != new else None


def groups(contents: Iterable[AccountContent]) -> list[tuple[AccountContent, ...]]:
    """The contents by text, the text with the most accounts first: that one is what people call the shared text."""
    found = _grouped(contents, lambda content: content.text)
    return sorted(found, key=lambda group: -len(group))


def compare_texts(old: str, new: str) -> tuple[Span, ...]:
    """The way from one text to another, by words. Neighbouring spans are of different kinds."""
    one, two = _TOKEN.findall(old), _TOKEN.findall(new)
    head = _alike(one, two)
    tail = _alike(one[head:][::-1], two[head:][::-1])
    middle = one[head : len(one) - tail], two[head : len(two) - tail]
    steps: list[tuple[bool, str, str]] = [(True, "".join(one[:head]), "".join(one[:head]))]
    steps += _steps(*middle)
    end = "".join(one[len(one) - tail :])
    steps.append((True, end, end))
    whole = _without_islands([step for step in steps if step[1] or step[2]])
    return tuple(_spans(_without_islands(_shifted(whole))))


def _alike(one: Sequence[str], two: Sequence[str]) -> int:
    pairs = zip(one, two, strict=False)
    return next((place for place, (a, b) in enumerate(pairs) if a != b), min(len(one), len(two)))


def _steps(one: list[str], two: list[str]) -> list[tuple[bool, str, str]]:
    """(whether it stayed, the old piece, the new piece), in order."""
    often = Counter(two)
    pairs = sum(often[token] * times for token, times in Counter(one).items() if not token.isspace())
    if not one or not two or pairs > _MOST_PAIRS:
        return [(False, "".join(one), "".join(two))]
    matcher = SequenceMatcher(str.isspace, one, two, autojunk=False)
    return [
        (tag == "equal", "".join(one[start:end]), "".join(two[low:high]))
        for tag, start, end, low, high in matcher.get_opcodes()
    ]


def _without_islands(steps: list[tuple[bool, str, str]]) -> list[tuple[bool, str, str]]:
    """Joins changes that only a comma, a space or a letter parts: they are read as one."""
    joined: list[tuple[bool, str, str]] = []
    for place, (same, old, new) in enumerate(steps):
        inside = 0 < place < len(steps) - 1
        kept = same and not (inside and len(old.strip()) <= _ISLAND)
        if joined and joined[-1][0] == kept:
            _, before, after = joined.pop()
            old, new = before + old, after + new
        joined.append((kept, old, new))
    return joined


def _shifted(steps: list[tuple[bool, str, str]]) -> list[tuple[bool, str, str]]:
    """Lets what was put in or taken out begin at a gap between words where it can: `s. More` instead of `. Mores`."""
    for place in range(1, len(steps) - 1):
        _, old, new = steps[place]
        piece, before, after = old or new, steps[place - 1][1], steps[place + 1][1]
        if old and new:
            continue
        while not piece[0].isspace() and (first := _TOKEN.match(piece)) and _starts(after, first.group()):
            token = first.group()
            before, piece, after = before + token, piece[len(token) :] + token, after[len(token) :]
        steps[place - 1], steps[place + 1] = (True, before, before), (True, after, after)
        steps[place] = (False, piece if old else "", piece if new else "")
    return [step for step in steps if step[1] or step[2]]


def _starts(text: str, token: str) -> bool:
    first = _TOKEN.match(text)
    return first is not None and first.group() == token


def _spans(steps: Iterable[tuple[bool, str, str]]) -> Iterable[Span]:
    for same, old, new in steps:
        if same:
            yield Span(Kind.SAME, new)
            continue
        if old:
            yield Span(Kind.REMOVED, old)
        if new:
            yield Span(Kind.ADDED, new)


def _grouped(
    contents: Iterable[AccountContent], key: Callable[[AccountContent], object]
) -> list[tuple[AccountContent, ...]]:
    found: dict[object, list[AccountContent]] = {}
    for content in contents:
        found.setdefault(key(content), []).append(content)
    return [tuple(group) for group in found.values()]


def _texts(before: Snapshot, after: Snapshot) -> Iterable[TextChange]:
    for group in groups(after.contents):
        for same_past in _grouped(group, lambda content: _text(before, content.account_id)):
            accounts = tuple(content.account_id for content in same_past)
            old, new = _text(before, accounts[0]), same_past[0].text
            yield TextChange(accounts, compare_texts(old or "", new), joined=old is None)
    gone = [content for content in before.contents if after.content_for(content.account_id) is None]
    for group in groups(gone):
        accounts = tuple(content.account_id for content in group)
        yield TextChange(accounts, compare_texts(group[0].text, ""), left=True)


def _text(snapshot: Snapshot, account_id: str) -> str | None:
    content = snapshot.content_for(account_id)
    return content.text if content else None


def _pictures(before: Snapshot, after: Snapshot) -> Iterable[PictureChange]:
    both = [content for content in after.contents if before.content_for(content.account_id) is not None]
    found: dict[tuple[tuple[MediaItem, ...], tuple[MediaItem, ...]], list[str]] = {}
    for content in both:
        old = before.content_for(content.account_id)
        found.setdefault((old.media if old else (), content.media), []).append(content.account_id)
    for (old_items, new_items), accounts in found.items():
        named = tuple(accounts) if len(found) > 1 else ()
        yield from _of_one(old_items, new_items, named)


def _of_one(
    old: tuple[MediaItem, ...], new: tuple[MediaItem, ...], accounts: tuple[str, ...]
) -> Iterable[PictureChange]:
    """Pictures that stayed are found by their bytes; those left over are told as replaced, in their order."""
    past = {item.sha256: item for item in old}
    present = {item.sha256 for item in new}
    gone = [(number, item) for number, item in enumerate(old, 1) if item.sha256 not in present]
    order = iter([item.sha256 for item in old if item.sha256 in present])
    for number, item in enumerate(new, 1):
        if item.sha256 in past:
            was = past[item.sha256]
            moved = next(order, item.sha256) != item.sha256
            yield PictureChange(number, was, item, compare_texts(_alt(was), _alt(item)), accounts, moved)
        else:
            yield PictureChange(number, gone.pop(0)[1] if gone else None, item, (), accounts)
    for number, item in gone:
        yield PictureChange(number, item, None, (), accounts)


def _alt(item: MediaItem) -> str:
    return "Decorative" if item.decorative else item.alt


def _time(snapshot: Snapshot) -> tuple[When, Window]:
    return snapshot.when, snapshot.window
