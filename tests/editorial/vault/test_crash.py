"""kill -9 at every call to the real keyring: afterwards there is the old value or the new one, never none."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from editorial.vault import PrivateSecretService, Vault

pytestmark = pytest.mark.slow  # minutes in all; the default tier has to stay short

ROOT = Path(__file__).parents[3]


@pytest.fixture
def crash(secret_service: PrivateSecretService) -> Any:
    """Runs an operation, killed at each call in turn; the last of the findings is of the run that came to its end."""

    def run(operation: str) -> list[dict[str, Any]]:
        done = subprocess.run(
            [sys.executable, "-m", "tests.editorial.vault.crash_runner", operation, f"ws_crash_{operation}"],
            cwd=ROOT, capture_output=True, text=True, check=True, timeout=100,
        )  # fmt: skip
        found = [json.loads(line) for line in done.stdout.splitlines()]
        assert [one["died"] for one in found] == [True] * (len(found) - 1) + [False]
        return found

    return run


def test_stage(crash: Any) -> None:
    found = crash("stage")
    token, seen = "first", set()
    for one in found:
        assert one["token"] in (token, one["text"])
        seen.add(one["token"] == token)
        token = one["token"]
    assert seen == {True, False}  # some died before the header, some after it
    assert found[-1]["token"] == found[-1]["text"]
    assert len(found) > 10


def test_put(crash: Any) -> None:
    found = crash("put")
    value, seen = "first", set()
    for one in found:
        assert one["single"] in (value, one["text"])
        seen.add(one["single"] == value)
        value = one["single"]
    assert seen == {True, False}
    assert found[-1]["single"] == found[-1]["text"]
    assert len(found) > 10


def test_settle(crash: Any) -> None:
    found = crash("settle")
    assert {one["generation"] for one in found} == {2}
    assert {one["token"] for one in found} == {"0"}
    assert len(found) > 8
    assert Vault("ws_crash_settle").load("account", 2) is not None
    Vault("ws_crash_settle").forget("account", 2)


def test_forget(crash: Any) -> None:
    found = crash("forget")
    assert found[-1]["token"] is None
    assert {one["single"] for one in found} == {"first"}  # another name of the workspace is not touched
    assert len(found) > 8
