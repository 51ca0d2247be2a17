"""Tasks: on every screen below the banner until somebody did them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.shell.duties import Duties
from editorial.delivery.holds import Reason
from editorial.delivery.stopping import Holds
from editorial.people.session import SignedIn
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.tasks import TaskKind, Tasks, open_task
from tests.fakes.accessible import check_names
from tests.fakes.desks import JONAS, Staff
from tests.fakes.desktop import Bench, bench, come_in, running, setting_of, settle


@pytest.fixture
def desk(qtbot: QtBot, appearance: Appearance, staff: Staff) -> Iterator[Bench]:
    with bench(staff, qtbot, staff.mira) as found:
        yield found


def due(staff: Staff, kind: TaskKind = TaskKind.CRISIS_REVIEW, hours: float = 24, title: str = "Closed") -> str:
    """A task about a post of its own; returns the post's id."""
    post, _ = Drafting(staff.desk).open(staff.mira.actor, DraftBody(title))
    with staff.desk.writing(staff.desk.system()) as unit:
        open_task(unit, kind, unit.now + timedelta(hours=hours), post_id=post)
    return post


def shown(desk: Bench, person: SignedIn | None = None) -> Duties:
    desk.sign_in(person or desk.staff.mira)
    duties = Duties(desk.context)
    desk.qtbot.addWidget(duties)
    duties.resize(1000, 60)
    duties.show_tasks(Tasks(desk.staff.desk).open())
    return duties


def test_nothing_to_do_takes_no_room(desk: Bench) -> None:
    duties = shown(desk)
    assert duties.shown is None
    assert duties.isHidden()


def test_the_one_that_is_due_first_stands_there_and_the_rest_is_counted(desk: Bench) -> None:
    due(desk.staff, hours=30, title="Later")
    due(desk.staff, hours=2)
    strip = shown(desk).shown
    assert strip is not None
    assert (strip.kind, strip.title) == ("warning", "Look again at P-2: it took the short route for a crisis")
    assert strip.sentence == "“Closed”. Until today, 12:42. 1 more task after it."


def test_what_is_late_or_has_to_come_down_is_red(desk: Bench) -> None:
    due(desk.staff, hours=1)
    desk.staff.clock.forward(timedelta(hours=2))
    strip = shown(desk).shown
    assert strip is not None
    assert strip.kind == "danger"
    assert "It was due today, 11:42." in strip.sentence
    due(desk.staff, TaskKind.TAKE_DOWN, hours=-3, title="Rosa")
    strip = shown(desk).shown
    assert strip is not None
    assert (strip.kind, strip.icon) == ("danger", "octagon-x")


def test_a_task_about_no_post_opens_none(desk: Bench) -> None:
    with desk.staff.desk.writing(desk.staff.desk.system()) as unit:
        open_task(unit, TaskKind.COMING_OF_AGE, unit.now, authorization_id="auth_1")
    duties = shown(desk)
    assert duties.button("task-open") is None
    assert duties.button("task-done") is not None


def test_done_with_a_note(desk: Bench) -> None:
    due(desk.staff)
    duties = shown(desk)
    duties.show()
    button = duties.button("task-done")
    assert button is not None
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    dialog = duties.dialog
    assert dialog is not None
    check_names(dialog)
    QTest.keyClicks(dialog.area, "Text and timing were right.")
    QTest.keyClick(dialog.finish, Qt.Key.Key_Return)
    desk.settle()
    assert Tasks(desk.staff.desk).open() == ()
    assert desk.shell.said == ["The task is done."]
    assert duties.dialog is None


def test_done_by_somebody_else_meanwhile_is_said(desk: Bench) -> None:
    due(desk.staff)
    duties = shown(desk)
    duties.show()
    button = duties.button("task-done")
    assert button is not None
    button.click()
    tasks = Tasks(desk.staff.desk)
    tasks.done(desk.staff.helen.actor, tasks.open()[0].id)
    dialog = duties.dialog
    assert dialog is not None
    dialog.finish.click()
    desk.settle()
    assert dialog.isVisible()
    assert dialog.problem.title.text() == "This task is done already."
    dialog.reject()


def test_open_the_post_goes_where_the_person_can_see_it(desk: Bench) -> None:
    post = due(desk.staff)
    for person in (desk.staff.mira, desk.staff.jonas):
        button = shown(desk, person).button("task-open")
        assert button is not None
        button.click()
    assert desk.shell.went == [("compose", post), ("compose", post)]


def test_on_every_screen_below_the_hold_until_it_is_done(staff: Staff, qtbot: QtBot, appearance: Appearance) -> None:
    due(staff)
    Holds(staff.desk).hold(staff.mira.actor, Reason.INCIDENT)
    with running(qtbot, staff.desk.folder, setting_of(staff)) as program:
        shell = come_in(qtbot, program, staff.jonas, JONAS)
        assert shell.banners.shown is not None
        assert shell.banners.shown.kind == "hold"
        for place in shell.places:
            shell.go(place.key)
            settle(qtbot, program.bridge)
            assert shell.duties.isVisible()
            assert shell.duties.y() > shell.banners.y()
        tasks = Tasks(staff.desk)
        program.bridge.run(lambda: tasks.done(staff.helen.actor, tasks.open()[0].id), lambda _: None)
        settle(qtbot, program.bridge)
        assert shell.duties.isHidden()
