"""The staff and the charter: the first second signer, others later, changes, and a forgotten passphrase."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.people.dialog import PeopleDialog
from desktop.people.person import PersonDialog
from editorial.charter.document import Role
from editorial.people.amending import set_roles
from editorial.people.desk_people import Card, People
from editorial.people.setup import NewWorkspace, create_workspace
from editorial.vault import Vault
from tests.desktop.people.helping import LEFT, SANA, amend, press, shown, sign, signers, words_of
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desks import HELEN, JONAS, MIRA, WEAK, HandClock, MemoryKeyring, Staff, add_person
from tests.fakes.desktop import Bench, bench


@pytest.fixture
def dialog(desk: Bench, window: QWidget) -> Iterator[PeopleDialog]:
    made = PeopleDialog(window, desk.context)
    made.open()
    desk.settle()
    yield made
    made.close()


def form_of(dialog: PeopleDialog) -> PersonDialog:
    return shown(dialog, PersonDialog)


def card(people: People, name: str) -> Card:
    return next(each for each in people.cards() if each.name == name)


def fill(desk: Bench, form: PersonDialog, *roles: Role) -> None:
    desk.qtbot.keyClicks(form.form.name.line, "Sana Haddad")
    desk.qtbot.keyClicks(form.form.sign_in.line, "sana")
    desk.qtbot.keyClicks(form.form.passphrase.line, SANA)
    for role in roles:
        form.form.roles[role].setChecked(True)


def test_everybody_is_listed_with_their_roles(desk: Bench, dialog: PeopleDialog) -> None:
    model = dialog.list.model()
    said = [model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(model.rowCount())]
    assert said == [
        "Helen Castellanos, Privacy officer",
        "Jonas Lindqvist, Communications lead and administrator",
        "Mira Okafor, Author",
    ]
    check_names(dialog)
    check_reachable(dialog)


def test_a_person_is_added_by_two_officers(desk: Bench, dialog: PeopleDialog) -> None:
    desk.qtbot.mouseClick(dialog.add, LEFT)
    form = form_of(dialog)
    check_names(form)
    fill(desk, form, Role.CLINICAL_REVIEWER)
    press(desk, form)
    assert words_of(form).startswith("What you sign Sana Haddad joins as clinical reviewer.")
    check_names(form)
    sign(desk, form, JONAS, HELEN)
    assert card(desk.context.people, "Sana Haddad").roles == {Role.CLINICAL_REVIEWER}
    assert dialog.signed.sentence.text() == "Sana Haddad joins as clinical reviewer."
    assert dialog.list.model().rowCount() == 4
    desk.context.people.sign_in(card(desk.context.people, "Sana Haddad").id, SANA)


def test_a_wrong_signature_changes_nothing_and_can_be_put_right(desk: Bench, dialog: PeopleDialog) -> None:
    desk.qtbot.mouseClick(dialog.add, LEFT)
    form = form_of(dialog)
    fill(desk, form, Role.AUTHOR)
    press(desk, form)
    sign(desk, form, JONAS, "not Helen's words")
    assert form.problem.isVisible()
    assert not card(desk.context.people, "Sana Haddad").roles
    desk.staff.clock.forward(timedelta(seconds=30))
    sign(desk, form, JONAS, HELEN)
    assert card(desk.context.people, "Sana Haddad").roles == {Role.AUTHOR}


def test_what_is_missing_is_marked_before_anybody_signs(desk: Bench, dialog: PeopleDialog) -> None:
    desk.qtbot.mouseClick(dialog.add, LEFT)
    form = form_of(dialog)
    press(desk, form)
    assert form.form.name.error.startswith("The name is empty.")
    desk.qtbot.keyClicks(form.form.name.line, "Sana Haddad")
    press(desk, form)
    assert form.form.sign_in.error
    desk.qtbot.keyClicks(form.form.sign_in.line, "sana")
    press(desk, form)
    assert form.form.passphrase.error
    desk.qtbot.keyClicks(form.form.passphrase.line, SANA)
    press(desk, form)
    assert form.problem.title.text() == "No role is chosen."
    assert form.agreements == []


def test_a_name_that_is_taken_leads_back_to_its_field(desk: Bench, dialog: PeopleDialog) -> None:
    desk.qtbot.mouseClick(dialog.add, LEFT)
    form = form_of(dialog)
    fill(desk, form, Role.AUTHOR)
    form.form.sign_in.set_text("mira")
    press(desk, form)
    sign(desk, form, JONAS, HELEN)
    assert form.form.isVisible()
    assert form.form.sign_in.error
    assert form.form.passphrase.text() == SANA


def test_the_same_person_signs_once_only(desk: Bench, dialog: PeopleDialog) -> None:
    desk.qtbot.mouseClick(dialog.add, LEFT)
    form = form_of(dialog)
    fill(desk, form, Role.AUTHOR)
    press(desk, form)
    second = form.agreements[1]
    second.who.setCurrentIndex(second.who.findText("Jonas Lindqvist"))
    sign(desk, form, JONAS, JONAS)
    assert second.passphrase.error == "Choose another person."


def test_back_keeps_the_form(desk: Bench, dialog: PeopleDialog) -> None:
    desk.qtbot.mouseClick(dialog.add, LEFT)
    form = form_of(dialog)
    fill(desk, form, Role.AUTHOR)
    press(desk, form)
    assert not form.form.isVisible()
    desk.qtbot.mouseClick(form.back, LEFT)
    assert form.form.isVisible()
    assert form.form.name.text() == "Sana Haddad"


def test_roles_are_changed_and_somebody_leaves(desk: Bench, dialog: PeopleDialog) -> None:
    dialog.list.choose(desk.staff.mira.person_id)
    dialog._offer()
    desk.qtbot.mouseClick(dialog.change, LEFT)
    form = form_of(dialog)
    assert not form.form.passphrase.isVisible()
    form.form.roles[Role.CLINICAL_REVIEWER].setChecked(True)
    press(desk, form)
    assert "Mira Okafor becomes clinical reviewer." in words_of(form)
    sign(desk, form, JONAS, HELEN)
    assert Role.CLINICAL_REVIEWER in card(desk.context.people, "Mira Okafor").roles
    assert form.form.works_here.isHidden(), "leaving is a walk of its own"


def test_somebody_comes_back(desk: Bench, dialog: PeopleDialog) -> None:
    amend(desk.staff, set_roles(desk.staff.mira.person_id, [Role.AUTHOR], active=False))
    dialog._read()
    desk.settle()
    dialog.list.choose(desk.staff.mira.person_id)
    dialog._offer()
    assert not dialog.leave.isEnabled()
    desk.qtbot.mouseClick(dialog.change, LEFT)
    form = form_of(dialog)
    assert form.form.works_here.isVisible()
    form.form.works_here.setChecked(True)
    press(desk, form)
    assert "Mira Okafor is back on the staff." in words_of(form)
    sign(desk, form, JONAS, HELEN)
    assert card(desk.context.people, "Mira Okafor").active


def test_the_last_in_a_role_keeps_it_and_the_dialog_says_why(desk: Bench, dialog: PeopleDialog) -> None:
    dialog.list.choose(desk.staff.jonas.person_id)
    dialog._offer()
    desk.qtbot.mouseClick(dialog.change, LEFT)
    form = form_of(dialog)
    form.form.roles[Role.COMMUNICATIONS_LEAD].setChecked(False)
    press(desk, form)
    assert form.problem.title.text() == "Too few people are left for “Communications”."
    assert form.form.isVisible()
    form.form.roles[Role.COMMUNICATIONS_LEAD].setChecked(True)
    press(desk, form)
    assert form.problem.title.text() == "Nothing changes."


def test_a_forgotten_passphrase_means_a_new_key(desk: Bench, dialog: PeopleDialog) -> None:
    before = desk.staff.mira.actor.key_id
    dialog.list.choose(desk.staff.mira.person_id)
    dialog._offer()
    desk.qtbot.mouseClick(dialog.rekey, LEFT)
    form = form_of(dialog)
    desk.qtbot.keyClicks(form.form.passphrase.line, SANA)
    press(desk, form)
    assert "Mira Okafor gets a new key; signatures with the old one" in words_of(form)
    names = [form.agreements[0].who.itemText(row) for row in range(form.agreements[0].who.count())]
    assert "Mira Okafor" not in names
    sign(desk, form, JONAS, HELEN)
    session = desk.context.people.sign_in(desk.staff.mira.person_id, SANA)
    assert session.actor.key_id != before
    assert session.roles == {Role.AUTHOR}


def test_where_only_one_officer_is_left_it_says_so(desk: Bench, dialog: PeopleDialog) -> None:
    dialog.list.choose(desk.staff.helen.person_id)
    dialog._offer()
    desk.qtbot.mouseClick(dialog.rekey, LEFT)
    form = form_of(dialog)
    desk.qtbot.keyClicks(form.form.passphrase.line, SANA)
    press(desk, form)
    assert "only one is left" in words_of(form)


def test_a_lost_officer_is_made_up_for_by_three(desk: Bench, dialog: PeopleDialog) -> None:
    """Helen has forgotten her passphrase: Jonas and two others give her a new key."""
    add_person(
        desk.staff.people, desk.staff.jonas.actor, "Sana Haddad", "sana", SANA, Role.AUTHOR, [*signers(desk.staff)]
    )
    dialog._read()
    desk.settle()
    dialog.list.choose(desk.staff.helen.person_id)
    dialog._offer()
    desk.qtbot.mouseClick(dialog.rekey, LEFT)
    form = form_of(dialog)
    desk.qtbot.keyClicks(form.form.passphrase.line, "bronze lantern sixty harbours")
    press(desk, form)
    assert "A second officer cannot sign. One officer and two other people sign instead." in words_of(form)
    check_names(form)
    assert [each.who.currentText() for each in form.agreements] == ["Jonas Lindqvist", "Mira Okafor", "Sana Haddad"]
    sign(desk, form, JONAS, MIRA, SANA)
    assert desk.context.people.sign_in(desk.staff.helen.person_id, "bronze lantern sixty harbours")
    with desk.staff.desk.reading() as session:
        assert desk.staff.desk.charter(session).mended


def test_a_new_officer_may_be_named_without_the_second(desk: Bench, dialog: PeopleDialog) -> None:
    add_person(
        desk.staff.people, desk.staff.jonas.actor, "Sana Haddad", "sana", SANA, Role.AUTHOR, [*signers(desk.staff)]
    )
    dialog._read()
    desk.settle()
    dialog.list.choose(desk.staff.mira.person_id)
    dialog._offer()
    desk.qtbot.mouseClick(dialog.change, LEFT)
    form = form_of(dialog)
    form.form.roles[Role.ADMINISTRATOR].setChecked(True)
    press(desk, form)
    assert len(form.agreements) == 2
    mend = form.signing.findChild(QWidget, "mend")
    assert mend is not None
    desk.qtbot.mouseClick(mend, LEFT)
    assert len(form.agreements) == 3
    for agreement, person in zip(form.agreements[1:], ("Mira Okafor", "Sana Haddad"), strict=True):
        agreement.who.setCurrentIndex(agreement.who.findText(person))
    sign(desk, form, JONAS, MIRA, SANA)
    assert Role.ADMINISTRATOR in card(desk.context.people, "Mira Okafor").roles


def test_others_read_and_change_nothing(desk: Bench, window: QWidget) -> None:
    desk.sign_in(desk.staff.mira)
    dialog = PeopleDialog(window, desk.context)
    dialog.open()
    desk.settle()
    assert not dialog.add.isVisible()
    assert dialog.list.model().rowCount() == 3
    dialog.list.opened.emit(desk.staff.helen.person_id)
    assert dialog.findChildren(PersonDialog) == []
    dialog.close()


def test_the_first_addition_is_a_second_signer_who_signs_too(
    qtbot: QtBot, appearance: Appearance, tmp_path: Path
) -> None:
    new = NewWorkspace("Alder Bay Hospital", "America/New_York", "Jonas Lindqvist", "jonas", JONAS, kind="tour")
    clock, keyring = HandClock(), MemoryKeyring()
    made, secret = create_workspace(tmp_path / "desk", new, vault=Vault("test", keyring), clock=clock, kdf=WEAK)
    people = People(made)
    jonas = people.sign_in(people.cards()[0].id, JONAS)
    staff = Staff(made, secret, clock, keyring, people, jonas, jonas, jonas)
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    with bench(staff, qtbot, jonas) as desk:
        dialog = PeopleDialog(window, desk.context)
        dialog.open()
        desk.settle()
        qtbot.mouseClick(dialog.add, LEFT)
        form = form_of(dialog)
        fill(desk, form, Role.AUTHOR)
        press(desk, form)
        assert form.problem.title.text() == "The charter needs a second signer first."
        form.form.roles[Role.PRIVACY_OFFICER].setChecked(True)
        press(desk, form)
        assert form.agreements[1].who.currentText() == "Sana Haddad"
        sign(desk, form, JONAS, SANA)
        assert card(people, "Sana Haddad").roles == {Role.AUTHOR, Role.PRIVACY_OFFICER}
        dialog.close()
    made.close()


def test_strength_is_told_while_typing(desk: Bench, dialog: PeopleDialog) -> None:
    desk.qtbot.mouseClick(dialog.add, LEFT)
    form = form_of(dialog)
    desk.qtbot.keyClicks(form.form.passphrase.line, MIRA)
    desk.qtbot.waitUntil(lambda: "strong" in form.form.meter.word.lower(), timeout=10_000)
