"""Passages of a text that comments stand on: found again in a draft, and whether a newer version changed them.

Pure functions. A passage is remembered as its words and where they began; texts move on, so the words decide.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from editorial.errors import ChangedMeanwhileError
from editorial.posts.differences import Kind, compare_texts, groups
from editorial.posts.draft import DraftBody, Target
from editorial.posts.revision import Snapshot
from editorial.store.remarks import Comment


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a version's text: its words, where they begin (in code points), and whose text it is.

    `account_id` is empty for the text that accounts share.
    """

    quote: str
    start: int = 0
    account_id: str = ""


def passage_of(comment: Comment) -> Passage | None:
    """The passage that a stored comment stands on; None for one about the post as a whole."""
    return Passage(comment.quote, comment.start, comment.account_id) if comment.quote else None


def find(text: str, passage: Passage) -> int | None:
    """Where the passage's words stand in a text, as near to their old place as possible; None where they do not."""
    places: list[int] = []
    place = text.find(passage.quote) if passage.quote else -1
    while place >= 0:
        places.append(place)
        place = text.find(passage.quote, place + 1)
    return min(places, key=lambda each: abs(each - passage.start), default=None)


def text_in(snapshot: Snapshot, passage: Passage) -> tuple[str, tuple[str, ...]] | None:
    """The text of a version that the passage stands in, and the accounts that get it; None where it stands in none."""
    wanted = [each for each in snapshot.contents if passage.account_id in ("", each.account_id)]
    for group in groups(wanted):
        if find(group[0].text, passage) is not None:
            return group[0].text, tuple(each.account_id for each in group)
    return None


def changed_between(before: Snapshot, after: Snapshot, passage: Passage) -> bool:
    """Whether `after` has another text in the place where the passage stood in `before`.

    Words that only moved are the same words. A text that nobody gets any more has changed; a passage that stood in no
    text of `before` has not.
    """
    stood = text_in(before, passage)
    if stood is None:
        return False
    old, accounts = stood
    texts = [content.text for content in after.contents if content.account_id in accounts]
    return not texts or all(_changed(old, text, passage) for text in texts)


def _changed(old: str, new: str, passage: Passage) -> bool:
    start = find(old, passage)
    if start is None or new.count(passage.quote) >= old.count(passage.quote):
        return False
    end, here = start + len(passage.quote), 0
    for span in compare_texts(old, new):
        if span.kind is Kind.ADDED:
            if start < here < end:
                return True
            continue
        if span.kind is Kind.REMOVED and here < end and here + len(span.text) > start:
            return True
        here += len(span.text)
    return False


def stands_in(snapshot: Snapshot, account_id: str, words: str) -> bool:
    """Whether these words stand in the account's text, or in any account's where none is named."""
    contents = [each for each in snapshot.contents if not account_id or each.account_id == account_id]
    return bool(words) and any(words in content.text for content in contents)


def taken_over(body: DraftBody, targets: Iterable[Target], passage: Passage, replacement: str) -> DraftBody:
    """The draft with the passage replaced in the text that the named account uses, else in the shared text.

    Raises ChangedMeanwhileError where the passage does not stand there any more.
    """
    chosen = [target for target in targets if target.id in body.accounts]
    for kind, key, text in _places(body, chosen, passage.account_id):
        start = find(text, passage)
        if start is not None:
            new = text[:start] + replacement + text[start + len(passage.quote) :]
            return _with(body, kind, key, new)
    raise ChangedMeanwhileError(
        "The passage is not in the text any more",
        f"The draft does not say “{passage.quote}” there. Nothing was changed.",
        "Change the text by hand, or resolve the suggestion.",
    )


def _places(body: DraftBody, chosen: list[Target], account_id: str) -> list[tuple[str, str, str]]:
    """(what kind of text, its key, the text): those in use, the shared one first."""
    found: dict[tuple[str, str], str] = {}
    for target in chosen:
        if account_id and target.id != account_id:
            continue
        if target.id in body.account_texts:
            found["account", target.id] = body.account_texts[target.id]
        elif target.network in body.network_texts:
            found["network", target.network] = body.network_texts[target.network]
        else:
            found["shared", ""] = body.text
    return [(kind, key, text) for (kind, key), text in sorted(found.items(), key=lambda each: each[0][0] != "shared")]


def _with(body: DraftBody, kind: str, key: str, text: str) -> DraftBody:
    if kind == "network":
        return replace(body, network_texts={**body.network_texts, key: text})
    return body.with_text(key or None, text)
