"""One way to turn data into bytes for hashing and signing: RFC 8785 (JCS), and SHA-256 digests of it."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import rfc8785


def canonical(value: Mapping[str, Any] | list[Any]) -> bytes:
    """RFC 8785 bytes. Raises ValueError for floats that are not finite, integers past 2**53 and lone surrogates."""
    try:
        return rfc8785.dumps(value)
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise ValueError(f"cannot be written canonically: {type(error).__name__}") from None


def digest(data: bytes) -> str:
    """`sha256:` and the lower-case hexadecimal digest."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def digest_of(value: Mapping[str, Any] | list[Any]) -> str:
    """The digest of the canonical bytes."""
    return digest(canonical(value))


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")  # Python's json keeps the last one silently
    return found


def parse(data: bytes | str) -> Any:
    """JSON, strictly: a key that stands twice, NaN and Infinity are refused with ValueError."""

    def refuse(name: str) -> Any:
        raise ValueError(f"{name} is not JSON")

    return json.loads(data, object_pairs_hook=_no_duplicates, parse_constant=refuse)
