"""Content on its way to a connector, without the gate: only the gate makes the real `Cleared`."""

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO

from editorial.content import AccountContent, MediaItem, Prepared
from editorial.errors import DeskError


@dataclass(frozen=True)
class Ready:
    """What connectors see of a cleared delivery. `pictures`: bytes by digest, perhaps not those of the digest."""

    content: AccountContent
    prepared: Prepared
    pictures: Mapping[str, bytes] = field(default_factory=dict)

    def open_media(self, sha256: str) -> BinaryIO:
        return HashedBytes(self.pictures[sha256], sha256)


class HashedBytes(io.BytesIO):
    """Fails at its end when the bytes are not those of the digest, as the real reader does."""

    def __init__(self, data: bytes, sha256: str) -> None:
        super().__init__(data)
        self._end = len(data)
        self._good = hashlib.sha256(data).hexdigest() == sha256

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        if not self._good and self.tell() == self._end:
            raise DeskError("A picture has changed on disk")
        return data


def picture(number: int = 0, *, size: int = 2_000, alt: str | None = None) -> tuple[MediaItem, bytes]:
    """A different picture for every number; a PNG by its first bytes."""
    data = (b"\x89PNG\r\n\x1a\n" + number.to_bytes(4, "big") + b"\x00\xff" * size)[:size]
    words = f"Picture {number}: a nurse – “smiling” 🙂 at the desk" if alt is None else alt
    return MediaItem(hashlib.sha256(data).hexdigest(), "image/png", len(data), 40, 30, alt=words), data


def ready(
    text: str = "Flu vaccination starts on Monday.", *, pictures: int = 0, key: str = "key-1", network: str = "practice"
) -> Ready:
    """A post with so many pictures, prepared long ago."""
    made = [picture(number) for number in range(pictures)]
    content = AccountContent("post_1", "account_1", network, text, tuple(item for item, _ in made))
    prepared = Prepared(key, datetime(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=UTC))
    return Ready(content, prepared, {item.sha256: data for item, data in made})
