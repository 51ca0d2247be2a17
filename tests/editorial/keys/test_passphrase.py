"""Passphrases: what may be used and what people are told."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.keys.passphrase import Strength, strength

NAMES = ("Jonas Lindqvist", "Alder Bay Hospital")


@pytest.mark.parametrize(
    ("passphrase", "expected"),
    [
        ("quiet harbour seven lanterns", Strength(4, "Very strong: 4 words", ok=True)),
        ("x7#kQ9!vLp2$zR", Strength(4, "Very strong", ok=True)),
        ("Winter2026!!", Strength(3, "Strong", ok=True)),
        ("hospital hospital", Strength(3, "Strong: 2 words", ok=True)),
    ],
)
def test_good_ones_may_be_used(passphrase: str, expected: Strength) -> None:
    assert strength(passphrase, NAMES) == expected


@pytest.mark.parametrize(
    ("passphrase", "reason"),
    [
        ("password1234", "it is close to a password that many people use"),
        ("jonas lindqvist", "it holds your name or the organization's"),
        ("Alder Bay Hospital", "it holds your name or the organization's"),
        ("aaaaaaaaaaaaaaaa", "it repeats itself"),
        ("abcdefghijklmnop", "it runs on like abc or 6543"),
        ("rtyuiop[]\\=-", "its keys lie side by side"),
        ("20.11.2026 a", "it holds a date"),
    ],
)
def test_long_but_easy_ones_are_refused_with_the_reason(passphrase: str, reason: str) -> None:
    found = strength(passphrase, NAMES)
    assert not found.ok
    assert found.words == f"Easy to guess: {reason}. Add an uncommon word or two."


def test_names_count_only_where_they_are_known() -> None:
    assert strength("Brightwater Infirmary").ok
    assert not strength("Brightwater Infirmary", ["Brightwater Infirmary"]).ok


def test_short_ones_are_refused_however_wild() -> None:
    assert strength("x7#kQ9!vLp2") == Strength(1, "Too short: 1 more to reach 12 characters.", ok=False)
    assert strength("") == Strength(0, "At least 12 characters. Four or five uncommon words are good.", ok=False)


def test_length_is_counted_as_it_will_be_used() -> None:
    assert strength("u\u0308" * 6).words == "Too short: 6 more to reach 12 characters."


@given(st.text(max_size=120), st.lists(st.text(max_size=10), max_size=2))
def test_anything_can_be_typed(passphrase: str, names: list[str]) -> None:
    found = strength(passphrase, names)
    assert 0 <= found.score <= 4
    assert found.words
    assert not found.ok or (found.score >= 3 and len(passphrase) >= 12)


def test_a_very_long_one_is_judged_quickly_by_its_beginning() -> None:
    assert strength("copper meadow eleven violins " * 400).ok
    assert not strength("x" * 10_000).ok


def test_the_word_lists_are_not_loaded_before_they_are_needed() -> None:
    code = "import sys, editorial.keys.passphrase, editorial.keys.workspace_secret as w; w.WorkspaceSecret.generate();"
    code += "sys.exit(bool({'zxcvbn', 'mnemonic'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
