"""Bringing a backup back: what comes back, what it says, and what is refused before anything changes."""

import shutil
from collections.abc import Iterator
from contextlib import closing
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
from editorial.backup.form import BackupError
from editorial.charter.chain import CharterError
from editorial.delivery.outbox import Outbox
from editorial.delivery.record import Deliveries
from editorial.delivery.states import DeliveryState
from editorial.delivery.stopping import Holds
from editorial.desk import has_workspace, open_desk
from editorial.errors import DeskError, NotFoundError
from editorial.keys.workspace_secret import RecoveryWordsError, WorkspaceSecret
from editorial.people.amending import set_crisis_passes_hold
from editorial.people.desk_people import People
from editorial.store.schema import TooNewError
from tests.editorial.backup.computers import Computer, backed_up, here, make_news, signers, snapshot, words_of
from tests.fakes.authorizations import PDF, recorded
from tests.fakes.desks import HELEN, JONAS, MIRA, WEAK, Staff
from tests.fakes.posts import scheduled

S = DeliveryState


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
        shutil.move(first.aside, tmp_path / "old")
        assert same.restore(backup).aside not in (None, first.aside, second.aside)
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

    def test_while_somebody_began_to_work_there(self, same: Computer, backup: Path) -> None:
        def busy() -> None:
            raise DeskError("A window is open")

        with pytest.raises(DeskError, match="A window is open"):
            same.restore(backup, free=busy)

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
