"""What servers of the AT Protocol are told and say, as data: a post as a record with a name, and a session. Pure.

Sources: the lexicons app.bsky.feed.post, app.bsky.embed.images and com.atproto.server.createSession; the pages tid,
record-key, blob and did under atproto.com/specs.
"""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.answers import part_of, text_of
from connectors.base import Tokens
from connectors.http import is_loopback
from connectors.richtext import facets_of, handles_in
from editorial.clock import stamp, unstamp
from editorial.content import AccountContent, MediaItem, Prepared
from editorial.delivery.showing import ShownPicture
from editorial.secret import Secret

POST = "app.bsky.feed.post"
DID = re.compile(r"did:(?:plc:[a-z2-7]{24}|web:[A-Za-z0-9.:%_-]{1,200})")
_TID_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_CID_HEAD = b"\x01\x55\x12\x20"  # CIDv1 of raw bytes with SHA-256, the only form that a picture's address has
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def tid(moment: datetime, clock: int) -> str:
    """The record key of a moment (atproto.com/specs/tid). `clock`: 0 to 1023, tells apart what shares a microsecond."""
    number = ((moment - _EPOCH) // timedelta(microseconds=1)) << 10 | clock
    return "".join(_TID_LETTERS[number >> shift & 31] for shift in range(60, -5, -5))


def record_key(prepared: Prepared) -> str:
    """The key of a delivery's record: its second from the frozen time, everything below from the frozen key.

    Deliveries that are due in the same second thus differ with a chance of a thousand million to one, and where two do
    not, `swapRecord: null` keeps the second from writing over the first.
    """
    spread = hashlib.sha256(prepared.key.encode()).digest()
    part = timedelta(microseconds=int.from_bytes(spread[:4]) % 1_000_000)
    return tid(prepared.created_at.replace(microsecond=0) + part, int.from_bytes(spread[4:6]) & 1023)


def record_of(content: AccountContent, prepared: Prepared, done: Mapping[str, str]) -> dict[str, Any]:
    """The post as a record: the same for the same delivery. `done`: who the mentioned handles are, by step."""
    named = {handle: done.get(f"mention:{at}", "") for at, handle in enumerate(handles_in(content.text))}
    facets = facets_of(content.text, {handle: did for handle, did in named.items() if DID.fullmatch(did)})
    record: dict[str, Any] = {
        "$type": POST, "text": content.text, "createdAt": stamp(prepared.created_at), "langs": [content.language],
    }  # fmt: skip
    if facets:
        record["facets"] = facets
    if content.media:
        images = [_image(item) for item in content.media]
        record["embed"] = {"$type": "app.bsky.embed.images", "images": images}
    return record


def _image(item: MediaItem) -> dict[str, Any]:
    shape = {"width": item.width, "height": item.height}
    return {"alt": item.alt, "image": blob_of(item)} | ({"aspectRatio": shape} if min(shape.values()) > 0 else {})


def blob_of(item: MediaItem) -> dict[str, Any]:
    """A picture as records name it, by the digest of its bytes: what `uploadBlob` answers when they arrived."""
    address = base64.b32encode(_CID_HEAD + bytes.fromhex(item.sha256)).decode("ascii").lower().rstrip("=")
    return {"$type": "blob", "ref": {"$link": f"b{address}"}, "mimeType": item.mime, "size": item.size}


def pictures_of(content: AccountContent) -> tuple[ShownPicture, ...]:
    """The pictures as a record of this content shows them."""
    return tuple(ShownPicture(item.alt, item.sha256) for item in content.media)


def _digest(address: str) -> str | None:
    """The SHA-256 in a picture's address; None for an address of another form."""
    try:
        data = base64.b32decode(address[1:].upper() + "=" * (-len(address[1:]) % 8))
    except ValueError:
        return None
    return data[4:].hex() if data[:4] == _CID_HEAD and len(data) == 36 else None


@dataclass(frozen=True, slots=True)
class Seen:
    """A post as a server has it. `name`: its record key; `created_at`: None where the record tells no time."""

    name: str
    text: str
    pictures: tuple[ShownPicture, ...]
    created_at: datetime | None

    @classmethod
    def all_in(cls, data: Any) -> "list[Seen] | None":
        """The posts of an answer; None where it is not a list of records."""
        try:
            return [cls._of(item["uri"].rpartition("/")[2], item["value"]) for item in data]
        except (TypeError, KeyError, AttributeError):
            return None

    @classmethod
    def _of(cls, name: str, value: Mapping[str, Any]) -> "Seen":
        images = (value.get("embed") or {}).get("images") or ()
        pictures = tuple(ShownPicture(str(each["alt"]), _digest(each["image"]["ref"]["$link"])) for each in images)
        try:
            created_at = unstamp(str(value.get("createdAt")))
        except ValueError:
            created_at = None
        return cls(name, text_of(value, "text"), pictures, created_at)


def home_of(data: Any, server: str) -> str | None:
    """The server where the account lives, by its own document; None where that names no safe address."""
    services = part_of(part_of(data, "didDoc"), "service")
    if not isinstance(services, list) or is_loopback(server):  # a test server's own name leads nowhere
        return server
    ends = [text_of(each, "serviceEndpoint") for each in services if text_of(each, "id").endswith("#atproto_pds")]
    home = ends[0].rstrip("/").lower() if ends else server
    return home if re.fullmatch(r"https://[a-z0-9.-]+(:[0-9]{1,5})?", home) and not is_loopback(home) else None


def tokens_of(data: Any, now: datetime) -> Tokens | None:
    """The session in an answer, or None where there is none."""
    access, refresh = text_of(data, "accessJwt"), text_of(data, "refreshJwt")
    if not (re.fullmatch(r"[\x21-\x7e]+", access) and re.fullmatch(r"[\x21-\x7e]+", refresh)):
        return None
    claims = claims_of(Secret(access))
    begins, ends = claims.get("iat"), claims.get("exp")
    expires_at = None
    if isinstance(begins, int) and isinstance(ends, int) and 0 < ends - begins < 10 * 365 * 86_400:
        expires_at = now + timedelta(seconds=ends - begins)  # by our clock, whatever the server's shows
    return Tokens(Secret(access), Secret(refresh), expires_at, str(claims.get("scope") or ""))


def claims_of(token: Secret) -> dict[str, Any]:
    """What a token says of itself, unverified: it is the server's to judge. Empty where it cannot be read."""
    middle = token.reveal().split(".")[1:2]
    try:
        found = json.loads(base64.urlsafe_b64decode(middle[0] + "=" * (-len(middle[0]) % 4)))
    except (IndexError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
