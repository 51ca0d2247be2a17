"""`signpost demo`: the desktop on a demo workspace, where every screen has something to show.

Everything in it came about as it would in a hospital: typed, signed, sent by the engine to the practice network. What
happens is the table of scenes below; how it happens is the code under it.
"""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import requests

from connectors.http import new_session
from connectors.practice.headless import approve
from desktop.commands.output import Output
from desktop.commands.pictures import Picture, corridor, garden, poster
from desktop.commands.publish import PublisherProcess
from desktop.commands.staffing import EVERYBODY, HELEN, JONAS, ZONE, Cast, staff
from desktop.commands.waiting import wait_until
from desktop.commands.workspace import demo_workspace, keyring_for
from desktop.connecting import Connecting
from desktop.practice import practice_network
from editorial.delivery.holds import Reason
from editorial.delivery.outbox import Outbox
from editorial.delivery.states import DeliveryState
from editorial.delivery.stopping import Holds
from editorial.desk import has_workspace
from editorial.errors import DeskError
from editorial.people.desk_people import Signer
from editorial.posts.comments import Comments
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import Drafting
from editorial.posts.review import Review
from editorial.store.database import make_private, private_folder
from editorial.when import Choice, When, zone_of

CARDS = "demo.json"
"""The passphrases for the sign-in cards; written last, so its presence says that the demo is complete."""

_UNFINISHED = "demo.unfinished"
_LOCK = "demo.lock"
_PATIENCE = 60.0  # seconds for the engine to send what is due while the demo is made
_TURN = 180.0  # seconds to wait for another start that makes the same demo

PAGE, NEWS = ("alderbay", "keyless+list"), ("alderbay-news", "keyless+blind")


@dataclass(frozen=True, slots=True)
class Scene:
    """One post and how far it gets: draft, review, changes, signed, discarded."""

    title: str
    text: str
    stage: str
    when: tuple[int, int, int] | str = "open"  # days ahead, hour, minute; or "soon", "open"
    on: tuple[tuple[str, str], ...] = (PAGE,)
    picture: Callable[[], Picture] | None = None
    alt: bool = True
    by: str = "mira"
    say: str = ""  # Helen's comment, or what Jonas asks for


PAST = (
    Scene(
        "The garden is open again",
        "Our healing garden is open again, every day from 8 to 18. Come and sit in the sun. #HealingGarden",
        "signed", "soon", picture=garden,
    ),
    Scene(
        "Parking level 2 closed this weekend",
        "Parking level 2 is closed this weekend. Levels 1 and 3 are open.",
        "signed", "soon", on=(PAGE, NEWS),
    ),
    Scene(
        "Good morning from maternity",
        "Good morning from maternity: eleven babies last night, and very good coffee for their parents.",
        "signed", "soon", on=(NEWS,),
    ),
)  # fmt: skip
"""Over: sent, sent twice, and one whose answer gets lost on an account that cannot be looked through."""

LOST = "Good morning"
MISSED = Scene(
    "Job fair: last places", "Our job fair has twelve places left. Come on Saturday, 10 to 15.", "signed", "soon"
)
"""Its time passes during a hold."""

PRESENT = (
    Scene(
        "Visiting hours change",
        "From 1 April visiting hours are 10 to 20, every day. Two visitors at a time, please.",
        "signed", (5, 10, 0), on=(PAGE, NEWS),
    ),
    Scene(
        "Hip and knee evening",
        "Free hip and knee evening: Thursday, 6 pm, Main Building, Room 2.10. No referral needed. #JointCare",
        "signed", (8, 9, 30), picture=poster,
    ),
    Scene(
        "Volunteer call: reading hour",
        "Do you like reading aloud? Our reading hour looks for volunteers, one afternoon a week.",
        "signed",
    ),
    Scene(
        "Kidney Day: five signs worth a check",
        "Five signs worth a check: swollen ankles, foamy urine, tiredness that stays, itchy skin, high blood pressure."
        " Talk to your doctor. #KidneyDay",
        "review", (2, 8, 0), on=(PAGE, NEWS), say="Reads well. I check the numbers with the clinic.",
    ),
    Scene(
        "Meet the night shift",
        "While the town sleeps, forty people keep our wards running. Meet three of them this week. #NightShift",
        "review", (3, 12, 0), picture=corridor,
    ),
    Scene(
        "Accreditation visit",
        "The accreditation team visits us on Monday and Tuesday. All clinics are open as usual.",
        "review", (6, 9, 0), by="jonas",
    ),
    Scene(
        "Colorectal screening: order your kit",
        "Screening saves lives. Order your free test kit at the screening office and send it back by post.",
        "changes", (4, 9, 0), say="Please add the phone number of the screening office.",
    ),
    Scene(
        "Sleep Day: tips from our sleep lab",
        "Screens off an hour before bed, a cool room, the same time every day: tips from our sleep lab. #SleepDay",
        "draft", (9, 7, 30), picture=poster, alt=False,
    ),
    Scene(
        "New MRI suite opens in April",
        "Our new MRI suite opens in April. Shorter waits, a quieter machine, and a ceiling that looks like the sky. "
        * 5,
        "draft", on=(PAGE, NEWS),
    ),
    Scene("Winter sale at the gift shop", "Ten per cent off everything woolly.", "discarded"),
    Scene(
        "Hand hygiene: thirty seconds",
        "Thirty seconds, palms, backs, thumbs, fingertips. That is all. #HandHygiene",
        "draft", by="jonas",
    ),
)  # fmt: skip
"""Going on: scheduled, approved without a date, in review, sent back, drafts with findings, discarded."""


def run_demo(folder: Path | None, output: Output) -> int:
    """Makes the demo workspace if it is not there yet, and opens the desktop on it."""
    from desktop.app import run_desktop

    folder = folder or demo_workspace()
    make_demo(folder, output)
    return run_desktop(folder)


def make_demo(folder: Path, output: Output) -> None:
    """The demo workspace in `folder`; nothing happens where it is complete. One that was cut short is made anew.

    Raises DeskError for a folder that holds anything else, and VaultError.
    """
    if (folder / CARDS).exists():
        return
    from filelock import FileLock, Timeout

    private_folder(folder)
    try:
        with FileLock(folder / _LOCK, timeout=_TURN, mode=0o600):
            if not (folder / CARDS).exists():  # another start may have made it meanwhile
                _clear(folder)
                _make(folder, output)
    except Timeout:
        raise DeskError(
            "The demo is being made by another start", f"It works in {folder}.", "Try again in a minute."
        ) from None


def _clear(folder: Path) -> None:
    """Empties what an earlier start left unfinished; the mark says that nothing but the demo is in here."""
    left = [each for each in folder.iterdir() if each.name != _LOCK]
    if left and not (folder / _UNFINISHED).exists():
        title = "There is a workspace here already" if has_workspace(folder) else "This folder is not empty"
        raise DeskError(title, f"{folder} was not touched.", "Name an empty folder.")
    for each in left:
        if each.name != _UNFINISHED:
            shutil.rmtree(each) if each.is_dir() and not each.is_symlink() else each.unlink()
    (folder / _UNFINISHED).touch(mode=0o600)


def _make(folder: Path, output: Output) -> None:
    output.say("The demo workspace is being made. This happens once and takes a few seconds.", folder=str(folder))
    with keyring_for(folder, "demo", output), practice_network(folder) as url:
        cast = staff(folder, "demo")
        try:
            _Stage(folder, cast, url).play()
        finally:
            cast.desk.close()
    part = folder / f"{CARDS}.part"
    part.write_text(json.dumps({"passphrases": {each.sign_in: each.passphrase for each in EVERYBODY}}), "utf-8")
    make_private(part)
    os.replace(part, folder / CARDS)
    (folder / _UNFINISHED).unlink(missing_ok=True)


class _Stage:
    """Plays the scenes with the invented hospital's people."""

    def __init__(self, folder: Path, cast: Cast, url: str) -> None:
        self._folder, self._cast, self._url = folder, cast, url
        self._drafting, self._review, self._outbox = Drafting(cast.desk), Review(cast.desk), Outbox(cast.desk)
        self._comments = Comments(cast.desk)
        self._accounts: dict[tuple[str, str], str] = {}

    def play(self) -> None:
        """Two practice accounts, and a dozen posts in every state."""
        for name, profile in (PAGE, NEWS):
            self._accounts[name, profile] = self._connect(name, profile)
        self._lose_next_answer(LOST)
        over = [self._act(scene) for scene in PAST]
        with PublisherProcess(self._folder, _PATIENCE):
            self._until(lambda: all(map(self._is_over, over)))
        self._miss()
        for scene in PRESENT:
            self._act(scene)

    def _connect(self, name: str, profile: str) -> str:
        def open_browser(url: str) -> bool:
            approve(url, name, profile)
            return True

        account, _ = Connecting(self._cast.desk, "practice", self._url, open_browser).run(self._cast.jonas.actor)
        return account

    def _act(self, scene: Scene) -> str:
        """One post, as far as its scene goes; returns its id."""
        who = (self._cast.jonas if scene.by == "jonas" else self._cast.mira).actor
        accounts = tuple(self._accounts[each] for each in scene.on)
        body = DraftBody(title=scene.title, text=scene.text, accounts=accounts, when=self._when(scene))
        if scene.picture is not None:
            picture = scene.picture()
            _, item, _ = self._drafting.add_picture(who, picture.data, picture.name)
            body = replace(body, media=(replace(item, alt=picture.alt if scene.alt else ""),))
        post, _ = self._drafting.open(who, body)
        if scene.stage == "discarded":
            self._drafting.discard(who, post)
        if scene.stage in ("review", "changes", "signed"):
            self._drafting.submit(who, post)
        if scene.stage == "review" and scene.say:
            self._comments.say(self._cast.helen.actor, post, scene.say)
        if scene.stage == "changes":
            tomorrow = self._cast.desk.clock.now() + timedelta(days=1)
            self._review.request_changes(self._cast.jonas.actor, post, 1, scene.say, tomorrow)
        if scene.stage == "signed":
            self._review.sign_off(self._cast.helen.actor, post, 1, HELEN.passphrase, "Good to go.")
        return post

    def _when(self, scene: Scene) -> When:
        if isinstance(scene.when, str):
            return When(Choice(scene.when), zone=ZONE)
        days, hour, minute = scene.when
        local = self._cast.desk.clock.now().astimezone(zone_of(ZONE)) + timedelta(days=days)
        return When(Choice.SET, local.replace(hour=hour, minute=minute, second=0, tzinfo=None), ZONE, 0)

    def _miss(self) -> None:
        """A post whose time passes during a hold: missed, and waiting for a person."""
        holds, cast = Holds(self._cast.desk), self._cast
        number, _ = holds.hold(cast.jonas.actor, Reason.EMERGENCY, "Storm warning")
        self._act(MISSED)
        signers = ((cast.jonas.person_id, JONAS), (cast.helen.person_id, HELEN))
        holds.lift(cast.jonas.actor, number, [Signer(key, person.passphrase) for key, person in signers])

    def _lose_next_answer(self, match: str) -> None:
        with new_session() as session:
            session.trust_env = False
            fault = {"kind": "lose_response", "count": 1, "match": match}
            try:
                session.post(f"{self._url}/api/faults", json=fault, timeout=(5, 10)).raise_for_status()
            except requests.RequestException as error:
                raise _failed(f"The practice network did not answer ({type(error).__name__}).") from error

    def _is_over(self, post: str) -> bool:
        states = {row.state for row in self._outbox.rows() if row.post_id == post}
        return states <= {DeliveryState.PUBLISHED, DeliveryState.UNCERTAIN}

    def _until(self, condition: Callable[[], bool]) -> None:
        if not wait_until(condition, self._cast.desk.clock, _PATIENCE):
            raise _failed("The engine did not send the sample posts in time.")


def _failed(what: str) -> DeskError:
    return DeskError("The demo could not be made", what, "Run it again: it begins anew.")
