"""The workspace secret: separate keys from one secret, and words that bring it back."""

import copy
import hashlib
import operator
import random

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st
from mnemonic import Mnemonic

from editorial.keys.workspace_secret import RecoveryWordsError, WorkspaceSecret, WorkspaceSecretError
from editorial.secret import Secret

LIST: list[str] = Mnemonic("english").wordlist
values = st.binary(min_size=32, max_size=32)
KNOWN = WorkspaceSecret(bytes(range(32)))


def words_by_hand(value: bytes) -> list[str]:
    """BIP39 as its text says: the bits, then the first bits of their SHA-256, eleven to a word."""
    bits = int.from_bytes(value + hashlib.sha256(value).digest()[:1], "big")
    return [LIST[bits >> 11 * (23 - place) & 2047] for place in range(24)]


@given(values)
def test_words_follow_bip39_and_bring_the_secret_back(value: bytes) -> None:
    secret = WorkspaceSecret(value)
    assert list(secret.words()) == words_by_hand(value)
    assert WorkspaceSecret.from_words(" ".join(secret.words())) == secret


@given(values, st.integers())
def test_typing_is_forgiving(value: bytes, seed: int) -> None:
    secret, chance = WorkspaceSecret(value), random.Random(seed)
    typed = ""
    for place, word in enumerate(secret.words(), 1):
        typed += chance.choice(["", f"{place}. ", f"{place}) ", f"{place}", "- "])
        typed += chance.choice([word, word.upper(), word.capitalize()])
        typed += chance.choice([" ", "\n", "\r\n", "  \t", ", ", ";", "\u00a0"])
    assert WorkspaceSecret.from_words(typed) == secret


def told(text: str) -> RecoveryWordsError:
    with pytest.raises(RecoveryWordsError) as caught:
        WorkspaceSecret.from_words(text)
    assert caught.value.field == "recovery_words"
    return caught.value


def test_a_word_that_is_on_no_sheet_is_named_with_the_nearest() -> None:
    words = list(KNOWN.words())
    words[6] = "abandn"
    error = told(" ".join(words))
    assert error.title == "Word 7 is not on the list"
    assert error.what == "“abandn” stands on no sheet. Is it “abandon”?"


def test_a_word_that_resembles_none_is_named_alone() -> None:
    assert told("abandon xqzzk").what == "“xqzzk” stands on no sheet."
    assert told("Übung").what.startswith("“übung” stands on no sheet.")


@pytest.mark.parametrize("count", [0, 1, 12, 23, 25])
def test_missing_and_surplus_words_are_counted(count: int) -> None:
    error = told(" ".join([*KNOWN.words(), "abandon"][:count]))
    assert str(error).startswith(f"A sheet has 24 words. {count} were typed.")


def test_words_that_do_not_belong_together_are_told() -> None:
    words = list(KNOWN.words())
    words[0] = LIST[LIST.index(words[0]) + 1]
    assert told(" ".join(words)).title == "These words do not belong together"


def test_nearly_every_swapped_or_misread_word_is_noticed() -> None:
    chance = random.Random(7)
    unnoticed = 0
    for _ in range(600):
        words = list(KNOWN.words())
        place = chance.randrange(24)
        words[place] = chance.choice([word for word in LIST if word != words[place]])
        try:
            WorkspaceSecret.from_words(" ".join(words))
        except RecoveryWordsError:
            continue
        unnoticed += 1
    assert unnoticed < 12  # eight check bits: one in 256, about two of these


@given(values)
def test_kept_in_the_vault_and_read_again(value: bytes) -> None:
    secret = WorkspaceSecret(value)
    assert WorkspaceSecret.from_secret(secret.to_secret()) == secret


@pytest.mark.parametrize("kept", ["", "not base64", "AAAA", "é"])
def test_anything_else_in_the_keyring_is_told(kept: str) -> None:
    with pytest.raises(WorkspaceSecretError, match="cannot be read") as caught:
        WorkspaceSecret.from_secret(Secret(kept))
    assert not kept or kept not in str(caught.value)


def test_keys_follow_by_hkdf_under_their_own_labels() -> None:
    for purpose, label in (
        ("sealing", b"signpost 1 sealing component"),
        ("document", b"signpost 1 document key"),
        ("checkpoint", b"signpost 1 checkpoint key"),
    ):
        expected = HKDF(SHA256(), 32, salt=None, info=label).derive(bytes(range(32)))
        assert KNOWN.derive(purpose) == expected  # type: ignore[arg-type]


@given(values, values)
def test_no_two_purposes_or_secrets_share_a_key(one: bytes, two: bytes) -> None:
    secrets = {WorkspaceSecret(value).derive(purpose) for value in (one, two) for purpose in ("sealing", "document")}
    assert len(secrets) == (2 if one == two else 4)
    assert not secrets & {one, two}


def test_an_unknown_purpose_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        KNOWN.derive("other")  # type: ignore[arg-type]


def test_the_check_value_tells_workspaces_apart() -> None:
    secrets = [WorkspaceSecret.generate() for _ in range(20)]
    assert len({secret.check() for secret in secrets}) == 20
    assert KNOWN.check() == WorkspaceSecret(bytes(range(32))).check()
    assert len(KNOWN.check()) == 8
    assert not KNOWN.derive("sealing").hex().startswith(KNOWN.check())


def test_equality_is_of_values() -> None:
    assert WorkspaceSecret(bytes(32)) != KNOWN
    assert bytes(range(32)) != KNOWN
    with pytest.raises(TypeError, match="unhashable"):
        hash(KNOWN)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_a_secret_has_32_bytes(size: int) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        WorkspaceSecret(bytes(size))


def test_it_shows_and_copies_nothing() -> None:
    assert repr(KNOWN) == str(KNOWN) == "WorkspaceSecret(***)"
    for way in (copy.copy, copy.deepcopy, operator.methodcaller("__reduce_ex__", 4)):
        with pytest.raises(TypeError, match="never copied"):
            way(KNOWN)
