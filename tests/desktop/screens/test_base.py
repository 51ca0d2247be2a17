"""What every screen inherits: reading anew when concerned, and showing what went wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QVBoxLayout
from pytestqt.qtbot import QtBot

from desktop.context import Context
from desktop.look import Appearance
from desktop.screens.base import Screen
from desktop.screens.states import ErrorState
from desktop.widgets.buttons import AppButton
from editorial.changes import Changes, Kind
from editorial.errors import DeskError
from editorial.people.permissions import May
from tests.fakes.accessible import check_names, check_reachable, nameless
from tests.fakes.desks import staffed
from tests.fakes.desktop import Bench, bench


class Counting(Screen):
    """Shows how often it was read."""

    key, title, icon = "counting", "Counting", "list"
    kinds = frozenset({Kind.POSTS})

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.label = QLabel("nothing yet")
        QVBoxLayout(self.content).addWidget(self.label)
        self.reads = 0
        self.read: Callable[[], int] = self._count

    def _count(self) -> int:
        self.reads += 1
        return self.reads

    def refresh(self) -> None:
        self.load(self.read, lambda count: self.label.setText(f"read {count}"))


@pytest.fixture
def desk(qtbot: QtBot, appearance: Appearance, tmp_path: Path) -> object:
    with staffed(tmp_path / "desk") as staff, bench(staff, qtbot) as made:
        yield made


def shown(desk: Bench) -> Counting:
    screen = Counting(desk.context)
    desk.qtbot.addWidget(screen)
    screen.resize(600, 400)
    screen.show()
    desk.settle()
    return screen


def tell(desk: Bench, *kinds: Kind) -> None:
    desk.bridge.changed.emit(Changes(frozenset(kinds), frozenset({"x"}), 1))


def test_it_reads_when_it_is_first_shown(desk: Bench) -> None:
    screen = shown(desk)
    assert screen.label.text() == "read 1"


def test_it_reads_anew_only_when_concerned(desk: Bench) -> None:
    screen = shown(desk)
    tell(desk, Kind.ACCOUNTS)
    desk.settle()
    assert screen.reads == 1
    tell(desk, Kind.POSTS)
    desk.settle()
    assert screen.label.text() == "read 2"


def test_several_changes_make_one_reading(desk: Bench) -> None:
    screen = shown(desk)
    for _ in range(5):
        tell(desk, Kind.POSTS)
    desk.settle()
    assert screen.reads == 2


def test_a_hidden_screen_waits_until_it_is_seen(desk: Bench) -> None:
    screen = shown(desk)
    screen.hide()
    tell(desk, Kind.POSTS)
    desk.settle()
    assert screen.reads == 1
    screen.show()
    desk.settle()
    assert screen.reads == 2


def test_a_change_during_a_reading_makes_another_one(desk: Bench) -> None:
    screen = shown(desk)
    gate, began = threading.Event(), threading.Event()

    def slowly() -> int:
        began.set()
        gate.wait(10)
        return screen._count()

    screen.read = slowly
    tell(desk, Kind.POSTS)
    desk.qtbot.waitUntil(began.is_set)
    tell(desk, Kind.POSTS)
    desk.qtbot.wait(20)
    gate.set()
    desk.qtbot.waitUntil(lambda: screen.label.text() == "read 3")


def test_a_first_reading_that_fails_takes_the_place_and_can_be_tried_again(desk: Bench) -> None:
    def refuse() -> int:
        raise DeskError("The list could not be loaded", "Nothing is lost.", "Try again.", code="E-TEST-7")

    screen = Counting(desk.context)
    screen.read = refuse
    desk.qtbot.addWidget(screen)
    screen.show()
    desk.settle()
    view = screen.findChild(ErrorState)
    assert view is not None
    assert view.isVisible()
    assert view.title.text() == "The list could not be loaded"
    check_names(screen)
    check_reachable(screen)
    screen.read = screen._count
    view.again.click()
    desk.settle()
    assert screen.label.isVisible()
    assert screen.label.text() == "read 1"


def test_the_report_for_it_holds_the_code(desk: Bench, qapp: object) -> None:
    from PySide6.QtGui import QGuiApplication

    view = ErrorState(DeskError("No", "Nothing is lost.", code="E-TEST-8"), lambda: None)
    desk.qtbot.addWidget(view)
    copy = [button for button in view.findChildren(AppButton) if button.text() == "Copy report for IT"]
    copy[0].click()
    assert "E-TEST-8" in QGuiApplication.clipboard().text()


def test_a_later_failure_keeps_what_was_shown(desk: Bench) -> None:
    screen = shown(desk)

    def refuse() -> int:
        raise DeskError("The list could not be loaded")

    screen.read = refuse
    tell(desk, Kind.POSTS)
    desk.settle()
    assert screen.label.isVisible()
    assert [error.title for error in desk.shell.told] == ["The list could not be loaded"]


def test_waiting_shows_shapes_only_after_a_moment(desk: Bench) -> None:
    gate = threading.Event()
    screen = Counting(desk.context)

    def slowly() -> int:
        gate.wait(10)
        return screen._count()

    screen.read = slowly
    desk.qtbot.addWidget(screen)
    screen.show()
    desk.qtbot.wait(100)
    assert screen.content.isVisible()
    desk.qtbot.waitUntil(lambda: not screen.content.isVisible(), timeout=2000)
    gate.set()
    desk.settle()
    assert screen.label.isVisible()


def test_a_screen_that_is_gone_hears_nothing(desk: Bench) -> None:
    screen = Counting(desk.context)
    gate = threading.Event()

    def slowly() -> int:
        gate.wait(10)
        return 1

    screen.read = slowly
    screen.show()
    desk.qtbot.wait(10)
    with desk.qtbot.waitSignal(screen.destroyed):
        screen.deleteLater()
    gate.set()
    desk.settle()  # a callback on the dead label would raise


def test_the_context_knows_what_a_role_allows(desk: Bench) -> None:
    assert desk.context.may(May.WRITE)
    assert not desk.context.may(May.SIGN_OFF)
    desk.sign_in(desk.staff.helen)
    assert desk.context.may(May.SIGN_OFF)


def test_new_roles_are_taken_over(desk: Bench) -> None:
    assert desk.context.renew(desk.staff.people.cards())
    assert not desk.context.renew(())


def test_a_control_without_a_name_is_found(desk: Bench) -> None:
    screen = shown(desk)
    bare = AppButton("")
    layout = screen.content.layout()
    assert layout is not None
    layout.addWidget(bare)
    bare.show()
    assert len(nameless(screen)) == 1
