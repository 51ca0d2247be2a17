"""Envelopes: exactly DSSE's bytes are signed, and nothing but a known key's valid signature counts."""

import json
from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from editorial.keys.dsse import Envelope, Signature, pae, sign, verify
from editorial.keys.signing import SigningKey

KIND = "application/vnd.example+json"
ONE, TWO, THREE = (SigningKey.from_seed(bytes([number]) * 32) for number in (1, 2, 3))
KEYS = {ONE.key_id: ONE.public, TWO.key_id: TWO.public}
texts = st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=20)


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("", b"", b"DSSEv1 0  0 "),
        ("text/plain", b"hi there", b"DSSEv1 10 text/plain 8 hi there"),
        ("é", "ß".encode(), "DSSEv1 2 é 2 ß".encode()),
        ("a 1 b", b"\x00\xff", b"DSSEv1 5 a 1 b 2 \x00\xff"),
    ],
)
def test_the_encoding_that_is_signed(kind: str, body: bytes, expected: bytes) -> None:
    assert pae(kind, body) == expected


@given(texts, st.binary(max_size=20), texts, st.binary(max_size=20))
def test_no_two_documents_share_it(kind: str, body: bytes, other_kind: str, other: bytes) -> None:
    assert (pae(kind, body) == pae(other_kind, other)) == ((kind, body) == (other_kind, other))


def test_the_signature_is_plain_ed25519_over_it() -> None:
    envelope = sign(KIND, b"{}", ONE)
    signature = Ed25519PrivateKey.from_private_bytes(bytes([1]) * 32).sign(pae(KIND, b"{}"))
    assert envelope.signatures == (Signature(ONE.key_id, "ed25519", signature),)


@given(texts, st.binary(max_size=60), st.sets(st.sampled_from([ONE, TWO, THREE])))
def test_written_and_read_again(kind: str, payload: bytes, signers: set[SigningKey]) -> None:
    envelope = Envelope(kind, payload)
    for signer in signers:
        envelope = envelope.signed_by(signer)
    assert Envelope.from_json(envelope.to_json()) == envelope
    assert Envelope.from_json(json.dumps(json.loads(envelope.to_json()), indent=2).encode()) == envelope
    assert verify(envelope, KEYS) == {signer.key_id for signer in signers} & KEYS.keys()


def test_the_text_has_dsse_field_names() -> None:
    assert json.loads(sign(KIND, b"{}", ONE).to_json()) == {
        "payloadType": KIND,
        "payload": "e30=",
        "signatures": [
            {
                "keyid": ONE.key_id,
                "algorithm": "ed25519",
                "sig": b64encode(ONE.sign(pae(KIND, b"{}"))).decode(),
            }
        ],
    }


def test_a_key_counts_once_however_often_it_signed() -> None:
    once = sign(KIND, b"{}", ONE)
    assert once.signed_by(ONE) == once
    assert verify(replace(once, signatures=once.signatures * 3), KEYS) == {ONE.key_id}


def test_signing_replaces_a_signature_that_somebody_put_there_in_ones_name() -> None:
    forged = Envelope(KIND, b"{}", (Signature(ONE.key_id, "ed25519", bytes(64)),)).signed_by(TWO)
    assert verify(forged, KEYS) == {TWO.key_id}
    assert verify(forged.signed_by(ONE), KEYS) == KEYS.keys()


def test_a_valid_signature_counts_beside_an_invalid_one_of_the_same_key() -> None:
    good = sign(KIND, b"{}", ONE)
    bad = Signature(ONE.key_id, "ed25519", bytes(64))
    assert verify(replace(good, signatures=(bad, *good.signatures, bad)), KEYS) == {ONE.key_id}


@pytest.mark.parametrize("algorithm", ["", "none", "ED25519", "ed25519ph", "ecdsa-p256"])
def test_an_unknown_algorithm_never_counts(algorithm: str) -> None:
    envelope = sign(KIND, b"{}", ONE)
    envelope = replace(envelope, signatures=(replace(envelope.signatures[0], algorithm=algorithm),))
    assert verify(envelope, KEYS) == set()


def test_keys_that_nobody_named_do_not_count() -> None:
    assert verify(sign(KIND, b"{}", THREE), KEYS) == set()
    assert verify(sign(KIND, b"{}", ONE), {}) == set()


def test_a_key_does_not_count_under_another_ones_id() -> None:
    envelope = sign(KIND, b"{}", ONE)
    relabelled = replace(envelope, signatures=(replace(envelope.signatures[0], key_id=TWO.key_id),))
    assert verify(relabelled, KEYS) == set()
    assert verify(relabelled, {TWO.key_id: ONE.public}) == set()  # one key would count twice, for two people


@pytest.mark.parametrize("public", ["", "AAAA", "not base64", ONE.public + "\n", "é"])
def test_a_key_that_is_none_does_not_count(public: str) -> None:
    assert verify(sign(KIND, b"{}", ONE), {ONE.key_id: public}) == set()


@given(st.data())
def test_any_flipped_bit_makes_the_signature_worthless(data: st.DataObject) -> None:
    envelope = sign(KIND, b'{"a":"b"}', ONE)
    part = data.draw(st.sampled_from(["payload", "sig", "payload_type"]))
    if part == "payload":
        changed = replace(envelope, payload=_flip(envelope.payload, data))
    elif part == "sig":
        signature = envelope.signatures[0]
        changed = replace(envelope, signatures=(replace(signature, value=_flip(signature.value, data)),))
    else:
        changed = replace(envelope, payload_type=KIND[:-1] + data.draw(st.sampled_from("abcxyz ")))
    assert verify(changed, KEYS) == set()


def _flip(data: bytes, source: st.DataObject) -> bytes:
    bit = source.draw(st.integers(0, len(data) * 8 - 1))
    changed = bytearray(data)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_a_signature_does_not_move_to_another_kind_of_document() -> None:
    envelope = sign(KIND, b"{}", ONE)
    assert verify(replace(envelope, payload_type="application/vnd.other+json"), KEYS) == set()


def _text(**other: Any) -> str:
    return json.dumps(json.loads(sign(KIND, b"{}", ONE).to_json()) | other)


GOOD = json.loads(_text())["signatures"][0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        "[" * 100_000,
        _text(extra=1),
        _text(payload=None),
        _text(payload="e30"),
        _text(payload="e30=\n"),
        _text(payload="e31="),
        _text(payload="_-8="),
        _text(payloadType=1),
        _text(payloadType="a\nb"),
        _text(payloadType="ä"),
        _text(payloadType="\ud800"),
        _text(signatures={}),
        _text(signatures=["x"]),
        _text(signatures=[GOOD | {"cert": ""}]),
        _text(signatures=[{"keyid": "x", "sig": ""}]),
        _text(signatures=[GOOD | {"sig": "***"}]),
        _text(signatures=[GOOD | {"keyid": None}]),
        _text().replace('"payload":', '"payload": "e30=", "payload":'),
        _text().replace('"keyid":', '"keyid": "x", "keyid":'),
        _text().replace("e30=", "NaN"),
    ],
)
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Envelope.from_json(text)
