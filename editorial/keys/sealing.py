"""Sealing a person's seed, so that it takes the passphrase and the workspace secret together to open it.

The key that seals is HKDF over Argon2id of the passphrase and the workspace's sealing component: whoever has the
database or a backup but not the component, which lies in the keyring, cannot even begin to guess passphrases.
"""

import secrets
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from editorial.errors import DeskError
from editorial.keys.signing import SEED_SIZE, from_base64, to_base64
from editorial.strict import fields

COMPONENT_SIZE = 32
SALT_SIZE = 16
NONCE_SIZE = 12
KEY_SIZE = 32
_TAG_SIZE = 16
_LABEL = b"signpost 1 seal a person's seed"
_MOST_MEMORY_KIB = 1024 * 1024
_MOST_PASSES = 32
_MOST_LANES = 16


class WrongPassphraseError(DeskError):
    """The passphrase does not open the key; neither do others if key or workspace secret were changed."""

    code = "E-PASSPHRASE"

    def __init__(self) -> None:
        super().__init__("That passphrase does not fit")


@dataclass(frozen=True, slots=True)
class KdfParameters:
    """How much work one guess at a passphrase costs: Argon2id's memory in KiB, passes over it, and lanes.

    Raises ValueError for what Argon2id cannot do or no desk can afford: sealed keys come from a file that could be
    changed to exhaust the computer.
    """

    memory_kib: int = 65_536
    passes: int = 3
    lanes: int = 4

    def __post_init__(self) -> None:
        if not (
            8 * self.lanes <= self.memory_kib <= _MOST_MEMORY_KIB
            and 1 <= self.passes <= _MOST_PASSES
            and 1 <= self.lanes <= _MOST_LANES
        ):
            raise ValueError("Argon2id parameters out of range")

    def check_production(self) -> None:
        """Raises ValueError unless at least the defaults (RFC 9106's second recommendation) are asked for."""
        least = KdfParameters()
        if self.memory_kib < least.memory_kib or self.passes < least.passes or self.lanes < least.lanes:
            raise ValueError("too weak for real keys")


@dataclass(frozen=True, slots=True)
class SealedSeed:
    """A sealed seed, with all that opening it takes besides passphrase and component."""

    params: KdfParameters
    salt: bytes
    nonce: bytes
    ciphertext: bytes

    def __post_init__(self) -> None:
        sizes = (len(self.salt), len(self.nonce), len(self.ciphertext))
        if sizes != (SALT_SIZE, NONCE_SIZE, SEED_SIZE + _TAG_SIZE):
            raise ValueError("a sealed seed has parts of other sizes")

    def to_json(self) -> dict[str, Any]:
        """The sealed seed as JSON data."""
        return {
            "v": 1, "params": asdict(self.params), "salt": to_base64(self.salt), "nonce": to_base64(self.nonce),
            "ciphertext": to_base64(self.ciphertext),
        }  # fmt: skip

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "SealedSeed":
        """What `to_json` gave. Raises ValueError for anything else."""
        found = fields(data, v=int, params=dict, salt=str, nonce=str, ciphertext=str)
        if found["v"] != 1:
            raise ValueError("a seed sealed in another way")
        params = KdfParameters(**fields(found["params"], memory_kib=int, passes=int, lanes=int))
        return cls(params, *(from_base64(found[name]) for name in ("salt", "nonce", "ciphertext")))


def _key(passphrase: str, component: bytes, salt: bytes, params: KdfParameters) -> bytes:
    if len(component) != COMPONENT_SIZE:
        raise ValueError("a sealing component has 32 bytes")
    # keyboards differ in how they compose an accent; the person typed the same passphrase
    secret = unicodedata.normalize("NFC", passphrase).encode("utf-8")
    slow = bytearray(hash_secret_raw(secret, salt, params.passes, params.memory_kib, params.lanes, KEY_SIZE, Type.ID))
    try:
        return HKDF(SHA256(), KEY_SIZE, salt=None, info=_LABEL).derive(bytes(slow + component))
    finally:
        slow[:] = bytes(len(slow))


def seal_seed(
    seed: bytes, passphrase: str, sealing_component: bytes, params: KdfParameters, person_id: str
) -> SealedSeed:
    """Seals a 32-byte seed for one person. Takes about 0.1 s with production parameters: not in a transaction.

    Raises ValueError for a seed or component of another size.
    """
    if len(seed) != SEED_SIZE:
        raise ValueError("a seed has 32 bytes")
    salt, nonce = secrets.token_bytes(SALT_SIZE), secrets.token_bytes(NONCE_SIZE)
    key = _key(passphrase, sealing_component, salt, params)
    return SealedSeed(params, salt, nonce, ChaCha20Poly1305(key).encrypt(nonce, seed, person_id.encode("utf-8")))


def open_seed(sealed: SealedSeed, passphrase: str, sealing_component: bytes, person_id: str) -> bytearray:
    """The seed, in a bytearray that `SigningKey.from_seed` takes over and wipes.

    Raises WrongPassphraseError when it does not open: another passphrase, workspace or person, or changed data.
    """
    key = _key(passphrase, sealing_component, sealed.salt, sealed.params)
    try:
        seed = ChaCha20Poly1305(key).decrypt(sealed.nonce, sealed.ciphertext, person_id.encode("utf-8"))
    except InvalidTag:
        raise WrongPassphraseError from None
    return bytearray(seed)
