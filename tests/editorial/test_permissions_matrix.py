"""Every role, every command, every state of a post: what the table of permissions and the table of states allow."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import time, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.audit.auditing import Auditing, Format
from editorial.audit.bundle import Extract
from editorial.audit.bundling import Bundling
from editorial.backup.daily import Backups
from editorial.charter.document import Role
from editorial.delivery.clockword import confirm_clock
from editorial.delivery.holds import Reason
from editorial.delivery.outbox import Outbox
from editorial.delivery.stopping import Holds
from editorial.delivery.takedown import Takedowns, Why
from editorial.desk import DATABASE, Desk, open_desk
from editorial.errors import DeskError, NotAllowedError
from editorial.ids import new_id
from editorial.people.desk_people import People, Signer
from editorial.people.permissions import TABLE, May
from editorial.people.session import SignedIn
from editorial.planning.setting import Times
from editorial.planning.times import QuietHours
from editorial.posts.comments import Comments
from editorial.posts.draft import DraftBody
from editorial.posts.drafting import EDITABLE, Drafting
from editorial.posts.review import Review
from editorial.posts.states import MOVES, PostState
from editorial.retention.erasing import Erasing
from editorial.retention.periods import Periods, Retention, Span
from editorial.retention.preserving import By, Preserving, Reach
from editorial.store.models import Delivery, Post
from editorial.store.schema import copy_database
from editorial.upkeep import Upkeep
from editorial.vault import Vault
from editorial.when import Choice, When
from tests.fakes.desks import HELEN, JONAS, WEAK, MemoryKeyring, Staff, acknowledge, add_person, staffed

pytestmark = pytest.mark.slow  # minutes in all; the default tier has to stay short

S = PostState
ANY = frozenset(PostState)
NIGHT = QuietHours(time(21), time(7))
PASSPHRASE = "velvet orchard ninety canals"
EVERYBODY = frozenset(Role)
SIGNS = frozenset({Role.COMMUNICATIONS_LEAD, Role.PRIVACY_OFFICER})  # the standard route's one stage
SUBMITS = frozenset(state for state in EDITABLE if S.IN_REVIEW in MOVES[state])


@dataclass(frozen=True)
class World:
    """The workspace that every cell starts from: one person for each role, one post in each state."""

    folder: Path
    staff: Staff
    people: dict[Role, SignedIn]
    posts: dict[PostState, str]


@dataclass(frozen=True)
class Cell:
    """One cell: who does it, on which post, at which desk."""

    desk: Desk
    who: Actor
    post: str
    folder: Path

    def revision(self) -> int:
        with self.desk.reading() as session:
            return session.get_one(Post, self.post).revision

    def delivery(self) -> str:
        with self.desk.reading() as session:
            found = session.exec(select(Delivery.id).where(Delivery.post_id == self.post)).first()
        return found or "dlv_none"


def _edit(cell: Cell) -> None:
    drafting = Drafting(cell.desk)
    working = drafting.read(cell.post)
    drafting.save(cell.who, cell.post, replace(working.body, text="Another text."), working.saves)


def _sign(cell: Cell) -> None:
    Review(cell.desk).sign_off(cell.who, cell.post, cell.revision(), PASSPHRASE)


def _request(cell: Cell) -> None:
    Review(cell.desk).request_changes(
        cell.who, cell.post, cell.revision(), "Please.", cell.desk.clock.now() + timedelta(days=1)
    )


def _schedule(cell: Cell) -> None:
    wall = (cell.desk.clock.now() + timedelta(hours=1)).replace(tzinfo=None)
    Outbox(cell.desk).schedule(cell.who, cell.post, When(Choice.SET, wall, "UTC"))


def _enroll(cell: Cell) -> None:
    People(cell.desk).enroll(cell.who, "Noor Vermeer", "noor", "walnut ferry seven hundred bells")


def _export(cell: Cell) -> None:
    Auditing(cell.desk).export(cell.who, Format.CSV, cell.folder / "log.csv")


def _export_bundle(cell: Cell, *, patients: bool = False) -> None:
    extract = Extract(patients=patients)
    Bundling(cell.desk).export(cell.who, cell.folder / new_id("bundle"), extract, passphrase=PASSPHRASE)


def _erase(cell: Cell) -> None:
    erasing = Erasing(cell.desk)
    erasing.erase(cell.who, erasing.preview().plan.fingerprint())


def _lift(cell: Cell) -> None:
    """With one other person who may: the one who asks is the second."""
    holds = Holds(cell.desk)
    number, _ = holds.hold(cell.desk.operator(), Reason.OTHER)
    other = next(card for card in People(cell.desk).cards() if card.name == "Jonas Lindqvist")
    holds.lift(cell.who, number, [Signer(cell.who.id, PASSPHRASE), Signer(other.id, JONAS)])


@dataclass(frozen=True)
class Command:
    """What is done, which roles the table gives it to, and the states of a post in which it can be done."""

    name: str
    do: Callable[[Cell], object]
    roles: frozenset[Role]
    states: frozenset[PostState] = ANY


COMMANDS = (
    Command("edit", _edit, TABLE[May.WRITE], frozenset(EDITABLE)),
    Command("submit", lambda cell: Drafting(cell.desk).submit(cell.who, cell.post), TABLE[May.WRITE], SUBMITS),
    Command("withdraw", lambda cell: Drafting(cell.desk).withdraw(cell.who, cell.post), TABLE[May.REQUEST_CHANGES],
            frozenset({S.IN_REVIEW, S.CHANGES_REQUESTED, S.APPROVED, S.SCHEDULED})),
    Command("discard", lambda cell: Drafting(cell.desk).discard(cell.who, cell.post), TABLE[May.REQUEST_CHANGES],
            frozenset({S.DRAFT, S.CHANGES_REQUESTED, S.APPROVED})),
    Command("comment", lambda cell: Comments(cell.desk).say(cell.who, cell.post, "Good."),
            EVERYBODY - {Role.DUTY_MANAGER},
            ANY - {S.DRAFT, S.DISCARDED}),  # those two were never sent to review here
    Command("request changes", _request, TABLE[May.REQUEST_CHANGES], frozenset({S.IN_REVIEW})),
    Command("sign off", _sign, SIGNS, frozenset({S.IN_REVIEW})),
    Command("schedule", _schedule, TABLE[May.PUBLISH], frozenset({S.APPROVED})),
    Command("send now", lambda cell: Outbox(cell.desk).send_now(cell.who, cell.delivery()), TABLE[May.PUBLISH],
            frozenset({S.SCHEDULED})),
    Command("cancel", lambda cell: Outbox(cell.desk).cancel(cell.who, cell.delivery()), TABLE[May.PUBLISH],
            frozenset({S.SCHEDULED})),
    Command("take down", lambda cell: Takedowns(cell.desk).ask(cell.who, cell.delivery(), Why.WRONG),
            TABLE[May.PUBLISH], frozenset({S.PUBLISHED})),
    Command("hold", lambda cell: Holds(cell.desk).hold(cell.who, Reason.OTHER), EVERYBODY),
    Command("lift", _lift, TABLE[May.LIFT]),
    Command("enroll", _enroll, TABLE[May.CHARTER]),
    Command("export", _export, TABLE[May.EXPORT]),
    Command("confirm the clock", lambda cell: confirm_clock(cell.desk, cell.who), TABLE[May.PUBLISH]),
    Command("set backups", lambda cell: Backups(cell.desk).choose(cell.who, Upkeep(cell.folder.parent)),
            TABLE[May.BACK_UP]),
    Command("export a bundle", _export_bundle, TABLE[May.EXPORT]),
    Command("export a bundle with what may name patients", lambda cell: _export_bundle(cell, patients=True),
            TABLE[May.EXPORT] & TABLE[May.OPEN_SCAN]),
    Command("set periods", lambda cell: Retention(cell.desk).set(cell.who, Periods(Span(7))), TABLE[May.RETAIN]),
    Command("preserve", lambda cell: Preserving(cell.desk).set(cell.who, Reach(By.POST, cell.post)), TABLE[May.RETAIN]),
    Command("erase", _erase, TABLE[May.ERASE]),
    Command("set quiet hours", lambda cell: Times(cell.desk).set_quiet(cell.who, NIGHT), TABLE[May.SET_TIMES]),
)  # fmt: skip


def _people(staff: Staff) -> dict[Role, SignedIn]:
    both = [Signer(staff.jonas.person_id, JONAS), Signer(staff.helen.person_id, HELEN)]
    found = {}
    for role in Role:
        name = f"Only {role.label}"
        key = add_person(staff.people, staff.jonas.actor, name, str(role), PASSPHRASE, role, both)
        found[role] = staff.people.sign_in(key, PASSPHRASE)
        acknowledge(staff.desk, found[role])
    return found


def _posts(staff: Staff) -> dict[PostState, str]:
    """One post by Mira in each state, come there as posts do."""
    account = staff.connect_practice()
    drafting, review, found = Drafting(staff.desk), Review(staff.desk), {}
    for state in PostState:
        when = When(Choice.SOON) if state in (S.SCHEDULED, S.PUBLISHED) else When()
        body = DraftBody(f"A post that is {state}", "Come in.", accounts=(account,), when=when)
        post, _ = drafting.open(staff.mira.actor, body)
        found[state] = post
        if state is S.DISCARDED:
            drafting.discard(staff.mira.actor, post)
        if state in (S.DRAFT, S.DISCARDED):
            continue
        drafting.submit(staff.mira.actor, post)
        if state is S.CHANGES_REQUESTED:
            review.request_changes(staff.helen.actor, post, 1, "Please.", staff.tomorrow)
        elif state is not S.IN_REVIEW:
            review.sign_off(staff.helen.actor, post, 1, HELEN)
    with staff.desk.writing(staff.desk.system()) as unit:  # as the engine would have it
        row = unit.session.exec(select(Delivery).where(Delivery.post_id == found[S.PUBLISHED])).one()
        row.state = "published"
        post_row = unit.session.get_one(Post, found[S.PUBLISHED])
        post_row.state = S.PUBLISHED
        unit.session.add_all([row, post_row])
        unit.record(Action.DELIVERY_PUBLISHED, "delivery", row.id)
    return found


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("matrix") / "workspace"
    with staffed(folder) as staff:
        yield World(folder, staff, _people(staff), _posts(staff))


class Desks:
    """A desk on a copy of the world; a fresh copy after every command that was done."""

    def __init__(self, world: World, folder: Path) -> None:
        self._world, self._folder, self._copies = world, folder, 0
        self.desk: Desk | None = None

    def get(self) -> Desk:
        if self.desk is None:
            self._copies += 1
            folder = self._folder / str(self._copies)
            folder.mkdir(mode=0o700)
            copy_database(self._world.folder / DATABASE, folder / DATABASE)
            keyring = MemoryKeyring()  # of its own: a keyring knows how far a log went
            keyring.entries.update(self._world.staff.keyring.entries)
            vault = Vault("test", keyring)
            self.desk = open_desk(folder, vault=vault, clock=self._world.staff.clock, kdf=WEAK)
        return self.desk

    def spoil(self) -> None:
        if self.desk is not None:
            self.desk.close()
            self.desk = None


def outcome(desk: Desk, command: Command, cell: Cell) -> str:
    """done, or who refuses; a refusal leaves nothing behind but what a wrong try itself is."""
    before = Auditing(desk).size()
    try:
        command.do(cell)
    except NotAllowedError:
        found = "not allowed"
    except DeskError:
        found = "not now"
    else:
        return "done"
    left = Auditing(desk).size() - before
    assert left == (1 if command.name == "lift" else 0), f"{command.name} left {left} entries"
    return found


def judge(command: Command, role: Role, state: PostState, found: str) -> str:
    """What is wrong with the outcome of a cell; empty where it is as the tables say."""
    expected = role in command.roles and state in command.states
    if (found == "done") is not expected:
        return f"{role}, {command.name}, {state}: {found}"
    if role not in command.roles and state in command.states and found != "not allowed":
        return f"{role}, {command.name}, {state}: refused, but not for the role"
    return ""


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name.replace(" ", "-"))
def test_every_cell_of_the_matrix(
    world: World, tmp_path: Path, command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    desks = Desks(world, tmp_path)
    found: dict[tuple[Role, PostState], str] = {}
    for role, person in world.people.items():
        for state, post in world.posts.items():
            desk = desks.get()
            found[role, state] = outcome(desk, command, Cell(desk, person.actor, post, desk.folder))
            if found[role, state] == "done" or command.name == "lift":  # a lift that is refused leaves the hold
                desks.spoil()
    desks.spoil()
    with capsys.disabled():
        done = sum(each == "done" for each in found.values())
        sys.stdout.write(f"\n  {command.name:<16} {len(found)} cells, {done} allowed")
    assert [words for cell, each in found.items() if (words := judge(command, *cell, each))] == []
