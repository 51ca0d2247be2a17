"""What goes to one account, exactly: what is digested, signed, checked by the gate and handed to a connector."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from editorial.canonical import digest_of


@dataclass(frozen=True, slots=True)
class MediaItem:
    """One picture as it will be sent: the stripped bytes by digest, and its alternative text."""

    sha256: str  # lower-case hexadecimal, of the stripped bytes
    mime: str
    size: int  # bytes
    width: int
    height: int
    alt: str = ""
    decorative: bool = False

    def manifest(self) -> dict[str, Any]:
        """The part of the account's manifest that names this picture."""
        return {
            "sha256": self.sha256, "mime": self.mime, "size": self.size, "width": self.width, "height": self.height,
            "alt": self.alt, "decorative": self.decorative,
        }  # fmt: skip


@dataclass(frozen=True)
class AccountContent:
    """One post for one account. Two contents with the same digest are the same bytes on the network."""

    post_id: str
    account_id: str
    network: str
    text: str
    media: tuple[MediaItem, ...] = ()
    language: str = "en"

    def manifest(self) -> dict[str, Any]:
        """Everything that the digest covers, as JSON data."""
        return {
            "v": 1, "post": self.post_id, "account": self.account_id, "network": self.network, "text": self.text,
            "media": [item.manifest() for item in self.media], "language": self.language,
        }  # fmt: skip

    @classmethod
    def from_manifest(cls, data: Mapping[str, Any]) -> "AccountContent":
        """The content that `manifest` described. Raises ValueError for another version of the form."""
        if data.get("v") != 1:
            raise ValueError("unknown manifest version")
        return cls(
            data["post"], data["account"], data["network"], data["text"],
            tuple(MediaItem(**item) for item in data["media"]), data["language"],
        )  # fmt: skip

    def digest(self) -> str:
        """`sha256:...` over the canonical manifest: what a sign-off lists and the gate compares."""
        return self._digest

    @cached_property
    def _digest(self) -> str:
        return digest_of(self.manifest())


@dataclass(frozen=True, slots=True)
class Prepared:
    """What was decided before a delivery's first attempt and stays the same for every later one."""

    key: str  # idempotency key
    created_at: datetime
