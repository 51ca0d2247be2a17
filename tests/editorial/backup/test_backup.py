"""Making a backup and bringing it back: what comes back, what it says, and what is refused before anything changes."""

import errno
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from editorial.audit.actions import Action
from editorial.audit.anchoring import State, look, watch_over
from editorial.audit.auditing import Auditing
from editorial.audit.checkpoints import sign_log
from editorial.audit.clearing import Clearing
from editorial.audit.gaps import open_gaps
from editorial.audit.log import body_of
from editorial.audit.marks import Marks
from editorial.authorizations.register import Register
from editorial.backup.daily import back_up_when_due
from editorial.backup.form import SUFFIX, BackupError
from editorial.backup.making import Step, backups_in, drop_oldest, make_backup
from editorial.backup.restoring import Restored, line_of, restore_backup, secret_for
from editorial.charter.chain import CharterError
from editorial.delivery.outbox import Outbox
from editorial.delivery.record import Deliveries
from editorial.delivery.states import DeliveryState
from editorial.delivery.stopping import Holds
from editorial.desk import DATABASE, Desk, has_workspace, open_desk
from editorial.errors import NotFoundError
from editorial.keys.workspace_secret import RecoveryWordsError, WorkspaceSecret
from editorial.people.amending import set_crisis_passes_hold
from editorial.people.desk_people import People, Signer
from editorial.store.schema import TooNewError
from editorial.upkeep import Upkeep
from editorial.vault import Vault
from tests.fakes.authorizations import PDF, recorded
from tests.fakes.desks import HELEN, JONAS, MIRA, WEAK, HandClock, MemoryKeyring, Staff, staffed
from tests.fakes.posts import scheduled

S = DeliveryState


@pytest.fixture
def staff(tmp_path: Path) -> Iterator[Staff]:
    with staffed(tmp_path / "workspace") as found:
        yield found


@dataclass
class Computer:
    """A computer with a keyring of its own, to which a backup is brought."""

    folder: Path
    clock: HandClock
    keyring: MemoryKeyring = field(default_factory=MemoryKeyring)

    @property
    def vault(self) -> Vault:
        return Vault("test", self.keyring)

    def restore(self, backup: Path, words: str = "") -> Restored:
        secret = secret_for(line_of(backup), self.vault, words)
        return restore_backup(backup, self.folder, secret, self.vault, clock=self.clock, kdf=WEAK)

    def open(self) -> Desk:
        return open_desk(self.folder, vault=self.vault, clock=self.clock, kdf=WEAK)


def here(staff: Staff) -> Computer:
    """The same computer; the workspace is closed, as the command demands."""
    staff.desk.close()
    return Computer(staff.desk.folder, staff.clock, staff.keyring)


def backed_up(staff: Staff, folder: Path, **more: object) -> Path:
    folder.mkdir(exist_ok=True)
    return make_backup(staff.desk, folder, staff.desk.operator(), **more).path  # type: ignore[arg-type]


def signers(staff: Staff) -> list[Signer]:
    return [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]


def state_of(desk: Desk, delivery: str) -> S:
    return next(row.state for row in Outbox(desk).rows() if row.delivery_id == delivery)


def words_of(staff: Staff) -> str:
    return " ".join(staff.secret.words())


class TestMaking:
    def test_it_is_one_private_file_with_nothing_to_read_in_it(self, staff: Staff, tmp_path: Path) -> None:
        scheduled(staff, "Flu vaccination starts on Monday.", pictures=1)
        recorded(staff, scan=PDF)
        made = make_backup(staff.desk, _folder(tmp_path), staff.jonas.actor)
        assert made.path.stat().st_mode & 0o777 == 0o600
        assert (made.path.suffix, made.missing) == (SUFFIX, ())
        data = made.path.read_bytes()
        for word in (b"SQLite format", b"Flu vaccination", b"PNG", b"PDF"):
            assert word not in data
        assert list(made.path.parent.iterdir()) == [made.path]
        assert [path.name for path in staff.desk.folder.iterdir() if path.name.startswith(".")] == []

    def test_it_is_in_the_log(self, staff: Staff, tmp_path: Path) -> None:
        made = make_backup(staff.desk, _folder(tmp_path), staff.jonas.actor)
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
        assert make_backup(staff.desk, _folder(tmp_path), staff.jonas.actor).missing == (picture.name,)

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
            make_backup(staff.desk, _folder(tmp_path), staff.jonas.actor)
        assert list((tmp_path / "backups").iterdir()) == []

    def test_without_the_workspace_secret_there_is_none(self, staff: Staff, tmp_path: Path) -> None:
        staff.desk.vault.delete("workspace-secret")
        with pytest.raises(NotFoundError):
            make_backup(staff.desk, _folder(tmp_path), staff.jonas.actor)

    def test_the_newest_stay_and_other_files_too(self, staff: Staff, tmp_path: Path) -> None:
        folder = _folder(tmp_path)
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

        def full(reached: Step) -> None:
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
        folder = _folder(tmp_path)
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
        folder = _folder(tmp_path)
        made = []
        for _ in range(4):
            staff.clock.forward(timedelta(days=1))
            made.append(backed_up(staff, folder))

        def stop(step: Step) -> None:
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            drop_oldest(staff.desk, folder, 2, reached=stop)
        assert set(folder.iterdir()) >= set(made[2:])
        drop_oldest(staff.desk, folder, 2)
        assert set(folder.iterdir()) == set(made[2:])


class TestEveryDay:
    @pytest.fixture
    def folder(self, staff: Staff, tmp_path: Path) -> Path:
        folder = _folder(tmp_path)
        Upkeep(backups=folder, kept=2).keep(staff.desk.folder)
        return folder

    def test_one_a_day_and_the_newest_two_stay(self, staff: Staff, folder: Path) -> None:
        for _ in range(4):
            assert back_up_when_due(staff.desk) is not None
            staff.clock.forward(timedelta(hours=23))
            assert back_up_when_due(staff.desk) is None
            staff.clock.forward(timedelta(hours=1))
        assert len(list(folder.iterdir())) == 2

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


class TestRestoring:
    def test_everything_is_back_on_a_new_computer(self, staff: Staff, tmp_path: Path) -> None:
        """From backup, recovery sheet and everybody's own passphrase, with the scans of authorizations readable."""
        scheduled(staff, pictures=1)
        authorization = recorded(staff, scan=PDF)
        backup = backed_up(staff, tmp_path / "backups")
        new = Computer(tmp_path / "elsewhere", staff.clock)
        restored = new.restore(backup, words_of(staff))
        assert (restored.aside, restored.doubtful) == (None, 1)
        with closing(new.open()) as desk:
            people = People(desk)
            for person, passphrase in ((staff.jonas, JONAS), (staff.helen, HELEN), (staff.mira, MIRA)):
                signed_in = people.sign_in(person.person_id, passphrase)
                assert signed_in.name == person.name
            scan = Register(desk).open_scan(staff.helen.actor, authorization)
            assert scan == PDF
            (row,) = Outbox(desk).rows()
            assert row.state is S.UNCERTAIN
            picture = next(path for path in (new.folder / "media").iterdir() if path.is_file())
            assert desk.media.is_intact(picture.name)
            assert Auditing(desk).check().problem is None
            actions = [entry.action for entry in Auditing(desk).entries(prefixes=("secret.", "gap.", "hold."))]
            assert actions == [Action.HOLD_SET, Action.GAP_RESTORED, Action.SHEET_USED]

    def test_the_marks_stay_red_until_two_sign(self, staff: Staff, tmp_path: Path) -> None:
        sign_log(staff.desk)
        backup = backed_up(staff, tmp_path / "backups")
        for _ in range(9):
            make_news(staff.desk)
        sign_log(staff.desk)
        old = Marks(staff.desk).read()
        same = here(staff)
        assert same.restore(backup).aside is not None
        with closing(same.open()) as desk:
            assert watch_over(desk).state is State.BROKEN
            assert not sign_log(desk)
            with desk.reading() as session:
                (gap,) = open_gaps(session)
                body = body_of(session, gap.seq)
            assert gap.action == Action.GAP_RESTORED
            assert body is not None
            assert body["marks"] == {place.name.lower(): mark.to_data() for place, mark in old.items() if mark}
            Clearing(desk).sign(staff.jonas.actor, signers(staff))
            assert look(desk).state is State.ANCHORED
            assert sign_log(desk)
            assert [hold.on_everything for hold in Holds(desk).on()] == [True], "lifting is a decision of its own"

    def test_marks_of_a_workspace_without_any_are_red_too(self, staff: Staff, tmp_path: Path) -> None:
        """Backed up before the first checkpoint: the marks say nothing, and the log tells of the gap itself."""
        backup = backed_up(staff, tmp_path / "backups")
        same = here(staff)
        same.restore(backup)
        with closing(same.open()) as desk:
            assert not sign_log(desk)
            Clearing(desk).sign(staff.jonas.actor, signers(staff))
            assert sign_log(desk)

    def test_what_was_due_meanwhile_is_in_doubt_and_nothing_is_sent(self, staff: Staff, tmp_path: Path) -> None:
        account = staff.connect_practice()
        _, due = scheduled(staff, "Due meanwhile.", account=account)
        backup = backed_up(staff, tmp_path / "backups")
        staff.clock.forward(timedelta(hours=2))
        same = here(staff)
        assert same.restore(backup).doubtful == 1
        with closing(same.open()) as desk:
            row = next(row for row in Outbox(desk).rows() if row.delivery_id == due)
            assert (row.state, row.reason) == (S.UNCERTAIN, "The workspace was restored from a backup")
            assert Deliveries(desk).repeat(due, "publish") is None

    def test_what_was_there_is_moved_aside_whole(self, staff: Staff, tmp_path: Path) -> None:
        scheduled(staff, pictures=1)
        backup = backed_up(staff, tmp_path / "backups")
        make_news(staff.desk)
        size = Auditing(staff.desk).size()
        same = here(staff)
        first, second = same.restore(backup), same.restore(backup)
        assert first.aside is not None
        assert second.aside not in (None, first.aside)
        shutil.copytree(first.aside, tmp_path / "old")
        with closing(open_desk(tmp_path / "old", vault=same.vault, clock=staff.clock, kdf=WEAK)) as desk:
            assert Auditing(desk).size() == size
            assert list((tmp_path / "old" / "media").iterdir())


class TestRefusing:
    """Before anything changed."""

    @pytest.fixture
    def backup(self, staff: Staff, tmp_path: Path) -> Path:
        return backed_up(staff, tmp_path / "backups")

    @pytest.fixture
    def same(self, staff: Staff, backup: Path) -> Iterator[Computer]:
        computer = here(staff)
        before = snapshot(computer.folder), dict(computer.keyring.entries)
        yield computer
        assert (snapshot(computer.folder), dict(computer.keyring.entries)) == before

    @pytest.mark.parametrize("place", [0.1, 0.5, 0.9, 1.0])
    def test_a_damaged_one(self, same: Computer, backup: Path, place: float) -> None:
        data = bytearray(backup.read_bytes())
        start = data.index(b"\n") + 1
        data[start + int((len(data) - start - 1) * place)] ^= 1
        backup.write_bytes(data)
        with pytest.raises(BackupError, match="The backup is damaged"):
            same.restore(backup)

    def test_one_that_was_cut_off(self, same: Computer, backup: Path) -> None:
        backup.write_bytes(backup.read_bytes()[:-5000])
        with pytest.raises(BackupError, match="The backup is damaged"):
            same.restore(backup)

    def test_one_whose_first_line_was_changed(self, same: Computer, backup: Path) -> None:
        backup.write_bytes(backup.read_bytes().replace(b"Alder Bay", b"Older Bay", 1))
        with pytest.raises(BackupError, match="The backup is damaged"):
            same.restore(backup)

    def test_one_of_a_newer_schema(self, same: Computer, backup: Path) -> None:
        backup.write_bytes(backup.read_bytes().replace(b'"schema":"0001"', b'"schema":"9999"', 1))
        with pytest.raises(TooNewError):
            same.restore(backup)

    def test_another_kind_of_file(self, same: Computer, tmp_path: Path) -> None:
        for content in (b"", b"words\n", b"{}\n", bytes(5000)):
            (tmp_path / "file").write_bytes(content)
            with pytest.raises(BackupError, match="no backup of Signpost"):
                same.restore(tmp_path / "file")
        with pytest.raises(BackupError, match="cannot be opened"):
            same.restore(tmp_path / "nothing")

    def test_the_sheet_of_another_workspace(self, same: Computer, backup: Path) -> None:
        with pytest.raises(BackupError, match="of another workspace"):
            same.restore(backup, " ".join(WorkspaceSecret.generate().words()))
        with pytest.raises(RecoveryWordsError):
            same.restore(backup, "these are no words of a sheet")

    def test_a_keyring_without_the_secret(self, backup: Path, tmp_path: Path, staff: Staff) -> None:
        new = Computer(tmp_path / "elsewhere", staff.clock)
        with pytest.raises(NotFoundError, match="does not have the workspace secret"):
            new.restore(backup)
        assert not has_workspace(new.folder)

    def test_one_with_an_older_charter_than_this_computer_knows(self, staff: Staff, tmp_path: Path) -> None:
        backup = backed_up(staff, tmp_path / "older")
        staff.people.amend(staff.jonas.actor, set_crisis_passes_hold(True), signers(staff))
        same = here(staff)
        before = snapshot(same.folder)
        with pytest.raises(CharterError, match="knows a newer charter"):
            same.restore(backup)
        assert snapshot(same.folder) == before


def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "backups"
    folder.mkdir(exist_ok=True)
    return folder


def make_news(desk: Desk) -> None:
    with desk.writing(desk.system()) as unit:
        unit.record(Action.LOG_VERIFIED, "log", desk.workspace.id)


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file, but for locks and what SQLite keeps beside an open database."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith((".lock", "-shm", "-wal"))
    }
