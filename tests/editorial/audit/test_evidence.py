"""verify.py as it is shipped: what it finds, what it refuses, and that it needs nothing of ours."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from editorial.audit.bundle import checker_digest, resource
from editorial.canonical import canonical, digest
from tests.editorial.audit.bundles import (
    ANCHORED,
    CHECKER,
    TAMPERED,
    UNANCHORED,
    UNREADABLE,
    check,
    lines,
    put,
    records,
    resealed,
    signer_of,
    vkey_of,
)
from tests.editorial.audit.conftest import Exhibit

ALONE = "verify.py"
"""Excepted from flips: its own digest is printed in the app and on the key sheet."""


def files_of(bundle: Path) -> list[Path]:
    return sorted(each for each in bundle.rglob("*") if each.is_file())


def run(bundle: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The script that lies in the bundle, in a process of its own that knows nothing of ours."""
    command = [sys.executable, "-I", str(bundle / ALONE), str(bundle), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


# ---- what it is ------------------------------------------------------------------------------------------------------


def test_it_is_old_python_and_the_standard_library_alone() -> None:
    tree = ast.parse(CHECKER.read_bytes(), feature_version=(3, 8))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= set(sys.stdlib_module_names) | {"__future__"}
    assert "importlib" not in imported


def test_old_python_knows_every_method_that_it_calls() -> None:
    names = {node.attr for node in ast.walk(ast.parse(CHECKER.read_bytes())) if isinstance(node, ast.Attribute)}
    assert not names & {"removeprefix", "removesuffix", "bit_count", "is_relative_to", "file_digest", "pairwise"}


def test_the_one_in_the_bundle_is_the_one_that_is_shipped(bundle: Path) -> None:
    assert (bundle / ALONE).read_bytes() == CHECKER.read_bytes() == resource(ALONE)
    assert digest(CHECKER.read_bytes()) == "sha256:" + checker_digest()


# ---- what it says of a whole bundle ----------------------------------------------------------------------------------


def test_a_whole_bundle_by_itself_and_with_the_key(bundle: Path) -> None:
    alone, known = run(bundle), run(bundle, "--vkey", vkey_of(bundle), "--all")
    assert (alone.returncode, alone.stderr) == (UNANCHORED, "")
    assert alone.stdout.startswith("INTACT, BUT UNANCHORED.")
    assert "whoever owns the computer could have begun another" in alone.stdout
    assert (known.returncode, known.stderr) == (ANCHORED, "")
    assert known.stdout.startswith("INTACT AND ANCHORED.")
    assert "Anchored by the key that you gave: it signed entries 0 to " in known.stdout
    for limit in ("a local log alone cannot show truncation", "That the times are right", "report.html is for reading"):
        assert limit in known.stdout


def test_it_says_how_much_it_looked_at(exhibit: Exhibit) -> None:
    said = check(exhibit.bundle).text
    assert "Helen Castellanos, privacy officer, who signed it on " in said
    assert "4 charter versions, each signed by people whom the one before entitled to." in said
    assert "4 sign-offs, each with the key that the charter gave its signer" in said
    assert "1 version of posts as recorded and signed; 1 more are withheld; 1 picture." in said
    assert "1 record of what networks showed, as recorded; 0 more are withheld." in said
    assert "1 authorization with the digests that were recorded." in said


def test_a_checkpoint_that_the_reader_kept_anchors(bundle: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    shutil.copy(bundle / "checkpoint", kept)
    assert check(bundle, "--checkpoint", kept).code == ANCHORED
    kept.write_bytes(kept.read_bytes().replace(b"signpost.local", b"signpost.other"))
    assert check(bundle, "--checkpoint", kept).code == TAMPERED
    assert check(bundle, "--checkpoint", tmp_path / "nowhere").code == UNREADABLE


def test_another_logs_key_is_not_this_ones(bundle: Path, smallest: Path) -> None:
    said = check(bundle, "--vkey", vkey_of(smallest))
    assert said.code == TAMPERED
    assert "this is another log, or one that was begun anew" in said.text


def test_what_is_no_bundle_is_refused_in_words(bundle: Path, tmp_path: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / "bundle"), "zip", bundle)
    said = check(Path(archive))
    assert said.code == UNREADABLE
    assert "Unpack the archive first" in said.text
    assert check(tmp_path / "nowhere").code == UNREADABLE
    assert check(tmp_path).code == UNREADABLE
    assert run(tmp_path / "bundle", "--nonsense").returncode == UNREADABLE


# ---- one bit ---------------------------------------------------------------------------------------------------------


def flip(path: Path, place: int, bit: int) -> bytes:
    """Flips one bit and returns the bytes as they were."""
    before = path.read_bytes()
    path.write_bytes(before[:place] + bytes([before[place] ^ 1 << bit]) + before[place + 1 :])
    return before


def flipped_and_found(bundle: Path, places: list[tuple[Path, int]], random: Random) -> list[str]:
    """Flips one random bit of each byte, one after the other; returns those that nobody would have noticed."""
    missed = []
    for path, place in places:
        bit = random.randrange(8)
        before = flip(path, place, bit)
        code = check(bundle).code
        path.write_bytes(before)
        if code not in (TAMPERED, UNREADABLE):
            missed.append(f"{path.name}: byte {place}, bit {bit}: {code}")
    return missed


def bytes_of(bundle: Path) -> list[tuple[Path, int]]:
    return [(path, place) for path in files_of(bundle) if path.name != ALONE for place in range(path.stat().st_size)]


def test_a_flipped_bit_anywhere_in_some_hundred_bytes(bundle: Path, smallest: Path, tmp_path: Path) -> None:
    random = Random(20271)
    copy = Path(shutil.copytree(smallest, tmp_path / "smallest"))
    for folder in (bundle, copy):
        assert flipped_and_found(folder, random.sample(bytes_of(folder), 150), random) == []
        vouching = [each for each in bytes_of(folder) if each[0].name in ("MANIFEST", "seal", "signature.dsse.json")]
        assert flipped_and_found(folder, random.sample(vouching, 100), random) == []


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_flipped_bit_in_every_byte_of_the_smallest_bundle(smallest: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(smallest, tmp_path / "smallest"))
    assert flipped_and_found(copy, bytes_of(copy), Random(20272)) == []
    assert check(copy).code == UNANCHORED


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_three_hundred_flips_through_the_script(bundle: Path) -> None:
    random = Random(20273)
    for path, place in random.sample(bytes_of(bundle), 300):
        before = flip(path, place, random.randrange(8))
        ran = run(bundle)
        path.write_bytes(before)
        assert (ran.returncode in (TAMPERED, UNREADABLE), ran.stderr) == (True, ""), (path, place)


# ---- lines and files, also when the manifest and the seal are made anew by whoever has the desk's key ----------------

LINED = [
    "entries",
    "bodies",
    "checkpoints",
    "charter",
    "signoffs",
    "versions",
    "published",
    "authorizations",
    "inclusion",
]


@pytest.mark.parametrize("again", [False, True], ids=["as it is", "sealed anew"])
@pytest.mark.parametrize("how", ["drop first", "drop last", "repeat", "move", "cut"])
@pytest.mark.parametrize("name", LINED)
def test_a_line_dropped_repeated_moved_or_cut(exhibit: Exhibit, bundle: Path, name: str, how: str, again: bool) -> None:
    path = bundle / f"{name}.jsonl"
    found = lines(path)
    if how == "move" and len(found) < 2:
        pytest.skip("there is one line alone")
    changed = {
        "drop first": found[1:], "drop last": found[:-1], "repeat": [found[0], *found], "move": found[1:] + found[:1],
        "cut": [*found[:-1], found[-1][:-1]],
    }[how]  # fmt: skip
    path.write_bytes(b"".join(changed))
    if again:
        resealed(bundle, signer_of(exhibit.staff))
    said = check(bundle)
    if again and name == "inclusion" and how not in ("repeat", "cut"):
        assert said.code == UNANCHORED, "a proof that is left out takes nothing away; their order says nothing"
        return
    assert said.code == TAMPERED, said.text
    if not again:
        assert f"changed since the bundle was made: {name}.jsonl" in said.text


def test_sealing_anew_alone_changes_nothing(exhibit: Exhibit, bundle: Path) -> None:
    resealed(bundle, signer_of(exhibit.staff))
    assert check(bundle).code == UNANCHORED


@pytest.mark.parametrize("again", [False, True], ids=["as it is", "sealed anew"])
def test_a_file_missing_added_renamed_or_a_link(exhibit: Exhibit, bundle: Path, tmp_path: Path, again: bool) -> None:
    whole = tmp_path / "whole"
    shutil.copytree(bundle, whole)

    def found(what: str) -> None:
        if again:
            resealed(bundle, signer_of(exhibit.staff))
        said = check(bundle)
        assert said.code in (TAMPERED, UNREADABLE), what
        shutil.rmtree(bundle)
        shutil.copytree(whole, bundle)

    for path in files_of(whole):
        name = path.relative_to(whole)
        if again and path.name in ("MANIFEST", "seal", "signature.dsse.json", "bundle.json"):
            continue  # made anew
        if again and name.parent.name == "media":
            continue  # a picture may be missing where the computer had lost it; bundle.json counts it
        (bundle / name).unlink()
        found(f"{name} is missing")
        (bundle / name).rename(bundle / name.with_name("other.txt"))
        found(f"{name} is renamed")
    for extra in ("notes.txt", ".hidden", "media/" + "0" * 64, "media/note.txt", "entries.jsonl.bak"):
        (bundle / extra).write_bytes(b"more")
        found(f"{extra} was added")
    (bundle / "empty").mkdir()
    found("an empty folder was added")
    (bundle / "vkeys").unlink()
    (bundle / "vkeys").symlink_to(whole / "vkeys")
    found("a file became a link")


@pytest.mark.parametrize(
    "line",
    [
        b"0" * 64 + b"  ../secret\n", b"0" * 64 + b"  /etc/passwd\n", b"0" * 64 + b" *entries.jsonl\n",
        b"0" * 63 + b"  entries.jsonl\n", b"0" * 64 + b"  media/../seal\n", b"0" * 64 + b"  a\\b\n", b"\n",
        b"0" * 64 + b"  entries.jsonl\r\n", b"0" * 64 + b"  \xff\n", b"0" * 64 + b"  entries.jsonl\0\n",
    ],
)  # fmt: skip
def test_a_manifest_of_another_form_is_not_read(bundle: Path, line: bytes) -> None:
    manifest = bundle / "MANIFEST"
    manifest.write_bytes(line + manifest.read_bytes())
    assert check(bundle).code == UNREADABLE


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"v":1}', b'"v":1 }'), (b'"v":1}', b'"v":1.0}'), (b'"v":1}', b'"v":1,"v":1}'), (b'"v":1}', b'"v":true}'),
        (b'{"action"', b'{"Action":"","action"'), (b'"seq":"0"', b'"seq":0'), (b'"seq":"0"', b'"seq":"00"'),
        (b'"v":1}', b'"v":NaN}'), (b'"v":1}', b'"v":1}{}'), (b'"v":1}', b'"v":1}\xff'), (b'{"action"', b'[{"action"'),
    ],
)  # fmt: skip
def test_an_entry_of_another_form_is_not_believed(exhibit: Exhibit, bundle: Path, before: bytes, after: bytes) -> None:
    path = bundle / "entries.jsonl"
    path.write_bytes(path.read_bytes().replace(before, after, 1))
    resealed(bundle, signer_of(exhibit.staff))
    assert check(bundle).code == TAMPERED


# ---- what hangs on the log, under a seal made anew -------------------------------------------------------------------


def other(value: object) -> object:
    """Another value of the same kind."""
    if isinstance(value, str) and value.startswith("sha256:"):
        return digest(value.encode())
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return value + "x"
    if isinstance(value, list):
        return [*value, value[0]] if value else ["x"]
    return {} if value else {"x": "y"}


@pytest.mark.parametrize("name", [each for each in LINED if each not in ("entries", "charter")])
def test_another_value_in_any_field(exhibit: Exhibit, bundle: Path, name: str) -> None:
    path = bundle / f"{name}.jsonl"
    whole = records(path)
    for place, record in enumerate(whole):
        for field in record:
            put(path, [*whole[:place], {**record, field: other(record[field])}, *whole[place + 1 :]])
            resealed(bundle, signer_of(exhibit.staff))
            said = check(bundle)
            assert said.code == TAMPERED, (place, field, said.text)


@pytest.mark.parametrize("field", ["payload", "payloadType", "signatures"])
def test_another_charter(exhibit: Exhibit, bundle: Path, field: str) -> None:
    path = bundle / "charter.jsonl"
    whole = records(path)
    for place, record in enumerate(whole):
        put(path, [*whole[:place], {**record, field: other(record[field])}, *whole[place + 1 :]])
        resealed(bundle, signer_of(exhibit.staff))
        assert check(bundle).code == TAMPERED, place


def test_a_signature_of_somebody_else_under_the_manifest(bundle: Path) -> None:
    path = bundle / "signature.dsse.json"
    (envelope,) = records(path)
    for changed in (
        {**envelope, "signatures": []},
        {**envelope, "signatures": [{**envelope["signatures"][0], "sig": "A" * 86 + "=="}]},
        {**envelope, "signatures": envelope["signatures"] * 2},
    ):
        path.write_bytes(canonical(changed))
        assert check(bundle).code == TAMPERED
    path.unlink()
    said = check(bundle)
    assert said.code == TAMPERED
    assert "the signature of the person who made the bundle is missing" in said.text
