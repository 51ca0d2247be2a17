"""Ed25519 keys. A person's key exists in memory only for the moment of signing: use it in a `with`, or wipe it."""

import base64
import binascii
import hashlib
import secrets
from functools import lru_cache
from types import TracebackType
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ALGORITHM = "ed25519"
SEED_SIZE = 32
PUBLIC_SIZE = 32

# The y coordinates of the curve's eight points of small order. For such a "key" one and the same signature fits every
# document, so whoever had it enrolled could have anything signed, and later deny all of it.
_PRIME = 2**255 - 19
_ORDER_8 = 0x5FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_WEAK = frozenset({0, 1, _PRIME - 1, _ORDER_8, _PRIME - _ORDER_8})


def from_base64(text: str) -> bytes:
    """The bytes behind standard base64. Raises ValueError for any text that encoding them again does not give."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if base64.b64encode(data).decode("ascii") != text:
        raise ValueError("not base64 in its one form")
    return data


def to_base64(data: bytes) -> str:
    """Standard base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def _public_bytes(public: str) -> bytes:
    raw = from_base64(public)
    if len(raw) != PUBLIC_SIZE:
        raise ValueError("a public key has 32 bytes")
    if (int.from_bytes(raw, "little") & (1 << 255) - 1) % _PRIME in _WEAK:  # the top bit is only the sign of x
        raise ValueError("a key for which anybody can sign")
    return raw


def key_id_of(public: str) -> str:
    """The name of a public key: the algorithm and the first 128 bits of the key's SHA-256.

    The name follows from the key, so one key cannot go by two names. Raises ValueError when `public` is not base64 of
    32 bytes, or for a key for which anybody can sign.
    """
    return f"{ALGORITHM}:{hashlib.sha256(_public_bytes(public)).hexdigest()[:32]}"


@lru_cache(maxsize=256)
def verify_signature(public: str, signature: bytes, data: bytes) -> bool:
    """Whether `signature` is the key's over `data`; False also for a key or signature that is none."""
    # Remembered by the very bytes: the answer follows from these three alone, and a changed bit asks anew.
    try:
        Ed25519PublicKey.from_public_bytes(_public_bytes(public)).verify(signature, data)
    except (ValueError, InvalidSignature):
        return False
    return True


class SigningKey:
    """A private key. It never shows, copies or pickles itself; after `wipe` it signs no more."""

    __slots__ = ("_seed", "key_id", "public")

    def __init__(self, seed: bytearray) -> None:
        if len(seed) != SEED_SIZE:
            raise ValueError("a seed has 32 bytes")
        self._seed = seed
        self.public = to_base64(self._private().public_key().public_bytes_raw())
        self.key_id = key_id_of(self.public)

    @classmethod
    def generate(cls) -> "SigningKey":
        """A new key from the system's randomness."""
        return cls(bytearray(secrets.token_bytes(SEED_SIZE)))

    @classmethod
    def from_seed(cls, seed: bytes | bytearray) -> "SigningKey":
        """The key of a 32-byte seed. A bytearray is taken over and wiped with the key. Raises ValueError by size."""
        return cls(seed if isinstance(seed, bytearray) else bytearray(seed))

    def _private(self) -> Ed25519PrivateKey:
        if not self._seed:
            raise ValueError("the key was wiped")
        return Ed25519PrivateKey.from_private_bytes(bytes(self._seed))

    def sign(self, data: bytes) -> bytes:
        """The 64-byte signature over `data`. Raises ValueError after `wipe`."""
        return self._private().sign(data)

    def reveal_seed(self) -> bytes:
        """The seed, for sealing it and for nothing else. Raises ValueError after `wipe`."""
        if not self._seed:
            raise ValueError("the key was wiped")
        return bytes(self._seed)

    def wipe(self) -> None:
        """Overwrites the seed. Best effort: Python and the libraries below may hold copies until they are reused."""
        self._seed[:] = bytes(len(self._seed))
        self._seed = bytearray()

    def __enter__(self) -> "SigningKey":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.wipe()

    def __repr__(self) -> str:
        return f"SigningKey({self.key_id})"

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise TypeError("a signing key is never copied or pickled")
