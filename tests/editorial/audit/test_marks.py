"""Marks outside the workspace notice a log that was cut, replaced or brought back from an older copy."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from editorial.audit.actions import Action
from editorial.audit.anchoring import State, look, move_marks, seen_words, watch_over
from editorial.audit.auditing import Auditing, Format, TamperedError
from editorial.audit.checkpoints import sign_log
from editorial.audit.clearing import PAYLOAD_TYPE, Clearing
from editorial.audit.gaps import open_gaps
from editorial.audit.log import body_of
from editorial.audit.marks import KEYRING_NAME, Mark, Marks, Place
from editorial.canonical import parse
from editorial.desk import DATABASE, Desk, open_desk
from editorial.errors import ChangedMeanwhileError, NotAllowedError
from editorial.keys.dsse import Envelope, verify
from editorial.people.desk_people import Signer
from editorial.people.keys import SECRET_NAME, Keys
from editorial.people.tries import WrongPassphraseAtDeskError
from editorial.store.database import StorageError
from editorial.upkeep import Upkeep
from editorial.vault import Vault, VaultError
from tests.fakes.desks import HELEN, JONAS, MIRA, WEAK, HandClock, Staff, staffed


@dataclass
class Seen:
    """A workspace whose log was signed, so that both marks are set; and hands that bring older copies back."""

    staff: Staff

    @property
    def desk(self) -> Desk:
        return self.staff.desk

    @property
    def marks(self) -> Marks:
        return Marks(self.desk)

    def news(self, count: int = 1) -> None:
        for _ in range(count):
            with self.desk.writing(self.desk.system()) as unit:
                unit.record(Action.LOG_VERIFIED, "log", self.desk.workspace.id)

    def copy(self, place: Path) -> Path:
        with closing(sqlite3.connect(self.desk.folder / DATABASE)) as source, closing(sqlite3.connect(place)) as copy:
            source.backup(copy)
        return place

    def bring_back(self, copy: Path) -> None:
        """The older copy in the place of the database, as a person with a file manager does it."""
        self.desk.engine.dispose()
        for side in ("-wal", "-shm"):
            (self.desk.folder / f"{DATABASE}{side}").unlink(missing_ok=True)
        shutil.copyfile(copy, self.desk.folder / DATABASE)
        vault = Vault("test", self.staff.keyring)
        self.staff.desk = open_desk(self.desk.folder, vault=vault, clock=self.staff.clock, kdf=WEAK)

    def lose_keyring_mark(self) -> None:
        self.desk.vault.delete(KEYRING_NAME)

    def signers(self) -> list[Signer]:
        return [Signer(self.staff.jonas.person_id, JONAS), Signer(self.staff.helen.person_id, HELEN)]

    def gaps(self) -> list[str]:
        with self.desk.reading() as session:
            return [gap.action for gap in open_gaps(session)]

    def newest(self) -> str:
        return Auditing(self.desk).entries(limit=1)[0].action

    def rolled_back(self, place: Path) -> None:
        """News after a copy was made, all of it signed and seen; then the copy comes back."""
        copy = self.copy(place)
        self.news(3)
        sign_log(self.desk)
        self.bring_back(copy)


@pytest.fixture
def seen(tmp_path: Path) -> Iterator[Seen]:
    with staffed(tmp_path / "workspace") as staff:
        found = Seen(staff)
        sign_log(staff.desk)
        yield found
        found.desk.close()


def test_a_new_workspace_has_no_marks_and_nothing_to_say(tmp_path: Path) -> None:
    with staffed(tmp_path / "workspace") as staff:
        assert look(staff.desk).state is State.NEW
        assert set(Marks(staff.desk).read().values()) == {None}


def test_a_checkpoint_sets_both_marks_to_the_end_of_the_log(seen: Seen) -> None:
    found, size = seen.marks.read(), Auditing(seen.desk).size()
    assert {place: mark.size for place, mark in found.items() if mark} == {Place.KEYRING: size, Place.FILE: size}
    anchor = look(seen.desk)
    assert anchor.state is State.ANCHORED
    words = seen_words(anchor, size)
    assert words == (
        f"Entries 0 to {size - 1} intact since the checkpoint of 2027-03-10 15:42 UTC through entry {size - 1}, "
        "seen by this computer's keyring and the mark file of this computer."
    )


def test_the_file_is_its_owners_alone_and_outside_the_workspace(seen: Seen) -> None:
    assert seen.marks.path.stat().st_mode & 0o777 == 0o600
    assert seen.marks.path.parent.stat().st_mode & 0o777 == 0o700
    assert seen.desk.folder not in seen.marks.path.parents


def test_marks_move_forward_with_the_log(seen: Seen) -> None:
    seen.news(5)
    sign_log(seen.desk)
    size = Auditing(seen.desk).size()
    assert {mark.size for mark in seen.marks.read().values() if mark} == {size}
    assert look(seen.desk).state is State.ANCHORED


@pytest.mark.parametrize("place", [Place.KEYRING, Place.FILE])
def test_one_mark_missing_is_amber_and_it_is_set_again_with_an_entry(seen: Seen, place: Place) -> None:
    seen.lose_keyring_mark() if place is Place.KEYRING else seen.marks.path.unlink()
    anchor = watch_over(seen.desk)
    assert anchor.state is State.UNANCHORED
    assert str(anchor).startswith(f"The audit log is unanchored. The mark that {place} kept")
    assert seen.gaps() == [], "it stops nothing"
    sign_log(seen.desk)
    assert look(seen.desk).state is State.ANCHORED
    (entry,) = Auditing(seen.desk).entries(prefixes=("log.anchored",))
    assert entry.reason == place.name.lower()


def test_a_mark_that_somebody_scribbled_over_is_a_missing_one(seen: Seen) -> None:
    seen.marks.path.write_text('{"origin": "x", "size": 1}')
    assert look(seen.desk).state is State.UNANCHORED


def test_both_marks_missing_on_a_workspace_that_is_not_new_is_red(seen: Seen) -> None:
    seen.lose_keyring_mark()
    seen.marks.path.unlink()
    anchor = watch_over(seen.desk)
    assert (anchor.state, anchor.title) == (State.BROKEN, "The audit log has lost its marks")
    assert seen.gaps() == [Action.GAP_MARK]


def test_a_locked_keyring_is_not_a_missing_mark(seen: Seen) -> None:
    desk, _ = seen.staff.without_keyring()
    with closing(desk):
        anchor = watch_over(desk)
        assert (anchor.state, anchor.what[:43]) == (State.UNANCHORED, "This computer's keyring cannot be asked how")
        seen.marks.path.unlink()
        assert watch_over(desk).state is State.UNANCHORED, "nobody knows that the other one is missing"


def test_an_older_copy_is_red_and_nothing_more_is_signed(seen: Seen, tmp_path: Path) -> None:
    seen.rolled_back(tmp_path / "copy.db")
    size = Auditing(seen.desk).size()
    anchor = watch_over(seen.desk)
    assert anchor.state is State.BROKEN
    assert anchor.title == f"Entries {size} to {size + 2} are missing from the audit log"
    assert (seen.gaps(), sign_log(seen.desk)) == ([Action.GAP_MARK], False)
    watch_over(seen.desk)
    assert len(Auditing(seen.desk).entries(prefixes=("gap.",))) == 1, "it is told once"


def test_an_older_copy_that_grew_past_its_marks_is_red(seen: Seen, tmp_path: Path) -> None:
    seen.rolled_back(tmp_path / "copy.db")
    seen.news(9)
    for thorough in (True, False):
        assert look(seen.desk, thorough=thorough).title == "The audit log was rewritten"
    before = seen.marks.read()
    assert move_marks(seen.desk).state is State.BROKEN
    assert seen.marks.read() == before


def test_the_mark_of_another_log_is_red(seen: Seen) -> None:
    seen.marks.write(Place.FILE, Mark("signpost.local/another", 3, bytes(32)))
    assert look(seen.desk).title == "This is another audit log"


@pytest.mark.parametrize("place", [Place.KEYRING, Place.FILE])
def test_either_mark_alone_notices_an_older_copy(seen: Seen, tmp_path: Path, place: Place) -> None:
    copy = seen.copy(tmp_path / "copy.db")
    old = seen.marks.read()[place]
    seen.news(3)
    sign_log(seen.desk)
    seen.bring_back(copy)
    assert old is not None
    seen.marks.write(place, old)
    assert look(seen.desk).state is State.BROKEN


def test_a_log_that_was_cut_and_whose_marks_were_both_set_back_shows_nothing(seen: Seen, tmp_path: Path) -> None:
    """What the product's own words say that it cannot show (T5 of the threats, by the owner of the computer)."""
    copy, old = seen.copy(tmp_path / "copy.db"), seen.marks.read()
    seen.news(3)
    sign_log(seen.desk)
    seen.bring_back(copy)
    for place, mark in old.items():
        assert mark is not None
        seen.marks.write(place, mark)
    assert look(seen.desk).state is State.ANCHORED


def test_a_folder_for_marks_gets_a_new_file_each_time_and_notices_what_the_others_no_longer_know(
    seen: Seen, tmp_path: Path
) -> None:
    folder = tmp_path / "write-once"
    folder.mkdir()
    Upkeep(marks=folder).keep(seen.desk.folder)
    copy, old = seen.copy(tmp_path / "copy.db"), seen.marks.read()
    for _ in range(2):
        seen.news()
        sign_log(seen.desk)
    sizes = [Mark.parse(path.read_bytes()).size for path in sorted(folder.iterdir())]
    assert sizes == [Auditing(seen.desk).size() - 1, Auditing(seen.desk).size()]
    seen.bring_back(copy)
    for place, mark in old.items():
        assert mark is not None
        seen.marks.write(place, mark)
    anchor = look(seen.desk)
    assert (anchor.state, anchor.seen_by) == (State.BROKEN, (Place.FOLDER,))
    Clearing(seen.desk).sign(seen.staff.jonas.actor, seen.signers())
    assert look(seen.desk).state is State.ANCHORED
    assert len(list(folder.iterdir())) == 3


def test_a_folder_for_marks_that_is_away_is_no_reason_to_stop(seen: Seen, tmp_path: Path) -> None:
    Upkeep(marks=tmp_path / "share").keep(seen.desk.folder)
    seen.news()
    assert sign_log(seen.desk)
    assert look(seen.desk).state is State.ANCHORED


def test_two_officers_sign_and_the_marks_move(seen: Seen, tmp_path: Path) -> None:
    seen.rolled_back(tmp_path / "copy.db")
    old = seen.marks.read()[Place.KEYRING]
    watch_over(seen.desk)
    Clearing(seen.desk).sign(seen.staff.helen.actor, seen.signers(), "The disk was replaced")
    assert (seen.gaps(), look(seen.desk).state, Clearing(seen.desk).read()) == ([], State.ANCHORED, None)
    entry = Auditing(seen.desk).entries(limit=1)[0]
    assert (entry.action, entry.reason) == (Action.GAP_SIGNED, "restored")
    with seen.desk.reading() as session:
        body = body_of(session, entry.seq)
        members = seen.desk.charter(session).members
    assert body is not None
    assert old is not None
    envelope = Envelope.from_json(body["envelope"])
    assert envelope.payload_type == PAYLOAD_TYPE
    assert parse(envelope.payload)["marks"]["keyring"] == old.to_data()
    signed = verify(envelope, {member.key_id: member.public_key for member in members})
    assert signed == {seen.staff.jonas.actor.key_id, seen.staff.helen.actor.key_id}
    assert sign_log(seen.desk), "checkpoints go on"


class SlowClock(HandClock):
    """Something happens while somebody asks for the time."""

    meanwhile: Callable[[], None] | None = None

    def now(self) -> datetime:
        if self.meanwhile is not None:
            happen, self.meanwhile = self.meanwhile, None
            happen()
        return super().now()


def test_a_gap_that_is_found_while_they_sign_stays_open(seen: Seen) -> None:
    """Their signatures are for the log and its gaps as they were when it was verified."""

    def gap() -> None:
        with seen.desk.writing(seen.desk.system()) as unit:
            unit.record(Action.GAP_MARK, "log", seen.desk.workspace.id)

    seen.desk.close()
    clock = SlowClock(seen.staff.clock.at)
    seen.staff.desk = open_desk(seen.desk.folder, vault=Vault("test", seen.staff.keyring), clock=clock, kdf=WEAK)
    gap()
    clock.meanwhile = gap
    with pytest.raises(ChangedMeanwhileError, match="Another gap"):
        Clearing(seen.desk).sign(seen.staff.helen.actor, seen.signers())
    assert len(seen.gaps()) == 2
    Clearing(seen.desk).sign(seen.staff.helen.actor, seen.signers())
    assert seen.gaps() == []


def test_marks_of_another_log_are_signed_for_as_a_new_origin(seen: Seen) -> None:
    for place in (Place.FILE, Place.KEYRING):
        seen.marks.write(place, Mark("signpost.local/another", 3, bytes(32)))
    Clearing(seen.desk).sign(seen.staff.jonas.actor, seen.signers())
    entry = Auditing(seen.desk).entries(limit=1)[0]
    assert (entry.action, entry.reason) == (Action.GAP_SIGNED, "new_origin")


class TestNobodyClears:
    """Refused, and everything stays as it was."""

    @pytest.fixture
    def red(self, seen: Seen, tmp_path: Path) -> Iterator[Seen]:
        seen.rolled_back(tmp_path / "copy.db")
        watch_over(seen.desk)
        before = seen.marks.read()
        yield seen
        assert seen.gaps() == [Action.GAP_MARK]
        assert seen.marks.read() == before

    def test_one_person_twice(self, red: Seen) -> None:
        jonas = Signer(red.staff.jonas.person_id, JONAS)
        with pytest.raises(NotAllowedError, match="two different people"):
            Clearing(red.desk).sign(red.staff.jonas.actor, [jonas, jonas])

    def test_one_person_alone(self, red: Seen) -> None:
        with pytest.raises(NotAllowedError, match="two different people"):
            Clearing(red.desk).sign(red.staff.jonas.actor, red.signers()[:1])

    def test_somebody_who_is_no_officer(self, red: Seen) -> None:
        mira = Signer(red.staff.mira.person_id, MIRA)
        with pytest.raises(NotAllowedError, match="may not sign for a gap"):
            Clearing(red.desk).sign(red.staff.jonas.actor, [red.signers()[0], mira])

    def test_a_wrong_passphrase(self, red: Seen) -> None:
        wrong = Signer(red.staff.helen.person_id, MIRA)
        with pytest.raises(WrongPassphraseAtDeskError):
            Clearing(red.desk).sign(red.staff.jonas.actor, [red.signers()[0], wrong])

    def test_without_the_keyring(self, red: Seen) -> None:
        desk, _ = red.staff.without_keyring()
        with closing(desk), pytest.raises(VaultError):
            Clearing(desk).sign(red.staff.jonas.actor, red.signers())


def test_a_log_that_is_damaged_inside_cannot_be_signed_for(seen: Seen, tmp_path: Path) -> None:
    seen.rolled_back(tmp_path / "copy.db")
    watch_over(seen.desk)
    with closing(sqlite3.connect(seen.desk.folder / DATABASE)) as database, database:
        database.execute("DROP TRIGGER audit_entry_no_update")
        database.execute("UPDATE audit_entry SET leaf = replace(leaf, 'ok', 'no') WHERE seq = 4")
    with pytest.raises(TamperedError):
        Clearing(seen.desk).sign(seen.staff.jonas.actor, seen.signers())
    found = Clearing(seen.desk).read()
    assert found is not None
    assert "Entry 4" in found.problem


def test_nothing_open_is_nothing_to_sign(seen: Seen) -> None:
    with pytest.raises(ChangedMeanwhileError):
        Clearing(seen.desk).sign(seen.staff.jonas.actor, seen.signers())


def test_export_works_while_a_gap_is_open(seen: Seen, tmp_path: Path) -> None:
    seen.rolled_back(tmp_path / "copy.db")
    watch_over(seen.desk)
    verdict, _ = Auditing(seen.desk).export(seen.staff.helen.actor, Format.JSONL, tmp_path / "log.jsonl")
    assert verdict.problem is None
    assert (tmp_path / "log.jsonl").exists()


def test_a_forged_signature_for_a_gap_moves_no_mark(seen: Seen, tmp_path: Path) -> None:
    """Whoever can write the database can write the entry; the marks still do not fit, and the gap opens again."""
    seen.rolled_back(tmp_path / "copy.db")
    watch_over(seen.desk)
    with seen.desk.writing(seen.desk.system()) as unit:
        unit.record(Action.GAP_SIGNED, "log", seen.desk.workspace.id, reason="restored")
    assert seen.gaps() == []
    assert sign_log(seen.desk) is False
    assert seen.gaps() == [Action.GAP_MARK]


def test_a_place_for_the_mark_that_cannot_be_written_is_told(seen: Seen) -> None:
    seen.news()
    seen.marks.path.unlink()
    seen.marks.path.mkdir()
    with pytest.raises(StorageError):
        sign_log(seen.desk)


def test_a_second_desk_with_the_secret_alone_is_told(seen: Seen, tmp_path: Path) -> None:
    """A new computer: the database is here, and neither mark."""
    copy = seen.copy(tmp_path / "copy.db")
    folder = tmp_path / "elsewhere"
    folder.mkdir(mode=0o700)
    shutil.copyfile(copy, folder / DATABASE)
    keyring = type(seen.staff.keyring)()
    with closing(open_desk(folder, vault=Vault("test", keyring), clock=HandClock(), kdf=WEAK)) as desk:
        Keys(desk).keep_secret(seen.staff.secret)
        assert desk.vault.get(SECRET_NAME) is not None
        assert watch_over(desk).title == "The audit log has lost its marks"
