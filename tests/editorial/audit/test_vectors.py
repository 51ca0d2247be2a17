"""The public API against public vectors: those of transparency-dev/merkle, where somebody put them.

The folder `testdata` of github.com/transparency-dev/merkle, with `inclusion/` and `consistency/` in it, is named by the
environment variable SIGNPOST_MERKLE_VECTORS. It is not kept here: it is not ours.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from editorial.audit.merkle import verify_consistency, verify_inclusion
from editorial.keys.signing import from_base64
from tests.editorial.audit.bundles import checker

VARIABLE = "SIGNPOST_MERKLE_VECTORS"


def vectors(kind: str) -> list[tuple[str, dict[str, Any]]]:
    named = os.environ.get(VARIABLE)
    if not named:
        pytest.skip(f"{VARIABLE} names no folder with the vectors of transparency-dev/merkle")
    found = [(str(path), json.loads(path.read_bytes())) for path in sorted((Path(named) / kind).rglob("*.json"))]
    assert found, f"{named} holds no vectors"
    return found


def hashes(values: list[str] | None) -> list[bytes]:
    return [from_base64(value) for value in values or []]


def test_every_vector_on_inclusion() -> None:
    for name, case in vectors("inclusion"):
        arguments = (
            case["leafIdx"], case["treeSize"], from_base64(case["leafHash"] or ""), hashes(case["proof"]),
            from_base64(case["root"] or ""),
        )  # fmt: skip
        assert verify_inclusion(*arguments) is not case["wantErr"], name
        if not case["wantErr"]:
            assert checker().included(*arguments), name


def test_every_vector_on_consistency() -> None:
    for name, case in vectors("consistency"):
        arguments = (
            case["size1"], case["size2"], hashes(case["proof"]), from_base64(case["root1"] or ""),
            from_base64(case["root2"] or ""),
        )  # fmt: skip
        assert verify_consistency(*arguments) is not case["wantErr"], name
        assert checker().consistent(*arguments) is not case["wantErr"], name
