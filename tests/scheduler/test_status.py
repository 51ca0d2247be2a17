"""What the publisher says of itself, and whether one runs."""

import json
import os
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scheduler.status import LOCK, STATUS, Status, is_running, lock_of, read_status, write_status

NOON = datetime(2027, 3, 10, 12, 0, tzinfo=UTC)
SAID = Status(4711, "desk-3", NOON, NOON, "running", NOON, "")


def test_what_is_written_is_read(tmp_path: Path) -> None:
    for status in (SAID, Status(1, "a", NOON, NOON, "no_keyring", None, "The keyring is locked. Unlock it.")):
        write_status(tmp_path, status)
        assert read_status(tmp_path) == status
    assert [path.name for path in tmp_path.iterdir()] == [STATUS]


@pytest.mark.skipif(os.name != "posix", reason="owner-only modes are POSIX")
def test_only_its_owner_reads_it(tmp_path: Path) -> None:
    write_status(tmp_path, SAID)
    assert stat.S_IMODE((tmp_path / STATUS).stat().st_mode) == 0o600
    with lock_of(tmp_path):
        assert stat.S_IMODE((tmp_path / LOCK).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "text", ["", "not JSON", "[]", "{}", "7", SAID.to_json().replace("4711", '"x"'), SAID.to_json()[:-9]]
)
def test_anything_else_is_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / STATUS).write_text(text, encoding="utf-8")
    assert read_status(tmp_path) is None


def test_times_need_a_zone(tmp_path: Path) -> None:
    plain = json.loads(SAID.to_json()) | {"beat": "2027-03-10T12:00:00"}
    (tmp_path / STATUS).write_text(json.dumps(plain), encoding="utf-8")
    assert read_status(tmp_path) is None


def test_no_workspace_no_publisher(tmp_path: Path) -> None:
    assert read_status(tmp_path / "nowhere") is None
    assert not is_running(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_the_lock_tells(tmp_path: Path) -> None:
    assert not is_running(tmp_path)
    write_status(tmp_path, SAID)
    assert not is_running(tmp_path), "a file left by a crash is no publisher"
    with lock_of(tmp_path):
        assert is_running(tmp_path)
        assert is_running(tmp_path)
    assert not is_running(tmp_path)
