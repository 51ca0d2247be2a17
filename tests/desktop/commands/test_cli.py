"""The frame around all commands: options before and after, exit codes, and that words never become tracebacks."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.cli import build_parser
from desktop.commands.output import Output
from desktop.commands.workspace import data_folder, default_workspace, demo_workspace, kind_of
from editorial.errors import DeskError
from editorial.secret import Secret
from tests.contracts.source import ROOT
from tests.desktop.commands.conftest import environment, signpost
from tests.fakes.desks import staffed

COMMANDS = (
    ("hold",),
    ("publisher",),
    ("audit", "verify"),
    ("audit", "export", "--out", "x.jsonl"),
)


@pytest.mark.parametrize(
    "arguments",
    [
        ("--workspace", "DIR", "--json", "audit", "verify"),
        ("audit", "--workspace", "DIR", "--json", "verify"),
        ("audit", "verify", "--json", "--workspace", "DIR"),
        ("--json", "audit", "verify", "--workspace", "DIR"),
        ("--workspace", "OTHER", "audit", "verify", "--workspace", "DIR", "--json"),
    ],
)
def test_shared_options_stand_anywhere(arguments: tuple[str, ...]) -> None:
    parsed = build_parser().parse_args(arguments)
    assert (parsed.workspace, parsed.json) == ("DIR", True)


def test_without_options_there_are_defaults() -> None:
    parsed = build_parser().parse_args(["hold"])
    assert (parsed.workspace, parsed.json, parsed.reason) == (None, False, "")
    drill = build_parser().parse_args(["drill"])
    assert (drill.deliveries, drill.accounts, drill.profile, drill.due) == (10, 1, "keyed", 10.0)
    practice = build_parser().parse_args(["practice"])
    assert (practice.port, practice.data) == (0, None)


def test_workspaces_have_their_places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert default_workspace() == tmp_path / "Signpost" / "workspace"
    assert demo_workspace() == data_folder() / "demo"


@pytest.mark.parametrize("arguments", COMMANDS)
def test_a_missing_workspace_is_told_in_words(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    ran = signpost(*arguments, "--workspace", tmp_path / "nowhere")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("There is no workspace here. Looked in ")
    assert ran.err.rstrip().endswith("[E-NOT-FOUND]")
    told = signpost("--json", *arguments, "--workspace", tmp_path / "nowhere")
    (error,) = told.errors
    assert (told.code, error["error"], error["title"]) == (1, "E-NOT-FOUND", "There is no workspace here")
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    "arguments", [("fly",), ("audit",), ("audit", "export"), ("hold", "--wings"), ("drill", "--due", "soon")]
)
def test_wrong_usage_is_code_2(arguments: tuple[str, ...]) -> None:
    ran = signpost(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "usage:" in ran.err
    told = signpost("--json", *arguments)
    (error,) = told.errors
    assert (told.code, error["error"]) == (2, "E-USAGE")


def test_a_port_that_does_not_exist_is_told_in_words() -> None:
    assert signpost("practice", "--port", "70000", "--json").errors[0]["title"] == "There is no port 70000"


@pytest.mark.parametrize("as_json", [True, False])
def test_without_any_keyring_the_tour_is_code_4(tmp_path: Path, as_json: bool) -> None:
    """Nor are there the programs from which a private one could be made."""
    ran = signpost(*(["--json"] if as_json else []), "tour", "--workspace", tmp_path / "w", PATH=str(tmp_path))
    assert ran.code == 4
    assert "dbus-daemon and gnome-keyring-daemon" in ran.err
    assert "E-VAULT-MISSING" in ran.err
    assert not (tmp_path / "w" / "signpost.db").exists()
    if as_json:
        assert ran.errors[0]["error"] == "E-VAULT-MISSING"


def test_a_bug_of_ours_is_one_sentence_and_tells_no_secret(tmp_path: Path) -> None:
    ran = signpost("hold", "--json", broken="bug")
    (error,) = ran.errors
    assert (ran.code, error["error"]) == (70, "E-BUG")
    assert "RuntimeError" in error["title"]
    traced = signpost("hold", broken="bug", SIGNPOST_TRACE="1")
    assert "Traceback" in traced.err
    assert "very-secret" not in traced.err + ran.err


def test_ctrl_c_is_code_130() -> None:
    ran = signpost("hold", broken="interrupt")
    assert (ran.code, ran.err) == (130, "")


def test_a_reader_that_went_away_is_no_drama() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as gone:
        done = subprocess.run(
            [sys.executable, "-m", "desktop.cli", "doctor"],
            cwd=ROOT, env=environment(), stdout=gone, stderr=subprocess.PIPE, timeout=60, check=False,
        )  # fmt: skip
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.parametrize("as_json", [True, False])
def test_every_terminal_can_show_what_is_said(monkeypatch: pytest.MonkeyPatch, as_json: bool) -> None:
    token = Secret("a-token-that-is-secret")
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding="ascii"))
    monkeypatch.setattr("sys.stderr", io.TextIOWrapper(raw, encoding="ascii"))
    output = Output(as_json=as_json)
    output.say(f"“Grüße” 😀 \udce9 {token.reveal()}", number=3)
    output.fail(DeskError("“Nein”", "Because."))
    output.step("Helen", token.reveal())
    lines = raw.getvalue().decode("ascii").splitlines()
    assert token.reveal() not in "".join(lines)
    if as_json:
        said, failed, step = map(json.loads, lines)
        assert (said["number"], said["text"][:7]) == (3, "“Grüße”")
        assert (failed["title"], step["step"]) == ("“Nein”", 1)


def test_kinds_are_read_without_opening(tmp_path: Path) -> None:
    assert kind_of(tmp_path) is None
    with staffed(tmp_path / "w", kind="tour") as staff:
        assert kind_of(staff.desk.folder) == "tour"
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "signpost.db").write_bytes(b"no database" * 100)
    assert kind_of(tmp_path / "broken") is None
