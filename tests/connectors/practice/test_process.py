"""The practice network as a process of its own: what a restart keeps, how it starts, how it ends."""

import json
import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from connectors.base import Tokens
from connectors.oauth import refresh
from connectors.practice import command
from connectors.practice.connector import provider
from connectors.practice.process import PracticeProcess
from connectors.practice.profiles import Profile
from editorial.clock import SystemClock
from editorial.errors import DeskError
from tests.fakes.practice import Network, publish
from tests.fakes.sendable import ready

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_a_restart_keeps_everything(end: str, tmp_path: Path) -> None:
    with requests.Session() as http:
        with PracticeProcess(tmp_path) as first:
            network = Network(first.url, http, SystemClock())
            tokens = network.tokens("Clinic", Profile.LIST)
            session = network.session("Clinic", Profile.LIST)
            publish(ready(pictures=1), session)
            network.arm("429", 2, match="clinic")
            before = (network.posts(), network.api("GET", "/api/faults").json()["armed"])
            picture = http.get(before[0][0]["media"][0]["url"], timeout=10).content
            getattr(first, end)()
        with PracticeProcess(tmp_path) as second:
            assert second.url == first.url  # so that connected accounts find it again
            assert (network.posts(), network.api("GET", "/api/faults").json()["armed"]) == before
            assert http.get(before[0][0]["media"][0]["url"], timeout=10).content == picture
            assert network.api("GET", "/api/v1/me", session).json()["profile"] == Profile.LIST
            assert isinstance(refresh(provider(second.url), tokens, http, SystemClock().now()), Tokens)


def test_files_are_for_the_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "practice"
    with PracticeProcess(folder) as process, requests.Session() as http:
        publish(ready(pictures=1), Network(process.url, http, SystemClock()).session("Clinic"))
        modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [folder.parent, *folder.parent.rglob("*")]}
    folders = {path for path in modes if path.is_dir()}
    assert folders == {folder.parent, folder, folder / "media"}
    assert {modes[path] for path in folders} == {0o700}
    assert len(modes) >= 5
    assert {mode for path, mode in modes.items() if path not in folders} == {0o600}


def test_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    """Whoever starts it may be killed; the pipe to it closes all the same."""
    starter = (
        "import sys, pathlib, os, signal\n"
        "from connectors.practice.process import PracticeProcess\n"
        "process = PracticeProcess(pathlib.Path(sys.argv[1]))\n"
        "print(process.url, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", starter, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    address = ("127.0.0.1", int(done.stdout.strip().rpartition(":")[2]))
    for _ in range(200):
        try:
            with socket.create_connection(address, timeout=5) as open_until_it_ends:
                open_until_it_ends.settimeout(5)
                open_until_it_ends.recv(1)  # returns when the server closes
        except ConnectionRefusedError:
            return
        except OSError:
            continue
    pytest.fail("still running")


def test_tokens_stay_out_of_a_log_of_everything(tmp_path: Path) -> None:
    """oauthlib writes codes and tokens at DEBUG; the server keeps it from doing so."""
    everything = (
        "import logging, sys\n"
        "logging.basicConfig(level=logging.DEBUG)\n"
        "logging.getLogger('connectors').debug('this log is read')\n"
        "from connectors.practice.command import main\n"
        "main(['--data', sys.argv[1], '--until-stdin-ends'])\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", everything, str(tmp_path)], cwd=ROOT,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    url = json.loads(process.stdout.readline())["url"]
    with requests.Session() as http:
        tokens = Network(url, http, SystemClock()).tokens("Clinic")
        newer = refresh(provider(url), tokens, http, SystemClock().now())
    assert isinstance(newer, Tokens)
    _, log = process.communicate(timeout=20)
    assert "this log is read" in log
    for held in (tokens.access, tokens.refresh, newer.access, newer.refresh):
        assert held is not None
        assert held.reveal() not in log


@pytest.mark.parametrize("options", [["--until-stdin-ends"], []])
def test_a_started_server_says_one_line_and_ends_when_told(options: list[str], tmp_path: Path) -> None:
    words = [sys.executable, "-m", "connectors.practice", "--data", str(tmp_path), *options]
    process = subprocess.Popen(
        words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    said = json.loads(process.stdout.readline())
    assert said["pid"] == process.pid
    assert requests.get(said["url"], timeout=10).status_code == 200
    if options:
        out, err = process.communicate(timeout=20)  # closes its standard input
    else:
        process.terminate()
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (0, "", "")


def test_a_port_can_be_asked_for(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(DeskError, match="did not start"):
            PracticeProcess(tmp_path, port)
    with PracticeProcess(tmp_path, port) as process:
        assert process.url == f"http://127.0.0.1:{port}"


def test_a_taken_port_of_last_time_is_no_obstacle(tmp_path: Path) -> None:
    with PracticeProcess(tmp_path) as first, PracticeProcess(tmp_path) as second:
        assert first.url != second.url


def test_a_taken_port_is_said_in_words(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        with pytest.raises(DeskError):
            PracticeProcess(tmp_path, port)
    assert f"cannot use port {port}" in capfd.readouterr().err


def test_options_reach_the_server(tmp_path: Path) -> None:
    options = ["--rate", "1", "--late-list", "0", "--forget-after", "0", "--token-lifetime", "77"]
    with PracticeProcess(tmp_path, options=options) as process, requests.Session() as http:
        network = Network(process.url, http, SystemClock())
        tokens = network.tokens("Clinic", Profile.LATE_LIST)
        assert tokens.expires_at is not None
        assert 0 < (tokens.expires_at - SystemClock().now()).total_seconds() <= 77
        session = network.session("Clinic", Profile.LATE_LIST)
        publish(ready(), session)
        assert len(network.api("GET", "/api/v1/posts", session).json()) == 1
        assert network.api("POST", "/api/v1/posts", session, json={"text": "x"}).status_code == 429


def test_a_folder_is_needed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        command.main(["--port", "1"])
    assert "--data DIR is needed" in capsys.readouterr().err


def test_starting_from_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with PracticeProcess(Path("here")) as process:
        assert requests.get(process.url, timeout=10).ok
    assert (tmp_path / "here" / "practice.sqlite3").exists()
    assert os.listdir(tmp_path) == ["here"]
