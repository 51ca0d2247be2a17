"""What the practice network's server and its connector agree on.

Above all the profiles: six ways in which real networks treat a repeated call. Each practice account has one, chosen
when it is made.
"""

from datetime import timedelta
from enum import StrEnum

from editorial.counting import Limits

LIMITS = Limits(text=500, rule="characters", media=4, alt=1_500, media_bytes=8_000_000)
CLIENT_ID = "signpost-desk"  # the one registered client: public, native, any port on loopback
SCOPES = ("read", "write")
REDIRECT_PATH = "/callback"
NEW_ACCOUNT = "*new*"  # the choice "another account" on the sign-in page; no handle has a star


class Profile(StrEnum):
    """What the practice network does when the same post reaches it twice, and what it shows of an account's posts."""

    KEYED = "keyed"
    KEYED_60S = "keyed-60s"
    LIST = "keyless+list"
    LATE_LIST = "keyless+late-list"
    NO_DUPLICATES = "keyless+refuses-duplicate-text"
    BLIND = "keyless+blind"

    @property
    def words(self) -> str:
        """For people who choose one."""
        return _WORDS[self]

    @property
    def remembers_keys(self) -> bool:
        """Whether an idempotency key means anything to it."""
        return self in (Profile.KEYED, Profile.KEYED_60S)

    @property
    def harmless_for(self) -> timedelta:
        """How long a repetition with the same key makes no second post. Zero: it always does."""
        return _HARMLESS.get(self, timedelta(0))


_WORDS = {
    Profile.KEYED: "Keyed: knows a repeated post by its key and never stores it twice",
    Profile.KEYED_60S: "Keyed for 60 seconds: forgets keys after a minute",
    Profile.LIST: "Keyless with a list: stores every repeat; own posts can be listed",
    Profile.LATE_LIST: "Keyless with a late list: own posts appear in the list only after a while",
    Profile.NO_DUPLICATES: "Keyless, refuses the same text twice and does not say which post has it",
    Profile.BLIND: "Keyless and blind: own posts cannot be listed at all",
}
_HARMLESS = {Profile.KEYED: timedelta(hours=24), Profile.KEYED_60S: timedelta(seconds=60)}
