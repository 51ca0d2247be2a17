"""Identifiers: unique without asking anybody, and sortable by when they were made."""

import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base 32, lower case


def new_id(prefix: str) -> str:
    """A fresh identifier such as `post_01j...`: 48 bits of milliseconds, then 80 random bits (the ULID layout)."""
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    letters = []
    for _ in range(26):
        value, digit = divmod(value, 32)
        letters.append(_ALPHABET[digit])
    return f"{prefix}_{''.join(reversed(letters))}"
