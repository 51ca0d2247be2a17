"""Unsealing a person's key for one signature: two components, the passphrase and this workspace's secret."""

from collections.abc import Iterator
from contextlib import contextmanager

from editorial.actors import Actor
from editorial.audit.actions import Action
from editorial.desk import Desk
from editorial.errors import DeskError, NotAllowedError, NotFoundError
from editorial.keys.sealing import SealedSeed, WrongPassphraseError, open_seed
from editorial.keys.signing import SigningKey
from editorial.keys.workspace_secret import WorkspaceSecret
from editorial.people.tries import check_pause, refusal
from editorial.plain import plain
from editorial.secret import Secret
from editorial.store.models import Person

SECRET_NAME = "workspace-secret"  # noqa: S105  the entry's name in the keyring, not its value
TRIES_LOCK = "sign-in.lock"
"""The file through which tries take turns: a pause that many tries at once could slip past would be none."""
_TURN = 30.0  # seconds


class Keys:
    """Opens keys, counts wrong tries and makes them cost time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def workspace_secret(self) -> WorkspaceSecret:
        """The secret from this desk's keyring. Raises VaultError, or NotFoundError on a computer that never had it."""
        stored = self._desk.vault.get(SECRET_NAME)
        if stored is None:
            raise NotFoundError(
                "This computer does not have the workspace secret",
                "Drafts can be written; nothing can be signed or published here.",
                "Enter the words of the recovery sheet.",
            )
        return WorkspaceSecret.from_secret(stored)

    def keep_secret(self, secret: WorkspaceSecret) -> Secret:
        """Puts the workspace secret into the keyring, and returns it as stored."""
        stored = secret.to_secret()
        self._desk.vault.put(SECRET_NAME, stored)
        return stored

    @contextmanager
    def unsealed(self, actor: Actor, passphrase: str) -> Iterator[SigningKey]:
        """The person's key for the length of a block; wiped afterwards. An actor with a key id gets that key or none.

        Raises WrongPassphraseAtDeskError and TooManyTriesError, each with an entry or a pause, NotAllowedError,
        VaultError, CharterError and NotFoundError. The passphrase is hashed outside any transaction.
        """
        key = self._open(actor, passphrase)
        try:
            if actor.key_id and key.key_id != actor.key_id:
                raise NotAllowedError(
                    "The charter names another key for you",
                    "Your new key counts once two officers have signed it.",
                    "Ask them.",
                )
            yield key
        finally:
            key.wipe()

    def _open(self, actor: Actor, passphrase: str) -> SigningKey:
        self._person(actor)
        self._desk.need_pin()
        component = self.workspace_secret().derive("sealing")
        with self._one_at_a_time():
            person = self._person(actor)
            check_pause(person.wrong_tries, person.wrong_at, self._desk.clock.now())
            try:
                seed = open_seed(SealedSeed.from_json(person.sealed), plain(passphrase), component, person.id)
            except WrongPassphraseError:
                raise refusal(self._count_wrong(person.id)) from None
            if person.wrong_tries:
                self._forgive(actor, person.id)
        return SigningKey.from_seed(seed)

    def _person(self, actor: Actor) -> Person:
        with self._desk.reading() as session:
            person = session.get(Person, actor.id)
        if person is None:
            raise NotFoundError("Nobody here goes by that name", "Nothing was changed.", "Choose another name.")
        return person

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        from filelock import FileLock, Timeout

        lock = FileLock(self._desk.folder / TRIES_LOCK, timeout=_TURN, mode=0o600)
        try:
            lock.acquire()
        except Timeout:
            raise DeskError(
                "Somebody else is typing a passphrase", "Nothing was changed.", "Try again in a moment."
            ) from None
        try:
            yield
        finally:
            lock.release()

    def _count_wrong(self, person_id: str) -> int:
        with self._desk.writing(self._desk.operator()) as unit:
            person = unit.session.get_one(Person, person_id)
            person.wrong_tries += 1
            person.wrong_at = unit.now
            unit.session.add(person)
            unit.record(Action.SIGN_IN_REFUSED, "person", person_id, result="refused", reason="passphrase")
            return person.wrong_tries

    def _forgive(self, actor: Actor, person_id: str) -> None:
        with self._desk.writing(actor) as unit:
            person = unit.session.get_one(Person, person_id)
            person.wrong_tries, person.wrong_at = 0, None
            unit.session.add(person)
            unit.record(Action.TRIES_FORGIVEN, "person", person_id)
