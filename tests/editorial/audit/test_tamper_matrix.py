"""The threat matrix, one test a row: what shows it, or in which words the product says that nothing can.

Where a row depends on what somebody outside holds, the test says first what the bundle alone shows, then what it shows
to whoever kept the key (`--vkey`) or a checkpoint (`--checkpoint`).
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from editorial.audit.actions import Action
from editorial.audit.anchoring import put_marks
from editorial.audit.auditing import Auditing, TamperedError
from editorial.audit.browsing import Sought
from editorial.audit.bundle import Extract, checker_digest
from editorial.audit.bundling import Bundling
from editorial.audit.checkpoints import Checkpoints, sign_log
from editorial.audit.leaf import SALT_SIZE, Leaf, commitment
from editorial.audit.log import rows
from editorial.audit.marks import Marks
from editorial.audit.merkle import leaf_hash
from editorial.audit.note import NoteSigner
from editorial.audit.tree import Frontier
from editorial.canonical import canonical, digest, digest_of, parse
from editorial.desk import DATABASE, Desk
from editorial.keys.dsse import Envelope
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from tests.editorial.audit.attacks import Signed
from tests.editorial.audit.bundles import (
    ANCHORED,
    TAMPERED,
    UNANCHORED,
    check,
    export,
    leaves_of,
    lines,
    lived_in,
    put,
    records,
    regrown,
    relisted,
    resealed,
    signer_of,
    vkey_of,
)
from tests.editorial.audit.conftest import Exhibit
from tests.editorial.tampering import STRANGER
from tests.fakes.desks import Staff, staffed

OWNER = "a local log alone cannot show truncation by the owner of the machine"


@pytest.fixture
def signed(tmp_path: Path) -> Iterator[Signed]:
    with staffed(tmp_path / "desk") as staff:
        lived_in(staff)
        sign_log(staff.desk)
        yield Signed(staff, Checkpoints(staff.desk))


def stranger(bundle: Path) -> NoteSigner:
    """Somebody without the desk's key, who calls the log by its name."""
    return NoteSigner(parse((bundle / "bundle.json").read_bytes())["log"], bytes(32))


def changed(bundle: Path) -> list[Leaf]:
    """The entries, one of which says another reason."""
    leaves = leaves_of(bundle)
    return [*leaves[:7], replace(leaves[7], reason="nothing"), *leaves[8:]]


def cut(signed: Signed, size: int) -> None:
    """Cuts the log back to what it was at `size`, checkpoints and charter versions included, so that all of it fits."""
    frontier, last, charters = Frontier.empty(), b"", 0
    with signed.staff.desk.reading() as session:
        for row in rows(session):
            if row.seq == size:
                break
            last = leaf_hash(row.leaf)
            frontier = frontier.append(last)
            charters += Leaf.decode(row.leaf).action.startswith("charter.")
    signed.run("DELETE FROM audit_entry WHERE seq >= :size", size=size)
    signed.run("DELETE FROM audit_body WHERE seq >= :size", size=size)
    signed.run("DELETE FROM audit_checkpoint WHERE size > :size", size=size)
    signed.run("DELETE FROM charter_version WHERE version >= :charters", charters=charters)
    signed.head(frontier, last)
    set_marks_back(signed.staff.desk)


def set_marks_back(desk: Desk) -> None:
    """As whoever rules the computer and its keyring can."""
    put_marks(desk, Marks(desk), Marks(desk).read())


def test_t1_a_row_edited(signed: Signed, tmp_path: Path, bundle: Path) -> None:
    signed.run("UPDATE audit_entry SET leaf = CAST(replace(CAST(leaf AS TEXT), '2027', '2026') AS BLOB) WHERE seq = 5")
    assert signed.problem() == "Entry 5 does not match the chain"
    with pytest.raises(TamperedError, match="Entry 5 does not match the chain"):
        export(signed.staff, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    path = bundle / "entries.jsonl"
    path.write_bytes(path.read_bytes().replace(b"2027", b"2026", 1))
    assert "changed since the bundle was made: entries.jsonl" in check(bundle).text


def test_t2_all_recomputed_without_the_key(signed: Signed, tmp_path: Path, bundle: Path) -> None:
    signed.rewrite(5)
    assert signed.problem().endswith("were rewritten")
    with pytest.raises(TamperedError, match="were rewritten"):
        export(signed.staff, tmp_path / "out")
    regrown(bundle, changed(bundle), stranger(bundle))
    said = check(bundle)
    assert (said.code, "the seal is not by a desk of this log" in said.text) == (TAMPERED, True)
    for name in ("vkeys", "policy"):  # the stranger's own key in the list: the charter does not have it
        (bundle / name).write_text(f"{'log ' if name == 'policy' else ''}{stranger(bundle).key}\n", encoding="ascii")
    resealed(bundle, stranger(bundle))
    said = check(bundle)
    assert (said.code, "vkeys are not the charter's" in said.text) == (TAMPERED, True)


@pytest.mark.parametrize("how", ["deleted", "inserted", "moved"])
def test_t3_entries_inside(signed: Signed, bundle: Path, how: str) -> None:
    if how == "deleted":
        signed.run("DELETE FROM audit_entry WHERE seq = 5")
    elif how == "moved":
        signed.run("UPDATE audit_entry SET seq = 1000 WHERE seq = 5")
        signed.run("UPDATE audit_entry SET seq = 5 WHERE seq = 6")
        signed.run("UPDATE audit_entry SET seq = 6 WHERE seq = 1000")
    else:
        signed.run("INSERT INTO audit_entry SELECT 1000, leaf, leaf_hash, ts, action, object_type, object_id, actor_id"
                   " FROM audit_entry WHERE seq = 5")  # fmt: skip
    assert signed.problem()
    leaves = leaves_of(bundle)
    other = {
        "deleted": [*leaves[:5], *leaves[6:]], "inserted": [*leaves[:5], leaves[5], *leaves[5:]],
        "moved": [*leaves[:5], leaves[6], leaves[5], *leaves[7:]],
    }[how]  # fmt: skip
    regrown(bundle, other, stranger(bundle))
    assert check(bundle).code == TAMPERED


def test_t4_the_tail_cut(signed: Signed, tmp_path: Path) -> None:
    """Alone it cannot be seen; whoever holds a newer checkpoint sees it."""
    desk, size = signed.staff.desk, Auditing(signed.staff.desk).size()
    signed.news(3)
    held = export(signed.staff, tmp_path / "before") / "checkpoint"
    cut(signed, size)
    assert signed.problem() == ""
    Bundling(desk).export(desk.operator(), tmp_path / "after", Extract())
    said = check(tmp_path / "after", "--vkey", vkey_of(tmp_path / "after"))
    assert (said.code, OWNER in said.text) == (ANCHORED, True)
    said = check(tmp_path / "after", "--checkpoint", held)
    assert said.code == TAMPERED
    assert "entries were cut off, or an older state was put back" in said.text


def test_t5_an_older_database_put_back(signed: Signed, tmp_path: Path) -> None:
    """As T4; once new entries have grown over the gap, the kept checkpoint shows that they are others."""
    staff, file = signed.staff, signed.staff.desk.folder / DATABASE
    older = tmp_path / "older.db"
    with closing(sqlite3.connect(file)) as now, closing(sqlite3.connect(older)) as then:
        now.backup(then)
    signed.news(3)
    held = export(staff, tmp_path / "before") / "checkpoint"
    with closing(sqlite3.connect(older)) as then, closing(sqlite3.connect(file)) as now:
        then.backup(now)
    set_marks_back(staff.desk)
    shorter, longer = tmp_path / "shorter", tmp_path / "longer"
    Bundling(staff.desk).export(staff.desk.operator(), shorter, Extract())
    assert check(shorter, "--vkey", vkey_of(shorter)).code == ANCHORED
    assert "an older state was put back" in check(shorter, "--checkpoint", held).text
    signed.news(9)
    Bundling(staff.desk).export(staff.desk.operator(), longer, Extract())
    said = check(longer, "--checkpoint", held)
    assert (said.code, "the log was rewritten, or two histories were shown" in said.text) == (TAMPERED, True)


def test_t6_a_new_log_with_a_new_key(exhibit: Exhibit, smallest: Path) -> None:
    """Only a reader who compares keys sees it."""
    said = check(smallest)
    assert (said.code, "whoever owns the computer could have begun another" in said.text) == (UNANCHORED, True)
    said = check(smallest, "--vkey", vkey_of(exhibit.bundle))
    assert (said.code, "this is another log, or one that was begun anew" in said.text) == (TAMPERED, True)
    assert check(smallest, "--checkpoint", exhibit.bundle / "checkpoint").code == TAMPERED


def test_t7_rewritten_with_the_stolen_key(exhibit: Exhibit, bundle: Path) -> None:
    """The key alone cannot tell; up to the newest checkpoint that somebody else holds, that does."""
    regrown(bundle, changed(bundle), signer_of(exhibit.staff))
    said = check(bundle, "--vkey", vkey_of(bundle), "--all")
    assert (said.code, "A newer checkpoint in other hands can." in said.text) == (ANCHORED, True)
    said = check(bundle, "--checkpoint", exhibit.bundle / "checkpoint")
    assert (said.code, "the log was rewritten" in said.text) == (TAMPERED, True)


def test_t8_two_histories_for_two_readers(exhibit: Exhibit, bundle: Path, tmp_path: Path) -> None:
    """Each is whole by itself; whoever sees both sees it."""
    other = Path(shutil.copytree(bundle, tmp_path / "other"))
    regrown(other, changed(other), signer_of(exhibit.staff))
    assert {check(each, "--vkey", vkey_of(each)).code for each in (bundle, other)} == {ANCHORED}
    for mine, yours in ((bundle, other), (other, bundle)):
        said = check(mine, "--checkpoint", yours / "checkpoint")
        assert (said.code, "two histories were shown" in said.text) == (TAMPERED, True)


def test_t9_entries_left_out_of_an_export(exhibit: Exhibit, bundle: Path, tmp_path: Path) -> None:
    """Even by whoever has the desk's key; what an extract leaves out is counted and has its place."""
    (bundle / "entries.jsonl").write_bytes(b"".join(lines(bundle / "entries.jsonl")[:-1]))
    (bundle / "bodies.jsonl").write_bytes(b"".join(lines(bundle / "bodies.jsonl")[:-1]))
    resealed(bundle, signer_of(exhibit.staff))
    assert check(bundle).code == TAMPERED
    part = export(exhibit.staff, tmp_path / "part", Extract(Sought(objects=(exhibit.post,))))
    left_out = [place for place, each in enumerate(records(part / "entries.jsonl")) if "h" in each]
    assert left_out
    assert f"{len(left_out):,} of them are here by their hashes alone." in check(part).text


def test_t10_altered_on_the_way(bundle: Path) -> None:
    path = bundle / "versions.jsonl"
    path.write_bytes(path.read_bytes().replace(b"Monday", b"Friday"))
    assert "changed since the bundle was made: versions.jsonl" in check(bundle).text
    relisted(bundle)
    said = check(bundle)
    assert (said.code, "the seal is that of another manifest" in said.text) == (TAMPERED, True)
    resealed(bundle, stranger(bundle))
    assert check(bundle).code == TAMPERED


def test_t11_what_was_never_logged(exhibit: Exhibit) -> None:
    """No log shows it. The product says so, and what to compare with."""
    said = check(exhibit.bundle, "--vkey", vkey_of(exhibit.bundle))
    assert "- That everything that happened was logged: compare with the networks' own lists of posts." in said.text


def test_t12_entries_dated_back(exhibit: Exhibit, bundle: Path) -> None:
    """Whoever owns the clock owns the times. The product says so; the order stays proven."""
    leaves = leaves_of(bundle)
    regrown(bundle, [replace(leaf, ts="2020-01-01T00:00:00.000Z") for leaf in leaves], signer_of(exhibit.staff))
    said = check(bundle, "--vkey", vkey_of(bundle))
    assert said.code == ANCHORED
    assert "That the times are right: they are what the computer's clock said. Their order is proven." in said.text


def own_words(staff: Staff) -> tuple[str, str, Envelope]:
    """A post that Helen signed, another one that nobody signed, and her signature."""
    (entry,) = [each for each in Auditing(staff.desk).entries(limit=99) if each.action == Action.SIGNED_OFF][-1:]
    drafting = Drafting(staff.desk)
    other, _ = drafting.open(staff.mira.actor, DraftBody("Other", "Other words.", accounts=tuple(staff.accounts)))
    drafting.submit(staff.mira.actor, other)
    return entry.object_id, other, Envelope.from_json(entry.body["envelope"])


def approve(staff: Staff, post: str, envelope: Envelope) -> None:
    """Writes an approval into the log, as a changed program or the owner of the database could."""
    with staff.desk.writing(staff.helen.actor) as unit:
        body = {"envelope": envelope.to_json(), "stage": "", "meaning": "", "opened": []}
        unit.record(Action.SIGNED_OFF, "post", post, revision=1, body=body)


def test_t13_an_approval_forged_in_anothers_name(signed: Signed, tmp_path: Path) -> None:
    """The log holds it for ever; the signature does not fit the key in the charter."""
    post, _, envelope = own_words(signed.staff)
    forged = Envelope(envelope.payload_type, envelope.payload).signed_by(STRANGER)
    (real,) = envelope.signatures
    named = replace(forged, signatures=(replace(forged.signatures[0], key_id=real.key_id),))
    approve(signed.staff, post, named)
    said = check(export(signed.staff, tmp_path / "out"))
    assert (said.code, "not signed with the key of Helen Castellanos" in said.text) == (TAMPERED, True)


def test_t14_an_approval_moved_to_other_content(signed: Signed, tmp_path: Path) -> None:
    _, other, envelope = own_words(signed.staff)
    approve(signed.staff, other, envelope)
    said = check(export(signed.staff, tmp_path / "out"))
    assert (said.code, "it was recorded for something else" in said.text) == (TAMPERED, True)


def test_t14_other_content_under_an_approval(exhibit: Exhibit, bundle: Path) -> None:
    """The version's text and its entry made anew by whoever has the desk's key: what was signed is other content."""
    bodies, leaves = records(bundle / "bodies.jsonl"), leaves_of(bundle)
    place = next(place for place, leaf in enumerate(leaves) if leaf.action == "post.frozen")
    version = next(each for each in records(bundle / "versions.jsonl") if each["seq"] == str(place))
    content = parse(version["content"].replace("Monday", "Friday"))
    data, body = canonical(content), parse(bodies[place]["body"])
    body |= {"digest": digest(data), "accounts": {each["account"]: digest_of(each) for each in content["contents"]}}
    bodies[place] |= {"body": canonical(body).decode(), "salt": bytes(SALT_SIZE).hex()}
    leaves[place] = replace(leaves[place], digest=commitment(bytes(SALT_SIZE), canonical(body)))
    versions = [
        {**each, "content": data.decode()} if each["seq"] == str(place) else each
        for each in records(bundle / "versions.jsonl")
    ]
    put(bundle / "versions.jsonl", versions)
    regrown(bundle, leaves, signer_of(exhibit.staff), bodies)
    said = check(bundle)
    assert (said.code, "it was given for other content" in said.text) == (TAMPERED, True)


def test_t15_a_key_change_hidden(signed: Signed, exhibit: Exhibit, bundle: Path, tmp_path: Path) -> None:
    """The log has the entry of every charter version; the desk's pin and a kept checkpoint show the rest."""
    (bundle / "charter.jsonl").write_bytes(b"".join(lines(bundle / "charter.jsonl")[:-1]))
    resealed(bundle, signer_of(exhibit.staff))
    said = check(bundle)
    assert (said.code, "the log knows other charter versions" in said.text) == (TAMPERED, True)

    staff = signed.staff
    held = export(staff, tmp_path / "before") / "checkpoint"
    size = next(each.seq for each in Auditing(staff.desk).entries(prefixes=("charter.",), limit=1))
    cut(signed, size)
    assert signed.problem() == "The charter was rolled back"
    staff.desk.pin = None  # as on a computer that has never seen the newer one
    assert signed.problem() == ""
    Bundling(staff.desk).export(staff.desk.operator(), tmp_path / "after", Extract())
    said = check(tmp_path / "after", "--vkey", vkey_of(tmp_path / "after"))
    assert (said.code, OWNER in said.text) == (ANCHORED, True), "with log and charter cut together the key cannot tell"
    assert check(tmp_path / "after", "--checkpoint", held).code == TAMPERED


def test_t16_a_malicious_release(exhibit: Exhibit, bundle: Path) -> None:
    """The checker is known by its digest, and a checkpoint that somebody holds binds also the program that made it."""
    assert digest((exhibit.bundle / "verify.py").read_bytes()) == f"sha256:{checker_digest()}"
    (bundle / "verify.py").write_text("print('INTACT AND ANCHORED.')\n", encoding="ascii")
    resealed(bundle, signer_of(exhibit.staff))
    assert digest((bundle / "verify.py").read_bytes()) != f"sha256:{checker_digest()}"
    regrown(bundle, changed(bundle), signer_of(exhibit.staff))
    assert check(bundle, "--checkpoint", exhibit.bundle / "checkpoint").code == TAMPERED
