"""`signpost audit`: what verifies is exported whole and private; what does not is told with code 3."""

import csv
import io
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from editorial.audit.verify import read_jsonl, verify_entries
from tests.desktop.commands.conftest import signpost


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


def test_a_place_that_takes_no_file_is_told(workspace: Path, tmp_path: Path) -> None:
    ran = signpost("audit", "export", "--out", tmp_path / "no" / "log.csv", "--workspace", workspace, "--json")
    assert (ran.code, ran.errors[0]["error"]) == (1, "E-EXPORT")
