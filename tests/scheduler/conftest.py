"""The engine's pieces over a staffed workspace and a scripted network, driven by hand: no thread runs by itself."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from connectors.base import Connector, Tokens
from connectors.registry import open_session
from editorial.accounts.register import Accounts, NewAccount
from editorial.delivery.record import Deliveries
from editorial.desk import open_desk
from editorial.errors import DeskError
from editorial.people.desk_people import People
from editorial.vault import Vault
from scheduler.access import Access
from scheduler.clock_guard import ClockGuard, Witness
from scheduler.doubts import Doubts
from scheduler.lanes import Lanes
from scheduler.ledger import Ledger
from scheduler.parts import Outside, Parts, Timing
from scheduler.policy import Policy, careful
from scheduler.polling import Polling
from scheduler.reading import Reading
from scheduler.removing import Removing
from scheduler.sending import Ears, Sender
from scheduler.timetable import Timetable
from tests.fakes.desks import LIMITS, WEAK, HandClock, MemoryKeyring, Staff, staffed
from tests.fakes.posts import scheduled
from tests.fakes.scripted import tokens


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staff]:
    """Made once, copied for each test."""
    with staffed(tmp_path_factory.mktemp("template") / "workspace") as found:
        found.desk.engine.dispose()
        yield found


@pytest.fixture
def staff(template: Staff, tmp_path: Path) -> Iterator[Staff]:
    folder = tmp_path / "workspace"
    shutil.copytree(template.desk.folder, folder)
    clock, keyring = HandClock(), BreakableKeyring()
    keyring.entries.update(template.keyring.entries)
    desk = open_desk(folder, vault=Vault("test", keyring), clock=clock, kdf=WEAK)
    yield replace(template, desk=desk, clock=clock, keyring=keyring, people=People(desk), accounts=[])
    desk.close()


class BreakableKeyring(MemoryKeyring):
    """Raises `broken` while it is set; `writing` only for writes."""

    broken: Exception | None = None
    writing: Exception | None = None

    def get_password(self, service: str, username: str) -> str | None:
        if self.broken is not None:
            raise self.broken
        return super().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.broken or self.writing:
            raise self.broken or self.writing  # type: ignore[misc]
        super().set_password(service, username, password)


@dataclass(frozen=True)
class Told:
    """A server's time."""

    at: datetime
    same_computer: bool = False


@dataclass
class Bench:
    """Sender, doubts and polling with their ears open. `network` may be replaced at any time."""

    staff: Staff
    network: Connector
    policy: Policy = careful
    doubts: list[str] = field(default_factory=list)
    pending: list[tuple[str, float]] = field(default_factory=list)
    keyring: list[DeskError] = field(default_factory=list)
    times: dict[str, Witness | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        desk = self.staff.desk
        ears = Ears(
            self.keyring.append,
            lambda account, delivery: self.doubts.append(delivery),
            lambda account, delivery, seconds: self.pending.append((delivery, seconds)),
        )
        self.parts = Parts(
            desk,
            Outside(lambda name: self.network, open_session, self.time),
            Timing(),
            ClockGuard(desk.clock, None, self.time),
            Lanes(1),
            Timetable(desk.clock),
            Deliveries(desk),
            Accounts(desk),
            Ledger(desk.folder / "sent.jsonl"),
            chance=lambda: 0.0,
        )
        self.parts.guard.believe()  # the clock was checked; tests about it begin a doubt themselves
        self.access = Access(self.parts)
        self.sender = Sender(self.parts, self.access, ears)
        self.looking = Doubts(self.parts, self.access, self.sender, ears, lambda facts: self.policy(facts))
        self.polling = Polling(self.parts, self.access, ears)
        self.reading = Reading(self.parts, self.access, ears)
        self.removing = Removing(self.parts, self.access, ears)

    def time(self, server: str) -> Witness | None:
        return self.times.get(server)

    def account(self, handle: str = "alder", credential: Tokens | None = None) -> str:
        """An account with a credential that the scripted network knows."""
        new = NewAccount("practice", "http://127.0.0.1:1", handle, handle, {}, LIMITS)
        credential = credential or tokens()
        account_id, _ = Accounts(self.staff.desk).connect(self.staff.jonas.actor, new, credential.dumps())
        return account_id

    def due(self, text: str = "Flu vaccination starts on Monday.", account: str | None = None) -> str:
        """A signed delivery that is due now."""
        return scheduled(self.staff, text, account=account or self.account())[1]

    def passes(self, seconds: float) -> None:
        self.staff.clock.forward(timedelta(seconds=seconds))

    def turns(self) -> dict[str, float]:
        """What the timetable has planned, in seconds from now."""
        now = self.staff.clock.now()
        return {name: (at - now).total_seconds() for name, at in self.parts.timetable.planned().items()}


Build = Callable[[Connector], Bench]


@pytest.fixture
def bench(staff: Staff) -> Build:
    """`bench(network)` builds the pieces."""

    def build(network: Connector) -> Bench:
        return Bench(staff, network)

    return build


@pytest.fixture
def keyring(staff: Staff) -> BreakableKeyring:
    assert isinstance(staff.keyring, BreakableKeyring)
    return staff.keyring
