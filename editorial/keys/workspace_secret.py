"""The workspace secret: 32 bytes in each desk's keyring, from which its other keys follow; and as words on paper.

Nothing that it protects can be opened without it, so it is printed as words that survive handwriting and dictation.
"""

import difflib
import re
import secrets
from functools import cache
from hmac import compare_digest
from typing import TYPE_CHECKING, Literal

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from editorial.errors import BadInputError, DeskError
from editorial.keys.signing import from_base64, to_base64
from editorial.secret import Secret

if TYPE_CHECKING:
    from mnemonic import Mnemonic

SIZE = 32
WORDS = 24

Purpose = Literal["sealing", "document", "checkpoint", "backup"]
_LABELS: dict[str, bytes] = {
    "sealing": b"signpost 1 sealing component",
    "document": b"signpost 1 document key",
    "checkpoint": b"signpost 1 checkpoint key",
    "backup": b"signpost 1 backup key",
    "check": b"signpost 1 check value",
}
_ADVICE = "Compare it with the sheet. Nothing was changed."


class WorkspaceSecretError(DeskError):
    """What the keyring holds is no workspace secret."""

    code = "E-WORKSPACE-SECRET"


class RecoveryWordsError(BadInputError):
    """The words typed are not those of a recovery sheet."""

    code = "E-RECOVERY-WORDS"

    def __init__(self, title: str, what: str) -> None:
        super().__init__(title, what, _ADVICE, field="recovery_words")


@cache
def _list() -> "Mnemonic":
    from mnemonic import Mnemonic  # reads the list of words: only where a sheet is printed or typed

    return Mnemonic("english")


class WorkspaceSecret:
    """The secret. It never shows, copies or pickles itself."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        if len(value) != SIZE:
            raise ValueError("a workspace secret has 32 bytes")
        self._value = bytes(value)

    @classmethod
    def generate(cls) -> "WorkspaceSecret":
        """A new one from the system's randomness."""
        return cls(secrets.token_bytes(SIZE))

    def _derive(self, label: bytes) -> bytes:
        return HKDF(SHA256(), SIZE, salt=None, info=label).derive(self._value)

    def derive(self, purpose: Purpose) -> bytes:
        """The 32-byte key for one purpose. From one such key neither another follows nor the secret."""
        return self._derive(_LABELS[purpose])

    def check(self) -> str:
        """Eight hexadecimal digits that tell one workspace's secret from another's, and nothing about it."""
        return self._derive(_LABELS["check"])[:4].hex()

    def words(self) -> tuple[str, ...]:
        """The secret as 24 words of the BIP39 English list, the last of which checks the others."""
        return tuple(_list().to_mnemonic(self._value).split(" "))

    @classmethod
    def from_words(cls, text: str) -> "WorkspaceSecret":
        """The secret that a sheet holds. Case, spacing, line breaks, numbers and punctuation do not matter.

        Raises RecoveryWordsError naming a word that is on no sheet, or telling that words are missing or do not fit.
        """
        typed = re.findall(r"[^\W\d_]+", text.casefold())
        known = frozenset(_list().wordlist)
        for place, word in enumerate(typed, 1):
            if word not in known:
                near = difflib.get_close_matches(word, _list().wordlist, n=1)
                hint = f" Is it “{near[0]}”?" if near else ""
                raise RecoveryWordsError(f"Word {place} is not on the list", f"“{word}” stands on no sheet.{hint}")
        if len(typed) != WORDS:
            raise RecoveryWordsError(f"A sheet has {WORDS} words", f"{len(typed)} were typed.")
        try:
            return cls(bytes(_list().to_entropy(typed)))
        except ValueError:
            what = "Each is on the list, but at least one is another word than on the sheet, or two changed places."
            raise RecoveryWordsError("These words do not belong together", what) from None

    def to_secret(self) -> Secret:
        """The secret as the vault keeps it."""
        return Secret(to_base64(self._value))

    @classmethod
    def from_secret(cls, kept: Secret) -> "WorkspaceSecret":
        """What `to_secret` gave. Raises WorkspaceSecretError for anything else."""
        try:
            return cls(from_base64(kept.reveal()))
        except ValueError:
            raise WorkspaceSecretError(
                "The workspace secret cannot be read",
                "The keyring of this computer holds something else under its name. Drafting works; signing does not.",
                "Type the words of the recovery sheet.",
            ) from None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, WorkspaceSecret) and compare_digest(self._value, other._value)

    __hash__ = None  # type: ignore[assignment]  # no set or dict has a reason to hold one

    def __repr__(self) -> str:
        return "WorkspaceSecret(***)"

    def __reduce_ex__(self, protocol: object) -> str:
        raise TypeError("a workspace secret is never copied or pickled")
