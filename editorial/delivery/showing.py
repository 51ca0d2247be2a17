"""What a network shows of a post, and how that compares with what was signed. Pure."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from editorial.content import AccountContent, MediaItem


class Verdict(StrEnum):
    """What reading a post back came to."""

    SAME = "same"
    DIFFERS = "differs"
    GONE = "gone"  # the network says that there is no such post
    UNREAD = "unread"  # nobody could look


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture as the network shows it. None for what the network does not tell."""

    alt: str | None
    sha256: str | None = None  # of the picture's bytes, where the network keeps them as they were sent


@dataclass(frozen=True, slots=True)
class Shown:
    """A post as the network shows it: its text as people read it, without markup, with links as they were written."""

    text: str
    pictures: tuple[ShownPicture, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {"text": self.text, "pictures": [{"alt": each.alt, "sha256": each.sha256} for each in self.pictures]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Shown | None":
        """What `to_json` wrote; None for the empty record of a post that was not there."""
        if not data:
            return None
        return cls(data["text"], tuple(ShownPicture(each["alt"], each["sha256"]) for each in data["pictures"]))

    @classmethod
    def joined(cls, parts: Sequence["Shown"]) -> "Shown":
        """A post in parts as one."""
        return cls("\n\n".join(each.text for each in parts), tuple(one for each in parts for one in each.pictures))


@dataclass(frozen=True, slots=True)
class Difference:
    """`what` is a code for the log: text, pictures, picture:1, alt:1 (counted from one). The rest is for people."""

    what: str
    signed: str
    shown: str


def differences(content: AccountContent, shown: Shown) -> tuple[Difference, ...]:
    """Where the network shows something else than was signed; empty where it shows the same.

    White space and the ways to write the same letters (NFC) count for nothing: networks change both as they like.
    """
    found = []
    if _plain(shown.text) != _plain(content.text):
        found.append(Difference("text", content.text, shown.text))
    if len(shown.pictures) != len(content.media):
        found.append(Difference("pictures", _count(len(content.media)), _count(len(shown.pictures))))
        return tuple(found)
    for number, (item, picture) in enumerate(zip(content.media, shown.pictures, strict=True), 1):
        found += _of_picture(number, item, picture)
    return tuple(found)


def _of_picture(number: int, item: MediaItem, picture: ShownPicture) -> list[Difference]:
    found = []
    if picture.sha256 is not None and picture.sha256 != item.sha256:
        found.append(Difference(f"picture:{number}", "the signed picture", "another picture"))
    if picture.alt is not None and _plain(picture.alt) != _plain(item.alt):
        found.append(Difference(f"alt:{number}", item.alt, picture.alt))
    return found


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _count(number: int) -> str:
    return f"{number or 'no'} {'picture' if number == 1 else 'pictures'}"
