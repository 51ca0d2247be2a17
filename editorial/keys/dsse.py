"""DSSE envelopes: a payload, the name of its type, and signatures over both.

What is signed are the bytes themselves, so checking never depends on writing JSON the same way twice; and the type is
signed with them, so a signature given for one kind of document is worth nothing on another.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from editorial.canonical import canonical
from editorial.keys.signing import ALGORITHM, SigningKey, from_base64, key_id_of, to_base64, verify_signature
from editorial.strict import fields, items, read


def pae(payload_type: str, body: bytes) -> bytes:
    """DSSE's pre-authentication encoding: the bytes that a signature covers."""
    kind = payload_type.encode("utf-8")
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(body), body)


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature and which key claims to have given it. `algorithm` lets other kinds of keys join later."""

    key_id: str
    algorithm: str
    value: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A signed document as it is stored and exported. Holding one proves nothing: `verify` does."""

    payload_type: str
    payload: bytes
    signatures: tuple[Signature, ...] = ()

    def __post_init__(self) -> None:
        if not (self.payload_type.isascii() and self.payload_type.isprintable()):
            raise ValueError("a payload type is printable ASCII")

    def signed_by(self, key: SigningKey) -> "Envelope":
        """The envelope with the key's signature at the end, in place of any that goes by the key's id."""
        value = key.sign(pae(self.payload_type, self.payload))
        others = (each for each in self.signatures if each.key_id != key.key_id)
        return replace(self, signatures=(*others, Signature(key.key_id, ALGORITHM, value)))

    def to_json(self) -> str:
        """The envelope as RFC 8785 JSON text, with DSSE's field names and `algorithm` beside each signature."""
        return canonical(
            {
                "payloadType": self.payload_type,
                "payload": to_base64(self.payload),
                "signatures": [
                    {"keyid": each.key_id, "algorithm": each.algorithm, "sig": to_base64(each.value)}
                    for each in self.signatures
                ],
            }
        ).decode("utf-8")

    @classmethod
    def from_json(cls, text: str | bytes) -> "Envelope":
        """The envelope in the text, however it is spaced. Raises ValueError for a field missing, unknown or doubled."""
        found = fields(read(text), payloadType=str, payload=str, signatures=list)
        signatures = []
        for item in items(found["signatures"], dict, "signatures"):
            each = fields(item, keyid=str, algorithm=str, sig=str)
            signatures.append(Signature(each["keyid"], each["algorithm"], from_base64(each["sig"])))
        return cls(found["payloadType"], from_base64(found["payload"]), tuple(signatures))


def sign(payload_type: str, payload: bytes, key: SigningKey) -> Envelope:
    """A new envelope with one signature."""
    return Envelope(payload_type, payload).signed_by(key)


def verify(envelope: Envelope, keys: Mapping[str, str]) -> set[str]:
    """The ids, among `keys` (id to public key in base64), of the keys that signed this envelope.

    Each counts once however often it signed. Signatures of other algorithms, of keys not given and of keys that go by
    another key's id count as none.
    """
    data = pae(envelope.payload_type, envelope.payload)
    return {
        each.key_id for each in envelope.signatures if each.key_id in keys and _counts(each, keys[each.key_id], data)
    }


def _counts(signature: Signature, public: str, data: bytes) -> bool:
    return (
        signature.algorithm == ALGORITHM
        and verify_signature(public, signature.value, data)
        and signature.key_id == key_id_of(public)
    )
