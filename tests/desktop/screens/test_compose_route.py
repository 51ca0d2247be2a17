"""Compose and the way to approval: the short route for a crisis, nobody left to sign, and corrections."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from desktop.concerns import ReportConcernDialog
from desktop.screens.compose.crisis import CrisisDialog
from editorial.charter.document import Charter, RouteKind
from editorial.concerns import ConcernKind
from editorial.people.desk_people import Signer
from editorial.posts.correcting import Corrections
from editorial.posts.states import PostState
from editorial.tasks import TaskKind
from editorial.when import Choice, When
from tests.desktop.screens.composing import Composing, connect
from tests.fakes.accessible import check_names, check_reachable
from tests.fakes.desks import HELEN, JONAS, Staff
from tests.fakes.desktop import Bench
from tests.gallery_after import published

REASON = "Fire in the east wing"


@pytest.fixture
def composing(desk: Bench) -> Composing:
    desk.sign_in(desk.staff.mira)
    return Composing(desk)


def titles(composing: Composing) -> list[str]:
    """What the strips say, from the top."""
    return [banner.title.text() for banner in composing.screen.route.banners]


def choose(composing: Composing, words: str) -> None:
    """Opens the post's menu by mouse and takes an entry by keyboard."""
    composing.click(composing.screen.middle.head.menu)
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    action = next(each for each in menu.actions() if each.text() == words)
    menu.setActiveAction(action)
    QTest.keyClick(menu, Qt.Key.Key_Return)


def ask(composing: Composing) -> CrisisDialog:
    choose(composing, "Short route for a crisis…")
    composing.desk.settle()
    dialog = composing.screen.route.dialog
    assert dialog is not None
    return dialog


def facts(dialog: CrisisDialog) -> str:
    return " ".join(label.accessibleName() for label in dialog.facts.findChildren(type(dialog.title)))


def test_the_short_route_is_asked_for_with_a_reason(composing: Composing) -> None:
    account = connect(composing.staff, "practice")
    post = composing.draft("Closed", "The emergency room is closed.", account, when=When(Choice.SOON))
    composing.show(post)
    route = composing.screen.middle.head.route
    assert "Standard, 1 signature" in route.text()
    dialog = ask(composing)
    assert "Signs: Jonas Lindqvist or Helen Castellanos" in facts(dialog)
    assert "within 24 hours" in facts(dialog)
    assert "It waits like every other post." in facts(dialog)
    check_names(dialog)
    composing.click(dialog.take)
    assert dialog.field.error
    assert dialog.isVisible()
    QTest.keyClicks(dialog.area, REASON)
    composing.click(dialog.take)
    composing.desk.settle()
    assert titles(composing) == ["Short route for a crisis"]
    (strip,) = composing.screen.route.banners
    assert strip.sentence.text().startswith(f"{REASON}. Signs: Jonas Lindqvist or Helen Castellanos.")
    assert "Crisis, 1 signature" in route.text()
    composing.saved()
    assert composing.stored().body.crisis == REASON
    check_names(composing.screen)
    check_reachable(composing.screen)
    composing.screen.sending.send()
    composing.desk.settle()
    assert composing.stored().state is PostState.IN_REVIEW
    composing.desk.context.review.sign_off(composing.staff.helen.actor, post, 1, HELEN)
    assert [task.kind for task in composing.desk.context.services.tasks.open()] == [TaskKind.CRISIS_REVIEW]


def test_back_to_the_ordinary_route_by_the_strip_and_undone(composing: Composing) -> None:
    composing.show(composing.draft())
    dialog = ask(composing)
    QTest.keyClicks(dialog.area, REASON)
    composing.click(dialog.take)
    composing.desk.settle()
    (strip,) = composing.screen.route.banners
    button = strip.findChildren(type(composing.screen.middle.new))[0]
    assert button.text() == "Back to the ordinary route"
    button.setFocus()
    QTest.keyClick(button, Qt.Key.Key_Space)
    composing.desk.settle()
    assert titles(composing) == []
    assert "Standard" in composing.screen.middle.head.route.text()
    word, undo = composing.desk.shell.actions[-1]
    assert word == "Undo"
    undo()
    composing.desk.settle()
    assert titles(composing) == ["Short route for a crisis"]
    choose(composing, "Back to the ordinary route")
    composing.saved()
    assert composing.stored().body.crisis == ""


def test_cancelling_changes_nothing(composing: Composing) -> None:
    composing.show(composing.draft())
    dialog = ask(composing)
    QTest.keyClicks(dialog.area, REASON)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    composing.saved()
    assert composing.stored().body.crisis == ""
    assert titles(composing) == []


def test_the_dialog_says_what_the_charter_says_of_a_hold(composing: Composing) -> None:
    def change(charter: Charter) -> Charter:
        return replace(charter, crisis_passes_hold=True)

    staff = composing.staff
    both = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    staff.people.amend(staff.jonas.actor, change, both)
    composing.show(composing.draft())
    assert "It goes out all the same." in facts(ask(composing))


def test_what_could_be_about_a_patient_says_that_the_short_route_does_not_apply(composing: Composing) -> None:
    post = composing.draft()
    now = composing.stored(post)
    composing.drafting.save(composing.staff.mira.actor, post, replace(now.body, authorizations=("auth_1",)), now.saves)
    composing.show(post)
    assert titles(composing) == ["Nobody is left for “Clinical review”"]
    dialog = ask(composing)
    assert dialog.problem.isVisible()
    assert "Patient story" in dialog.problem.sentence.text()
    QTest.keyClicks(dialog.area, REASON)
    composing.click(dialog.take)
    composing.desk.settle()
    assert titles(composing)[0] == "The short route does not apply"


def test_nobody_left_is_told_while_typing(composing: Composing) -> None:
    post = composing.draft()
    staff: Staff = composing.staff
    for person in (staff.jonas, staff.helen):
        now = composing.stored(post)
        body = replace(now.body, text=f"{now.body.text} {person.name}")
        composing.drafting.save(person.actor, post, body, now.saves)
    composing.show(post)
    assert titles(composing) == ["Nobody is left for “Sign-off”"]
    assert composing.screen.middle.head.route.toolTip() == "Sign-off: nobody is left"


def test_a_correction_and_what_it_corrects_lead_to_each_other(composing: Composing) -> None:
    post, delivery = published(composing.staff)
    correction, _ = Corrections(composing.staff.desk).open(composing.staff.mira.actor, delivery)
    composing.show(correction)
    assert titles(composing) == ["Corrects P-1"]
    assert composing.screen.bench.path is not None
    assert composing.screen.bench.path.kind is RouteKind.CORRECTION
    button = composing.screen.route.banners[0].findChildren(type(composing.screen.middle.new))[0]
    composing.click(button)
    composing.desk.settle()
    assert composing.post_id == post
    assert titles(composing) == ["Corrected by P-2"]
    button = composing.screen.route.banners[0].findChildren(type(composing.screen.middle.new))[0]
    composing.click(button)
    composing.desk.settle()
    assert composing.post_id == correction


def test_a_concern_is_reported_from_the_menu(composing: Composing) -> None:
    post = composing.draft("Closed")
    composing.show(post)
    choose(composing, "Report a concern…")
    dialog = QApplication.activeModalWidget()
    assert isinstance(dialog, ReportConcernDialog)
    check_names(dialog)
    assert dialog.send is not None
    composing.click(dialog.send)
    assert dialog.about.error
    QTest.keyClicks(dialog.kind, "It may show")
    composing.click(dialog.send)
    composing.desk.settle()
    assert dialog.field.error
    QTest.keyClicks(dialog.area, "The plan shows a name.")
    composing.click(dialog.send)
    composing.desk.settle()
    (row,) = composing.desk.context.services.concerns.rows(post)
    assert (row.kind, row.text) == (ConcernKind.PRIVACY, "The plan shows a name.")
    assert composing.desk.shell.said[-1] == "The concern about P-1 is kept."
