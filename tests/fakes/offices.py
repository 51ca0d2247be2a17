"""Workspaces that publish for real: on the computer's own clock, to a practice network, with signed posts in them."""

import json
import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from keyring.backend import KeyringBackend
from keyring.errors import PasswordDeleteError

from connectors.base import Tokens
from connectors.oauth import LoopbackFlow
from connectors.practice.connector import provider
from connectors.practice.headless import approve
from connectors.practice.profiles import LIMITS, Profile
from editorial.accounts.register import Accounts, NewAccount
from editorial.charter.document import Role
from editorial.clock import Clock, SystemClock
from editorial.delivery.outbox import Outbox, Row
from editorial.desk import Desk
from editorial.people.desk_people import People, Signer
from editorial.people.session import SignedIn
from editorial.people.setup import NewWorkspace, create_workspace
from editorial.store.models import Account
from editorial.vault import Vault
from editorial.when import Choice, When
from tests.fakes.desks import HELEN, JONAS, MIRA, WEAK, acknowledge, add_person
from tests.fakes.posts import SOON, signed_post


class FileKeyring(KeyringBackend):
    """A keyring on the far side of keyring's own interface, kept in a file that several processes share."""

    priority = 1

    def __init__(self, path: Path) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._path = path
        self._guard = threading.Lock()

    def _entries(self) -> dict[str, str]:
        if not self._path.exists():
            return {}
        found: dict[str, str] = json.loads(self._path.read_text(encoding="utf-8"))
        return found

    def _store(self, entries: dict[str, str]) -> None:
        temporary = self._path.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps(entries), encoding="utf-8")
        temporary.replace(self._path)

    def get_password(self, service: str, username: str) -> str | None:
        with self._guard:
            return self._entries().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        with self._guard:
            self._store(self._entries() | {f"{service} {username}": password})

    def delete_password(self, service: str, username: str) -> None:
        with self._guard:
            entries = self._entries()
            if entries.pop(f"{service} {username}", None) is None:
                raise PasswordDeleteError(username)
            self._store(entries)


@dataclass
class Office:
    """A staffed workspace and the practice network at `url`."""

    desk: Desk
    url: str
    jonas: SignedIn
    helen: SignedIn
    mira: SignedIn
    accounts: dict[str, str] = field(default_factory=dict)  # handle to account id

    def connect(self, handle: str, profile: Profile | str = Profile.KEYED) -> str:
        """A practice account by the real sign-in; returns its id."""
        tokens = self.tokens(handle, profile)
        new = NewAccount(
            "practice", self.url, handle, handle, {"profile": str(profile)}, LIMITS, tokens.expires_at
        )  # fmt: skip
        account_id, _ = Accounts(self.desk).connect(self.jonas.actor, new, tokens.dumps())
        self.accounts[handle] = account_id
        return account_id

    def tokens(self, handle: str, profile: Profile | str = Profile.KEYED) -> Tokens:
        """A fresh sign-in at the network."""
        return LoopbackFlow(provider(self.url), lambda url: approve(url, handle, profile), self.desk.clock).run()

    def signed(self, text: str, accounts: Sequence[str], when: When = SOON, pictures: int = 0) -> str:
        """A post of Mira's, signed by Helen, with its deliveries; returns the post's id."""
        return signed_post(self.desk, self.mira, self.helen, text, accounts, when, pictures)

    def in_seconds(self, seconds: float) -> When:
        """That long from now, to the second."""
        wall = (self.desk.clock.now() + timedelta(seconds=seconds)).replace(microsecond=0, tzinfo=None)
        return When(Choice.SET, wall, "UTC")

    def account(self, account_id: str) -> Account:
        """An account's row."""
        return Accounts(self.desk).one(account_id)

    def rows(self) -> dict[str, Row]:
        """Delivery rows by account handle, where each account has one delivery."""
        handles = {account: handle for handle, account in self.accounts.items()}
        return {handles[row.account_id]: row for row in Outbox(self.desk).rows()}

    def row(self, delivery_id: str) -> Row:
        """One delivery's row."""
        return next(row for row in Outbox(self.desk).rows() if row.delivery_id == delivery_id)

    def delivery(self, post_id: str) -> str:
        """The id of the post's only delivery."""
        (found,) = [row.delivery_id for row in Outbox(self.desk).rows() if row.post_id == post_id]
        return found


def both(office: Office) -> tuple[Signer, Signer]:
    """Jonas and Helen, as they agree to something."""
    return Signer(office.jonas.person_id, JONAS), Signer(office.helen.person_id, HELEN)


@contextmanager
def office_at(
    folder: Path, url: str, keyring: KeyringBackend | None = None, clock: Clock | None = None
) -> Iterator[Office]:
    """A new workspace with three people. Without a `keyring` it uses the computer's, which tests make private."""
    new = NewWorkspace("Alder Bay Hospital", "America/New_York", "Jonas Lindqvist", "jonas", JONAS, kind="demo")
    vault = Vault("office", keyring) if keyring is not None else None
    desk, _ = create_workspace(folder, new, vault=vault, clock=clock or SystemClock(), kdf=WEAK)
    try:
        people = People(desk)
        jonas = people.sign_in(people.cards()[0].id, JONAS)
        boss = Signer(jonas.person_id, JONAS)
        helen = add_person(people, jonas.actor, "Helen Castellanos", "helen", HELEN, Role.PRIVACY_OFFICER, [boss])
        agreed = [boss, Signer(helen, HELEN)]
        mira = add_person(people, jonas.actor, "Mira Okafor", "mira", MIRA, Role.AUTHOR, agreed)
        desk.store_pin()
        office = Office(desk, url, jonas, people.sign_in(helen, HELEN), people.sign_in(mira, MIRA))
        for person in (office.jonas, office.helen, office.mira):
            acknowledge(desk, person)
        yield office
    finally:
        desk.close()
