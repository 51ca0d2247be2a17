"""Signing in, wrong passphrases, the charter's first versions, a forgotten passphrase, a new computer."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing, Format
from editorial.charter.chain import CharterError
from editorial.charter.document import Role
from editorial.delivery.holds import Reason
from editorial.delivery.outbox import Outbox
from editorial.delivery.stopping import Holds
from editorial.desk import open_desk
from editorial.errors import BadInputError, ChangedMeanwhileError, DeskError, NotAllowedError, NotFoundError
from editorial.people import keys
from editorial.people.desk_people import People, Signer, with_member
from editorial.people.keys import Keys
from editorial.people.permissions import TABLE, May, may, must
from editorial.people.session import main_role
from editorial.people.setup import NewWorkspace, create_workspace, recover, show_sheet
from editorial.people.tries import FREE_TRIES, TooManyTriesError, WrongPassphraseAtDeskError, check_pause, pause_after
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.review import Review
from editorial.vault import Vault, VaultError
from editorial.when import When
from tests.fakes.desks import HELEN, JONAS, MIRA, WEAK, HandClock, MemoryKeyring, Staff

NEW = "winter ladder green telescope"


def test_the_charter_after_the_first_day(staff: Staff) -> None:
    with staff.desk.reading() as session:
        charter = staff.desk.charter(session)
    assert charter.version == 2
    assert charter.two_signers()
    assert staff.desk.pin == charter.pin()


def test_everybody_signs_in_with_their_own_passphrase_only(staff: Staff) -> None:
    for person, passphrase in ((staff.jonas, JONAS), (staff.helen, HELEN), (staff.mira, MIRA)):
        assert staff.people.sign_in(person.person_id, passphrase).actor == person.actor
    with pytest.raises(WrongPassphraseAtDeskError):
        staff.people.sign_in(staff.mira.person_id, HELEN)


def test_wrong_tries_cost_more_and_more_time(staff: Staff) -> None:
    person = staff.mira.person_id
    for wrong in range(1, FREE_TRIES + 1):
        with pytest.raises(WrongPassphraseAtDeskError) as caught:
            staff.people.sign_in(person, "no idea at all")
        assert caught.value.left == FREE_TRIES - wrong
        with pytest.raises(TooManyTriesError):
            staff.people.sign_in(person, MIRA)
        staff.clock.forward(pause_after(wrong))
    assert staff.people.sign_in(person, MIRA).person_id == person
    with pytest.raises(WrongPassphraseAtDeskError) as caught:
        staff.people.sign_in(person, "no idea at all")
    assert caught.value.left == FREE_TRIES - 1, "a good sign-in starts the count anew"


def test_pauses_grow_to_an_hour_and_no_further() -> None:
    pauses = [pause_after(wrong) for wrong in range(30)]
    assert pauses == sorted(pauses)
    assert pauses[FREE_TRIES] == timedelta(minutes=5)
    assert pauses[-1] == timedelta(hours=1)


def test_a_clock_set_back_does_not_lock_anybody_out_for_ever() -> None:
    now = HandClock().now()
    check_pause(99, now + timedelta(days=400), now)


def test_without_a_keyring_people_draft_and_hold_and_nothing_else(staff: Staff) -> None:
    account = staff.connect_practice()
    desk, _ = staff.without_keyring()
    with closing(desk):
        people, drafting = People(desk), Drafting(desk)
        with pytest.raises(VaultError, match="locked"):
            people.sign_in(staff.mira.person_id, MIRA)
        mira = people.sign_in_unchecked(staff.mira.person_id).actor
        post, _ = drafting.open(mira, DraftBody(title="A", text="B", accounts=(account,)))
        drafting.save(mira, post, DraftBody(title="A", text="C", accounts=(account,)), 1)
        for refused in (
            lambda: drafting.submit(mira, post),
            lambda: Outbox(desk).schedule(mira, post, When()),
            lambda: Review(desk).request_changes(mira, post, 1, "Nice", staff.tomorrow),
            lambda: people.amend(mira, lambda charter: charter, []),
            lambda: people.enroll(mira, "Sana Haddad", "sana", NEW),
            lambda: Holds(desk).undo(mira, 0),
            lambda: Auditing(desk).export(mira, Format.CSV, desk.folder / "log.csv"),
        ):
            with pytest.raises(NotAllowedError, match="not checked"):
                refused()
        other, _ = drafting.open(mira)
        drafting.discard(mira, other)
        Holds(desk).hold(mira, Reason.INCIDENT)


def test_nobody_skips_the_passphrase_where_it_can_be_checked(staff: Staff) -> None:
    with pytest.raises(NotAllowedError, match="can be checked here"):
        staff.people.sign_in_unchecked(staff.mira.person_id)


def test_whoever_sends_what_somebody_unchecked_typed_answers_for_it(staff: Staff) -> None:
    """Without this, a reviewer could type under another's name where the keyring is locked, and sign it elsewhere."""
    account = staff.connect_practice()
    post, _ = Drafting(staff.desk).open(staff.mira.actor, DraftBody(title="A", text="B", accounts=(account,)))
    desk, _ = staff.without_keyring()
    with closing(desk):
        somebody = People(desk).sign_in_unchecked(staff.mira.person_id).actor
        Drafting(desk).save(somebody, post, DraftBody(title="A", text="Quite another text", accounts=(account,)), 1)
    Drafting(staff.desk).submit(staff.helen.actor, post)
    with pytest.raises(NotAllowedError, match="wrote or edited"):
        Review(staff.desk).sign_off(staff.helen.actor, post, 1, HELEN)
    Review(staff.desk).sign_off(staff.jonas.actor, post, 1, JONAS)


def test_tries_at_the_same_moment_cost_as_much_as_one_after_the_other(staff: Staff) -> None:
    """Each process reads the count before it hashes: without turns, many tries would pass under one pause."""
    refused: list[type[BaseException]] = []
    begin = threading.Barrier(6)

    def guess() -> None:
        desk = open_desk(staff.desk.folder, vault=Vault("test", staff.keyring), clock=staff.clock, kdf=WEAK)
        with closing(desk):
            begin.wait(30)
            try:
                People(desk).sign_in(staff.mira.person_id, "no idea at all")
            except DeskError as error:
                refused.append(type(error))

    threads = [threading.Thread(target=guess) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(kind.__name__ for kind in refused) == ["TooManyTriesError"] * 5 + ["WrongPassphraseAtDeskError"]


def test_a_passphrase_that_waits_too_long_for_its_turn_is_told_in_words(
    staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "_TURN", 0.05)
    with (
        FileLock(staff.desk.folder / keys.TRIES_LOCK),
        pytest.raises(DeskError, match="Somebody else is typing a passphrase"),
    ):
        staff.people.sign_in(staff.mira.person_id, MIRA)


def test_a_good_sign_in_after_wrong_ones_is_noted(staff: Staff) -> None:
    with pytest.raises(WrongPassphraseAtDeskError):
        staff.people.sign_in(staff.mira.person_id, "no idea at all")
    staff.clock.forward(pause_after(1))
    staff.people.sign_in(staff.mira.person_id, MIRA)
    actions = [entry.action for entry in Auditing(staff.desk).entries(limit=3)]
    assert actions == [Action.SIGNED_IN, Action.TRIES_FORGIVEN, Action.SIGN_IN_REFUSED]


def test_one_officer_cannot_change_the_charter(staff: Staff) -> None:
    line = staff.people.enroll(staff.jonas.actor, "Sana Haddad", "sana", NEW)
    for signers in ([Signer(staff.jonas.person_id, JONAS)], [Signer(staff.mira.person_id, MIRA)], []):
        with pytest.raises(CharterError):
            staff.people.amend(staff.jonas.actor, with_member(line, {Role.ADMINISTRATOR}), signers)
    with pytest.raises(NotAllowedError):
        staff.people.sign_in(line.id, NEW)


def test_the_second_version_takes_the_new_officer_too(tmp_path: Path) -> None:
    keyring = MemoryKeyring()
    new = NewWorkspace("Alder Bay Hospital", "America/New_York", "Jonas Lindqvist", "jonas", JONAS, kind="demo")
    desk, _ = create_workspace(tmp_path / "w", new, vault=Vault("test", keyring), clock=HandClock(), kdf=WEAK)
    people = People(desk)
    jonas = people.sign_in(people.cards()[0].id, JONAS)
    line = people.enroll(jonas.actor, "Helen Castellanos", "helen", HELEN)
    alone = [Signer(jonas.person_id, JONAS)]
    with pytest.raises(CharterError):
        people.amend(jonas.actor, with_member(line, {Role.PRIVACY_OFFICER}), alone)
    people.amend(jonas.actor, with_member(line, {Role.PRIVACY_OFFICER}), [*alone, Signer(line.id, HELEN)])
    assert people.sign_in(line.id, HELEN).roles == {Role.PRIVACY_OFFICER}
    desk.close()


def test_a_forgotten_passphrase_means_a_new_key(staff: Staff) -> None:
    before = staff.mira.actor.key_id
    line = staff.people.rekey(staff.jonas.actor, staff.mira.person_id, NEW)
    with pytest.raises(NotAllowedError, match="another key"):
        staff.people.sign_in(staff.mira.person_id, NEW)  # the charter still names the old key
    with pytest.raises(NotAllowedError, match="another key"), Keys(staff.desk).unsealed(staff.mira.actor, NEW):
        pytest.fail("the new key signed before the charter names it")
    officers = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    staff.people.amend(staff.jonas.actor, with_member(line, {Role.AUTHOR}), officers)
    again = staff.people.sign_in(staff.mira.person_id, NEW)
    assert again.actor.key_id != before
    with pytest.raises(WrongPassphraseAtDeskError):
        staff.people.sign_in(staff.mira.person_id, MIRA)


def test_a_new_computer_needs_folder_sheet_and_passphrase(staff: Staff, tmp_path: Path) -> None:
    words = " ".join(staff.secret.words())
    staff.desk.close()
    copy = tmp_path / "new-computer"
    shutil.copytree(staff.desk.folder, copy)
    desk = open_desk(copy, vault=Vault("test", MemoryKeyring()), clock=HandClock(), kdf=WEAK)
    people = People(desk)
    with pytest.raises(NotFoundError, match="workspace secret"):
        people.sign_in(staff.mira.person_id, MIRA)
    other, _ = create_workspace(
        tmp_path / "other",
        NewWorkspace("Other", "UTC", "Ann Other", "ann", NEW, kind="demo"),
        vault=Vault("other", MemoryKeyring()),
        clock=HandClock(),
        kdf=WEAK,
    )
    with pytest.raises(BadInputError, match="another workspace"):
        recover(desk, " ".join(Keys(other).workspace_secret().words()))
    recover(desk, words)
    assert people.sign_in(staff.mira.person_id, MIRA).name == "Mira Okafor"
    with pytest.raises(WrongPassphraseAtDeskError):
        people.sign_in(staff.helen.person_id, MIRA)
    desk.close()
    other.close()


def test_two_people_who_amend_at_once_notice_each_other(staff: Staff) -> None:
    officers = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    first = staff.people.enroll(staff.jonas.actor, "Sana Haddad", "sana", NEW)
    second = staff.people.enroll(staff.jonas.actor, "Tom Berger", "tom", NEW)

    def while_the_other_signs() -> Iterator[Signer]:
        yield officers[0]
        staff.people.amend(staff.helen.actor, with_member(second, {Role.AUTHOR}), officers)
        yield officers[1]

    with pytest.raises(ChangedMeanwhileError, match="Version 3"):
        staff.people.amend(staff.jonas.actor, with_member(first, {Role.AUTHOR}), while_the_other_signs())
    with staff.desk.reading() as session:
        assert {member.sign_in for member in staff.desk.charter(session).members} == {"jonas", "helen", "mira", "tom"}


def test_a_charter_that_cannot_be_is_told_in_words(staff: Staff) -> None:
    officers = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    with pytest.raises(BadInputError, match="cannot say that"):
        staff.people.amend(staff.jonas.actor, lambda charter: replace(charter, organization="\u200b"), officers)


def test_names_in_the_list_follow_the_charter(staff: Staff) -> None:
    officers = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    with staff.desk.reading() as session:
        mira = staff.desk.charter(session).member(staff.mira.person_id)
    assert mira is not None
    renamed = replace(mira, name="Mira Okafor-Lind", sign_in="mira.lind")
    staff.people.amend(staff.jonas.actor, with_member(renamed, mira.roles), officers)
    card = next(card for card in staff.people.cards() if card.id == mira.id)
    assert (card.name, card.sign_in) == ("Mira Okafor-Lind", "mira.lind")


def test_somebody_who_left_cannot_come_back_in(staff: Staff) -> None:
    officers = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    with staff.desk.reading() as session:
        mira = staff.desk.charter(session).member(staff.mira.person_id)
    assert mira is not None
    staff.people.amend(staff.jonas.actor, with_member(replace(mira, active=False), mira.roles), officers)
    with pytest.raises(NotAllowedError, match="no longer on the staff"):
        staff.people.sign_in(staff.mira.person_id, MIRA)
    with pytest.raises(NotAllowedError, match="does not know you"):
        Drafting(staff.desk).open(staff.mira.actor)


def test_the_sheet_can_be_shown_again_by_an_officer(staff: Staff) -> None:
    secret, _ = show_sheet(staff.desk, staff.jonas.actor, JONAS)
    assert secret == staff.secret
    assert Auditing(staff.desk).entries(limit=1)[0].action == Action.RECOVERY_SHOWN
    with pytest.raises(NotAllowedError):
        show_sheet(staff.desk, staff.mira.actor, MIRA)
    with pytest.raises(WrongPassphraseAtDeskError):
        show_sheet(staff.desk, staff.helen.actor, JONAS)


def test_a_rolled_back_charter_is_refused(staff: Staff, tmp_path: Path) -> None:
    from editorial.store.schema import copy_database

    backup = tmp_path / "old.db"
    copy_database(staff.desk.folder / "signpost.db", backup)
    line = staff.people.enroll(staff.jonas.actor, "Sana Haddad", "sana", NEW)
    officers = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    staff.people.amend(staff.jonas.actor, with_member(line, {Role.AUTHOR}), officers)
    staff.desk.close()
    old = tmp_path / "rolled-back"
    old.mkdir()
    shutil.copy(backup, old / "signpost.db")
    desk = open_desk(old, vault=staff.desk.vault, clock=staff.clock, kdf=WEAK)
    desk.load_pin()
    with desk.reading() as session, pytest.raises(CharterError, match="rolled back"):
        desk.charter(session)
    desk.close()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"organization": " "}, "name"),
        ({"zone": "America/Nowhere"}, "zone"),
        ({"name": ""}, "person"),
        ({"sign_in": " "}, "sign_in"),
        ({"passphrase": "password"}, "passphrase"),
        ({"passphrase": "jonas jonas jonas"}, "passphrase"),
    ],
)
def test_bad_input_is_named_before_anything_is_made(tmp_path: Path, changed: dict[str, Any], field: str) -> None:
    new = NewWorkspace("Alder Bay", "America/New_York", "Jonas Lindqvist", "jonas", JONAS)
    keyring = MemoryKeyring()
    with pytest.raises(BadInputError) as caught:
        create_workspace(tmp_path / "w", replace(new, **changed), vault=Vault("test", keyring))
    assert caught.value.field == field
    assert not (tmp_path / "w").exists()
    assert not keyring.entries


def test_a_second_workspace_in_the_same_folder_is_refused(staff: Staff) -> None:
    new = NewWorkspace("Another", "UTC", "Ann Other", "ann", NEW, kind="demo")
    with pytest.raises(BadInputError, match="already"):
        create_workspace(staff.desk.folder, new, vault=Vault("x", MemoryKeyring()), kdf=WEAK)


def test_weak_key_stretching_is_refused_for_real_work(tmp_path: Path) -> None:
    new = NewWorkspace("Alder Bay", "UTC", "Jonas Lindqvist", "jonas", JONAS)
    with pytest.raises(ValueError):  # noqa: PT011  the message is argon2's business
        create_workspace(tmp_path / "w", new, vault=Vault("x", MemoryKeyring()), kdf=WEAK)


@pytest.mark.parametrize(
    ("name", "sign_in", "field"),
    [
        ("", "x", "name"),
        ("X", " ", "sign_in"),
        ("X", "mira", "sign_in"),
        ("X", "ＭＩＲＡ", "sign_in"),  # the charter would not take it beside the other
        ("X", "mi\u200dra", "sign_in"),
        ("X\u202e", "x", "name"),
        ("X\ud800", "x", "name"),
        ("X", "\u200d", "sign_in"),
        ("X" * 121, "x", "name"),
    ],
)
def test_enrolling_names_the_field(staff: Staff, name: str, sign_in: str, field: str) -> None:
    with pytest.raises(BadInputError) as caught:
        staff.people.enroll(staff.jonas.actor, name, sign_in, NEW)
    assert caught.value.field == field


def test_passphrases_are_never_in_a_repr() -> None:
    assert NEW not in repr(Signer("person_1", NEW))
    assert NEW not in repr(NewWorkspace("A", "UTC", "B", "c", NEW))


def test_the_permissions_table_is_whole() -> None:
    assert set(TABLE) == set(May)
    assert not any(Role.DUTY_MANAGER in roles for roles in TABLE.values()), "a duty manager may only hold"
    assert may({Role.AUTHOR}, May.WRITE)
    with pytest.raises(NotAllowedError):
        must({Role.AUTHOR}, May.SIGN_OFF)


def test_a_name_carries_one_role() -> None:
    assert main_role(frozenset({Role.ADMINISTRATOR, Role.COMMUNICATIONS_LEAD})) is Role.COMMUNICATIONS_LEAD
    assert main_role(frozenset()) is Role.AUTHOR


def test_nobody_unknown_gets_in(staff: Staff) -> None:
    with pytest.raises(NotAllowedError):
        staff.people.sign_in("person_unknown", MIRA)
    with pytest.raises(NotFoundError), Keys(staff.desk).unsealed(Actor("person_unknown", "", ""), MIRA):
        pytest.fail("a key was opened for nobody")
    with pytest.raises(NotFoundError):
        staff.people.rekey(staff.jonas.actor, "person_unknown", NEW)


def test_signing_out_and_locking_leave_entries(staff: Staff) -> None:
    assert staff.people.sign_out(staff.mira.actor).ids == {staff.mira.person_id}
    assert staff.people.sign_out(staff.mira.actor, locked=True).through > 0


def test_only_officers_enrol_and_give_new_keys(staff: Staff) -> None:
    with pytest.raises(NotAllowedError):
        staff.people.enroll(staff.mira.actor, "Sana Haddad", "sana", NEW)
    with pytest.raises(NotAllowedError):
        staff.people.rekey(staff.mira.actor, staff.jonas.person_id, NEW)
    assert staff.people.sign_in(staff.jonas.person_id, JONAS).roles == staff.jonas.roles
