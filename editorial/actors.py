"""Who acts: a person who signed in, or the desk itself before sign-in and for the system's own work."""

import getpass
import platform
from dataclasses import dataclass

from editorial.errors import NotAllowedError


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever stands in an entry. `name` is for people and goes only into the entry's deletable body.

    `verified` is False for a person who chose a name while no keyring could check the passphrase: such a person drafts,
    and nothing else.
    """

    id: str
    name: str
    role: str
    key_id: str = ""
    person: bool = False
    verified: bool = True

    @classmethod
    def at_desk(cls, desk: str, role: str = "operator") -> "Actor":
        """The operator at this desk, by the name that the operating system gives."""
        try:
            user = getpass.getuser()
        except (OSError, KeyError, ImportError):  # a uid without a name; Windows without its variables
            user = "unknown"
        return cls(desk, f"operator at this desk ({user})", role)

    def must_be_verified(self) -> "Actor":
        """This actor, or NotAllowedError when the passphrase was never checked."""
        if not self.verified:
            raise NotAllowedError(
                "Signing in was not checked",
                "This computer's keyring is not available, so your passphrase could not be checked. Drafting works.",
                "Unlock or install the keyring, then sign in again.",
            )
        return self


def computer_name() -> str:
    """What this computer calls itself, for people."""
    return platform.node() or "this computer"
