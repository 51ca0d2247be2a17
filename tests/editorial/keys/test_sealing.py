"""A sealed seed opens with its passphrase, its workspace and its person, and with nothing less."""

import json
import unicodedata
from dataclasses import replace
from typing import Any

import pytest
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from editorial.keys.sealing import KdfParameters, SealedSeed, WrongPassphraseError, open_seed, seal_seed

WEAK = KdfParameters(memory_kib=8, passes=1, lanes=1)
SEED, COMPONENT = bytes(range(32)), bytes(range(32, 64))
SEALED = seal_seed(SEED, "quiet harbour", COMPONENT, WEAK, "person_1")


@given(st.binary(min_size=32, max_size=32), st.text(max_size=30), st.text(max_size=10))
def test_sealed_and_opened(seed: bytes, passphrase: str, person: str) -> None:
    passphrase, person = (text.encode("utf-8", "replace").decode() for text in (passphrase, person))
    sealed = seal_seed(seed, passphrase, COMPONENT, WEAK, person)
    stored = json.loads(json.dumps(sealed.to_json()))
    assert SealedSeed.from_json(stored) == sealed
    assert open_seed(SealedSeed.from_json(stored), passphrase, COMPONENT, person) == seed


@pytest.mark.parametrize(
    ("passphrase", "component", "person"),
    [
        ("quiet harbor", COMPONENT, "person_1"),
        ("Quiet harbour", COMPONENT, "person_1"),
        ("quiet harbour ", COMPONENT, "person_1"),
        ("", COMPONENT, "person_1"),
        ("quiet harbour", bytes(32), "person_1"),
        ("quiet harbour", COMPONENT, "person_2"),
        ("quiet harbour", COMPONENT, ""),
    ],
)
def test_both_components_and_the_person_are_needed(passphrase: str, component: bytes, person: str) -> None:
    with pytest.raises(WrongPassphraseError):
        open_seed(SEALED, passphrase, component, person)


@given(st.sampled_from(["salt", "nonce", "ciphertext"]), st.data())
def test_any_flipped_bit_keeps_it_shut(part: str, data: st.DataObject) -> None:
    parts: dict[str, Any] = {name: getattr(SEALED, name) for name in ("params", "salt", "nonce", "ciphertext")}
    changed = bytearray(parts[part])
    bit = data.draw(st.integers(0, len(changed) * 8 - 1))
    changed[bit // 8] ^= 1 << bit % 8
    with pytest.raises(WrongPassphraseError):
        open_seed(SealedSeed(**(parts | {part: bytes(changed)})), "quiet harbour", COMPONENT, "person_1")


@pytest.mark.parametrize("params", [KdfParameters(16, 1, 1), KdfParameters(8, 2, 1), KdfParameters(16, 1, 2)])
def test_other_parameters_keep_it_shut(params: KdfParameters) -> None:
    with pytest.raises(WrongPassphraseError):
        open_seed(replace(SEALED, params=params), "quiet harbour", COMPONENT, "person_1")


def test_the_words() -> None:
    with pytest.raises(WrongPassphraseError) as caught:
        open_seed(SEALED, "wrong", COMPONENT, "person_1")
    assert str(caught.value) == "That passphrase does not fit."
    assert "wrong" not in repr(caught.value)


def test_an_accent_typed_in_two_ways_is_the_same_passphrase() -> None:
    composed, apart = (unicodedata.normalize(form, "grüne Übung") for form in ("NFC", "NFD"))
    assert composed != apart
    sealed = seal_seed(SEED, apart, COMPONENT, WEAK, "p")
    assert open_seed(sealed, composed, COMPONENT, "p") == SEED


def test_no_two_sealings_share_anything() -> None:
    sealed = [seal_seed(SEED, "same", COMPONENT, WEAK, "p") for _ in range(20)]
    for part in ("salt", "nonce", "ciphertext"):
        assert len({getattr(each, part) for each in sealed}) == 20


def test_the_construction_is_the_documented_one() -> None:
    """Opened by hand: Argon2id, then HKDF over its result and the component, then ChaCha20-Poly1305 for the person."""
    slow = hash_secret_raw(b"quiet harbour", SEALED.salt, 1, 8, 1, 32, Type.ID)
    key = HKDF(SHA256(), 32, salt=None, info=b"signpost 1 seal a person's seed").derive(slow + COMPONENT)
    assert ChaCha20Poly1305(key).decrypt(SEALED.nonce, SEALED.ciphertext, b"person_1") == SEED


def test_production_parameters_are_the_defaults_or_more() -> None:
    assert KdfParameters() == KdfParameters(memory_kib=65_536, passes=3, lanes=4)
    KdfParameters().check_production()
    KdfParameters(131_072, 4, 8).check_production()
    for weak in (KdfParameters(65_535, 3, 4), KdfParameters(65_536, 2, 4), KdfParameters(65_536, 3, 3), WEAK):
        with pytest.raises(ValueError, match="too weak"):
            weak.check_production()


@pytest.mark.parametrize(
    "numbers", [(7, 1, 1), (8, 0, 1), (8, 1, 0), (15, 1, 2), (2**21, 1, 1), (8, 33, 1), (2**20, 1, 17), (-8, 1, -1)]
)
def test_parameters_that_exhaust_the_computer_are_refused(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="out of range"):
        KdfParameters(*numbers)


@pytest.mark.parametrize("sizes", [(31, 32), (33, 32), (32, 31), (32, 0)])
def test_sizes_are_checked(sizes: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        seal_seed(bytes(sizes[0]), "x", bytes(sizes[1]), WEAK, "p")


def _stored(**other: Any) -> dict[str, Any]:
    return SEALED.to_json() | other


@pytest.mark.parametrize(
    "data",
    [
        {},
        _stored(v=2),
        _stored(v=True),
        _stored(extra=""),
        _stored(salt="AAAA"),
        _stored(salt=b"AAAA"),
        _stored(nonce=""),
        _stored(ciphertext="AAAA"),
        _stored(ciphertext="!"),
        _stored(params=None),
        _stored(params={"memory_kib": 8, "passes": 1}),
        _stored(params={"memory_kib": 8, "passes": 1, "lanes": 1.0}),
        _stored(params={"memory_kib": 2**40, "passes": 1, "lanes": 1}),
    ],
)
def test_other_data_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        SealedSeed.from_json(data)
