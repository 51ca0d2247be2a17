"""`signpost audit`: what verifies is exported whole and private; what does not is told with code 3."""

import csv
import io
import shutil
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from editorial.audit.bundle import checker_digest
from editorial.audit.verify import read_jsonl, verify_entries
from tests.desktop.commands.conftest import signpost
from tests.editorial.audit.bundles import check


def tampered(workspace: Path) -> None:
    with closing(sqlite3.connect(workspace / "signpost.db")) as connection:
        connection.execute("DROP TRIGGER audit_entry_no_update")
        connection.execute(
            "UPDATE audit_entry SET leaf = CAST(replace(CAST(leaf AS TEXT), 'signed_off', 'commented') AS BLOB)"
            " WHERE action = 'post.signed_off'"
        )
        connection.commit()


def test_a_whole_log_verifies_and_says_so(workspace: Path) -> None:
    ran = signpost("audit", "verify", "--workspace", workspace, "--json")
    (line,) = ran.lines
    assert (ran.code, line["intact"]) == (0, True)
    assert line["root"] in line["text"]
    again = signpost("audit", "verify", "--workspace", workspace)
    assert again.code == 0
    assert f"Verified through entry {line['size']:,}: all unchanged and in order." in again.out, "the first was noted"


def test_tampering_is_code_3(workspace: Path) -> None:
    tampered(workspace)
    ran = signpost("audit", "verify", "--workspace", workspace, "--json")
    (line,) = ran.lines
    assert (ran.code, line["intact"]) == (3, False)
    assert line["entry"] == line["size"] > 0
    assert f"Entry {line['entry']} does not match" in line["text"]
    assert "Do not delete anything" in signpost("audit", "verify", "--workspace", workspace).out


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_a_tampered_log_is_not_exported(workspace: Path, tmp_path: Path, form: str) -> None:
    tampered(workspace)
    out = tmp_path / f"log.{form}"
    ran = signpost("audit", "export", "--format", form, "--out", out, "--workspace", workspace, "--json")
    assert (ran.code, ran.errors[0]["error"], ran.out) == (3, "E-LOG", "")
    assert not out.exists()


def test_lines_are_the_evidence(workspace: Path, tmp_path: Path) -> None:
    out = tmp_path / "log.jsonl"
    ran = signpost("audit", "export", "--out", out, "--workspace", workspace, "--json")
    (line,) = ran.lines
    assert (ran.code, line["file"]) == (0, str(out))
    with out.open("rb") as file:
        verdict = verify_entries(read_jsonl(file))
    assert (verdict.problem, verdict.size, verdict.root.hex()) == (None, line["entries"], line["root"])
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_a_table_is_for_people(workspace: Path, tmp_path: Path) -> None:
    out = tmp_path / "log.csv"
    ran = signpost("audit", "export", "--format", "csv", "--out", out, "--workspace", workspace)
    assert ran.code == 0
    assert f"entries were exported to {out}." in ran.out
    table = list(csv.reader(io.StringIO(out.read_bytes().decode("utf-8-sig"))))
    assert [row[4] for row in table if row[3] == "Signed version 2"] == ["Helen Castellanos"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["evidence", "evidence.zip"])
def test_a_bundle_is_checked_by_the_script_in_it(workspace: Path, tmp_path: Path, name: str) -> None:
    out = tmp_path / name
    ran = signpost("audit", "export", "--format", "bundle", "--out", out, "--workspace", workspace, "--json")
    assert ran.code == 0, ran.err
    line = ran.lines[-1]  # before it, that the tour's private keyring is used
    assert (line["file"], line["left_out"]) == (str(out), 0)
    assert line["checker"] == checker_digest()
    if name.endswith(".zip"):
        shutil.unpack_archive(out, tmp_path)
    script = [sys.executable, "-I", str(tmp_path / "evidence" / "verify.py"), str(tmp_path / "evidence")]
    alone = subprocess.run(script, capture_output=True, text=True, check=False)
    assert (alone.returncode, alone.stderr) == (2, "")
    vkey = (tmp_path / "evidence" / "vkeys").read_text(encoding="ascii").strip()
    known = subprocess.run([*script, "--vkey", vkey, "--all"], capture_output=True, text=True, check=False)
    assert (known.returncode, known.stderr) == (0, "")
    assert "without a person's signature" in known.stdout


def test_a_bundle_about_one_post(workspace: Path, tmp_path: Path) -> None:
    out = ("--format", "bundle", "--out", tmp_path / "evidence", "--workspace", workspace, "--json")
    ran = signpost("audit", "export", "--post", "P-1", *out)
    assert ran.code == 0
    assert ran.lines[-1]["left_out"] > 0
    assert check(tmp_path / "evidence").code == 2
    unknown = signpost("audit", "export", "--post", "P-4711", *out)
    assert (unknown.code, unknown.errors[0]["error"]) == (1, "E-NOT-FOUND")
    jsonl = signpost("audit", "export", "--post", "P-1", "--out", tmp_path / "x", "--workspace", workspace, "--json")
    assert (jsonl.code, jsonl.errors[0]["error"]) == (1, "E-INPUT")


def test_a_tampered_log_gives_no_bundle(workspace: Path, tmp_path: Path) -> None:
    tampered(workspace)
    ran = signpost(
        "audit", "export", "--format", "bundle", "--out", tmp_path / "out", "--workspace", workspace, "--json"
    )
    assert (ran.code, ran.errors[0]["error"]) == (3, "E-LOG")
    assert not (tmp_path / "out").exists()


def test_a_place_that_takes_no_file_is_told(workspace: Path, tmp_path: Path) -> None:
    ran = signpost("audit", "export", "--out", tmp_path / "no" / "log.csv", "--workspace", workspace, "--json")
    assert (ran.code, ran.errors[0]["error"]) == (1, "E-EXPORT")
