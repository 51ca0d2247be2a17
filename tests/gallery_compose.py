"""The Compose screen on a staffed workspace with posts in every state, for pictures of it."""

from __future__ import annotations

import tempfile
import time
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication, QWidget

from desktop.bridge import Bridge
from desktop.commands.pictures import corridor, garden, poster
from desktop.context import Context, Services
from desktop.look import look
from desktop.moments import Moments
from desktop.practice import PracticeHost
from desktop.screens.compose import ComposeScreen
from desktop.screens.compose.keeping import KeepDialog
from editorial.accounts.register import Accounts, NewAccount
from editorial.content import MediaItem
from editorial.counting import Limits
from editorial.people.session import SignedIn
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.review import Review
from editorial.secret import Secret
from editorial.when import Choice, When
from tests.fakes.desks import HELEN, Staff, staffed
from tests.fakes.desktop import NotedShell
from tests.fakes.rules import PRAISE, add_rules

ZONE = "America/New_York"
NETWORKS = (
    ("x", "X", 280, "x"),
    ("facebook", "Facebook", 63_206, "characters"),
    ("instagram", "Instagram", 2200, "characters"),
    ("threads", "Threads", 500, "characters"),
    ("linkedin", "LinkedIn", 3000, "characters"),
    ("mastodon", "Mastodon", 500, "mastodon"),
    ("bluesky", "Bluesky", 300, "graphemes"),
    ("wordpress", "Blog", 60_000, "characters"),
    ("practice", "Practice", 500, "characters"),
)
TEXT = (
    "Six weeks ago Rosa had a hip replacement at our hospital. Last Sunday she was back in her garden. “I kneel, I dig,"
    " I plant, and nothing hurts,” she says.\n\nCome to our free hip and knee evening on Thursday 18 March at 6 pm,"
    " Main Building, Room 2.10. No referral needed. We aim to answer all questions.\nwww.alderbay.org/joints #JointCare"
)
SHORT = "Six weeks ago Rosa had a hip replacement with us. Last Sunday she was back in her garden. “Nothing hurts.”"

EVENING = (
    "Free hip and knee evening: Thursday 18 March, 6 pm, Main Building, Room 2.10. No referral needed, everyone is"
    " welcome, also those who only want to listen. www.alderbay.org/joints #JointCare #Hips #AlderBay #Garden #Spring"
)


def at(day: int, hour: int, minute: int = 0) -> When:
    """A time in March 2027."""
    return When(Choice.SET, datetime.fromisoformat(f"2027-03-{day:02}T{hour:02}:{minute:02}"), ZONE)


def connect(staff: Staff, network: str, label: str, most: int, rule: str) -> str:
    """An account on a network; returns its id."""
    limits = Limits(text=most, rule=rule)
    new = NewAccount(network, f"https://{network}.example", "alderbay", label, {"profile": "keyed"}, limits)
    account_id, _ = Accounts(staff.desk).connect(staff.jonas.actor, new, Secret(f"token-of-{network}-0123456789"))
    return account_id


def fill(staff: Staff) -> str:
    """Accounts and posts; returns the id of the one to look at."""
    accounts = {network: connect(staff, network, label, most, rule) for network, label, most, rule in NETWORKS}
    drafting, review = Drafting(staff.desk), Review(staff.desk)

    def post(title: str, networks: str, when: When, by: SignedIn = staff.mira, text: str = "Come and see us.") -> str:
        chosen = tuple(accounts[each] for each in networks.split())
        return drafting.open(by.actor, DraftBody(title=title, text=text, accounts=chosen, when=when))[0]

    def sent(title: str, networks: str, when: When, by: SignedIn = staff.mira) -> str:
        post_id = post(title, networks, when, by)
        drafting.submit(by.actor, post_id)
        return post_id

    asked = sent("Colorectal screening: order your kit", "facebook instagram linkedin", at(12, 9))
    review.request_changes(
        staff.jonas.actor, asked, 1, "Please add the phone number of the screening office.", staff.tomorrow
    )
    rosa = post("Rosa", "x", at(12, 9, 30))
    media = _pictures(drafting, staff)
    body = DraftBody(
        title="Rosa’s new hip: back in the garden",
        text=TEXT,
        account_texts={accounts["linkedin"]: SHORT, accounts["wordpress"]: TEXT + "\n\n" + TEXT},
        accounts=tuple(value for key, value in accounts.items() if key != "practice"),
        media=media,
        when=at(12, 9, 30),
    )
    drafting.save(staff.mira.actor, rosa, body, 1)
    post("Sleep Day: tips from our sleep lab", "instagram x", at(19, 7, 30), text="Sleep well. " * 30)
    post("Easter visiting hours", "facebook wordpress", When(zone=ZONE))
    post("Hand hygiene: 30-second video", "threads instagram", When(zone=ZONE))
    sent("Ahmed’s first steps after his stroke", "facebook instagram linkedin x", at(10, 15))
    sent("Kidney Day: five signs worth a check", "x facebook bluesky threads", at(11, 12))
    sent("Open day at the birth centre", "facebook", at(22, 12), staff.jonas)
    parking = sent("Parking level 2 closed this weekend", "x facebook wordpress", at(10, 11, 30))
    visiting = sent("Visiting hours change on 1 April", "facebook wordpress linkedin", at(17, 10))
    for signed in (parking, visiting):
        review.sign_off(staff.helen.actor, signed, 1, HELEN)
    return rosa


def _pictures(drafting: Drafting, staff: Staff) -> tuple[MediaItem, ...]:
    """Three pictures, the second one without words."""
    media = []
    for picture, alt in ((garden(), True), (corridor(), False), (poster(), True)):
        _, item, _ = drafting.add_picture(staff.mira.actor, picture.data, picture.name)
        media.append(replace(item, alt=picture.alt if alt else ""))
    return tuple(media)


def pump(bridge: Bridge, seconds: float = 20.0) -> None:
    """Runs the event loop until the bridge owes nothing and the widgets have come to rest."""
    quiet, end = 0, time.monotonic() + seconds
    while quiet < 25 and time.monotonic() < end:
        QApplication.processEvents()
        time.sleep(0.005)
        quiet = quiet + 1 if bridge.pending == 0 else 0


class Stage:
    """A screen with all that it stands on, put away together."""

    def __init__(self, *, empty: bool = False) -> None:
        self._stack = ExitStack()
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        self.staff = self._stack.enter_context(staffed(folder / "desk"))
        self.post = "" if empty else fill(self.staff)
        self.bridge = Bridge()
        moments = Moments(ZONE, self.staff.clock, QLocale.c())
        services = Services(self.staff.desk)
        host = PracticeHost(folder / "desk")
        context = Context(services, self.bridge, look(), self.staff.mira, NotedShell(), moments, host)
        self.screen = ComposeScreen(context)
        self.screen.destroyed.connect(self.close)

    def settle(self) -> None:
        """Waits until everything is shown."""
        pump(self.bridge)

    def close(self) -> None:
        """Puts everything away."""
        self.bridge.close()
        self._stack.close()


_STAGES: list[Stage] = []


def _stage(width: int, height: int, *, empty: bool = False) -> Stage:
    stage = Stage(empty=empty)
    _STAGES.append(stage)
    stage.screen.resize(look().px(width), look().px(height))
    stage.screen.show()
    stage.settle()
    if stage.post:
        stage.screen.show_item(stage.post)
        stage.settle()
    return stage


def build() -> QWidget:
    """The screen in a wide window."""
    return _stage(1252, 796).screen


def build_narrow() -> QWidget:
    """The screen in the narrowest window."""
    return _stage(904, 526).screen


def build_empty() -> QWidget:
    """The screen before anything was written or connected."""
    return _stage(1252, 796, empty=True).screen


def build_own() -> QWidget:
    """A network's text, and when it goes out."""
    stage = _stage(1252, 796)
    screen = stage.screen
    x = next(key for key, place in screen.bench.post.places.items() if place.target.network == "x")
    screen.bench.activate(x)
    screen.bench.set_text(f"{SHORT} {EVENING}")
    stage.settle()
    time.sleep(0.5)
    stage.settle()
    return screen


def build_asked() -> QWidget:
    """A post that a reviewer sent back, while somebody else changed its text."""
    stage = _stage(1252, 796)
    screen, drafting = stage.screen, stage.screen.context.drafting
    asked = next(row.post_id for row in screen.bench.listing.shelf().rows if row.asked)
    screen.show_item(asked)
    stage.settle()
    now = drafting.read(asked)
    drafting.save(stage.staff.jonas.actor, asked, now.body.with_text(None, "Come and see us soon."), now.saves)
    screen.bench.set_text("Come and see us. Phone 555-0100.")
    screen.bench.autosave.flush()
    stage.settle()
    return screen


def build_when() -> QWidget:
    """The popover for the time."""
    stage = _stage(1252, 796)
    stage.screen.timing.ask()
    stage.settle()
    popover = stage.screen.timing.popover
    assert popover is not None
    return popover


def build_alt() -> QWidget:
    """The words of a picture."""
    stage = _stage(1252, 796)
    stage.screen.pictures.describe()
    stage.settle()
    dialog = stage.screen.pictures.dialog
    assert dialog is not None
    return dialog


def build_list() -> QWidget:
    """The list over the work area in a narrow window."""
    stage = _stage(904, 526)
    stage.screen.arrangement.toggle_list()
    stage.settle()
    return stage.screen


def build_keeping() -> QWidget:
    """A reason for keeping a warning is typed."""
    screen = _claims().screen
    finding = next(each for each in screen.bench.findings if each.may_keep)
    return KeepDialog(finding, "Ranked best in the county by the state, 2026.", screen)


def build_kept() -> QWidget:
    """One warning is kept with its reason, another is open."""
    stage = _claims()
    screen = stage.screen
    finding = next(each for each in screen.bench.findings if each.may_keep)
    reason = "Ranked best in the county by the state, 2026: the link is in the first line."
    screen.bench.change(screen.bench.post.body.with_kept(finding, reason), "kept")
    stage.settle()
    screen.side.checks.go_to(finding)
    return screen


def _claims() -> Stage:
    stage = _stage(1252, 796)
    add_rules(stage.staff.desk, PRAISE)
    stage.screen.bench.set_text("The best hips in the county.\n\nA painless evening for everybody.")
    stage.screen.bench.check()
    stage.settle()
    return stage
