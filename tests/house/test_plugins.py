"""The plugins themselves: each must be able to fail a test."""

import contextlib
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import secretstorage

from tests.plugins.floors import floors, measured, verdicts
from tests.plugins.logs import Watch
from tests.plugins.outside import is_here

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = """
import logging, socket, pytest

def test_quiet(): pass
def test_warns(): logging.getLogger("editorial.checks").warning("a surprise")
def test_foreign(): logging.getLogger("elsewhere").error("not ours")
def test_announced(expect_log):
    expect_log("a surprise")
    logging.getLogger("editorial.checks").warning("a surprise")
def test_announced_in_vain(expect_log): expect_log("never said")
def test_outside(): socket.create_connection(("192.0.2.1", 80), timeout=1)
def test_hidden():
    try: socket.getaddrinfo("example.org", 80)
    except Exception: pass
@pytest.mark.slow
def test_slow(): pass
"""


def inner_run(folder: Path, source: str, *options: str) -> dict[str, str]:
    """A pytest run of its own over one file with the house's plugins; outcome by test name."""
    (folder / "test_inner.py").write_text(source)
    plugins = [f"-ptests.plugins.{name}" for name in ("surroundings", "tiers", "logs", "outside", "keyring", "floors")]
    settings = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(folder), "-rA", "-q"]
    command = [sys.executable, "-m", "pytest", *plugins, *settings, *options, "test_inner.py"]
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": "-p no:cacheprovider"}
    done = subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True)
    lines = [line.split() for line in done.stdout.splitlines() if "test_inner.py::" in line]
    return {line[1].partition("::")[2]: line[0] for line in lines if len(line) > 1 and line[0].isupper()}


def test_each_plugin_fails_the_test_that_breaks_its_rule(tmp_path: Path) -> None:
    assert inner_run(tmp_path, PLUGINS) == {
        "test_quiet": "PASSED",
        "test_warns": "FAILED",
        "test_foreign": "PASSED",
        "test_announced": "PASSED",
        "test_announced_in_vain": "FAILED",
        "test_outside": "FAILED",
        "test_hidden": "FAILED",
    }


def test_a_tier_runs_when_it_is_asked_for_and_stops_at_its_budget(tmp_path: Path) -> None:
    assert inner_run(tmp_path, PLUGINS, "--slow", "-m", "slow") == {"test_slow": "PASSED"}
    assert inner_run(tmp_path, PLUGINS, "--slow", "-m", "slow", "--budget", "0") == {}


def test_only_lines_of_our_own_loggers_count() -> None:
    watch = Watch()
    for name in ("editorial.store", "urllib3", "editorially"):
        watch.handle(logging.LogRecord(name, logging.ERROR, "", 0, "said", None, None))
    assert watch.seen == ["ERROR editorial.store: said"]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.1", "::1", "localhost", "", None, b"127.0.0.1"])
def test_this_computer(host: object) -> None:
    assert is_here(host)


@pytest.mark.parametrize(
    "host", ["192.0.2.1", "example.org", "::ffff:192.0.2.1", "0.0.0.0.example", "localhost.example"]
)
def test_other_computers(host: object) -> None:
    assert not is_here(host)


def test_loopback_works() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()


def test_no_test_reaches_the_persons_own_keyring() -> None:
    with pytest.raises(secretstorage.exceptions.SecretServiceNotAvailableException):
        secretstorage.dbus_init()


@pytest.mark.usefixtures("secret_service")
def test_the_private_keyring_keeps_a_secret() -> None:
    with contextlib.closing(secretstorage.dbus_init()) as bus:
        collection = secretstorage.get_default_collection(bus)
        item = collection.create_item("test", {"service": "signpost-test"}, "päss".encode())
        assert [found.get_secret() for found in collection.search_items({"service": "signpost-test"})] == [
            "päss".encode()
        ]
        item.delete()


def test_the_floors_are_those_promised() -> None:
    assert floors() == {"editorial": 95, "all": 85}


def test_a_floor_is_missed_or_met() -> None:
    lines, good = verdicts({"editorial": 95, "all": 85}, {"editorial": 94.99, "all": 85.0})
    assert not good
    assert lines == [
        "editorial: 94.99 % covered, the floor is 95 %: TOO LOW",
        "all: 85.00 % covered, the floor is 85 %",
    ]
    assert verdicts({"all": 85}, {"all": 85.0})[1]


def test_nothing_measured_counts_as_nothing_covered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert measured("editorial", str(tmp_path / "empty")) == 0


def test_announcing_needs_no_import(expect_log: Callable[[str], None]) -> None:
    expect_log("ready")
    logging.getLogger("scheduler.engine").warning("ready")
