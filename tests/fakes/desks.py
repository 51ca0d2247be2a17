"""Workspaces for tests: three people, a signed charter, a keyring in memory, and key stretching that costs nothing."""

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from editorial.accounts.register import Accounts, NewAccount
from editorial.actors import Actor
from editorial.charter.document import Role
from editorial.counting import Limits
from editorial.desk import DATABASE, Desk, open_desk
from editorial.keys.sealing import KdfParameters
from editorial.keys.workspace_secret import WorkspaceSecret
from editorial.people.desk_people import People, Signer, with_member
from editorial.people.session import SignedIn
from editorial.people.setup import NewWorkspace, create_workspace
from editorial.policy import Policies
from editorial.secret import Secret
from editorial.vault import Vault

WEAK = KdfParameters(memory_kib=64, passes=1, lanes=1)
JONAS, HELEN, MIRA = "quiet harbour seven lanterns", "copper meadow eleven violins", "amber window forty sparrows"
LIMITS = Limits(
    text=500, rule="characters", media=4, alt=1500, media_bytes=5_000_000, mimes=("image/jpeg", "image/png")
)


class MemoryKeyring(KeyringBackend):
    """A keyring on the far side of keyring's own interface."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.entries.pop((service, username), None) is None:
            raise PasswordDeleteError(username)


class LockedKeyring(MemoryKeyring):
    """A keyring that somebody has to open first."""

    locked = True

    def check(self) -> None:
        if self.locked:
            raise KeyringLocked("locked")

    def get_password(self, service: str, username: str) -> str | None:
        self.check()
        return super().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        self.check()
        super().set_password(service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        self.check()
        super().delete_password(service, username)


@dataclass
class HandClock:
    """A clock that moves only when told to."""

    at: datetime = datetime(2027, 3, 10, 15, 42, tzinfo=UTC)
    ticks: float = 1000.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.ticks

    def forward(self, span: timedelta) -> None:
        self.at += span
        self.ticks += span.total_seconds()


@dataclass
class Staff:
    """A workspace with its three people. Passphrases are the module's constants."""

    desk: Desk
    secret: WorkspaceSecret
    clock: HandClock
    keyring: MemoryKeyring
    people: People
    jonas: SignedIn  # administrator and communications lead
    helen: SignedIn  # privacy officer
    mira: SignedIn  # author
    accounts: list[str] = field(default_factory=list)

    @property
    def tomorrow(self) -> datetime:
        """This time tomorrow."""
        return self.clock.now() + timedelta(days=1)

    def passphrase_of(self, person: SignedIn) -> str:
        return {"Jonas Lindqvist": JONAS, "Helen Castellanos": HELEN, "Mira Okafor": MIRA}[person.name]

    def without_keyring(self) -> tuple[Desk, LockedKeyring]:
        """The same workspace opened where the keyring is locked; the caller closes it."""
        keyring = LockedKeyring()
        keyring.entries.update(self.keyring.entries)
        return open_desk(self.desk.folder, vault=Vault("test", keyring), clock=self.clock, kdf=WEAK), keyring

    def connect_practice(self, handle: str = "alderbay", profile: str = "keyed") -> str:
        """A practice account with a made-up credential: for tests that send nothing."""
        new = NewAccount("practice", "http://127.0.0.1:1", handle, f"Practice {handle}", {"profile": profile}, LIMITS)
        account_id, _ = Accounts(self.desk).connect(self.jonas.actor, new, Secret(f"token-of-{handle}-0123456789"))
        self.accounts.append(account_id)
        return account_id


def add_person(
    people: People, by: Actor, name: str, sign_in: str, passphrase: str, role: Role, signers: list[Signer]
) -> str:
    """Enrols somebody and signs them into the charter."""
    member = people.enroll(by, name, sign_in, passphrase)
    officers = [*signers, Signer(member.id, passphrase)] if len(signers) == 1 else signers
    people.amend(by, with_member(member, {role}), officers)
    return member.id


def acknowledge(desk: Desk, person: SignedIn) -> None:
    """Has somebody acknowledge the policy in force, as everybody must who sends posts to review."""
    policies = Policies(desk)
    policy = policies.in_force()
    if policy is not None:
        policies.acknowledge(person.actor, policy.digest)


@dataclass(frozen=True)
class _Template:
    """A finished workspace as bytes: every test writes a copy of its own."""

    database: bytes
    entries: dict[tuple[str, str], str]
    secret: WorkspaceSecret
    people: tuple[SignedIn, SignedIn, SignedIn]


@cache
def _template(kind: str, at: datetime) -> _Template:
    with tempfile.TemporaryDirectory(prefix="signpost-template-") as made:
        folder, keyring = Path(made) / "workspace", MemoryKeyring()
        new = NewWorkspace("Alder Bay Hospital", "America/New_York", "Jonas Lindqvist", "jonas", JONAS, kind=kind)
        vault = Vault("test", keyring)
        desk, secret = create_workspace(folder, new, vault=vault, clock=HandClock(at), kdf=WEAK)
        with closing(desk):
            people = People(desk)
            jonas = people.sign_in(people.cards()[0].id, JONAS)
            boss = Signer(jonas.person_id, JONAS)
            helen = add_person(people, jonas.actor, "Helen Castellanos", "helen", HELEN, Role.PRIVACY_OFFICER, [boss])
            both = [boss, Signer(helen, HELEN)]
            mira = add_person(people, jonas.actor, "Mira Okafor", "mira", MIRA, Role.AUTHOR, both)
            signed_in = (jonas, people.sign_in(helen, HELEN), people.sign_in(mira, MIRA))
            for person in signed_in:
                acknowledge(desk, person)
        return _Template((folder / DATABASE).read_bytes(), keyring.entries, secret, signed_in)


@contextmanager
def staffed(folder: Path, *, clock: HandClock | None = None, kind: str = "demo") -> Iterator[Staff]:
    """A workspace in `folder` with Jonas, Helen and Mira, all signed in."""
    clock = clock or HandClock()
    template = _template(kind, clock.at)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / DATABASE).write_bytes(template.database)
    keyring = MemoryKeyring()
    keyring.entries.update(template.entries)
    with closing(open_desk(folder, vault=Vault("test", keyring), clock=clock, kdf=WEAK)) as desk:
        jonas, helen, mira = template.people
        yield Staff(desk, template.secret, clock, keyring, People(desk), jonas, helen, mira)
