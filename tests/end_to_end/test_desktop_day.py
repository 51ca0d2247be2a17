"""A day at the desk by mouse and keyboard, through the real windows: from the first run to the exported log."""

from __future__ import annotations

import os
import sys
import webbrowser
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, Qt, QUrl
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox

from connectors.practice.headless import approve
from desktop.commands.pictures import garden
from desktop.commands.publish import publisher_command
from desktop.look import Appearance
from desktop.program import Program, Setting
from desktop.widgets.chips import NetworkChip
from editorial.audit.verify import read_jsonl, verify_entries
from editorial.delivery.states import DeliveryState
from tests.end_to_end.hands import Hands, pass_time
from tests.end_to_end.processes import Network
from tests.fakes.desks import HELEN, JONAS, MIRA
from tests.fakes.pace import Pace
from tests.fakes.watchdog import Stalls, watchdog

TITLE, TEXT = "The garden is open again", "Our healing garden is open again. Come and sit in the sun."
ALT = "A vegetable garden with red and yellow flowers under a low sun."
WRONG = "That passphrase does not fit"
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LIMIT, DAYS = 0.05, 3


class StandIn(webbrowser.BaseBrowser):
    """A browser with somebody in front of it who allows everything on the practice network."""

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        """Fills in the page and follows the redirects."""
        approve(url, "alderbay", "keyless+list")
        return True


@pytest.fixture
def browser() -> Iterator[None]:
    """The stand-in is this computer's browser."""
    webbrowser.register(StandIn.__name__, None, StandIn(StandIn.__name__), preferred=True)
    yield
    webbrowser._tryorder.remove(StandIn.__name__)  # type: ignore[attr-defined]
    del webbrowser._browsers[StandIn.__name__.lower()]  # type: ignore[attr-defined]


@dataclass
class Day:
    """The desk, the hands on it, and how long the windows ever kept still."""

    program: Program
    hands: Hands
    folder: Path
    pace: Pace = field(default_factory=Pace)
    stalls: dict[str, Stalls] = field(default_factory=dict)

    @contextmanager
    def watched(self, what: str) -> Iterator[None]:
        """A stretch of work after which nothing may have kept the windows from their events for long."""
        self.hands.settle()
        self.pace.measure()
        with watchdog(LIMIT) as self.hands.stalls:
            yield
            self.hands.settle()
        self.stalls[what] = self.hands.stalls

    @property
    def states(self) -> list[DeliveryState]:
        """Every delivery's state."""
        assert self.program.shell is not None
        return [row.state for row in self.program.shell.context.outbox.rows()]

    def go(self, label: str) -> None:
        """A click in the navigation."""
        assert self.program.shell is not None
        self.hands.choose(self.program.shell.nav.list, label)
        self.hands.settle()

    def leave(self) -> None:
        """Locks, and gives the desk to the next person."""
        self.hands.key(Qt.Key.Key_L, CTRL)
        self.hands.click("Sign out and switch")
        self.hands.wait(lambda: self.program.attendance is None, "the list of people")


@contextmanager
def day_in(folder: Path, appearance: Appearance, pace: Pace | None = None) -> Iterator[Day]:
    """A program on an empty folder, with the real keyring, and the real publisher as its own process."""
    folder.mkdir(mode=0o700)
    program = Program(folder, appearance, Setting(publisher=lambda: publisher_command(folder)))
    broken: list[str] = []
    program.bridge.broke.connect(broken.append)
    program.show()
    program.load()
    try:
        yield Day(program, Hands(program), folder, pace or Pace())
    finally:
        program.quit()
        program.deleteLater()
        pass_time(50)  # while the application is there, everything of the program goes
    assert not broken, broken[0]


# ---- what people do --------------------------------------------------------------------------------------------------


def set_up(day: Day) -> None:
    """The first run: organization, first administrator, the practice network first, and the recovery sheet."""
    hands = day.hands
    hands.type("Name", "Alder Bay Hospital")
    hands.click("Continue")
    hands.type("Your name", "Jonas Lindqvist")
    hands.type("Passphrase", JONAS)
    hands.click("Continue")
    hands.click("Continue")
    hands.click("Set up")
    hands.tick(hands.find(QCheckBox, lambda box: box.text().startswith("It is printed"), "the recovery sheet"))
    hands.click("Open Signpost")
    hands.wait(lambda: day.program.shell is not None, "the window")
    hands.settle()


def add_person(day: Day, name: str, role: str, passphrase: str, signers: dict[str, str]) -> None:
    """The People dialog: who, which role, their own passphrase, and the signatures under the new charter."""
    hands = day.hands
    hands.settle()  # the list of people is read again after each change
    hands.click("Add person…")
    hands.type("Name", name)
    hands.type("Sign-in name", name.split()[0].lower())
    hands.tick(hands.find(QCheckBox, lambda box: box.text() == role, role))
    hands.type("Their passphrase", passphrase)
    hands.click("Continue")
    for which, typed in signers.items():
        hands.type(f"{which}: passphrase", typed)
    hands.click("Sign and save")
    hands.wait(lambda: hands.sees(f"{name} joins"), f"{name} in the charter")


def open_people(day: Day) -> None:
    """Settings, People."""
    assert day.program.shell is not None
    day.hands.choose(day.program.shell.nav.more, "Settings")
    day.hands.click("People…")


def add_helen(day: Day) -> None:
    """A second officer, who signs along from the start."""
    own = {"First signature": JONAS, "Their own signature": HELEN}
    add_person(day, "Helen Castellanos", "Privacy officer", HELEN, own)


def add_mira(day: Day) -> None:
    """An author, signed in by both officers."""
    add_person(day, "Mira Okafor", "Author", MIRA, {"First signature": JONAS, "Second signature": HELEN})


def connect(day: Day) -> None:
    """The practice network, through the browser."""
    day.go("Accounts")
    day.hands.click("Connect the practice network")
    day.hands.wait(lambda: day.hands.sees("The practice network is connected."), "the account")


def write(day: Day) -> None:
    """A new post with text and title."""
    hands = day.hands
    hands.key(Qt.Key.Key_N, CTRL)
    hands.settle()
    hands.type("Shared text", TEXT)
    hands.type("Title", TITLE)


def illustrate(day: Day, picture: Path) -> None:
    """A pasted picture, and its alt text."""
    hands = day.hands
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(picture))])
    QApplication.clipboard().setMimeData(data)
    hands.into(hands.field("Shared text"))
    hands.key(Qt.Key.Key_V, CTRL)
    QApplication.clipboard().clear()  # PySide crashes at the end of a process whose clipboard still holds such data
    hands.click("Photo 1. Alt text missing")
    hands.type("Alt text", ALT)
    hands.click("Save alt text")


def address(day: Day) -> None:
    """To the one account, as soon as it is approved."""
    hands = day.hands
    chip = hands.find(NetworkChip, lambda each: "alderbay" in each.accessibleName(), "the account's chip")
    chip.setFocus(Qt.FocusReason.TabFocusReason)
    hands.key(Qt.Key.Key_Space)
    hands.key(Qt.Key.Key_D, CTRL | SHIFT)
    hands.click("As soon as approved")
    hands.click("Done")
    hands.settle()


def request_changes(day: Day, words: str) -> None:
    """The reviewer sends it back."""
    day.go("Review")
    day.hands.click("Request changes…")
    day.hands.type("What should change", words)
    day.hands.pick(day.hands.find(QComboBox, lambda each: each.accessibleName() == "Needed by", "a time"), "Tomorrow")
    day.hands.click("Request changes")
    day.hands.settle()


def revise(day: Day, added: str) -> None:
    """The author adds what was asked for and sends a new version."""
    day.go("Compose")
    editor = day.hands.field("Shared text")
    day.hands.type(editor, f"{TEXT} {added}")
    day.hands.click("Send new version")
    day.hands.wait(lambda: day.hands.sees("is in review."), "the new version in review")


def sign(day: Day, version: int) -> None:
    """The reviewer reads all of it and signs, with a wrong passphrase first."""
    day.go("Review")
    hands = day.hands
    hands.click("Sign off…")
    hands.type("Passphrase of Helen Castellanos", "a wrong passphrase altogether")
    hands.click(f"Sign version {version}")
    hands.wait(lambda: hands.sees(WRONG), "the refusal")
    assert not day.states, "a wrong passphrase signed"
    pass_time(1_500)  # signing pauses after a wrong one, for less than a person needs to type the right one
    hands.type("Passphrase of Helen Castellanos", HELEN)
    hands.click(f"Sign version {version}")
    hands.wait(lambda: bool(day.states), "the delivery")


def hold_and_lift(day: Day) -> None:
    """Stops everything by keyboard; going on takes two people."""
    hands = day.hands
    shell = day.program.shell
    assert shell is not None
    hands.key(Qt.Key.Key_H, CTRL | SHIFT)
    hands.wait(lambda: QApplication.activeModalWidget() is not None, "the hold dialog")
    hands.key(Qt.Key.Key_Return)
    hands.wait(lambda: bool(shell.context.holds.on()), "the hold")
    hands.settle()
    hands.wait(lambda: shell.standing.hold is not None, "the hold in the window")
    shell.lift()
    hands.type("First person: passphrase", HELEN)
    combo = hands.find(QComboBox, lambda each: each.accessibleName() == "Second person: who", "the second person")
    hands.pick(combo, "Jonas")
    hands.type("Second person: passphrase", JONAS)
    hands.click("Lift hold")
    hands.wait(lambda: not shell.context.holds.on(), "going on")


def export(day: Day, path: Path) -> None:
    """Verifies the log and exports it."""
    day.go("Audit")
    hands = day.hands
    hands.wait(lambda: hands.sees("Verified through entry"), "the verification")
    hands.click("Verify now")
    hands.wait(lambda: hands.sees("Verified through entry"), "the verification")
    hands.click("Export…")
    hands.type("Save to", str(path))
    hands.click("Export")
    hands.wait(path.exists, "the file")


# ---- the days --------------------------------------------------------------------------------------------------------


def in_review(day: Day) -> None:
    """Sends the first draft to review: the policy is to be read and acknowledged before that."""
    day.hands.click("Send to review")
    day.hands.wait(lambda: day.hands.sees("Before your post goes to review"), "the policy")
    day.hands.settle()
    day.hands.click("I have read it and will keep to it")
    day.hands.wait(lambda: day.hands.sees("is in review."), "the post in review")


def switch(day: Day, name: str, passphrase: str) -> None:
    """Another person at the desk."""
    day.leave()
    day.hands.sign_in(name, passphrase)


def published(day: Day, text: str) -> dict[str, Any]:
    """The one post on the network, after the Outbox showed it as sent."""
    hands, shell = day.hands, day.program.shell
    day.go("Outbox")
    hands.wait(lambda: day.states == [DeliveryState.PUBLISHED], "the post on the network", 40)
    hands.settle()
    assert shell is not None
    hands.choose(hands.list("Deliveries", shell), "Sent")
    assert day.program.practice is not None
    (sent,) = Network(day.program.practice.url()).posts()
    assert sent["text"] == text
    return sent


def systematic(days: Sequence[Mapping[str, Stalls]]) -> dict[str, float]:
    """For each stretch of work the longest stall of its best day: what is in the program comes back every day."""
    return {what: min(day[what].longest for day in days) for what in days[0]}


def live_through(day: Day, place: Path) -> None:
    """From the first run to the exported log, every stretch after signing in watched."""
    picture = place / "garden.jpg"
    picture.write_bytes(garden().data)
    set_up(day)
    with day.watched("adding people"):
        open_people(day)
        add_helen(day)
        add_mira(day)
        day.hands.click("Close")
    with day.watched("connecting"):
        connect(day)
    switch(day, "Mira", MIRA)
    with day.watched("drafting"):
        write(day)
        illustrate(day, picture)
        address(day)
        in_review(day)
    switch(day, "Helen", HELEN)
    with day.watched("asking for changes"):
        request_changes(day, "Please say that dogs stay outside.")
    switch(day, "Mira", MIRA)
    with day.watched("revising"):
        revise(day, "Dogs stay outside.")
    switch(day, "Helen", HELEN)
    with day.watched("signing"):
        sign(day, 2)
    with day.watched("publishing"):
        sent = published(day, f"{TEXT} Dogs stay outside.")
    assert sent["media"][0]["alt"] == ALT
    with day.watched("hold and lift"):
        hold_and_lift(day)
    with day.watched("the log"):
        export(day, place / "log.jsonl")
    with (place / "log.jsonl").open("rb") as file:
        assert verify_entries(read_jsonl(file)).problem is None


@pytest.mark.usefixtures("browser", "secret_service", "qtbot")
def test_from_first_run_to_a_published_post(applied_appearance: Appearance, tmp_path: Path) -> None:
    """The shortest way: two people, one post, signed and sent."""
    with day_in(tmp_path / "desk", applied_appearance) as day:
        set_up(day)
        open_people(day)
        add_helen(day)
        day.hands.click("Close")
        connect(day)
        write(day)
        address(day)
        in_review(day)
        switch(day, "Helen", HELEN)
        sign(day, 1)
        published(day, TEXT)


@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.usefixtures("browser", "secret_service", "qtbot")
def test_from_first_run_to_exported_log(applied_appearance: Appearance, tmp_path: Path) -> None:
    """The whole job. No stretch of it keeps the windows still for longer than the limit on each of three days.

    The limit is for this computer left alone: what others do on it meanwhile is measured and allowed for.
    """
    days: list[Mapping[str, Stalls]] = []
    pace = Pace()
    while not days or (len(days) < DAYS and max(systematic(days).values()) > LIMIT):
        place = tmp_path / str(len(days))
        place.mkdir()
        with day_in(place / "desk", applied_appearance, pace) as day:
            live_through(day, place)
        days.append(day.stalls)
    limit = LIMIT * pace.slowness
    sys.stdout.write(f"limit {limit * 1000:.0f} ms: {LIMIT * 1000:.0f} ms x {pace.slowness:.2f}, best of {len(days)}\n")
    late = {what: longest for what, longest in systematic(days).items() if longest > limit}
    for what, longest in systematic(days).items():
        sys.stdout.write(f"{what}: {longest * 1000:.0f} ms\n")
    if late and too_busy():
        pytest.skip(f"the whole job is done; others keep this computer too busy to judge: {late}")
    where = "\n".join(f"{what}: {seconds} s at\n{place}" for what in late for seconds, place in days[-1][what].seen)
    assert not late, f"the windows were kept still for longer than {limit} s: {late}\n{where}"


def too_busy() -> bool:
    """Whether so much else runs here that a thread holding Python's lock may itself be waiting for a processor."""
    return hasattr(os, "getloadavg") and os.getloadavg()[0] > 1.5 * (os.cpu_count() or 1)
