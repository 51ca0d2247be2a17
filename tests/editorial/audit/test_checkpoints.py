"""Checkpoints are signed only over what continues the last one, and show what the head in the database cannot."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing, Format
from editorial.audit.checkpoint import Checkpoint, checkpoint_signer
from editorial.audit.checkpoints import CheckpointError, Checkpoints, sign_log, vkeys_of
from editorial.audit.log import rows
from editorial.audit.merkle import leaf_hash
from editorial.audit.note import verify
from editorial.audit.tree import Frontier
from editorial.desk import DATABASE
from editorial.keys.workspace_secret import WorkspaceSecret
from editorial.store.models import AuditCheckpoint
from tests.editorial.audit.attacks import Signed
from tests.fakes.desks import staffed


@pytest.fixture
def signed(tmp_path: Path) -> Iterator[Signed]:
    with staffed(tmp_path / "desk") as staff:
        yield Signed(staff, Checkpoints(staff.desk))


def test_a_checkpoint_is_a_note_that_the_charters_key_verifies(signed: Signed) -> None:
    desk = signed.staff.desk
    assert signed.make()
    (note,) = signed.notes()
    with desk.reading() as session:
        vkeys = vkeys_of(desk.charter(session).charter)
    assert verify(note, vkeys) == [desk.workspace.origin]
    said, verdict = Checkpoint.parse(note), Auditing(desk).check()
    assert (said.origin, said.size, said.root) == (desk.workspace.origin, verdict.size, verdict.root)
    assert verdict.problem is None


def test_one_is_made_only_when_there_is_news(signed: Signed) -> None:
    assert signed.make()
    assert not signed.make()
    signed.news(5)
    assert signed.make()
    first, second = (Checkpoint.parse(note).size for note in signed.notes())
    assert second == first + 5
    signed.news(2)
    verdict = Auditing(signed.staff.desk).check()
    assert (verdict.problem, verdict.signed, verdict.size) == (None, second, second + 2)


def test_a_log_that_was_rewritten_whole_is_noticed(signed: Signed) -> None:
    signed.news(3)
    assert signed.make()
    size = Checkpoint.parse(signed.notes()[0]).size
    signed.news(3)
    signed.rewrite(size - 2)
    assert signed.problem() == f"Entries before {size:,} were rewritten"
    with pytest.raises(CheckpointError, match="continue"):
        signed.make()
    assert len(signed.notes()) == 1


def test_what_came_after_the_last_one_can_be_rewritten_unnoticed(signed: Signed) -> None:
    """The limit that the product states: only what a checkpoint covers is shown to be as it was."""
    assert signed.make()
    size = Checkpoint.parse(signed.notes()[0]).size
    signed.news(3)
    signed.rewrite(size + 1)
    assert signed.problem() == ""


def test_a_log_that_was_cut_behind_a_checkpoint_is_noticed(signed: Signed) -> None:
    frontier, last = Frontier.empty(), b""
    with signed.staff.desk.reading() as session:
        for row in rows(session):
            last = leaf_hash(row.leaf)
            frontier = frontier.append(last)
    signed.news(3)
    assert signed.make()
    size = frontier.size
    signed.run("DELETE FROM audit_entry WHERE seq >= :size", size=size)
    signed.head(frontier, last)
    assert signed.problem() == f"Entries {size:,} to {size + 2:,} are missing"
    with pytest.raises(CheckpointError):
        signed.make()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_checkpoint SET size = size - 1",
        "UPDATE audit_checkpoint SET note = replace(note, 'signpost', 'Signpost')",
        "UPDATE audit_checkpoint SET note = x'00'",
        "UPDATE audit_checkpoint SET note = 7",
        "UPDATE audit_checkpoint SET frontier = '[]'",
    ],
)
def test_a_changed_checkpoint_is_not_continued(signed: Signed, change: str) -> None:
    assert signed.make()
    signed.run(change)
    signed.news()
    with pytest.raises(CheckpointError):
        signed.make()
    if "frontier" not in change:
        assert signed.problem() == "A checkpoint of the log is not signed by this desk"


def test_a_checkpoint_of_another_secret_counts_for_nothing(signed: Signed) -> None:
    desk = signed.staff.desk
    other = checkpoint_signer(WorkspaceSecret(bytes(32)), desk.workspace.origin, desk.desk_id)
    note = other.sign(Checkpoint(desk.workspace.origin, 1, bytes(32)).to_text())
    with desk.writing(desk.system()) as unit:
        unit.session.add(AuditCheckpoint(size=1, note=note, frontier=[], at=unit.now))
        unit.record(Action.LOG_VERIFIED, "log", desk.workspace.id)
    assert signed.problem() == "A checkpoint of the log is not signed by this desk"
    with pytest.raises(CheckpointError):
        signed.make()


def test_checkpoints_are_never_changed_by_the_program(signed: Signed) -> None:
    assert signed.make()
    with closing(sqlite3.connect(signed.staff.desk.folder / DATABASE)) as database:
        for statement in (
            "UPDATE audit_checkpoint SET size = 1",
            "DELETE FROM audit_checkpoint",
            "INSERT OR REPLACE INTO audit_checkpoint SELECT * FROM audit_checkpoint",
        ):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                database.execute(statement)


@pytest.mark.parametrize(
    "body", ["", "log\n7\n", "log\n07\n" + "A" * 43 + "=\n", "log\n-7\n" + "A" * 43 + "=\n", "log\n7\nAAAA\n"]
)
def test_what_is_no_checkpoint_is_refused(body: str) -> None:
    signer = checkpoint_signer(WorkspaceSecret(bytes(32)), "log", "desk")
    with pytest.raises(ValueError, match=r".+"):
        Checkpoint.parse(signer.sign(body + "\n"))


def test_each_desk_signs_with_a_key_of_its_own() -> None:
    secret = WorkspaceSecret(bytes(32))
    keys = {str(checkpoint_signer(secret, "log", desk).key) for desk in ("desk_1", "desk_2")}
    assert len(keys) == 2


def test_an_export_is_signed_before_and_after(signed: Signed, tmp_path: Path) -> None:
    staff = signed.staff
    verdict, _ = Auditing(staff.desk).export(staff.helen.actor, Format.JSONL, tmp_path / "log.jsonl")
    assert verdict.signed == verdict.size
    sizes = [Checkpoint.parse(note).size for note in signed.notes()]
    assert sizes == [verdict.size, verdict.size + 1]  # the export is an entry itself


def test_without_the_secret_the_log_is_exported_unsigned(signed: Signed, tmp_path: Path) -> None:
    staff = signed.staff
    staff.keyring.entries.clear()
    assert not sign_log(staff.desk)
    verdict, _ = Auditing(staff.desk).export(staff.desk.operator(), Format.JSONL, tmp_path / "log.jsonl")
    assert (verdict.problem, verdict.signed, signed.notes()) == (None, 0, [])
