"""The parts around the screens, each alone: navigation, top bar, banners, status bar, palette, regions, menus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QEvent, QLocale, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop.look import Appearance
from desktop.moments import Moments
from desktop.screens.base import Command
from desktop.shell.banners import BannerPlace, Strip
from desktop.shell.keys import enter_region, next_region
from desktop.shell.menus import Menus
from desktop.shell.nav import NavPanel
from desktop.shell.palette import Entry, Palette, matches
from desktop.shell.places import PLACES, places_for
from desktop.shell.publisher import Publishing
from desktop.shell.standing import HoldShown, Standing, reason_words
from desktop.shell.statusbar import StatusBar
from desktop.shell.strips import strips
from desktop.shell.topbar import TopBar
from desktop.widgets.nav import ENTRY_ROLE, NavEntry
from editorial.actors import Actor
from editorial.charter.document import Role
from editorial.delivery.holds import Hold, Scope
from editorial.errors import DeskError
from editorial.people.session import SignedIn
from tests.fakes.accessible import check_names, check_reachable, spoken
from tests.fakes.desks import HandClock

LEFT = Qt.MouseButton.LeftButton
Show = Callable[..., QWidget]


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def moments(clock: HandClock) -> Moments:
    return Moments("America/New_York", clock, QLocale.c())


# ---- navigation ------------------------------------------------------------------------------------------------------


def entries(nav: NavPanel) -> list[NavEntry]:
    model = nav.list.model()
    return [model.index(row, 0).data(ENTRY_ROLE) for row in range(model.rowCount())]


@pytest.fixture
def nav(qtbot: QtBot, show: Show) -> NavPanel:
    panel = NavPanel("Alder Bay Hospital", PLACES, demo=True)
    panel.show_user("Mira Okafor", "person_1", "Author")
    show(panel)
    return panel


def test_badges_tell_what_waits_and_what_needs_you(nav: NavPanel) -> None:
    nav.show_counts({"review": (2, False), "outbox": (3, True), "accounts": (0, True)})
    said = [entry.sentence for entry in entries(nav)]
    assert said == ["Compose", "Review, 2 waiting", "Outbox, 3 need you", "Library", "Accounts", "Audit"]


def test_going_tells_where_to_by_click_and_by_arrow(nav: NavPanel, qtbot: QtBot) -> None:
    nav.list.go("compose")
    went: list[str] = []
    nav.went.connect(went.append)
    nav.list.setFocus()
    qtbot.keyClick(nav.list, Qt.Key.Key_Down)
    place = nav.list.visualRect(nav.list.model().index(4, 0)).center()
    qtbot.mouseClick(nav.list.viewport(), LEFT, pos=place)
    assert went == ["review", "accounts"]


def test_settings_and_help_are_always_at_the_same_place(nav: NavPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(nav.settings):
        qtbot.mouseClick(nav.more.viewport(), LEFT, pos=nav.more.visualRect(nav.more.model().index(0, 0)).center())
    with qtbot.waitSignal(nav.help):
        qtbot.mouseClick(nav.more.viewport(), LEFT, pos=nav.more.visualRect(nav.more.model().index(1, 0)).center())
    assert nav.more.current_key == ""


def test_the_rail_shows_icons_and_keeps_everything_reachable(nav: NavPanel) -> None:
    wide = nav.width()
    check_names(nav)
    nav.set_rail(True)
    assert nav.width() < wide
    assert nav.new_icon.isVisible()
    assert not nav.new.isVisible()
    check_names(nav)
    check_reachable(nav)
    nav.set_rail(False)
    assert nav.width() == wide
    assert nav.demo.isVisible()


@pytest.mark.parametrize(
    ("role", "keys"),
    [
        (Role.AUTHOR, ["compose", "review", "outbox", "library", "accounts"]),
        (Role.PRIVACY_OFFICER, ["compose", "review", "outbox", "library", "audit"]),
        (Role.COMPLIANCE_OFFICER, ["outbox", "library", "audit"]),
        (Role.DUTY_MANAGER, ["outbox"]),
        (Role.ADMINISTRATOR, ["review", "outbox", "accounts", "audit"]),
    ],
)
def test_what_a_role_may_not_use_is_not_there(role: Role, keys: list[str]) -> None:
    assert [place.key for place in places_for({role})] == keys


# ---- top bar, status bar ---------------------------------------------------------------------------------------------


def test_the_hold_button_is_always_there_and_leads_on_while_it_is_on(qtbot: QtBot, show: Show) -> None:
    bar = TopBar()
    bar.title.setText("Compose")
    show(bar, width=1200)
    with qtbot.waitSignal(bar.hold):
        qtbot.mouseClick(bar.button, LEFT)
    bar.set_on_hold(True)
    with qtbot.waitSignal(bar.lift):
        qtbot.mouseClick(bar.button, LEFT)
    with qtbot.waitSignal(bar.search_wanted):
        qtbot.mouseClick(bar.search, LEFT)
    check_names(bar)
    bar.set_narrow(True)
    assert bar.search_icon.isVisible()
    assert not bar.search.isVisible()
    check_names(bar)


def test_the_state_says_in_words_what_the_dot_shows(qtbot: QtBot, show: Show) -> None:
    bar = TopBar()
    show(bar)
    bar.state.show_state("success", "Publishing on", "next post 11:30")
    assert "Publishing on, next post 11:30" in spoken(bar.state)
    bar.state.show_state("hold", "On hold", "", "octagon-pause")
    assert "On hold" in spoken(bar.state)


def test_the_status_bar_tells_place_time_and_facts(
    qtbot: QtBot, show: Show, moments: Moments, clock: HandClock
) -> None:
    bar = StatusBar(moments)
    show(bar)
    assert bar.place.text == "New York · EST, UTC−5"
    assert bar.clock.text == "Wed 10 Mar 2027, 10:42"
    clock.forward(timedelta(minutes=1))
    bar.tick()
    assert bar.clock.text == "Wed 10 Mar 2027, 10:43"
    assert not bar.practice.isVisible()
    bar.practice.say("Practice network")
    assert bar.practice.isVisible()


# ---- banners ---------------------------------------------------------------------------------------------------------


def test_only_the_most_pressing_banner_is_shown(qtbot: QtBot, show: Show) -> None:
    did: list[str] = []
    place = BannerPlace(did.append)
    show(place, width=900)
    first = Strip("warning", "One", actions=(("Do it", "plain", "do"),))
    place.show_strips(None, first, Strip("note", "Two"))
    assert place.shown == first
    button = place.button("do")
    assert button is not None
    qtbot.mouseClick(button, LEFT)
    assert did == ["do"]
    banner = place.banner
    place.show_strips(Strip("warning", "One", "with more words", actions=(("Do it", "plain", "do"),)))
    assert place.banner is banner
    place.show_strips(Strip("note", "Two"), None)
    assert place.banner is not banner
    place.show_strips(None, None)
    assert not place.isVisible()


def signed_in(*, verified: bool = True) -> SignedIn:
    actor = Actor("person_1", "Mira Okafor", "author", person=True, verified=verified)
    return SignedIn("person_1", "Mira Okafor", frozenset({Role.AUTHOR}), actor)


def on_hold(clock: HandClock, by: str = "person_1", waiting: int = 14, overdue: int = 2) -> Standing:
    hold = Hold(7, Scope.ALL, "everything", by, clock.at, "incident")
    return Standing(
        waiting=waiting, overdue=overdue, hold=HoldShown(hold, "Mira Okafor", reason_words("incident")), practice=True
    )


def first_strip(
    standing: Standing,
    clock: HandClock,
    moments: Moments,
    *,
    keyring: DeskError | None = None,
    away: str = "",
    kind: str = "real",
    verified: bool = True,
) -> Strip | None:
    publishing = Publishing("danger", away=away) if away else Publishing()
    found = strips(standing, publishing, signed_in(verified=verified), keyring, kind, clock.at, moments)
    return next((each for each in found if each is not None), None)


def test_a_hold_comes_before_everything(clock: HandClock, moments: Moments) -> None:
    missing = DeskError("No keyring was found")
    strip = first_strip(on_hold(clock), clock, moments, keyring=missing, away="off", kind="demo")
    assert strip is not None
    assert strip.sentence == (
        "Since 10:42 today by Mira Okafor · Incident in the hospital · 14 posts waiting, 2 past their time"
    )
    assert [name for _, _, name in strip.actions] == ["outbox", "lift"]


def test_undo_is_offered_to_the_setter_while_nothing_fell_due(clock: HandClock, moments: Moments) -> None:
    mine = first_strip(on_hold(clock, overdue=0), clock, moments)
    theirs = first_strip(on_hold(clock, by="person_2", overdue=0), clock, moments)
    assert mine is not None
    assert theirs is not None
    assert mine.actions[0][2] == "undo"
    assert "undo" not in [name for _, _, name in theirs.actions]
    standing = on_hold(clock, overdue=0)
    clock.forward(timedelta(minutes=3))
    late = first_strip(standing, clock, moments)
    assert late is not None
    assert "undo" not in [name for _, _, name in late.actions]


@pytest.mark.parametrize(
    ("more", "title"),
    [
        ({"keyring": DeskError("The keyring is locked"), "away": "x"}, "The keyring is locked."),
        ({"verified": False, "away": "x"}, "Signing in was not checked."),
        ({"away": "Nothing is sent.", "kind": "demo"}, "Publishing is off on this computer."),
        ({"kind": "demo"}, "Demo workspace"),
        ({"kind": "real"}, "Practice"),
    ],
)
def test_the_order_of_the_others(clock: HandClock, moments: Moments, more: dict[str, object], title: str) -> None:
    strip = first_strip(Standing(practice=True), clock, moments, **more)  # type: ignore[arg-type]
    assert strip is not None
    assert (strip.title or strip.sentence.partition(".")[0]) == title


@pytest.mark.parametrize(("role", "offered"), [(Role.AUTHOR, True), (Role.DUTY_MANAGER, False)])
def test_who_manages_the_outbox_may_confirm_the_time(
    clock: HandClock, moments: Moments, role: Role, *, offered: bool
) -> None:
    waits = Publishing("warning", away="The clock is in doubt.", clock=True)
    session = replace(signed_in(verified=True), roles=frozenset({role}))
    strip = next(each for each in strips(Standing(), waits, session, None, "real", clock.at, moments) if each)
    assert [name for _, _, name in strip.actions] == (["clock"] if offered else [])


def test_a_real_workspace_with_real_accounts_has_no_banner(clock: HandClock, moments: Moments) -> None:
    assert first_strip(Standing(practice=True, real=True), clock, moments) is None


# ---- palette, regions, menus -----------------------------------------------------------------------------------------


def test_typing_narrows_and_enter_does_it(qtbot: QtBot, show: Show) -> None:
    did: list[str] = []
    window = show(QWidget(), width=700)
    entries = [
        Entry("Go to", "Outbox", lambda: did.append("outbox"), keys="Ctrl+3"),
        Entry("Commands", "Lock", lambda: did.append("lock"), keys="Ctrl+L"),
        Entry("Posts", "Rosa’s new hip", lambda: did.append("rosa"), more="P-318"),
    ]
    palette = Palette(window, entries)
    palette.open()
    check_names(palette)
    qtbot.keyClicks(palette.field, "zzz")
    assert palette.nothing.isVisible()
    palette.field.clear()
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)
    assert did == ["lock"]
    assert not palette.isVisible()


def test_posts_are_found_by_title_and_number() -> None:
    rosa = Entry("Posts", "Rosa’s new hip", list, more="P-318")
    parking = Entry("Posts", "Parking level 2", list, more="P-319")
    assert matches([parking, rosa], "318") == [rosa]
    assert matches([parking, rosa], "HIP rosa") == [rosa]
    assert matches([parking, rosa], "p") == [parking, rosa]
    assert matches([rosa, parking], "par") == [parking]


def test_regions_go_round_and_skip_what_is_hidden(qtbot: QtBot, show: Show) -> None:
    fields = [QLineEdit() for _ in range(3)]
    show(*fields)
    fields[1].hide()
    assert next_region(fields, fields[0], 1) is fields[2]
    assert next_region(fields, fields[2], 1) is fields[0]
    assert next_region(fields, fields[0], -1) is fields[2]
    assert next_region(fields, None, 1) is fields[0]
    assert next_region(fields, None, -1) is fields[2]
    assert next_region([], None, 1) is None


def test_entering_a_region_finds_the_first_inside_that_takes_the_focus(qtbot: QtBot, show: Show) -> None:
    holder, button = QWidget(), QPushButton("Here")
    QVBoxLayout(holder).addWidget(button)
    show(QLineEdit(), holder)
    enter_region(holder)
    assert button.hasFocus()
    enter_region(QWidget())  # nothing inside takes it: nothing happens
    assert button.hasFocus()


@pytest.fixture
def window(qtbot: QtBot, appearance: Appearance) -> QMainWindow:
    made = QMainWindow()
    made.setCentralWidget(QLineEdit())
    qtbot.addWidget(made)
    return made


def press_alt(qtbot: QtBot, window: QMainWindow, *, other: bool = False) -> None:
    target = window.centralWidget()
    assert target is not None
    QApplication.sendEvent(target, QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Alt, Qt.KeyboardModifier.AltModifier))
    if other:
        press = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
        QApplication.sendEvent(target, press)
    QApplication.sendEvent(target, QKeyEvent(QEvent.Type.KeyRelease, Qt.Key.Key_Alt, Qt.KeyboardModifier.NoModifier))


def test_alt_alone_shows_the_menu_and_its_keys_work_while_it_is_hidden(qtbot: QtBot, window: QMainWindow) -> None:
    did: list[str] = []
    menus = Menus(window)
    menus.add("&Signpost", [Command("Lock", lambda: did.append("lock"), "Ctrl+L"), None, Command("Quit", list)])
    menus.add_screen_menu("S&creen", lambda: None)
    with qtbot.waitActive(window):
        window.show()
        window.activateWindow()
    assert not window.menuBar().isVisible()
    qtbot.keyClick(window.centralWidget(), Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    assert did == ["lock"]
    press_alt(qtbot, window, other=True)
    assert not window.menuBar().isVisible()
    press_alt(qtbot, window)
    assert window.menuBar().isVisible()
    assert [command.text for _, command in menus.commands] == ["Lock", "Quit"]
    menus.toggle()
    assert not window.menuBar().isVisible()
