"""Leaving the staff: the dialog lists what hangs on somebody, asks who takes over, and two officers sign."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from desktop.people.dialog import PeopleDialog
from desktop.people.leave import LeaveDialog
from editorial.charter.document import Deputy, Role
from editorial.people.amending import add_deputy
from editorial.people.session import SignedIn
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from tests.desktop.people.helping import LEFT, SANA, amend, charter_of, press, shown, sign, signers, words_of
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desks import HELEN, JONAS, add_person
from tests.fakes.desktop import Bench


@pytest.fixture
def people(desk: Bench, window: QWidget) -> Iterator[PeopleDialog]:
    made = PeopleDialog(window, desk.context)
    made.open()
    desk.settle()
    yield made
    made.close()


def leaving(desk: Bench, people: PeopleDialog, person: SignedIn) -> LeaveDialog:
    people.list.choose(person.person_id)
    people._offer()
    desk.qtbot.mouseClick(people.leave, LEFT)
    desk.settle()
    return shown(people, LeaveDialog)


def said(dialog: LeaveDialog) -> str:
    return " ".join(each.text() for each in dialog.form.findChildren(QLabel) if each.isVisible())


def draft(desk: Bench) -> str:
    return Drafting(desk.staff.desk).open(desk.staff.mira.actor, DraftBody(title="Flu"))[0]


def test_somebody_with_nothing_leaves_with_two_signatures(desk: Bench, people: PeopleDialog) -> None:
    dialog = leaving(desk, people, desk.staff.mira)
    assert "Nothing: no open posts, no stages, no accounts." in said(dialog)
    assert dialog.form.posts.isHidden()
    assert dialog.form.places.isHidden()
    press(desk, dialog)
    assert "Mira Okafor leaves the staff and can sign nothing." in words_of(dialog)
    check_names(dialog)
    sign(desk, dialog, JONAS, HELEN)
    member = charter_of(desk.staff).member(desk.staff.mira.person_id)
    assert member is not None
    assert not member.active
    assert people.signed.sentence.text() == "Mira Okafor leaves the staff and can sign nothing."
    assert not people.leave.isEnabled()


def test_open_posts_and_places_go_to_somebody(desk: Bench, people: PeopleDialog) -> None:
    staff, post = desk.staff, draft(desk)
    sana = add_person(staff.people, staff.jonas.actor, "Sana Haddad", "sana", SANA, Role.AUTHOR, [*signers(staff)])
    now = staff.clock.now()
    amend(staff, add_deputy(Deputy(staff.helen.person_id, staff.mira.person_id, now, now + timedelta(days=3))))
    people._read()
    desk.settle()
    dialog = leaving(desk, people, staff.mira)
    assert "Open posts: P-1 Flu." in said(dialog)
    assert "Mira Okafor may sign in the place of Helen Castellanos from 10 March 2027 10:42 EST" in said(dialog)
    check_names(dialog)
    check_reachable(dialog)
    press(desk, dialog)
    assert dialog.form.posts.error.startswith("Choose who takes over.")
    for field in (dialog.form.author, dialog.form.place):
        field.setFocus()
        desk.qtbot.keyClicks(field, "Sana")
    desk.qtbot.keyClick(dialog.form.place, Qt.Key.Key_Return)
    desk.settle()
    words = words_of(dialog)
    assert "Sana Haddad becomes the author of 1 open post." in words
    assert "Sana Haddad may sign in the place of Helen Castellanos" in words
    sign(desk, dialog, JONAS, HELEN)
    assert Drafting(staff.desk).read(post).author_id == sana
    assert charter_of(staff).deputies[0].deputy == sana


def test_nobody_leaves_who_is_still_needed(desk: Bench, people: PeopleDialog) -> None:
    dialog = leaving(desk, people, desk.staff.helen)
    assert "Helen Castellanos is one of two officers: name another one first." in said(dialog)
    assert "Only Helen Castellanos can sign “Privacy” on the Patient story route" in said(dialog)
    press(desk, dialog)
    assert dialog.problem.title.text() == "Helen Castellanos is one of two officers."
    assert dialog.agreements == []
    assert dialog.form.isVisible()


def test_what_was_signed_and_connected_is_told(desk: Bench, people: PeopleDialog) -> None:
    desk.staff.connect_practice()
    dialog = leaving(desk, people, desk.staff.jonas)
    assert "Accounts connected by Jonas Lindqvist: Practice alderbay. They stay connected here." in said(dialog)


def test_only_officers_see_the_way_out(desk: Bench, window: QWidget) -> None:
    desk.sign_in(desk.staff.mira)
    made = PeopleDialog(window, desk.context)
    made.open()
    desk.settle()
    assert made.leave.isHidden()
    assert made.deputies.isVisible()
    made._ask_leave()
    assert made.findChildren(LeaveDialog) == []
    made.close()
