"""Signed notes (C2SP signed-note): a text, and below it lines of signatures. Checkpoints of the log are such notes.

A key is known by its `vkey`: "name+keyid+base64(0x01 and the public key)", Ed25519. Public for outside tests: `verify`.
"""

import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from editorial.keys.signing import from_base64, to_base64

_ED25519 = b"\x01"
_ID_SIZE, _KEY_SIZE = 4, 32
_MOST_SIGNATURES = 100  # as the reference implementation; a note is read before it is trusted
_MOST_BYTES = 1_000_000
_LINE = re.compile("— ([^ +\\s]+) ([A-Za-z0-9+/]+={0,2})")


def _key_id(name: str, key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + key).digest()[:_ID_SIZE]


def _name(name: str) -> str:
    if not name or "+" in name or any(letter.isspace() for letter in name):
        raise ValueError("a key's name is not empty and has no blank and no plus sign")
    return name


@dataclass(frozen=True, slots=True)
class VerifyKey:
    """Who may have signed: a name and an Ed25519 public key of 32 bytes."""

    name: str
    key: bytes

    @property
    def id(self) -> bytes:
        """The four bytes at the front of its signatures."""
        return _key_id(self.name, self.key)

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{to_base64(_ED25519 + self.key)}"

    @classmethod
    def parse(cls, vkey: str) -> "VerifyKey":
        """The key that a vkey names. Raises ValueError for a text that is none, or of another kind than Ed25519."""
        name, _, rest = vkey.partition("+")
        key_id, _, encoded = rest.partition("+")
        data = from_base64(encoded)
        if data[:1] != _ED25519 or len(data) != 1 + _KEY_SIZE:
            raise ValueError("not an Ed25519 key")
        found = cls(_name(name), data[1:])
        if key_id != found.id.hex():
            raise ValueError("the key's id does not belong to the key")
        return found

    def fits(self, text: bytes, signature: bytes) -> bool:
        """Whether the signature is this key's over the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, text)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Note:
    """A note taken apart. `text` ends with a newline; `signatures` are (name, key id, signature), none verified."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    @classmethod
    def parse(cls, note: bytes) -> "Note":
        """Raises ValueError for bytes that are no note."""
        if len(note) > _MOST_BYTES:
            raise ValueError("a note is not so long")
        whole = note.decode("utf-8")
        if any(letter < " " and letter != "\n" for letter in whole):
            raise ValueError("a note has no control characters")
        text, gap, lines = whole.rpartition("\n\n")
        if not gap or not lines.endswith("\n"):
            raise ValueError("a note ends with an empty line and lines of signatures")
        found = tuple(_signature(line) for line in lines[:-1].split("\n"))
        if len(found) > _MOST_SIGNATURES:
            raise ValueError("a note has not so many signatures")
        return cls(text + "\n", found)


def _signature(line: str) -> tuple[str, bytes, bytes]:
    match = _LINE.fullmatch(line)
    data = from_base64(match[2]) if match else b""
    if match is None or len(data) <= _ID_SIZE:
        raise ValueError("not a line of a signature")
    return match[1], data[:_ID_SIZE], data[_ID_SIZE:]


def verify(note: bytes, vkeys: list[str]) -> list[str]:
    """The names of the known keys that signed the note, in the order of their signatures, each once.

    Signatures of unknown keys are ignored, as the specification demands. Empty for bytes that are no note, and where a
    known key's signature does not fit: such a note is not to be believed at all. Raises ValueError for a text in
    `vkeys` that is no vkey.
    """
    known = {(key.name, key.id): key for key in map(VerifyKey.parse, vkeys)}
    try:
        taken = Note.parse(note)
    except ValueError:
        return []
    names: dict[str, None] = {}
    for name, key_id, signature in taken.signatures:
        key = known.get((name, key_id))
        if key is None:
            continue
        if not key.fits(taken.text.encode(), signature):
            return []
        names[name] = None
    return list(names)


class NoteSigner:
    """Signs notes with one Ed25519 key under one name; it never shows the key."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.key = VerifyKey(_name(name), self._private.public_key().public_bytes_raw())

    def sign(self, text: str) -> bytes:
        """The note over a text. Raises ValueError for one that does not end with a newline or could be misread."""
        signature = self._private.sign(text.encode())
        note = f"{text}\n— {self.key.name} {to_base64(self.key.id + signature)}\n".encode()
        if not text.endswith("\n") or Note.parse(note).text != text:
            raise ValueError("this text cannot be a note's")
        return note

    def __repr__(self) -> str:
        return f"NoteSigner({self.key.name})"
