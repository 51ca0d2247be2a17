"""verify.py does its own cryptography: it agrees with the standards and with ours, and `openssl` agrees with it."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editorial.audit import merkle
from editorial.audit.tree import consistency_proof, inclusion_proof, root_of
from editorial.keys.signing import SigningKey, from_base64, verify_signature
from tests.editorial.audit.bundles import checker, records
from tests.editorial.audit.test_tree import hashes

RFC_8032 = [  # section 7.1, tests 1 to 3: secret key, message, signature
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
        "655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
        "b00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d"
        "c027beceea1ec40a",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("seed", "message", "signature"), RFC_8032)
def test_the_examples_of_rfc_8032(seed: str, message: str, signature: str) -> None:
    key = from_base64(SigningKey.from_seed(bytes.fromhex(seed)).public)
    data, value = bytes.fromhex(message), bytes.fromhex(signature)
    assert checker().ed25519(key, data, value)
    assert not checker().ed25519(key, data + b"x", value)


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=40), st.integers(0, 64 * 8 - 1))
def test_signatures_are_judged_as_by_openssl(seed: bytes, message: bytes, bit: int) -> None:
    key = SigningKey.from_seed(seed)
    value, public = key.sign(message), from_base64(key.public)
    changed = bytes(byte ^ (1 << bit % 8 if place == bit // 8 else 0) for place, byte in enumerate(value))
    assert checker().ed25519(public, message, value)
    assert not checker().ed25519(public, message, changed)
    assert not verify_signature(key.public, changed, message)
    order = (int.from_bytes(value[32:], "little") + checker().ORDER).to_bytes(33, "little")[:32]
    assert not checker().ed25519(public, message, value[:32] + order), "a second form of the same signature"


def test_weak_keys_sign_nothing() -> None:
    for weak in (0, 1, checker().P - 1):
        key = weak.to_bytes(32, "little")
        assert not checker().ed25519(key, b"anything", key + bytes(32))
        assert not checker().ed25519(key, b"anything", (1).to_bytes(32, "little") + bytes(32))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 13])
def test_its_tree_agrees_with_ours(size: int) -> None:
    leaf_hashes = hashes(size)
    tree = checker().Tree()
    for hashed in leaf_hashes:
        tree.append(hashed)
    root = root_of(leaf_hashes)
    assert tree.root() == root
    for index in range(size):
        proof = inclusion_proof(index, leaf_hashes)
        assert checker().included(index, size, leaf_hashes[index], proof, root)
        for changed in (proof[:-1], [*proof, root], [root, *proof[1:]]):
            if changed != proof:
                assert not checker().included(index, size, leaf_hashes[index], changed, root)
        assert not checker().included(size, size, leaf_hashes[index], proof, root)
    for older in range(1, size + 1):
        proof, before = consistency_proof(older, leaf_hashes), root_of(leaf_hashes[:older])
        for given_proof in (proof, proof[:-1], [*proof, root], []):
            said = checker().consistent(older, size, given_proof, before, root)
            assert said == merkle.verify_consistency(older, size, given_proof, before, root)
    assert not checker().consistent(0, size, [], merkle.EMPTY_ROOT, root)


# ---- by hand ---------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(
    not all(map(shutil.which, ("openssl", "sh", "sed", "sha256sum"))), reason="no shell with openssl here"
)
def test_the_commands_of_the_page_work_as_they_stand_there(bundle: Path, tmp_path: Path) -> None:
    page = (bundle / "SPEC.md").read_text(encoding="utf-8").partition("## By hand")[2]
    commands = [line[4:] for line in page.splitlines() if line.startswith("    ")]
    assert len(commands) == 6
    copy = Path(shutil.copytree(bundle, tmp_path / "by hand"))
    for note in ("checkpoint", "seal"):
        script = "set -e\n" + "\n".join(commands).replace("checkpoint", note)
        ran = subprocess.run(["sh", "-c", script], cwd=copy, capture_output=True, text=True, check=False)
        assert ran.returncode == 0, ran.stderr
        assert "Signature Verified Successfully" in ran.stdout
        assert "FAILED" not in ran.stdout
        first = records(copy / "entries.jsonl")[1]["prev"]
        assert first in ran.stdout
    (copy / "checkpoint").write_bytes((copy / "checkpoint").read_bytes().replace(b"\n", b"1\n", 1))
    ran = subprocess.run(["sh", "-c", "\n".join(commands)], cwd=copy, capture_output=True, text=True, check=False)
    assert "Signature Verified Successfully" not in ran.stdout
    assert "checkpoint: FAILED" in ran.stdout
