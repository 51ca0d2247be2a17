"""The publisher's process: one per workspace, orderly ends, what it says, what a crash leaves."""

import os
import shutil
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from connectors.practice.process import PracticeProcess
from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.clock import SystemClock
from editorial.delivery.states import DeliveryState
from editorial.errors import NotFoundError
from editorial.vault import PrivateSecretService
from scheduler.publisher import DONE, GONE, TAKEN, publish
from scheduler.status import STATUS, is_running, read_status
from tests.fakes.canary import find_canary
from tests.fakes.offices import FileKeyring, Office, office_at
from tests.fakes.publishers import publisher
from tests.fakes.waiting import until

pytestmark = pytest.mark.slow  # minutes in all; the default tier has to stay short

S = DeliveryState
KILL = signal.SIGKILL


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with PracticeProcess(tmp_path_factory.mktemp("network")) as process:
        yield process.url


@pytest.fixture
def keyring(tmp_path: Path) -> Path:
    return tmp_path / "keyring.json"


@pytest.fixture
def office(tmp_path: Path, url: str, keyring: Path) -> Iterator[Office]:
    with office_at(tmp_path / "workspace", url, FileKeyring(keyring)) as found:
        yield found


def actions(office: Office) -> list[str]:
    """What the log says of publishers, oldest first."""
    entries = Auditing(office.desk).entries(limit=1_000)
    return [each.action for each in reversed(entries) if each.object_type == "publisher"]


def test_a_whole_life_with_the_real_keyring(tmp_path: Path, url: str, secret_service: PrivateSecretService) -> None:
    folder = tmp_path / "workspace"
    with office_at(folder, url) as office:
        tokens = office.tokens("whole-life")
        account = office.connect("whole-life")
        secret = office.desk.vault.get("workspace-secret")
        assert read_status(folder) is None
        with publisher(folder) as process:
            until(lambda: (read_status(folder) or _none).state == "running", what="running")
            status = read_status(folder)
            assert status is not None
            assert status.pid == process.process.pid
            assert status.words == ""
            delivery = office.delivery(office.signed("A whole life.", [account], office.in_seconds(4)))
            until(lambda: (read_status(folder) or _none).next_at == office.row(delivery).due_at, what="the next time")
            until(lambda: (read_status(folder) or _none).beat > status.beat, what="the heartbeat")
            assert is_running(folder)
            until(lambda: office.row(delivery).state is S.PUBLISHED)
            assert process.end(signal.SIGTERM) == (DONE, "")
        late = (office.row(delivery).sent_at or SystemClock().now()) - office.row(delivery).due_at
        assert 0 <= late.total_seconds() < 1.5
        assert not is_running(folder)
        assert read_status(folder) is None
        assert actions(office) == [Action.PUBLISHER_STARTED, Action.PUBLISHER_STOPPED]
        assert Auditing(office.desk).check().problem is None
        newest = office.desk.vault.load(f"account/{account}", 1)
        assert newest is not None
    log = folder / "logs" / "publisher.log"
    assert "SIGTERM" in log.read_text(encoding="utf-8")
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert stat.S_IMODE(log.parent.stat().st_mode) == 0o700
    hidden = [tokens.access.reveal(), newest.value.reveal()[12:40]]
    if secret is not None:
        hidden.append(secret.reveal())
    for needle in hidden:
        assert find_canary([folder], needle) == []


class _Nothing:
    state, words, next_at = "", "", None
    beat = SystemClock().now()


_none = _Nothing()


def test_a_second_one_says_who_has_it(office: Office, keyring: Path) -> None:
    folder, said = office.desk.folder, list[str]()
    with publisher(folder, keyring=str(keyring)) as first:
        until(lambda: read_status(folder) is not None)
        assert publish(folder, say=said.append) == TAKEN
        assert f"process {first.process.pid}" in said[-1]
        first.process.send_signal(signal.SIGSTOP)  # a frozen one keeps the workspace: late, not double
        (folder / STATUS).unlink()
        assert publish(folder, say=said.append) == TAKEN
        assert "Another publisher has this workspace" in said[-1]
        first.process.send_signal(signal.SIGCONT)
        assert first.end(signal.SIGINT) == (DONE, "")
    assert actions(office) == [Action.PUBLISHER_STARTED, Action.PUBLISHER_STOPPED]


def test_it_ends_with_whoever_started_it_after_what_is_on_its_way(office: Office, keyring: Path, url: str) -> None:
    requests.post(f"{url}/api/faults", json={"kind": "slow", "match": "on-its-way", "seconds": 1.5}, timeout=5)
    post = office.signed("On its way.", [office.connect("on-its-way")])
    with publisher(office.desk.folder, keyring=str(keyring), until_stdin_ends=True) as process:
        until(lambda: office.row(office.delivery(post)).state is S.SENDING)
        assert process.process.stdin is not None
        process.process.stdin.close()
        process.process.stdin = None
        assert process.ended() == (DONE, "")
    assert office.row(office.delivery(post)).state is S.PUBLISHED
    assert actions(office)[-1] == Action.PUBLISHER_STOPPED


def test_it_ends_when_the_workspace_is_gone(office: Office, keyring: Path) -> None:
    with publisher(office.desk.folder, keyring=str(keyring)) as process:
        until(lambda: read_status(office.desk.folder) is not None)
        shutil.rmtree(office.desk.folder)
        code, said = process.ended()
    assert code == GONE
    assert "Traceback" not in said


def test_it_ends_when_another_database_takes_the_place(office: Office, keyring: Path) -> None:
    database = office.desk.folder / "signpost.db"
    with publisher(office.desk.folder, keyring=str(keyring)) as process:
        until(lambda: read_status(office.desk.folder) is not None)
        shutil.copy(database, database.with_suffix(".copy"))
        os.replace(database.with_suffix(".copy"), database)
        assert process.ended()[0] == GONE


def test_after_a_crash_the_next_one_starts_at_once_and_without_a_keyring_says_so(office: Office, keyring: Path) -> None:
    folder = office.desk.folder
    with publisher(folder, keyring=str(keyring)) as process:
        until(lambda: read_status(folder) is not None)
        process.end(KILL)
    assert not is_running(folder)
    assert read_status(folder) is not None, "the file is out of date, and says when it was true"
    post = office.signed("Waits for a keyring.", [office.connect("waits")])
    with publisher(folder) as process:  # this computer has none
        until(lambda: (read_status(folder) or _none).state == "no_keyring")
        assert "No keyring was found" in (read_status(folder) or _none).words
        assert process.end() == (DONE, "")
    assert office.row(office.delivery(post)).state is S.WAITING
    assert actions(office) == [Action.PUBLISHER_STARTED, Action.PUBLISHER_STARTED, Action.PUBLISHER_STOPPED]


def test_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="no workspace"):
        publish(tmp_path)
    assert list(tmp_path.iterdir()) == []
