"""Making a backup: what it is, what is told, and what a full disk or a kill leaves behind."""

import errno
import os
import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

import pytest

from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing
from editorial.backup.daily import Backups, back_up_when_due
from editorial.backup.form import SUFFIX, BackupError
from editorial.backup.making import Step, backups_in, drop_oldest, make_backup
from editorial.backup.restoring import line_of
from editorial.desk import DATABASE
from editorial.errors import BadInputError, NotFoundError
from editorial.upkeep import Upkeep
from tests.editorial.backup.computers import (
    backed_up,
    folder_for_backups,
    here,
)
from tests.fakes.authorizations import PDF, recorded
from tests.fakes.desks import Staff
from tests.fakes.posts import scheduled


class TestMaking:
    def test_it_is_one_private_file_with_nothing_to_read_in_it(self, staff: Staff, tmp_path: Path) -> None:
        scheduled(staff, "Flu vaccination starts on Monday.", pictures=1)
        recorded(staff, scan=PDF)
        made = make_backup(staff.desk, folder_for_backups(tmp_path), staff.jonas.actor)
        assert made.path.stat().st_mode & 0o777 == 0o600
        assert (made.path.suffix, made.missing) == (SUFFIX, ())
        data = made.path.read_bytes()
        for word in (b"SQLite format", b"Flu vaccination", b"PNG", b"PDF"):
            assert word not in data
        assert list(made.path.parent.iterdir()) == [made.path]
        assert [path.name for path in staff.desk.folder.iterdir() if path.name.startswith(".")] == []

    def test_it_is_in_the_log(self, staff: Staff, tmp_path: Path) -> None:
        made = make_backup(staff.desk, folder_for_backups(tmp_path), staff.jonas.actor)
        entry = Auditing(staff.desk).entries(limit=1)[0]
        assert (entry.action, entry.actor, entry.revision) == (
            Action.BACKUP_MADE,
            "Jonas Lindqvist",
            str(made.entries),
        )
        assert entry.body["file"] == made.path.name

    def test_its_first_line_says_whose_it_is(self, staff: Staff, tmp_path: Path) -> None:
        line = line_of(backed_up(staff, tmp_path / "backups"))
        assert (line.workspace, line.organization, line.schema) == (
            staff.desk.workspace.id,
            "Alder Bay Hospital",
            "0001",
        )

    def test_a_picture_that_is_gone_is_named(self, staff: Staff, tmp_path: Path) -> None:
        scheduled(staff, pictures=1)
        picture = next(path for path in (staff.desk.folder / "media").iterdir() if path.is_file())
        picture.unlink()
        assert make_backup(staff.desk, folder_for_backups(tmp_path), staff.jonas.actor).missing == (picture.name,)

    def test_a_backup_takes_the_place_of_a_backup_and_of_nothing_else(self, staff: Staff, tmp_path: Path) -> None:
        target = tmp_path / "ours.bin"
        make_backup(staff.desk, target, staff.jonas.actor)
        make_backup(staff.desk, target, staff.jonas.actor)
        other = tmp_path / "letter.txt"
        other.write_text("Dear all,\n")
        with pytest.raises(BackupError, match="no backup of Signpost"):
            make_backup(staff.desk, other, staff.jonas.actor)
        assert other.read_text() == "Dear all,\n"

    def test_a_log_that_does_not_verify_is_not_backed_up_over_good_ones(self, staff: Staff, tmp_path: Path) -> None:
        with closing(sqlite3.connect(staff.desk.folder / DATABASE)) as database, database:
            database.execute("DROP TRIGGER audit_entry_no_update")
            database.execute("UPDATE audit_entry SET leaf = replace(leaf, 'ok', 'no') WHERE seq = 4")
        with pytest.raises(BackupError, match="Entry 4"):
            make_backup(staff.desk, folder_for_backups(tmp_path), staff.jonas.actor)
        assert list((tmp_path / "backups").iterdir()) == []

    def test_without_the_workspace_secret_there_is_none(self, staff: Staff, tmp_path: Path) -> None:
        staff.desk.vault.delete("workspace-secret")
        with pytest.raises(NotFoundError):
            make_backup(staff.desk, folder_for_backups(tmp_path), staff.jonas.actor)

    def test_a_folder_inside_the_workspace_is_no_place_for_one(self, staff: Staff) -> None:
        inside = staff.desk.folder / "media"
        inside.mkdir(exist_ok=True)
        for target in (inside, staff.desk.folder, inside / "file.backup"):
            with pytest.raises(BadInputError, match="inside the workspace"):
                make_backup(staff.desk, target, staff.jonas.actor)
        with pytest.raises(BadInputError, match="inside the workspace"):
            Backups(staff.desk).choose(staff.jonas.actor, Upkeep(backups=inside))

    def test_the_newest_stay_and_other_files_too(self, staff: Staff, tmp_path: Path) -> None:
        folder = folder_for_backups(tmp_path)
        (folder / "letter.txt").touch()
        (folder / f"another-20270101T000000000Z{SUFFIX}").touch()
        made = []
        for _ in range(4):
            staff.clock.forward(timedelta(days=1))
            made.append(backed_up(staff, folder))
        assert drop_oldest(staff.desk, folder, 2) == tuple(reversed(made[:2]))
        assert backups_in(folder, staff.desk.workspace.id) == list(reversed(made[2:]))
        assert len(list(folder.iterdir())) == 4

    @pytest.mark.parametrize("step", [each for each in Step if each is not Step.DROPPED])
    def test_a_full_disk_at_any_step_leaves_the_old_one(self, staff: Staff, tmp_path: Path, step: Step) -> None:
        target = tmp_path / "backup.bin"
        make_backup(staff.desk, target, staff.jonas.actor)
        before = target.read_bytes()

        def full(reached: StrEnum) -> None:
            if reached is step:
                raise OSError(errno.ENOSPC, "No space left on device")

        with pytest.raises(BackupError, match="The disk for the backup is full"):
            make_backup(staff.desk, target, staff.jonas.actor, reached=full)
        if step is not Step.NAMED:
            assert target.read_bytes() == before
        assert sorted(path.name for path in tmp_path.iterdir()) == ["backup.bin", "workspace"]
        assert here(staff).restore(target).entries > 0

    @pytest.mark.parametrize("step", [each for each in Step if each is not Step.DROPPED])
    def test_killed_at_any_step_the_old_one_is_whole_and_the_next_one_works(
        self, staff: Staff, tmp_path: Path, step: Step
    ) -> None:
        folder = folder_for_backups(tmp_path)
        old = backed_up(staff, folder)
        before = old.read_bytes()
        staff.clock.forward(timedelta(days=1))
        staff.desk.engine.dispose()
        child = os.fork()
        if child == 0:
            with suppress(BaseException):
                make_backup(staff.desk, folder, staff.jonas.actor, reached=lambda at: at is step and os._exit(137))
            os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 137
        assert old.read_bytes() == before
        new = backed_up(staff, folder)
        assert sorted(folder.iterdir()) == [old, new]
        assert [path.name for path in staff.desk.folder.iterdir() if path.name.startswith(".")] == []
        assert Auditing(staff.desk).check().problem is None
        assert here(staff).restore(old).entries > 0

    def test_killed_while_old_ones_are_removed_the_newest_are_there(self, staff: Staff, tmp_path: Path) -> None:
        folder = folder_for_backups(tmp_path)
        made = []
        for _ in range(4):
            staff.clock.forward(timedelta(days=1))
            made.append(backed_up(staff, folder))

        def stop(step: StrEnum) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            drop_oldest(staff.desk, folder, 2, reached=stop)
        assert set(folder.iterdir()) >= set(made[2:])
        drop_oldest(staff.desk, folder, 2)
        assert set(folder.iterdir()) == set(made[2:])


class TestEveryDay:
    @pytest.fixture
    def folder(self, staff: Staff, tmp_path: Path) -> Path:
        folder = folder_for_backups(tmp_path)
        Upkeep(backups=folder, kept=2).keep(staff.desk.folder)
        return folder

    def test_one_a_day_and_the_newest_two_stay(self, staff: Staff, folder: Path) -> None:
        for _ in range(4):
            assert back_up_when_due(staff.desk) is not None
            staff.clock.forward(timedelta(hours=23))
            assert back_up_when_due(staff.desk) is None
            staff.clock.forward(timedelta(hours=1))
        assert len(list(folder.iterdir())) == 2

    def test_one_that_a_clock_ahead_made_neither_hurries_nor_crowds_out_the_others(
        self, staff: Staff, folder: Path
    ) -> None:
        right = staff.clock.now()
        staff.clock.at = right + timedelta(days=30)
        ahead = back_up_when_due(staff.desk)
        assert ahead is not None
        staff.clock.at = right
        for _ in range(3):
            made = back_up_when_due(staff.desk)
            assert made is not None
            assert made.path.exists()
            assert back_up_when_due(staff.desk) is None, "one a day"
            staff.clock.forward(timedelta(days=1))
        assert len(set(folder.iterdir()) - {ahead.path}) == 2

    def test_a_copy_beside_them_is_none_of_them(self, staff: Staff, folder: Path) -> None:
        made = back_up_when_due(staff.desk)
        assert made is not None
        copy = shutil.copy(made.path, made.path.with_name(f"{made.path.name.removesuffix(SUFFIX)} (1){SUFFIX}"))
        assert back_up_when_due(staff.desk) is None, "the newest is not a day old"
        drop_oldest(staff.desk, folder, 1)
        assert set(folder.iterdir()) == {made.path, copy}

    def test_none_where_no_folder_was_chosen(self, staff: Staff) -> None:
        assert back_up_when_due(staff.desk) is None

    def test_none_while_a_gap_is_open(self, staff: Staff, folder: Path) -> None:
        with staff.desk.writing(staff.desk.system()) as unit:
            unit.record(Action.GAP_MARK, "log", staff.desk.workspace.id)
        assert back_up_when_due(staff.desk) is None

    def test_a_folder_that_is_away_is_told_and_not_made(self, staff: Staff, folder: Path) -> None:
        folder.rmdir()
        with pytest.raises(BackupError, match="The folder for backups is not there"):
            back_up_when_due(staff.desk)
        assert not folder.exists()
