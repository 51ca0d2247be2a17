"""The publisher is gone, as by kill -9, at every kind of moment; then it starts again.

Each crash is one fork of a warm process, at a moment chosen by number: before and after every commit, before every
connection, after every request, after every answer, before every write to the keyring.
"""

import json
import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests

from connectors.practice.process import PracticeProcess
from connectors.practice.profiles import Profile
from editorial.audit.auditing import Auditing
from editorial.delivery.outbox import Outbox, Resolution
from editorial.delivery.states import DeliveryState
from editorial.desk import DATABASE
from tests.fakes.crashes import CODE, KINDS
from tests.fakes.offices import FileKeyring, Office, office_at
from tests.fakes.publishers import Zygote

S = DeliveryState
TIMING = {"watch": 0.02, "sweep": 0.2, "lookups": (0.1, 0.3), "keyring_again": 0.1}
SETTLE = 0.5
SCENES: dict[str, tuple[Profile, str]] = {
    "keyed": (Profile.KEYED, ""),
    "listed": (Profile.LIST, ""),
    "blind": (Profile.BLIND, ""),
    "lost": (Profile.KEYED, "lose_response"),
    "renewed": (Profile.LIST, "expire_token"),
}

UPLOAD, POST = 2, 3  # the first request of a start asks for the time


class Place:
    """A workspace, its keyring file and a network; every run has an account and a post of its own."""

    def __init__(self, office: Office, keyring: Path, zygote: Zygote) -> None:
        self.office = office
        self._keyring = keyring
        self._zygote = zygote
        self._number = 0
        self.texts: dict[str, str] = {}

    def write(self, scene: str) -> tuple[str, str]:
        """(delivery id, text) of a new post that is due."""
        profile, fault = SCENES[scene]
        self._number += 1
        self._end_reading()
        name = f"{scene}-{self._number}"
        account = self.office.connect(name, profile)
        if fault:
            wanted = {"kind": fault, "match": name}
            assert requests.post(f"{self.office.url}/api/faults", json=wanted, timeout=10).ok
        text = f"This is post {self._number} of the scene {scene}."
        delivery = self.office.delivery(self.office.signed(text, [account], pictures=1))
        self.texts[delivery] = text
        return delivery, text

    def _end_reading(self) -> None:
        """Nothing of earlier runs is read back in this one: its requests and answers are counted."""
        with closing(sqlite3.connect(self.office.desk.folder / DATABASE, timeout=10)) as database, database:
            database.execute("UPDATE delivery SET read_back_at = NULL")

    def run(self, **options: object) -> int:
        """The publisher, until everything is settled or it crashes."""
        common = {"keyring": str(self._keyring), "timing": TIMING, "settle": SETTLE}
        return self._zygote.run(self.office.desk.folder, **common, **options)

    def shown(self, text: str) -> int:
        """How often the network has it."""
        posts = requests.get(f"{self.office.url}/api/posts", timeout=10).json()
        return sum(post["text"] == text for post in posts)

    def judge(self, delivery: str, text: str) -> DeliveryState:
        """After the restart: never twice, and never silently none. Returns the state in which a person found it."""
        row, shown = self.office.row(delivery), self.shown(text)
        assert shown <= 1, "posted twice"
        assert row.state in (S.PUBLISHED, S.UNCERTAIN), (row.state, row.reason)
        if row.state is S.PUBLISHED:
            assert shown == 1
            assert row.permalink
        else:
            assert row.reason
            assert row.advice
            self._decide(delivery)
        return row.state

    def _decide(self, delivery: str) -> None:
        """A person looks at the network, so that the next run finds nothing left of this one."""
        outbox, jonas = Outbox(self.office.desk), self.office.jonas.actor
        if self.shown(self.texts[delivery]):
            outbox.resolve(jonas, delivery, Resolution.LIVE, f"{self.office.url}/somewhere")
        else:
            outbox.resolve(jonas, delivery, Resolution.SEND_AGAIN)
            outbox.cancel(jonas, delivery)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("crashes")
    keyring = folder / "keyring.json"
    zygote = Zygote()
    with (
        PracticeProcess(folder / "network") as network,
        office_at(folder / "workspace", network.url, FileKeyring(keyring)) as office,
    ):
        yield Place(office, keyring, zygote)
        assert Auditing(office.desk).check().problem is None
    zygote.close()


@pytest.fixture(scope="module")
def moments(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], list[tuple[str, int]]]:
    """Every moment of a scene, as counted in a run without a crash."""
    known: dict[str, list[tuple[str, int]]] = {}

    def count(scene: str) -> list[tuple[str, int]]:
        if scene not in known:
            delivery, text = place.write(scene)
            counts = tmp_path_factory.mktemp("counts") / "counts.json"
            assert place.run(crash=("none", 0), counts=str(counts)) == 0
            place.judge(delivery, text)
            seen = json.loads(counts.read_text(encoding="utf-8"))
            known[scene] = [(kind, number + 1) for kind in KINDS for number in range(seen.get(kind, 0))]
        return known[scene]

    return count


def crash_and_restart(place: Place, scene: str, kind: str, number: int) -> None:
    delivery, text = place.write(scene)
    assert place.run(crash=(kind, number)) in (CODE, 0)
    assert place.shown(text) <= 1
    assert place.run() == 0
    place.judge(delivery, text)


@pytest.mark.parametrize("scene", ["listed", "renewed"])
def test_some_moments(place: Place, moments: Callable[[str], list[tuple[str, int]]], scene: str) -> None:
    """A few each time; the slow tier takes all of them."""
    found = moments(scene)
    assert {kind for kind, _ in found} >= {"commit", "committed", "connect", "sent", "answered"}
    for kind, number in random.sample(found, 2):
        crash_and_restart(place, scene, kind, number)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("scene", list(SCENES))
def test_every_moment(place: Place, moments: Callable[[str], list[tuple[str, int]]], scene: str) -> None:
    for kind, number in moments(scene):
        crash_and_restart(place, scene, kind, number)


@pytest.mark.parametrize(
    ("scene", "kind", "number", "state"),
    [
        ("keyed", "sent", POST, S.PUBLISHED),  # repeated with its key
        ("listed", "sent", POST, S.PUBLISHED),  # found
        ("listed", "answered", POST, S.PUBLISHED),
        ("blind", "answered", POST, S.UNCERTAIN),  # nobody can know: a person decides
        ("listed", "sent", UPLOAD, S.PUBLISHED),  # nothing was public, so it is sent
    ],
)
def test_between_the_request_and_its_record(
    place: Place, scene: str, kind: str, number: int, state: DeliveryState
) -> None:
    """The worst moment: the post is out, and nothing of the answer was written down."""
    delivery, text = place.write(scene)
    assert place.run(crash=(kind, number)) == CODE
    assert place.shown(text) <= number - UPLOAD
    assert place.run() == 0
    assert place.judge(delivery, text) is state


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("scene", list(SCENES))
def test_killed_at_random(place: Place, scene: str) -> None:
    for _ in range(8):
        delivery, text = place.write(scene)
        assert place.run(kill=random.uniform(0.0, 0.5)) in (-9, 0)
        if random.random() < 0.5:
            assert place.run(kill=random.uniform(0.0, 0.5)) in (-9, 0)
        assert place.run() == 0
        place.judge(delivery, text)
