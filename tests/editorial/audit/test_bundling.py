"""Exporting a bundle: what goes in and what stays, who may, and that it appears whole or not at all."""

import sqlite3
import sys
import threading
import tracemalloc
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing, TamperedError
from editorial.audit.browsing import Sought
from editorial.audit.bundle import Extract
from editorial.audit.bundling import Bundling
from editorial.audit.checkpoint import Checkpoint
from editorial.audit.nodes import Nodes
from editorial.audit.tree import consistency_path, consistency_proof, inclusion_path, inclusion_proof, root_of
from editorial.desk import DATABASE
from editorial.errors import BadInputError, DeskError, NotAllowedError, NotFoundError
from editorial.keys.dsse import Envelope
from editorial.people.keys import Keys
from editorial.people.tries import WrongPassphraseAtDeskError
from editorial.posts.comments import Comments
from editorial.posts.records import revision_of
from editorial.posts.revision import FINDING, PRIVACY
from editorial.signoff.statement import Statement, sign_statement
from editorial.store.models import Revision
from tests.editorial.audit.bundles import (
    ANCHORED,
    STORY,
    TEXT,
    UNANCHORED,
    check,
    export,
    lived_in,
    newest_entry,
    records,
    vkey_of,
)
from tests.editorial.audit.conftest import Exhibit
from tests.editorial.audit.test_tree import hashes
from tests.fakes.authorizations import recorded, sign, story
from tests.fakes.desks import HELEN, JONAS, MIRA, Staff
from tests.fakes.posts import scheduled

NAMES = ("Rosa", "Meyer", "choir")


def everything(bundle: Path) -> str:
    """All that can be read in a bundle, but for the two files that go with every one."""
    shipped = ("verify.py", "SPEC.md")
    return "\n".join(
        each.read_text(encoding="utf-8", errors="replace")
        for each in sorted(bundle.rglob("*"))
        if each.is_file() and each.name not in shipped
    )


# ---- what goes in ----------------------------------------------------------------------------------------------------


def test_what_names_patients_stays_at_home_and_its_digest_goes(exhibit: Exhibit) -> None:
    text = everything(exhibit.bundle)
    assert [name for name in NAMES if name in text] == []
    assert TEXT in text
    assert "Helen Castellanos" in text, "staff are named"
    withheld = [each for each in records(exhibit.bundle / "versions.jsonl") if "withheld" in each]
    assert [each["withheld"] for each in withheld] == ["patient"]
    assert withheld[0]["digest"].startswith("sha256:")


def test_the_option_takes_it_along(exhibit: Exhibit, tmp_path: Path) -> None:
    bundle = export(exhibit.staff, tmp_path / "all", Extract(patients=True))
    assert STORY in everything(bundle)
    assert check(bundle).code == UNANCHORED
    assert "withheld because" not in check(bundle).text
    assert all("body" in each for each in records(bundle / "bodies.jsonl"))


def test_free_words_that_nobody_checked_stay_too(staff: Staff, tmp_path: Path) -> None:
    post, _ = scheduled(staff)
    Comments(staff.desk).say(staff.jonas.actor, post, "Is this about Rosa Meyer?")
    assert "Rosa" not in everything(export(staff, tmp_path / "out"))
    assert "Rosa" in everything(export(staff, tmp_path / "with", Extract(patients=True)))


def test_a_name_that_was_typed_for_an_earlier_export_stays(staff: Staff, tmp_path: Path) -> None:
    export(staff, tmp_path / "for Rosa Meyer")
    assert "Rosa" not in everything(export(staff, tmp_path / "out"))


def test_another_post_that_a_look_up_saw_stays_also_of_a_harmless_one(staff: Staff, tmp_path: Path) -> None:
    _, delivery = scheduled(staff)
    body = {"candidates": [{"text": "Rosa Meyer is well again"}], "why": "Nothing alike."}
    with staff.desk.writing(staff.desk.system()) as unit:
        unit.record(Action.DELIVERY_LOOKED_UP, "delivery", delivery, body=body)
    assert "Rosa" not in everything(export(staff, tmp_path / "out"))


@pytest.mark.parametrize(
    ("how", "goes"),
    [("seen by the signer", True), ("covered by A-1", True), ("kept by the author: Rosa agreed", False),
     ("not a patient identifier, because Rosa is our cook", False), ("covered by A-1 and Rosa", False)],
)  # fmt: skip
def test_a_reason_typed_into_a_signature_about_a_patient(staff: Staff, tmp_path: Path, how: str, goes: bool) -> None:
    """The signature stays with it then, and the script says how many it did not see."""
    post = story(staff, [recorded(staff)], staff.connect_practice(), STORY)
    sign(staff, post)
    (entry,) = Auditing(staff.desk).entries(object_id=post, prefixes=("post.signed_off",), limit=1)
    statement = Statement.from_payload(Envelope.from_json(entry.body["envelope"]).payload)
    statement = replace(statement, findings=({"rule": "alt.short", "how": how},))
    with Keys(staff.desk).unsealed(staff.helen.actor, HELEN) as key:
        statement = replace(statement, signer={**statement.signer, "id": key.key_id, "key_id": key.key_id})
        envelope = sign_statement(statement, key)
    with staff.desk.writing(staff.helen.actor) as unit:
        unit.record(Action.SIGNED_OFF, "post", post, revision=1, body={"envelope": envelope.to_json()})
    bundle = export(staff, tmp_path / "out")
    signoffs = [each["seq"] for each in records(bundle / "signoffs.jsonl")]
    assert (str(Auditing(staff.desk).size() - 2) in signoffs) == goes
    assert "Rosa" not in everything(bundle)
    said = check(bundle)
    assert ("1 sign-off of entries whose readable part is not here." in said.text) == (not goes)


def test_a_warning_about_privacy_is_enough_to_keep_a_post_at_home(staff: Staff, tmp_path: Path) -> None:
    """No privacy officer has to sign for it: what is kept back is more than what is stopped."""
    post, _ = scheduled(staff, "Rosa Meyer sings.")
    assert "Rosa" in everything(export(staff, tmp_path / "before"))
    finding = dict.fromkeys(FINDING, "") | {"category": PRIVACY, "severity": "warning"}
    with staff.desk.writing(staff.desk.system()) as unit:
        snapshot = replace(revision_of(unit.session, post, 1)[1], number=2, findings=(finding,))
        row = Revision(
            id="rev_2", post_id=post, number=2, digest=snapshot.digest(), content=snapshot.encode(),
            frozen_by=staff.mira.person_id, frozen_at=unit.now,
        )  # fmt: skip
        unit.session.add(row)
        unit.record(Action.REVISION_FROZEN, "post", post, revision=2, body={"digest": row.digest})
    assert "Rosa" not in everything(export(staff, tmp_path / "after"))


def test_an_extract_about_a_post(exhibit: Exhibit, tmp_path: Path) -> None:
    bundle = export(exhibit.staff, tmp_path / "part", Extract(Sought(objects=(exhibit.post,))))
    entries = records(bundle / "entries.jsonl")
    kept = [each for each in entries if "h" not in each]
    about = {each["object"]["type"] for each in kept if each["object"]["id"] != exhibit.post}
    assert about == {"charter", "log", "workspace", "delivery"}
    assert {"post.signed_off", "delivery.published", "charter.signed"} <= {each["action"] for each in kept}
    assert len(records(bundle / "inclusion.jsonl")) == len(kept)
    said = check(bundle, "--vkey", vkey_of(bundle))
    assert said.code == ANCHORED
    assert f"{len(entries) - len(kept)} of them are here by their hashes alone" in said.text


@pytest.mark.parametrize(
    "extract", [Extract(Sought(prefixes=("post.signed_off",))), Extract(Sought(actor_id="nobody"))]
)
def test_other_extracts(exhibit: Exhibit, tmp_path: Path, extract: Extract) -> None:
    bundle = export(exhibit.staff, tmp_path / "part", extract)
    actions = {each["action"] for each in records(bundle / "entries.jsonl") if "h" not in each}
    assert actions - {"charter.signed", "log.started", "workspace.created"} <= {"post.signed_off"}
    assert check(bundle).code == UNANCHORED


def test_without_pictures(exhibit: Exhibit, tmp_path: Path) -> None:
    assert list((exhibit.bundle / "media").iterdir())
    bundle = export(exhibit.staff, tmp_path / "out", Extract(pictures=False))
    assert not (bundle / "media").exists()
    assert check(bundle).code == UNANCHORED


def test_a_picture_that_is_lost_is_counted(staff: Staff, tmp_path: Path) -> None:
    lived_in(staff)
    for picture in (staff.desk.folder / "media").iterdir():
        if picture.is_file():
            picture.write_bytes(b"something else")
    exported = Bundling(staff.desk).export(staff.desk.operator(), tmp_path / "out", Extract())
    assert (exported.counts.pictures, len(exported.counts.missing)) == (0, 1)
    assert exported.counts.missing[0] in (tmp_path / "out" / "bundle.json").read_text(encoding="utf-8")
    assert check(tmp_path / "out").code == UNANCHORED


def test_a_body_that_was_erased_leaves_its_digest(staff: Staff, tmp_path: Path) -> None:
    lived_in(staff)
    with closing(sqlite3.connect(staff.desk.folder / DATABASE)) as database, database:
        database.execute(
            "DELETE FROM audit_body WHERE seq IN (SELECT seq FROM audit_entry WHERE action = 'post.frozen')"
        )
    bundle = export(staff, tmp_path / "out")
    assert records(bundle / "versions.jsonl") == []
    assert [each["withheld"] for each in records(bundle / "bodies.jsonl") if "withheld" in each].count("erased") == 2
    assert "2 erased" in check(bundle).text


def test_the_report_tells_each_post_and_escapes_everything(staff: Staff, tmp_path: Path) -> None:
    scheduled(staff, '<script>alert("1")</script> & more')
    sign(staff, story(staff, [recorded(staff)], staff.accounts[0], STORY))
    page = (export(staff, tmp_path / "out") / "report.html").read_text(encoding="utf-8")
    assert "not authoritative" in page
    assert "<script" not in page
    assert "P-1, &lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; more" in page
    assert "<h2>P-2</h2>" in page, "a title that may name a patient stays"
    assert "Signed by Helen Castellanos, Privacy officer, 2027-03-10 15:42:00+00:00: “" in page
    assert "Jonas Lindqvist" in page
    assert "default-src 'none'" in page


# ---- who may, and what is noted --------------------------------------------------------------------------------------


def test_a_person_signs_and_the_log_notes_it(staff: Staff, tmp_path: Path) -> None:
    exported = Bundling(staff.desk).export(staff.helen.actor, tmp_path / "out", Extract(), passphrase=HELEN)
    assert newest_entry(staff) == {
        "action": Action.LOG_EXPORTED, "reason": "bundle", "actor": "Helen Castellanos", "file": "out",
        "root": exported.verdict.root.hex(), "manifest": exported.manifest, "scope": Extract().to_json(),
    }  # fmt: skip
    assert exported.changes.through == Auditing(staff.desk).size() - 1
    assert "by Helen Castellanos, privacy officer, who signed it on" in check(tmp_path / "out").text
    notes = [Checkpoint.parse(each["note"].encode()).size for each in records(tmp_path / "out" / "checkpoints.jsonl")]
    assert notes[-1] == exported.verdict.size
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o700


def test_the_desk_alone_vouches_from_the_command_line(staff: Staff, tmp_path: Path) -> None:
    Bundling(staff.desk).export(staff.desk.operator(), tmp_path / "out", Extract())
    assert not (tmp_path / "out" / "signature.dsse.json").exists()
    assert "without a person's signature" in check(tmp_path / "out").text


def test_what_is_refused_leaves_nothing(staff: Staff, tmp_path: Path) -> None:
    bundling, out = Bundling(staff.desk), tmp_path / "out"
    before = Auditing(staff.desk).size()
    with pytest.raises(NotAllowedError, match="export the audit log"):
        bundling.export(staff.mira.actor, out, Extract(), passphrase=MIRA)
    with pytest.raises(BadInputError, match="passphrase is missing"):
        bundling.export(staff.helen.actor, out, Extract())
    with pytest.raises(NotAllowedError, match="open an authorization"):
        bundling.export(staff.jonas.actor, out, Extract(patients=True), passphrase=JONAS)
    assert Auditing(staff.desk).size() == before
    with pytest.raises(WrongPassphraseAtDeskError):
        bundling.export(staff.helen.actor, out, Extract(), passphrase="not hers at all")
    assert [each.name for each in tmp_path.iterdir()] == ["workspace"]


def test_without_the_keyring_no_bundle(staff: Staff, tmp_path: Path) -> None:
    staff.keyring.entries.clear()
    with pytest.raises(NotFoundError, match="workspace secret"):
        Bundling(staff.desk).export(staff.desk.operator(), tmp_path / "out", Extract())
    assert [each.name for each in tmp_path.iterdir()] == ["workspace"]


# ---- whole or not at all ---------------------------------------------------------------------------------------------


def test_a_zip_holds_the_same_folder(staff: Staff, tmp_path: Path) -> None:
    lived_in(staff)
    path = tmp_path / "evidence.zip"
    path.write_text("an older export")
    export(staff, path)
    assert path.stat().st_mode & 0o777 == 0o600
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        assert {name.partition("/")[0] for name in archive.namelist()} == {"evidence"}
        archive.extractall(tmp_path)
    assert check(tmp_path / "evidence", "--vkey", vkey_of(tmp_path / "evidence")).code == ANCHORED
    assert sorted(each.name for each in tmp_path.iterdir()) == ["evidence", "evidence.zip", "workspace"]


@pytest.mark.parametrize("name", ["there", "nowhere/out", "a" * 300, "folder.zip"])
def test_a_place_that_takes_no_bundle_is_told_in_words(staff: Staff, tmp_path: Path, name: str) -> None:
    (tmp_path / "there").mkdir()
    (tmp_path / "folder.zip").mkdir()
    before = Auditing(staff.desk).size()
    with pytest.raises(DeskError, match="Nothing was exported") as caught:
        export(staff, tmp_path / name)
    assert caught.value.code == "E-EXPORT"
    assert Auditing(staff.desk).size() == before
    assert sorted(each.name for each in tmp_path.iterdir()) == ["folder.zip", "there", "workspace"]


class StoppedError(Exception):
    """The person pressed Cancel."""


@pytest.mark.parametrize("when", [0, 1, 2, 3, 99])
def test_ended_on_the_way_it_leaves_nothing(staff: Staff, tmp_path: Path, when: int) -> None:
    heard: list[tuple[int, int]] = []

    def tell(done: int, total: int) -> None:
        heard.append((done, total))
        if len(heard) > when:
            raise StoppedError

    lived_in(staff)
    before = Auditing(staff.desk).size()
    attempt = Bundling(staff.desk).export
    if when < 99:
        with pytest.raises(StoppedError):
            attempt(staff.desk.operator(), tmp_path / "out.zip", Extract(), tell=tell)
        assert [each.name for each in tmp_path.iterdir()] == ["workspace"]
        assert Auditing(staff.desk).size() == before
    else:
        attempt(staff.desk.operator(), tmp_path / "out", Extract(), tell=tell)
        assert heard[:2] == [(0, 2 * before), (before, 2 * before)]
        assert check(tmp_path / "out").code == UNANCHORED


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit on file sizes to set")
@pytest.mark.parametrize("when", [1, 2, 3, 4])
def test_a_disk_that_takes_no_more_leaves_nothing(staff: Staff, tmp_path: Path, when: int) -> None:
    import resource

    lived_in(staff)
    limits, heard = resource.getrlimit(resource.RLIMIT_FSIZE), [0]

    def tell(done: int, total: int) -> None:
        heard[0] += 1
        if heard[0] == when:
            resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, limits[1]))  # bytes a file, from here on

    try:
        with pytest.raises(DeskError, match="Nothing was exported") as caught:
            Bundling(staff.desk).export(staff.desk.operator(), tmp_path / "out", Extract(), tell=tell)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert caught.value.code == "E-EXPORT"
    assert [each.name for each in tmp_path.iterdir()] == ["workspace"]
    assert Auditing(staff.desk).check().problem is None
    assert not Auditing(staff.desk).entries(prefixes=("log.exported",))


def test_a_log_that_does_not_verify_is_not_exported(staff: Staff, tmp_path: Path) -> None:
    with closing(sqlite3.connect(staff.desk.folder / DATABASE)) as database, database:
        database.execute("DROP TRIGGER audit_entry_no_update")
        database.execute("UPDATE audit_entry SET action = 'post.opened' WHERE seq = 5")
    with pytest.raises(TamperedError, match="Entry 5"):
        export(staff, tmp_path / "out")
    assert [each.name for each in tmp_path.iterdir()] == ["workspace"]


def test_others_go_on_writing_meanwhile(staff: Staff, tmp_path: Path) -> None:
    ended = threading.Event()

    def append() -> None:
        while not ended.is_set():
            with staff.desk.writing(staff.mira.actor) as unit:
                unit.record(Action.COMMENTED, "post", "post_x")

    thread = threading.Thread(target=append)
    thread.start()
    try:
        for number in range(3):
            assert check(export(staff, tmp_path / str(number)), "--all").code == UNANCHORED
    finally:
        ended.set()
        thread.join(30)


# ---- proofs without memory -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 2, 5, 8, 21])
def test_scratch_files_give_the_same_proofs(size: int) -> None:
    leaf_hashes = hashes(size)
    with Nodes() as nodes:
        for hashed in leaf_hashes:
            nodes.append(hashed)
        assert nodes.size == size
        for newer in range(1, size + 1):
            part = leaf_hashes[:newer]
            assert nodes.root_between(0, newer) == root_of(part)
            for index in range(newer):
                assert inclusion_path(index, newer, nodes.root_between) == inclusion_proof(index, part)
                assert consistency_path(index + 1, newer, nodes.root_between) == consistency_proof(index + 1, part)


def grown(staff: Staff, count: int) -> None:
    with staff.desk.writing(staff.desk.system()) as unit:
        for number in range(count):
            unit.record(Action.LOG_VERIFIED, "log", staff.desk.workspace.id, body={"number": number})


@pytest.mark.slow
def test_a_long_log_is_exported_in_constant_memory(staff: Staff, tmp_path: Path) -> None:
    def peak(name: str) -> int:
        tracemalloc.start()
        Bundling(staff.desk).export(staff.desk.operator(), tmp_path / name, Extract())
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    grown(staff, 3_000)
    short = peak("short")
    grown(staff, 20_000)
    assert peak("long") < short + 1_000_000
    assert check(tmp_path / "long").code == UNANCHORED
